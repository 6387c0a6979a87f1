"""Walks through the touch screen for its tests: to each of its pages, and by touch alone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.answers import ALWAYS, FIRST, SINGLE, alone, calm, flagged, offered, several_stops
from tests.browsing import arrives, pick, press, to_question

PORTRAIT = {"width": 1080, "height": 1920}
LANDSCAPE = {"width": 1920, "height": 1080}
VIEWS = {"portrait": PORTRAIT, "landscape": LANDSCAPE}

READING = ("help", "learn", "learn/do-not-stop-suddenly", "learn/do-not-stop-suddenly/someone")
READING += ("paper", "diary", "about", "sources", "privacy", "cleared")
"""Pages by their address under /kiosk/, beside those of a visit."""

STOPPING = next(id for id in offered(FIRST) if alone(FIRST, id).stops)
"""A choice of the first question that leads to a page that stops."""

QUESTION = ALWAYS[1]
CHOICE = calm(QUESTION)
"""The second question, and a choice there that stops nothing."""


def start(page: Page) -> None:
    """The first question of a new visit."""
    page.goto("/kiosk/")
    press(page, "About me")


def answer(page: Page) -> None:
    """From the first question to the second, and pick an answer there."""
    press(page, "Next")
    pick(page, QUESTION, CHOICE)


def _to_error(page: Page) -> None:
    """By the form itself: on the device no answer can be one that the server doesn't know."""
    start(page)
    damaged = """form => {
        const field = form.querySelector(".q input");
        field.value = "nonsense";
        field.checked = true;
        form.submit();
    }"""
    arrives(page, lambda: page.locator("#step").evaluate(damaged))


def _to_flags(page: Page) -> None:
    start(page)
    pick(page, FIRST, *flagged()[:2])


def _to_results(page: Page) -> None:
    start(page)
    answer(page)
    press(page, "What fits so far")


def _to_stop(*choices: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        start(page)
        pick(page, FIRST, *choices)
        press(page, "Next")
        assert page.locator("main[data-stop]").count()

    return go


def _to(path: str) -> Callable[[Page], None]:
    return lambda page: page.goto(f"/kiosk/{path}") and None


def _to_single(page: Page) -> None:
    start(page)
    to_question(page, SINGLE)


PLACES: dict[str, Callable[[Page], None]] = {
    "start": _to(""),
    "question": start,
    "question with flag lines": _to_flags,
    "question single": _to_single,
    "question with an error": _to_error,
    "stop": _to_stop(STOPPING),
    "stop several": _to_stop(*several_stops()[FIRST]),
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
    return page.locator(f".row:has([name='{question}'][value='{choice}']) > label")


def tool(page: Page, name: str, value: str) -> Locator:
    """A control of the dock: text size or contrast."""
    return page.locator(f".dock label:has([name='{name}'][value='{value}'])")


def panel(page: Page, words: str) -> Locator:
    """What opens a panel above the dock: Help or Finish."""
    return page.locator("summary.tool", has_text=words)


def finish(page: Page) -> None:
    """Touch Finish, and once more what it asks."""
    panel(page, "Finish").tap()
    expect(page.get_by_text("This clears everything.")).to_be_visible()
    tap(page, "Finish and clear")
