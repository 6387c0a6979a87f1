"""The touch screen in Chromium with scripts off: it still clears itself, and can be held back."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from screener.config import Settings
from tests.answers import FIRST, SINGLE, calm
from tests.browsing import OpenPage, pick, press, served
from tests.kiosk.walking import CHOICE, PORTRAIT, QUESTION, STOPPING, answer
from tests.running import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IDLE = 180
HASTY = 4
"""Seconds. The least that an operator can set is 60, too long to wait for here."""


@pytest.fixture(scope="module")
def hasty() -> Iterator[str]:
    with served(Settings(kiosk_idle=HASTY, kiosk_warning=2)) as address:
        yield address


def _started(open_page: OpenPage, address: str = "/kiosk/") -> Page:
    page = open_page(address, java_script=False, **PORTRAIT)
    press(page, "About me")
    return page


def _stamp(page: Page) -> int:
    return int(page.locator("[name=issued]").first.input_value())


def _refresh(page: Page) -> str:
    """The refresh for a browser without scripts, as it stands in the page."""
    found = re.search(r'<noscript><meta http-equiv="refresh" content="([^"]*)">', page.content())
    assert found
    return found[1]


def test_a_visit_that_nobody_touches_is_cleared(open_page: OpenPage, hasty: str) -> None:
    page = _started(open_page, f"{hasty}/kiosk/")
    assert _refresh(page) == f"{HASTY}; url=/kiosk/cleared"
    pick(page, FIRST, STOPPING)
    begun = time.monotonic()
    page.wait_for_url("**/kiosk/cleared")  # nobody does anything
    assert time.monotonic() - begun > HASTY - 2, "cleared at once, so not by waiting"
    expect(page.locator("h1")).to_have_text("Your answers are cleared")
    assert not page.locator("main .q input:checked").count()


def test_results_and_stops_are_cleared_too(open_page: OpenPage, hasty: str) -> None:
    pages = [_started(open_page, f"{hasty}/kiosk/") for _ in range(2)]
    pick(pages[0], FIRST, STOPPING)
    for page in pages:
        press(page, "What fits so far")
    assert pages[0].locator("main[data-stop]").count()
    for page in pages:
        page.wait_for_url("**/kiosk/cleared")


def test_a_form_sent_after_that_shows_nothing(open_page: OpenPage, hasty: str) -> None:
    page = _started(open_page, f"{hasty}/kiosk/")
    held = open_page(f"{hasty}/kiosk/", java_script=False)  # stands while the other ends
    fields = {"issued": str(_stamp(page))}
    page.wait_for_url("**/kiosk/cleared")
    again = held.request.post(
        f"{hasty}/kiosk/results",
        form={**fields, "at": FIRST, FIRST: STOPPING},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert again.status == 200
    assert "Your answers are cleared" in again.text()
    assert STOPPING not in again.text()


@pytest.mark.parametrize("slow", [False, True])
def test_the_time_is_in_the_page(open_page: OpenPage, slow: bool) -> None:
    page = open_page("/kiosk/", java_script=False)
    if slow:
        pick(page, "more", "on")
    press(page, "About me")
    assert _refresh(page) == f"{IDLE * (10 if slow else 1)}; url=/kiosk/cleared"


def _question(page: Page) -> None:
    answer(page)
    press(page, "Next")
    pick(page, SINGLE, calm(SINGLE))


def _stop(page: Page) -> None:
    answer(page)
    press(page, "Back")
    pick(page, FIRST, STOPPING)
    press(page, "Next")


def _results(page: Page) -> None:
    answer(page)
    press(page, "What fits so far")


@pytest.mark.parametrize("walk", [_question, _stop, _results], ids=lambda walk: walk.__name__)
def test_more_time_keeps_page_answers_and_place(open_page: OpenPage, walk: object) -> None:
    page = _started(open_page)
    walk(page)  # type: ignore[operator]
    before = page.locator("h1").inner_text()
    ticked = page.locator("main .q input:checked").count()
    stamp = _stamp(page)
    wait_until(lambda: time.time() > stamp + 1, 5)  # so that a fresh stamp is another one
    press(page, "I need more time")
    assert page.locator("h1").inner_text() == before
    assert page.locator("main .q input:checked").count() == ticked
    assert page.locator(f"[name='{QUESTION}'][value='{CHOICE}']").count()
    assert _stamp(page) > stamp


def test_with_a_script_there_is_a_warning_instead(open_page: OpenPage) -> None:
    page = open_page("/kiosk/", **PORTRAIT)
    press(page, "About me")
    expect(page.get_by_role("button", name="I need more time")).to_be_hidden()
