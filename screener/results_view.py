"""What the results page shows, as plain data for the template. Pure; knows no Flask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .content.base import PREFER_NOT, Urgency, Voice
from .content.library import Contact, Group
from .content.model import Questionnaire
from .crisis_view import Crisis, crises
from .matching import Answers, Card, Outcome, Reason
from .views import Fields, carried


@dataclass(frozen=True)
class Told:
    """One answer in the person's words. A sensitive one is printed only when ticked."""

    question: str
    legend: str
    answers: tuple[str, ...]
    sensitive: bool


@dataclass(frozen=True)
class Block:
    """Answers that are printed or left out together."""

    sensitive: bool
    told: tuple[Told, ...]


@dataclass(frozen=True)
class ToldSection:
    """What was picked in one section."""

    id: str
    number: int
    title: str
    told: tuple[Told, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The ordinary answers as one block, and each sensitive one by itself."""
        ordinary = tuple(line for line in self.told if not line.sensitive)
        alone = (Block(True, (line,)) for line in self.told if line.sensitive)
        return (*((Block(False, ordinary),) if ordinary else ()), *alone)


@dataclass(frozen=True)
class Why:
    """Why a card is shown: the question and the words chosen, and its subject for paper."""

    legend: str
    answers: tuple[str, ...]
    subject: str
    part: int


@dataclass(frozen=True)
class CardView:
    """One topic card, with its reasons in words."""

    card: Card
    reasons: tuple[Why, ...]
    always: bool
    """Whether everybody sees it, whatever they picked."""


@dataclass(frozen=True)
class GroupView:
    """The cards of one urgency: those in view, and those folded away."""

    urgency: Urgency
    group: Group
    cards: tuple[CardView, ...]

    @property
    def in_view(self) -> tuple[CardView, ...]:
        """The cards of the first view."""
        return tuple(view for view in self.cards if not view.card.folded)

    @property
    def folded(self) -> tuple[CardView, ...]:
        """The rest, under 'more that fits your answers'."""
        return tuple(view for view in self.cards if view.card.folded)


@dataclass(frozen=True)
class ResultsView:
    """The results page."""

    voice: Voice
    crises: tuple[Crisis, ...]
    support: tuple[Contact, ...]
    leads: tuple[str, ...]
    matched: bool
    urgent: bool
    rule_variant: int | None
    show_rule: bool
    """False when the rule's own topic is already among the urgent cards."""
    groups: tuple[GroupView, ...]
    beside_help: tuple[CardView, ...]
    told: tuple[ToldSection, ...]
    carried: Fields

    @property
    def told_count(self) -> int:
        """How many questions were answered."""
        return sum(len(section.told) for section in self.told)


def results_view(
    content: Questionnaire, answers: Answers, outcome: Outcome, shown: Sequence[str]
) -> ResultsView:
    """The results page of an outcome."""
    always = {rule.topic for rule in content.results.always}
    views = [
        CardView(card, _reasons(content, card, outcome.voice), card.topic in always)
        for card in outcome.cards
    ]
    apart = [
        view
        for view in views
        if view.card.urgency is Urgency.LEARN and view.card.topic in content.results.beside_help
    ]
    rule = next(view.card for view in views if view.card.topic == content.results.rule_topic)
    urgent = (Urgency.EMERGENCY, Urgency.TODAY)
    groups = (
        GroupView(
            level,
            content.results.groups[level],
            tuple(v for v in views if v.card.urgency is level and v not in apart),
        )
        for level in Urgency
    )
    return ResultsView(
        voice=outcome.voice,
        crises=crises(content, outcome.flags, outcome.voice),
        support=tuple(content.contacts[id] for id in outcome.support),
        leads=outcome.leads,
        matched=outcome.matched,
        urgent=any(view.card.urgency in urgent for view in views),
        rule_variant=rule.variant,
        show_rule=rule.urgency not in urgent,
        groups=tuple(group for group in groups if group.cards),
        beside_help=tuple(apart),
        told=_told(content, outcome),
        carried=carried(answers, shown),
    )


def _reasons(content: Questionnaire, card: Card, voice: Voice) -> tuple[Why, ...]:
    return tuple(
        Why(
            legend=content.questions[reason.question].ask.in_voice(voice),
            answers=_words(content, reason, voice),
            subject=content.questions[reason.question].subject,
            part=_part(content, reason.question),
        )
        for reason in card.reasons
    )


def _words(content: Questionnaire, reason: Reason, voice: Voice) -> tuple[str, ...]:
    options = content.choices[reason.question]
    return tuple(options[choice].text.in_voice(voice) for choice in reason.choices)


def _part(content: Questionnaire, question: str) -> int:
    ids = [section.id for section in content.sections]
    return ids.index(content.section_of[question].id) + 1


def _told(content: Questionnaire, outcome: Outcome) -> tuple[ToldSection, ...]:
    sections = []
    for number, section in enumerate(content.sections, start=1):
        told = tuple(
            line
            for reason in outcome.told
            if content.section_of[reason.question].id == section.id
            for line in _lines(content, reason, outcome.voice)
        )
        if told:
            sections.append(ToldSection(section.id, number, section.title, told))
    return tuple(sections)


def _lines(content: Questionnaire, reason: Reason, voice: Voice) -> list[Told]:
    """One line for the ordinary answers to a question, one for those not printed unasked."""
    question = content.questions[reason.question]
    options = content.choices[reason.question]
    picked = [options[choice] for choice in reason.choices if choice != PREFER_NOT]
    lines = []
    for sensitive in (False, True):
        words = tuple(
            choice.text.in_voice(voice)
            for choice in picked
            if (choice.sensitive or question.sensitive) is sensitive
        )
        if words:
            lines.append(Told(question.id, question.ask.in_voice(voice), words, sensitive))
    return lines
