"""What each page shows, as plain data for its template. Pure; no Flask."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from screener.content.models.base import NONE, PREFER_NOT, STANDARD_CHOICES, Voice
from screener.content.models.contacts import BECAUSE, Contact
from screener.content.models.plans import Plan
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Choice, Section
from screener.content.models.topics import Topic
from screener.engine.flow import Stop
from screener.engine.plans import (
    NO_PRESCRIBER,
    PRESCRIBER,
    TOPICS_IN_VIEW,
    Outcome,
    because,
    plan_alone,
    plans_of,
    reasons_of,
)
from screener.engine.signs import Answers, Said, Signs, holds, said

Fields = tuple[tuple[str, str], ...]
"""Names and values of hidden form fields."""

FULL_STOPS = 3
"""Plans on one stop page that are shown with their steps; the others with their number alone."""

ALSO_IN_VIEW = 1
"""Plans beside the one that leads whose line is in view; the lines of the others fold away, so
that the page stays short."""


# A question


class Notice(StrEnum):
    """A sentence above a question about what became of an answer."""

    LOST = (
        "lost",
        "This question has changed, so one answer couldn't be kept. Everything else you picked "
        "is still here.",
    )
    UNDONE = ("undone", "You're back at this question. The answer that didn't fit is cleared.")
    CLEARED = ("cleared", "Your answer is cleared.")

    words: str

    def __new__(cls, name: str, words: str) -> Notice:
        """A notice and its words."""
        notice = str.__new__(cls, name)
        notice._value_ = name
        notice.words = words
        return notice

    @property
    def is_only_spoken(self) -> bool:
        """Whether the page shows it anyway."""
        return self is Notice.CLEARED


@dataclass(frozen=True)
class FlagLine:
    """What opens under a choice that stops, by itself, as soon as it is picked."""

    heading: str
    contact: Contact
    is_calm: bool


@dataclass(frozen=True)
class ChoiceView:
    """One row of a question."""

    id: str
    text: str
    is_standard: bool
    """'None of these', 'not sure', 'prefer not to say': second rank on the page."""
    stands_alone: bool
    """Whether it goes with no other choice."""
    flag: FlagLine | None


@dataclass(frozen=True)
class QuestionView:
    """One question as a page shows it, in one voice."""

    content: Questionnaire = field(repr=False)
    id: str
    voice: Voice
    picked: tuple[str, ...] = ()
    error: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether it looks the same for everybody: nothing is picked, nothing is wrong."""
        return not self.picked and not self.error

    @property
    def is_single(self) -> bool:
        """Whether one choice can be picked rather than several."""
        return self.content.questions[self.id].type == "single"

    @property
    def legend(self) -> str:
        """The question itself."""
        return self.content.questions[self.id].ask.in_voice(self.voice)

    @property
    def hint(self) -> str:
        """A line of help below it; '' for none."""
        hint = self.content.questions[self.id].hint
        return hint.in_voice(self.voice) if hint else ""

    @property
    def part(self) -> int:
        """The part in which it stands, counted from 1."""
        return self.content.part_of[self.id]

    @property
    def section_title(self) -> str:
        """The heading of its section."""
        return self.content.section_of[self.id].title.in_voice(self.voice)

    def _flag_line(self, choice: Choice) -> FlagLine | None:
        plan = plan_alone(self.content, choice, self.voice) if choice.signs else None
        if not plan or not plan.level.stops:
            return None
        contact = self.content.contacts[plan.contact.in_voice(self.voice)]
        return FlagLine(plan.heading.in_voice(self.voice), contact, plan.calm)

    @property
    def has_flags(self) -> bool:
        """Whether a line may open under some choice."""
        return any(choice.flag for choice in self.choices)

    @cached_property
    def choices(self) -> tuple[ChoiceView, ...]:
        """Every row, standard choices last."""
        return tuple(
            ChoiceView(
                id=choice.id,
                text=choice.text.in_voice(self.voice),
                is_standard=choice.id in STANDARD_CHOICES,
                stands_alone=choice.id in (NONE, PREFER_NOT),
                flag=self._flag_line(choice),
            )
            for choice in self.content.choices_for(self.id, self.voice).values()
        )

    @property
    def own_choices(self) -> tuple[ChoiceView, ...]:
        """The choices that the file gives for this question alone."""
        return tuple(choice for choice in self.choices if not choice.is_standard)

    @property
    def standard_choices(self) -> tuple[ChoiceView, ...]:
        """'None of these' and the like."""
        return tuple(choice for choice in self.choices if choice.is_standard)


