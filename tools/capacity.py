"""Capacity planning: measures what a visit costs, and computes servers and bytes for some loads.

    python -m tools.capacity            prints the tables
    python -m tools.capacity --write    puts them into docs/operators.md

CPU time is read from the kernel, which depends less on other load than wall time does. The
absolute numbers are those of one machine; the ratios hold for others too.
"""

from __future__ import annotations

import math
import random
import re
import shutil
import socket
import ssl
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path

import brotli

from screener.config import Settings
from screener.export.folder import write_folder
from tests.answers import body, calm_case
from tests.operators.fronts import before_servers, nginx
from tests.operators.visitor import Tally, Visitor
from tests.running import Server, running
from tools.docs_tables import GUIDE

VISITS, REQUESTS = 60, 400
MARKS = "<!-- figures -->", "<!-- end of figures -->"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BROWSER = {"Accept-Encoding": "gzip, deflate, br", "Host": "check.example"}
TRUSTED = {"SCREENER_TRUSTED_HOSTS": "check.example"}
PER_CLINIC = 10
"""Visits in the busiest hour of one clinic."""

WITHOUT_SCRIPTS = 0.02
"""The share of visits without JavaScript: an assumption, on the high side."""

PLANNED_LOAD = 0.6
"""Planned load of a server's processors; the rest is for short peaks."""

LOADS = {
    "1 clinic, its busiest hour": (PER_CLINIC, 3600),
    "10 000 clinics, their busiest hour": (10_000 * PER_CLINIC, 3600),
    "launch day of a country: a million people, a tenth of them in one hour": (100_000, 3600),
    "in the news: 100 000 people within ten minutes": (100_000, 600),
}
"""Visits, and the seconds in which they come."""

GZIP_LEVEL, BROTLI_LEVEL = 6, 5
"""Levels that web servers and CDNs commonly use for what they compress themselves."""

GZIP_HEADER = 12
"""Bytes by which a gzip stream is longer than a zlib stream."""

_STATIC = re.compile(r'(?:href|src)="(/static/[^"]+)"')
_BUNDLE = re.compile(r'data-bundle="([^"]+)"')
_MODULE = re.compile(r'import\("\./([^"]+)"\)')
_LIMIT = re.compile(r"^ *limit_(?:req|conn) .*\n", re.MULTILINE)


@dataclass(frozen=True)
class Kind:
    """One visit, with scripts or without. Times are CPU milliseconds of one core."""

    requests: float
    kilobytes: float
    """As sent, with headers, without TLS."""
    server: float
    nginx: float | None
    """With TLS; None where it could not be measured."""

    @property
    def cpu(self) -> float:
        """In the server and in nginx."""
        return self.server + (self.nginx or 0)


@dataclass(frozen=True)
class Export:
    """What one visit loads of the exported files, in kB, headers included."""

    requests: int
    gzip: float
    brotli: float


@dataclass(frozen=True)
class Figures:
    """The measurements."""

    requests: dict[str, float]
    """CPU milliseconds in the server."""
    scripted: Kind
    plain: Kind
    export: Export
    bundle_ms: float
    """CPU milliseconds of a worker's first visit with scripts, which makes the bundle."""
    parent_mb: float
    worker_mb: float
    start: float
    incomplete_bodies: int | None
    """How many of them block a server of two workers; None for more than were tried."""


def cpu(pids: set[int]) -> float:
    """Milliseconds of CPU time that these processes have used."""
    threads = (task for pid in pids for task in Path(f"/proc/{pid}/task").iterdir())
    return sum(int((task / "schedstat").read_text().split()[0]) for task in threads) / 1e6


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
            connection.request(method, path, body, {**FORM, **BROWSER})
            response = connection.getresponse()
            response.read()
            assert response.status == 200, path

    send(20)
    before = cpu(server.pids())
    send(REQUESTS)
    used = cpu(server.pids()) - before
    connection.close()
    return used / REQUESTS


def loaded(get: Callable[[str], bytes]) -> list[str]:
    """The paths that a visit with scripts asks for: home, the first question, all that it names,
    the modules of its script, and the bundle. After them it asks for nothing."""
    page = get("/check").decode()
    static = list(dict.fromkeys(_STATIC.findall(page)))
    script = next(path for path in static if path.startswith("/static/app.") and path[-3:] == ".js")
    modules = [f"/static/{name}" for name in _MODULE.findall(get(script).decode())]
    return ["/", "/check", *static, *modules, *_BUNDLE.findall(page)]


