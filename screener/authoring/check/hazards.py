"""Proves each hazard over all sets of signs that answers can produce.

A plan gains from more signs, except from those under a `none` of its `when`. So a hazard is
decided by few sets: each smallest way into it, with each choice of the signs that stand under
some `none`, and with the signs that always come along. Sets that nobody can name together are
left out. If a plan that is urgent enough holds in each of these, it holds in every larger one,
and the plan that leads is at least as urgent, because plans stand in that order in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice, product

from screener.content.models.base import STANDARD_CHOICES, Voice
from screener.content.models.plans import Plan
from screener.content.models.proofs import Hazard
from screener.content.models.questionnaire import Questionnaire
from screener.engine.plans import plans_of
from screener.engine.reachability import Reachability, ways
from screener.engine.signs import Answers, Signs, holds, signs_of, unwanted

MOST_SETS = 300_000
"""Sets of signs tried for one hazard. More than this is reported, not tried."""

MOST_TRIES = 2_000
"""Combinations of answers tried to turn a set of signs into answers."""


@dataclass(frozen=True)
class Counterexample:
    """A set of signs for which a promise does not hold."""

    voice: Voice
    signs: tuple[str, ...]
    leads: str
    answers: Answers | None
    """Answers that lead there; None if none were found."""


@dataclass(frozen=True)
class Verdict:
    """Whether a hazard's promise holds: it does if nothing speaks against it."""

    hazard: Hazard
    tried: int
    """Sets of signs that were tried."""
    failure: Counterexample | None = None
    problem: str = ""
    """Why it could not be decided."""

    @property
    def holds(self) -> bool:
        """Whether the promise is proved."""
        return self.failure is None and not self.problem


def prove(content: Questionnaire, hazards: tuple[Hazard, ...]) -> Iterator[Verdict]:
    """The verdict on each hazard."""
    reach = Reachability(content)
    for hazard in hazards:
        yield _prove(content, reach, hazard)


def _prove(content: Questionnaire, reach: Reachability, hazard: Hazard) -> Verdict:
    enough = [plan for plan in content.plans if plan.when and _is_enough(plan, hazard)]
    split = set(unwanted(hazard.when)).union(*(unwanted(plan.when) for plan in enough))
    tried = 0
    for voice in Voice:
        free = sorted(split & reach.sayable[voice])
        smallest = [way for way in ways(hazard.when) if reach.possible(way, voice)]
        sets = len(smallest) * 2 ** len(free)
        if sets > MOST_SETS:
            problem = f"needs {sets:,} sets of signs, more than {MOST_SETS:,}: use fewer `none`"
            return Verdict(hazard, tried, problem=problem)
        for way, more in product(smallest, _subsets(free)):
            if not reach.possible(way | more, voice):
                continue
            signs = reach.closed(way | more | {voice.sign})
            if not holds(hazard.when, signs):
                continue
            tried += 1
            kept = next((plan for plan in enough if holds(plan.when, signs)), None)
            if kept:
                enough.remove(kept)  # tried first on the next set, which differs by one sign
                enough.insert(0, kept)
            else:
                lead = plans_of(content, signs)[0].id
                answers = find_answers(content, voice, way | more, hazard)
                failure = Counterexample(voice, tuple(sorted(way | more)), lead, answers)
                return Verdict(hazard, tried, failure)
    if not tried:
        return Verdict(hazard, 0, problem="can never come true: nobody can give these answers")
    return Verdict(hazard, tried)


def _is_enough(plan: Plan, hazard: Hazard) -> bool:
    return plan.level.rank <= hazard.at_least.rank and (plan.stops or not hazard.stops)


def _subsets(signs: list[str]) -> list[Signs]:
    sizes = range(len(signs) + 1)
    return [frozenset(found) for size in sizes for found in combinations(signs, size)]


def find_answers(
    content: Questionnaire, voice: Voice, signs: Signs, hazard: Hazard
) -> Answers | None:
    """Answers that name some signs, for which the promise of a hazard does not hold."""
    options = [
        [
            answer
            for answer in content.named_by[sign]
            if answer[1] in content.choices_for(answer[0], voice)
        ]
        for sign in sorted(signs)
        if sign != voice.sign
    ]
    for picks in islice(product(*options), MOST_TRIES):
        picked: dict[str, set[str]] = {}
        for answer in picks:
            for question, choice in _with_needed(content, answer):
                picked.setdefault(question, set()).add(choice)
        answers = Answers(
            {
                id: tuple(choice for choice in content.choices[id] if choice in picked[id])
                for id in content.questions
                if id in picked
            },
            voice,
        )
        if not _can_be_given(content, answers):
            continue
        named = signs_of(content, answers)
        lead = plans_of(content, named)[0]
        if holds(hazard.when, named) and not _is_enough(lead, hazard):
            return answers
    return None


def _with_needed(content: Questionnaire, answer: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """An answer, and answers that make its question be asked: for each line of its `ask_if`, the
    first that names what the line wants."""
    yield answer
    for clause in content.questions[answer[0]].ask_if:
        for sign in next(iter(ways((clause,)))):
            if content.named_by[sign]:
                yield from _with_needed(content, content.named_by[sign][0])


def _can_be_given(content: Questionnaire, answers: Answers) -> bool:
    """Whether no single question has two answers, nor a tick beside "None of these"."""
    return all(
        len(choices) == 1
        or (
            content.questions[question].type == "tick-all"
            and not set(choices) & set(STANDARD_CHOICES)
        )
        for question, choices in answers.picked.items()
    )
