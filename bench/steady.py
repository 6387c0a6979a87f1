"""The running server: its start, a save under --reload, memory, and slow clients."""

from __future__ import annotations

import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from urllib.request import urlopen

from bench.bodies import content, typical
from bench.programs import FORM, Load, wrk
from bench.table import Limit, Row, measured
from screener.authoring.reload import AUTHOR
from screener.resources import built_in_questions
from tests.running import SCREENER, Server, free_port, running, start

GROUP = "the running server"
WORKERS = ("--workers", "2")
MANY = 50_000
LONGEST = 80
"""Requests between two measurements of memory, and seconds after which they end earlier."""

BURST = 10
"""Seconds of requests at once."""

SLOW = 32
"""Clients that send half a body and then nothing."""


def rows(rounds: int, say: Callable[[str], None]) -> list[Row]:
    """Measure each on a server of its own."""
    if sys.platform != "linux":
        raise OSError("memory is read from /proc, which only Linux has")
    parts = (
        partial(starts, rounds, say),
        partial(saves, rounds, say),
        partial(memory, say),
        partial(slow_clients, rounds, say),
    )
    return [row for part in parts for row in measured(GROUP, part)]


def starts(rounds: int, say: Callable[[str], None]) -> list[Row]:
    """From the start of the program to its first page."""
    taken = []
    for n in range(rounds):
        say(f"starting: {n + 1} of {rounds}")
        port = free_port()
        begun = time.monotonic()
        process = start([*SCREENER, "serve", "--port", str(port), *WORKERS])
        server = Server(process, port)
        try:
            while not _serves(server):
                if process.poll() is not None or time.monotonic() > begun + 60:
                    raise OSError("the server did not start")
                time.sleep(0.01)
            taken.append(time.monotonic() - begun)
        finally:
            server.stop()
    return [Row(GROUP, "from start to the first page (GET /), 2 workers", taken, "s")]


def _serves(server: Server) -> bool:
    try:
        return bool(_page(server))
    except OSError:
        return False


def _page(server: Server, path: str = "/") -> str:
    """A page. Raises OSError unless its status is 200."""
    with urlopen(server.url + path, timeout=60) as response:
        return str(response.read(), "utf-8")


def saves(rounds: int, say: Callable[[str], None]) -> list[Row]:
    """From the save of a content file to a page that shows it, under `serve --reload`.

    The check of the version before has ended: it runs in the background, for seconds.
    """
    text = built_in_questions().read_text("utf-8")
    title = content().about.title
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "questions.yaml"
        file.write_text(text, "utf-8")
        with running("--reload", questions=file) as server:
            for n in range(rounds):
                say(f"saving: {n + 1} of {rounds}")
                _wait_for(server, AUTHOR, "is being checked", shown=False)
                new = f"{title} {n}"
                file.write_text(text.replace(title, new), "utf-8")
                begun = time.monotonic()
                _wait_for(server, "/", new)
                taken.append(time.monotonic() - begun)
    what = "from the save of a content file to the page that shows it, serve --reload"
    return [Row(GROUP, what, taken, "s", budget=Limit(0.5, "s"))]


def _wait_for(server: Server, path: str, text: str, shown: bool = True) -> None:
    """Load a page until it has a text, or has it no more. Raises OSError after a minute."""
    end = time.monotonic() + 60
    while (text in _page(server, path)) is not shown:
        if time.monotonic() > end:
            raise OSError(f"waited a minute for {path} to change")
        time.sleep(0.005)


def memory(say: Callable[[str], None]) -> list[Row]:
    """Memory before the first request, after many, and after as many again."""
    visit = typical(content())
    pages = [("/", None), ("/check", None), ("/learn", None)]
    steps = [("/check", body) for body in visit.steps]
    load = Load([*pages, *steps, ("/results", visit.results)], "gzip, br")
    sent, used = [0], []
    with running(*WORKERS) as server:
        used.append(_pss(server))
        for _ in range(2):
            sent.append(sent[-1] + _send(server, load, say))
            used.append(_pss(server))
    name = "memory of all processes (PSS), 2 workers"
    return [
        Row(GROUP, f"{name}; after {count:,} requests", [megabytes], "MB")
        for count, megabytes in zip(sent, used, strict=True)
    ]


def _send(server: Server, load: Load, say: Callable[[str], None]) -> int:
    """Send requests until there were many or the time is over; how many."""
    sent, begun = 0, time.monotonic()
    while sent < MANY and time.monotonic() - begun < LONGEST:
        say(f"memory: {sent:,} of {MANY:,} requests")
        counted = wrk(server.port, load, BURST)
        if counted.errors:
            raise ValueError(f"{counted.errors} requests failed")
        sent += counted.requests
    return sent


def _pss(server: Server) -> float:
    """Megabytes of a server and its workers. A page that n processes share counts 1/n in each."""
    total = 0
    for pid in (server.process.pid, *_children(server.process.pid)):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1000


def _children(pid: int) -> Iterator[int]:
    """Ids of all descendants of a process."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield int(child)
            yield from _children(int(child))


def slow_clients(rounds: int, say: Callable[[str], None]) -> list[Row]:
    """The slowest hundredth of results POSTs, with slow clients and without, in turn."""
    load = Load([("/results", typical(content()).results)], "gzip")
    alone: list[float] = []
    beside: list[float] = []
    with running(*WORKERS) as server:
        wrk(server.port, load, 1)
        for n in range(rounds):
            say(f"slow clients: round {n + 1} of {rounds}")
            for held in (n % 2 == 0, n % 2 == 1):
                with _held(server.port) if held else nullcontext():
                    (beside if held else alone).append(_p99(server, load))
    ratios = [two / one for one, two in zip(alone, beside, strict=True)]
    what = "results POST, slowest hundredth (p99), 8 connections"
    return [
        Row(GROUP, f"{what}; alone", alone, "ms"),
        Row(GROUP, f"{what}; while {SLOW} clients hold half-sent bodies", beside, "ms"),
        Row(GROUP, "the second as a multiple of the first", ratios, "x"),
    ]


def _p99(server: Server, load: Load) -> float:
    counted = wrk(server.port, load, 2, connections=8)
    if counted.errors:
        raise ValueError(f"{counted.errors} requests failed")
    return counted.p99 / 1000


@contextmanager
def _held(port: int) -> Iterator[None]:
    """Hold connections over which half a body has been sent."""
    lines = ("POST /results HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Content-Type: {FORM}")
    head = "\r\n".join([*lines, "Content-Length: 400", "", "voice=me&"]).encode()
    held = []
    try:
        for _ in range(SLOW):
            connection = socket.create_connection(("127.0.0.1", port), timeout=5)
            held.append(connection)
            connection.sendall(head)
        yield
    finally:
        for connection in held:
            connection.close()
