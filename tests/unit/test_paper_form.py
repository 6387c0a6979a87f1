"""The form to fill in by hand says what the engine says."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations

import pytest

from screener.content.models.base import PREFER_NOT, Urgency, Voice, Voiced
from screener.content.models.conditions import AnyOf, NoneOf
from screener.content.models.questionnaire import Questionnaire
from screener.engine.paper_form import (
    Box,
    NotAny,
    OneOf,
    PaperForm,
    Together,
    fits,
    only_chooses,
    shortened,
    without_implied,
    without_interests,
)
from screener.engine.plans import plans_of
from screener.engine.signs import Answers, Said, holds, said
from screener.web.paper_form import condition_words, listed, number_words
from tests.answers import CASES
from tests.shipped import SHIPPED
from tests.unit.conftest import FLAT

BOTH = pytest.mark.parametrize("voice", list(Voice))
FILES = pytest.mark.parametrize("content", [FLAT, SHIPPED], ids=["flat", "shipped"])
MANY = 400


def random_answers(content: Questionnaire, voice: Voice, count: int) -> Iterator[Answers]:
    """Few and many answers, without those that paper has no box for."""
    dice = random.Random(16)
    for _ in range(count):
        share = dice.choice([0.2, 0.5, 0.8, 1])
        picked: dict[str, tuple[str, ...]] = {}
        for id, question in content.questions.items():
            ids = [choice for choice in content.choices_for(id, voice) if choice != PREFER_NOT]
            if dice.random() < share:
                most = 1 if question.type == "single" else min(4, len(ids))
                picked[id] = tuple(dice.sample(ids, dice.randint(1, most)))
        yield Answers(picked, voice)


def checked_by(form: PaperForm, counted: Said) -> frozenset[Box]:
    """The boxes that somebody checks who gives these answers on paper."""
    return frozenset(
        box
        for asked in form.questions
        for box, choice in asked.choices
        if choice.id in counted.counted.get(asked.question.id, ())
    )


def signs_on_paper(form: PaperForm, counted: Said) -> frozenset[str]:
    """The signs that those boxes name."""
    content = form.content
    signs = {form.voice.sign}
    for question, picks in counted.counted.items():
        if not only_chooses(content, content.questions[question]):
            signs.update(*(content.choices[question][pick].signs for pick in picks))
    return frozenset(signs)


@FILES
@BOTH
def test_the_first_line_that_fits_is_the_plan_that_leads(
    content: Questionnaire, voice: Voice
) -> None:
    form = PaperForm(content, voice)
    leads = set()
    for answers in random_answers(content, voice, MANY):
        counted = said(content, answers, blanks_count=True)
        lead = plans_of(content, signs_on_paper(form, counted))[0]
        checked = checked_by(form, counted)
        line = next(line for line in form.lines if line.fits(checked))
        assert lead in line.plans, (answers, line.plan.id)
        leads.add(lead.id)
    assert len(leads) >= min(8, len(content.plans) // 2), "too few plans were tried"


@BOTH
def test_it_leads_to_the_plan_of_every_case(voice: Voice) -> None:
    """Without the answers that paper has no box for."""
    form = PaperForm(SHIPPED, voice)
    for case in (case for case in CASES if case.voice is voice):
        picked = {
            question: tuple(pick for pick in picks if pick != PREFER_NOT)
            for question, picks in case.answers.items()
        }
        counted = said(SHIPPED, Answers(picked, voice), blanks_count=True)
        lead = plans_of(SHIPPED, signs_on_paper(form, counted))[0]
        line = next(line for line in form.lines if line.fits(checked_by(form, counted)))
        assert lead in line.plans, case.name


@FILES
@BOTH
def test_a_question_is_for_those_whom_the_engine_asks(content: Questionnaire, voice: Voice) -> None:
    form = PaperForm(content, voice)
    seen: set[tuple[str, bool]] = set()
    for answers in random_answers(content, voice, MANY // 3):
        counted = said(content, answers, blanks_count=True)
        checked = checked_by(form, counted)
        signs = {voice.sign}  # of the questions so far
        for asked in form.questions:
            is_asked = holds(without_interests(content, asked.question.ask_if), signs)
            signs.update(*(c.signs for box, c in asked.choices if box in checked))
            assert fits(asked.only_if, checked) is is_asked, asked.question.id
            seen.add((asked.question.id, is_asked))
    assert {id for id, is_asked in seen if is_asked} == {a.question.id for a in form.questions}


@FILES
@BOTH
def test_every_line_and_clause_can_hold(content: Questionnaire, voice: Voice) -> None:
    form = PaperForm(content, voice)
    boxes = {box for asked in form.questions for box, _ in asked.choices}
    for line in form.lines:
        for condition in line.when:
            assert condition, line.plan.id
            for clause in condition:
                assert clause.every_box and clause.every_box <= boxes
    assert [line.plan.id for line in form.lines if not line.when] == [content.fallback.id]
    assert not form.lines[-1].when


def test_what_one_voice_alone_can_check() -> None:
    """The plan about calls from the lift, and the sound that only a tenant hears."""
    mine, theirs = (PaperForm(FLAT, voice) for voice in Voice)
    assert "fire" in ids(mine) and "lift" not in ids(mine)
    assert "lift" in ids(theirs) and "fire" not in ids(theirs)
    assert "rent" in ids(mine) and "rent" not in ids(theirs), "about-me holds in one voice only"
    assert codes(mine, "fire") == ["4a"]


def test_plans_with_the_same_words_in_a_row_are_one_line() -> None:
    lines = {line.plan.id: line for line in PaperForm(FLAT, Voice.ME).lines}
    assert [plan.id for plan in lines["gas-out"].plans] == ["gas-out", "gas-unsure", "gas-boiler"]
    assert len(lines["gas-out"].when) == 3
    assert "gas-unsure" not in lines


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        ({"why": "Another reason."}, 1),  # is not on paper
        ({"level": Urgency.TODAY}, 2),
        ({"contact": Voiced(me="landlord", someone="emergency")}, 2),
        ({"contact": Voiced(me="emergency", someone="landlord")}, 1),
        ({"heading": Voiced(me="Call", someone="Call {emergency} now")}, 2),
        ({"heading": Voiced(me="Call {emergency} now", someone="Call")}, 1),
        ({"no_prescriber": FLAT.plans_by_id["walls-soon"].no_prescriber}, 2),
    ],
)
def test_plans_are_one_line_only_with_the_same_words_in_its_voice(
    change: dict[str, object], lines: int
) -> None:
    plan = FLAT.plans_by_id["gas-out"]
    content = FLAT.model_copy(update={"plans": (plan, plan.model_copy(update=change))})
    assert len(PaperForm(content, Voice.ME).lines) == lines + 1  # and the one for everybody else


def test_a_condition_that_the_voice_decides() -> None:
    form = PaperForm(FLAT, Voice.ME)
    assert form.in_boxes((NoneOf(none=("about-me", "mould")),)) is None
    assert form.in_boxes((NoneOf(none=("about-someone",)),)) == ()


@pytest.mark.parametrize("signs", [*combinations(["lost-key", "cracks", "stains", "mould"], 3)])
def test_the_boxes_of_a_way_stand_in_the_order_of_the_form(signs: tuple[str, ...]) -> None:
    (clause,) = PaperForm(FLAT, Voice.ME).in_boxes((AnyOf(any=(signs,)),)) or ()
    assert isinstance(clause, OneOf)
    (way,) = clause.ways
    assert list(way) == sorted(way, key=sorted) and len(way) == 3


def test_plans_differ_in_their_usual_heading_too() -> None:
    soon = FLAT.plans_by_id["walls-soon"]
    other = soon.model_copy(update={"heading": Voiced(me="Another", someone="Another")})
    assert soon.heading_for(True) == other.heading_for(True)
    content = FLAT.model_copy(update={"plans": (soon, other)})
    assert len(PaperForm(content, Voice.ME).lines) == 3


def test_what_somebody_wants_to_read_decides_nothing() -> None:
    assert without_interests(FLAT, ("wants-rent", "mould")) == ("mould",)


def ids(form: PaperForm) -> list[str]:
    return [plan.id for line in form.lines for plan in line.plans]


def codes(form: PaperForm, plan: str) -> list[str]:
    line = next(line for line in form.lines if line.plan.id == plan)
    return sorted(
        box.code for condition in line.when for clause in condition for box in clause.every_box
    )


@BOTH
def test_boxes_are_numbered_in_the_order_of_the_file(voice: Voice) -> None:
    form = PaperForm(SHIPPED, voice)
    assert [asked.number for asked in form.questions] == list(range(1, len(form.questions) + 1))
    order = [asked.question.id for asked in form.questions]
    assert order == [id for id in SHIPPED.questions if id in order]
    for asked in form.questions:
        offered = SHIPPED.choices_for(asked.question.id, voice)
        assert [choice.id for _, choice in asked.choices] == [i for i in offered if i != PREFER_NOT]
        assert [box.place for box, _ in asked.choices] == list(range(1, len(asked.choices) + 1))
    left_out = set(SHIPPED.questions) - set(order)
    assert left_out == {SHIPPED.first_interest}, "it only chooses what is asked next"


A, B, C, D = (frozenset([Box(1, place)]) for place in range(1, 5))


@pytest.mark.parametrize(
    ("ways", "short"),
    [
        ([(A,), (B,)], ((A | B,),)),
        ([(A, B), (A, C)], ((A, B | C),)),
        ([(A,), (A, B)], ((A,),)),
        ([(A, B), (A, C), (B, C)], ((A, B | C), (B, C))),
        ([(A, B), (C, D)], ((A, B), (C, D))),
        ([(A, B, D), (A, C, D)], ((A, B | C, D),)),
    ],
)
def test_ways_are_said_shortly(ways: list[Together], short: tuple[Together, ...]) -> None:
    assert shortened(ways) == short
    for checked in subsets():
        assert OneOf(tuple(ways)).holds(checked) is OneOf(short).holds(checked)


def test_a_clause_that_another_one_implies_is_left_out() -> None:
    narrow, wide, both = OneOf(((A,),)), OneOf(((A | B,),)), OneOf(((A, C),))
    assert without_implied([narrow, wide]) == (narrow,)
    assert without_implied([wide, both]) == (both,)
    assert without_implied([narrow, both]) == (both,)
    assert without_implied([wide, NotAny(A)]) == (wide, NotAny(A))
    assert without_implied([narrow, narrow]) == (narrow,), "one of two equal ones stays"


def subsets() -> Iterator[frozenset[Box]]:
    for number in range(16):
        yield frozenset(Box(1, place + 1) for place in range(4) if number >> place & 1)


def test_words() -> None:
    form = PaperForm(FLAT, Voice.ME)
    line = next(line for line in form.lines if line.plan.id == "walls-today")
    (words,) = (condition_words(form, condition) for condition in line.when)
    assert words.each_of == ("5c (or 5a with 5b)",)
    assert words.none_of == "5d"
    soon = next(line for line in form.lines if line.plan.id == "walls-soon")
    assert condition_words(form, soon.when[0]).each_of == ("5a to 5c",)
    assert number_words([3, 4, 5, 8, 9]) == "3 to 5, 8 and 9"
    assert number_words([]) == ""
    assert listed(["a", "b", "c"], "or") == "a, b or c"


def test_all_of_a_question_is_any_in_it() -> None:
    form = PaperForm(SHIPPED, Voice.ME)
    asked = next(asked for asked in form.questions if asked.question.none and asked.number > 2)
    own = form.whole[asked.number]
    condition = (OneOf(((own,),)),)
    assert condition_words(form, condition).each_of == (f"any in {asked.number}",)
