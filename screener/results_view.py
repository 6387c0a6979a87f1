"""What the results page shows, as plain data. Pure; knows no Flask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .content.asking import Section
from .content.base import PREFER_NOT, Urgency, Voice
from .content.model import Questionnaire
from .matching import Answers, Card, Flag, Outcome, Reason
from .views import Fields, carried

URGENT = (Urgency.EMERGENCY, Urgency.TODAY)


@dataclass(frozen=True)
class Told:
    """One answer. A sensitive one is printed only when ticked."""

    question: str
    choices: tuple[str, ...]
    sensitive: bool


@dataclass(frozen=True)
class ToldSection:
    """What was picked in one section."""

    section: Section
    told: tuple[Told, ...]

    @property
    def blocks(self) -> tuple[tuple[Told, ...], ...]:
        """What is printed or left out together: ordinary answers, and each sensitive one."""
        ordinary = tuple(line for line in self.told if not line.sensitive)
        alone = ((line,) for line in self.told if line.sensitive)
        return (*((ordinary,) if ordinary else ()), *alone)


@dataclass(frozen=True)
class GroupView:
    """The cards of one urgency."""

    urgency: Urgency
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class ResultsView:
    """The results page."""

    voice: Voice
    flags: tuple[Flag, ...]
    support: tuple[str, ...]
    leads: tuple[str, ...]
    matched: bool
    urgent: bool
    rule_variant: int | None
    show_rule: bool
    """False when the rule's own topic is already among the urgent cards."""
    groups: tuple[GroupView, ...]
    beside_help: tuple[Card, ...]
    told: tuple[ToldSection, ...]
    carried: Fields

    @property
    def topics(self) -> tuple[str, ...]:
        """Every topic with a card, but those that stand with the help lines."""
        return tuple(card.topic for group in self.groups for card in group.cards)


def results_view(
    content: Questionnaire, answers: Answers, outcome: Outcome, shown: Sequence[str]
) -> ResultsView:
    """The results page of an outcome."""
    beside = content.results.beside_help
    rule = next(card for card in outcome.cards if card.topic == content.results.rule_topic)
    apart = tuple(
        card for card in outcome.cards if card.urgency is Urgency.LEARN and card.topic in beside
    )
    groups = (
        GroupView(level, tuple(c for c in outcome.cards if c.urgency is level and c not in apart))
        for level in Urgency
    )
    return ResultsView(
        voice=outcome.voice,
        flags=outcome.flags,
        support=outcome.support,
        leads=outcome.leads,
        matched=outcome.matched,
        urgent=any(card.urgency in URGENT for card in outcome.cards),
        rule_variant=rule.variant,
        show_rule=rule.urgency not in URGENT,
        groups=tuple(group for group in groups if group.cards),
        beside_help=apart,
        told=_told(content, outcome),
        carried=carried(answers, shown),
    )


def _told(content: Questionnaire, outcome: Outcome) -> tuple[ToldSection, ...]:
    told: dict[str, list[Told]] = {}
    for reason in outcome.told:
        section = content.section_of[reason.question].id
        told.setdefault(section, []).extend(_lines(content, reason))
    return tuple(
        ToldSection(section, tuple(told[section.id]))
        for section in content.sections
        if told.get(section.id)
    )


def _lines(content: Questionnaire, reason: Reason) -> list[Told]:
    """One line for the ordinary answers to a question, one for those not printed unasked."""
    question = content.questions[reason.question]
    options = content.choices[reason.question]
    lines: dict[bool, tuple[str, ...]] = {False: (), True: ()}
    for choice in reason.choices:
        if choice != PREFER_NOT:
            lines[question.sensitive or options[choice].sensitive] += (choice,)
    return [
        Told(reason.question, choices, sensitive) for sensitive, choices in lines.items() if choices
    ]
