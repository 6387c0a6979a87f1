"""The touch screen in real Chromium: it warns, waits, clears itself, and leads nowhere."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, expect

from tests.answers import FIRST
from tests.browsing import OpenPage, at, pick, press
from tests.kiosk.walking import CHOICE, PORTRAIT, QUESTION, STOPPING, answer

pytestmark = pytest.mark.browser

IDLE, WARNING = 180, 60


def started(open_page: OpenPage, **more: object) -> Page:
    page = open_page("about:blank", **PORTRAIT)
    page.clock.install()
    page.goto("/kiosk/")
    if more.get("slow"):
        pick(page, "more", "on")
    press(page, "Start")
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)  # from here on only by `wait`
    return page


def wait(page: Page, seconds: float) -> None:
    page.clock.run_for(seconds * 1000)


def test_it_warns_and_waits_eleven_times_then_clears(open_page: OpenPage) -> None:
    page = started(open_page)
    pick(page, FIRST, STOPPING)
    dialog = page.locator("#idle")
    before = page.evaluate("history.length")
    for _ in range(11):
        wait(page, IDLE - WARNING + 1)
        expect(dialog).to_be_visible()
        expect(dialog.get_by_role("heading")).to_be_focused()
        page.get_by_role("button", name="I am still here").click()
        expect(dialog).to_be_hidden()
    assert page.locator(f"input[value={STOPPING}]").is_checked()
    wait(page, IDLE + 1)
    page.wait_for_url("**/kiosk/cleared")
    assert page.evaluate("history.length") == before, "a history entry more than before"
    page.go_back()
    assert not page.locator(f"input[value={STOPPING}]").count()


@pytest.mark.parametrize("kind", ["touch", "key", "wheel"])
def test_every_touch_and_key_starts_the_wait_anew(open_page: OpenPage, kind: str) -> None:
    page = started(open_page)
    for _ in range(4):
        wait(page, IDLE - WARNING - 5)
        if kind == "touch":
            page.locator("h1").click()
        elif kind == "key":
            page.keyboard.press("Shift")
        else:
            page.mouse.wheel(0, 100)
            page.wait_for_function("() => scrollY > 0")
            page.mouse.wheel(0, -100)
            page.wait_for_function("() => scrollY === 0")
    expect(page.locator("#idle")).to_be_hidden()
    wait(page, IDLE - WARNING + 1)
    expect(page.locator("#idle")).to_be_visible()


def test_the_dialog_holds_the_focus_and_escape_goes_on(open_page: OpenPage) -> None:
    page = started(open_page)
    pick(page, FIRST, STOPPING)
    wait(page, IDLE - WARNING + 1)
    inside = "document.getElementById('idle').contains(document.activeElement)"
    assert page.evaluate(inside)
    for _ in range(2):  # the third press would lead to the browser's own bar
        page.keyboard.press("Tab")
        assert page.evaluate(inside)
    page.keyboard.press("Escape")
    expect(page.locator("#idle")).to_be_hidden()
    assert page.locator(f"input[value={STOPPING}]").is_checked()


NOTE_WORDS = """() => {
    window.said = [];
    const region = document.querySelector("[data-say]");
    new MutationObserver(() => region.textContent && window.said.push(region.textContent))
        .observe(region, { childList: true, characterData: true, subtree: true });
}"""


def test_it_is_read_aloud_three_times_only(open_page: OpenPage) -> None:
    """Every change of the live region counts, not only other words; and again after a touch."""
    page = started(open_page)
    assert page.locator("[data-say]").get_attribute("role") == "status"
    page.evaluate(NOTE_WORDS)
    for _ in range(2):
        for _ in range(IDLE - 5):
            wait(page, 1)
        page.get_by_role("button", name="I am still here").click()
    said = page.evaluate("window.said")
    assert [words.split()[-2] for words in said] == ["60", "30", "10"] * 2
    for part in ("[data-seconds]", "[data-seconds] + span"):
        assert page.locator(part).get_attribute("aria-hidden") == "true"


def test_more_time_is_ten_times_as_long(open_page: OpenPage) -> None:
    page = started(open_page, slow=True)
    wait(page, 9 * IDLE)
    expect(page.locator("#idle")).to_be_hidden()
    wait(page, IDLE - WARNING + 1)
    expect(page.locator("#idle")).to_be_visible()


def test_the_start_page_stays(open_page: OpenPage) -> None:
    page = open_page("about:blank", **PORTRAIT)
    page.clock.install()
    page.goto("/kiosk/")
    pick(page, "voice", "someone")
    wait(page, IDLE + 2)
    assert page.url.endswith("/kiosk/")
    assert page.locator("input[value=me]").is_checked()


def test_a_slow_reader_keeps_the_visit(open_page: OpenPage) -> None:
    page = started(open_page)
    press(page, "What fits so far")
    for _ in range(4):
        wait(page, IDLE - WARNING - 5)
        page.locator("h1").click()
    assert at(page) == "results"


def test_text_sizes_travel_without_storage(open_page: OpenPage) -> None:
    page = started(open_page)
    page.locator("input[value=a2]").check(force=True)
    press(page, "Next")
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    assert page.evaluate(size) == 40


def test_no_menu_no_selection_no_drop(open_page: OpenPage) -> None:
    page = started(open_page)
    allowed = """kind => document.body.dispatchEvent(
        new Event(kind, { bubbles: true, cancelable: true }))"""
    for kind in ("contextmenu", "dragstart", "selectstart", "dragover", "drop"):
        assert not page.evaluate(allowed, kind), kind
    page.locator("h1").dblclick()
    page.keyboard.press("Control+a")
    assert page.evaluate("String(getSelection())") == ""
    style = page.evaluate(
        "(({ userSelect, touchAction }) => [userSelect, touchAction])"
        "(getComputedStyle(document.body))"
    )
    assert style == ["none", "pan-y"], "no selection, and a finger scrolls, nothing else"


def test_somebody_who_reads_a_topic_for_long_comes_back_to_the_answers(
    open_page: OpenPage,
) -> None:
    """The stamp goes on while the answers are out of sight."""
    page = started(open_page)
    answer(page)
    press(page, "What fits so far")
    stamp = int(page.locator("[name=issued]").first.input_value())
    press(page, "Help lines")
    for _ in range(4):
        wait(page, IDLE - WARNING - 5)
        page.locator("h1").click()
    with page.expect_request("**/kiosk/results") as sent:
        press(page, "Back to my answers")
    fields = parse_qs(sent.value.post_data or "")
    assert fields[QUESTION] == [CHOICE]
    issued = int(fields["issued"][0])
    assert 4 * (IDLE - WARNING - 5) <= issued - stamp < 4 * IDLE


def test_what_prints_without_the_button_is_not_the_visit(open_page: OpenPage) -> None:
    page = started(open_page)
    page.emulate_media(media="print")
    assert not page.locator("h1").is_visible()
