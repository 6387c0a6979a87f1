"""The three browser engines behind one small interface.

Each is a stock browser as Debian ships it, driven so that its back/forward cache and its
history work as they do for people. (Playwright turns them off.)
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service as ChromeService
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.webkitgtk.options import Options as WebKitOptions
from selenium.webdriver.webkitgtk.service import Service as WebKitService

from tests.browsing import NODE_MODULES
from tests.running import wait_until

HERE = Path(__file__).parent
PUPPETEER = NODE_MODULES / "puppeteer-core"
PATIENCE = 60
"""Seconds for anything a browser is asked to do."""

STUCK = PATIENCE + 15
"""Seconds after which a driver that has not answered never will. Selenium would wait for ever."""

BETWEEN_PAGES = 3
"""Seconds after which an expression is taken to have gone to a page that is no more."""


class NotThere(Exception):  # noqa: N818 - read by people as it is
    """The engine cannot be run on this machine; the message names what is missing."""


class Engine(ABC):
    """One browser with one tab in front."""

    reopens = False
    """Whether the test browser can reopen a closed tab."""

    goes_forward_out = True
    """Whether it can still be asked anything after Forward has led to another site."""

    needs_opener_policy_dropped = False
    """Whether it can be asked anything after Back from another site only without the app's
    Cross-Origin-Opener-Policy, which makes an engine change processes."""

    @abstractmethod
    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page, even when the page's own scripts are off.

        None while there is no page that can be asked.
        """

    @abstractmethod
    def open(self, url: str) -> None:
        """Go to an address as if it had been typed."""

    @abstractmethod
    def click(self, find: str) -> None:
        """A real click on the element that an expression finds."""

    @abstractmethod
    def back(self) -> None: ...

    @abstractmethod
    def forward(self) -> None: ...

    @abstractmethod
    def reload(self) -> None:
        """Reload, and say yes to whatever the browser asks."""

    @abstractmethod
    def fresh_tab(self) -> None:
        """A tab without history in front, and no other."""

    def reopen_closed_tab(self) -> None:
        """Close the tab in front, then have the browser bring it back."""
        raise NotImplementedError

    @abstractmethod
    def quit(self) -> None: ...


class _Selenium(Engine):
    def __init__(self, driver: WebDriver) -> None:
        self.driver = driver
        driver.command_executor.client_config.timeout = STUCK
        driver.set_page_load_timeout(PATIENCE)
        driver.set_script_timeout(BETWEEN_PAGES)

    def evaluate(self, expression: str) -> Any:
        try:
            return self.driver.execute_script(f"return {expression}")
        except WebDriverException:
            return None  # it is between two pages; WebKit asks one that is gone, and waits

    def open(self, url: str) -> None:
        self.driver.get(url)

    def click(self, find: str) -> None:
        self.driver.execute_script(f"({find}).scrollIntoView({CENTRE})")
        self.driver.execute_script(f"return {find}").click()

    def back(self) -> None:
        self.driver.back()

    def forward(self) -> None:
        self.driver.forward()

    def reload(self) -> None:
        self.driver.refresh()  # chromedriver and WebKitWebDriver send a form again unasked

    def fresh_tab(self) -> None:
        old = self.driver.window_handles
        self.driver.switch_to.new_window("tab")
        fresh = self.driver.current_window_handle
        for handle in old:
            self.driver.switch_to.window(handle)
            self.driver.close()
        self.driver.switch_to.window(fresh)

    def quit(self) -> None:
        self.driver.command_executor.client_config.timeout = BETWEEN_PAGES
        self.driver.quit()  # which ends the driver, even one that hangs


CENTRE = '{block: "center", behavior: "instant"}'

REOPENER = {
    "manifest.json": json.dumps(
        {
            "name": "Reopens a closed tab",
            "version": "1",
            "manifest_version": 3,
            "permissions": ["sessions", "tabs"],
        }
    ),
    "page.html": "<!doctype html><title>Reopener</title>",
}
"""An extension for Chromium: no driver can press Ctrl+Shift+T, but extensions may reopen."""


class Chromium(_Selenium):
    """Debian's Chromium by its chromedriver, the back/forward cache on."""

    reopens = True

    def __init__(self, script: bool, profile: Path | None = None) -> None:
        browser, driver = _need("chromium"), _need("chromedriver")
        self._folder = Path(tempfile.mkdtemp(prefix="screener-leaks-"))
        for name, content in REOPENER.items():
            (self._folder / name).write_text(content)
        options = webdriver.ChromeOptions()
        options.binary_location = browser
        for flag in (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            f"--load-extension={self._folder}",
            "--disable-features=DisableLoadExtensionCommandLineSwitch",
        ):
            options.add_argument(flag)
        if profile:
            options.add_argument(f"--user-data-dir={profile}")
        options.set_capability("acceptInsecureCerts", True)
        if not script:
            block = {"profile.managed_default_content_settings.javascript": 2}
            options.add_experimental_option("prefs", block)
        try:
            super().__init__(webdriver.Chrome(options=options, service=ChromeService(driver)))
        except BaseException:
            shutil.rmtree(self._folder)
            raise

    def reopen_closed_tab(self) -> None:
        visited = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        keep = self.driver.current_window_handle
        self.driver.switch_to.window(visited)
        self.driver.close()
        self.driver.switch_to.window(keep)
        self.driver.get(f"chrome-extension://{_extension_id(self._folder)}/page.html")
        self.driver.execute_async_script("chrome.sessions.restore().then(arguments[0])")
        wait_until(lambda: len(self.driver.window_handles) == 2, PATIENCE)
        (reopened,) = set(self.driver.window_handles) - {keep}
        self.driver.switch_to.window(reopened)

    def quit(self) -> None:
        super().quit()
        shutil.rmtree(self._folder)


