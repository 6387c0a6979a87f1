"""What a journey costs, and what so many clinics need: measured here, written into the guide.

    python -m tests.operators.capacity            prints the tables
    python -m tests.operators.capacity --write    puts them into docs/operators.md

Processor time is read from the kernel, so a busy machine changes it less than it changes a
stopwatch. The absolute numbers are still those of one machine; the ratios travel.
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

from tests.operators.fronts import before_servers, nginx
from tests.operators.visitor import Tally, Visitor
from tests.running import Server, running
from tools.docs_tables import GUIDE

JOURNEYS, REQUESTS = 60, 400
MARKS = "<!-- figures -->", "<!-- end of figures -->"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PER_CLINIC = 10
"""Journeys in the busiest hour of one clinic."""

BUSY = 0.6
"""How much of its processors a server is planned to use; the rest is for the moment."""

LOADS = {
    "1 clinic": PER_CLINIC / 3600,
    "100 clinics": 100 * PER_CLINIC / 3600,
    "10 000 clinics": 10_000 * PER_CLINIC / 3600,
    "launch day: a million people, a tenth of them in one hour": 100_000 / 3600,
    "in the news: 100 000 people within ten minutes": 100_000 / 600,
}


@dataclass(frozen=True)
class Figures:
    """What was measured. Times are processor milliseconds in the server, of one core."""

    requests: dict[str, float]
    journey: float
    steps: float
    kilobytes: float
    nginx: float | None
    parent_mb: float
    worker_mb: float
    start: float
    held: int | None


def cpu(pids: set[int]) -> float:
    """Milliseconds of processor time that these processes have used."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def children(pid: int) -> set[int]:
    """The processes that this one has started."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text().split()}


def pss(pid: int) -> float:
    """Megabytes of memory, with what is shared counted in parts."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024


def per_request(server: Server, method: str, path: str, body: str | None) -> float:
    """Processor milliseconds of one kind of request, over one connection that stays open."""
    line = HTTPConnection("127.0.0.1", server.port, timeout=20)

    def ask(times: int) -> None:
        for _ in range(times):
            line.request(method, path, body, {**FORM, "Accept-Encoding": "gzip"})
            response = line.getresponse()
            response.read()
            assert response.status == 200, path

    ask(20)
    before = cpu(server.pids())
    ask(REQUESTS)
    used = cpu(server.pids()) - before
    line.close()
    return used / REQUESTS


def journeys(port: int, tls: bool) -> Tally:
    """So many journeys, one after another."""
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    tally = Tally()
    for number in range(JOURNEYS):
        Visitor(port, random.Random(number), tally, tls=trusting if tls else None).journey()
    assert tally.counts["journeys finished"] == JOURNEYS, tally.wrong
    return tally


