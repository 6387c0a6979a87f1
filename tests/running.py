"""Starts the app as its users do, as a program of its own, and stops it again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SCREENER = (sys.executable, "-m", "screener.cli")
START_TIME = 15
STOP_TIME = 20
"""Seconds. The server itself gives a request in flight 10 seconds."""


@dataclass
class Server:
    """A server that is running; its output is there once it has stopped."""

    process: subprocess.Popen[str]
    port: int
    stdout: str = ""
    stderr: str = ""

    @property
    def url(self) -> str:
        """The address without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def pids(self) -> set[int]:
        """The workers that are alive: the processes that the server has started."""
        return {pid for pid in _pids() if _parent(pid) == self.process.pid}

    def stop(self) -> None:
        """Ask it to stop, wait, and keep what it printed. Harmless when it has stopped."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.stdout, self.stderr = self.process.communicate(timeout=STOP_TIME)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)  # its own session: see `running`
            self.stdout, self.stderr = self.process.communicate()
            raise AssertionError(f"still running {STOP_TIME} s after SIGTERM") from None


@contextmanager
def running(
    *args: str,
    env: Mapping[str, str] | None = None,
    questions: Path | None = None,
    command: Sequence[str] = (*SCREENER, "serve"),
    cwd: Path | None = None,
) -> Iterator[Server]:
    """A server that answers, on a port of its own. No SCREENER_ setting is inherited."""
    port = free_port()
    content = ["--questions", str(questions)] if questions else []
    process = subprocess.Popen(
        [*command, "--port", str(port), *content, *args],
        env=clean_environment(env),
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    server = Server(process, port)
    try:
        wait_until(lambda: process.poll() is not None or answers(server), START_TIME)
        if process.poll() is not None:
            raise AssertionError(f"stopped at once: {process.communicate()[1]}")
        yield server
    finally:
        if not process.stdout.closed:
            server.stop()


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without anything that would change the app, and `more`."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SCREENER_", "FLASK_")) and name != "PYTHONPATH"
    }
    return {**ours, **(more or {})}


def wait_until(condition, seconds: float) -> None:
    """Return as soon as the condition holds; fail when it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain")
        time.sleep(0.05)


def answers(server: Server) -> bool:
    """Whether it serves requests."""
    try:
        with urllib.request.urlopen(f"{server.url}/healthz", timeout=5) as response:
            return response.read() == b"ok"
    except OSError:
        return False


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _parent(pid: int) -> int | None:
    """The parent of a process that is alive; a zombie is not."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return None
    return None if state == "Z" else int(parent)