@dataclass(frozen=True)
class PageView:
    """A page with one question."""

    question: QuestionView
    section: Section
    voice: Voice
    carried: Fields
    is_first: bool
    plan_so_far: Plan | None
    """The plan that leads so far, on the page that asks what to read about."""
    notice: Notice | None
    """What happened to an answer since the last page."""


def page_view(
    content: Questionnaire,
    question: str,
    answers: Answers,
    seen: Sequence[str] = (),
    error: str = "",
    notice: Notice | None = None,
) -> PageView:
    """The page of a question, with the answers so far."""
    section = content.section_of[question]
    picked = answers.picked.get(question, ())
    plan = None
    if question == content.first_interest:
        plan = plans_of(content, said(content, answers).signs)[0]
    return PageView(
        question=QuestionView(content, question, answers.voice, picked, error),
        section=section,
        voice=answers.voice,
        carried=(*carried_fields(answers, seen, without=[question]), ("at", question)),
        is_first=question == next(iter(content.questions)),
        plan_so_far=plan if plan and plan.when else None,
        notice=notice,
    )


def carried_fields(answers: Answers, seen: Iterable[str], without: Collection[str] = ()) -> Fields:
    """Hidden fields that carry everything picked so far, except for some questions."""
    picked = [
        (question, choice)
        for question, choices in answers.picked.items()
        if question not in without
        for choice in choices
    ]
    return (("voice", answers.voice.value), *picked, *(("seen", id) for id in seen))


# Plans


@dataclass(frozen=True)
class PlanView:
    """A plan in one voice, for one person's signs."""

    plan: Plan
    voice: Voice
    has_no_prescriber: bool
    contacts: tuple[str, ...]
    """Ids of whom to call, the big button first. Never a prescriber whom the person lacks."""
    because: tuple[str, ...]
    """What was said that the plan rests on."""
    script_parts: tuple[str, str, str]
    """The words to say on the phone: what comes before the reasons, the reasons, what follows."""

    @property
    def script(self) -> str:
        """All words to say."""
        return "".join(self.script_parts)

    @property
    def heading(self) -> str:
        """The one thing to do."""
        return self.plan.heading_for(self.has_no_prescriber).in_voice(self.voice)

    @property
    def says_because(self) -> bool:
        """Whether the words to say hold reasons, so that these need not be in view twice."""
        script = self.script.lower()
        return any(clause.lower() in script for clause in self.because)

    @property
    def because_sentence(self) -> str:
        """'I'm shaking, I have no pills left, and I drink most days'."""
        return joined(self.because)


def plan_view(
    content: Questionnaire,
    plan: Plan,
    signs: Signs,
    voice: Voice,
    unsaid: Collection[str] | None = (),
) -> PlanView:
    """A plan as shown to somebody. `unsaid`: signs that are not told as reasons; None: no reason
    is told."""
    ids = [plan.contact.in_voice(voice)]
    if plan.also_contact:
        ids.append(plan.also_contact.in_voice(voice))
    if NO_PRESCRIBER in signs:
        ids = [id for id in ids if id != PRESCRIBER]
    by_number: dict[str, str] = {}  # in some countries two lines have one number
    for id in ids:
        by_number.setdefault(content.contacts[id].number, id)
    reasons = reasons_of(content, signs, plan) if unsaid is not None else ()
    reasons = tuple(sign for sign in reasons if sign not in (unsaid or ()))
    return PlanView(
        plan=plan,
        voice=voice,
        has_no_prescriber=NO_PRESCRIBER in signs and plan.no_prescriber is not None,
        contacts=tuple(by_number.values()),
        because=tuple(because(content, reasons, plan, voice)),
        script_parts=script_parts(content, plan, reasons, voice),
    )


def script_parts(
    content: Questionnaire, plan: Plan, reasons: Sequence[str], voice: Voice
) -> tuple[str, str, str]:
    """The words to say, with what tells the reasons. Without one, "{because}. " is left out."""
    before, because_here, after = plan.say.in_voice(voice).partition(BECAUSE)
    end, rest = (". ", after[2:]) if after.startswith(". ") else ("", after)
    clauses = joined(because(content, reasons, plan, voice, aloud=True))
    if not clauses or not because_here:
        return (before + rest).strip(), "", ""
    return before, clauses[:1].upper() + clauses[1:] + end, rest


def joined(clauses: Sequence[str]) -> str:
    """'one', 'one and two', 'one, two, and three'."""
    if len(clauses) < 3:
        return " and ".join(clauses)
    return f"{', '.join(clauses[:-1])}, and {clauses[-1]}"