def scripted(port: int, paths: list[str], tls: bool) -> tuple[int, int]:
    """Load paths as one visit with scripts does; bytes of the bodies and of the headers."""
    connection = _connection(port, tls)
    bodies = headers = 0
    for path in paths:
        connection.request("GET", path, headers=BROWSER)
        response = connection.getresponse()
        bodies += len(response.read())
        headers += _length(response)
        assert response.status == 200, path
    connection.close()
    return bodies, headers


def _connection(port: int, tls: bool) -> HTTPConnection:
    if not tls:
        return HTTPConnection("127.0.0.1", port, timeout=20)
    return HTTPSConnection("127.0.0.1", port, timeout=20, context=_unverified())


def _unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _length(response: HTTPResponse) -> int:
    """Bytes of a response's status line and headers."""
    lines = [f"HTTP/1.1 {response.status} {response.reason}"]
    lines += [f"{name}: {value}" for name, value in response.getheaders()]
    return sum(len(line) + 2 for line in lines) + 2


def plain(port: int, tls: bool) -> Tally:
    """Run VISITS visits without scripts, one after another."""
    tally = Tally()
    for number in range(VISITS):
        Visitor(port, random.Random(number), tally, tls=_unverified() if tls else None).journey()
    assert tally.counts["journeys finished"] == VISITS, tally.wrong
    return tally


def step_headers(port: int) -> int:
    """Bytes of the headers of the response to a step."""
    connection = _connection(port, tls=False)
    connection.request("POST", "/check", "voice=me", {**FORM, **BROWSER})
    response = connection.getresponse()
    response.read()
    connection.close()
    return _length(response)


@contextmanager
def front(server: Server) -> Iterator[tuple[int, set[int]] | None]:
    """The shipped nginx before a server: its port with TLS and its workers' ids. None without
    nginx. Without its limits by address: here one address stands for many visitors."""
    if not shutil.which("nginx") or not shutil.which("openssl"):
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        config, port = before_servers(Path(folder), [server.port])
        with nginx(Path(folder), _LIMIT.sub("", config), port) as started:
            yield port, children(started.pid)


def exported(header_bytes: int) -> Export:
    """What a visit loads of an export. Its headers are those of the app."""
    with tempfile.TemporaryDirectory() as folder:
        write_folder(Settings(), Path(folder))
        site = Path(folder) / "site"

        def get(path: str) -> bytes:
            file = site / path.removeprefix("/")
            return (file / "index.html" if file.is_dir() else file).read_bytes()

        files = [get(path) for path in loaded(get)]
    sizes = (
        sum(len(zlib.compress(file, GZIP_LEVEL)) + GZIP_HEADER for file in files),
        sum(len(brotli.compress(file, quality=BROTLI_LEVEL)) for file in files),
    )
    gzip, br = ((size + header_bytes) / 1000 for size in sizes)
    return Export(len(files), gzip, br)


def incomplete_bodies(server: Server) -> int | None:
    """How many incomplete request bodies block a server; None if 900 do not."""
    connections: list[socket.socket] = []
    head = b"POST /check HTTP/1.1\r\nHost: check.example\r\nContent-Length: 100\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\n\r\nvoice="

    def answers() -> bool:
        with suppress(OSError):
            probe = HTTPConnection("127.0.0.1", server.port, timeout=3)
            probe.request("GET", "/", headers=BROWSER)
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
    with running("--workers", "1", env=TRUSTED) as server:
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

        report_progress("visits with scripts")
        paths = loaded(lambda path: _plain_get(server.port, path))
        before = cpu(server.pids())
        bodies, headers = scripted(server.port, paths, tls=False)
        first_ms = cpu(server.pids()) - before
        scripted_ms = _spent(server.pids(), lambda: scripted(server.port, paths, tls=False))
        report_progress("visits without")
        before = cpu(server.pids())
        tally = plain(server.port, tls=False)
        plain_ms = (cpu(server.pids()) - before) / VISITS
        steps = tally.counts["steps"] / VISITS
        sent = tally.counts["bytes"] / VISITS + steps * step_headers(server.port)
        (worker,) = server.pids()
        memory = pss(server.process.pid), pss(worker)

        report_progress("the same through nginx")
        scripted_nginx = plain_nginx = None
        with front(server) as proxy:
            if proxy:
                port, workers = proxy
                scripted_nginx = _spent(workers, lambda: scripted(port, paths, tls=True))
                before = cpu(workers)
                plain(port, tls=True)
                plain_nginx = (cpu(workers) - before) / VISITS
    with running("--workers", "2", env=TRUSTED) as server:
        report_progress("incomplete bodies")
        blocking = incomplete_bodies(server)
    return Figures(
        requests,
        Kind(len(paths), (bodies + headers) / 1000, scripted_ms, scripted_nginx),
        Kind(steps, sent / 1000, plain_ms, plain_nginx),
        exported(headers),
        first_ms,
        *memory,
        start,
        blocking,
    )


