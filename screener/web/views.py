"""What each page shows, as plain data for its template. Pure; no Flask."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from screener.content.models.base import PREFER_NOT, STANDARD_CHOICES, Urgency, Voice
from screener.content.models.contacts import Contact
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Choice, Interruption, Section
from screener.engine.flow import RESULTS, Stop, questions_to_ask
from screener.engine.matching import Answers, Card, Outcome, Reason, RedFlag

Fields = tuple[tuple[str, str], ...]
"""Names and values of hidden form fields."""

PRINTED_ACTIONS = 10
"""Cards that are printed with their action; of those after them only urgent ones are."""

FULL_INTERRUPTIONS = 5
"""Interruptions that are shown with their steps; the others with their number alone."""


# A page of questions


@dataclass(frozen=True)
class ChoiceView:
    """One row of a question."""

    id: str
    text: str
    is_standard: bool
    """'None of these', 'not sure', 'prefer not to say': second rank on the page."""
    is_picked: bool
    flag: int | None
    """Number of the question's red-flag line that it brings up, from 1."""


@dataclass(frozen=True)
class FlagLine:
    """What appears under a question as soon as a red-flag choice is picked."""

    number: int
    text: str
    contact: Contact


@dataclass(frozen=True)
class QuestionView:
    """One question as a page shows it, in one voice."""

    content: Questionnaire = field(repr=False)
    id: str
    voice: Voice
    number: int = 1
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

    @cached_property
    def _offered(self) -> list[Choice]:
        """A choice of the other voice is shown only when it is picked."""
        return [
            choice
            for choice in self.content.choices[self.id].values()
            if self.voice in choice.voices or choice.id in self.picked
        ]

    @cached_property
    def _flag_lines(self) -> dict[tuple[str | None, bool], FlagLine]:
        lines: dict[tuple[str | None, bool], FlagLine] = {}
        for choice in self._offered:
            if choice.interruption and _interruption_form(choice) not in lines:
                page = self.content.interruptions[choice.interruption]
                form = page.unsure if choice.unsure and page.unsure else page
                lines[_interruption_form(choice)] = FlagLine(
                    number=len(lines) + 1,
                    text=form.heading.in_voice(self.voice),
                    contact=self.content.contacts[form.contacts[0]],
                )
        return lines

    @property
    def flags(self) -> tuple[FlagLine, ...]:
        """Its red-flag lines, in order."""
        return tuple(self._flag_lines.values())

    @cached_property
    def choices(self) -> tuple[ChoiceView, ...]:
        """Every row, standard choices last."""
        flags = self._flag_lines
        return tuple(
            ChoiceView(
                id=choice.id,
                text=choice.text.in_voice(self.voice),
                is_standard=choice.id in STANDARD_CHOICES,
                is_picked=choice.id in self.picked,
                flag=flags[_interruption_form(choice)].number if choice.interruption else None,
            )
            for choice in self._offered
        )

    @property
    def own_choices(self) -> tuple[ChoiceView, ...]:
        """The choices that the file gives for this question."""
        return tuple(choice for choice in self.choices if not choice.is_standard)

    @property
    def standard_choices(self) -> tuple[ChoiceView, ...]:
        """The choices that every question has."""
        return tuple(choice for choice in self.choices if choice.is_standard)

    @property
    def is_short(self) -> bool:
        """Whether the choices are few and short enough to stand side by side."""
        own = self.own_choices
        return len(own) <= 3 and all(len(choice.text) <= 12 for choice in own)


def _interruption_form(choice: Choice) -> tuple[str | None, bool]:
    return choice.interruption, choice.unsure


@dataclass(frozen=True)
class SectionView:
    """A page of questions."""

    id: str
    title: str
    lead: str
    number: int
    """Its place among the sections, from 1."""
    total: int
    """How many sections there are."""
    voice: Voice
    questions: tuple[QuestionView, ...]
    carried: Fields
    has_lost_answers: bool
    """Whether some carried answer could not be kept."""

    @property
    def errors(self) -> tuple[QuestionView, ...]:
        """The questions whose answer could not be read."""
        return tuple(question for question in self.questions if question.error)

    @property
    def is_first(self) -> bool:
        """Whether no section comes before."""
        return self.number == 1

    @property
    def is_last(self) -> bool:
        """Whether no section comes after."""
        return self.number == self.total