def _extension_id(folder: Path) -> str:
    """The id that Chromium gives an extension without a key: the hash of its path, in a to p."""
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:32]
    return digest.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))


class WebKit(_Selenium):
    """WebKitGTK's MiniBrowser by its driver, on a screen that exists in memory only."""

    def __init__(self, script: bool, profile: Path | None = None) -> None:
        # Its driver loses a page that history loads anew in another process. With scripts on
        # that is so for Forward only, as Back leads to pages that were set aside.
        self.goes_forward_out = self.needs_opener_policy_dropped = not script
        driver, screen = _need("WebKitWebDriver"), _need("Xvfb")
        browsers = sorted(Path("/usr").glob("lib*/**/webkit2gtk-4.*/MiniBrowser"))
        if not browsers:
            raise NotThere("WebKitGTK's MiniBrowser")
        number, write_end = os.pipe()
        self._screen = subprocess.Popen(
            [
                screen,
                "-displayfd",
                str(write_end),
                "-screen",
                "0",
                "1200x1000x24",
                "-nolisten",
                "tcp",
            ],
            pass_fds=[write_end],
            stderr=subprocess.DEVNULL,
        )
        os.close(write_end)
        with os.fdopen(number) as answer:
            display = answer.readline().strip()
        environment = {**os.environ, "DISPLAY": f":{display}"}
        if profile:
            kinds = ("CONFIG", "CACHE", "DATA", "STATE")
            environment |= {f"XDG_{kind}_HOME": str(profile / kind) for kind in kinds}
            environment["HOME"] = str(profile)
        if os.geteuid() == 0:
            environment["WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS"] = "1"
        options = WebKitOptions()
        options.binary_location = str(browsers[-1])
        options.add_argument("--automation")
        if not script:
            options.add_argument("--enable-javascript=false")
        options.set_capability("acceptInsecureCerts", True)
        try:
            service = WebKitService(driver, env=environment)
            super().__init__(webdriver.WebKitGTK(options=options, service=service))
        except BaseException:
            self._end_screen()
            raise

    def quit(self) -> None:
        super().quit()
        self._end_screen()

    def _end_screen(self) -> None:
        self._screen.terminate()
        self._screen.wait(PATIENCE)


class Firefox(Engine):
    """Debian's Firefox ESR by puppeteer-core, which speaks WebDriver BiDi to it."""

    reopens = True

    def __init__(self, script: bool, profile: Path | None = None) -> None:
        browser, node = _need("firefox-esr"), _need("node")
        if not PUPPETEER.exists():
            raise NotThere("puppeteer-core (npm ci in tests/browser)")
        self._process = subprocess.Popen(
            [
                *(node, HERE / "firefox.mjs", PUPPETEER, browser),
                *("on" if script else "off", profile or ""),
            ],
            # As large as the touch screen that docs/kiosk.md describes.
            env={**os.environ, "MOZ_HEADLESS_WIDTH": "1920", "MOZ_HEADLESS_HEIGHT": "1080"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self._ask("ready")

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.put(line)

    def _ask(self, command: str, value: str = "") -> Any:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"command": command, "value": value}) + "\n")
        self._process.stdin.flush()
        try:
            answer = json.loads(self._lines.get(timeout=PATIENCE))
        except queue.Empty:
            raise AssertionError(f"waited {PATIENCE} s for Firefox to {command}") from None
        if "error" in answer:
            raise AssertionError(f"Firefox, {command}: {answer['error']}")
        return answer.get("value")

    def evaluate(self, expression: str) -> Any:
        return self._ask("evaluate", expression)

    def open(self, url: str) -> None:
        self._ask("open", url)

    def click(self, find: str) -> None:
        self._ask("click", find)

    def back(self) -> None:
        self._ask("back")

    def forward(self) -> None:
        self._ask("forward")

    def reload(self) -> None:
        self._ask("reload")

    def fresh_tab(self) -> None:
        self._ask("freshTab")

    def reopen_closed_tab(self) -> None:
        self._ask("reopenClosedTab")

    def quit(self) -> None:
        try:
            self._ask("quit")
            self._process.communicate(timeout=PATIENCE)
        finally:
            self._process.kill()


ENGINES: dict[str, Callable[..., Engine]] = {
    "chromium": Chromium,
    "firefox": Firefox,
    "webkit": WebKit,
}


def _need(program: str) -> str:
    found = shutil.which(program)
    if not found:
        raise NotThere(program)
    return found
