"""Signs -> what to do and what to read. Pure; no Flask. Nothing is added up: no score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from screener.content.models.base import Urgency, Voice
from screener.content.models.plans import Plan
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Choice
from screener.engine.signs import Answers, Said, Signs, holds, said, wanted

TOPICS_IN_VIEW = 3
"""Topics that are open on the results; the others are titles."""

MOST_REASONS = 4
"""Clauses in one "because" sentence: as much as somebody can say on the phone."""

NO_PRESCRIBER = "no-prescriber"
"""Id of the sign of people who have no prescriber."""

VOICES = frozenset(voice.sign for voice in Voice)
"""The signs of whom the answers are about; no plan says them as a reason."""

PRESCRIBER = "prescriber"
"""Id of the contact that they lack."""


@dataclass(frozen=True)
class Outcome:
    """What somebody's answers lead to."""

    said: Said
    lead: Plan
    also: tuple[Plan, ...]
    """Other plans, most urgent first."""
    later: tuple[Plan, ...]
    """Plans that wait until the emergency that leads is over."""
    topics: tuple[str, ...]
    """Ids of topics, the best one first."""

    @property
    def plans(self) -> tuple[Plan, ...]:
        """All of them, most urgent first."""
        return (self.lead, *self.also, *self.later)

    @property
    def signs(self) -> Signs:
        """The signs that the answers name."""
        return self.said.signs


def outcome_of(content: Questionnaire, answers: Answers) -> Outcome:
    """The plans and topics for finished answers."""
    now = said(content, answers, blanks_count=True)
    lead, *others = plans_of(content, now.signs)
    urgent = lead.level is Urgency.EMERGENCY
    also = tuple(p for p in others if not urgent or p.level is Urgency.EMERGENCY)
    later = tuple(p for p in others if urgent and p.level is not Urgency.EMERGENCY)
    topics = reading_of(content, now.signs, lead, answers.voice)
    return Outcome(now, lead, also, later, topics)


def plans_of(content: Questionnaire, signs: Signs) -> list[Plan]:
    """The plans that hold, the one that leads first; of each family only its first.

    The plan without a condition is there only when no other one holds.
    """
    found: dict[str, Plan] = {}
    for plan in content.plans:
        if plan.when and plan.family not in found and holds(plan.when, signs):
            found[plan.family] = plan
    return list(found.values()) or [content.fallback]


def plan_alone(content: Questionnaire, choice: Choice, voice: Voice) -> Plan:
    """The plan that leads for somebody who gives one answer and no other."""
    return plans_of(content, frozenset([voice.sign, *choice.signs]))[0]


def stops_of(content: Questionnaire, signs: Signs) -> list[Plan]:
    """Those of `plans_of` that are shown at once as a page of their own."""
    return [plan for plan in plans_of(content, signs) if plan.stops]


def reading_of(content: Questionnaire, signs: Signs, lead: Plan, voice: Voice) -> tuple[str, ...]:
    """The topics of the plan that leads, then those of the signs: first what most of them name
    first, then what most of them name at all."""
    named = [content.signs[id].topics for id in signs]
    first = Counter(topics[0] for topics in named if topics)
    every = Counter(chain.from_iterable(named))
    in_order = [topic for topic in content.topics if topic in every]
    ranked = sorted(in_order, key=lambda topic: (-first[topic], -every[topic]))
    return tuple(dict.fromkeys([*lead.topics.in_voice(voice), *ranked]))


def reasons_of(content: Questionnaire, signs: Signs, plan: Plan) -> tuple[str, ...]:
    """The signs that a plan rests on: those it wants, then those it tells too, then those that
    the plans of its family which hold want. None that a more exact one among them says too."""
    family = (p for p in content.plans if p.family == plan.family and holds(p.when, signs))
    named = chain(wanted(plan.when), plan.tell, *(wanted(other.when) for other in family))
    given = [
        sign
        for sign in dict.fromkeys(named)
        if sign in signs and sign not in VOICES and sign not in content.interests
    ]
    vaguer = frozenset[str]().union(*(content.vaguer[sign] for sign in given))
    return tuple(sign for sign in given if sign not in vaguer)


def because(
    content: Questionnaire, reasons: Sequence[str], plan: Plan, voice: Voice, aloud: bool = False
) -> list[str]:
    """The clauses that say a plan's reasons, the first few.

    Aloud, for the phone: a sensitive sign is left out unless the plan's number is the emergency
    line, and so is what the script says itself.
    """
    clauses: list[str] = []
    script = plan.say.in_voice(voice).lower()
    for id in reasons:
        sign = content.signs[id]
        if not sign.said:
            continue
        clause = sign.said.in_voice(voice)
        if aloud and (
            clause.lower() in script
            or (sign.sensitive and plan.contact.in_voice(voice) != content.about.crisis_bar[0])
        ):
            continue
        if clause not in clauses:
            clauses.append(clause)
    return clauses[:MOST_REASONS]
