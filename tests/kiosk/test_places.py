"""Every kind of page of the touch screen: it fits, it can be touched, axe finds nothing.

Each place is walked to once, for all checks.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from screener.content.models.base import Voice
from tests.answers import FIRST, body, everything, flagged
from tests.browser.checkers import COLOUR_RULES, RULES, load_axe, violations
from tests.browser.states import State, show
from tests.browsing import OpenPage, at, pick
from tests.kiosk.walking import LANDSCAPE, PLACES, PORTRAIT, READING, VIEWS, panel, start, tool
from tests.running import Server
from tests.shipped import SHIPPED
from tools.kiosk_heights import MARKS, PAGE, SHOWN

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# The refresh is the no-script way to clear a shared screen; what WCAG 2.2.1 asks for with
# it (ten times the time, chosen before) is on the start page.
NO_REFRESH = {**RULES["rules"], "meta-refresh": {"enabled": False}}
KIOSK_RULES = RULES | {"rules": NO_REFRESH}
IN_THE_DARK = ["start", "question with flag lines", "question with an error", "stop", "results"]
"""Where colours are measured in the dark and in high contrast too."""

TARGET = 60
"""CSS pixels."""

SMALLEST_TEXT = 28
"""CSS pixels: what docs/kiosk.md reckons the height of capitals from."""

FIT = {"start", "cleared", "question", "question single"}
"""What the screen shows at once both ways round, in the smallest text."""

VISIT = {"start", "question", "question single", "stop", "results"}
"""Where nothing to press stands in the upper third of a portrait screen."""

MEASURE = """() => {
    const root = document.documentElement;
    const dock = document.querySelector(".dock").getBoundingClientRect();
    return {
        fits: root.scrollHeight <= innerHeight,
        wide: root.scrollWidth > innerWidth,
        top: scrollY,
        seen: scrollY + dock.top,
        end: root.scrollHeight - dock.height,
        low: Math.round(dock.bottom) === innerHeight,
    };
}"""

SMALL = """least => [...document.querySelectorAll("a, button, label, summary")]
    .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.matches(".skip"))
    .map(e => [e.innerText, e.getBoundingClientRect()])
    .filter(([, box]) => box.height < least - 0.5 || box.width < least - 0.5)
    .map(([words, box]) => `${words}: ${box.width} x ${box.height}`)"""

HIGH = """() => [...document.querySelectorAll("a, button, label, summary")]
    .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.matches(".skip"))
    .filter(e => e.getBoundingClientRect().top < innerHeight / 3)
    .map(e => e.innerText)"""

TINY = """least => [...document.querySelectorAll("body *")]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.closest("svg, .vh"))
    .filter(e => parseFloat(getComputedStyle(e).fontSize) < least - 0.01)
    .map(e => `${e.tagName} ${e.innerText}`)"""


def _shown(page: Page) -> bool:
    links = [page.get_by_role("link", name=words, exact=True) for words in ("Up", "Down")]
    shown = {link.is_visible() for link in links}
    assert len(shown) == 1, "one of Up and Down without the other"
    return shown.pop()


def _rest(page: Page) -> None:
    """Wait until the page has been laid out and stands still for three frames."""
    page.evaluate("""() => new Promise((done) => {
        let last = -1, same = 0;
        const look = () => {
            same = scrollY === last ? same + 1 : 0;
            last = scrollY;
            if (same > 1) done(); else requestAnimationFrame(look);
        };
        look();
    })""")


def _press(page: Page, words: str) -> None:
    """Press Up or Down, which must move the page, and wait until it has."""
    link = page.get_by_role("link", name=words, exact=True)
    box = link.bounding_box()
    assert box and min(box["width"], box["height"]) >= TARGET
    before = page.evaluate("scrollY")
    link.click()
    page.wait_for_function("before => scrollY !== before", arg=before, timeout=20_000)
    _rest(page)


def _reaches_everything(page: Page) -> None:
    """Down until the end: no line is skipped on the way; then Up to the top."""
    for _ in range(60):
        before = page.evaluate(MEASURE)
        if before["seen"] >= before["end"] - 1:
            break
        _press(page, "Down")
        after = page.evaluate(MEASURE)
        assert before["top"] < after["top"] <= before["seen"], "Down skips a line, or does nothing"
    else:
        raise AssertionError("Down never reaches the end")
    for _ in range(60):
        if page.evaluate("scrollY") == 0:
            return
        _press(page, "Up")
    raise AssertionError("Up never reaches the top")


@pytest.fixture(scope="module")
def screen(chromium: Browser, server: Server) -> Iterator[Page]:
    context = chromium.new_context(base_url=server.url, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module", params=PLACES)
def place(request: pytest.FixtureRequest, screen: Page) -> str:
    """A place that the screen has been led to."""
    screen.set_viewport_size(PORTRAIT)  # type: ignore[arg-type]
    screen.emulate_media(color_scheme="light")
    PLACES[request.param](screen)
    return request.param


@pytest.fixture
def page(screen: Page, place: str) -> Page:
    """The screen at a place, upright and at the top."""
    _turn(screen, PORTRAIT)
    return screen


def _turn(page: Page, view: dict[str, int]) -> None:
    page.set_viewport_size(view)  # type: ignore[arg-type]
    page.evaluate("scrollTo(0, 0)")
    _rest(page)


def test_all_can_be_seen_read_and_touched(page: Page, place: str) -> None:
    """Both ways round: large enough, and Up and Down exactly where there is more. Pages that are
    only read are gone through one way round or the other, in turn."""
    in_turn = list(VIEWS.values())[list(PLACES).index(place) % 2]
    for view in VIEWS.values():
        _turn(page, view)
        found = page.evaluate(MEASURE)
        assert not found["wide"]
        assert found["low"], "the dock is not at the lower edge"
        assert _shown(page) is not found["fits"]
        if place in FIT:
            assert found["fits"]
        if view == PORTRAIT and place in VISIT:
            assert page.evaluate(HIGH) == []
        if not found["fits"] and (place not in READING or view == in_turn):
            _reaches_everything(page)
    for view in VIEWS.values():
        _turn(page, view)
        _is_large(page)


def test_axe_finds_nothing(page: Page, place: str) -> None:
    """One way round or the other, in turn, all unfolded; some pages also in dark colours."""
    unfold = "for (const each of document.querySelectorAll('details:not(.up)')) each.open = true"
    page.evaluate(unfold)
    _turn(page, [PORTRAIT, LANDSCAPE][list(PLACES).index(place) % 2])
    # What scrolls behind the dock is no small target; the focus never rests there (below).
    page.evaluate("document.querySelector('.dock').style.position = 'static'")
    load_axe(page)
    assert violations(page, KIOSK_RULES) == []
    if place in IN_THE_DARK:
        page.emulate_media(color_scheme="dark")
        assert violations(page, COLOUR_RULES) == []
        tool(page, "contrast", "on").click()
        assert violations(page, COLOUR_RULES) == []
        tool(page, "contrast", "on").click()


def test_axe_finds_nothing_in_the_warning(open_page: OpenPage) -> None:
    page = open_page("about:blank", **PORTRAIT)
    start(page)
    page.evaluate("document.getElementById('idle').showModal()")
    load_axe(page)
    assert violations(page, KIOSK_RULES) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, COLOUR_RULES) == []
    _turn(page, LANDSCAPE)
    assert violations(page, KIOSK_RULES) == []


def test_axe_finds_nothing_in_the_panels_and_on_the_staff_sign(open_page: OpenPage) -> None:
    page = open_page("about:blank", **PORTRAIT)
    PLACES["stop"](page)
    load_axe(page)
    for words in ("Finish", "Help"):  # one closes the other
        panel(page, words).click()
        assert violations(page, KIOSK_RULES) == []
    page.get_by_role("link", name="Tell a staff member now").last.click()
    assert violations(page, KIOSK_RULES) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, COLOUR_RULES) == []


ROWS = 9
"""As many answers a question can have and still stand on one screen, standard ones included."""


@pytest.mark.parametrize("voice", Voice)
def test_a_question_stands_on_one_screen(open_page: OpenPage, voice: Voice) -> None:
    """Both ways round: every question with up to nine answers, and the first one."""
    page = open_page("about:blank", **PORTRAIT)
    given = {q: ids for q, ids in everything(voice).items() if q != FIRST}
    given[FIRST] = tuple(SHIPPED.choices_for(FIRST, voice))
    seen = 0
    for question in SHIPPED.questions:
        if len(SHIPPED.choices_for(question, voice)) > ROWS and question != FIRST:
            continue
        others = {q: ids for q, ids in given.items() if q != question}
        sent = body(others, voice, go=question, issued=str(int(time.time())))
        show(page, State("question", "/kiosk/check", sent), **PORTRAIT)
        if at(page) != question:
            continue  # not asked of somebody with these answers
        for view in VIEWS.values():
            _turn(page, view)
            assert page.evaluate(MEASURE)["fits"], (question, view)
        seen += 1
    assert seen > 10


def _is_large(page: Page) -> None:
    for details in page.locator("summary").all():
        details.evaluate("summary => { summary.parentElement.open = true }")
    assert page.evaluate(SMALL, TARGET) == []
    assert page.evaluate(TINY, SMALLEST_TEXT) == []


def test_what_appears_later_is_large_too(open_page: OpenPage) -> None:
    page = open_page("about:blank", **PORTRAIT)
    PLACES["question"](page)
    pick(page, FIRST, flagged()[0])  # a line with a number appears under the question
    _is_large(page)
    page.evaluate("document.getElementById('idle').showModal()")
    for view in VIEWS.values():
        page.set_viewport_size(view)  # type: ignore[arg-type]
        _is_large(page)


def test_focus_is_never_behind_the_dock_and_does_not_move_the_page(open_page: OpenPage) -> None:
    page = open_page("about:blank", **LANDSCAPE, reduced_motion="reduce")
    PLACES["question with flag lines"](page)
    behind = """() => {
        const e = document.activeElement;
        const label = e.matches(".row > input") ? e.nextElementSibling : e.closest("label");
        const box = (label || e).getBoundingClientRect();
        const dock = document.querySelector(".dock");
        const behind = box.bottom > dock.getBoundingClientRect().top + 1;
        return e !== document.body && !dock.contains(e) && behind ? e.outerHTML : "";
    }"""
    in_dock = "document.querySelector('.dock').contains(document.activeElement)"
    before = 0.0
    for _ in range(60):
        page.keyboard.press("Tab")
        _rest(page)
        assert page.evaluate(behind) == ""
        top = page.evaluate("scrollY")
        assert not page.evaluate(in_dock) or top == before
        before = top


@pytest.mark.parametrize(
    ("place", "size"),
    [
        ("start", "a2"),
        ("question", "a1"),
        ("question", "a2"),
        ("stop", "a2"),
        ("results", "a2"),
    ],
)
def test_large_text_can_be_reached_too(open_page: OpenPage, place: str, size: str) -> None:
    page = open_page("about:blank", **LANDSCAPE, reduced_motion="reduce")
    PLACES[place](page)
    tool(page, "size", size).click()
    page.evaluate("scrollTo(0, 0)")
    assert not page.evaluate(MEASURE)["wide"]
    _reaches_everything(page)


def test_without_a_script_they_are_hidden_and_shown_alike(open_page: OpenPage) -> None:
    page = open_page("/kiosk/cleared", **PORTRAIT, java_script=False)
    assert not _shown(page)
    page.goto("/kiosk/help")
    assert _shown(page)
    page.get_by_role("link", name="Down", exact=True).click()
    page.get_by_role("link", name="Up", exact=True).click()


def test_the_guide_has_the_height_of_each_page() -> None:
    table = PAGE.read_text("utf-8").partition(MARKS[0])[2].partition(MARKS[1])[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.split("\n")[4:-2]]
    assert [row[0] for row in rows] == list(SHOWN)
    assert all(row[1:] == ["**fits**"] * 2 for row in rows if row[0] in ("start", "cleared"))
