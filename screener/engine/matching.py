"""Answers -> Outcome: which topics fit, how soon to act, and why. Pure; knows no Flask.

Each choice names what it opens; a topic's card takes the highest urgency of the choices
that opened it. Nothing is added up: no score, no arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import starmap
from typing import NamedTuple

from screener.content.models.base import Urgency, Voice
from screener.content.models.library import Condition, Topic
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Question

Picked = Mapping[str, tuple[str, ...]]
"""Question id -> the ids of the choices picked, in the order of the file."""


@dataclass(frozen=True)
class Answers:
    """What one person picked, and whom it is about. Lives as long as one request."""

    picked: Picked = field(default_factory=dict)
    voice: Voice = Voice.ME


@dataclass(frozen=True)
class Flag:
    """A red flag: the interruption it opens, in which form, and the question it came from."""

    interruption: str
    unsure: bool
    question: str


class Reason(NamedTuple):
    """Why a card is shown: a question and the choices picked there that opened it."""

    question: str
    choices: tuple[str, ...]


class Card(NamedTuple):
    """One topic on the results page."""

    topic: str
    urgency: Urgency
    reasons: tuple[Reason, ...] = ()
    variant: int | None = None
    """Index of the topic's variant to use instead of its own words."""
    lesser: bool = False
    """An emergency topic that only a lesser answer opened: led by 'when to call'."""
    folded: bool = False
    """Kept out of the first view."""


class Outcome(NamedTuple):
    """What matched, and why; what the results page shows."""

    voice: Voice
    told: tuple[Reason, ...]
    flags: tuple[Flag, ...]
    support: tuple[str, ...]
    leads: tuple[str, ...]
    cards: tuple[Card, ...]
    matched: bool
    """Whether any answer opened a topic or raised a flag."""

    def at(self, urgency: Urgency) -> tuple[Card, ...]:
        """The cards of one level, in order."""
        return tuple(card for card in self.cards if card.urgency is urgency)


def asked(content: Questionnaire, question: Question, picked: Picked) -> bool:
    """Whether a question is worth asking: one `ask_if` holds, or cannot be ruled out."""
    if not question.ask_if:
        return True
    for ask_if in question.ask_if:
        choices = picked.get(ask_if.question)
        if not choices or not ask_if.worth.isdisjoint(choices):
            return True
    return False


def applicable(content: Questionnaire, picked: Picked) -> Picked:
    """The answers that count: those of questions that are asked, given the ones before."""
    counted = {question: choices for question, choices in picked.items() if choices}
    for question in content.conditional:  # those they depend on are settled by then
        if question.id in counted and not asked(content, question, counted):
            del counted[question.id]
    return counted


def red_flags(content: Questionnaire, picked: Picked) -> tuple[Flag, ...]:
    """Every interruption that an answer opens, one each, most urgent first.

    A red flag counts even when its question is no longer asked.
    """
    found: dict[str, Flag] = {}
    for question, flagging in content.red_flags.items():
        for id in picked.get(question, ()):
            if id not in flagging:
                continue
            choice = flagging[id]
            interruption = choice.interruption or ""
            known = found.get(interruption)
            if known is None or (known.unsure and not choice.unsure):
                found[interruption] = Flag(interruption, choice.unsure, question)
    return tuple(sorted(found.values(), key=lambda flag: _flag_order(content, flag)))


def _flag_order(content: Questionnaire, flag: Flag) -> tuple[int, int]:
    page = content.interruptions[flag.interruption]
    contacts = page.unsure.contacts if flag.unsure and page.unsure else page.contacts
    bar = content.about.crisis_bar
    first = bar.index(contacts[0]) if contacts[0] in bar else len(bar)
    return first, list(content.interruptions).index(flag.interruption)


def match(content: Questionnaire, answers: Answers) -> Outcome:
    """The outcome of some answers."""
    counted = applicable(content, answers.picked)
    flags = red_flags(content, answers.picked)
    flagged = {flag.question: answers.picked[flag.question] for flag in flags}
    # In the order of the file, whatever order the answers arrived in.
    either = {**counted, **flagged}
    counting = {question: either[question] for question in content.questions if question in either}
    picks = [(question, choice) for question, chosen in counting.items() for choice in chosen]
    opened, reasons = _opened(content, picks)
    supports = content.supports
    return Outcome(
        voice=answers.voice,
        told=tuple(starmap(Reason, counting.items())),
        flags=flags,
        support=tuple(dict.fromkeys([supports[pick] for pick in picks if pick in supports])),
        leads=tuple(
            lead.text.in_voice(answers.voice)
            for lead in content.results.leads
            if _met(lead.when, counting) and not any(_met(c, counting) for c in lead.unless)
        ),
        cards=_cards(content, answers.voice, counting, opened, reasons),
        matched=bool(opened or flags),
    )


def _met(condition: Condition, picked: Picked) -> bool:
    chosen = picked.get(condition.question)
    return chosen is not None and not set(chosen).isdisjoint(condition.choices)


def _opened(
    content: Questionnaire, picks: Iterable[tuple[str, str]]
) -> tuple[dict[str, Urgency], dict[str, tuple[Reason, ...]]]:
    openings = content.openings
    opened: dict[str, Urgency] = {}
    reasons: dict[str, dict[str, tuple[str, ...]]] = {}
    for question, choice in [pick for pick in picks if pick in openings]:
        for topic, level in openings[question, choice].items():
            opened[topic] = _higher(opened.get(topic), level)
            why = reasons.setdefault(topic, {})
            why[question] = (*why.get(question, ()), choice)
    told = {topic: tuple(starmap(Reason, why.items())) for topic, why in reasons.items()}
    return opened, told


def _cards(
    content: Questionnaire,
    voice: Voice,
    picked: Picked,
    opened: Mapping[str, Urgency],
    reasons: Mapping[str, tuple[Reason, ...]],
) -> tuple[Card, ...]:
    levels = dict(opened)
    always = [rule for rule in content.results.always if voice in rule.voices]
    for rule in always:
        levels[rule.topic] = _higher(levels.get(rule.topic), rule.urgency)
    for id, escort in content.results.escorts.items():
        if id in levels:
            levels[escort] = _higher(levels.get(escort), levels[id])
    places = content.places
    ordered = sorted(levels, key=lambda id: places[levels[id]][id])
    folded = _folded(content, ordered, levels, {rule.topic for rule in always})
    cards = []
    for id in ordered:
        level, topic = levels[id], content.topics[id]
        lesser = level is not Urgency.EMERGENCY and topic.urgency is Urgency.EMERGENCY
        variant = _variant(topic, picked) if topic.variants else None
        cards.append(Card(id, level, reasons.get(id, ()), variant, lesser, id in folded))
    return tuple(cards)


def _higher(level: Urgency | None, other: Urgency) -> Urgency:
    return other if level is None or other.rank < level.rank else level


def _variant(topic: Topic, picked: Picked) -> int | None:
    fitting = (n for n, variant in enumerate(topic.variants) if _met(variant.when, picked))
    return next(fitting, None)


def _folded(
    content: Questionnaire, ordered: list[str], levels: Mapping[str, Urgency], always: set[str]
) -> set[str]:
    """Emergency, today and always-shown cards stay in view; of the rest, the first few."""
    rest = (Urgency.SOON, Urgency.LEARN)
    beside_help = content.results.beside_help
    counted = [topic for topic in ordered if levels[topic] in rest and topic not in beside_help]
    others = [topic for topic in counted if topic not in always]
    room = max(content.results.first_view - (len(counted) - len(others)), 0)
    return set(others[room:])
