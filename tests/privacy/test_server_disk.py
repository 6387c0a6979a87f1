"""The server's machine: no file written, nothing of a visit in what it prints, no core dump."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests import answers
from tests.needs import need_program, need_root
from tests.paths import ROOT
from tests.privacy.tools import CANARY, CONTENT, connect, hostile_bodies, post, valid_fields
from tests.running import SCREENER, Server, running, wait_until

JOURNEYS = 200
HOSTILE = 200
CALLS = "open,openat,openat2,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat"
CALLS += ",link,linkat,symlink,symlinkat,mknod,mknodat,truncate,memfd_create"
READ_ONLY = """
for place in $(awk '{print $2}' /proc/self/mounts); do
    mount -o remount,bind,ro "$place" 2>/dev/null
done
unset PYTHONDONTWRITEBYTECODE
exec "$@"
"""
VISITOR = "127.0.0.77"
AGENT = f"Agent-{CANARY}"


def strace(log: Path) -> list[str]:
    """What makes a command write down everything it does to files. It keeps its process id."""
    options = ["-D", "-f", "--seccomp-bpf", "-qq", "-ttt", "-e", f"trace={CALLS}"]
    return ["strace", *options, "-o", str(log)]


@contextmanager
def watched(log: Path) -> Iterator[tuple[Server, float]]:
    """A server for which the disk is read-only, and a log of what it does to files."""
    need_root()
    need_program("strace")
    command = [*strace(log), "unshare", "-m", "sh", "-c", READ_ONLY, "sh", *SCREENER, "serve"]
    with running("--workers", "2", command=command, cwd=ROOT) as server:
        yield server, time.time()


def writes(log: Path, since: float) -> list[str]:
    """What was tried, after a time, that could change a file."""
    lines = [line.split(maxsplit=2) for line in log.read_text("utf-8", "replace").splitlines()]
    called = [call for _, when, call in lines if float(when) >= since and "(" in call]
    # A process killed on its way into a call leaves `????(`: nothing was done.
    known = re.compile(r"[a-z_0-9]+\(|<\.\.\. |\?+\(")
    assert [call for call in called if not known.match(call)] == []
    reading = re.compile(r"(open|openat|openat2)\((?!.*O_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE))")
    terminal = re.compile(r'(open|openat)\(.*"/dev/(null|tty|pts/\d+)"')
    resumed = re.compile(r"<\.\.\. open(at2?)? resumed>")
    killed = re.compile(r"\?+\(")
    return [c for c in called if not any(r.match(c) for r in (reading, terminal, resumed, killed))]


def send(visitor: HTTPConnection, body: bytes) -> int:
    """One POST over a connection that is kept open."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": AGENT,
        "Referer": f"http://127.0.0.1/check?{CANARY}",
    }
    visitor.request("POST", f"/check?query-{CANARY}", body, headers)
    response = visitor.getresponse()
    response.read()
    return response.status


def visit(port: int, bodies: list[bytes]) -> list[int]:
    """The statuses that one visitor gets, all over one connection while that stays open."""
    visitor = HTTPConnection("127.0.0.1", port, timeout=20, source_address=(VISITOR, 0))
    statuses = [send(visitor, body) for body in bodies]
    visitor.close()
    return statuses


def says_nothing_of_a_visit(output: str) -> bool:
    """Whether what the server printed names no visitor and nothing that was sent."""
    ids = {id for choices in CONTENT.choices.values() for id in choices if len(id) > 6}
    secrets = {CANARY, VISITOR, AGENT, "query-", *CONTENT.questions, *ids}
    return not [secret for secret in secrets if secret in output]


def test_it_writes_no_file_and_prints_nothing_about_a_visit(tmp_path: Path) -> None:
    dice = random.Random(1)
    log = tmp_path / "strace"
    with watched(log) as (server, ready):
        own = Path(f"/proc/{server.process.pid}")
        mounts = [line.split() for line in (own / "mountinfo").read_text("utf-8").splitlines()]
        uppermost = {mount[4]: mount[5] for mount in mounts}
        assert {options.split(",")[0] for options in uppermost.values()} == {"ro"}
        assert b"PYTHONDONTWRITEBYTECODE" not in (own / "environ").read_bytes()
        journeys = [
            visit(server.port, [urlencode(valid_fields(dice)).encode() for _ in range(4)])
            for _ in range(JOURNEYS)
        ]
        assert {status for statuses in journeys for status in statuses} == {200}
        refused = [visit(server.port, [body]) for body in hostile_bodies(HOSTILE, seed=2)]
        assert {400, 413, 422} <= {status for (status,) in refused} <= {200, 400, 413, 422}
    assert writes(log, ready) == []
    assert server.stderr == ""
    assert server.stdout.count("\n") == 1
    assert says_nothing_of_a_visit(server.stdout)


def test_the_watch_sees_a_file_that_is_written(tmp_path: Path) -> None:
    need_program("strace")
    log = tmp_path / "strace"
    python = [sys.executable, "-c", f"open({str(tmp_path / 'file')!r}, 'w')"]
    subprocess.run([*strace(log), *python], check=True)
    wait_until(lambda: [call for call in writes(log, 0) if str(tmp_path / "file") in call], 10)


# A fault of ours


@pytest.fixture(scope="module")
def crashing() -> Iterator[Server]:
    command = [sys.executable, "-m", "tests.privacy.crashing", "serve"]
    with running("--workers", "1", command=command, cwd=ROOT) as server:
        yield server


def test_an_exception_prints_route_and_type_only(crashing: Server) -> None:
    for path in ("/results", "/check"):
        body = f"{answers.body(answers.calm_case().answers)}&seen={CANARY}"
        reply = post(crashing.port, f"{path}?query-{CANARY}", body, f"User-Agent: {AGENT}")
        assert reply.status == 500
        assert b'href="tel:988"' in reply.body
        assert CANARY.encode() not in reply.body
        assert b"Traceback" not in reply.body
    crashing.stop()
    assert crashing.stderr == "RuntimeError at /results\nRuntimeError at /check\n"
    assert says_nothing_of_a_visit(crashing.stdout)


# A crash


def test_no_process_may_dump_its_memory(tmp_path: Path) -> None:
    if not Path("/proc/self/limits").exists():
        pytest.skip("reads limits through /proc")
    with running("--workers", "2", cwd=tmp_path) as server:
        workers = server.pids()
        for pid in (server.process.pid, *workers):
            limits = Path(f"/proc/{pid}/limits").read_text("utf-8")
            assert re.search(r"^Max core file size +0 +0 ", limits, re.MULTILINE)
        with connect(server.port, "POST /check HTTP/1.1", "Host: localhost"):
            for worker in workers:
                os.kill(worker, signal.SIGSEGV)
            wait_until(lambda: not workers & server.pids(), 10)
        wait_until(server.ready, 10)
    assert list(tmp_path.iterdir()) == []
