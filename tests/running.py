"""Starts the app as its users do, as a program of its own, and stops it again."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from screener.cli import main
from screener.config import Settings

SCREENER = (sys.executable, "-m", "screener.cli")
START_TIME = 30
STOP_TIME = 20
"""Seconds, with room for a busy machine. The server itself gives a request in flight 10 seconds."""


@dataclass
class Server:
    """A server that is running; its output is there once it has stopped."""

    process: subprocess.Popen[str]
    port: int
    host: str = "127.0.0.1"
    workers: int = 0
    """How many it is to have, where that is known."""
    stdout: str = ""
    stderr: str = ""

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def answers(self) -> bool:
        """Whether it serves requests."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as response:
                return bool(response.read() == b"ok")
        except OSError:
            return False

    def pids(self) -> set[int]:
        """The workers that are alive: the processes that the server has started."""
        return {pid for pid, _ in _children(self.process.pid)}

    def ready(self) -> bool:
        """Whether it answers, and no worker is still to come or starting: one that serves has
        threads."""
        threads = [threads for _, threads in _children(self.process.pid)]
        if len(threads) < self.workers or min(threads, default=2) < 2:
            return False
        return self.answers()

    def stop(self) -> None:
        """Ask it to stop, wait, and keep what it printed. Harmless when it has stopped."""
        if self.process.stdout is None or self.process.stdout.closed:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.stdout, self.stderr = _output(self.process, STOP_TIME)


@contextmanager
def running(
    *args: str,
    env: Mapping[str, str] | None = None,
    questions: Path | None = None,
    host: str = "127.0.0.1",
    command: Sequence[str] = (*SCREENER, "serve"),
    cwd: Path | None = None,
) -> Iterator[Server]:
    """A server that answers, on a port of its own. No SCREENER_ setting is inherited.

    `command` and `cwd` are for a screener that is installed or started in another way.
    """
    port = free_port()
    content = ["--questions", str(questions)] if questions else []
    place = ["--host", host] if host != "127.0.0.1" else []
    process = start([*command, "--port", str(port), *place, *content, *args], env, cwd)
    workers = _workers(args, env) if tuple(command) == (*SCREENER, "serve") else 0
    server = Server(process, port, host, workers)
    try:
        wait_until(lambda: process.poll() is not None or server.ready(), START_TIME)
        if process.poll() is not None:
            server.stop()
            raise AssertionError(f"it ended at once: {server.stderr}")
        yield server
    finally:
        server.stop()


def _workers(args: Sequence[str], env: Mapping[str, str] | None) -> int:
    if "--reload" in args:
        return 1
    if "--workers" in args:
        return int(args[args.index("--workers") + 1])
    return int((env or {}).get("SCREENER_WORKERS", Settings().workers))


def ended(*args: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """What a `screener` command that ends by itself did and said."""
    process = start([*SCREENER, *args], env)
    stdout, stderr = _output(process, START_TIME)
    return subprocess.CompletedProcess(args, process.returncode, stdout, stderr)


def refused(*args: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The same in this process, for commands that end before they serve anything."""
    out, err = StringIO(), StringIO()
    others = {name: value for name, value in os.environ.items() if not _is_ours(name)}
    with (
        patch.dict(os.environ, {**others, **(env or {})}, clear=True),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = main(args)
    return subprocess.CompletedProcess(args, code, out.getvalue(), err.getvalue())


def _is_ours(variable: str) -> bool:
    """Whether an environment variable would change the app."""
    return variable.startswith(("SCREENER_", "FLASK_")) or variable == "PYTHONPATH"


def free_port() -> int:
    """A port that nothing listens on now, and none that a system gives to clients by itself:
    such a one may be gone a moment later."""
    while True:
        port = secrets.choice(range(20_000, 32_000))
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("", port))
            return port


def listens(port: int) -> bool:
    """Whether something accepts connections on a port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def throwaway_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for check.example and its key, made for this run."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=check.example -days 2"
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command.split(), *files], capture_output=True, check=True)
    return certificate, key


def wait_until(condition: Callable[[], object], seconds: float) -> None:
    """Return as soon as the condition holds; fail when it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s for a condition that never held")
        time.sleep(0.05)


def start(
    command: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.Popen[str]:
    """A program with nothing in its environment that would change the app but `env`."""
    others = {name: value for name, value in os.environ.items() if not _is_ours(name)}
    return subprocess.Popen(
        command,
        env={**others, **(env or {})},
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _output(process: subprocess.Popen[str], seconds: float) -> tuple[str, str]:
    """What a process prints until it ends. One that does not end in time is a failure."""
    try:
        return process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # `start` gave it a group of its own
        process.communicate()
        raise AssertionError(f"still running after {seconds} s") from None


def _children(parent: int) -> Iterator[tuple[int, int]]:
    """The processes that a process has started, but for zombies: id and number of threads."""
    for listed in Path("/proc").glob(f"{parent}/task/*/children"):
        for pid in _read(listed).split():
            fields = _read(Path("/proc", pid, "stat")).rpartition(")")[2].split()
            if fields and fields[0] != "Z":
                yield int(pid), int(fields[17])


def _read(path: Path) -> str:
    """The text of a file of /proc; '' for that of a process that has ended."""
    try:
        return path.read_text()
    except OSError:
        return ""
