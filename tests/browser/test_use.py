"""One can use every page: by keyboard, without JavaScript, enlarged, by finger, in any colours."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from screener.content.localize import in_region
from screener.content.models.base import Voice
from screener.engine.walk import walk
from tests.answers import (
    ALWAYS,
    FIRST,
    SINGLE,
    alone,
    calm,
    calm_case,
    flagged,
    offered,
    plain,
)
from tests.browser.states import BY_NAME, look, show
from tests.browsing import OpenPage, arrives, at, pick, press, to_question
from tests.shipped import SHIPPED

pytestmark = pytest.mark.browser

CONTENT = in_region(SHIPPED)
STOPPING = next(id for id in offered(FIRST) if alone(FIRST, id).stops)


# By keyboard


def tab_to(page: Page, words: str, key: str = "Tab") -> list[dict[str, Any]]:
    """Press a key until what has these words has the focus; all that had it on the way."""
    stops = []
    for _ in range(120):
        page.keyboard.press(key)
        focused = look(page, "focused")
        assert focused["inside"] and focused["uncovered"] and focused["ring"], focused
        stops.append(focused)
        if focused["words"].startswith(words):
            return stops
    raise AssertionError(f"never reached {words!r}: {[stop['words'] for stop in stops]}")


def enter(page: Page) -> None:
    arrives(page, lambda: page.keyboard.press("Enter"))


def words_of(question: str, choice: str) -> str:
    return CONTENT.choices[question][choice].text.me


def test_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/", reduced_motion="reduce")
    assert tab_to(page, CONTENT.about.me)[0]["words"] == "Skip to the page"
    enter(page)
    expect(page.locator("h1")).to_be_focused()
    last = list(CONTENT.choices_for(FIRST, Voice.ME))[-1]
    passed = tab_to(page, words_of(FIRST, last))
    passed += tab_to(page, "Next")
    assert [stop["words"] for stop in passed][-2:] == [words_of(FIRST, last), "Next"]
    assert [(a, b) for a, b in pairwise(passed) if b["bottom"] < a["top"]] == []
    enter(page)
    expect(page.locator("h1")).to_be_focused()
    while at(page) != SINGLE:
        tab_to(page, "Next")
        enter(page)
    tab_to(page, words_of(SINGLE, offered(SINGLE)[0]))
    tab_to(page, words_of(SINGLE, offered(SINGLE)[1]), key="ArrowDown")
    assert page.locator("input:checked").count() == 1
    enter(page)  # in a choice: the same as Next
    assert at(page) not in (SINGLE, "results")
    tab_to(page, "See what fits so far")
    enter(page)
    tab_to(page, "Your answers")
    page.keyboard.press("Enter")
    tab_to(page, "Change these answers")
    tab_to(page, "Print")
    enter(page)
    expect(page.locator("h1")).to_be_focused()
    assert tab_to(page, "Large print")[-1]["kind"] == "checkbox"
    page.keyboard.press("Space")
    tab_to(page, "Back to what fits")
    enter(page)
    tab_to(page, "Clear everything")
    page.keyboard.press("Enter")
    tab_to(page, "Finish and clear")
    enter(page)
    expect(page.locator("h1")).to_have_text("Your answers are cleared")


def test_enter_goes_to_the_next_question_also_where_a_plan_is_offered(open_page: OpenPage) -> None:
    page = open_page("about:blank")
    show(page, BY_NAME["question so far"])
    assert at(page) == CONTENT.first_interest
    page.locator(".row > input").first.focus()
    page.keyboard.press("Space")
    enter(page)
    assert at(page) not in (CONTENT.first_interest, "results")
    page.go_back()
    page.locator(f"#main[data-at={CONTENT.first_interest}]").wait_for()
    press(page, "See it now")
    assert at(page) == "results"


# Without JavaScript


@pytest.mark.parametrize("voice", [Voice.ME, pytest.param(Voice.SOMEONE, marks=pytest.mark.slow)])
def test_a_journey_without_javascript(open_page: OpenPage, voice: Voice) -> None:
    """One question a page, each with its words, to the results and Finish."""
    page = open_page(width=320, java_script=False)
    press(page, CONTENT.about.me if voice is Voice.ME else CONTENT.about.someone)
    picked = {id: [calm(id, voice)] for id in CONTENT.questions}
    journey = walk(CONTENT, voice, picked)
    for shown in journey.pages:
        question = CONTENT.questions[shown.question]
        expect(page.locator("h1")).to_contain_text(question.ask.in_voice(voice))
        title = CONTENT.section_of[question.id].title.in_voice(voice)
        expect(page.locator(".part")).to_contain_text(title)
        pick(page, question.id, *picked[question.id])
        press(page, "Next")
        if shown.stops:
            expect(page.locator("main[data-stop] section")).to_have_count(len(shown.stops))
            press(page, "Go on")
    assert at(page) == "results"
    expect(page.locator("#told dt")).to_have_count(len(journey.pages))
    page.locator("summary", has_text="Clear everything").click()
    press(page, "Finish and clear")
    expect(page.locator("h1")).to_have_text("Your answers are cleared")


@pytest.mark.parametrize("java_script", [True, False])
@pytest.mark.parametrize("voice", Voice)
def test_a_flag_line_is_in_view_at_once(
    open_page: OpenPage, voice: Voice, java_script: bool
) -> None:
    """Without scrolling, wherever its row is."""
    path = "/check" if voice is Voice.ME else "/check/someone"
    page = open_page(path, java_script=java_script)
    lines = page.locator(".flag > div:visible")
    assert len(flagged(FIRST, voice)) >= 3
    for choice in flagged(FIRST, voice):
        expect(lines).to_have_count(0)
        row = page.locator(f"[name='{FIRST}'][value='{choice}']")
        row.check()
        expect(lines).to_have_count(1)
        expect(lines.locator("a[href^='tel:']")).to_be_in_viewport(ratio=1)
        expect(row).to_be_in_viewport()
        row.uncheck()


@pytest.mark.parametrize("java_script", [True, False])
def test_an_answer_can_be_cleared(open_page: OpenPage, java_script: bool) -> None:
    page = open_page("/check", java_script=java_script)
    to_question(page, SINGLE)
    pick(page, SINGLE, calm(SINGLE))
    press(page, "Next")
    press(page, "Back")
    expect(page.locator(f"[value={calm(SINGLE)}]")).to_be_checked()
    press(page, "Clear my answer")
    assert at(page) == SINGLE
    expect(page.locator("fieldset :checked")).to_have_count(0)
    press(page, "Next")
    press(page, "Back")
    expect(page.locator("fieldset :checked")).to_have_count(0)


# Reading


@pytest.mark.parametrize("in_a_visit", [True, False])
@pytest.mark.parametrize("java_script", [True, False])
def test_the_reading_list_shows_one_kind(
    open_page: OpenPage, java_script: bool, in_a_visit: bool
) -> None:
    page = open_page("/check" if in_a_visit else "/learn", java_script=java_script)
    if in_a_visit:
        press(page, "Next")
        press(page, "Read all topics")
    groups, shown = CONTENT.about.groups, page.locator(".group h3").filter(visible=True)
    expect(shown).to_have_text(list(groups.values()))
    for title in list(groups.values())[-1:0:-3]:
        kind = page.locator(".kinds").get_by_role("link", name=title)
        kind.focus()
        page.keyboard.press("Enter")
        expect(page.locator("h3:focus")).to_have_text(title)
        expect(shown).to_have_text([title])
        expect(page.locator("h3:focus")).to_be_in_viewport()
    page.locator(".kinds").get_by_role("link", name="All topics").click()
    expect(shown).to_have_text(list(groups.values()))


def test_a_topic_opened_in_a_visit_is_read_from_its_heading(open_page: OpenPage) -> None:
    page = open_page("/check/someone")
    press(page, "Next")
    for words in ("Read all topics", "Don't stop suddenly", "Read it for someone you care about"):
        arrives(page, page.get_by_role("link", name=words).first.click)
        expect(page.locator("h1")).to_be_focused()
    assert page.url.endswith("/learn/do-not-stop-suddenly/someone")
    expect(page.get_by_role("link", name="Read it for yourself")).to_be_visible()


# One document: history, focus


def test_back_and_forward_keep_answers_and_reload_starts_afresh(open_page: OpenPage) -> None:
    page = open_page("/")
    press(page, CONTENT.about.me)
    choices = {id: plain(id) for id in ALWAYS[:3]}
    for id, choice in choices.items():
        to_question(page, id)
        pick(page, id, choice)
    press(page, "Next")
    for id in reversed(choices):
        while at(page) != id:
            arrives(page, page.go_back)
        expect(page.locator("h1")).to_be_focused()
        expect(page.locator(f"fieldset [value={choices[id]}]")).to_be_checked()
    arrives(page, page.go_forward)
    assert at(page) != FIRST
    press(page, "Back")
    expect(page.locator(f"fieldset [value={choices[FIRST]}]")).to_be_checked()
    page.reload()
    assert at(page) == FIRST
    expect(page.locator(":checked")).to_have_count(0)
    expect(page.locator("[type=hidden][name]:not([name=voice], [name=at])")).to_have_count(0)


def test_history_leads_from_the_results_to_an_earlier_question(open_page: OpenPage) -> None:
    page = open_page("/check")
    to_question(page, SINGLE)
    pick(page, SINGLE, calm(SINGLE))
    press(page, "See what fits so far")
    expect(page.locator("h1")).to_be_focused()
    arrives(page, page.go_back)
    assert at(page) == SINGLE
    expect(page.locator(f"[value={calm(SINGLE)}]")).to_be_checked()
    arrives(page, page.go_forward)
    assert at(page) == "results"
    page.locator("#told summary").click()
    press(page, "Change these answers")
    assert at(page) == SINGLE


@pytest.mark.parametrize("java_script", [True, False])
def test_back_and_on_from_a_page_that_stops(open_page: OpenPage, java_script: bool) -> None:
    page = open_page("/check", java_script=java_script)
    pick(page, FIRST, STOPPING)
    press(page, "Next")
    assert page.locator("main[data-stop]").count()
    press(page, "Go back")
    assert at(page) == FIRST
    expect(page.locator("fieldset :checked")).to_have_count(0)
    pick(page, FIRST, STOPPING)
    press(page, "Next")
    assert page.locator("main[data-stop]").count(), "shown again, as it was not so before"
    press(page, "Go on")
    assert not page.locator("main[data-stop]").count()
    assert at(page) != FIRST
    if java_script:
        expect(page.locator("h1")).to_be_focused()
        arrives(page, page.go_back)
        assert at(page) == FIRST
        expect(page.locator(f"[value={STOPPING}]")).to_be_checked()


def test_an_error_has_the_focus(open_page: OpenPage) -> None:
    page = open_page("/check", java_script=False)  # with it, no answer is sent
    to_question(page, SINGLE)
    page.locator("fieldset input").first.evaluate("field => { field.value = 'nonsense' }")
    page.locator("fieldset input").first.check()
    press(page, "Next")
    assert at(page) == SINGLE
    expect(page.locator("#oops")).to_be_focused()


# By finger


def row_of(choice: Locator) -> Locator:
    """The whole row of a choice."""
    return choice.locator("xpath=following-sibling::label")


@pytest.mark.parametrize(("name", "width"), [("question", 320), ("question single", 1080)])
def test_the_whole_row_is_pressable(stage: Page, name: str, width: int) -> None:
    show(stage, BY_NAME[name], width=width)
    for choice in stage.locator(".row > input:visible").all():
        row = row_of(choice)
        box = row.bounding_box()
        assert box
        row.click(position={"x": box["width"] - 8, "y": box["height"] / 2})
        expect(choice).to_be_checked()


# In other colours


def test_picked_choices_differ_in_forced_colors(stage: Page) -> None:
    drawn = "row => getComputedStyle(row).outlineStyle + getComputedStyle(row).borderColor"
    for name, question in (("question", FIRST), ("question single", SINGLE)):
        show(stage, BY_NAME[name])
        stage.emulate_media(forced_colors="active")
        choice = stage.locator(f"[value={calm(question)}]")
        row = row_of(choice)
        style, picture = row.evaluate(drawn), row.screenshot()
        choice.check()
        stage.locator("h1").click()
        assert row.evaluate(drawn) != style
        assert row.screenshot() != picture


# Where one is led


def test_the_number_is_in_view_at_once_after_next(open_page: OpenPage) -> None:
    page = open_page("/check", width=320, height=568)
    pick(page, FIRST, STOPPING)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    press(page, "Next")
    assert page.evaluate("scrollY") == 0
    box = page.locator("a.dial").first.bounding_box()
    assert box and box["y"] >= 0 and box["y"] + box["height"] <= 568


def test_the_print_button_is_there_with_a_script_only(open_page: OpenPage) -> None:
    for java_script in (True, False):
        page = open_page("/check", java_script=java_script)
        press(page, "See what fits so far")
        press(page, "Print")
        press(page, "With answers")
        expect(page.locator("[data-print]")).to_be_visible(visible=java_script)
        expect(page.locator(".no-script")).to_be_visible(visible=not java_script)


@pytest.mark.slow
def test_another_country_comes_with_its_own_crisis_lines(open_page: OpenPage) -> None:
    page = open_page("/gb/")
    press(page, CONTENT.about.me)
    press(page, "Next")
    assert page.url.endswith("/gb/check")
    arrives(page, page.go_back)
    assert at(page) == FIRST
    page.get_by_role("link", name="Help lines").first.click()
    page.locator("summary", has_text="Phone numbers are for").click()
    page.get_by_role("link", name="United States").click()
    page.wait_for_url(re.compile(r":\d+/help$"))
    expect(page.locator("nav.crisis .num").first).to_have_text("911")
    page.locator("summary", has_text="Phone numbers are for").click()
    page.get_by_role("link", name="Ireland").click()
    page.wait_for_url("**/ie/help")
    expect(page.locator("nav.crisis .num").first).to_have_text("112")


def test_a_typical_visit_reaches_its_plan(open_page: OpenPage) -> None:
    """One case by hand, with a script: what leads is the first thing on the results."""
    case = calm_case()
    page = open_page("/")
    press(page, CONTENT.about.me)
    for shown in walk(CONTENT, case.voice, case.answers).pages:
        assert at(page) == shown.question
        pick(page, shown.question, *case.answers.get(shown.question, ()))
        press(page, "Next")
    assert page.locator("main section").first.get_attribute("id") == f"plan-{case.leads}"
    box = page.locator("h1").bounding_box()
    assert box and box["y"] < 400
