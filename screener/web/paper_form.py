"""What the questionnaire on paper shows: its boxes, and the table that says what to do first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from screener.content.models.base import STANDARD_CHOICES, Urgency, Voice
from screener.content.models.contacts import Contact
from screener.content.models.plans import Plan
from screener.content.models.questions import Choice
from screener.engine.paper_form import (
    Asked,
    Box,
    BoxCondition,
    Boxes,
    Line,
    NotAny,
    OneOf,
    PaperForm,
)
from screener.engine.plans import plan_alone
from screener.web.editions import Edition
from screener.web.views import QuestionView

Item = TypeVar("Item")


@dataclass(frozen=True)
class BoxView:
    """A box to check."""

    code: str
    text: str
    number: str
    """The number to call at once by somebody who checks only this; '' for none."""
    is_standard: bool


@dataclass(frozen=True)
class ConditionWords:
    """A condition, in the codes of boxes."""

    each_of: tuple[str, ...]
    """Of each of these, something must be checked."""
    none_of: str
    """None of these may be; '' for nothing."""


@dataclass(frozen=True)
class PaperQuestion:
    """A question as the form shows it."""

    number: int
    question: QuestionView
    only_if: ConditionWords
    """When it is to be filled in."""
    boxes: tuple[BoxView, ...]


@dataclass(frozen=True)
class PaperLine:
    """A line of the table."""

    when: tuple[ConditionWords, ...]
    """Conditions, one of which must hold; empty for everybody else."""
    to_do: str
    number: str
    """Whom to call, where `to_do` doesn't say it; '' otherwise."""
    name: str
    """Whose number it is, where `to_do` doesn't say it."""


@dataclass(frozen=True)
class PaperFormView:
    """The form in one voice."""

    voice: Voice
    other_voice: Voice
    sections: tuple[tuple[str, tuple[PaperQuestion, ...]], ...]
    """The headings and their questions."""
    blank_counts: str
    """The numbers of the questions that count as "Not sure" when they are left out."""
    numbers: tuple[tuple[str, str], ...]
    """(name of a help line, number) of those that stand beside a box."""
    levels: tuple[tuple[Urgency, tuple[PaperLine, ...]], ...]
    """The lines of the table, in order, by how soon to act."""


def paper_form_view(edition: Edition, voice: Voice) -> PaperFormView:
    """The form of an edition in one voice."""
    form = PaperForm(edition.content, voice)
    section_of = edition.content.section_of
    sections = groupby(form.questions, key=lambda asked: section_of[asked.question.id].id)
    by_level = groupby(form.lines, key=lambda line: line.plan.level)
    return PaperFormView(
        voice=voice,
        other_voice=next(other for other in Voice if other != voice),
        sections=tuple(
            (section_of[asked[0].question.id].title.in_voice(voice), _questions(form, asked))
            for asked in (list(group) for _, group in sections)
        ),
        blank_counts=number_words(
            [asked.number for asked in form.questions if asked.question.blank_choice]
        ),
        numbers=_numbers(form),
        levels=tuple(
            (level, tuple(_line(edition, form, line) for line in lines))
            for level, lines in by_level
        ),
    )


def _questions(form: PaperForm, asked: Sequence[Asked]) -> tuple[PaperQuestion, ...]:
    return tuple(_question(form, one) for one in asked)


def _question(form: PaperForm, asked: Asked) -> PaperQuestion:
    return PaperQuestion(
        number=asked.number,
        question=QuestionView(form.content, asked.question.id, form.voice),
        only_if=condition_words(form, asked.only_if),
        boxes=tuple(_box(form, box, choice) for box, choice in asked.choices),
    )


def _box(form: PaperForm, box: Box, choice: Choice) -> BoxView:
    contact = _called_at_once(form, choice)
    return BoxView(
        code=box.code,
        text=choice.text.in_voice(form.voice),
        number=contact.call or "" if contact else "",
        is_standard=choice.id in STANDARD_CHOICES,
    )


def _called_at_once(form: PaperForm, choice: Choice) -> Contact | None:
    """Whom somebody calls who checks only this, where that can't wait."""
    plan = plan_alone(form.content, choice, form.voice) if choice.signs else None
    return _contact(form, plan) if plan and plan.stops else None


def _numbers(form: PaperForm) -> tuple[tuple[str, str], ...]:
    """The numbers beside the boxes, each with the name of its line, in the order of the form."""
    called = (
        _called_at_once(form, choice) for asked in form.questions for _, choice in asked.choices
    )
    contacts = form.content.contacts
    names = {contacts[id].call: contacts[id].label for id in form.content.about.crisis_bar}
    found: dict[str, str] = {}
    for contact in called:
        if contact and contact.call:
            found.setdefault(contact.call, names.get(contact.call, contact.label))
    return tuple((name, number) for number, name in found.items())


def _line(edition: Edition, form: PaperForm, line: Line) -> PaperLine:
    to_do = edition.texts.plain(line.plan.heading.in_voice(form.voice))
    contact = _contact(form, line.plan)
    return PaperLine(
        when=tuple(condition_words(form, condition) for condition in line.when),
        to_do=to_do,
        number=contact.call if contact.call and contact.call not in to_do else "",
        name=contact.label if contact.label not in to_do else "",
    )


def _contact(form: PaperForm, plan: Plan) -> Contact:
    return form.content.contacts[plan.contact.in_voice(form.voice)]


# Words


def number_words(numbers: Sequence[int]) -> str:
    """'26 to 29', '23 to 25, 37 and 38'; '' for none."""
    runs = _runs(numbers, lambda one, other: other == one + 1)
    return listed([_span(str(run[0]), str(run[-1])) for run in runs], "and")


def condition_words(form: PaperForm, condition: BoxCondition) -> ConditionWords:
    """What must be checked, and what must not."""
    refused = frozenset[Box]().union(
        *(clause.boxes for clause in condition if isinstance(clause, NotAny))
    )
    return ConditionWords(
        each_of=tuple(_ways(form, clause) for clause in condition if isinstance(clause, OneOf)),
        none_of=box_words(form, refused),
    )


def _ways(form: PaperForm, clause: OneOf) -> str:
    """'6b or 17a (or 6a with 11g or 13e)'."""
    first, *others = [" with ".join(box_words(form, boxes) for boxes in way) for way in clause.ways]
    return " ".join([first, *(f"(or {way})" for way in others)])


def box_words(form: PaperForm, boxes: Boxes) -> str:
    """'3a or 3b', '1b, 3a to 3d or any in 8'."""
    rest = set(boxes)
    found: list[tuple[Box, str]] = []
    for number, whole in form.whole.items():
        if len(whole) > 1 and whole <= rest:
            found.append((min(whole), f"any in {number}"))
            rest -= whole
    runs = _runs(sorted(rest), lambda one, other: other == one._replace(place=one.place + 1))
    found += [(run[0], _span(run[0].code, run[-1].code)) for run in runs]
    return listed([words for _, words in sorted(found)], "or")


def listed(words: Sequence[str], last: str) -> str:
    """'one', 'one or two', 'one, two or three'."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def _runs(items: Iterable[Item], follows: Callable[[Item, Item], bool]) -> list[list[Item]]:
    """Items in order, those together that follow each other; two alone are not worth it."""
    runs: list[list[Item]] = []
    for item in items:
        if runs and follows(runs[-1][-1], item):
            runs[-1].append(item)
        else:
            runs.append([item])
    return [part for run in runs for part in ([run] if len(run) > 2 else [[item] for item in run])]
