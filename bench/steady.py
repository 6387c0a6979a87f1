"""How soon the server answers, what memory it takes and keeps, and what slow clients do to it."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from urllib.request import urlopen

from bench import naive
from bench.bodies import typical
from bench.programs import FORM, Load, wrk
from bench.table import Limit, Row, measured
from tests.running import SCREENER, Server, free_port, running, start

GROUP = "the running server, 2 workers"
WORKERS = ("--workers", "2")
MANY = 100_000
LONGEST = 180
"""Seconds that they may take."""

BURST = 10
SLOW = 32
"""Clients that send half a body and then nothing."""


def rows(rounds: int, say: Callable[[str], None]) -> list[Row]:
    """Everything about one running server."""
    if sys.platform != "linux":
        raise OSError("memory is read from /proc, which only Linux has")
    parts = (partial(starts, rounds, say), partial(memory, say), partial(slow_clients, rounds, say))
    return [row for part in parts for row in measured(GROUP, part)]


def starts(rounds: int, say: Callable[[str], None]) -> list[Row]:
    """From starting the program to its first page."""
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
    return [Row(GROUP, "from start to the first page (GET /, 200)", taken, "s", goal=Limit(2))]


def _serves(server: Server) -> bool:
    try:
        with urlopen(f"{server.url}/", timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def memory(say: Callable[[str], None]) -> list[Row]:
    """Memory before the first request and after very many."""
    visit = typical(naive.content())
    pages = [("/", None), ("/check", None), ("/learn", None)]
    steps = [("/check", body) for body in visit.steps]
    load = Load([*pages, *steps, ("/results", visit.results)], "gzip, br")
    with running(*WORKERS) as server:
        idle = _pss(server)
        sent, begun, warm = 0, time.monotonic(), 0.0
        while sent < MANY and time.monotonic() - begun < LONGEST - BURST:
            say(f"memory: {sent:,} of {MANY:,} requests")
            counted = wrk(server.port, load, BURST)
            if counted.errors:
                raise ValueError(f"{counted.errors} requests failed")
            sent += counted.requests
            if not warm and sent >= MANY // 2:
                warm = _pss(server)
        after = _pss(server)
    many = f"{sent:,} requests" + ("" if sent >= MANY else f", all that {LONGEST} s allowed")
    name, most = "memory of all processes (PSS)", Limit(5)
    half = [after - warm] if warm else []
    late = "" if warm else f"{many}: fewer than half"
    return [
        Row(GROUP, f"{name}, before the first request", [idle], "MB", goal=Limit(150)),
        Row(GROUP, f"{name}, afterwards", [after], "MB", many, goal=Limit(150)),
        Row(GROUP, "growth since before the first request", [after - idle], "MB", goal=most),
        Row(GROUP, "growth over the second half of them", half, "MB", late, goal=most),
    ]


def _pss(server: Server) -> float:
    """Megabytes of a server and all that it started; shared pages count in part."""
    total = 0
    for pid in (server.process.pid, *_children(server.process.pid)):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1000


def _children(pid: int) -> Iterator[int]:
    """What a process has started, and what those have."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield int(child)
            yield from _children(int(child))


def slow_clients(rounds: int, say: Callable[[str], None]) -> list[Row]:
    """The slowest hundredth of results POSTs, with slow clients and without, in turn."""
    load = Load([("/results", typical(naive.content()).results)], "gzip")
    alone: list[float] = []
    beside: list[float] = []
    with running(*WORKERS) as server:
        wrk(server.port, load, 1)
        for n in range(rounds):
            say(f"slow clients: round {n + 1} of {rounds}")
            for held in (n % 2 == 0, n % 2 == 1):  # who comes first takes turns
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
    """Connections over which half a body has come."""
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
