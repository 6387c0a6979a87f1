"""`screener kiosk`: keeps a server and a full-screen browser running, a fresh one per visitor.

One loop, no threads. When a visit ended, another browser is started with an empty profile;
once it shows the start page, the old one is ended with all it remembered.
"""

from __future__ import annotations

import http.client
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from screener.config import Settings
from screener.kiosk.browser import (
    HOST,
    PIPED,
    browser_command,
    make_root,
    memory_folder,
    policy_file,
    sandboxed,
)
from screener.kiosk.devtools import Browser, end, how_it_ended, spawn, wait_for_word
from screener.kiosk.watch import VISIT_ENDED, WINDOW_CLOSED

TICK = 0.2
READY_WITHIN = 30.0
"""Seconds a server may take to answer, and a browser to show the start page."""

STEADY = 10.0
"""Seconds after which what then ends is started again at once."""

LONGEST_WAIT = 30.0
LAST_WORDS = 6.0
"""Seconds the server has to stop."""


def say(line: str) -> None:
    """One line for the operator. Never an address, never what a page holds."""
    with suppress(OSError):
        print(f"kiosk: {line}", file=sys.stderr, flush=True)


class Tries:
    """When to start something again: at once after a long life, else 1, 2, 4 ... 30 s later."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._due = clock()

    def failed(self, lived: float) -> float:
        """It ended. The result is how many seconds to wait."""
        self._failures = 0 if lived >= STEADY else self._failures + 1
        wait = min(LONGEST_WAIT, 2.0 ** (self._failures - 1)) if self._failures else 0.0
        self._due = self._clock() + wait
        return wait

    def went_well(self) -> None:
        """It did what it is for."""
        self._failures = 0

    def due(self) -> bool:
        """Whether it may be started."""
        return self._clock() >= self._due


class Server:
    """`screener serve` on this machine only, started again when it ends."""

    def __init__(self, settings: Settings) -> None:
        self._port = settings.port
        self._command = server_command(settings)
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._tries = Tries()
        self.ready = False

    def look_after(self) -> None:
        """Start it, see whether it answers, notice its end."""
        process, lived = self._process, time.monotonic() - self._started
        if process is None:
            if self._tries.due() and self._port_is_free():
                self._started = time.monotonic()
                # This program alone is asked for it, so no other name is trusted.
                trusted = {"SCREENER_TRUSTED_HOSTS": HOST}
                self._process = spawn(self._command, env={**os.environ, **trusted})
        elif process.poll() is not None:
            self._again(process, how_it_ended(process.returncode), lived)
        elif not self.ready:
            self.ready = self._answers()
            if self.ready:
                say(f"the server answers on port {self._port}")
            elif lived > READY_WITHIN:
                self._again(process, "it did not answer", 0)

    def _port_is_free(self) -> bool:
        free = not self._answers()
        if not free:
            wait = self._tries.failed(0)
            say(f"another server answers on port {self._port}, next try in {wait:.0f} s")
        return free

    def _again(self, process: subprocess.Popen[bytes], how: str, lived: float) -> None:
        end(process)  # its workers outlive it and keep the port
        self._process, self.ready = None, False
        say(f"the server ended ({how}), next try in {self._tries.failed(lived):.0f} s")

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self._port, timeout=1)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().read() == b"ok"
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        """Ask it to stop; end it when it does not."""
        if self._process:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(LAST_WORDS)
            end(self._process)


def server_command(settings: Settings) -> list[str]:
    """The server that the launcher starts."""
    port, file = str(settings.port), settings.questions
    serve = ["serve", "--host", HOST, "--port", port, "--workers", "1"]
    content = ["--questions", str(file.resolve())] if file else []
    # Where there is such a thing, a launcher that is killed takes its server along.
    leash = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    return [*leash, sys.executable, "-m", "screener.cli", *serve, *content]


class Launcher:
    """Keeps both running until it is told to stop."""

    def __init__(self, settings: Settings, browser: Path, headless: bool = False) -> None:
        self._settings, self._program, self._headless = settings, browser, headless
        self._server = Server(settings)
        self._browsers: list[Browser] = []
        self._count = 0
        self._tries = Tries()
        self._root = make_root(memory_folder() or Path(tempfile.gettempdir()))
        self._stopping = False

    def run(self) -> None:
        """Until SIGTERM, SIGINT or SIGHUP."""
        forbid_core_dumps()
        for name in ("SIGTERM", "SIGINT", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._stop)
        self._tell_where()
        try:
            while not self._stopping:
                self._server.look_after()
                self._look_after_browsers()
                wait_for_word(self._browsers, TICK)
        finally:
            for browser in self._browsers:
                browser.end()
            self._server.stop()
            shutil.rmtree(self._root, ignore_errors=True)
            say("stopped")

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _tell_where(self) -> None:
        kind = "in memory" if self._root.parent == memory_folder() else "ON DISK"
        say(f"{self._program.name}, profiles {kind} under {self._root.parent}")
        if not sandboxed():
            say("running as root, so the browser runs without its sandbox (--no-sandbox)")
        if not PIPED:
            say("on Windows a visit ends for the launcher when the page closes its window")

    def _look_after_browsers(self) -> None:
        for browser in list(self._browsers):
            browser.listen(self._server.ready)
            if how := browser.ended():
                self._drop(browser)
                if browser.closed:  # by the page, which is how a visit ends without a pipe
                    self._tries.went_well()
                elif not browser.over:
                    self._failed(f"the browser ended ({how})", browser.lived)
        newest = self._browsers[-1] if self._browsers else None
        if newest is None or newest.over:
            self._replace(newest)
        elif newest.shown:
            for old in self._browsers[:-1]:
                self._drop(old)
            if not newest.told:
                newest.told = True
                say("a fresh browser shows the start page")
        elif newest.lived > READY_WITHIN:
            self._drop(newest)
            self._failed("the browser did not show the start page", 0)

    def _replace(self, spent: Browser | None) -> None:
        """Open another, on top of the one that has had its day."""
        if spent and not spent.counted:
            spent.counted = True
            if spent.over in (VISIT_ENDED, WINDOW_CLOSED):
                self._tries.went_well()
            else:
                self._failed(spent.over, spent.lived)
        if self._server.ready and self._tries.due():
            self._count += 1
            folder = self._root / str(self._count)
            self._browsers.append(Browser(folder, self._settings.port, self._command))

    def _command(self, profile: Path) -> list[str]:
        return browser_command(self._settings, self._program, profile, self._headless)

    def _failed(self, what: str, lived: float) -> None:
        say(f"{what}, next try in {self._tries.failed(lived):.0f} s")

    def _drop(self, browser: Browser) -> None:
        self._browsers.remove(browser)
        browser.end()


def forbid_core_dumps() -> None:
    """A browser that crashes must not leave its memory, and answers in it, on the disk."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def dry_run(settings: Settings, browser: Path, headless: bool = False) -> str:
    """What would be started, and the policy file."""
    folder = memory_folder() or Path(tempfile.gettempdir())
    profile = folder / "screener-kiosk-PID-XXXX" / "1" / "profile"
    lines = [server_command(settings), browser_command(settings, browser, profile, headless)]
    return "\n\n".join([*(shlex.join(line) for line in lines), policy_file(settings)])
