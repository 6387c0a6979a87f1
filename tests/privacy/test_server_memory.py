"""The server's memory: what a worker still holds of a form that it has answered.

The server reads a request into buffers of its own, and Python makes strings of it. When these
are freed nobody overwrites them, so the form can be found in the worker's memory until something
else happens to take its place.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.needs import need_root
from tests.privacy.tools import CANARY, CONTENT, get, post
from tests.running import Server, running, wait_until

LIFETIME = 60
"""Seconds. The least that granian allows."""

PAIR = "&".join(f"{id}={next(iter(CONTENT.choices[id]))}" for id in list(CONTENT.questions)[:2])
"""Answers as a form sends them. Nothing but a form joins an id and a choice with '='."""

FORM = f"voice=me&{PAIR}&seen={CANARY}&go=next"


@pytest.fixture
def worker() -> Iterator[Server]:
    """A server whose one worker has answered a form."""
    need_root()
    with running("--workers", "1", env={"SCREENER_WORKER_LIFETIME": str(LIFETIME)}) as server:
        get(server.port, "/check")
        assert not held(server), "it is there without anybody having sent it"
        assert post(server.port, "/check", FORM).status == 200
        yield server


def held(server: Server) -> set[int]:
    """Of the server's processes those that hold the form."""
    return {pid for pid in {server.process.pid, *server.pids()} if _holds(pid, PAIR.encode())}


def _holds(pid: int, words: bytes) -> bool:
    process = Path("/proc", str(pid))
    with (process / "maps").open() as maps, (process / "mem").open("rb", 0) as memory:
        for line in maps:
            begin, end = (int(address, 16) for address in line.split()[0].split("-"))
            try:
                memory.seek(begin)
                if words in memory.read(end - begin):
                    return True
            except (OSError, OverflowError, ValueError):
                continue  # what the kernel shares with it
    return False


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="the server's buffers are freed, not overwritten, and Python cannot reach them",
)
def test_a_worker_forgets_a_form_at_once(worker: Server) -> None:
    assert not held(worker)


@pytest.mark.slow
def test_a_form_is_gone_from_memory_when_its_worker_is_replaced(worker: Server) -> None:
    """And nobody is turned away meanwhile."""
    (old,) = worker.pids()
    assert held(worker) == {old}, "nothing would be forgotten"

    def is_replaced() -> bool:
        time.sleep(0.5)
        assert get(worker.port, "/healthz").body == b"ok"
        return old not in worker.pids() and worker.ready()

    begin = time.monotonic()
    wait_until(is_replaced, LIFETIME + 30)
    assert time.monotonic() - begin > LIFETIME / 2, "it was not its age that ended it"
    assert not held(worker)
    worker.stop()
    assert worker.stderr == ""
