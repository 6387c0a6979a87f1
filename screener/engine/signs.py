"""Answers -> signs. Pure; no Flask."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass, field

from screener.content.models.base import Voice
from screener.content.models.conditions import AnyOf, Condition, NoneOf
from screener.content.models.questionnaire import Questionnaire

Signs = frozenset[str]

Picked = Mapping[str, tuple[str, ...]]
"""Question id -> ids of the choices picked, in the order of the file."""


@dataclass(frozen=True)
class Answers:
    """What one person picked, and in which voice. Lives as long as one request."""

    picked: Picked = field(default_factory=dict)
    voice: Voice = Voice.ME

    def without(self, question: str, choices: Collection[str] | None = None) -> Answers:
        """The answers without some choices of a question, or without all of them."""
        kept = tuple(
            choice
            for choice in self.picked.get(question, ())
            if choices is not None and choice not in choices
        )
        picked = {id: kept if id == question else picks for id, picks in self.picked.items()}
        return Answers({id: picks for id, picks in picked.items() if picks}, self.voice)


@dataclass(frozen=True)
class Said:
    """What somebody's answers come to."""

    asked: tuple[str, ...]
    """Ids of the questions that these answers make worth asking, in order."""
    counted: Picked
    """The answers that count: to questions that are asked, what was picked there, or what they
    count as when blank."""
    signs: Signs


def said(content: Questionnaire, answers: Answers, blanks_count: bool = False) -> Said:
    """Go through the questions in order: each is asked if its `ask_if` holds on the signs of
    those before it. An answer to a question that is not asked names nothing.

    With `blanks_count`, a question with `if_blank` that has no answer counts as "Not sure".
    """
    signs = {answers.voice.sign}
    asked: list[str] = []
    counted: dict[str, tuple[str, ...]] = {}
    for id, question in content.questions.items():
        if not holds(question.ask_if, signs):
            continue
        asked.append(id)
        picked = answers.picked.get(id, ())
        if not picked and blanks_count and question.blank_choice:
            picked = (question.blank_choice,)
        if picked:
            counted[id] = picked
            choices = content.choices[id]
            signs.update(*(choices[choice].signs for choice in picked))
    return Said(tuple(asked), counted, frozenset(signs))


def signs_of(content: Questionnaire, answers: Answers) -> Signs:
    """The signs that finished answers name: what was left blank counts."""
    return said(content, answers, blanks_count=True).signs


def holds(condition: Condition, signs: Set[str]) -> bool:
    """Whether each clause of a condition holds for some signs."""
    for clause in condition:
        if isinstance(clause, str):
            if clause not in signs:
                return False
        elif isinstance(clause, NoneOf):
            if not signs.isdisjoint(clause.none):
                return False
        elif signs.isdisjoint(clause.singles) and not any(g <= signs for g in clause.groups):
            return False
    return True


def wanted(condition: Condition) -> Iterator[str]:
    """The signs that help a condition to hold, in the order of the file."""
    for clause in condition:
        if isinstance(clause, str):
            yield clause
        elif isinstance(clause, AnyOf):
            for option in clause.any:
                yield from (option,) if isinstance(option, str) else option


def unwanted(condition: Condition) -> Iterator[str]:
    """The signs that keep a condition from holding."""
    for clause in condition:
        if isinstance(clause, NoneOf):
            yield from clause.none
