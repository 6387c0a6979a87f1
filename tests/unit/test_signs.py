"""Answers -> signs, and whether a condition holds. All with engine.yaml."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from screener.content.models.base import Voice
from screener.content.models.conditions import AnyOf, Condition, NoneOf
from screener.content.models.questionnaire import Questionnaire
from screener.engine.signs import Answers, holds, said, signs_of, unwanted, wanted
from tests.unit.conftest import answers

ALWAYS_ASKED = ["smell", "water", "sound", "walls", "heating", "keys", "reading"]


def test_no_answer_names_only_the_voice(flat: Questionnaire) -> None:
    for voice, sign in ((Voice.ME, "about-me"), (Voice.SOMEONE, "about-someone")):
        found = said(flat, Answers(voice=voice))
        assert (found.signs, found.counted, list(found.asked)) == ({sign}, {}, ALWAYS_ASKED)


def test_an_answer_names_its_signs(flat: Questionnaire) -> None:
    found = said(flat, answers("smell=strong water=drip walls=mould,paint"))
    assert found.signs == {
        *("about-me", "smells-gas", "strong-gas", "dripping", "mould", "fresh-paint")
    }
    assert found.counted == {
        "smell": ("strong",),
        "water": ("drip",),
        "walls": ("mould", "paint"),
    }


def test_the_order_of_the_answers_does_not_matter(flat: Questionnaire) -> None:
    there, back = answers("water=ceiling sockets=near"), answers("sockets=near water=ceiling")
    assert said(flat, there) == said(flat, back)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("water=ceiling", {"sockets"}),
        ("water=not-sure", set()),
        ("heating=boiler", {"boiler"}),
        ("heating=boiler water=ceiling", {"sockets"}),  # the boiler is asked about if none leaks
        ("boiler=gas sockets=near", set()),  # a question is not asked because of its own answer
    ],
)
def test_which_questions_are_worth_asking(flat: Questionnaire, text: str, asked: set[str]) -> None:
    assert set(said(flat, answers(text)).asked) == {*ALWAYS_ASKED, *asked}


def test_questions_are_asked_in_the_order_of_the_file(flat: Questionnaire) -> None:
    asked = said(flat, answers("heating=boiler")).asked
    assert list(asked) == [id for id in flat.questions if id != "sockets"]


def test_an_answer_to_a_question_that_is_not_asked_names_nothing(flat: Questionnaire) -> None:
    found = said(flat, answers("water=drip sockets=near boiler=gas"))
    assert found.signs == {"about-me", "dripping"}
    assert found.counted == {"water": ("drip",)}


def test_a_blank_follow_up_counts_as_not_sure_when_blanks_count(flat: Questionnaire) -> None:
    blank = answers("water=ceiling")
    assert said(flat, blank).signs == {"about-me", "wet-ceiling"}
    found = said(flat, blank, blanks_count=True)
    assert found.signs == signs_of(flat, blank) == {"about-me", "wet-ceiling", "unsure-sockets"}
    assert found.counted == {"water": ("ceiling",), "sockets": ("not-sure",)}


@pytest.mark.parametrize(
    "text",
    ["water=ceiling sockets=near", "water=ceiling sockets=far", "water=drip", "heating=boiler"],
    ids=["answered", "answered with no", "not asked", "blank, but without `if_blank`"],
)
def test_no_other_question_counts_when_blank(flat: Questionnaire, text: str) -> None:
    given = answers(text)
    assert said(flat, given, blanks_count=True) == said(flat, given)


@pytest.mark.parametrize(
    ("condition", "held_by", "not_held_by"),
    [
        ((), ["", "a"], []),
        (("a",), ["a", "a b"], ["", "b"]),
        (("a", "b"), ["a b"], ["a", "b"]),
        ((AnyOf(any=("a", "b")),), ["a", "b", "a b"], ["", "c"]),
        ((AnyOf(any=("a", ("b", "c"))),), ["a", "b c"], ["b", "c", ""]),
        ((NoneOf(none=("a", "b")),), ["", "c"], ["a", "b", "a b"]),
        (("a", AnyOf(any=("b",)), NoneOf(none=("c",))), ["a b"], ["a", "b", "a b c"]),
    ],
    ids=["nothing", "a sign", "all of", "any of", "together", "none of", "all three"],
)
def test_when_a_condition_holds(
    condition: Condition, held_by: list[str], not_held_by: list[str]
) -> None:
    assert [signs for signs in held_by if not holds(condition, set(signs.split()))] == []
    assert [signs for signs in not_held_by if holds(condition, set(signs.split()))] == []


def test_what_a_condition_wants_and_what_it_does_not() -> None:
    condition = ("d", AnyOf(any=("a", ("c", "b"))), NoneOf(none=("f", "e")), "g")
    assert list(wanted(condition)) == ["d", "a", "c", "b", "g"]
    assert list(unwanted(condition)) == ["f", "e"]


def test_answers_without_a_question_or_some_of_its_choices() -> None:
    given = answers("smell=faint walls=mould,stains,paint", Voice.SOMEONE)
    without = given.without("walls")
    assert without == answers("smell=faint", Voice.SOMEONE)
    assert given.without("walls", ["mould", "paint"]) == answers(
        "smell=faint walls=stains", Voice.SOMEONE
    )
    assert given.without("walls", ["mould", "stains", "paint"]) == without
    assert given.without("walls", []).picked["walls"] == ("mould", "stains", "paint")
    assert (
        given.without("keys")
        == given
        == answers("smell=faint walls=mould,stains,paint", Voice.SOMEONE)
    )


def test_answers_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        answers().voice = Voice.SOMEONE  # type: ignore[misc]
