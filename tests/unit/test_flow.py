"""Which page comes next. All with engine.yaml."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from screener.content.models.questionnaire import Questionnaire
from screener.engine.flow import (
    BACK,
    NEXT,
    RESULTS,
    Ask,
    Finish,
    Stop,
    next_step,
    questions_to_ask,
)
from screener.engine.matching import Answers, RedFlag

SECTIONS = ["danger", "rooms", "boiler", "costs", "wishes"]
NO_BOILER = {"heating": ("electric",)}
SKIPS_COSTS = {"boiler-age": ("new",), "walls": ("paint",)}
SKIPS_BOTH = {**NO_BOILER, "walls": ("paint",)}
"""Boiler is passed over, but costs is asked: its other rule is open again."""


@pytest.mark.parametrize(
    ("where", "go", "expected"),
    [
        ("danger", "next", Ask("rooms")),
        ("rooms", "next", Ask("boiler")),
        ("costs", "next", Ask("wishes")),
        ("wishes", "next", Finish()),
        ("wishes", "back", Ask("costs")),
        ("boiler", "back", Ask("rooms")),
        ("rooms", "back", Ask("danger")),
        ("danger", "back", Ask("danger")),
        ("danger", "results", Finish()),
        (None, "results", Finish()),
        ("wishes", "rooms", Ask("rooms")),
        ("danger", "wishes", Ask("wishes")),
        ("rooms", "rooms", Ask("rooms")),
        (None, "next", Ask("danger")),
        (None, "back", Ask("danger")),
        (None, "costs", Ask("costs")),
        ("rooms", "no-such-place", Ask("boiler")),
        ("rooms", "", Ask("boiler")),
        ("no-such-section", "next", Ask("danger")),
        ("no-such-section", "back", Ask("danger")),
    ],
)
def test_next(flat: Questionnaire, where: str | None, go: str, expected: object) -> None:
    assert next_step(flat, Answers(), (), where, go) == expected


@pytest.mark.parametrize(
    ("picked", "where", "go", "expected"),
    [
        (NO_BOILER, "rooms", "next", Ask("costs")),
        (NO_BOILER, "costs", "back", Ask("rooms")),
        (NO_BOILER, "danger", "boiler", Ask("costs")),
        (SKIPS_COSTS, "boiler", "next", Ask("wishes")),
        (SKIPS_COSTS, "wishes", "back", Ask("boiler")),
        (SKIPS_COSTS, "danger", "costs", Ask("wishes")),
        (SKIPS_BOTH, "rooms", "next", Ask("costs")),
    ],
)
def test_a_section_with_nothing_to_ask_is_passed_over(
    flat: Questionnaire, picked: Any, where: str, go: str, expected: object
) -> None:
    assert next_step(flat, Answers(picked), (), where, go) == expected


def test_the_last_section_with_nothing_to_ask_leads_to_the_results(flat: Questionnaire) -> None:
    without_wishes = flat.model_copy(update={"sections": flat.sections[:4]})
    answers = Answers(SKIPS_COSTS)
    assert next_step(without_wishes, answers, (), "boiler", "next") == Finish()
    assert next_step(without_wishes, answers, (), "danger", "costs") == Finish()


@pytest.mark.parametrize(
    ("picked", "expected"),
    [
        ({}, ["boiler-age", "boiler-smell"]),
        ({"heating": ("not-sure",)}, ["boiler-age", "boiler-smell"]),
        (NO_BOILER, []),
    ],
)
def test_which_questions_of_a_section(
    flat: Questionnaire, picked: Any, expected: list[str]
) -> None:
    boiler = flat.sections[2]
    assert questions_to_ask(flat, boiler, picked) == expected


def test_an_answer_that_no_longer_applies_hides_no_question(flat: Questionnaire) -> None:
    costs = flat.sections[3]
    hidden = {"boiler-age": ("new",), "walls": ("paint",)}
    assert questions_to_ask(flat, costs, hidden) == []
    assert questions_to_ask(flat, costs, {**hidden, **NO_BOILER}) == ["bills"]


@pytest.mark.parametrize("go", ["next", "back", "results", *SECTIONS, "nonsense"])
@pytest.mark.parametrize("where", [None, *SECTIONS])
def test_a_red_flag_stops_every_way(flat: Questionnaire, where: str | None, go: str) -> None:
    answers = Answers({"walls": ("high-water",)})
    step = next_step(flat, answers, (), where, go)
    shown = next_step(flat, answers, ("flood",), where, go)
    assert not isinstance(shown, Stop)
    then = shown.section if isinstance(shown, Ask) else "results"
    assert step == Stop((RedFlag("flood", False, "walls"),), back_to="rooms", then=then)


def test_the_way_back_is_to_the_question_of_the_first_flag(flat: Questionnaire) -> None:
    answers = Answers({"smell": ("not-sure",), "walls": ("high-water",)})
    step = next_step(flat, answers, (), "rooms", "next")
    assert isinstance(step, Stop)
    assert [flag.interruption for flag in step.flags] == ["gas", "flood"]
    assert (step.back_to, step.then) == ("danger", "boiler")
    later = Answers({"boiler-smell": ("gas",), "walls": ("high-water",)})
    step = next_step(flat, later, (), "boiler", "next")
    assert isinstance(step, Stop)
    assert [flag.interruption for flag in step.flags] == ["gas", "flood"]
    assert step.back_to == "boiler"


def test_only_new_flags_stop_again(flat: Questionnaire) -> None:
    answers = Answers({"smell": ("strong",), "noise": ("crackle",), "water": ("ceiling",)})
    step = next_step(flat, answers, ("gas", "flood"), "danger", "next")
    assert isinstance(step, Stop)
    assert [flag.interruption for flag in step.flags] == ["fire"]
    assert next_step(flat, answers, ("fire", "flood", "gas"), "danger", "next") == Ask("rooms")


@pytest.mark.parametrize(
    "value", [Ask("rooms"), Stop((), "danger", "rooms")], ids=lambda value: type(value).__name__
)
def test_a_step_cannot_be_changed(value: Any) -> None:
    field = next(iter(vars(value)))
    with pytest.raises(FrozenInstanceError):
        setattr(value, field, "danger")


def test_finish_is_equal_and_cannot_be_changed() -> None:
    assert Finish() == Finish()
    with pytest.raises(FrozenInstanceError):
        Finish().page = "results"  # type: ignore[attr-defined]


def test_what_the_buttons_send() -> None:
    assert (NEXT, BACK, RESULTS) == ("next", "back", "results")
