"""Walks through the touch screen for its tests: to each of its pages, and by touch alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page
from werkzeug.serving import make_server

from screener import create_app
from screener.config import Settings
from screener.content.models.base import Voice
from tests.browsing import arrives, pick, press
from tests.shipped import SHIPPED

PORTRAIT = {"width": 1080, "height": 1920}
LANDSCAPE = {"width": 1920, "height": 1080}
VIEWS = {"portrait": PORTRAIT, "landscape": LANDSCAPE}

READING = ("help", "learn", "learn/do-not-stop-suddenly", "paper", "about", "privacy", "cleared")
"""Pages by their address under /kiosk/, beside those of a visit."""

PARTS = 6


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The app in this process, with settings that no operator could choose; its address."""
    server = make_server("127.0.0.1", 0, create_app(settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def start(page: Page) -> None:
    """The first part of a new visit."""
    page.goto("/kiosk/")
    press(page, "Start")


def _to_error(page: Page) -> None:
    start(page)
    page.locator("[name=seizure]").first.evaluate("field => { field.value = 'nonsense' }")
    page.locator("[name=seizure]").first.check()
    press(page, "Next")


def _to_results(page: Page) -> None:
    start(page)
    pick(page, seizure="usual-seizure")
    press(page, "Next")
    pick(page, supply="out-now")
    press(page, "My results now")


def _to_stop(question: str, choice: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        start(page)
        pick(page, **{question: choice})
        press(page, "Next")

    return go


def _to_part(number: int) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        start(page)
        for _ in range(number - 1):
            press(page, "Next")

    return go


def _to(path: str) -> Callable[[Page], None]:
    return lambda page: page.goto(f"/kiosk/{path}") and None


def _stops() -> dict[str, Callable[[Page], None]]:
    """Each form of each interruption of the first part, by one choice that leads there."""
    found: dict[str, Callable[[Page], None]] = {}
    for question in SHIPPED.sections[0].questions:
        for choice in SHIPPED.choices[question.id].values():
            if choice.interruption and Voice.ME in choice.voices:
                unsure = choice.unsure and SHIPPED.interruptions[choice.interruption].unsure
                name = f"interruption: {choice.interruption}{', not sure' if unsure else ''}"
                found.setdefault(name, _to_stop(question.id.replace("-", "_"), choice.id))
    return found


STOPS = _stops()
PLACES: dict[str, Callable[[Page], None]] = {
    "start": _to(""),
    **{f"part {number}": _to_part(number) for number in range(1, PARTS + 1)},
    "part with an error": _to_error,
    **STOPS,
    "results": _to_results,
    **{path: _to(path) for path in READING},
}
"""Every kind of page under /kiosk/, and how a visitor comes to it."""


def tap(page: Page, words: str) -> None:
    """Touch a button or link and wait until the next page stands."""
    button, link = (page.get_by_role(role, name=words) for role in ("button", "link"))
    arrives(page, button.or_(link).first.tap)


def row(page: Page, question: str, choice: str) -> Locator:
    """The row of a choice, which is what a finger meets."""
    return page.locator(f"label:has([name='{question}'][value='{choice}'])")
