"""Chromium as a phone: what the measurements in a browser share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.needs import program

SLOWER = 4
"""How much slower a weak phone's processor is, as DevTools' "4x slowdown" has it."""

SLOW_NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 93_750,
}
"""DevTools' "Slow 4G": 1.6 Mbit/s down, 750 kbit/s up, 150 ms. Bytes a second."""

SETTLED = 0.2
"""Seconds after a tap in which everything is done that it leads to."""

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that knows no network but this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True)
class Phone:
    """One page in a fresh profile, on a screen that is touched."""

    page: Page
    devtools: CDPSession

    def tap(self, selector: str) -> float:
        """CPU milliseconds of the page's main thread, from the tap until all is painted."""
        button = self.page.locator(selector)
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        if box is None:
            raise ValueError(f"no {selector} to tap")
        point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        time.sleep(SETTLED)
        before = self._used()
        for kind, points in (("touchStart", [point]), ("touchEnd", [])):
            self.devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        time.sleep(SETTLED)
        return (self._used() - before) * 1000

    def _used(self) -> float:
        metrics: list[dict[str, Any]] = self.devtools.send("Performance.getMetrics")["metrics"]
        return next(float(each["value"]) for each in metrics if each["name"] == "TaskDuration")


@contextmanager
def phone(browser: Browser, bypass_csp: bool = False) -> Iterator[Phone]:
    """A phone that has been nowhere yet. `bypass_csp`: the page may be changed by others."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        bypass_csp=bypass_csp,
    )
    try:
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})  # CPU time, not wall
        yield Phone(page, devtools)
    finally:
        context.close()