def section_view(
    content: Questionnaire,
    section: Section,
    answers: Answers,
    shown: Sequence[str] = (),
    errors: Mapping[str, str] | None = None,
    has_lost_answers: bool = False,
) -> SectionView:
    """The page of one section, with what was picked there and all else carried along.

    `errors`: question id -> what is wrong with its answer.
    """
    voice, picked = answers.voice, answers.picked
    asked = questions_to_ask(content, section, picked)
    return SectionView(
        id=section.id,
        title=section.title,
        lead=section.lead.in_voice(voice) if section.lead else "",
        number=content.sections.index(section) + 1,
        total=len(content.sections),
        voice=voice,
        questions=tuple(
            QuestionView(content, id, voice, number, picked.get(id, ()), (errors or {}).get(id, ""))
            for number, id in enumerate(asked, start=1)
        ),
        carried=(("section", section.id), *carried_fields(answers, shown, without=asked)),
        has_lost_answers=has_lost_answers,
    )


def carried_fields(answers: Answers, shown: Iterable[str], without: Collection[str] = ()) -> Fields:
    """Hidden fields that carry everything picked so far, except for some questions."""
    picked = [
        (question, choice)
        for question, choices in answers.picked.items()
        if question not in without
        for choice in choices
    ]
    return (("voice", answers.voice.value), *picked, *(("shown", id) for id in shown))


# A page that stops the journey


@dataclass(frozen=True)
class CrisisView:
    """One interruption as shown: on its own page, and again at the head of the results."""

    id: str
    heading: str
    why: str
    say: str
    """Words for the phone; '' in the unsure form, which leads to a line that asks."""
    contacts: tuple[Contact, ...]
    page: Interruption


@dataclass(frozen=True)
class InterruptionView:
    """The page that stops the journey. `crises` holds at least one."""

    voice: Voice
    crises: tuple[CrisisView, ...]
    back_to: str
    then: str
    """Where the way on leads: a section's id, or `results`."""
    carried: Fields
    again: Fields
    """The fields that led here: sent once more, they lead to this page."""

    @property
    def leads_to_results(self) -> bool:
        """Whether the way on leads to the results rather than to a section."""
        return self.then == RESULTS


def crisis_view(
    content: Questionnaire, interruption: str, unsure: bool, voice: Voice
) -> CrisisView:
    """The words of an interruption, in its unsure form or not."""
    page = content.interruptions[interruption]
    form = page.unsure if unsure and page.unsure else page
    return CrisisView(
        id=interruption,
        heading=form.heading.in_voice(voice),
        why=form.why.in_voice(voice) if form.why else "",
        say=page.say.in_voice(voice) if page.say and form is page else "",
        contacts=tuple(content.contacts[id] for id in form.contacts),
        page=page,
    )


def interruption_view(
    content: Questionnaire, stop: Stop, answers: Answers, shown: Sequence[str]
) -> InterruptionView:
    """The interruption page, which from now on counts as shown."""
    now_shown = (*shown, *(flag.interruption for flag in stop.flags))
    return InterruptionView(
        voice=answers.voice,
        crises=tuple(
            crisis_view(content, flag.interruption, flag.unsure, answers.voice)
            for flag in stop.flags
        ),
        back_to=stop.back_to,
        then=stop.then,
        carried=carried_fields(answers, now_shown),
        again=carried_fields(answers, shown),
    )


# The results


@dataclass(frozen=True)
class AnsweredView:
    """A question with what was picked there, in the words of the page."""

    question: str
    """Its id."""
    ask: str
    subject: str
    """What the question is about, and its part: 'sleepiness (part 3)'."""
    answers: str
    """What was picked, separated by semicolons."""


@dataclass(frozen=True)
class PrintBlock:
    """Answers that are printed or left out together: those of a section, or one sensitive one."""

    lines: tuple[AnsweredView, ...]
    is_sensitive: bool


@dataclass(frozen=True)
class AnsweredSection:
    """What was picked in one section."""

    id: str
    title: str
    number: int
    lines: tuple[AnsweredView, ...]
    """A question stands twice when only some of what was picked is sensitive."""
    blocks: tuple[PrintBlock, ...]


@dataclass(frozen=True)
class CardView:
    """One topic, and what in the answers led to it."""

    topic: str
    urgency: Urgency
    variant: int | None
    lesser: bool
    folded: bool
    brief: bool
    """Printed without its action."""
    reasons: tuple[AnsweredView, ...]
    for_everyone: bool
    """Whether it is on every result, if no answer led to it."""

    @property
    def subjects(self) -> str:
        """What the questions that led to it are about."""
        return ", ".join(reason.subject for reason in self.reasons)


@dataclass(frozen=True)
class GroupView:
    """The cards of one urgency."""

    urgency: Urgency
    in_view: tuple[CardView, ...]
    folded: tuple[CardView, ...]


@dataclass(frozen=True)
class ResultsView:
    """The results page."""

    voice: Voice
    flags: tuple[RedFlag, ...]
    support: tuple[str, ...]
    leads: tuple[str, ...]
    matched: bool
    is_urgent: bool
    rule_variant: int | None
    show_rule: bool
    """False when the rule's own topic is already among the urgent cards."""
    groups: tuple[GroupView, ...]
    topics: tuple[str, ...]
    """Every topic in the groups, in order."""
    beside_help: tuple[CardView, ...]
    answered: tuple[AnsweredSection, ...]
    carried: Fields

    @property
    def answer_count(self) -> int:
        """How many lines tell what was picked."""
        return sum(len(section.lines) for section in self.answered)


