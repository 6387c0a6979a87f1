"""What the results page shows, as plain data. Pure; knows no Flask."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from screener.content.models.base import PREFER_NOT, Urgency, Voice
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Section
from screener.engine.matching import Answers, Card, Outcome, Reason, RedFlag
from screener.web.views import Fields, carried

URGENT = (Urgency.EMERGENCY, Urgency.TODAY)


class ToldSection(NamedTuple):
    """What was picked in one section."""

    section: Section
    lines: tuple[Reason, ...]
    """A question with what was picked there; two when only some of that is sensitive."""
    sensitive: tuple[Reason, ...]
    """Those of the lines that are printed only when ticked."""


class GroupView(NamedTuple):
    """The cards of one urgency."""

    urgency: Urgency
    cards: tuple[Card, ...]


class ResultsView(NamedTuple):
    """The results page."""

    voice: Voice
    flags: tuple[RedFlag, ...]
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
    section_of = content.section_of
    parts = groupby(outcome.answered, key=lambda reason: section_of[reason.question].id)
    told = [_told_section(content, list(reasons)) for _, reasons in parts]
    return tuple(part for part in told if part.lines)


def _told_section(content: Questionnaire, reasons: Sequence[Reason]) -> ToldSection:
    lines: list[Reason] = []
    private: list[Reason] = []
    for reason in reasons:
        question, choices = reason.question, reason.choices
        sensitive = content.sensitive[question]
        if not sensitive and PREFER_NOT not in choices:  # nearly always
            lines.append(reason)
            continue
        said = [choice for choice in choices if choice != PREFER_NOT]
        printed = tuple(choice for choice in said if choice not in sensitive)
        unprinted = tuple(choice for choice in said if choice in sensitive)
        lines += [Reason(question, some) for some in (printed, unprinted) if some]
        if unprinted:
            private.append(lines[-1])
    section = content.section_of[reasons[0].question]
    return ToldSection(section, tuple(lines), tuple(private))
