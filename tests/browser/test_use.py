"""One can use every page: by keyboard, without JavaScript, enlarged, by finger, in any colours."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from screener.content.models.base import Voice
from tests.browser.states import BY_NAME, CONTENT, State, look, show, stops
from tests.browsing import OpenPage, arrives, pick, press

pytestmark = pytest.mark.browser


# By keyboard


def tab_to(page: Page, words: str, key: str = "Tab") -> list[dict[str, Any]]:
    """Press a key until what has these words has the focus; all that had it on the way."""
    stops = []
    for _ in range(120):
        page.keyboard.press(key)
        at = look(page, "focused")
        assert at["inside"] and at["uncovered"] and at["ring"], at
        stops.append(at)
        if at["words"].startswith(words):
            return stops
    raise AssertionError(f"never reached {words!r}: {[stop['words'] for stop in stops]}")


def enter(page: Page) -> None:
    arrives(page, lambda: page.keyboard.press("Enter"))


def test_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/", reduced_motion="reduce")
    assert tab_to(page, "About me")[0]["words"] == "Skip to the page"
    enter(page)
    passed = []
    for question in CONTENT.sections[0].questions:
        first = CONTENT.choices[question.id]
        words = next(c.text.me for c in first.values() if Voice.ME in c.voices)
        passed += tab_to(page, words)
        if question.type == "single":
            passed += tab_to(page, "No", key="ArrowDown")[-1:]
    upwards = [(a, b) for a, b in pairwise(passed) if b["bottom"] < a["top"]]
    assert upwards == []
    assert page.locator("input:checked").count() == 5
    enter(page)
    expect(page.locator(".part")).to_have_text("Part 2 of 6")
    tab_to(page, "Never")
    enter(page)
    expect(page.locator(".part")).to_have_text("Part 3 of 6")
    tab_to(page, "See my results now")
    enter(page)
    tab_to(page, "What you told us")
    page.keyboard.press("Enter")
    tab_to(page, "Change part 1")
    assert tab_to(page, "Large print")[-1]["kind"] == "checkbox"
    page.keyboard.press("Enter")  # must press nothing
    tab_to(page, "Finish and clear")
    enter(page)
    expect(page.locator("h1")).to_have_text("Your answers are cleared")


# Without JavaScript


def plain_choices(voice: Voice) -> dict[str, str]:
    """For every question the first choice that raises no red flag, so that part 5 is asked."""
    return {
        question.id: next(
            choice.id
            for choice in CONTENT.choices[question.id].values()
            if not choice.interruption and voice in choice.voices
        )
        for section in CONTENT.sections
        for question in section.questions
    } | {"stopping": "on-own"}


@pytest.mark.parametrize("voice", Voice)
def test_a_journey_without_javascript(open_page: OpenPage, voice: Voice) -> None:
    page = open_page(width=320, java_script=False)
    press(page, CONTENT.about.me if voice is Voice.ME else CONTENT.about.someone)
    choices = plain_choices(voice)
    for number, section in enumerate(CONTENT.sections, start=1):
        expect(page.locator("h1")).to_have_text(section.title)
        expect(page.locator(".part")).to_contain_text(f"Part {number} of 6")
        for question in section.questions:
            pick(page, **{question.id: choices[question.id]})
        press(page, "Next" if number < 6 else "See what may help")
    expect(page.locator("h1")).to_have_text(CONTENT.results.title.in_voice(voice))
    expect(page.locator("#told dt")).to_have_count(len(choices))
    press(page, "Finish and clear")
    expect(page.locator("h1")).to_have_text("Your answers are cleared")


@pytest.mark.parametrize("java_script", [True, False])
@pytest.mark.parametrize("path", ["/check", "/check/someone"])
def test_a_red_flag_shows_its_line_at_once(
    open_page: OpenPage, path: str, java_script: bool
) -> None:
    page = open_page(path, java_script=java_script)
    lines = page.locator(".flag:visible")
    for flag in page.locator("[data-flag]").all():
        expect(lines).to_have_count(0)
        flag.check()
        expect(lines).to_have_count(1)
        line = flag.locator("xpath=ancestor::fieldset").locator(".flag:visible")
        expect(line).to_have_attribute("data-for", flag.get_attribute("data-flag") or "")
        expect(line.locator("a[href^='tel:']")).to_be_visible()
        if flag.get_attribute("type") == "checkbox":
            flag.uncheck()
        else:
            row_of(flag).locator("xpath=..").get_by_text("Clear my answer").click()


@pytest.mark.parametrize("java_script", [True, False])
def test_an_answer_can_be_cleared(open_page: OpenPage, java_script: bool) -> None:
    page = open_page("/check", java_script=java_script)
    question = page.locator("#q-danger")
    clear = question.get_by_text("Clear my answer")
    expect(clear).to_be_hidden()
    pick(page, danger="danger-no")
    press(page, "Next")
    press(page, "Back")
    expect(question.locator("[value=danger-no]")).to_be_checked()
    clear.click()
    press(page, "Next")
    press(page, "Back")
    expect(question.locator(":checked")).to_have_count(0)


# By finger


def row_of(choice: Locator) -> Locator:
    """The whole row of a choice."""
    return choice.locator("xpath=ancestor::label")


@pytest.mark.parametrize("width", [320, 1080])
def test_the_whole_row_is_pressable(stage: Page, width: int) -> None:
    show(stage, BY_NAME["check me"], width=width)
    for choice in stage.locator(".choice input:visible").all():
        row = row_of(choice)
        box = row.bounding_box()
        assert box
        row.click(position={"x": box["width"] - 8, "y": box["height"] / 2})
        expect(choice).to_be_checked()


@pytest.mark.parametrize("state", [s for voice in Voice for s in stops(voice)], ids=str)
def test_the_number_is_on_the_first_screen(stage: Page, state: State) -> None:
    show(stage, state, width=320, height=568)
    box = stage.locator("a.dial").first.bounding_box()
    assert box and box["y"] + box["height"] <= 568, f"the number ends at {box}"


# In other colours


def test_picked_choices_differ_in_forced_colors(stage: Page) -> None:
    show(stage, BY_NAME["check me"])
    stage.emulate_media(forced_colors="active")
    drawn = "row => getComputedStyle(row).outlineStyle + getComputedStyle(row).borderColor"
    for choice in (
        stage.locator("#q-danger [value=danger-no]"),
        stage.locator("#q-body-alarm [value=hives-only]"),
    ):
        row = row_of(choice)
        style, picture = row.evaluate(drawn), row.screenshot()
        choice.check()
        stage.locator("h1").click()
        assert row.evaluate(drawn) != style
        assert row.screenshot() != picture


# Where one is led


def test_the_number_is_in_view_at_once_after_next(open_page: OpenPage) -> None:
    page = open_page("/check", width=320, height=568)
    pick(page, took_too_much="yes-unwell")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    press(page, "Next")
    assert page.evaluate("scrollY") == 0
    box = page.locator("a.dial").first.bounding_box()
    assert box and box["y"] >= 0 and box["y"] + box["height"] <= 568


def test_another_country_comes_with_its_own_crisis_lines(open_page: OpenPage) -> None:
    page = open_page("/gb/")
    press(page, CONTENT.about.me)
    press(page, "Next")
    assert page.url.endswith("/gb/check")
    page.go_back()
    expect(page.locator("h1")).to_have_text(CONTENT.sections[0].title)
    page.get_by_role("link", name="Help lines").first.click()
    page.get_by_role("link", name="United States").click()
    page.wait_for_url(re.compile(r":\d+/help$"))
    expect(page.locator("nav.crisis .num").first).to_have_text("911")
    page.get_by_role("link", name="Ireland").click()
    page.wait_for_url("**/ie/help")
    expect(page.locator("nav.crisis .num").first).to_have_text("112")
