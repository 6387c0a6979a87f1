"""One browser of a touch screen: a process, a profile, and the pipe over which it tells.

Only the launcher holds the other end of that remote-debugging pipe. It asks for addresses
and titles, never for what a page contains.
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

from screener.kiosk.browser import PIPED
from screener.kiosk.watch import Watch

ASK_SOON, ASK_EVERY = 0.2, 2.0
GUESS = 5.0
"""Seconds after which a browser without a pipe is taken to show the start page."""

# Chromium expects the pipe as descriptors 3 and 4, which `subprocess` cannot give.
EXEC = """import os, sys
ends = [int(end) for end in sys.argv[1:3]]
for end, place in zip(ends, (3, 4)):
    os.dup2(end, place)
    os.close(end)
os.execv(sys.argv[3], sys.argv[3:])"""


class Pipe:
    """The browser's remote-debugging pipe: JSON messages that end in a zero byte."""

    def __init__(self) -> None:
        import fcntl  # not on Windows

        pair = (*os.pipe(), *os.pipe())
        # Above 10, out of the way of 3 and 4.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in pair]
        for end in pair:
            os.close(end)
        self.theirs = (ends[0], ends[3])
        self._write, self.read = ends[1], ends[2]
        for end in (self._write, self.read):
            os.set_blocking(end, False)
        self._rest = b""
        self.ended = False

    def command(self, command: Sequence[str]) -> list[str]:
        """The command line that gives the program its ends of the pipe."""
        ends = [str(end) for end in self.theirs]
        return [sys.executable, "-I", "-S", "-c", EXEC, *ends, *command]

    def ask(self, method: str, **params: object) -> None:
        """Send a command; what it answers comes with the other messages."""
        message = {"id": 1, "method": method, "params": params}
        with suppress(OSError):  # full or broken: then no answer comes, which is noticed
            os.write(self._write, json.dumps(message).encode() + b"\0")

    def messages(self) -> Iterator[dict[str, Any]]:
        """Everything that has come since the last time."""
        with suppress(OSError):
            while piece := os.read(self.read, 65536):
                self._rest += piece
            self.ended = True
        *whole, self._rest = self._rest.split(b"\0")
        yield from map(json.loads, whole)

    def given(self) -> None:
        """The browser has its ends."""
        for end in self.theirs:
            os.close(end)

    def close(self) -> None:
        """Done with it."""
        os.close(self._write)
        os.close(self.read)


def spawn(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """A program with a process group of its own, so that all it starts ends with it."""
    null = subprocess.DEVNULL
    return subprocess.Popen(  # noqa: S603 - our own command lines only
        command, stdin=null, stdout=null, start_new_session=True, **options
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program and all it has started, at once, also when it has ended itself."""
    if sys.platform == "win32":
        number = str(process.pid)
        subprocess.run(["taskkill", "/T", "/F", "/PID", number], capture_output=True, check=False)  # noqa: S603, S607
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(2)


def how_it_ended(code: int) -> str:
    """For people: an exit code, or the signal."""
    return f"signal {-code}" if code < 0 else f"exit code {code}"


class Browser:
    """One browser with a profile of its own, for one visitor."""

    def __init__(self, folder: Path, port: int, command: Callable[[Path], Sequence[str]]) -> None:
        self._folder = folder
        for part in ("profile", "tmp", "cache"):
            (folder / part).mkdir(parents=True)
        self._watch = Watch(port)
        self._asked = 0.0
        self._started = time.monotonic()
        self.told = self.counted = False
        line = command(folder / "profile")
        options: dict[str, Any] = {"env": _environment(folder), "stderr": subprocess.DEVNULL}
        self.pipe = Pipe() if PIPED else None
        if self.pipe:
            self._process = spawn(self.pipe.command(line), pass_fds=self.pipe.theirs, **options)
            self.pipe.given()
            self.pipe.ask("Target.setDiscoverTargets", discover=True)
        else:
            self._process = spawn(line, **options)

    @property
    def lived(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self._started

    @property
    def shown(self) -> bool:
        """Whether the start page has stood. Without a pipe, a guess."""
        return self._watch.shown if self.pipe else self.lived > GUESS

    @property
    def over(self) -> str:
        """Why it must be replaced, if it must."""
        return self._watch.over

    def ended(self) -> str:
        """How it ended, if it has."""
        code = self._process.poll()
        return "" if code is None else how_it_ended(code)

    @property
    def closed(self) -> bool:
        """Whether it ended because its window was closed."""
        return self.shown and self._process.returncode == 0

    def listen(self, served: bool) -> None:
        """Hear what it says about its pages. `served`: the server answers."""
        if self.pipe is None:
            return
        now = time.monotonic()
        if now - self._asked > (ASK_EVERY if self.shown else ASK_SOON):
            self.pipe.ask("Target.getTargets")
            self._asked = now
        for message in self.pipe.messages():
            self._watch.hear(message)
        self._watch.check(served)

    def end(self) -> None:
        """End it and remove everything it remembers."""
        end(self._process)
        if self.pipe:
            self.pipe.close()
        for _ in range(10):  # a process that is just ending may still write
            shutil.rmtree(self._folder, ignore_errors=True)
            if not self._folder.exists():
                break
            time.sleep(0.1)


def _environment(folder: Path) -> dict[str, str]:
    """Where else a browser would write: temporary files, caches, crash dumps."""
    places = {"TMPDIR": "tmp", "XDG_CACHE_HOME": "cache", "BREAKPAD_DUMP_LOCATION": "tmp"}
    return {**os.environ, **{name: str(folder / place) for name, place in places.items()}}


def wait_for_word(browsers: Sequence[Browser], seconds: float) -> None:
    """Wait until a browser says something, but not longer than this."""
    ends = [b.pipe.read for b in browsers if b.pipe and not b.pipe.ended]
    if ends:
        select.select(ends, [], [], seconds)
    else:
        time.sleep(seconds)
