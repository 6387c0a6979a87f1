"""The way out by key (docs/decisions/0025-leaving-by-escape.md)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.answers import FIRST, flagged
from tests.browser.spoken import WAY_OUT, Listener, announced
from tests.browsing import OpenPage, at, pick, press

pytestmark = pytest.mark.browser

WITHIN = 5000
"""Milliseconds from one press to the next."""

START = datetime(2026, 1, 1, tzinfo=UTC)
PATHS = ["/", "/check", "/help"]
IS_TAKEN = """() => !dispatchEvent(
    new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }))"""
"""Whether the page keeps Escape from the browser, which would stop loading."""


def opened(open_page: OpenPage, path: str) -> Page:
    """A window in which the other site is a stand-in."""
    page = open_page("about:blank")
    page.route(re.compile("^https:"), lambda route: route.fulfill(body="Another site"))
    page.goto(path)
    return page


@pytest.mark.parametrize("path", PATHS)
def test_three_presses_of_escape_leave(open_page: OpenPage, path: str) -> None:
    page = opened(open_page, path)
    for _ in range(2):
        page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(f"{path}$"))
    page.keyboard.press("Escape")
    page.wait_for_url("https://**")
    assert page.evaluate("history.length") == 2, "the page that was left is in the history"


def test_each_press_is_announced_and_shown(open_page: OpenPage) -> None:
    page = opened(open_page, "/check")
    listener = Listener(page)
    shown = page.locator("#say:not(.vh)")
    for words in (
        "Press Escape two more times to leave this site.",
        "Press Escape once more to leave this site.",
    ):
        before = listener.hear()
        page.keyboard.press("Escape")
        expect(shown).to_have_text(words)
        expect(shown).to_be_in_viewport(ratio=1)
        assert announced(before, listener.hear()) == (words,)
        focus = listener.hear().focus
        assert (focus and focus.line) == (before.focus and before.focus.line)


def test_nothing_of_the_visit_is_left(open_page: OpenPage) -> None:
    page = opened(open_page, "/check")
    pick(page, FIRST, flagged()[0])
    press(page, "Next")
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url("https://**")
    page.go_back()
    page.wait_for_load_state()
    assert not page.locator(f"[name='{FIRST}']:checked, [type=hidden][name='{FIRST}']").count()


def test_escape_does_not_keep_the_other_site_from_coming(open_page: OpenPage) -> None:
    """In a browser, Escape stops loading: from the third press on, the page takes it."""
    page = open_page("about:blank")
    page.route(re.compile("^https:"), lambda route: route.fulfill(status=204))  # never comes
    page.goto("/check")
    assert [page.evaluate(IS_TAKEN) for _ in range(2)] == [False, False]
    assert page.evaluate(f"() => [({IS_TAKEN})(), ({IS_TAKEN})()]") == [True, True]
    expect(page.locator("body")).to_be_empty()
    assert page.evaluate(IS_TAKEN)


@pytest.mark.parametrize("meanwhile", ["wait", "Tab", "ArrowDown", "click"])
def test_what_comes_in_between_ends_it(open_page: OpenPage, meanwhile: str) -> None:
    page = open_page("about:blank")
    page.clock.install(time=START)
    page.goto("/check")
    page.clock.pause_at(START + timedelta(minutes=10))
    for _ in range(2):
        page.keyboard.press("Escape")
    page.clock.run_for(WITHIN - 200)
    expect(page.locator("#say")).to_contain_text("once more")
    if meanwhile == "wait":
        page.clock.run_for(400)
    elif meanwhile == "click":
        page.locator("h1").click()
    else:
        page.keyboard.press(meanwhile)
    expect(page.locator("#say")).to_be_empty()
    expect(page.locator("#say")).to_have_class(re.compile("vh"))
    page.keyboard.press("Escape")
    page.clock.run_for(200)
    expect(page.locator("#say")).to_contain_text("two more times")


def test_a_held_key_and_its_combinations_do_not_count(open_page: OpenPage) -> None:
    page = open_page("/check")
    for _ in range(4):
        page.keyboard.down("Escape")
    expect(page.locator("#say")).to_contain_text("two more times")
    page.keyboard.up("Escape")
    for _ in range(3):
        page.keyboard.press("Shift+Escape")
    expect(page.locator("#say")).to_be_empty()
    assert at(page) == FIRST


def test_an_open_dialog_keeps_escape(open_page: OpenPage) -> None:
    page = open_page("/check")
    page.evaluate(
        """() => {
            const dialog = document.createElement("dialog");
            dialog.addEventListener("cancel", event => event.preventDefault());
            document.body.append(dialog);
            dialog.showModal();
        }"""
    )
    for _ in range(4):
        page.keyboard.press("Escape")
    assert at(page) == FIRST
    expect(page.locator("#say")).to_be_empty()


@pytest.mark.parametrize("key", ["Shift", "Control", "Alt"])
def test_keys_that_readers_use_do_nothing(open_page: OpenPage, key: str) -> None:
    """Shift pauses NVDA, and was the way out once; Control silences every reader."""
    page = open_page("/check")
    for _ in range(6):
        page.keyboard.press(key)
    expect(page.locator("#say")).to_be_empty()
    assert at(page) == FIRST


def test_on_a_touch_screen_escape_is_finish(open_page: OpenPage) -> None:
    page = open_page("/kiosk/check")
    page.keyboard.press("Escape")
    expect(page.locator("#say")).to_have_text("Press Escape two more times to clear this screen.")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url("**/kiosk/cleared")


@pytest.mark.parametrize("java_script", [True, False])
@pytest.mark.parametrize("path", PATHS)
def test_the_way_out_is_the_second_stop_of_tab(
    open_page: OpenPage, path: str, java_script: bool
) -> None:
    page = open_page(path, java_script=java_script)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    focus = Listener(page).hear().focus
    assert focus and focus.name == WAY_OUT
