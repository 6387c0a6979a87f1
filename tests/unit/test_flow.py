"""Which page comes next. All with engine.yaml."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.flow import (
    BACK,
    CLEAR,
    NEXT,
    ON,
    RESULTS,
    UNDO,
    Ask,
    Finish,
    Step,
    Stop,
    next_step,
    repeat,
)
from screener.engine.plans import outcome_of
from screener.engine.signs import Answers
from tests.unit.conftest import FLAT, answers

WAYS_ON = [NEXT, BACK, CLEAR, ON, RESULTS, *FLAT.questions, "nonsense", ""]
"""Values of `go`, but for the way back from a stop."""

FLOOD = "water=ceiling sockets=near"


def step(text: str, at: str | None, go: str, *seen: str, voice: Voice = Voice.ME) -> Step:
    return next_step(FLAT, answers(text, voice), seen, at, go)


def finish(content: Questionnaire, given: Answers) -> Finish:
    return Finish(given, outcome_of(content, given))


def stop(plans: str, at: str | None, to_results: bool, given: Answers) -> Stop:
    found = tuple(FLAT.plans_by_id[id] for id in plans.split())
    return Stop(found, at, to_results, given)


@pytest.mark.parametrize(
    ("text", "at", "go", "question"),
    [
        ("", "smell", "next", "water"),
        ("", "walls", "next", "heating"),
        ("", "walls", "back", "sound"),
        ("", "smell", "back", "smell"),
        # Follow-ups are asked when they are worth it, on the way forward and back.
        ("", "water", "next", "sound"),
        ("water=ceiling", "water", "next", "sockets"),
        ("", "sound", "back", "water"),
        ("water=ceiling", "sound", "back", "sockets"),
        ("heating=boiler", "heating", "next", "boiler"),
        ("heating=boiler water=ceiling", "heating", "next", "keys"),
        # From a question that is no longer asked.
        ("", "boiler", "next", "keys"),
        ("", "boiler", "back", "heating"),
        # A question by its id; the one after it where it is not asked.
        ("", "reading", "walls", "walls"),
        ("", "smell", "reading", "reading"),
        ("", "walls", "walls", "walls"),
        ("", "reading", "sockets", "sound"),
        ("water=ceiling", "reading", "sockets", "sockets"),
        # On from a stop.
        ("", "water", "on", "sound"),
        # Without a known question, and with a button that does not exist.
        ("", None, "next", "smell"),
        ("", None, "on", "smell"),
        ("", None, "clear", "smell"),
        ("", None, "back", "reading"),
        ("", None, "keys", "keys"),
        ("", "walls", "no-such-place", "heating"),
        ("", "walls", "", "heating"),
    ],
)
def test_the_next_question(text: str, at: str | None, go: str, question: str) -> None:
    assert step(text, at, go) == Ask(question, answers(text))


@pytest.mark.parametrize(
    ("at", "go"), [("reading", "next"), ("reading", "on"), ("smell", "results"), (None, "results")]
)
def test_the_way_to_the_results(at: str | None, go: str) -> None:
    assert step("walls=mould", at, go) == finish(FLAT, answers("walls=mould"))


def test_a_question_at_the_end_that_is_not_asked_leads_to_the_results(flat: Questionnaire) -> None:
    (*_, rooms, wishes) = flat.sections
    last = wishes.model_copy(update={"questions": (flat.questions["sockets"],)})
    danger = flat.sections[0].model_copy(update={"questions": (flat.questions["water"],)})
    content = flat.model_construct(**{**dict(flat), "sections": (danger, rooms, last)})
    given = answers("water=drip")
    assert next_step(content, given, (), "keys", "next") == finish(content, given)
    assert next_step(content, given, (), "water", "sockets") == finish(content, given)
    # A follow-up that was never shown counts once the way on has passed all questions.
    wet = answers("water=ceiling")
    assert next_step(content, wet, (), "sockets", "back") == Ask("keys", wet)


class TestBlank:
    """A follow-up with `if_blank` that was shown and left empty."""

    NOT_SURE = "water=ceiling sockets=not-sure"

    @pytest.mark.parametrize("go", ["next", "on", "sound", "reading", "nonsense"])
    def test_on_every_way_forward_it_counts(self, go: str) -> None:
        given = answers(self.NOT_SURE)
        assert step("water=ceiling", "sockets", go) == stop("flood", "sockets", False, given)

    def test_so_it_does_on_the_way_to_the_results(self) -> None:
        given = answers(self.NOT_SURE)
        assert step("water=ceiling", "sockets", RESULTS) == stop("flood", "sockets", True, given)

    @pytest.mark.parametrize(("go", "question"), [("back", "water"), ("smell", "smell")])
    def test_on_the_way_back_it_does_not(self, go: str, question: str) -> None:
        assert step("water=ceiling", "sockets", go) == Ask(question, answers("water=ceiling"))

    def test_an_answer_stays_as_it_is(self) -> None:
        given = "water=ceiling sockets=far"
        assert step(given, "sockets", "next") == Ask("sound", answers(given))

    def test_the_same_question_once_more_leaves_it_blank(self) -> None:
        given = answers("water=ceiling")
        assert step("water=ceiling", "sockets", "sockets") == Ask("sockets", given)

    def test_a_question_without_it_stays_blank(self) -> None:
        assert step("", "smell", "next") == Ask("water", answers())

    def test_what_was_not_shown_does_not_count_before_the_results(self) -> None:
        assert step("water=ceiling", "keys", "next") == Ask("reading", answers("water=ceiling"))
        given = answers("water=ceiling")
        assert step("water=ceiling", "keys", RESULTS) == stop("flood", "keys", True, given)
        assert step("water=ceiling", "reading", "next") == stop("flood", "reading", True, given)

    def test_on_the_way_to_the_results_it_stops_along_with_the_others(self) -> None:
        given = "smell=strong water=ceiling"
        assert step(given, "keys", RESULTS) == stop("gas-out flood", "keys", True, answers(given))

    def test_the_answers_stay_in_the_order_of_the_file(self) -> None:
        found = step("walls=mould water=ceiling keys=lost", "sockets", "next")
        assert list(found.answers.picked) == ["water", "sockets", "walls", "keys"]

    def test_the_voice_stays(self) -> None:
        found = step("water=ceiling", "sockets", "next", voice=Voice.SOMEONE)
        assert found.answers == answers(self.NOT_SURE, Voice.SOMEONE)


@pytest.mark.parametrize("go", WAYS_ON)
def test_a_plan_that_stops_comes_first_on_every_way(go: str) -> None:
    for at in (None, "sound", "keys"):
        found = step(FLOOD, at, go)
        assert found == stop("flood", at, go == RESULTS, answers(FLOOD)), at
        assert not isinstance(step(FLOOD, at, go, "flood"), Stop), at


def test_several_plans_stop_at_once_the_most_urgent_first() -> None:
    given = f"{FLOOD} smell=strong sound=crackle,calls"
    assert step(given, "sound", "next") == stop(
        "gas-out flood fire lift", "sound", False, answers(given)
    )
    assert step(given, "sound", "next", "flood", "lift") == stop(
        "gas-out fire", "sound", False, answers(given)
    )
    everything = ("lift", "fire", "flood", "gas-out")
    assert step(given, "sound", "next", *everything) == Ask("walls", answers(given))


class TestPlansLikeAnother:
    """Plans that show the same page."""

    BOILER = "heating=boiler boiler=gas"

    def test_they_stop_once_for_all(self) -> None:
        given = f"smell=strong {self.BOILER}"
        assert step(given, "boiler", "next") == stop("gas-out", "boiler", False, answers(given))

    @pytest.mark.parametrize("seen", ["gas-out", "gas-unsure", "gas-boiler"])
    def test_the_page_of_one_counts_for_the_others(self, seen: str) -> None:
        assert step(self.BOILER, "boiler", "next", seen) == Ask("keys", answers(self.BOILER))

    def test_the_page_of_another_plan_does_not_count(self) -> None:
        found = step(self.BOILER, "boiler", "next", "flood", "fire")
        assert found == stop("gas-boiler", "boiler", False, answers(self.BOILER))


def test_only_plans_that_stop_do() -> None:
    given = "smell=faint water=drip walls=cracks"
    assert step(given, "walls", "next") == Ask("heating", answers(given))


class TestClear:
    def test_the_same_question_without_its_answers(self) -> None:
        given = "smell=faint walls=mould,paint"
        assert step(given, "walls", CLEAR) == Ask("walls", answers("smell=faint"))

    def test_no_stop_for_what_was_just_cleared(self) -> None:
        assert step("smell=strong", "smell", CLEAR) == Ask("smell", answers())

    def test_a_stop_for_what_is_left(self) -> None:
        found = step("smell=strong walls=mould", "walls", CLEAR)
        assert found == stop("gas-out", "walls", False, answers("smell=strong"))

    def test_an_empty_follow_up_stays_empty(self) -> None:
        assert step("water=ceiling", "sockets", CLEAR) == Ask("sockets", answers("water=ceiling"))


class TestUndo:
    """Back from a stop that was not so."""

    def test_the_question_that_led_there_without_the_choice_that_did(self) -> None:
        found = step("smell=strong walls=mould", "walls", UNDO, "gas-out")
        assert found == Ask("smell", answers("walls=mould"))

    def test_other_choices_of_the_question_stay(self) -> None:
        found = step("sound=crackle,calls", "sound", UNDO, "lift")
        assert found == Ask("sound", answers("sound=crackle"))

    def test_of_several_questions_the_last(self) -> None:
        assert step(FLOOD, "sockets", UNDO, "flood") == Ask("sockets", answers("water=ceiling"))

    def test_a_blank_that_counted_leads_back_to_its_question(self) -> None:
        given = "water=ceiling walls=paint"
        assert step(given, "walls", UNDO, "flood") == Ask("sockets", answers(given))
        filled = "water=ceiling sockets=not-sure"
        assert step(filled, "sockets", UNDO, "flood") == Ask("sockets", answers("water=ceiling"))

    def test_it_is_the_stop_shown_last(self) -> None:
        given = f"{FLOOD} smell=strong"
        assert step(given, "sockets", UNDO, "gas-out", "flood") == Ask(
            "sockets", answers("water=ceiling smell=strong")
        )
        assert step(given, "sockets", UNDO, "flood", "gas-out") == Ask("smell", answers(FLOOD))

    def test_nothing_stops_on_this_way(self) -> None:
        found = step("smell=strong sound=crackle", "sound", UNDO, "fire")
        assert found == Ask("sound", answers("smell=strong"))

    def test_without_a_stop_it_is_the_question_just_shown(self) -> None:
        given = answers("smell=faint")
        assert step("smell=faint", "walls", UNDO) == Ask("walls", given)
        assert step("smell=faint", None, UNDO) == Ask("smell", given)
        assert step("smell=faint", "walls", UNDO, "flood") == Ask("walls", given)


class TestRepeat:
    """A question again, because its answer could not be read."""

    def test_the_question(self) -> None:
        given = answers("smell=faint")
        assert repeat(FLAT, given, (), "water") == Ask("water", given)

    def test_a_stop_comes_before_it(self) -> None:
        given = answers("smell=strong")
        assert repeat(FLAT, given, (), "water") == stop("gas-out", "water", False, given)
        assert repeat(FLAT, given, ("gas-out",), "water") == Ask("water", given)

    def test_blanks_do_not_count(self) -> None:
        given = answers("water=ceiling")
        assert repeat(FLAT, given, (), "sockets") == Ask("sockets", given)


def test_steps_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        step("", "smell", "next").answers = answers()  # type: ignore[misc]


def test_what_the_buttons_send() -> None:
    assert (*("next", "back", "clear", "undo", "on", "results"),) == (
        NEXT,
        BACK,
        CLEAR,
        UNDO,
        ON,
        RESULTS,
    )
