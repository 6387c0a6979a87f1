"""Starts `screener kiosk` as a program, and looks at what its browser shows, as a visitor."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import websocket  # comes with selenium

from screener.kiosk.browser import ROOT_PREFIX, NoBrowser, find_browser, memory_folder
from tests.running import SCREENER, STOP_TIME, free_port, start


def patience() -> float:
    """How much slower than alone this machine is, going by what else it has to do now."""
    return min(4.0, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))


def back_within() -> float:
    """Seconds within which each visitor must find a clean start page: 5 when all is quiet."""
    return 5 * patience()


START_WITHIN = 40 * patience()
"""Seconds; a machine that runs many tests at once is slow at the first start."""


def chromium() -> Path:
    """The browser of this machine. Without one, skip here and fail in CI."""
    try:
        return find_browser()
    except NoBrowser as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


def with_port(folder: Path) -> Path:
    """A browser that also listens on a port, because only one can hold the pipe."""
    script = folder / "browser-with-port"
    script.write_text(f'#!/bin/sh\nexec {chromium()} --remote-debugging-port=0 "$@"\n')
    script.chmod(0o755)
    return script


IS_START = "document.readyState === 'complete' && !!document.querySelector('#main[data-start]')"


class Page:
    """The page that one browser shows, over a debugging port of its own."""

    def __init__(self, profile: Path, address: str) -> None:
        self.profile = profile
        self._socket = websocket.create_connection(address, suppress_origin=True, timeout=20)

    def run(self, script: str) -> Any:
        """The value of a script, once what it waits for has come."""
        asked = {"expression": script, "awaitPromise": True, "returnByValue": True}
        message = {"id": 1, "method": "Runtime.evaluate", "params": asked}
        self._socket.send(json.dumps(message))
        reply = json.loads(self._socket.recv())
        if "error" in reply:
            raise ConnectionError(reply["error"]["message"])
        result = reply["result"]
        assert "exceptionDetails" not in result, result["exceptionDetails"]["exception"][
            "description"
        ]
        return result["result"].get("value")

    def send(self, script: str) -> None:
        """Run a script that may take the page away."""
        self.run(f"setTimeout(() => {{ {script} }}, 0) && 0")

    def close(self) -> None:
        """Let go of it."""
        self._socket.close()


class Kiosk:
    """A launcher that is running."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.lines.append(line.rstrip())

    def said(self, words: str) -> int:
        """How many lines hold these words."""
        return sum(words in line for line in self.lines)

    @property
    def folders(self) -> list[Path]:
        """Its own folders of profiles: one, or none when it has stopped."""
        base = memory_folder()
        assert base, "this machine has no folder in memory"
        return list(base.glob(f"{ROOT_PREFIX}{self.process.pid}-*"))

    @property
    def profiles(self) -> set[Path]:
        """The browsers' folders that there are now."""
        return {profile for folder in self.folders for profile in folder.iterdir()}

    def server(self) -> int:
        """The process id of its server."""
        return self._child("serve")

    def browser(self) -> int:
        """The process id of its newest browser."""
        return self._child("--remote-debugging-pipe")

    def _child(self, word: str) -> int:
        end = time.monotonic() + START_WITHIN
        while time.monotonic() < end:
            found = [p.pid for p in processes() if p.parent == self.process.pid and word in p.args]
            if found:
                return max(found)
            time.sleep(0.05)
        raise AssertionError(f"no process with {word}")

    def page(self, after: Page | None = None, seconds: float = START_WITHIN) -> Page:
        """The start page of a browser that was not there before, as soon as it stands."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for folder in sorted(self.profiles, key=lambda folder: -int(folder.name)):
                if after is None or int(folder.name) > int(after.profile.name):
                    page = self._started(folder)
                    if page:
                        return page
            time.sleep(0.05)
        raise AssertionError(f"no fresh start page in {seconds} s: {self.lines[-5:]}")

    def _started(self, folder: Path) -> Page | None:
        try:
            port = (folder / "profile/DevToolsActivePort").read_text().split()[0]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=5) as found:
                targets = json.load(found)
        except (OSError, IndexError, ValueError):
            return None
        for target in targets:
            if target["type"] == "page" and target["url"].endswith("/kiosk/"):
                try:
                    page = Page(folder, target["webSocketDebuggerUrl"])
                    if page.run(IS_START):
                        return page
                    page.close()
                except (OSError, websocket.WebSocketException):
                    continue  # it has only just been opened, or ends
        return None


@contextmanager
def launched(
    browser: Path | None, *args: str, env: Mapping[str, str] | None = None
) -> Iterator[Kiosk]:
    """A launcher without a screen, on a port of its own; stopped at the end."""
    port = free_port()
    given = ["--browser", str(browser)] if browser else []
    command = [*SCREENER, "kiosk", "--headless", "--port", str(port), *given, *args]
    kiosk = Kiosk(start(command, env), port)
    try:
        yield kiosk
    finally:
        stop(kiosk)


def stop(kiosk: Kiosk) -> float:
    """Ask it to stop. The result is how many seconds that took."""
    began = time.monotonic()
    if kiosk.process.poll() is None:
        kiosk.process.send_signal(signal.SIGTERM)
        try:
            kiosk.process.wait(STOP_TIME)
        except subprocess.TimeoutExpired:
            os.killpg(kiosk.process.pid, signal.SIGKILL)
            raise
    for folder in kiosk.folders:
        shutil.rmtree(folder)
        raise AssertionError(f"it left {folder}")
    return time.monotonic() - began


@dataclass(frozen=True)
class Process:
    """One process of this machine."""

    pid: int
    parent: int
    args: tuple[str, ...]


def processes() -> Iterator[Process]:
    """Every process that has not ended."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            args = (folder / "cmdline").read_text().split("\0")
        except OSError:
            continue  # it has just ended
        yield Process(int(folder.name), int(parent), tuple(args))


def ended(pid: int) -> bool:
    """Whether a process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
