"""Signs -> plans, reasons and reading. All with engine.yaml."""

from __future__ import annotations

import pytest

from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.plans import (
    because,
    outcome_of,
    plan_alone,
    plans_of,
    reading_of,
    reasons_of,
    stops_of,
)
from tests.unit.conftest import answers

ME, SOMEONE = Voice.ME, Voice.SOMEONE


def signs(text: str) -> frozenset[str]:
    return frozenset(text.split())


@pytest.mark.parametrize(
    ("given", "plans"),
    [
        # One of a family, the first that holds.
        ("smells-gas", "gas-soon"),
        ("smells-gas strong-gas", "gas-out"),
        ("wet-ceiling dripping", "leak"),
        ("wet-ceiling near-sockets dripping", "flood"),
        ("wet-ceiling unsure-sockets", "flood"),
        ("near-sockets", "nothing"),
        # `any`, with two that count together, and `none`.
        ("cracks", "walls-today"),
        ("mould", "walls-soon"),
        ("stains", "walls-soon"),
        ("mould stains", "walls-today"),
        ("cracks fresh-paint", "walls-soon"),
        ("mould stains fresh-paint", "walls-soon"),
        # Several families, in the order of the file.
        ("boiler-gas strong-gas crackling", "gas-out gas-boiler fire"),
        ("broke-lock mould dripping lift-calls", "lift leak walls-soon locks"),
        # A sign of the voice counts like another.
        ("wants-rent about-me", "rent"),
        ("wants-rent about-someone", "nothing"),
        # The plan without a condition stands alone.
        ("", "nothing"),
        ("fresh-paint wants-airing", "nothing"),
    ],
)
def test_which_plans(flat: Questionnaire, given: str, plans: str) -> None:
    assert [plan.id for plan in plans_of(flat, signs(given))] == plans.split()


def test_a_plan_takes_over_what_it_does_not_say_itself(flat: Questionnaire) -> None:
    own, like = flat.plans_by_id["gas-out"], flat.plans_by_id["gas-unsure"]
    assert (like.level, like.stops, like.do, like.contact) == (
        *(own.level, own.stops, own.do, own.contact),
    )
    assert like.why != own.why and like.when != own.when
    assert (own.page, like.page, flat.plans_by_id["gas-boiler"].page) == ("gas-out",) * 3


def test_plans_that_stop(flat: Questionnaire) -> None:
    given = signs("crackling lift-calls broke-lock dripping")
    assert [plan.id for plan in stops_of(flat, given)] == ["fire", "lift"]
    assert stops_of(flat, signs("")) == []


def test_the_plan_for_one_answer_alone(flat: Questionnaire) -> None:
    def lead(question: str, choice: str, voice: Voice) -> str:
        return plan_alone(flat, flat.choices[question][choice], voice).id

    assert lead("smell", "strong", ME) == "gas-out"
    assert lead("smell", "fine", ME) == "nothing"
    assert [lead("reading", "rent", voice) for voice in Voice] == ["rent", "nothing"]


@pytest.mark.parametrize(
    ("text", "voice", "lead", "also", "later"),
    [
        ("", ME, "nothing", "", ""),
        ("walls=mould keys=lost", ME, "walls-soon", "locks", ""),
        ("smell=strong sound=crackle", ME, "gas-out", "fire", ""),
        # When an emergency leads, only emergencies stand beside it.
        (
            "smell=strong water=drip sound=crackle walls=mould",
            ME,
            "gas-out",
            "fire",
            "leak walls-soon",
        ),
        ("smell=strong sound=calls", SOMEONE, "gas-out", "", "lift"),
        # Another plan that stops is no emergency.
        ("sound=calls walls=mould", SOMEONE, "lift", "walls-soon", ""),
        # What was left blank counts.
        ("water=ceiling", ME, "flood", "", ""),
    ],
)
def test_what_answers_lead_to(
    flat: Questionnaire, text: str, voice: Voice, lead: str, also: str, later: str
) -> None:
    outcome = outcome_of(flat, answers(text, voice))
    assert outcome.lead.id == lead
    assert [plan.id for plan in outcome.also] == also.split()
    assert [plan.id for plan in outcome.later] == later.split()


