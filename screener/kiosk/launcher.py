"""`screener kiosk`: keeps a server and a full-screen browser running, a fresh one per visitor.

One loop, no threads. When a visit has ended, another browser is started with an empty profile;
once that one is ready, the old one is killed and its profile removed.
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
    HAS_DEVTOOLS_PIPE,
    HOST,
    browser_command,
    can_sandbox,
    make_root,
    memory_folder,
    policy_file,
)
from screener.kiosk.devtools import (
    Browser,
    exit_description,
    kill_process_group,
    start_process,
    wait_for_messages,
)
from screener.kiosk.watch import VISIT_ENDED, WINDOW_CLOSED

TICK = 0.2
"""Seconds between two rounds of the loop, when no browser sends a message."""

READY_TIMEOUT = 30.0
"""Seconds a server may take to answer, and a browser to show the start page."""

STABLE_AFTER = 10.0
"""Seconds of uptime after which a process that ends is restarted at once."""

MAX_DELAY = 30.0
"""Seconds; the longest delay before a restart."""

STOP_TIMEOUT = 6.0
"""Seconds the server has to stop before it is killed."""


def log(line: str) -> None:
    """Print one line for the operator. It must hold no address and no content of a page."""
    with suppress(OSError):
        print(f"kiosk: {line}", file=sys.stderr, flush=True)


class RestartBackoff:
    """Exponential back-off: restart at once after a long uptime, else after 1, 2, 4 ... 30 s."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._due = clock()

    def record_failure(self, uptime: float) -> float:
        """The process ended after `uptime` seconds. Returns the delay before the next start."""
        self._failures = 0 if uptime >= STABLE_AFTER else self._failures + 1
        delay = min(MAX_DELAY, 2.0 ** (self._failures - 1)) if self._failures else 0.0
        self._due = self._clock() + delay
        return delay

    def reset(self) -> None:
        """The process ended as intended: the next failure counts as the first."""
        self._failures = 0

    def is_due(self) -> bool:
        """Whether the delay has passed."""
        return self._clock() >= self._due


class Server:
    """`screener serve` on this machine only, restarted when it ends."""

    def __init__(self, settings: Settings) -> None:
        self._port = settings.port
        self._command = server_command(settings)
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._backoff = RestartBackoff()
        self.ready = False

    def supervise(self) -> None:
        """One round: start it, probe its readiness, or notice that it ended."""
        process, uptime = self._process, time.monotonic() - self._started
        if process is None:
            if self._backoff.is_due() and self._port_is_free():
                self._started = time.monotonic()
                # Only this machine's browser connects, by address, so no other Host is trusted.
                trusted = {"SCREENER_TRUSTED_HOSTS": HOST}
                self._process = start_process(self._command, env={**os.environ, **trusted})
        elif process.poll() is not None:
            self._restart_later(process, exit_description(process.returncode), uptime)
        elif not self.ready:
            self.ready = self._answers()
            if self.ready:
                log(f"the server answers on port {self._port}")
            elif uptime > READY_TIMEOUT:
                self._restart_later(process, "it did not answer", 0)

    def _port_is_free(self) -> bool:
        free = not self._answers()
        if not free:
            delay = self._backoff.record_failure(0)
            log(f"another server answers on port {self._port}, next try in {delay:.0f} s")
        return free

    def _restart_later(self, process: subprocess.Popen[bytes], cause: str, uptime: float) -> None:
        kill_process_group(process)  # its workers outlive it and keep the port
        self._process, self.ready = None, False
        delay = self._backoff.record_failure(uptime)
        log(f"the server ended ({cause}), next try in {delay:.0f} s")

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
        """Send SIGTERM, wait, and kill what is left."""
        if self._process:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_TIMEOUT)
            kill_process_group(self._process)


def server_command(settings: Settings) -> list[str]:
    """The command line of the server that the launcher starts."""
    port, file = str(settings.port), settings.questions
    serve = ["serve", "--host", HOST, "--port", port, "--workers", "1"]
    content = ["--questions", str(file.resolve())] if file else []
    # With setpriv (Linux) the kernel stops the server when the launcher is killed.
    stop_with_parent = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    return [*stop_with_parent, sys.executable, "-m", "screener.cli", *serve, *content]


