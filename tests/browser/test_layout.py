"""What is in view at once, in measured boxes: one page load a state, several windows on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from screener.config import Settings
from screener.content.models.base import Urgency, Voice
from screener.engine.signs import Answers
from screener.web.render import edition_names, with_macros
from screener.web.views import page_view
from tests.answers import FIRST, SINGLE, flagged, offered, stop_pages
from tests.browser.states import BY_NAME, State, show
from tests.browsing import OpenPage, arrives, at, pick, press
from tests.running import Server
from tests.shipped import SHIPPED

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = (390, 844)
FONTS = {
    "narrow": ":root{--sans:'Liberation Sans'!important;--serif:'Liberation Serif'!important}",
    "wide": ":root{--sans:'DejaVu Sans'!important;--serif:'DejaVu Serif'!important}",
}
"""As wide as the fonts of most phones, and the widest that are common."""


def restyle(page: Page, css: str) -> None:
    """Put a reader's own styles over those of the page."""
    page.evaluate(
        """css => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(css);
            document.adoptedStyleSheets = [sheet];
        }""",
        css,
    )


@pytest.fixture(scope="module")
def window(chromium: Browser, server: Server) -> Iterator[Page]:
    """A window in which a test, too, may make HTML of text."""
    context = chromium.new_context(base_url=server.url, reduced_motion="reduce", bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(window: Page) -> Iterator[Page]:
    """A window in which the reader's text size can be set."""
    yield window
    text_size(window, 16)


def text_size(page: Page, px: int) -> None:
    """Set the default text size of the browser, as its reader would; rem follows in media
    queries, too."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Page.setFontSizes", {"fontSizes": {"standard": px, "fixed": px}})
    devtools.detach()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == f"{px}px"


def box_of(page: Page, selector: str) -> dict[str, float]:
    """The box of the first visible element."""
    box = page.locator(f"{selector}:visible").first.bounding_box()
    assert box, selector
    return {**box, "bottom": box["y"] + box["height"], "right": box["x"] + box["width"]}


def boxes(page: Page, selector: str) -> list[list[float]]:
    """Left, top, width and height in the document of all that match."""
    found: list[list[float]] = page.evaluate(
        """selector => [...document.querySelectorAll(selector)].map((it) => {
            const box = it.getBoundingClientRect();
            return [box.left, box.top + scrollY, box.width, box.height];
        })""",
        selector,
    )
    return found


# Stop pages

ROOMS: list[tuple[str, int, int, int]] = [
    ("400 % zoom", 320, 256, 16),
    ("phone", *PHONE, 16),
    ("large text", *PHONE, 32),
    ("large text on a small phone", 320, 568, 32),
    ("200 % zoom of 390", 195, 422, 16),
    ("200 % zoom of 320", 160, 284, 16),
    ("on its side", 844, 390, 16),
]
"""What it is, width and height in CSS pixels, default text size in pixels."""

FIRST_VIEW = """selectors => {
    scrollTo(0, 0);
    const main = document.querySelector("main"), h1 = main.querySelector("h1");
    const first = main.querySelector(".dials").firstElementChild;
    const end = first.getBoundingClientRect().bottom, before = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const it = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || it.closest(".vh, script")) continue;
        if (!it.checkVisibility() || getComputedStyle(it).clipPath !== "none") continue;
        const range = document.createRange();
        range.selectNodeContents(texts.currentNode);
        if (range.getBoundingClientRect().top >= end - 1) continue;
        if (!h1.contains(it) && !first.contains(it) && !it.closest(".dials, .board")) {
            before.push(texts.currentNode.data.trim());
        }
    }
    const seen = (it) => it.checkVisibility({ visibilityProperty: true });
    const boxes = selectors.map((selector) => {
        const box = [...document.querySelectorAll(selector)].find(seen).getBoundingClientRect();
        return [box.left, box.top, box.right, box.bottom];
    });
    return { boxes, before, slides: document.scrollingElement.scrollWidth > innerWidth };
}"""
"""The boxes of the first visible of some selectors; the words above the lower edge of the first
call button, but for the board's and the action; whether the page can be pushed sideways."""


