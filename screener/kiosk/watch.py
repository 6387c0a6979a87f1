"""The watchdog of one browser: decides from DevTools messages when it must be replaced. Pure."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from screener.kiosk.browser import HOST, START_PATH

RESPONSE_TIMEOUT = 30.0
"""Seconds without a DevTools message after which a browser is replaced."""

PRINT_DIALOG_TIMEOUT = 60.0
"""Seconds the print dialog may stay open. The page's own idle timer does not run behind it."""

ERROR_PAGE_TIMEOUT = 5.0
"""Seconds an error page may stay although the server answers."""

NOT_YET_LOADED = ("", "about", "chrome", "chrome-error")
"""Schemes of pages that are about to be replaced, of error pages, and of the print dialog; the last
two have a time limit. Any other scheme than the web's shows what isn't the kiosk: a file, the
source of a page, the developer tools."""

VISIT_ENDED = "the visit ended"
WINDOW_CLOSED = "its window was closed"

_START_PAGE = re.compile(r"/kiosk/?(?:[a-z]{2,3}(?:-\w+)?/)?")


class Watchdog:
    """Follows one browser's pages by their addresses and titles, the only data it is given."""

    def __init__(self, port: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._port = port
        self._clock = clock
        self._page_ids: set[str] = set()
        self._visit_started = False
        self._last_message = self._last_without_dialog = self._last_without_error = clock()
        self.ready = False
        """Whether the start page has been shown."""
        self.replace_reason = ""
        """Why this browser must be replaced; empty while it need not be."""

    def handle_message(self, message: dict[str, Any]) -> None:
        """Take in one DevTools message: an event, or the result of Target.getTargets."""
        self._last_message = now = self._clock()
        params = message.get("params", {})
        if params.get("targetId") in self._page_ids:
            self._handle_lost_page(params["targetId"], message["method"])
        listed = message.get("result", {}).get("targetInfos")
        infos = [params["targetInfo"]] if "targetInfo" in params else listed or []
        pages = [info for info in infos if info["type"] == "page"]
        self._page_ids |= {page["targetId"] for page in pages}
        for page in pages:
            self._handle_page(page["url"], page["title"])
        if listed is None:
            return
        if not pages and self.ready:
            self._replace(WINDOW_CLOSED)
        if not any(page["url"].startswith("chrome:") for page in pages):
            self._last_without_dialog = now
        if not any(is_untitled(page["url"], page["title"]) for page in pages if _is_web(page)):
            self._last_without_error = now

    def check_timeouts(self, server_ready: bool) -> None:
        """Compare the clock with each time limit. Error pages count while the server answers."""
        now = self._clock()
        if not server_ready:
            self._last_without_error = now
        if now - self._last_message > RESPONSE_TIMEOUT:
            self._replace("the browser does not answer")
        if now - self._last_without_dialog > PRINT_DIALOG_TIMEOUT:
            self._replace("the print dialog stayed open")
        if self.ready and now - self._last_without_error > ERROR_PAGE_TIMEOUT:
            self._replace("an error page stayed")

    def _handle_page(self, address: str, title: str) -> None:
        parts = urlsplit(address)
        if parts.scheme in NOT_YET_LOADED:
            return
        if (
            parts.scheme not in ("http", "https")
            or parts.netloc != f"{HOST}:{self._port}"
            or not f"{parts.path}/".startswith(START_PATH)
        ):
            self._replace("the page left the kiosk")
        elif parts.path.endswith(("/cleared", "/leave")):
            self._replace(VISIT_ENDED)
        elif not _START_PAGE.fullmatch(parts.path):
            self._visit_started = True
        elif not is_untitled(address, title):
            # Also when nothing was loaded: kiosk.js replaces other addresses by this one.
            self.ready = True
        elif self._visit_started:
            self._replace(VISIT_ENDED)

    def _handle_lost_page(self, page_id: str, event: str) -> None:
        if event == "Target.targetCrashed":
            self._replace("the page crashed")
        elif event == "Target.targetDestroyed":
            self._page_ids.remove(page_id)
            if self.ready and not self._page_ids:
                self._replace(WINDOW_CLOSED)

    def _replace(self, reason: str) -> None:
        self.replace_reason = self.replace_reason or reason


def is_untitled(address: str, title: str) -> bool:
    """Whether a page has no title of its own: not yet, or never, as an error page.

    Chromium reports the address, or a part of it, as the title of such a page.
    """
    return title in address


def _is_web(page: dict[str, str]) -> bool:
    return page["url"].startswith("http")