def through_nginx(server: Server) -> float | None:
    """Processor milliseconds that nginx uses for a journey, with TLS; None without nginx."""
    if not shutil.which("nginx") or not shutil.which("openssl"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        config, port = before_servers(Path(folder), [server.port])
        with nginx(Path(folder), config, port) as front:
            workers = children(front.pid)
            before = cpu(workers)
            journeys(port, tls=True)
            return (cpu(workers) - before) / JOURNEYS


def half_sent(server: Server) -> int | None:
    """How many half-sent bodies it takes until the server answers nobody else."""
    held: list[socket.socket] = []
    head = b"POST /check HTTP/1.1\r\nHost: a.example\r\nContent-Length: 100\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\n\r\nvoice="

    def answers() -> bool:
        with suppress(OSError):
            line = HTTPConnection("127.0.0.1", server.port, timeout=3)
            line.request("GET", "/")
            served = line.getresponse().status == 200
            line.close()
            return served
        return False

    try:
        while len(held) < 900:
            for _ in range(50):
                held.append(socket.create_connection(("127.0.0.1", server.port), timeout=5))
                held[-1].sendall(head)
            time.sleep(0.3)
            if not all(answers() for _ in range(4)):
                return len(held)
        return None
    finally:
        for connection in held:
            connection.close()


def measured(say: Callable[[str], None]) -> Figures:
    """Everything, within about a minute."""
    begun = time.monotonic()
    with running("--workers", "1") as server:
        start = time.monotonic() - begun
        say("each kind of request")
        kinds = {
            "`/healthz`": ("GET", "/healthz", None),
            "start page": ("GET", "/", None),
            "a part, nothing picked": ("POST", "/check", "voice=me"),
            "results, nothing picked": ("POST", "/results", "voice=me"),
            "results, a dozen answers": ("POST", "/results", TYPICAL),
        }
        requests = {kind: per_request(server, *asked) for kind, asked in kinds.items()}
        say(f"{JOURNEYS} journeys")
        before = cpu(server.pids())
        tally = journeys(server.port, tls=False)
        journey = (cpu(server.pids()) - before) / JOURNEYS
        (worker,) = server.pids()
        memory = pss(server.process.pid), pss(worker)
        say("the same through nginx")
        proxy = through_nginx(server)
    with running("--workers", "2") as server:
        say("half-sent bodies")
        held = half_sent(server)
    steps, sent = tally.counts["steps"] / JOURNEYS, tally.counts["bytes"] / JOURNEYS / 1000
    return Figures(requests, journey, steps, sent, proxy, *memory, start, held)


TYPICAL = (
    "reason=for-panic&how-taken=as-label&how-taken=again-soon&source=own-with-checks"
    "&supply=worried&alcohol=now-and-then&tolerance=yes&feel-normal=often&missed-dose=sometimes"
    "&stopping=want-to&sleepy=drowsy-tired&mood-and-sleep=w-insomnia"
)


def tables(figures: Figures) -> str:
    """The figures, and what follows from them, in Markdown."""
    base = figures.requests["`/healthz`"]
    rows = [f"| {kind} | {ms:.2f} ms | {ms / base:.0f} |" for kind, ms in figures.requests.items()]
    per_core = 1000 / figures.journey
    memory = f"{figures.worker_mb:.0f} MB a worker and {figures.parent_mb:.0f} MB the first process"
    proxy = "not measured" if figures.nginx is None else f"{figures.nginx:.1f} ms"
    held = f"about {figures.held}" if figures.held else "more than 900"
    lines = [
        "| request | processor time in the server | times `/healthz` |",
        "|---|---|---|",
        *rows,
        f"| **a whole journey**, {figures.steps:.0f} requests, {figures.kilobytes:.0f} kB sent "
        f"| **{figures.journey:.0f} ms** | {figures.journey / base:.0f} |",
        "",
        f"- One core does about **{per_core:.0f} journeys a second**; planned at "
        f"{BUSY:.0%}: {per_core * BUSY:.0f}.",
        f"- nginx with TLS adds {proxy} to a journey.",
        f"- Memory (PSS): {memory}.",
        f"- A server serves {figures.start:.0f} s after it is started.",
        f"- Half-sent bodies that stop a server of 2 workers, without a proxy: {held}.",
        "",
        "| load | journeys a second | cores busy | servers of 2 workers | memory |",
        "|---|---|---|---|---|",
        *(_need(load, rate, figures) for load, rate in LOADS.items()),
    ]
    return "\n".join(lines)


def _need(load: str, rate: float, figures: Figures) -> str:
    """One row: two servers at least, so that one may be lost."""
    cores = rate * (figures.journey + (figures.nginx or 0)) / 1000
    servers = max(2, math.ceil(cores / BUSY / 2) + 1)
    memory = servers * (figures.parent_mb + 2 * figures.worker_mb) / 1000
    return f"| {load} | {_short(rate)} | {_short(cores)} | {servers} | {memory:.1f} GB |"


def _short(number: float) -> str:
    return "below 0.01" if number < 0.01 else f"{number:.0f}" if number > 9.5 else f"{number:.2g}"


def main() -> int:
    """Measure, print, and with --write put it into the guide."""
    figures = measured(lambda what: print(f"measuring {what} ...", file=sys.stderr))
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