def hidden_first(page: Page, rooms: list[tuple[str, int, int, int]]) -> list[str]:
    """In which rooms the action or the call button of a stop is not in the first view."""
    found = []
    selectors = ["main h1", "main .dials > *"]
    for name, width, height, px in rooms:
        page.set_viewport_size({"width": width, "height": height})
        text_size(page, px)
        view = page.evaluate(FIRST_VIEW, selectors)
        for selector, box in zip(selectors, view["boxes"], strict=True):
            left, top, right, bottom = box
            if left < 0 or top < 0 or right > width + 0.5 or bottom > height + 0.5:
                found.append(f"{name}, {width} x {height}: {selector} {box}")
        found += [f"{name}: {text!r} stands before the button" for text in view["before"]]
        found += [f"{name}: slides sideways"] if view["slides"] else []
    return found


@pytest.mark.parametrize("voice", Voice)
def test_the_action_and_its_button_are_seen_first(page: Page, voice: Voice) -> None:
    """On every stop in the smallest window of WCAG; on the longest, on calm ones and on one
    without a number in all."""
    stops = list(stop_pages(voice))
    longest = max((plan.heading.in_voice(voice) for plan, _ in stops), key=len)
    found = []
    persons = 0
    for number, (plan, sent) in enumerate(stops):
        show(page, State(plan.id, "/results", sent))
        assert page.locator("main[data-stop]").count(), plan.id
        person = SHIPPED.contacts[plan.contact.in_voice(voice)].is_person
        persons += person
        in_all = number == 0 or plan.calm or person or plan.heading.in_voice(voice) == longest
        rooms = ROOMS if in_all else ROOMS[:1]
        found += [f"{plan.id}: {it}" for it in hidden_first(page, rooms)]
    assert not found, "\n".join(found)


def test_several_stops_begin_like_one(page: Page) -> None:
    show(page, BY_NAME["stop several"])
    assert hidden_first(page, ROOMS) == []


def test_a_calm_stop_is_not_red(page: Page) -> None:
    """The page about suicide asks nobody to run: no plate of an emergency, two equal ways."""
    plates, calm = {}, []
    for plan, sent in stop_pages(Voice.ME):
        if plan.calm or not plates:
            show(page, State(plan.id, "/results", sent), *PHONE)
            plates[plan.id] = page.locator(".plate").first.evaluate(
                "it => getComputedStyle(it).backgroundColor"
            )
            assert page.locator("main > [data-calm]").count() == plan.calm, plan.id
            calm += [plan.id] if plan.calm else []
            if plan.calm:
                dials = boxes(page, "main > section:first-of-type .dials > a")
                call, text = ([round(side) for side in box[2:]] for box in dials[:2])
                assert call == text, f"{plan.id}: {dials}"
    assert len(calm) > 1
    alarm = next(colour for id, colour in plates.items() if id not in calm)
    assert alarm == "rgb(138, 27, 21)"
    for id in calm:
        red, green, _ = map(int, re.findall(r"\d+", plates[id])[:3])
        assert green > 0.7 * red, f"{id} is {plates[id]}"


# Questions


Ask = Callable[[str, Voice], None]


@pytest.fixture
def ask(app: Flask, page: Page) -> Ask:
    """Puts any question into the window, whatever has to be answered before it."""
    edition = app.extensions["editions"]["us"]
    show(page, BY_NAME["question"], *PHONE)

    def put(question: str, voice: Voice) -> None:
        view = page_view(edition.content, question, Answers(voice=voice))
        with app.test_request_context():
            names = with_macros(app.jinja_env, edition_names(edition, Settings()))
            html = app.jinja_env.get_template("question.html").render(
                {**names, "view": view, "visit": None}
            )
        page.evaluate(
            """html => {
                const next = new DOMParser().parseFromString(html, "text/html");
                document.querySelector("main").replaceWith(next.querySelector("main"));
                scrollTo(0, 0);
            }""",
            html,
        )

    return put


def own_rows(question: str, voice: Voice) -> int:
    return len(offered(question, voice))


@pytest.mark.parametrize("voice", Voice)
def test_up_to_seven_answers_need_no_scrolling(page: Page, ask: Ask, voice: Voice) -> None:
    restyle(page, FONTS["narrow"])
    found = []
    for question in SHIPPED.questions:
        if own_rows(question, voice) > 7:
            continue
        ask(question, voice)
        box = box_of(page, ".go [value=next]")
        if box["bottom"] > PHONE[1]:
            over = box["bottom"] - PHONE[1]
            found.append(f"{question}, {own_rows(question, voice)} rows: {over:.0f} px below")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("fonts", FONTS)