def _plain_get(port: int, path: str) -> bytes:
    connection = _connection(port, tls=False)
    connection.request("GET", path, headers={"Host": BROWSER["Host"]})
    body = connection.getresponse().read()
    connection.close()
    return body


def _spent(pids: set[int], visit: Callable[[], object]) -> float:
    """CPU milliseconds that some processes use for a visit, over VISITS of them."""
    before = cpu(pids)
    for _ in range(VISITS):
        visit()
    return (cpu(pids) - before) / VISITS


def tables(figures: Figures) -> str:
    """The measurements and the capacity computed from them, as Markdown tables."""
    base = figures.requests["`/healthz`"]
    rows = [f"| {kind} | {ms:.2f} ms | {ms / base:.0f} |" for kind, ms in figures.requests.items()]
    memory = f"{figures.worker_mb:.0f} MB a worker and {figures.parent_mb:.0f} MB the first process"
    count = figures.incomplete_bodies
    blocking = f"about {count}" if count else "more than 900"
    per_core = 1000 / _mixed(figures.scripted.cpu, figures.plain.cpu)
    export = figures.export
    lines = [
        "| request | CPU time in the server | times `/healthz` |",
        "|---|---|---|",
        *rows,
        "",
        "| one visit | requests | sent | CPU time in the server | in nginx, with TLS |",
        "|---|---|---|---|---|",
        _visit_row("with JavaScript: two pages, styles, scripts, the bundle", figures.scripted),
        _visit_row("without: each step a POST", figures.plain),
        "",
        f"- One core serves about **{per_core:,.0f} visits a second** if "
        f"{WITHOUT_SCRIPTS:.0%} of them are without JavaScript; planned at {PLANNED_LOAD:.0%}: "
        f"{per_core * PLANNED_LOAD:,.0f}.",
        f"- The first visit that a worker serves in each country makes the bundle: "
        f"{figures.bundle_ms / 1000:.1f} s of a core, once.",
        f"- Memory (PSS): {memory}.",
        f"- A server serves {figures.start:.0f} s after it is started.",
        "- Incomplete request bodies that block a server of 2 workers, without a proxy: "
        f"{blocking}.",
        "",
        "| load | visits a second | cores busy | servers of 2 workers | memory | sent | at |",
        "|---|---|---|---|---|---|---|",
        *(_load_row(load, *visits, figures) for load, visits in LOADS.items()),
        "",
        "| an export behind a CDN | requests | sent, gzip | sent, Brotli |",
        "|---|---|---|---|",
        f"| one visit | {export.requests} | {export.gzip:.0f} kB | {export.brotli:.0f} kB |",
        f"| a million visits | {export.requests} million | {export.gzip:,.0f} GB "
        f"| {export.brotli:,.0f} GB |",
    ]
    return "\n".join(lines)


def _visit_row(what: str, kind: Kind) -> str:
    proxy = "not measured" if kind.nginx is None else f"{kind.nginx:.1f} ms"
    return (
        f"| {what} | {kind.requests:.0f} | {kind.kilobytes:.0f} kB | {kind.server:.1f} ms "
        f"| {proxy} |"
    )


def _mixed(with_scripts: float, without: float) -> float:
    return with_scripts * (1 - WITHOUT_SCRIPTS) + without * WITHOUT_SCRIPTS


def _load_row(load: str, visits: int, seconds: int, figures: Figures) -> str:
    """A row for one load: at least two servers, so that one may fail."""
    rate = visits / seconds
    cores = rate * _mixed(figures.scripted.cpu, figures.plain.cpu) / 1000
    servers = max(2, math.ceil(cores / PLANNED_LOAD / 2) + 1)
    memory = servers * (figures.parent_mb + 2 * figures.worker_mb) / 1000
    kilobytes = _mixed(figures.scripted.kilobytes, figures.plain.kilobytes)
    sent = f"{_rounded(visits * kilobytes / 1e6)} GB"
    speed = f"{_rounded(rate * kilobytes * 8 / 1000)} Mbit/s"
    return (
        f"| {load} | {_rounded(rate)} | {_rounded(cores)} | {servers} | {memory:.1f} GB | {sent} "
        f"| {speed} |"
    )


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