def results_view(
    content: Questionnaire, answers: Answers, outcome: Outcome, shown: Sequence[str]
) -> ResultsView:
    """The results page of an outcome."""
    rule = next(card for card in outcome.cards if card.topic == content.results.rule_topic)
    with_help_lines = [
        card
        for card in outcome.cards
        if card.urgency is Urgency.LEARN and card.topic in content.results.beside_help
    ]
    others = [card for card in outcome.cards if card not in with_help_lines]
    levels = {level: list(cards) for level, cards in groupby(others, key=lambda c: c.urgency)}
    folding = {level: sorted(cards, key=lambda c: c.folded) for level, cards in levels.items()}
    views = _card_views(
        content, outcome.voice, [card for cards in folding.values() for card in cards]
    )
    groups = tuple(
        GroupView(
            urgency=level,
            in_view=tuple(views[card.topic] for card in cards if not card.folded),
            folded=tuple(views[card.topic] for card in cards if card.folded),
        )
        for level, cards in folding.items()
    )
    after = _card_views(content, outcome.voice, with_help_lines, printed=len(views))
    return ResultsView(
        voice=outcome.voice,
        flags=outcome.flags,
        support=outcome.support,
        leads=outcome.leads,
        matched=outcome.matched,
        is_urgent=any(card.urgency.is_urgent for card in outcome.cards),
        rule_variant=rule.variant,
        show_rule=not rule.urgency.is_urgent,
        groups=groups,
        topics=tuple(card.topic for card in others),
        beside_help=tuple(after.values()),
        answered=_answered_sections(content, outcome),
        carried=carried_fields(answers, shown),
    )


def _card_views(
    content: Questionnaire, voice: Voice, cards: Iterable[Card], printed: int = 0
) -> dict[str, CardView]:
    """By topic; `printed` cards come before these on paper."""
    always = {rule.topic for rule in content.results.always}
    return {
        card.topic: CardView(
            topic=card.topic,
            urgency=card.urgency,
            variant=card.variant,
            lesser=card.lesser,
            folded=card.folded,
            brief=number > PRINTED_ACTIONS and not card.urgency.is_urgent,
            reasons=tuple(_answered(content, reason, voice) for reason in card.reasons),
            for_everyone=card.topic in always,
        )
        for number, card in enumerate(cards, start=printed + 1)
    }


def _answered(content: Questionnaire, reason: Reason, voice: Voice) -> AnsweredView:
    question = content.questions[reason.question]
    choices = content.choices[reason.question]
    return AnsweredView(
        question=question.id,
        ask=question.ask.in_voice(voice),
        subject=f"{question.subject} (part {content.section_numbers[question.id]})",
        answers="; ".join(choices[id].text.in_voice(voice) for id in reason.choices),
    )


def _answered_sections(content: Questionnaire, outcome: Outcome) -> tuple[AnsweredSection, ...]:
    sections = groupby(outcome.answered, key=lambda r: content.section_of[r.question])
    views = (
        _answered_section(content, section, reasons, outcome.voice) for section, reasons in sections
    )
    return tuple(view for view in views if view.lines)


def _answered_section(
    content: Questionnaire, section: Section, reasons: Iterable[Reason], voice: Voice
) -> AnsweredSection:
    lines: list[AnsweredView] = []
    ordinary: list[AnsweredView] = []
    blocks: list[PrintBlock] = []
    for reason in reasons:
        sensitive = content.sensitive[reason.question]
        picked = [choice for choice in reason.choices if choice != PREFER_NOT]
        for is_sensitive in (False, True):
            choices = tuple(choice for choice in picked if (choice in sensitive) is is_sensitive)
            if not choices:
                continue
            line = _answered(content, Reason(reason.question, choices), voice)
            lines.append(line)
            if is_sensitive:
                blocks.append(PrintBlock((line,), is_sensitive=True))
            else:
                ordinary.append(line)
    if ordinary:
        blocks.insert(0, PrintBlock(tuple(ordinary), is_sensitive=False))
    number = content.sections.index(section) + 1
    return AnsweredSection(section.id, section.title, number, tuple(lines), tuple(blocks))


# The paper questionnaire


def paper_sections(content: Questionnaire) -> list[tuple[Section, list[QuestionView]]]:
    """Every section, with the questions of somebody who has answered nothing yet."""
    return [
        (
            section,
            [QuestionView(content, id, Voice.ME) for id in questions_to_ask(content, section, {})],
        )
        for section in content.sections
    ]