@pytest.mark.parametrize("voice", Voice)
def test_the_first_page_scrolls_by_less_than_half_a_screen(
    page: Page, ask: Ask, voice: Voice, fonts: str
) -> None:
    restyle(page, FONTS[fonts])
    ask(FIRST, voice)
    assert box_of(page, ".go [value=next]")["bottom"] - PHONE[1] < PHONE[1] / 2


@pytest.mark.parametrize(("width", "height"), [PHONE, (1280, 800)])
def test_an_answer_moves_nothing(page: Page, ask: Ask, width: int, height: int) -> None:
    """ "Clear my answer" has its place before it appears."""
    page.set_viewport_size({"width": width, "height": height})
    for question in (FIRST, SINGLE):
        ask(question, Voice.ME)
        unflagged = next(id for id in offered(question) if id not in flagged(question))
        clear = page.get_by_role("button", name="Clear my answer")
        expect(clear).to_be_hidden()
        before = boxes(page, "main label, main button")
        page.locator(f"[value={unflagged}]").check()
        expect(clear).to_be_visible()
        assert boxes(page, "main label, main button") == before
        assert len(before) > 5


@pytest.mark.parametrize("voice", Voice)
@pytest.mark.parametrize("width", [390, 320])
def test_a_flag_opens_under_its_row_and_in_view(
    open_page: OpenPage, width: int, voice: Voice
) -> None:
    """By a tap on a row that stands at the lower edge of the window; what is above stays."""
    path = "/check" if voice is Voice.ME else "/check/someone"
    page = open_page(path, width=width, height=664, has_touch=True, reduced_motion="reduce")
    rows = flagged(FIRST, voice)
    assert len(rows) > 3
    for choice in rows:
        label = page.locator(f"[value={choice}] + label")
        flag = page.locator(f".row:has([value={choice}]) > .flag > div")
        label.evaluate("it => it.scrollIntoView({ block: 'end', behavior: 'instant' })")
        place = page.evaluate("scrollY")
        before = boxes(page, ".row > label")
        number = page.locator(".row > label").evaluate_all(
            "(all, id) => all.findIndex((it) => it.previousElementSibling.value === id)", choice
        )
        label.tap()
        expect(flag).to_be_in_viewport(ratio=1)
        expect(label).to_be_in_viewport(ratio=1)
        assert page.evaluate("scrollY") >= place
        row, line = label.bounding_box(), flag.bounding_box()
        assert row and line
        assert abs(row["y"] + row["height"] - line["y"]) <= 1, choice
        assert boxes(page, ".row > label")[: number + 1] == before[: number + 1], choice
        label.tap()
        expect(flag).to_be_hidden()


@pytest.mark.parametrize("width", [390, 320])
def test_the_keyboard_keeps_a_row_and_its_flag_in_view(open_page: OpenPage, width: int) -> None:
    """Without JavaScript: the row has room left below it when it gets the focus."""
    page = open_page("/check", width=width, height=664, java_script=False)
    seen = 0
    page.locator("h1").focus()
    while True:
        page.keyboard.press("Tab")
        row = page.locator(".row > input:focus")
        if not row.count():
            break
        expect(row).to_be_in_viewport(ratio=1)
        if row.get_attribute("value") in flagged():
            row.press("Space")
            flag = page.locator(".flag > div:visible")
            expect(row).to_be_in_viewport(ratio=1)
            expect(flag.locator("b")).to_be_in_viewport(ratio=1)
            row.press("Space")
            seen += 1
    assert seen == len(flagged())


def test_a_tap_that_takes_an_answer_back_leaves_no_tint(open_page: OpenPage) -> None:
    page = open_page("/check", *PHONE, has_touch=True, is_mobile=True)
    drawn = "it => [getComputedStyle(it).backgroundColor, getComputedStyle(it).borderColor]"
    choice = next(id for id in offered(FIRST) if id not in flagged())
    label = page.locator(f"[value={choice}] + label")
    before = label.evaluate(drawn)
    label.tap()
    expect(page.locator(f"[value={choice}]")).to_be_checked()
    assert label.evaluate(drawn) != before
    label.tap()
    expect(page.locator(f"[value={choice}]")).not_to_be_checked()
    assert label.evaluate(drawn) == before


