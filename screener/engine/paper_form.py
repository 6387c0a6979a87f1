"""The questionnaire as a form to fill in by hand: numbered boxes, and conditions in their terms.

Conditions hold over signs, which nobody sees. A reader of the form sees boxes. Here each sign
becomes the boxes that name it, in one voice. Pure; no Flask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from screener.content.models.base import PREFER_NOT, STANDARD_CHOICES, Voice
from screener.content.models.conditions import AnyOf, Clause, Condition, NoneOf
from screener.content.models.plans import Plan
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Choice, Question
from screener.engine.signs import wanted

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Box(NamedTuple):
    """One box of the form: the number of its question, and its place there, both from 1."""

    question: int
    place: int

    @property
    def code(self) -> str:
        """What is printed in front of it: '3b'."""
        return f"{self.question}{LETTERS[self.place - 1]}"


Boxes = frozenset[Box]

Together = tuple[Boxes, ...]
"""Holds when one box of each of these is checked."""


@dataclass(frozen=True)
class OneOf:
    """Holds when one of its ways does."""

    ways: tuple[Together, ...]

    def holds(self, checked: Set[Box]) -> bool:
        """Whether it holds for some checked boxes."""
        return any(all(boxes & checked for boxes in way) for way in self.ways)

    @property
    def every_box(self) -> Boxes:
        """All boxes that it names."""
        return frozenset[Box]().union(*(boxes for way in self.ways for boxes in way))


@dataclass(frozen=True)
class NotAny:
    """Holds when none of its boxes is checked."""

    boxes: Boxes

    def holds(self, checked: Set[Box]) -> bool:
        """Whether it holds for some checked boxes."""
        return not self.boxes & checked

    @property
    def every_box(self) -> Boxes:
        """All boxes that it names."""
        return self.boxes


BoxClause = OneOf | NotAny

BoxCondition = tuple[BoxClause, ...]
"""Holds when all of its clauses do."""


def fits(condition: BoxCondition, checked: Set[Box]) -> bool:
    """Whether a condition holds for some checked boxes."""
    return all(clause.holds(checked) for clause in condition)


@dataclass(frozen=True)
class Asked:
    """A question of the form."""

    question: Question
    number: int
    only_if: BoxCondition
    """When it is to be filled in, whatever somebody wants to read about."""
    choices: tuple[tuple[Box, Choice], ...]


@dataclass(frozen=True)
class Line:
    """A line of the table at the end: plans with the same words, and when they hold."""

    plans: tuple[Plan, ...]
    when: tuple[BoxCondition, ...]
    """It holds when one of these does. Empty for everybody else."""

    @property
    def plan(self) -> Plan:
        """The one whose words are printed."""
        return self.plans[0]

    def fits(self, checked: Set[Box]) -> bool:
        """Whether it holds for some checked boxes."""
        return not self.when or any(fits(condition, checked) for condition in self.when)


class PaperForm:
    """The form in one voice.

    Left out is what cannot be checked in this voice; "Prefer not to say", because an empty box
    says it; and the question that chooses what to be asked next, because all of it is there.
    """

    def __init__(self, content: Questionnaire, voice: Voice) -> None:
        """Numbers the questions and boxes in the order of the file."""
        self.content = content
        self.voice = voice
        self._boxes_of: dict[str, Boxes] = {}
        questions: list[Asked] = []
        for question in content.questions.values():
            only_if = self.in_boxes(without_interests(content, question.ask_if))
            if only_if is None or only_chooses(content, question):
                continue
            number = len(questions) + 1
            choices = tuple(
                (Box(number, place), choice)
                for place, choice in enumerate(self._choices(question.id), start=1)
            )
            questions.append(Asked(question, number, only_if, choices))
            for box, choice in choices:
                for sign in choice.signs:
                    self._boxes_of[sign] = self._boxes_of.get(sign, frozenset()) | {box}
        self.questions: tuple[Asked, ...] = tuple(questions)

    def _choices(self, question: str) -> Iterator[Choice]:
        offered = self.content.choices_for(question, self.voice).values()
        return (choice for choice in offered if choice.id != PREFER_NOT)

    @cached_property
    def whole(self) -> dict[int, Boxes]:
        """By number of a question: the boxes of all answers that are its own."""
        return {
            asked.number: frozenset(
                box for box, choice in asked.choices if choice.id not in STANDARD_CHOICES
            )
            for asked in self.questions
        }

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """What to do, the most urgent first; last, the one for everybody else."""
        lines: list[Line] = []
        for plan in self.content.plans:
            when = self.in_boxes(plan.when)
            if when is None or not plan.when:
                continue
            if lines and self._same_words(lines[-1].plan, plan):
                last = lines.pop()
                lines.append(Line((*last.plans, plan), (*last.when, when)))
            else:
                lines.append(Line((plan,), (when,)))
        return (*lines, Line((self.content.fallback,), ()))

    def _same_words(self, one: Plan, other: Plan) -> bool:
        def printed(plan: Plan) -> tuple[object, ...]:
            headings = (plan.heading_for(lacks).in_voice(self.voice) for lacks in (False, True))
            return (plan.level, plan.contact.in_voice(self.voice), *headings)

        return printed(one) == printed(other)

    # Conditions

    def in_boxes(self, condition: Condition) -> BoxCondition | None:
        """A condition in terms of boxes; None if it can never hold in this voice."""
        clauses: list[BoxClause] = []
        for clause in condition:
            found = self._clause(clause)
            if found is False:
                return None
            if found is not True:
                clauses.append(found)
        return without_implied(clauses)

    def _clause(self, clause: Clause) -> BoxClause | bool:
        """True or False where the voice alone decides."""
        if isinstance(clause, NoneOf):
            if self.voice.sign in clause.none:
                return False
            boxes = self._any_box(clause.none)
            return NotAny(boxes) if boxes else True
        options = clause.any if isinstance(clause, AnyOf) else (clause,)
        ways: list[Together] = []
        for option in options:
            signs = (option,) if isinstance(option, str) else option
            others = [sign for sign in signs if sign != self.voice.sign]
            if not others:
                return True
            way = tuple(self._any_box([sign]) for sign in others)
            if all(way):
                ways.append(_narrowest(way))
        return OneOf(shortened(ways)) if ways else False

    def _any_box(self, signs: Iterable[str]) -> Boxes:
        return frozenset[Box]().union(*(self._boxes_of.get(sign, ()) for sign in signs))


def only_chooses(content: Questionnaire, question: Question) -> bool:
    """Whether a question is there only to choose which others are asked."""
    if question.id != content.first_interest:
        return False
    signs = {sign for choice in question.choices for sign in choice.signs}
    return any(not signs.isdisjoint(wanted(other.ask_if)) for other in content.questions.values())


def without_interests(content: Questionnaire, condition: Condition) -> Condition:
    """A condition without the clauses about what somebody wants to read about."""

    def is_about_interests(clause: Clause) -> bool:
        if isinstance(clause, AnyOf):
            return not content.interests.isdisjoint(clause.singles)
        if isinstance(clause, NoneOf):
            return content.interests.issuperset(clause.none)
        return clause in content.interests

    return tuple(clause for clause in condition if not is_about_interests(clause))


# Shorter ways to say the same


def _narrowest(way: Together) -> Together:
    """Without the boxes that hold anyway once others do, in order."""
    kept = {boxes for boxes in way if not any(other < boxes for other in way)}
    return tuple(sorted(kept, key=sorted))


def shortened(ways: Iterable[Together]) -> tuple[Together, ...]:
    """Ways of which one is enough: single boxes as one way, ways that differ in one place
    joined, and none that another covers."""
    singles = frozenset[Box]().union(*(way[0] for way in ways if len(way) == 1))
    together = list(dict.fromkeys(way for way in ways if len(way) > 1))
    together = [way for way in together if not any(boxes <= singles for boxes in way)]
    while joined := _first_join(together):
        one, other, both = joined
        together = [both if way is one else way for way in together if way is not other]
    return ((singles,), *together) if singles else tuple(together)


def _first_join(ways: list[Together]) -> tuple[Together, Together, Together] | None:
    for one, other in combinations(ways, 2):
        common = set(one) & set(other)
        if len(one) == len(other) == len(common) + 1:
            (first,), (second,) = set(one) - common, set(other) - common
            both = tuple(sorted({*common, first | second}, key=sorted))
            if len(both) == len(one):
                return one, other, both
    return None


def without_implied(clauses: Iterable[BoxClause]) -> BoxCondition:
    """Clauses without those that hold anyway once another one does."""
    kept: list[BoxClause] = list(dict.fromkeys(clauses))
    for clause in tuple(kept):
        if isinstance(clause, OneOf) and any(
            _implies(other, clause) for other in kept if other is not clause
        ):
            kept.remove(clause)
    return tuple(kept)


def _implies(one: BoxClause, other: OneOf) -> bool:
    """Whether `other` holds whenever `one` does, by one set of boxes within another."""
    if not isinstance(one, OneOf):
        return False
    return all(
        any(all(any(had <= needed for had in way) for needed in need) for need in other.ways)
        for way in one.ways
    )
