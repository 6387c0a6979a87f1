"""What a section page shows, as plain data for the template. Pure; knows no Flask."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from screener.content.models.base import STANDARD_CHOICES, Voice
from screener.content.models.library import Contact
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Choice, Section
from screener.engine.flow import questions_to_ask
from screener.engine.matching import Answers, Picked

Fields = tuple[tuple[str, str], ...]
"""Names and values of hidden form fields."""


@dataclass(frozen=True)
class OfferedChoice:
    """One row of a question. `flag` numbers the question's red-flag lines, from 1."""

    id: str
    text: str
    standard: bool
    flag: int | None


@dataclass(frozen=True)
class FlagLine:
    """What appears under a question as soon as a red-flag choice is picked."""

    number: int
    text: str
    contact: Contact


@dataclass(frozen=True)
class AskedQuestion:
    """One question as the section page shows it."""

    id: str
    number: int
    single: bool
    legend: str
    hint: str
    error: str
    choices: tuple[OfferedChoice, ...]
    flags: tuple[FlagLine, ...]

    @property
    def own_choices(self) -> tuple[OfferedChoice, ...]:
        """The question's own choices."""
        return tuple(choice for choice in self.choices if not choice.standard)

    @property
    def standard_choices(self) -> tuple[OfferedChoice, ...]:
        """'None of these', 'not sure', 'prefer not to say': second rank on the page."""
        return tuple(choice for choice in self.choices if choice.standard)

    @property
    def short(self) -> bool:
        """Whether the choices are few and short enough to stand side by side."""
        return len(self.own_choices) <= 3 and all(len(c.text) <= 12 for c in self.own_choices)


@dataclass(frozen=True)
class Progress:
    """Where a section stands among all."""

    number: int
    total: int
    titles: tuple[str, ...]


@dataclass(frozen=True)
class SectionView:
    """A page of questions."""

    content: Questionnaire = field(repr=False)
    section: Section
    voice: Voice
    asked: tuple[str, ...]
    """The questions worth asking, given the answers."""
    picked: Picked
    carried: Fields
    errors: Mapping[str, str] = field(default_factory=dict)
    """Question id -> what is wrong with its answer."""
    notice: bool = False
    """Some carried answer could not be kept."""

    @property
    def progress(self) -> Progress:
        """'Part 2 of 6', and the titles of all parts."""
        return progress(self.content, self.section)

    @property
    def lead(self) -> str:
        """A line above the questions."""
        return self.section.lead.in_voice(self.voice) if self.section.lead else ""

    @property
    def first(self) -> bool:
        """Whether no section comes before."""
        return self.section is self.content.sections[0]

    @property
    def last(self) -> bool:
        """Whether no section comes after."""
        return self.section is self.content.sections[-1]

    @property
    def questions(self) -> tuple[AskedQuestion, ...]:
        """Each question as the page shows it."""
        return tuple(self.question(id) for id in self.asked)

    def question(self, id: str) -> AskedQuestion:
        """One of the questions as the page shows it."""
        number = self.asked.index(id) + 1
        error, picked = self.errors.get(id, ""), self.picked.get(id, ())
        return asked_question(self.content, id, self.voice, picked, number, error)


def section_view(
    content: Questionnaire,
    section: Section,
    answers: Answers,
    shown: Sequence[str] = (),
    errors: Mapping[str, str] | None = None,
    notice: bool = False,
) -> SectionView:
    """The page of one section, with what was picked there and all else carried along."""
    asked = tuple(questions_to_ask(content, section, answers.picked))
    return SectionView(
        content=content,
        section=section,
        voice=answers.voice,
        asked=asked,
        picked=answers.picked,
        carried=(("section", section.id), *carried(answers, shown, without=asked)),
        errors=errors or {},
        notice=notice,
    )


def progress(content: Questionnaire, section: Section) -> Progress:
    """'Part 2 of 6', and the titles of all parts."""
    ids = [s.id for s in content.sections]
    return Progress(ids.index(section.id) + 1, len(ids), tuple(s.title for s in content.sections))


def carried(answers: Answers, shown: Iterable[str], without: Iterable[str] = ()) -> Fields:
    """Hidden fields that carry everything picked so far, except for some questions."""
    skipped = set(without)
    picked = [
        (question, choice)
        for question, choices in answers.picked.items()
        if question not in skipped
        for choice in choices
    ]
    return (("voice", answers.voice.value), *picked, *[("shown", id) for id in shown])


def asked_question(
    content: Questionnaire,
    id: str,
    voice: Voice,
    picked: Collection[str] = (),
    number: int = 1,
    error: str = "",
) -> AskedQuestion:
    """One question in one voice. A choice of the other voice is shown only when picked."""
    question = content.questions[id]
    offered = [
        choice
        for choice in content.choices[id].values()
        if voice in choice.voices or choice.id in picked
    ]
    flags = _flag_lines(content, offered, voice)
    return AskedQuestion(
        id=question.id,
        number=number,
        single=question.type == "single",
        legend=question.ask.in_voice(voice),
        hint=question.hint.in_voice(voice) if question.hint else "",
        error=error,
        choices=tuple(
            OfferedChoice(
                id=choice.id,
                text=choice.text.in_voice(voice),
                standard=choice.id in STANDARD_CHOICES,
                flag=flags[_form(choice)].number if _form(choice) in flags else None,
            )
            for choice in offered
        ),
        flags=tuple(flags.values()),
    )


def _form(choice: Choice) -> tuple[str | None, bool]:
    return choice.interruption, choice.unsure


def _flag_lines(
    content: Questionnaire, choices: Iterable[Choice], voice: Voice
) -> dict[tuple[str | None, bool], FlagLine]:
    lines: dict[tuple[str | None, bool], FlagLine] = {}
    for choice in choices:
        if choice.interruption and _form(choice) not in lines:
            page = content.interruptions[choice.interruption]
            form = page.unsure if choice.unsure and page.unsure else page
            lines[_form(choice)] = FlagLine(
                number=len(lines) + 1,
                text=form.heading.in_voice(voice),
                contact=content.contacts[form.contacts[0]],
            )
    return lines
