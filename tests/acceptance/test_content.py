"""What the shipped questionnaire opens, in which order: agreed with those who wrote it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from screener.content.models.base import Urgency, Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.flow import Ask, next_step
from screener.engine.matching import Answers, Card, Outcome, Picked, applicable, match, red_flags


def outcome(content: Questionnaire, voice: Voice = Voice.ME, **picked: str) -> Outcome:
    """Match answers written as question_id='choice another-choice'."""
    return match(content, Answers(as_picked(picked), voice))


def as_picked(picked: dict[str, str]) -> Picked:
    return {name.replace("_", "-"): tuple(choices.split()) for name, choices in picked.items()}


def card(result: Outcome, topic: str) -> Card:
    return next(card for card in result.cards if card.topic == topic)


def order(result: Outcome) -> list[str]:
    return [card.topic for card in result.cards]


def test_nothing_answered_still_says_the_rule_and_who_to_call(content: Questionnaire) -> None:
    result = outcome(content)
    expected = ["do-not-stop-suddenly", "who-to-talk-to", "what-happens-when-you-call"]
    assert order(result) == expected
    assert not result.matched


def test_a_card_takes_the_highest_urgency_of_the_choices_that_opened_it(
    content: Questionnaire,
) -> None:
    assert card(outcome(content, alcohol="now-and-then"), "mixing-alcohol").urgency is Urgency.SOON
    assert card(outcome(content, alcohol="most-days"), "mixing-alcohol").urgency is Urgency.TODAY
    both = outcome(content, sleepy="drowsy-tired looks-drunk")
    assert card(both, "driving-and-safety").urgency is Urgency.TODAY


def test_an_emergency_topic_opened_by_less_is_led_by_when_to_call(content: Questionnaire) -> None:
    rash = card(outcome(content, other_effects="rash"), "emergency-allergic")
    assert (rash.urgency, rash.lesser) == (Urgency.TODAY, True)
    swelling = card(outcome(content, body_alarm="swelling"), "emergency-allergic")
    assert (swelling.urgency, swelling.lesser) == (Urgency.EMERGENCY, False)


def test_prefer_not_opens_nothing_but_support_for_suicide(content: Questionnaire) -> None:
    for question, options in content.choices.items():
        assert not content.opened(question, "prefer-not")
        assert not options["prefer-not"].interruption
    assert outcome(content, suicide="prefer-not").support == ("crisis",)
    assert not outcome(content, suicide="no-thoughts").support


def test_the_reason_is_the_question_and_the_choices_that_opened_the_card(
    content: Questionnaire,
) -> None:
    result = outcome(content, how_taken="more crushed as-label", reason="for-buzz")
    reasons = card(result, "signs-of-misuse").reasons
    assert [(why.question, why.choices) for why in reasons] == [
        ("reason", ("for-buzz",)),
        ("how-taken", ("more", "crushed")),
    ]


def test_misuse_never_comes_without_dependence_before_it(content: Questionnaire) -> None:
    for question, options in content.choices.items():
        for choice in options:
            topics = order(match(content, Answers({question: (choice,)})))
            if "signs-of-misuse" in topics:
                before = topics[: topics.index("signs-of-misuse")]
                assert "dependence-vs-addiction" in before, (question, choice)


MISUSE_SIGNS = set(
    """takes-more-than-prescribed raises-dose-without-advice takes-more-often crushes-or-snorts
    non-medical-use uses-for-the-feeling no-prescription someone-elses-pills
    buys-outside-pharmacy more-than-one-doctor changed-prescription strong-cravings
    hard-to-control-use keeps-using-despite-harm poor-judgment-about-use top-priority""".split()
)


def test_the_misuse_card_needs_a_misuse_answer(content: Questionnaire) -> None:
    for question, options in content.choices.items():
        for choice in options.values():
            if "signs-of-misuse" in content.opened(question, choice.id):
                signs = set(choice.signs) or set(content.questions[question].opens.signs)
                assert signs & MISUSE_SIGNS, (question, choice.id)


def test_street_pills_change_the_words_of_the_stop_card(content: Questionnaire) -> None:
    assert card(outcome(content), "do-not-stop-suddenly").variant is None
    assert card(outcome(content, source="outside"), "do-not-stop-suddenly").variant == 0


def test_today_cards_come_in_the_agreed_order(content: Questionnaire) -> None:
    result = outcome(
        content,
        supply="out-now",
        alcohol="most-days",
        mixing="opioids",
        source="outside",
        situation="pregnant drives-slow",
        mood="low",
    )
    today = [card.topic for card in result.at(Urgency.TODAY)]
    agreed = [t for t in content.results.groups[Urgency.TODAY].order if t in today]
    assert today[: len(agreed)] == agreed
    assert today[0] == "out-of-pills"


def test_only_soon_and_learn_cards_are_folded_and_six_stay(content: Questionnaire) -> None:
    everything = {
        question: tuple(c for c in options if c not in ("none", "prefer-not", "not-sure"))
        for question, options in content.choices.items()
        if content.questions[question].type == "tick-all"
    }
    result = match(content, Answers(everything, Voice.SOMEONE))
    folded = {card.urgency for card in result.cards if card.folded}
    assert folded == {Urgency.SOON, Urgency.LEARN}
    beside = content.results.beside_help
    rest = [c for c in result.cards if c.urgency in folded and c.topic not in beside]
    assert sum(not card.folded for card in rest) == content.results.first_view
    assert not card(result, "helping-someone-else").folded


def test_helping_someone_leads_the_soon_cards_for_someone(content: Questionnaire) -> None:
    result = outcome(content, Voice.SOMEONE, tolerance="yes")
    assert result.at(Urgency.SOON)[0].topic == "helping-someone-else"
    assert "helping-someone-else" not in order(outcome(content, tolerance="yes"))


def test_as_told_lead_yields_to_other_ways_of_taking_it(content: Questionnaire) -> None:
    assert outcome(content, how_taken="as-label").leads
    assert not outcome(content, how_taken="as-label more").leads
    assert not outcome(content, how_taken="as-label", source="outside").leads


HIDDEN = {
    "stopping": "no-plan",
    "how_taken": "as-label",
    "supply": "enough",
    "missed_dose": "never",
}


class TestWhatIsAsked:
    """Part 5 is for those who cut down, or may."""

    def test_only_clear_answers_hide_a_question(self, content: Questionnaire) -> None:
        clear = as_picked(HIDDEN)
        answer = {"body-signs": ("w-tremors",)}
        assert "body-signs" not in applicable(content, {**clear, **answer})
        for question in clear:
            for unclear in ((), ("not-sure",), ("prefer-not",)):
                picked = {**clear, question: unclear, **answer}
                assert "body-signs" in applicable(content, picked), (question, unclear)

    def test_then_part_5_is_passed_over_both_ways(self, content: Questionnaire) -> None:
        answers = Answers(as_picked(HIDDEN))
        assert next_step(content, answers, (), "effects", "next") == Ask("you")
        assert next_step(content, answers, (), "you", "back") == Ask("effects")

    def test_a_red_flag_of_part_5_always_counts(self, content: Questionnaire) -> None:
        result = outcome(content, **HIDDEN, severe_signs="any-seizure")
        assert [flag.interruption for flag in result.flags] == ["seizure"]
        assert card(result, "emergency-seizure").urgency is Urgency.EMERGENCY


class TestRedFlags:
    """Which interruptions open, in which form and order."""

    @pytest.mark.parametrize(
        ("picked", "expected"),
        [
            ({"seizure": "not-sure"}, [("seizure", False)]),
            ({"waking_and_breathing": "not-sure"}, [("overdose", False)]),
            ({"body_alarm": "not-sure"}, [("allergic", False)]),
            ({"danger": "not-sure"}, [("danger", True)]),
            ({"seeing_things": "not-sure"}, [("mental-state", True)]),
            ({"suicide": "not-sure"}, [("suicide", False)]),
            (
                {"suicide": "thoughts", "seizure": "other-seizure"},
                [("seizure", False), ("suicide", False)],
            ),
            (
                {"suicide": "might-act", "took_too_much": "yes-well", "danger": "danger-yes"},
                [("danger", False), ("suicide-now", False), ("poison-help", False)],
            ),
            (
                {"danger": "not-sure", "body_alarm": "chest-or-faint"},
                [("heart", False), ("danger", True)],
            ),
            (
                {"seeing_things": "not-sure", "severe_signs": "saw-things"},
                [("mental-state", False)],
            ),
            ({"seizure": "usual-seizure"}, []),
            ({"seeing_things": "known-seeing"}, []),
            ({"body_alarm": "hives-only uneven-heart hit-head"}, []),
        ],
    )
    def test_flags(
        self,
        content: Questionnaire,
        picked: dict[str, str],
        expected: list[tuple[str, bool]],
    ) -> None:
        flags = red_flags(content, as_picked(picked))
        assert [(flag.interruption, flag.unsure) for flag in flags] == expected

    def test_one_page_for_several_answers(self, content: Questionnaire) -> None:
        picked = {"waking-and-breathing": ("hard-to-wake", "slow-breathing", "hard-to-breathe")}
        assert [flag.interruption for flag in red_flags(content, picked)] == [
            "overdose",
            "breathing",
        ]

    def test_each_begins_with_a_number_of_the_crisis_bar(self, content: Questionnaire) -> None:
        for interruption in content.interruptions.values():
            assert interruption.contacts[0] in content.about.crisis_bar


def test_check_without_a_file_finds_no_error_in_the_shipped_one() -> None:
    command = [sys.executable, "-m", "screener.cli", "check", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["file"] == "questions.yaml"
    assert report["errors"] == []
    assert report["counts"]["questions"] == 32
    assert report["counts"]["signs"] >= 182
    assert report["counts"]["topics"] >= 61
