"""Which topics fit, how urgent, why, and in what order. All with engine.yaml."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from screener.content.models.base import Urgency, Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.matching import (
    Answers,
    Card,
    Outcome,
    Picked,
    Reason,
    RedFlag,
    applicable,
    match,
    red_flags,
    should_ask,
)

EMERGENCY, TODAY, SOON, LEARN = Urgency


def as_picked(picked: dict[str, str]) -> Picked:
    """Answers written as question_id='choice another-choice'."""
    return {name.replace("_", "-"): tuple(choices.split()) for name, choices in picked.items()}


def outcome(flat: Questionnaire, voice: Voice = Voice.ME, **picked: str) -> Outcome:
    return match(flat, Answers(as_picked(picked), voice))


def card(result: Outcome, topic: str) -> Card:
    return next(card for card in result.cards if card.topic == topic)


def levels(result: Outcome) -> list[tuple[str, Urgency]]:
    """Topic and urgency of each card, in order."""
    return [(card.topic, card.urgency) for card in result.cards]


def topics(result: Outcome) -> list[str]:
    return [card.topic for card in result.cards]


def folded(result: Outcome) -> list[str]:
    return [card.topic for card in result.cards if card.folded]


def flags(flat: Questionnaire, **picked: str) -> list[tuple[str, bool, str]]:
    found = red_flags(flat, as_picked(picked))
    return [(flag.interruption, flag.unsure, flag.question) for flag in found]


class TestUrgency:
    def test_the_choice_says_it(self, flat: Questionnaire) -> None:
        assert card(outcome(flat, walls="stains"), "damp").urgency is LEARN
        assert card(outcome(flat, walls="cracks"), "damp").urgency is TODAY

    def test_a_choice_that_stops_the_journey_opens_emergencies(self, flat: Questionnaire) -> None:
        assert card(outcome(flat, water="ceiling"), "flood-first").urgency is EMERGENCY

    def test_the_most_urgent_choice_of_a_question_wins(self, flat: Questionnaire) -> None:
        assert card(outcome(flat, walls="stains cracks"), "damp").urgency is TODAY

    def test_the_most_urgent_question_wins(self, flat: Questionnaire) -> None:
        assert card(outcome(flat, mould="often", walls="stains"), "damp").urgency is SOON
        assert card(outcome(flat, tap="often", walls="stains"), "damp").urgency is TODAY

    def test_signs_say_it_for_a_scale_and_not_sure_is_one_step_less(
        self, flat: Questionnaire
    ) -> None:
        assert levels(outcome(flat, mould="often"))[0] == ("damp", SOON)
        assert dict(levels(outcome(flat, mould="not-sure")))["damp"] is LEARN
        assert "damp" not in topics(outcome(flat, mould="rarely"))

    def test_not_sure_does_what_it_says_when_it_says_something(self, flat: Questionnaire) -> None:
        assert dict(levels(outcome(flat, tap="not-sure"))) == {
            "leaks": LEARN,  # the escort of keys
            "keys": LEARN,
            "handover": LEARN,
        }

    def test_an_emergency_topic_that_a_lesser_answer_opens_is_lesser(
        self, flat: Questionnaire
    ) -> None:
        faint = card(outcome(flat, smell="faint"), "gas-first")
        assert (faint.urgency, faint.lesser) == (TODAY, True)
        strong = card(outcome(flat, smell="strong"), "gas-first")
        assert (strong.urgency, strong.lesser) == (EMERGENCY, False)

    def test_no_other_topic_is_lesser(self, flat: Questionnaire) -> None:
        assert not card(outcome(flat, walls="stains"), "damp").lesser
        assert not card(outcome(flat, walls="cracks"), "damp").lesser


class TestAlways:
    def test_nothing_answered(self, flat: Questionnaire) -> None:
        result = match(flat, Answers())
        assert result == Outcome(
            voice=Voice.ME,
            answered=(),
            flags=(),
            support=(),
            leads=(),
            cards=(Card("handover", LEARN),),
            matched=False,
        )

    def test_some_are_for_one_voice(self, flat: Questionnaire) -> None:
        assert levels(outcome(flat, Voice.SOMEONE)) == [
            ("neighbours", SOON),
            ("rent", LEARN),
            ("handover", LEARN),
        ]

    def test_an_answer_may_raise_one_and_never_lowers_it(self, flat: Questionnaire) -> None:
        raised = outcome(flat, Voice.SOMEONE, reading="rent-soon neighbours")
        assert dict(levels(raised)) == {"rent": SOON, "neighbours": SOON, "handover": LEARN}


class TestEscorts:
    """A topic is never shown without its escort before it, at least as urgent."""

    def test_an_escort_comes_along_and_first_though_the_file_has_it_later(
        self, flat: Questionnaire
    ) -> None:
        result = outcome(flat, boiler_age="old")
        assert levels(result) == [("airing", SOON), ("heating-costs", SOON), ("handover", LEARN)]
        assert card(result, "airing").reasons == ()

    def test_an_escort_goes_first_though_the_order_puts_the_topic_at_the_top(
        self, flat: Questionnaire
    ) -> None:
        assert levels(outcome(flat, noise="calls", mould="often"))[:3] == [
            ("leaks", SOON),
            ("keys", SOON),
            ("damp", SOON),
        ]

    def test_a_topic_may_stand_further_behind_its_escort(self, flat: Questionnaire) -> None:
        assert topics(outcome(flat, reading="keys airing")) == [
            "leaks",
            "keys",
            "airing",
            "handover",
        ]

    def test_an_escort_is_raised_and_never_lowered(self, flat: Questionnaire) -> None:
        raised = dict(levels(outcome(flat, bills="high", reading="airing")))
        assert (raised["heating-costs"], raised["airing"]) == (TODAY, TODAY)
        kept = dict(levels(outcome(flat, boiler_age="old", reading="airing-today")))
        assert (kept["heating-costs"], kept["airing"]) == (SOON, TODAY)

    def test_an_escort_brings_nothing_along(self, flat: Questionnaire) -> None:
        assert topics(outcome(flat, reading="airing")) == ["airing", "handover"]


class TestReasons:
    def test_they_are_the_questions_and_choices_that_opened_a_card(
        self, flat: Questionnaire
    ) -> None:
        result = outcome(flat, walls="stains cracks paint", tap="often", mould="often")
        assert card(result, "damp").reasons == (
            Reason("mould", ("often",)),
            Reason("tap", ("often",)),
            Reason("walls", ("stains", "cracks")),
        )
        assert card(result, "leaks").reasons == (Reason("tap", ("often",)),)

    def test_what_was_answered_is_in_the_order_of_the_file(self, flat: Questionnaire) -> None:
        result = outcome(flat, reading="rent", walls="paint", smell="fine", mould="rarely")
        assert result.answered == (
            Reason("smell", ("fine",)),
            Reason("mould", ("rarely",)),
            Reason("walls", ("paint",)),
            Reason("reading", ("rent",)),
        )

    @pytest.mark.parametrize(
        ("picked", "matched"),
        [
            ({"smell": "fine"}, False),
            ({"reading": "rent"}, True),
            ({"noise": "crackle"}, True),  # a red flag that opens no topic
            ({"water": "ceiling"}, True),
        ],
    )
    def test_matched_means_a_topic_or_a_red_flag(
        self, flat: Questionnaire, picked: dict[str, str], matched: bool
    ) -> None:
        assert outcome(flat, **picked).matched is matched

    def test_the_voice_is_kept(self, flat: Questionnaire) -> None:
        assert outcome(flat, Voice.SOMEONE).voice is Voice.SOMEONE


class TestVariants:
    @pytest.mark.parametrize(
        ("picked", "variant"),
        [
            ({"tap": "often"}, None),
            ({"walls": "stains"}, 0),
            ({"walls": "cracks"}, 0),
            ({"mould": "often"}, 1),
            ({"mould": "often", "walls": "cracks"}, 0),
            ({"mould": "not-sure"}, None),
        ],
    )
    def test_the_first_that_fits(
        self, flat: Questionnaire, picked: dict[str, str], variant: int | None
    ) -> None:
        assert card(outcome(flat, **picked), "damp").variant == variant


class TestOrder:
    def test_the_most_urgent_first(self, flat: Questionnaire) -> None:
        result = outcome(
            flat, water="drip ceiling", smell="faint", boiler_age="old", reading="rent"
        )
        assert levels(result) == [
            ("flood-first", EMERGENCY),
            ("damp", TODAY),
            ("leaks", TODAY),
            ("gas-first", TODAY),
            ("airing", SOON),
            ("heating-costs", SOON),
            ("rent", LEARN),
            ("handover", LEARN),
        ]

    def test_each_level_has_an_order_of_its_own(self, flat: Questionnaire) -> None:
        assert topics(outcome(flat, water="drip"))[:2] == ["damp", "leaks"]
        learn = outcome(flat, walls="stains", tap="not-sure", reading="neighbours")
        assert topics(learn) == ["neighbours", "leaks", "keys", "damp", "handover"]

    def test_what_stands_with_the_help_lines_is_last(self, flat: Questionnaire) -> None:
        assert topics(outcome(flat, reading="ask rent neighbours")) == [
            "neighbours",
            "rent",
            "handover",
            "who-to-ask",
        ]

    def test_but_only_among_what_is_for_reading(self, flat: Questionnaire) -> None:
        result = outcome(flat, Voice.SOMEONE, reading="ask-soon", mould="often")
        assert levels(result)[:3] == [("who-to-ask", SOON), ("damp", SOON), ("neighbours", SOON)]

    def test_the_order_of_the_answers_does_not_matter(self, flat: Questionnaire) -> None:
        picked = as_picked({"walls": "paint", "heating": "cold", "mould": "often", "tap": "often"})
        backwards = dict(reversed(picked.items()))
        assert match(flat, Answers(backwards)) == match(flat, Answers(picked))


class TestFolding:
    """`first_view` is 2 in engine.yaml."""

    def test_the_first_few_stay_and_what_is_always_shown_counts(self, flat: Questionnaire) -> None:
        result = outcome(flat, reading="rent airing neighbours")
        assert topics(result) == ["neighbours", "airing", "rent", "handover"]
        assert folded(result) == ["airing", "rent"]

    def test_one_that_fits_is_not_folded(self, flat: Questionnaire) -> None:
        assert folded(outcome(flat, reading="rent")) == []

    def test_urgent_cards_never_fold_and_do_not_count(self, flat: Questionnaire) -> None:
        result = outcome(flat, water="drip ceiling", smell="faint", reading="rent airing")
        assert topics(result)[:4] == ["flood-first", "damp", "leaks", "gas-first"]
        assert folded(result) == ["rent"]

    def test_what_stands_with_the_help_lines_neither_folds_nor_counts(
        self, flat: Questionnaire
    ) -> None:
        result = outcome(flat, reading="rent ask airing")
        assert topics(result) == ["airing", "rent", "handover", "who-to-ask"]
        assert folded(result) == ["rent"]

    def test_when_what_is_always_shown_fills_the_view_all_others_fold(
        self, flat: Questionnaire
    ) -> None:
        three_always = outcome(flat, Voice.SOMEONE, reading="airing", walls="stains")
        assert topics(three_always) == ["neighbours", "damp", "airing", "rent", "handover"]
        assert folded(three_always) == ["damp", "airing"]

    def test_what_is_always_shown_for_the_other_voice_folds(self, flat: Questionnaire) -> None:
        result = outcome(flat, boiler_age="old", reading="rent neighbours")
        assert topics(result) == ["airing", "heating-costs", "neighbours", "rent", "handover"]
        assert folded(result) == ["heating-costs", "neighbours", "rent"]


class TestSupport:
    def test_each_contact_once_in_the_order_of_the_file(self, flat: Questionnaire) -> None:
        assert outcome(flat, heating="cold", walls="paint").support == ("tenants",)
        both = outcome(flat, walls="paint", heating="prefer-not")
        assert both.support == ("landlord", "tenants")
        assert outcome(flat, heating="electric").support == ()


class TestLeads:
    USUAL = "Your heating is usual."

    def test_one_condition_must_hold(self, flat: Questionnaire) -> None:
        assert outcome(flat, heating="electric").leads == (self.USUAL,)
        assert outcome(flat, heating="gas-boiler").leads == (self.USUAL,)
        assert outcome(flat, heating="cold").leads == ()

    @pytest.mark.parametrize(
        "but", [{"walls": "cracks"}, {"walls": "paint stains"}, {"smell": "strong"}]
    )
    def test_and_none_of_the_others(self, flat: Questionnaire, but: dict[str, str]) -> None:
        assert outcome(flat, heating="electric", **but).leads == ()

    def test_other_answers_do_not_matter(self, flat: Questionnaire) -> None:
        found = outcome(flat, heating="electric", walls="paint", smell="faint").leads
        assert found == (self.USUAL,)

    def test_several_in_the_order_of_the_file_and_in_the_voice(self, flat: Questionnaire) -> None:
        found = outcome(flat, Voice.SOMEONE, reading="rent", heating="electric").leads
        assert found == ("Their heating is usual.", "Rent is for every month.")


class TestWhatIsAsked:
    """`ask_if`, and answers to questions that no longer apply."""

    def test_a_question_without_a_rule(self, flat: Questionnaire) -> None:
        assert should_ask(flat.questions["smell"], {})

    @pytest.mark.parametrize(
        ("heating", "asked"),
        [
            ("gas-boiler", True),
            ("electric", False),
            ("cold", False),
            ("not-sure", True),
            ("prefer-not", True),
            ("", True),
        ],
    )
    def test_only_a_clear_answer_rules_it_out(
        self, flat: Questionnaire, heating: str, asked: bool
    ) -> None:
        picked = as_picked({"heating": heating})
        assert should_ask(flat.questions["boiler-age"], picked) is asked
        assert should_ask(flat.questions["boiler-age"], {}) is True

    @pytest.mark.parametrize(
        ("picked", "asked"),
        [
            ({"boiler_age": "new", "walls": "paint"}, False),
            ({"boiler_age": "old", "walls": "paint"}, True),
            ({"boiler_age": "new", "walls": "paint cracks"}, True),
            ({"boiler_age": "new"}, True),
            ({"walls": "paint"}, True),
        ],
    )
    def test_one_rule_of_several_is_enough(
        self, flat: Questionnaire, picked: dict[str, str], asked: bool
    ) -> None:
        assert should_ask(flat.questions["bills"], as_picked(picked)) is asked

    def test_an_answer_that_no_longer_applies_counts_for_nothing(self, flat: Questionnaire) -> None:
        result = outcome(flat, heating="electric", boiler_age="old")
        assert topics(result) == ["handover"]
        assert result.answered == (Reason("heating", ("electric",)),)
        assert not result.matched

    def test_what_depends_on_such_an_answer_is_open_again(self, flat: Questionnaire) -> None:
        picked = {"heating": "electric", "boiler_age": "new", "walls": "paint", "bills": "high"}
        for given in (as_picked(picked), dict(reversed(as_picked(picked).items()))):
            assert set(applicable(flat, given)) == {"heating", "walls", "bills"}
        stays = {**picked, "heating": "gas-boiler"}
        assert set(applicable(flat, as_picked(stays))) == {"heating", "boiler-age", "walls"}

    def test_an_empty_answer_is_none(self, flat: Questionnaire) -> None:
        assert applicable(flat, {"heating": (), "mould": ("often",)}) == {"mould": ("often",)}
        assert match(flat, Answers({"heating": ()})).answered == ()

    def test_the_given_answers_are_not_changed(self, flat: Questionnaire) -> None:
        picked = as_picked({"heating": "electric", "boiler_age": "old"})
        applicable(flat, picked)
        assert set(picked) == {"heating", "boiler-age"}

    def test_a_red_flag_counts_though_its_question_no_longer_applies(
        self, flat: Questionnaire
    ) -> None:
        result = outcome(flat, heating="electric", boiler_smell="gas", boiler_age="old")
        assert result.flags == (RedFlag("gas", False, "boiler-smell"),)
        assert [reason.question for reason in result.answered] == ["heating", "boiler-smell"]
        assert result.matched


class TestRedFlags:
    """Which interruptions open, in which form and order."""

    @pytest.mark.parametrize(
        ("picked", "expected"),
        [
            ({}, []),
            ({"smell": "fine", "water": "none", "noise": "quiet"}, []),
            ({"smell": "strong"}, [("gas", False, "smell")]),
            ({"smell": "not-sure"}, [("gas", True, "smell")]),
            ({"smell": "faint"}, []),
            # A tick that opens nothing does not hide the next one.
            ({"water": "drip ceiling"}, [("flood", False, "water")]),
            (
                {"water": "ceiling cellar"},
                [("flood", False, "water"), ("sewage", False, "water")],
            ),
            # Another question, and a question of a later section.
            ({"walls": "stains high-water"}, [("flood", False, "walls")]),
            ({"boiler_smell": "not-sure"}, [("gas", True, "boiler-smell")]),
        ],
    )
    def test_which(
        self,
        flat: Questionnaire,
        picked: dict[str, str],
        expected: list[tuple[str, bool, str]],
    ) -> None:
        assert flags(flat, **picked) == expected

    @pytest.mark.parametrize(
        ("smell", "boiler_smell", "expected"),
        [
            ("strong", "gas", ("gas", False, "smell")),
            ("strong", "not-sure", ("gas", False, "smell")),
            ("not-sure", "gas", ("gas", False, "boiler-smell")),
            ("not-sure", "not-sure", ("gas", True, "smell")),
        ],
    )
    def test_one_page_for_several_answers_and_a_sure_one_wins(
        self, flat: Questionnaire, smell: str, boiler_smell: str, expected: tuple[str, bool, str]
    ) -> None:
        assert flags(flat, smell=smell, boiler_smell=boiler_smell) == [expected]
        assert flags(flat, boiler_smell=boiler_smell, smell=smell) == [expected]

    @pytest.mark.parametrize(
        ("picked", "expected"),
        [
            # By the place of the first number in the crisis bar,
            ({"water": "ceiling", "smell": "strong"}, ["gas", "flood"]),
            ({"water": "ceiling", "noise": "crackle"}, ["fire", "flood"]),
            # then in the order of the file,
            ({"noise": "crackle", "smell": "strong"}, ["gas", "fire"]),
            ({"water": "cellar ceiling"}, ["flood", "sewage"]),
            # and a number that is not in the bar comes last.
            ({"noise": "calls", "water": "cellar"}, ["sewage", "lift"]),
            # An unsure form has numbers of its own.
            ({"water": "not-sure cellar"}, ["sewage", "flood"]),
            ({"water": "not-sure", "noise": "calls"}, ["flood", "lift"]),
            ({"smell": "not-sure", "noise": "crackle"}, ["gas", "fire"]),
        ],
    )
    def test_the_most_urgent_first(
        self, flat: Questionnaire, picked: dict[str, str], expected: list[str]
    ) -> None:
        assert [interruption for interruption, _, _ in flags(flat, **picked)] == expected
        assert [flag.interruption for flag in outcome(flat, **picked).flags] == expected


def test_the_cards_of_one_level(flat: Questionnaire) -> None:
    result = outcome(flat, water="drip", reading="rent")
    assert [card.topic for card in result.at(TODAY)] == ["damp", "leaks"]
    assert [card.topic for card in result.at(LEARN)] == ["rent", "handover"]
    assert result.at(SOON) == ()


@pytest.mark.parametrize(
    "value",
    [
        Answers(),
        RedFlag("gas", False, "smell"),
        Reason("smell", ("strong",)),
        Card("damp", SOON),
        Outcome(Voice.ME, (), (), (), (), (), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_nothing_can_be_changed(value: Any) -> None:
    field = next(iter(vars(value)))
    with pytest.raises(FrozenInstanceError):
        setattr(value, field, None)


def test_without_a_word_the_answers_are_about_the_reader() -> None:
    assert Answers() == Answers({}, Voice.ME)
    assert Card("damp", SOON) == Card("damp", SOON, (), None, False, False)
