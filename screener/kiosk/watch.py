"""What a touch screen's browser tells about its pages, and when it has had its day. Pure."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from screener.kiosk.browser import HOST, START

SILENT = 30.0
"""Seconds after which a browser that says nothing is given up."""

PRINTING = 60.0
"""Seconds the browser's print dialog may stand. The page's own clock stops behind it."""

ERROR_PAGE = 5.0
"""Seconds an error page may stand although the server answers."""

VISIT_ENDED = "the visit ended"
WINDOW_CLOSED = "its window was closed"

_START_PAGE = re.compile(r"/kiosk/?(?:[a-z]{2,3}(?:-\w+)?/)?")


class Watch:
    """Listens to one browser's debugging pipe, of which it knows addresses and titles only."""

    def __init__(self, port: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._port = port
        self._clock = clock
        self._pages: set[str] = set()
        self._begun = False
        now = clock()
        self._heard = self._no_dialog = self._no_error = now
        self.shown = False
        """Whether the start page has stood."""
        self.over = ""
        """Why this browser has had its day, if it has."""

    def hear(self, message: dict[str, Any]) -> None:
        """One message of the pipe."""
        self._heard = now = self._clock()
        told = message.get("params", {})
        if told.get("targetId") in self._pages:
            self._lose(told["targetId"], message["method"])
        listed = message.get("result", {}).get("targetInfos")
        infos = [told["targetInfo"]] if "targetInfo" in told else listed or []
        pages = [info for info in infos if info["type"] == "page"]
        self._pages |= {page["targetId"] for page in pages}
        for page in pages:
            self._see(page["url"], page["title"])
        if listed is None:
            return
        if not pages and self.shown:
            self._end(WINDOW_CLOSED)
        if not any(page["url"].startswith("chrome:") for page in pages):
            self._no_dialog = now
        if not any(is_untitled(page["url"], page["title"]) for page in pages if _is_web(page)):
            self._no_error = now

    def check(self, served: bool) -> None:
        """See what has lasted too long. `served`: the server answers."""
        now = self._clock()
        if not served:
            self._no_error = now
        if now - self._heard > SILENT:
            self._end("it does not answer")
        if now - self._no_dialog > PRINTING:
            self._end("the print dialog stood")
        if self.shown and now - self._no_error > ERROR_PAGE:
            self._end("an error page stood")

    def _see(self, address: str, title: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https"):
            return  # not yet a page, or one of the browser's own, as for printing
        if parts.netloc != f"{HOST}:{self._port}" or not f"{parts.path}/".startswith(START):
            self._end("the page left the kiosk")
        elif parts.path.endswith(("/cleared", "/leave")):
            self._end(VISIT_ENDED)
        elif not _START_PAGE.fullmatch(parts.path):
            self._begun = True
        elif not is_untitled(address, title):
            # Not only a page that was loaded: the script puts this address in place of others.
            self.shown = True
        elif self._begun:
            self._end(VISIT_ENDED)

    def _lose(self, page: str, how: str) -> None:
        if how == "Target.targetCrashed":
            self._end("the page crashed")
        elif how == "Target.targetDestroyed":
            self._pages.remove(page)
            if self.shown and not self._pages:
                self._end(WINDOW_CLOSED)

    def _end(self, reason: str) -> None:
        self.over = self.over or reason


def is_untitled(address: str, title: str) -> bool:
    """Whether a page has no title of its own: not yet, or never, as an error page."""
    return title in address


def _is_web(page: dict[str, str]) -> bool:
    return page["url"].startswith("http")
