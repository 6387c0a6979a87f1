"""The touch screen in real Chromium: it warns, waits, clears itself, and leads nowhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from ..browsing import OpenPage, pick, press

pytestmark = pytest.mark.browser

PORTRAIT = {"width": 1080, "height": 1920}
LANDSCAPE = {"width": 1920, "height": 1080}
IDLE, WARNING = 180, 60
TARGET = 60
"""CSS pixels."""

SMALL = """least => [...document.querySelectorAll("a, button, label, summary")]
    .filter(e => e.checkVisibility() && !e.matches(".skip"))
    .map(e => [e.innerText, e.getBoundingClientRect()])
    .filter(([, box]) => box.height < least - 0.5)
    .map(([words, box]) => `${words}: ${box.height}`)"""


def started(open_page: OpenPage, **more: object) -> Page:
    page = open_page("about:blank", **PORTRAIT)
    page.clock.install()
    page.goto("/kiosk/")
    if more.get("slow"):
        pick(page, more="on")
    press(page, "Start")
    return page


def wait(page: Page, seconds: float) -> None:
    page.clock.run_for(seconds * 1000)


def test_it_warns_and_waits_eleven_times_then_clears(open_page: OpenPage) -> None:
    page = started(open_page)
    pick(page, seizure="usual-seizure")
    dialog = page.locator("#idle")
    for _ in range(11):
        wait(page, IDLE - WARNING + 1)
        expect(dialog).to_be_visible()
        expect(dialog.get_by_role("heading")).to_be_focused()
        page.get_by_role("button", name="I am still here").click()
        expect(dialog).to_be_hidden()
    assert page.locator("input[value=usual-seizure]").is_checked()
    wait(page, IDLE + 1)
    page.wait_for_url("**/kiosk/cleared")
    page.go_back()
    assert not page.locator("input[value=usual-seizure]:checked").count()


def test_every_touch_starts_the_wait_anew(open_page: OpenPage) -> None:
    page = started(open_page)
    for _ in range(4):
        wait(page, IDLE - WARNING - 5)
        page.locator("h1").click()
    expect(page.locator("#idle")).to_be_hidden()


def test_it_is_read_aloud_three_times_only(open_page: OpenPage) -> None:
    page = started(open_page)
    said = []
    for _ in range(IDLE - 1):
        wait(page, 1)
        said.append(page.locator("[data-say]").text_content())
    spoken = [words for words in dict.fromkeys(said) if words]
    assert [words.split()[-2] for words in spoken] == ["60", "30", "10"]


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
    pick(page, voice="someone")
    wait(page, IDLE + 2)
    assert page.url.endswith("/kiosk/")
    assert page.locator("input[value=me]").is_checked()


def test_a_slow_reader_keeps_the_visit(open_page: OpenPage) -> None:
    page = started(open_page)
    press(page, "My results now")
    for _ in range(4):
        wait(page, IDLE - WARNING - 5)
        page.locator("h1").click()
    expect(page.locator("h1")).to_contain_text("What you told us")


@pytest.mark.parametrize("view", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
@pytest.mark.parametrize("path", ["", "check", "help", "learn", "cleared"])
def test_targets_are_large_and_nothing_slides(
    open_page: OpenPage,
    path: str,
    view: dict[str, int],
) -> None:
    page = open_page(f"/kiosk/{path}", java_script=False, **view)
    assert page.evaluate(SMALL, TARGET) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert (
        float(page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)"))
        >= 28
    )


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
    for kind in ("contextmenu", "dragstart", "selectstart", "drop"):
        assert not page.evaluate(allowed, kind), kind


def test_up_and_down(open_page: OpenPage) -> None:
    page = started(open_page)
    page.get_by_role("link", name="Down").click()
    page.wait_for_function("() => scrollY > 300")
    page.get_by_role("link", name="Up").click()
    page.wait_for_function("() => scrollY < 100")


def test_what_prints_without_the_button_is_not_the_visit(open_page: OpenPage) -> None:
    page = started(open_page)
    page.emulate_media(media="print")
    assert not page.locator("h1").is_visible()
