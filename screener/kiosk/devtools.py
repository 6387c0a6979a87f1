"""One browser process of the touch screen, controlled over Chromium's remote-debugging pipe.

The pipe carries the Chrome DevTools Protocol. Only the launcher holds its other end, and it
asks for page addresses and titles, never for what a page contains.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from screener.kiosk.browser import HAS_DEVTOOLS_PIPE
from screener.kiosk.watch import Watchdog

POLL_UNTIL_READY, POLL_WHEN_READY = 0.2, 2.0
"""Seconds between two requests for the list of pages."""

ASSUMED_READY_AFTER = 5.0
"""Seconds after which a browser without a pipe is taken to show the start page."""

# Chromium expects the pipe as file descriptors 3 and 4, which `subprocess` cannot assign.
EXEC_WITH_PIPE = """import os, sys
ends = [int(end) for end in sys.argv[1:3]]
for end, place in zip(ends, (3, 4)):
    os.dup2(end, place)
    os.close(end)
os.execv(sys.argv[3], sys.argv[3:])"""


class DevToolsPipe:
    """Both directions of the remote-debugging pipe: JSON messages that end in a zero byte."""

    def __init__(self) -> None:
        import fcntl  # not on Windows

        pipes = (*os.pipe(), *os.pipe())
        # Numbers from 10 on, so that none of them is the 3 or 4 that EXEC_WITH_PIPE overwrites.
        fds = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in pipes]
        for fd in pipes:
            os.close(fd)
        self.browser_fds = (fds[0], fds[3])
        self._write_fd, self.read_fd = fds[1], fds[2]
        for fd in (self._write_fd, self.read_fd):
            os.set_blocking(fd, False)
        self._incomplete = b""
        self.at_eof = False
        """Whether the browser has closed its end."""

    def command(self, command: Sequence[str]) -> list[str]:
        """The command line that runs `command` with the browser's ends as descriptors 3 and 4."""
        fds = [str(fd) for fd in self.browser_fds]
        return [sys.executable, "-I", "-S", "-c", EXEC_WITH_PIPE, *fds, *command]

    def send(self, method: str, **params: object) -> None:
        """Send a command; its result arrives among `messages`."""
        message = {"id": 1, "method": method, "params": params}
        with suppress(OSError):  # full or broken: the watchdog notices that no result comes
            os.write(self._write_fd, json.dumps(message).encode() + b"\0")

    def messages(self) -> Iterator[dict[str, Any]]:
        """The messages that have arrived since the last call. Does not block."""
        with suppress(OSError):
            while data := os.read(self.read_fd, 65536):
                self._incomplete += data
            self.at_eof = True
        *complete, self._incomplete = self._incomplete.split(b"\0")
        yield from map(json.loads, complete)

    def close_browser_fds(self) -> None:
        """Close this process's copies of the browser's ends, once the browser has them."""
        for fd in self.browser_fds:
            os.close(fd)

    def close(self) -> None:
        """Close this process's ends."""
        os.close(self._write_fd)
        os.close(self.read_fd)


def start_process(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """A process in a session of its own, so that its whole process group can be killed."""
    null = subprocess.DEVNULL
    return subprocess.Popen(  # noqa: S603 - our own command lines only
        command, stdin=null, stdout=null, start_new_session=True, **options
    )


def kill_process_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all it has started, also when the process itself has ended."""
    if sys.platform == "win32":
        number = str(process.pid)
        subprocess.run(["taskkill", "/T", "/F", "/PID", number], capture_output=True, check=False)  # noqa: S603, S607
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(2)


def exit_description(code: int) -> str:
    """A return code of `subprocess` in words: an exit code, or the signal."""
    return f"signal {-code}" if code < 0 else f"exit code {code}"


class Browser:
    """One browser process with an empty profile, for one visitor."""

    def __init__(self, folder: Path, port: int, command: Callable[[Path], Sequence[str]]) -> None:
        self._folder = folder
        for part in ("profile", "tmp", "cache"):
            (folder / part).mkdir(parents=True)
        self._watchdog = Watchdog(port)
        self._polled = 0.0
        self._started = time.monotonic()
        self.ready_logged = False
        """Whether the launcher has logged that this browser is ready."""
        self.end_recorded = False
        """Whether the launcher's restart back-off has counted the end of this browser."""
        line = command(folder / "profile")
        options: dict[str, Any] = {"env": _environment(folder), "stderr": subprocess.DEVNULL}
        self.pipe = DevToolsPipe() if HAS_DEVTOOLS_PIPE else None
        if self.pipe:
            fds = self.pipe.browser_fds
            self._process = start_process(self.pipe.command(line), pass_fds=fds, **options)
            self.pipe.close_browser_fds()
            self.pipe.send("Target.setDiscoverTargets", discover=True)
        else:
            self._process = start_process(line, **options)

    @property
    def uptime(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self._started

    @property
    def ready(self) -> bool:
        """Whether the start page has been shown. Without a pipe: assumed after some seconds."""
        return self._watchdog.ready if self.pipe else self.uptime > ASSUMED_READY_AFTER

    @property
    def replace_reason(self) -> str:
        """Why the watchdog wants it replaced; empty when it does not."""
        return self._watchdog.replace_reason

    def exit_status(self) -> str:
        """How the process ended; empty while it runs."""
        code = self._process.poll()
        return "" if code is None else exit_description(code)

    @property
    def window_closed(self) -> bool:
        """Whether the process ended because its window was closed."""
        return self.ready and self._process.returncode == 0

    def poll(self, server_ready: bool) -> None:
        """Ask for the list of pages when it is time, and pass all messages to the watchdog."""
        if self.pipe is None:
            return
        now = time.monotonic()
        if now - self._polled > (POLL_WHEN_READY if self.ready else POLL_UNTIL_READY):
            self.pipe.send("Target.getTargets")
            self._polled = now
        for message in self.pipe.messages():
            self._watchdog.handle_message(message)
        self._watchdog.check_timeouts(server_ready)

    def close(self) -> None:
        """Kill the process and remove its profile, caches and temporary files."""
        kill_process_group(self._process)
        if self.pipe:
            self.pipe.close()
        for _ in range(10):  # a process that is just ending may still write
            shutil.rmtree(self._folder, ignore_errors=True)
            if not self._folder.exists():
                break
            time.sleep(0.1)


def _environment(folder: Path) -> dict[str, str]:
    """Sends temporary files, caches and crash dumps to the browser's own folder."""
    places = {"TMPDIR": "tmp", "XDG_CACHE_HOME": "cache", "BREAKPAD_DUMP_LOCATION": "tmp"}
    return {**os.environ, **{name: str(folder / place) for name, place in places.items()}}


def wait_for_messages(browsers: Sequence[Browser], timeout: float) -> None:
    """Block until a browser sends a message, for `timeout` seconds at most."""
    fds = [b.pipe.read_fd for b in browsers if b.pipe and not b.pipe.at_eof]
    if fds:
        select.select(fds, [], [], timeout)
    else:
        time.sleep(timeout)
