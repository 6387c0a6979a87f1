"""Capacity planning: measures the cost of a journey and computes the servers for some loads.

    python -m tools.capacity            prints the tables
    python -m tools.capacity --write    puts them into docs/operators.md

CPU time is read from the kernel, which depends less on other load than wall time does. The
absolute numbers are those of one machine; the ratios hold for others too.
"""

from __future__ import annotations

import math
import os
import random
import shutil
import socket
import ssl
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests.answers import body, calm_case
from tests.operators.fronts import before_servers, nginx
from tests.operators.visitor import Tally, Visitor
from tests.running import Server, running
from tools.docs_tables import GUIDE

JOURNEYS, REQUESTS = 60, 400
MARKS = "<!-- figures -->", "<!-- end of figures -->"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PER_CLINIC = 10
"""Journeys in the busiest hour of one clinic."""

PLANNED_LOAD = 0.6
"""Planned load of a server's processors; the rest is for short peaks."""

LOADS = {
    "1 clinic": PER_CLINIC / 3600,
    "100 clinics": 100 * PER_CLINIC / 3600,
    "10 000 clinics": 10_000 * PER_CLINIC / 3600,
    "launch day: a million people, a tenth of them in one hour": 100_000 / 3600,
    "in the news: 100 000 people within ten minutes": 100_000 / 600,
}


@dataclass(frozen=True)
class Figures:
    """The measurements. Times are CPU milliseconds of one core, in the server."""

    requests: dict[str, float]
    journey: float
    steps: float
    kilobytes: float
    nginx: float | None
    parent_mb: float
    worker_mb: float
    start: float
    incomplete_bodies: int | None
    """How many of them block a server of two workers; None for more than were tried."""


def cpu(pids: set[int]) -> float:
    """Milliseconds of CPU time that these processes have used."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def children(pid: int) -> set[int]:
    """The ids of a process's children."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text().split()}


def pss(pid: int) -> float:
    """Proportional set size in megabytes: shared memory counts in parts."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024


def per_request(server: Server, method: str, path: str, body: str | None) -> float:
    """CPU milliseconds of one kind of request, over one keep-alive connection."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)

    def send(times: int) -> None:
        for _ in range(times):
            connection.request(method, path, body, {**FORM, "Accept-Encoding": "gzip"})
            response = connection.getresponse()
            response.read()
            assert response.status == 200, path

    send(20)
    before = cpu(server.pids())
    send(REQUESTS)
    used = cpu(server.pids()) - before
    connection.close()
    return used / REQUESTS


def journeys(port: int, tls: bool) -> Tally:
    """Run JOURNEYS journeys, one after another."""
    unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
    tally = Tally()
    for number in range(JOURNEYS):
        Visitor(port, random.Random(number), tally, tls=unverified if tls else None).journey()
    assert tally.counts["journeys finished"] == JOURNEYS, tally.wrong
    return tally