def test_an_outcome_holds_the_signs_and_the_reading(flat: Questionnaire) -> None:
    outcome = outcome_of(flat, answers("water=ceiling smell=strong", SOMEONE))
    assert outcome.signs == signs("about-someone smells-gas strong-gas wet-ceiling unsure-sockets")
    assert outcome.topics == ("keys", "gas", "leaks")
    assert outcome_of(flat, answers("water=ceiling smell=strong")).topics == ("gas", "leaks")


class TestReading:
    @pytest.mark.parametrize(
        ("given", "voice", "topics"),
        [
            ("", ME, ""),
            # The topics of the plan, for the voice, come first.
            ("strong-gas dripping", ME, "gas leaks damp"),
            ("strong-gas dripping", SOMEONE, "keys gas leaks damp"),
            # Then what most of the signs name first: damp, here.
            ("broke-lock dripping mould stains", ME, "keys damp leaks"),
            # Then what most of them name at all: leaks is named by two.
            ("wants-rent dripping cracks mould wants-airing", ME, "damp leaks rent airing"),
            # Then the order of the file.
            ("wants-airing wants-rent", ME, "rent airing leaks"),
            # To be named second by two signs counts less than to be named first by one.
            ("wants-rent cracks wants-airing", ME, "damp rent airing leaks"),
            ("lost-key wants-rent", ME, "rent keys"),
        ],
    )
    def test_order(self, flat: Questionnaire, given: str, voice: Voice, topics: str) -> None:
        plan = {"strong-gas": "gas-out", "broke-lock": "locks"}.get(given.split(" ")[0], "nothing")
        lead = flat.plans_by_id[plan]
        assert list(reading_of(flat, signs(given), lead, voice)) == topics.split()

    def test_naming_a_topic_twice_counts_more_than_the_order_of_the_file(
        self, flat: Questionnaire
    ) -> None:
        # keys and leaks are each named first by one sign; leaks by another one too, as second.
        lead = flat.plans_by_id["nothing"]
        given = signs("lost-key wet-ceiling cracks")
        assert reading_of(flat, given, lead, ME) == ("leaks", "damp", "keys")
        lead = flat.plans_by_id["rent"]
        given = signs("broke-lock lost-key wet-ceiling wants-rent")
        assert reading_of(flat, given, lead, ME) == ("rent", "keys", "leaks")


def reasons(content: Questionnaire, plan: str, given: str, voice: Voice = ME) -> list[str]:
    found = content.plans_by_id[plan]
    return because(content, reasons_of(content, signs(given), found), found, voice)


def aloud(content: Questionnaire, plan: str, given: str, voice: Voice = ME) -> list[str]:
    found = content.plans_by_id[plan]
    return because(content, reasons_of(content, signs(given), found), found, voice, aloud=True)


