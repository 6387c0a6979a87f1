"""What the shipped questionnaire promises: hazards, cases, and the signs that are documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from screener.authoring.check.cases import run_case, uncovered
from screener.authoring.check.hazards import prove
from screener.authoring.check.proofs import hazard_message
from screener.content.models.base import PREFER_NOT, Urgency, Voice
from screener.content.models.plans import Plan
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Category
from screener.engine.plans import outcome_of, plans_of
from screener.engine.signs import Answers, signs_of
from screener.web.views import variant_for
from tests.acceptance.visitors import answers_of, proofs, random_answers, read
from tests.shipped import SHIPPED

FIRST_SIGNS = {
    sign: tuple(articles.strip("-"))
    for articles, signs in read(Path(__file__).parent / "first_signs.yaml").items()
    for sign in signs.split()
}
"""The 182 signs of the first version, and the articles that name each."""

SPLIT = {"chest-pain-or-fainting": ("chest-pain", "fainted")}
"""First signs that are two now."""


def test_each_hazard_is_proved() -> None:
    verdicts = list(prove(SHIPPED, proofs().hazards))
    assert len(verdicts) >= 76
    assert not [hazard_message(SHIPPED, verdict) for verdict in verdicts if not verdict.holds]


def test_each_case_comes_out_as_it_says() -> None:
    runs = [run_case(SHIPPED, case) for case in proofs().cases]
    assert len(runs) >= 109
    assert not [(run.case.name, fault) for run in runs for fault in run.faults]
    assert not list(uncovered(SHIPPED, runs))


@pytest.mark.parametrize("kind", ["V", "persona: "])
def test_the_visitors_who_were_agreed_on_are_among_the_cases(kind: str) -> None:
    found = [c for c in proofs().cases if c.visitor.startswith(kind) or c.name.startswith(kind)]
    assert len(found) >= {"V": 6, "persona: ": 8}[kind]


def test_the_grown_son_with_street_pills_who_nods_off_is_an_emergency(
    content: Questionnaire,
) -> None:
    son = next(case for case in proofs().cases if "seems drunk, nods off" in case.name)
    lead = outcome_of(content, answers_of(son)).lead
    assert (lead.level, lead.stops) == (Urgency.EMERGENCY, True)
    assert lead.contact.in_voice(son.voice) == content.about.crisis_bar[0]


class TestSigns:
    """Every documented sign is asked and explained."""

    def test_the_first_ones_are_kept(self, content: Questionnaire) -> None:
        assert len(FIRST_SIGNS) == 182
        for sign, articles in FIRST_SIGNS.items():
            for id in SPLIT.get(sign, (sign,)):
                assert content.signs[id].documented_in == articles, id
        documented = {id for id, sign in content.signs.items() if sign.documented_in}
        assert documented <= FIRST_SIGNS.keys()

    def test_each_is_asked_and_explained(self, content: Questionnaire) -> None:
        for sign in FIRST_SIGNS:
            for id in SPLIT.get(sign, (sign,)):
                assert content.named_by[id], id
                assert content.signs[id].topics, id
                assert content.signs[id].documented_in or content.signs[id].source, id

    def test_a_topic_about_misuse_needs_a_sign_of_misuse(self, content: Questionnaire) -> None:
        for id, sign in content.signs.items():
            if "signs-of-misuse" in sign.topics:
                assert sign.category is Category.MISUSE, id
        for plan in content.plans:
            topics = plan.topics.in_voice(Voice.ME)
            if "signs-of-misuse" in topics:
                before = topics[: topics.index("signs-of-misuse")]
                assert "dependence-vs-addiction" in before, plan.id


NOT_ABOUT_TAKING_IT = {
    "child-unwell": "a child who swallowed some",
    "child-or-pet": "a child who swallowed some",
    "pet": "a pet",
    "brain-alarm": "no pills at all until a doctor says so",
    "few-street-pills": "the body has not got used to it: take no more",
    "after-stopping": "stopped over a month ago",
}
"""Plans for people who don't take it regularly, or must not now."""


class TestPlans:
    """What every plan says, whoever reads it."""

    SUDDEN = re.compile(
        r"(?:stop|stopped|stopping|cut)\b[^.?!]*\b(?:suddenly|all at once|on (?:your|their) own)"
        r"|\bsudden stop\b|\bstopping either one\b|\bstretch",
        re.IGNORECASE,
    )

    @pytest.mark.parametrize("voice", Voice)
    def test_do_not_stop_suddenly_is_in_each_for_somebody_who_takes_it(
        self, content: Questionnaire, voice: Voice
    ) -> None:
        without = {
            plan.id for plan in content.plans if not self.SUDDEN.search(all_words(plan, voice))
        }
        assert without == NOT_ABOUT_TAKING_IT.keys()

    def test_an_emergency_has_a_number_of_the_bar(self, content: Questionnaire) -> None:
        bar = set(content.about.crisis_bar)
        for plan in content.plans:
            if plan.level is Urgency.EMERGENCY:
                assert plan.stops, plan.id
                for voice in Voice:
                    contacts = (c.in_voice(voice) for c in (plan.contact, plan.also_contact) if c)
                    assert bar & set(contacts), plan.id

    def test_nothing_answered_says_the_rule_and_whom_to_ask(self, content: Questionnaire) -> None:
        outcome = outcome_of(content, Answers())
        assert outcome.lead.id == content.fallback.id
        assert not outcome.also and not outcome.later
        assert "do-not-stop-suddenly" in outcome.topics

    def test_prefer_not_to_say_states_no_fact(self, content: Questionnaire) -> None:
        """It opens support at most, and where it was asked about suicide, it stops to offer it."""
        for question, choices in content.choices.items():
            if PREFER_NOT in choices:
                plans = plans_of(content, frozenset(choices[PREFER_NOT].signs))
                assert {plan.id for plan in plans} <= {content.fallback.id, "support",
                                                       "quiet-support"}, question  # fmt: skip

    def test_street_pills_change_the_words_about_stopping(self, content: Questionnaire) -> None:
        topic = content.topics["do-not-stop-suddenly"]
        answers = Answers({"source": ("not-own",), "other-source": ("outside",)})
        assert variant_for(topic, signs_of(content, Answers())) is None
        assert variant_for(topic, signs_of(content, answers)) is not None


def all_words(plan: Plan, voice: Voice) -> str:
    return "\n".join(
        text.in_voice(voice) for text in (plan.heading, plan.why, *plan.do, *plan.do_not)
    )


def test_dependence_is_explained_before_misuse(content: Questionnaire) -> None:
    for answers in random_answers(300, seed=20):
        topics = outcome_of(content, answers).topics
        if "signs-of-misuse" in topics:
            before = topics[: topics.index("signs-of-misuse")]
            assert "dependence-vs-addiction" in before, answers