@pytest.mark.parametrize("java_script", [True, False])
@pytest.mark.parametrize("voice", Voice)
def test_a_stop_that_does_not_fit_is_taken_back(
    open_page: OpenPage, voice: Voice, java_script: bool
) -> None:
    """To its question, cleared, and it says so; the results know it no more."""
    path = "/check" if voice is Voice.ME else "/check/someone"
    for choice in flagged(FIRST, voice)[:2]:
        page = open_page(path, java_script=java_script)
        pick(page, FIRST, choice)
        press(page, "Next")
        stop = page.locator("main[data-stop] > section").first.get_attribute("id")
        page.get_by_role("button", name="Go back").scroll_into_view_if_needed()
        arrives(page, page.locator("button[value=undo]").click)
        assert at(page) == FIRST
        expect(page.locator("fieldset :checked")).to_have_count(0)
        expect(page.locator("#notice")).to_contain_text("The answer that didn't fit is cleared")
        expect(page.locator("#notice")).to_be_visible()
        if java_script:
            expect(page.locator("h1")).to_be_focused()
            expect(page.locator("#say")).to_contain_text("is cleared")
            assert page.evaluate("scrollY") == 0
        press(page, "See what fits so far")
        assert at(page) == "results"
        expect(page.locator(f"#{stop}")).to_have_count(0)


# Results


def regions(page: Page) -> list[str]:
    """The names of all region landmarks, as the browser tells screen readers."""
    tree = page.context.new_cdp_session(page)
    nodes = tree.send("Accessibility.getFullAXTree")["nodes"]
    tree.detach()
    return [
        node["name"]["value"]
        for node in nodes
        if node.get("role", {}).get("value") == "region" and not node["ignored"]
    ]


@pytest.mark.parametrize("level", Urgency)
def test_the_results_are_in_a_few_parts(page: Page, level: Urgency) -> None:
    """One region a part and none a card; how urgent it is can be seen; each link of the list of
    parts leads somewhere."""
    show(page, BY_NAME[f"results {level.value}"], *PHONE)
    found = regions(page)
    assert 3 <= len(found) <= 7, found
    assert len(set(found)) == len(found) and all(found)
    assert page.locator(".card").count() > 2
    word = page.locator(".plate .level")
    expect(word).to_be_visible()
    expect(word).to_have_text(SHIPPED.results.levels[level])
    links = page.locator(".jump a")
    assert links.count() >= 3
    for link in links.all():
        expect(link).to_be_visible()
        page.evaluate("scrollTo(0, 0)")
        target = page.locator(str(link.get_attribute("href")))
        link.click()
        expect(target.locator("h2:visible, summary:visible").first).to_be_in_viewport(ratio=1)
        page.keyboard.press("Tab")
        assert target.evaluate(
            "it => it.contains(document.activeElement) || "
            "!!(it.compareDocumentPosition(document.activeElement) & 4)"
        ), f"after {link.get_attribute('href')} the keyboard starts elsewhere"


@pytest.mark.parametrize("java_script", [True, False])
def test_the_end_of_a_visit_is_asked_once_more(open_page: OpenPage, java_script: bool) -> None:
    page = open_page("/check", java_script=java_script)
    press(page, "See what fits so far")
    ends = page.locator("main a[href='/cleared'], main a[href='/']")
    assert ends.count() == 2
    for end in ends.all():
        expect(end).to_be_hidden()
    page.locator("summary", has_text="Clear everything").click()
    expect(page.get_by_text("This clears everything")).to_be_visible()
    for end in ends.all():
        expect(end).to_be_visible()


def test_one_title_in_all_states_of_a_visit(open_page: OpenPage) -> None:
    """Titles stay in histories."""
    page = open_page("/")
    titles = {page.title()}

    def go(words: str) -> None:
        press(page, words)
        titles.add(page.title())

    go(SHIPPED.about.me)
    pick(page, FIRST, flagged()[0])
    for words in ("Next", "Go back", "Next", "Back", "See what fits so far"):
        go(words)
    assert at(page) == "results"
    assert titles == {SHIPPED.about.title}


# Home


def test_home_on_a_phone(page: Page) -> None:
    """All of it on one and a half screens, the three ways in on the first."""
    show(page, BY_NAME["home"], *PHONE)
    for css in FONTS.values():
        restyle(page, css)
        for width, height in (PHONE, (390, 664), (360, 640)):
            page.set_viewport_size({"width": width, "height": height})
            box = page.get_by_role("link", name="I just want to read").bounding_box()
            assert box and box["y"] + box["height"] <= height, (width, height, box)
        page.set_viewport_size({"width": 320, "height": 568})
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
    restyle(page, FONTS["narrow"])
    page.set_viewport_size(dict(zip(("width", "height"), PHONE, strict=True)))
    assert page.evaluate("document.scrollingElement.scrollHeight") <= 1.5 * PHONE[1]