class TestBecause:
    def test_the_signs_of_the_plan_then_those_it_tells_then_those_of_its_family(
        self, flat: Questionnaire
    ) -> None:
        given = "dripping crackling wet-ceiling near-sockets mould"
        assert reasons(flat, "flood", given) == [
            *("water is near a socket", "it crackles", "a tap drips")
        ]

    def test_a_plan_of_the_family_that_does_not_hold_says_nothing(
        self, flat: Questionnaire
    ) -> None:
        # `flood` wants near-sockets too, but not without the ceiling.
        assert reasons(flat, "leak", "dripping near-sockets") == ["a tap drips"]

    def test_only_signs_that_were_named(self, flat: Questionnaire) -> None:
        assert reasons(flat, "locks", "lost-key") == ["the key is lost"]
        assert reasons(flat, "nothing", "mould") == []

    def test_in_each_voice(self, flat: Questionnaire) -> None:
        assert reasons(flat, "gas-soon", "smells-gas") == ["I smell gas"]
        assert reasons(flat, "gas-soon", "smells-gas", SOMEONE) == ["they smell gas"]

    def test_the_voice_and_the_interests_are_no_reason(self, flat: Questionnaire) -> None:
        assert flat.signs["wants-rent"].said
        assert reasons(flat, "rent", "wants-rent about-me") == []

    def test_a_more_exact_sign_stands_for_the_vaguer_one(self, flat: Questionnaire) -> None:
        # The answer that names strong-gas always names smells-gas too.
        assert reasons(flat, "gas-out", "smells-gas strong-gas") == ["it smells strongly of gas"]
        # The question about sockets is asked because of the ceiling.
        assert reasons(flat, "flood", "wet-ceiling near-sockets") == ["water is near a socket"]
        assert reasons(flat, "leak", "wet-ceiling") == ["the ceiling is wet"]

    def test_two_signs_of_one_answer_are_both_told(self, flat: Questionnaire) -> None:
        assert reasons(flat, "fire", "crackling sparks") == ["it crackles", "sparks fly"]

    def test_a_sign_that_is_not_told_hides_none(self, flat: Questionnaire) -> None:
        # near-sockets is more exact than wet-ceiling, but `walls-soon` does not rest on it.
        assert reasons(flat, "walls-soon", "wet-ceiling near-sockets mould") == [
            *("mould grows", "the ceiling is wet")
        ]

    def test_a_sign_without_a_clause_is_left_out(self, flat: Questionnaire) -> None:
        assert reasons(flat, "leak", "unsure-water") == []
        assert reasons(flat, "leak", "unsure-water dripping") == ["a tap drips"]

    def test_the_same_clause_is_said_once(self, flat: Questionnaire) -> None:
        given = "cracks stains"
        assert reasons(flat, "walls-soon", given, SOMEONE) == ["the walls are marked"]
        assert len(reasons(flat, "walls-soon", given)) == 2

    def test_four_at_most(self, flat: Questionnaire) -> None:
        given = "mould stains cracks wet-ceiling dripping"
        assert reasons(flat, "walls-soon", given) == [
            *("mould grows", "the walls have stains", "the walls have cracks", "a tap drips")
        ]

    def test_aloud_a_sensitive_sign_is_told_to_the_emergency_line_only(
        self, flat: Questionnaire
    ) -> None:
        assert aloud(flat, "locks", "broke-lock lost-key") == ["the key is lost"]
        assert reasons(flat, "locks", "broke-lock") == ["I broke the lock"]
        assert aloud(flat, "gas-out", "strong-gas broke-lock") == [
            *("it smells strongly of gas", "I broke the lock")
        ]
        # In the other voice the number of `locks` is the emergency line.
        assert aloud(flat, "locks", "broke-lock", SOMEONE) == ["I broke the lock"]

    def test_the_emergency_line_is_the_first_of_the_bar(self, flat: Questionnaire) -> None:
        about = flat.about.model_copy(update={"crisis_bar": ("water-board", "emergency")})
        moved = flat.model_copy(update={"about": about})
        assert aloud(moved, "gas-out", "strong-gas broke-lock") == ["it smells strongly of gas"]

    def test_aloud_the_script_does_not_say_a_clause_twice(self, flat: Questionnaire) -> None:
        assert aloud(flat, "fire", "crackling sparks") == ["sparks fly"]
        assert aloud(flat, "fire", "crackling sparks", SOMEONE) == ["it crackles", "sparks fly"]
        assert aloud(flat, "flood", "crackling near-sockets wet-ceiling") == [
            *("water is near a socket", "it crackles")
        ]

    def test_four_are_counted_after_those_left_out(self, flat: Questionnaire) -> None:
        lock = flat.signs["mould"].model_copy(update={"sensitive": True})
        stricter = flat.model_copy(update={"signs": {**flat.signs, "mould": lock}})
        given = "mould stains cracks wet-ceiling dripping"
        assert aloud(stricter, "walls-soon", given)[-1] == "the ceiling is wet"