def through_nginx(server: Server) -> float | None:
    """CPU milliseconds that nginx uses for a journey, with TLS; None without nginx."""
    if not shutil.which("nginx") or not shutil.which("openssl"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        config, port = before_servers(Path(folder), [server.port])
        with nginx(Path(folder), config, port) as front:
            workers = children(front.pid)
            before = cpu(workers)
            journeys(port, tls=True)
            return (cpu(workers) - before) / JOURNEYS


def incomplete_bodies(server: Server) -> int | None:
    """How many incomplete request bodies block a server; None if 900 do not."""
    connections: list[socket.socket] = []
    head = b"POST /check HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\n\r\nvoice="

    def answers() -> bool:
        with suppress(OSError):
            probe = HTTPConnection("127.0.0.1", server.port, timeout=3)
            probe.request("GET", "/")
            served = probe.getresponse().status == 200
            probe.close()
            return served
        return False

    try:
        while len(connections) < 900:
            for _ in range(50):
                connections.append(socket.create_connection(("127.0.0.1", server.port), timeout=5))
                connections[-1].sendall(head)
            time.sleep(0.3)
            if not all(answers() for _ in range(4)):
                return len(connections)
        return None
    finally:
        for connection in connections:
            connection.close()


def measure(report_progress: Callable[[str], None]) -> Figures:
    """Measure everything; takes about a minute."""
    began = time.monotonic()
    names = {"SCREENER_TRUSTED_HOSTS": "127.0.0.1,check.example"}
    with running("--workers", "1", env=names) as server:
        start = time.monotonic() - began
        report_progress("each kind of request")
        kinds = {
            "`/healthz`": ("GET", "/healthz", None),
            "start page": ("GET", "/", None),
            "a question, nothing picked": ("POST", "/check", "voice=me"),
            "results, nothing picked": ("POST", "/results", "voice=me"),
            "results, typical answers": ("POST", "/results", body(calm_case().answers)),
        }
        requests = {kind: per_request(server, *asked) for kind, asked in kinds.items()}
        report_progress(f"{JOURNEYS} journeys")
        before = cpu(server.pids())
        tally = journeys(server.port, tls=False)
        journey = (cpu(server.pids()) - before) / JOURNEYS
        (worker,) = server.pids()
        memory = pss(server.process.pid), pss(worker)
        report_progress("the same through nginx")
        proxy = through_nginx(server)
    with running("--workers", "2") as server:
        report_progress("incomplete bodies")
        blocking = incomplete_bodies(server)
    steps, sent = tally.counts["steps"] / JOURNEYS, tally.counts["bytes"] / JOURNEYS / 1000
    return Figures(requests, journey, steps, sent, proxy, *memory, start, blocking)


def tables(figures: Figures) -> str:
    """The measurements and the capacity computed from them, as Markdown tables."""
    base = figures.requests["`/healthz`"]
    rows = [f"| {kind} | {ms:.2f} ms | {ms / base:.0f} |" for kind, ms in figures.requests.items()]
    per_core = 1000 / figures.journey
    memory = f"{figures.worker_mb:.0f} MB a worker and {figures.parent_mb:.0f} MB the first process"
    proxy = "not measured" if figures.nginx is None else f"{figures.nginx:.1f} ms"
    count = figures.incomplete_bodies
    blocking = f"about {count}" if count else "more than 900"
    lines = [
        "| request | CPU time in the server | times `/healthz` |",
        "|---|---|---|",
        *rows,
        f"| **a whole journey**, {figures.steps:.0f} requests, {figures.kilobytes:.0f} kB sent "
        f"| **{figures.journey:.0f} ms** | {figures.journey / base:.0f} |",
        "",
        f"- One core does about **{per_core:.0f} journeys a second**; planned at "
        f"{PLANNED_LOAD:.0%}: {per_core * PLANNED_LOAD:.0f}.",
        f"- nginx with TLS adds {proxy} to a journey.",
        f"- Memory (PSS): {memory}.",
        f"- A server serves {figures.start:.0f} s after it is started.",
        "- Incomplete request bodies that block a server of 2 workers, without a proxy: "
        f"{blocking}.",
        "",
        "| load | journeys a second | cores busy | servers of 2 workers | memory |",
        "|---|---|---|---|---|",
        *(_load_row(load, rate, figures) for load, rate in LOADS.items()),
    ]
    return "\n".join(lines)


def _load_row(load: str, rate: float, figures: Figures) -> str:
    """A row for one load: at least two servers, so that one may fail."""
    cores = rate * (figures.journey + (figures.nginx or 0)) / 1000
    servers = max(2, math.ceil(cores / PLANNED_LOAD / 2) + 1)
    memory = servers * (figures.parent_mb + 2 * figures.worker_mb) / 1000
    return f"| {load} | {_rounded(rate)} | {_rounded(cores)} | {servers} | {memory:.1f} GB |"


def _rounded(number: float) -> str:
    return "below 0.01" if number < 0.01 else f"{number:.0f}" if number > 9.5 else f"{number:.2g}"


def main() -> int:
    """Measure, print, and with --write update the guide."""
    figures = measure(lambda what: print(f"measuring {what} ...", file=sys.stderr))
    text = tables(figures)
    print(text)
    if "--write" in sys.argv:
        first, last = MARKS
        before, _, rest = GUIDE.read_text("utf-8").partition(first)
        _, _, after = rest.partition(last)
        GUIDE.write_text(f"{before}{first}\n\n{text}\n\n{last}{after}", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