@dataclass(frozen=True)
class StopView:
    """The page of plans that stop, the most urgent first."""

    voice: Voice
    plans: tuple[PlanView, ...]
    at: str | None
    """The question that was shown before."""
    to_results: bool
    """Whether the way on leads to the results rather than to the next question."""
    carried: Fields
    again: Fields
    """The fields that led here: sent once more, they lead to this page."""

    @property
    def plan_ids(self) -> tuple[str, ...]:
        """Ids of all plans shown."""
        return tuple(view.plan.id for view in self.plans)


def stop_view(content: Questionnaire, stop: Stop, seen: Sequence[str]) -> StopView:
    """The page of a stop. From now on its plans count as seen, the most urgent one last."""
    answers = stop.answers
    signs = said(content, answers, blanks_count=stop.to_results).signs
    now_seen = (*seen, *(plan.id for plan in reversed(stop.plans)))
    at: Fields = (("at", stop.at),) if stop.at else ()
    return StopView(
        voice=answers.voice,
        plans=tuple(plan_view(content, plan, signs, answers.voice) for plan in stop.plans),
        at=stop.at,
        to_results=stop.to_results,
        carried=(*carried_fields(answers, now_seen), *at),
        again=(*carried_fields(answers, seen), *at),
    )


# The results


@dataclass(frozen=True)
class AnsweredView:
    """A question with what was picked there, in the words of the page."""

    question: str
    """Its id."""
    ask: str
    answers: str
    """What was picked, separated by semicolons."""


@dataclass(frozen=True)
class AnsweredSection:
    """What was picked in one section."""

    id: str
    title: str
    lines: tuple[AnsweredView, ...]


@dataclass(frozen=True)
class TopicView:
    """A topic on the results."""

    topic: str
    variant: int | None
    """Index of the wording that fits; None for the topic's own."""


@dataclass(frozen=True)
class ResultsView:
    """The results page."""

    voice: Voice
    lead: PlanView
    also: tuple[PlanView, ...]
    later: tuple[PlanView, ...]
    """What waits until the emergency is over."""
    in_view: tuple[TopicView, ...]
    titles: tuple[str, ...]
    """Ids of the topics that fit too."""
    sources: tuple[str, ...]
    """Ids of the sources that the plan and the topics in view cite, in the order of the file."""
    answered: tuple[AnsweredSection, ...]
    carried: Fields

    @property
    def plans(self) -> tuple[str, ...]:
        """Ids of all plans shown."""
        return tuple(view.plan.id for view in (self.lead, *self.also, *self.later))


def results_view(
    content: Questionnaire, answers: Answers, outcome: Outcome, seen: Sequence[str]
) -> ResultsView:
    """The results page of an outcome."""
    signs, voice = outcome.signs, answers.voice
    in_view, titles = outcome.topics[:TOPICS_IN_VIEW], outcome.topics[TOPICS_IN_VIEW:]
    cited = set(outcome.lead.sources).union(*(content.topics[id].sources for id in in_view))
    return ResultsView(
        voice=voice,
        lead=plan_view(content, outcome.lead, signs, voice),
        also=tuple(plan_view(content, plan, signs, voice) for plan in outcome.also),
        later=tuple(plan_view(content, plan, signs, voice) for plan in outcome.later),
        in_view=tuple(TopicView(id, variant_for(content.topics[id], signs)) for id in in_view),
        titles=titles,
        sources=tuple(id for id in content.sources if id in cited),
        answered=_answered_sections(content, outcome.said, voice),
        carried=carried_fields(answers, seen),
    )


def variant_for(topic: Topic, signs: Signs) -> int | None:
    """Index of the first wording of a topic that fits some signs."""
    fits = (number for number, variant in enumerate(topic.variants) if holds(variant.when, signs))
    return next(fits, None)


def _answered_sections(
    content: Questionnaire, now: Said, voice: Voice
) -> tuple[AnsweredSection, ...]:
    sections = (
        AnsweredSection(
            section.id,
            section.title.in_voice(voice),
            tuple(_answered(content, section, now.counted, voice)),
        )
        for section in content.sections
    )
    return tuple(section for section in sections if section.lines)


def _answered(
    content: Questionnaire, section: Section, counted: Mapping[str, Sequence[str]], voice: Voice
) -> Iterator[AnsweredView]:
    for question in section.questions:
        choices = content.choices[question.id]
        picked = [id for id in counted.get(question.id, ()) if id != PREFER_NOT]
        if picked:
            words = "; ".join(choices[id].text.in_voice(voice) for id in picked)
            yield AnsweredView(question.id, question.ask.in_voice(voice), words)
