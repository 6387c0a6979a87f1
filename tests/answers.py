"""Answers to the shipped questionnaire, found in it and in its cases, so that no test names a
clinical choice that may change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from urllib.parse import urlencode

from screener.content.models.base import STANDARD_CHOICES, Urgency, Voice
from screener.content.models.plans import Plan
from screener.content.models.proofs import Case
from screener.engine.plans import outcome_of, plan_alone, plans_of
from screener.engine.signs import Answers
from screener.engine.walk import walk
from tests.shipped import SHIPPED, SHIPPED_FILE

Picked = dict[str, tuple[str, ...]]

CASES: tuple[Case, ...] = SHIPPED_FILE.proofs.cases
STOPS = tuple(plan.id for plan in SHIPPED.plans if plan.stops)
FIRST = next(iter(SHIPPED.questions))
"""The first question; several answers can be picked."""

ALWAYS = tuple(id for id, question in SHIPPED.questions.items() if not question.ask_if)
SINGLE = next(id for id in ALWAYS if SHIPPED.questions[id].type == "single")
"""The first question that everybody is asked and that takes one answer."""


def offered(question: str, voice: Voice = Voice.ME) -> list[str]:
    """The choices of a question in one voice, without 'None of these' and the like."""
    choices = SHIPPED.choices_for(question, voice)
    return [id for id in choices if id not in STANDARD_CHOICES]


def alone(question: str, choice: str, voice: Voice = Voice.ME) -> Plan:
    """The plan that leads for somebody who picks this and nothing else."""
    return plan_alone(SHIPPED, SHIPPED.choices[question][choice], voice)


def flagged(question: str = FIRST, voice: Voice = Voice.ME) -> list[str]:
    """The choices of a question that bring up an emergency line."""
    return [id for id in offered(question, voice) if alone(question, id, voice).level.stops]


def calm(question: str, voice: Voice = Voice.ME) -> str:
    """A choice that stops nothing, a real one where there is one; else the last choice."""
    choices = [*offered(question, voice), *SHIPPED.choices_for(question, voice)]
    return next((id for id in choices if not alone(question, id, voice).stops), choices[-1])


def plain(question: str) -> str:
    """A choice that names no sign, so that nothing follows from it."""
    choices = SHIPPED.choices_for(question, Voice.ME)
    return next(id for id, choice in choices.items() if not choice.signs)


def fields(
    picked: Mapping[str, Sequence[str]], voice: Voice = Voice.ME, seen: Collection[str] = STOPS
) -> list[tuple[str, str]]:
    """The form fields that carry answers; every stop was shown, unless said otherwise."""
    pairs = [(question, choice) for question, ids in picked.items() for choice in ids]
    return [("voice", voice.value), *pairs, *(("seen", id) for id in seen)]


def body(
    picked: Mapping[str, Sequence[str]],
    voice: Voice = Voice.ME,
    seen: Collection[str] = STOPS,
    **more: str,
) -> str:
    """The same as the body of a POST."""
    return urlencode([*fields(picked, voice, seen), *more.items()])


def visitor(mark: str) -> Case:
    """One of the visitors that are walked by hand, as 'V2'."""
    return next(case for case in CASES if case.visitor == mark)


def plans(case: Case) -> list[Plan]:
    """All plans for a case's answers, the one that leads first."""
    outcome = outcome_of(SHIPPED, Answers(case.answers, case.voice))
    return [outcome.lead, *outcome.also, *outcome.later]


def led_by(level: Urgency, voice: Voice = Voice.ME) -> Case:
    """The case with the most plans among those that a plan of this level leads."""
    found = [c for c in CASES if c.voice is voice and plans(c)[0].level is level]
    return max(found, key=lambda case: len(plans(case)))


@cache
def calm_case() -> Case:
    """Of the cases about oneself that nothing stops, the one with the most answers."""
    found = [case for case in CASES if case.voice is Voice.ME and not _walked(case)]
    return max(found, key=lambda case: len(case.answers))


def _walked(case: Case) -> list[str]:
    return walk(SHIPPED, case.voice, case.answers).stops


def stop_pages(voice: Voice) -> Iterator[tuple[Plan, str]]:
    """Every plan that stops and that a case about this person comes to, with a body to send to
    /results that shows it. About someone else: only those with another heading then."""
    for plan in SHIPPED.plans:
        if voice is Voice.SOMEONE and plan.heading.me == plan.heading.someone:
            continue
        case = next((c for c in CASES if c.voice is voice and plan in plans(c)), None)
        if plan.stops and case:
            others = [id for id in STOPS if SHIPPED.plans_by_id[id].page != plan.page]
            yield plan, body(case.answers, voice, others)


def everything(voice: Voice = Voice.ME) -> Picked:
    """Every choice that can be ticked, and the most urgent of those that exclude each other."""
    order = {plan.id: number for number, plan in enumerate(SHIPPED.plans)}

    def urgency(question: str, choice: str) -> int:
        return order[alone(question, choice, voice).id]

    picked: Picked = {}
    for id, question in SHIPPED.questions.items():
        choices = offered(id, voice) or [*SHIPPED.choices_for(id, voice)]
        single = question.type == "single"
        picked[id] = (
            (min(choices, key=lambda choice: urgency(id, choice)),) if single else tuple(choices)
        )
    return picked


def several_stops(voice: Voice = Voice.ME) -> Picked:
    """Answers to the first question that stop with several plans at once."""
    families: dict[str, str] = {}
    for choice in offered(FIRST, voice):
        plan = alone(FIRST, choice, voice)
        if plan.stops:
            families.setdefault(plan.family, choice)
    picked = {FIRST: tuple(families.values())}
    signs = {sign for choice in picked[FIRST] for sign in SHIPPED.choices[FIRST][choice].signs}
    assert len(plans_of(SHIPPED, frozenset([voice.sign, *signs]))) > 1
    return picked
