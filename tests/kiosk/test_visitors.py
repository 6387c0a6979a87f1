"""Three visitors in a row at one screen, by touch alone; the second one walks away."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.answers import ALWAYS, FIRST, flagged
from tests.browsing import OpenPage, at
from tests.kiosk.walking import (
    CHOICE,
    LANDSCAPE,
    PORTRAIT,
    QUESTION,
    STOPPING,
    finish,
    panel,
    row,
    tap,
    tool,
)
from tests.shipped import SHIPPED

pytestmark = pytest.mark.browser

IDLE, WARNING = 180, 60

NOTE_POINTERS = """
    window.pointers = [];
    for (const kind of ["pointerdown", "keydown"])
        addEventListener(kind, e => window.pointers.push(e.pointerType || kind), true);
"""

TRACES = (STOPPING, CHOICE, "Because you said", 'id="told"')


def _screen(open_page: OpenPage, view: dict[str, int]) -> Page:
    page = open_page("about:blank", **view, has_touch=True, reduced_motion="reduce")
    page.add_init_script(NOTE_POINTERS)
    page.clock.install()
    page.goto("/kiosk/")
    return page


def _touched_only(page: Page) -> None:
    assert set(page.evaluate("window.pointers")) == {"touch"}


def _down_to_the_end(page: Page) -> None:
    down = page.get_by_role("link", name="Down", exact=True)
    end = "() => scrollY + innerHeight >= document.documentElement.scrollHeight - 2"
    for _ in range(40):
        if page.evaluate(end):
            return
        top = page.evaluate("scrollY")
        down.tap()
        page.wait_for_function("top => scrollY > top", arg=top)
    raise AssertionError("Down never reaches the end")


def _size(page: Page) -> float:
    return float(page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)"))


def _saw_nothing(page: Page) -> None:
    """What a person who comes to the screen can find out about the one before."""
    looks = []
    for go in (*[page.go_back] * 4, *[page.go_forward] * 4, page.reload):
        go(wait_until="load")
        html = page.content()
        assert not [trace for trace in TRACES if trace in html]
        looks.append(page.url)
    assert re.fullmatch(r".*/kiosk/(cleared)?", looks[-1])
    page.goto("/kiosk/")
    assert _size(page) == 28
    assert not page.locator("[name=more], [name=contrast]").locator(":scope:checked").count()


def _goes_through_all(page: Page) -> None:
    """A stop, every question, every text size, results, topics, and Finish."""
    posts: list[str] = []
    page.on("request", lambda r: posts.append(r.url) if r.method == "POST" else None)
    tap(page, "About me")
    row(page, FIRST, flagged()[0]).tap()
    expect(page.locator(".flag:visible")).to_be_in_viewport()
    row(page, FIRST, flagged()[0]).tap()
    row(page, FIRST, STOPPING).tap()
    _down_to_the_end(page)
    for value, pixels in (("a1", 34), ("a2", 40), ("a0", 28)):
        tool(page, "size", value).tap()
        assert _size(page) == pixels
    tool(page, "size", "a1").tap()
    tap(page, "Next")
    page.get_by_role("link", name="Tell a staff member now").tap()
    expect(page.locator("#staff")).to_be_in_viewport(ratio=1)
    page.get_by_role("link", name="Back to my page").tap()
    _down_to_the_end(page)
    tap(page, "Go on when everyone is safe")
    questions = [at(page)]
    while at(page) != "results":
        if at(page) == QUESTION:
            row(page, QUESTION, CHOICE).tap()
            tap(page, "Back")
            tap(page, "Next")
            expect(page.locator(f"[name={QUESTION}][value={CHOICE}]")).to_be_checked()
        tap(page, "Next")
        questions.append(at(page))
    assert set(ALWAYS[1:]) <= set(questions)
    assert _size(page) == 34
    page.locator("#told summary").tap()
    expect(page.locator("#told")).to_contain_text("Change these answers")
    _down_to_the_end(page)
    panel(page, "Help").tap()
    tap(page, "Privacy")
    assert _size(page) == 34
    tap(page, "Back to my answers")
    assert at(page) == "results"
    assert not posts
    _touched_only(page)
    finish(page)
    expect(page.locator("h1")).to_have_text("Your answers are cleared")


def _walks_away(page: Page) -> None:
    """In the middle, ticks on the screen. It warns, nobody comes, it clears itself."""
    row(page, "more", "on").tap()
    row(page, "more", "on").tap()
    tap(page, "About someone I care about")
    tap(page, "Next")
    row(page, QUESTION, CHOICE).tap()
    page.clock.run_for((IDLE - WARNING + 1) * 1000)
    expect(page.locator("#idle")).to_be_visible()
    page.clock.run_for(WARNING * 1000)
    page.wait_for_url("**/kiosk/cleared")


def _only_looks(page: Page) -> None:
    """A first question without an answer of anybody, then the paper form, then Finish."""
    tap(page, "About me")
    assert not page.locator("main .q input:checked").count()
    assert not page.locator("input[type=hidden][name=seen]").count()
    tap(page, "What fits so far")
    expect(page.locator(f"#plan-{SHIPPED.fallback.id}")).to_be_visible()
    assert not page.locator("#told").count()
    panel(page, "Help").tap()
    tap(page, "Paper form")
    expect(page.locator("main.paper, main .paper").first).to_be_visible()
    finish(page)
    expect(page.locator("h1")).to_have_text("Your answers are cleared")


def test_a_whole_visit_by_touch_alone_on_a_screen_that_lies(open_page: OpenPage) -> None:
    """Upright it is the first visit of the next test."""
    page = _screen(open_page, LANDSCAPE)
    _goes_through_all(page)
    _saw_nothing(page)


@pytest.mark.slow
def test_three_visitors(open_page: OpenPage) -> None:
    page = _screen(open_page, PORTRAIT)
    for visitor in (_goes_through_all, _walks_away, _only_looks):
        visitor(page)
        _saw_nothing(page)
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert page.context.cookies() == []


def test_the_warning_is_answered_by_touch(open_page: OpenPage) -> None:
    page = _screen(open_page, PORTRAIT)
    tap(page, "About me")
    row(page, FIRST, STOPPING).tap()
    page.clock.run_for((IDLE - WARNING + 1) * 1000)
    expect(page.locator("#idle h2")).to_be_focused()
    page.get_by_role("button", name="I'm still here").tap()
    expect(page.locator("#idle")).to_be_hidden()
    expect(page.locator(f"[name={FIRST}][value={STOPPING}]")).to_be_checked()
    page.clock.run_for((IDLE - WARNING + 1) * 1000)
    page.get_by_role("link", name="Finish and clear now").tap()
    page.wait_for_url("**/kiosk/cleared")
    _saw_nothing(page)