class Launcher:
    """Supervises the server and the browsers until a signal asks it to stop."""

    def __init__(self, settings: Settings, browser: Path, headless: bool = False) -> None:
        self._settings, self._program, self._headless = settings, browser, headless
        self._server = Server(settings)
        self._browsers: list[Browser] = []
        self._browsers_started = 0
        self._backoff = RestartBackoff()
        self._root = make_root(memory_folder() or Path(tempfile.gettempdir()))
        self._stopping = False

    def run(self) -> None:
        """Run until SIGTERM, SIGINT or SIGHUP, then stop everything that was started."""
        forbid_core_dumps()
        for name in ("SIGTERM", "SIGINT", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._request_stop)
        self._log_start()
        try:
            while not self._stopping:
                self._server.supervise()
                self._supervise_browsers()
                wait_for_messages(self._browsers, TICK)
        finally:
            for browser in self._browsers:
                browser.close()
            self._server.stop()
            shutil.rmtree(self._root, ignore_errors=True)
            log("stopped")

    def _request_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _log_start(self) -> None:
        kind = "in memory" if self._root.parent == memory_folder() else "ON DISK"
        log(f"{self._program.name}, profiles {kind} under {self._root.parent}")
        if not can_sandbox():
            log("running as root, so the browser runs without its sandbox (--no-sandbox)")
        if not HAS_DEVTOOLS_PIPE:
            log("Windows has no debugging pipe, so a visit ends when its window is closed")

    def _supervise_browsers(self) -> None:
        for browser in list(self._browsers):
            browser.poll(self._server.ready)
            if status := browser.exit_status():
                self._remove(browser)
                if browser.window_closed:  # by the page: how a visit ends without a pipe
                    self._backoff.reset()
                elif not browser.replace_reason:
                    self._record_failure(f"the browser ended ({status})", browser.uptime)
        newest = self._browsers[-1] if self._browsers else None
        if newest is None or newest.replace_reason:
            self._replace(newest)
        elif newest.ready:
            for old in self._browsers[:-1]:
                self._remove(old)
            if not newest.ready_logged:
                newest.ready_logged = True
                log("a fresh browser shows the start page")
        elif newest.uptime > READY_TIMEOUT:
            self._remove(newest)
            self._record_failure("the browser did not show the start page", 0)

    def _replace(self, old: Browser | None) -> None:
        """Start a browser over the old one, which stays until the new one is ready."""
        if old and not old.end_recorded:
            old.end_recorded = True
            if old.replace_reason in (VISIT_ENDED, WINDOW_CLOSED):
                self._backoff.reset()
            else:
                self._record_failure(old.replace_reason, old.uptime)
        if self._server.ready and self._backoff.is_due():
            self._browsers_started += 1
            folder = self._root / str(self._browsers_started)
            self._browsers.append(Browser(folder, self._settings.port, self._browser_command))

    def _browser_command(self, profile: Path) -> list[str]:
        return browser_command(self._settings, self._program, profile, self._headless)

    def _record_failure(self, what: str, uptime: float) -> None:
        log(f"{what}, next try in {self._backoff.record_failure(uptime):.0f} s")

    def _remove(self, browser: Browser) -> None:
        self._browsers.remove(browser)
        browser.close()


def forbid_core_dumps() -> None:
    """A browser that crashes must not leave its memory, and answers in it, on the disk."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def dry_run(settings: Settings, browser: Path, headless: bool = False) -> str:
    """The text of `--dry-run`: both command lines and the policy file."""
    folder = memory_folder() or Path(tempfile.gettempdir())
    profile = folder / "screener-kiosk-PID-XXXX" / "1" / "profile"
    lines = [server_command(settings), browser_command(settings, browser, profile, headless)]
    return "\n\n".join([*(shlex.join(line) for line in lines), policy_file(settings)])
