"""What the results page shows, as plain data. Pure; knows no Flask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .content.asking import Section
from .content.base import PREFER_NOT, Urgency, Voice
from .content.model import Questionnaire
from .matching import Answers, Card, Flag, Outcome, Reason
from .views import Fields, carried

URGENT = (Urgency.EMERGENCY, Urgency.TODAY)


class Told(NamedTuple):
    """One answer. A sensitive one is printed only when ticked."""

    question: str
    choices: tuple[str, ...]
    sensitive: bool


@dataclass(frozen=True)
class ToldSection:
    """What was picked in one section."""

    section: Section
    told: tuple[Told, ...]


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
    rule = next(card for card in outcome.cards if card.topic == content.results.rule_topic)
    apart: list[Card] = []
    groups: dict[Urgency, list[Card]] = {}
    for card in outcome.cards:  # most urgent first
        if card.urgency is Urgency.LEARN and card.topic in content.results.beside_help:
            apart.append(card)
        else:
            groups.setdefault(card.urgency, []).append(card)
    return ResultsView(
        voice=outcome.voice,
        flags=outcome.flags,
        support=outcome.support,
        leads=outcome.leads,
        matched=outcome.matched,
        urgent=any(card.urgency in URGENT for card in outcome.cards),
        rule_variant=rule.variant,
        show_rule=rule.urgency not in URGENT,
        groups=tuple(GroupView(level, tuple(cards)) for level, cards in groups.items()),
        beside_help=tuple(apart),
        told=_told(content, outcome),
        carried=carried(answers, shown),
    )


def _told(content: Questionnaire, outcome: Outcome) -> tuple[ToldSection, ...]:
    told: dict[str, list[Told]] = {}
    section_of, sensitive = content.section_of, content.sensitive
    for reason in outcome.told:
        question, choices = reason
        section = told.setdefault(section_of[question].id, [])
        if sensitive[question] or PREFER_NOT in choices:
            section += _lines(content, reason)
        else:
            section.append(Told(question, choices, sensitive=False))
    return tuple(
        ToldSection(section, tuple(told[section.id]))
        for section in content.sections
        if told.get(section.id)
    )


def _lines(content: Questionnaire, reason: Reason) -> list[Told]:
    """One line for the ordinary answers to a question, one for those not printed unasked."""
    question, choices = reason
    sensitive = content.sensitive[question]
    if PREFER_NOT in choices:
        choices = tuple(choice for choice in choices if choice != PREFER_NOT)
    if not sensitive:
        return [Told(question, choices, sensitive=False)] if choices else []
    open_ones = tuple(choice for choice in choices if choice not in sensitive)
    others = tuple(choice for choice in choices if choice in sensitive)
    lines = [Told(question, open_ones, sensitive=False)] if open_ones else []
    return [*lines, Told(question, others, sensitive=True)] if others else lines
