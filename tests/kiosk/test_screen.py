"""The touch screen in real Chromium: it warns, waits, clears itself, and leads nowhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from screener.content.models.base import Voice
from tests.answers import FIRST, flagged
from tests.browsing import OpenPage, at, pick, press
from tests.kiosk.walking import (
    CHOICE,
    LANDSCAPE,
    PLACES,
    PORTRAIT,
    QUESTION,
    STOPPING,
    answer,
    panel,
    tool,
)
from tests.shipped import SHIPPED

pytestmark = pytest.mark.browser

IDLE, WARNING = 180, 60
CHOICE_TEXT = SHIPPED.choices_for(QUESTION, Voice.ME)[CHOICE].text.in_voice(Voice.ME)


def started(open_page: OpenPage, **more: object) -> Page:
    page = open_page("about:blank", **PORTRAIT)
    page.clock.install()
    page.goto("/kiosk/")
    if more.get("slow"):
        pick(page, "more", "on")
    press(page, "About me")
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
        page.get_by_role("button", name="I'm still here").click()
        expect(dialog).to_be_hidden()
    assert page.locator(f"input[value={STOPPING}]").is_checked()
    wait(page, IDLE + 1)
    page.wait_for_url("**/kiosk/cleared")
    assert page.evaluate("history.length") == before, "a history entry more than before"
    page.go_back()
    assert not page.locator(f"input[value={STOPPING}]").count()


@pytest.mark.slow
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
            page.evaluate("""() => {
                window.turned = new Promise(done => addEventListener("wheel", done));
            }""")
            page.mouse.wheel(0, 100)
            page.evaluate("() => window.turned.then(() => true)")
    expect(page.locator("#idle")).to_be_hidden()
    wait(page, IDLE - WARNING + 1)
    expect(page.locator("#idle")).to_be_visible()


@pytest.mark.slow
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


@pytest.mark.slow
def test_it_is_read_aloud_three_times_only(open_page: OpenPage) -> None:
    """Every change of the live region counts, not only other words; and again after a touch."""
    page = started(open_page)
    assert page.locator("[data-say]").get_attribute("role") == "status"
    page.evaluate(NOTE_WORDS)
    for _ in range(2):
        for _ in range(IDLE - 5):
            wait(page, 1)
        page.get_by_role("button", name="I'm still here").click()
    said = page.evaluate("window.said")
    assert [words.split()[-2] for words in said] == ["60", "30", "10"] * 2
    # In between, whoever reads the dialog hears how much is left; it says nothing by itself.
    seconds = page.locator("#idle [data-seconds]")
    assert not seconds.locator("xpath=ancestor-or-self::*[@aria-hidden or @role='status']").count()


@pytest.mark.slow
def test_more_time_is_ten_times_as_long(open_page: OpenPage) -> None:
    page = started(open_page, slow=True)
    wait(page, 9 * IDLE)
    expect(page.locator("#idle")).to_be_hidden()
    wait(page, IDLE - WARNING + 1)
    expect(page.locator("#idle")).to_be_visible()


@pytest.mark.parametrize(
    ("by", "waited"), [(-3600, IDLE + 1), (3600, 2)], ids=["set back", "after a sleep"]
)
def test_it_clears_itself_whatever_the_clock_is_set_to(
    open_page: OpenPage, by: int, waited: int
) -> None:
    page = started(open_page)
    pick(page, FIRST, STOPPING)
    page.clock.set_system_time(page.evaluate("Date.now()") / 1000 + by)
    wait(page, waited)
    page.wait_for_url("**/kiosk/cleared")


@pytest.mark.slow
def test_the_start_page_stays(open_page: OpenPage) -> None:
    page = open_page("about:blank", **PORTRAIT)
    page.clock.install()
    page.goto("/kiosk/")
    pick(page, "more", "on")
    tool(page, "contrast", "on").click()
    panel(page, "Help").click()
    page.get_by_role("link", name="Tell a staff member now").click()
    wait(page, 10 * IDLE + 2)  # "more" holds here too
    assert page.url.startswith(f"{page.url.split('/kiosk/')[0]}/kiosk/")
    expect(page.locator("#staff")).to_be_hidden()
    assert not page.locator("main :checked:not([value=a0]), main details[open]").count()


@pytest.mark.slow
def test_a_slow_reader_keeps_the_visit(open_page: OpenPage) -> None:
    page = started(open_page)
    press(page, "What fits so far")
    for _ in range(4):
        wait(page, IDLE - WARNING - 5)
        page.locator("h1").click()
    assert at(page) == "results"


LARGE_AND_BLACK = [40, "rgb(0, 0, 0)"]


@pytest.mark.slow
def test_text_size_and_contrast_travel_without_storage(open_page: OpenPage) -> None:
    page = started(open_page)
    tool(page, "size", "a2").click()
    tool(page, "contrast", "on").click()
    looks = """() => [
        parseFloat(getComputedStyle(document.documentElement).fontSize),
        getComputedStyle(document.body).backgroundColor]"""
    assert page.evaluate(looks) == LARGE_AND_BLACK
    press(page, "Next")
    assert page.evaluate(looks) == LARGE_AND_BLACK
    press(page, "What fits so far")
    assert page.evaluate(looks) == LARGE_AND_BLACK
    panel(page, "Help").click()
    press(page, "Privacy")  # a page that sends nothing
    assert page.evaluate(looks) == LARGE_AND_BLACK
    tool(page, "size", "a1").click()
    tool(page, "contrast", "on").click()
    press(page, "Back to my answers")
    assert page.evaluate(looks)[0] == 34, "changed on a page that sends nothing"
    assert page.evaluate(looks)[1] != "rgb(0, 0, 0)"
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


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
    page = started(open_page)
    answer(page)
    press(page, "What fits so far")
    panel(page, "Help").click()
    press(page, "Privacy")
    for _ in range(4):
        wait(page, IDLE - WARNING - 5)
        page.locator("h1").click()
    press(page, "Back to my answers")
    assert at(page) == "results"
    page.locator("#told summary").click()
    expect(page.locator("#told")).to_contain_text(CHOICE_TEXT)


def test_what_prints_without_the_button_is_not_the_visit(open_page: OpenPage) -> None:
    page = started(open_page)
    page.emulate_media(media="print")
    assert not page.locator("h1").is_visible()


def _sign(page: Page) -> None:
    """The sign covers the whole screen, nothing else can be seen, reached or heard."""
    sign = page.get_by_role("alertdialog", name="Staff: please come to this screen now")
    expect(sign).to_be_focused()
    assert "Nothing they picked" in page.locator("#staff-p").inner_text()
    box, view = sign.bounding_box(), page.viewport_size
    assert box and view and (box["width"], box["height"]) == (view["width"], view["height"])
    assert "Back to my page" in page.locator("body").inner_text()
    for words in ("Any of these", "Next", "Finish", "Self-check"):
        assert words not in page.locator("body").inner_text()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Back to my page")).to_be_focused()


@pytest.mark.slow
@pytest.mark.parametrize("java_script", [True, False])
def test_staff_are_called_by_the_screen_itself(open_page: OpenPage, java_script: bool) -> None:
    """By a link that asks for nothing over the network."""
    page = open_page("/kiosk/", **LANDSCAPE, java_script=java_script)
    press(page, "About me")
    pick(page, FIRST, flagged()[0])
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    before = page.evaluate("history.length")
    page.get_by_role("link", name="Tell staff").click()
    _sign(page)
    page.get_by_role("link", name="Back to my page").press("Enter")
    expect(page.locator("#staff")).to_be_hidden()
    assert page.locator(f"[name={FIRST}][value={flagged()[0]}]").is_checked()
    assert not [url for url in asked if "/static/" not in url]  # the icon, from the cache
    if java_script:
        assert page.evaluate("history.length") == before, "a history entry more than before"
        expect(page.get_by_role("link", name="Tell staff")).to_be_focused()


def test_it_clears_itself_behind_the_sign_too(open_page: OpenPage) -> None:
    page = started(open_page)
    pick(page, FIRST, flagged()[0])
    page.get_by_role("link", name="Tell staff").click()
    wait(page, IDLE - WARNING + 1)
    expect(page.locator("#idle")).to_be_visible()
    expect(page.get_by_role("button", name="I'm still here")).to_be_in_viewport()
    wait(page, WARNING)
    page.wait_for_url("**/kiosk/cleared")
    page.go_back()
    assert not page.locator(f"[name={FIRST}]:checked, #staff:target").count()


@pytest.mark.parametrize("java_script", [True, False])
def test_finish_is_asked_once_more(open_page: OpenPage, java_script: bool) -> None:
    page = open_page("/kiosk/", **PORTRAIT, java_script=java_script)
    press(page, "About me")
    pick(page, FIRST, STOPPING)
    finish = panel(page, "Finish")
    far, near = finish.bounding_box(), page.get_by_role("button", name="Next").bounding_box()
    assert far and near and far["y"] >= near["y"] + near["height"]
    finish.click()
    expect(page.get_by_text("This clears everything.")).to_be_visible()
    if java_script:
        page.keyboard.press("Escape")  # closes it, and is no press that clears the screen
        expect(page.get_by_text("This clears everything.")).to_be_hidden()
        expect(page.locator("#say")).to_be_empty()
        finish.click()
    assert page.locator(f"[name={FIRST}][value={STOPPING}]").is_checked()
    press(page, "Finish and clear")
    expect(page.locator("h1")).to_have_text("Your answers are cleared")


@pytest.mark.slow
def test_tab_leads_from_the_last_answer_to_next(open_page: OpenPage) -> None:
    page = started(open_page)
    answer(page)
    page.locator(".q input[type=radio], .q input[type=checkbox]").last.focus()
    names = []
    for _ in range(8):
        page.keyboard.press("Tab")
        names.append(
            page.evaluate("""() => {
            const e = document.activeElement;
            return (e.closest("label") || e).innerText.trim().split("\\n").pop();
        }""")
        )
    ways, tools = names[:3], names[3:]
    assert ways == ["Next", "Clear my answer", "Back"]
    assert tools == ["Usual", "Contrast", "What fits so far", "Help", "Finish"]


@pytest.mark.slow
def test_forced_colours_show_the_focus(open_page: OpenPage) -> None:
    """By pixels: each control of the dock, and a picked answer, look different with the focus."""
    page = open_page("/kiosk/", **LANDSCAPE, forced_colors="active", reduced_motion="reduce")
    press(page, "About me")
    pick(page, FIRST, STOPPING)
    controls = ["[name=size]:checked", "[name=contrast]", "summary.tool >> nth=0"]
    for control in (*controls, ".way .main", f".q [value={STOPPING}]"):
        element = page.locator(f".dock {control}" if control[1] != "q" else control).first
        around = element.locator(
            "xpath=ancestor-or-self::*[self::label or self::button"
            " or self::summary or contains(@class, 'row')][1]"
        )
        box = around.bounding_box()
        assert box
        clip = {
            "x": box["x"] - 9,
            "y": box["y"] - 9,
            "width": box["width"] + 18,
            "height": box["height"] + 18,
        }
        page.locator("h1").focus()
        without = page.screenshot(clip=clip)
        page.keyboard.press("Tab")  # so that the focus comes by key
        element.focus()
        assert page.screenshot(clip=clip) != without, control


@pytest.mark.slow
@pytest.mark.parametrize("place", ["question", "results"])
def test_on_a_narrow_screen_the_whole_dock_is_within_it(open_page: OpenPage, place: str) -> None:
    """1366 x 768 is a usual size of small touch screens."""
    page = open_page("about:blank", width=1366, height=768)
    PLACES[place](page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    for button in page.locator(".dock :is(.btn, .tool):visible").all():
        expect(button).to_be_in_viewport(ratio=1)
