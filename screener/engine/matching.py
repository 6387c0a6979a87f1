"""Answers -> Outcome: which topics fit, how soon to act, and why. Pure; no Flask.

Each choice names what it opens; a topic's card takes the highest urgency of the choices
that opened it. Nothing is added up: no score, no arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from screener.content.models.base import Urgency, Voice, most_urgent
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Question
from screener.content.models.topics import Condition, Topic

Picked = Mapping[str, tuple[str, ...]]
"""Question id -> ids of the choices picked, in the order of the file."""


@dataclass(frozen=True)
class Answers:
    """What one person picked, and in which voice. Lives as long as one request."""

    picked: Picked = field(default_factory=dict)
    voice: Voice = Voice.ME


@dataclass(frozen=True)
class RedFlag:
    """An interruption that an answer opens, in which form, and the question it came from."""

    interruption: str
    unsure: bool
    question: str


@dataclass(frozen=True)
class Reason:
    """A question, and choices picked there: why a card is shown."""

    question: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Card:
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


@dataclass(frozen=True)
class Outcome:
    """What the results page shows, and why."""

    voice: Voice
    answered: tuple[Reason, ...]
    """Every question that counts, with the choices picked there."""
    flags: tuple[RedFlag, ...]
    support: tuple[str, ...]
    """Ids of the contacts whose block leads the results."""
    leads: tuple[str, ...]
    """Lines of text above the cards."""
    cards: tuple[Card, ...]
    """Most urgent first."""
    matched: bool
    """Whether any answer opened a topic or raised a flag."""

    def at(self, urgency: Urgency) -> tuple[Card, ...]:
        """The cards of one level, in order."""
        return tuple(card for card in self.cards if card.urgency is urgency)


def should_ask(question: Question, picked: Picked) -> bool:
    """Whether a question applies: one `ask_if` holds, or cannot be ruled out."""
    if not question.ask_if:
        return True
    return any(
        not picked.get(rule.question) or rule.applies_to(picked[rule.question])
        for rule in question.ask_if
    )


def applicable(content: Questionnaire, picked: Picked) -> Picked:
    """The answers that count: those of questions that should be asked, given the others."""
    counted = {question: choices for question, choices in picked.items() if choices}
    for question in content.conditional:  # in the order of the file: what a rule names is settled
        if question.id in counted and not should_ask(question, counted):
            del counted[question.id]
    return counted


def red_flags(content: Questionnaire, picked: Picked) -> tuple[RedFlag, ...]:
    """Every interruption that an answer opens, one each, most urgent first.

    A red flag counts even when its question is no longer asked.
    """
    found: dict[str, RedFlag] = {}
    for question, flagging in content.red_flags.items():
        for id in picked.get(question, ()):
            if id not in flagging:
                continue
            choice = flagging[id]
            interruption = choice.interruption or ""
            known = found.get(interruption)
            if known is None or (known.unsure and not choice.unsure):
                found[interruption] = RedFlag(interruption, choice.unsure, question)
    return tuple(sorted(found.values(), key=lambda flag: _flag_order(content, flag)))


def _flag_order(content: Questionnaire, flag: RedFlag) -> tuple[int, int]:
    page = content.interruptions[flag.interruption]
    contacts = page.unsure.contacts if flag.unsure and page.unsure else page.contacts
    bar = content.about.crisis_bar
    first = bar.index(contacts[0]) if contacts[0] in bar else len(bar)
    return first, list(content.interruptions).index(flag.interruption)


def match(content: Questionnaire, answers: Answers) -> Outcome:
    """The outcome of some answers."""
    flags = red_flags(content, answers.picked)
    flagged = {flag.question: answers.picked[flag.question] for flag in flags}
    counted = {**applicable(content, answers.picked), **flagged}
    # In the order of the file, whatever order the answers arrived in.
    counted = {question: counted[question] for question in content.questions if question in counted}
    reasons = _reasons(content, counted)
    return Outcome(
        voice=answers.voice,
        answered=tuple(Reason(question, choices) for question, choices in counted.items()),
        flags=flags,
        support=_support(content, counted),
        leads=tuple(
            lead.text.in_voice(answers.voice)
            for lead in content.results.leads
            if _holds(lead.when, counted) and not any(_holds(c, counted) for c in lead.unless)
        ),
        cards=_cards(content, answers.voice, counted, reasons),
        matched=bool(reasons or flags),
    )


def _holds(condition: Condition, picked: Picked) -> bool:
    return not set(picked.get(condition.question, ())).isdisjoint(condition.choices)


def _support(content: Questionnaire, picked: Picked) -> tuple[str, ...]:
    named = (
        content.choices[question][choice].support
        for question, choices in picked.items()
        for choice in choices
    )
    return tuple(dict.fromkeys(contact for contact in named if contact))


def _reasons(content: Questionnaire, picked: Picked) -> dict[str, tuple[Reason, ...]]:
    """Topic -> the answers that open it."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for question, choices in picked.items():
        for choice in choices:
            for topic in content.opened(question, choice):
                why = found.setdefault(topic, {})
                why[question] = (*why.get(question, ()), choice)
    return {topic: tuple(Reason(*pair) for pair in why.items()) for topic, why in found.items()}


def _levels(
    content: Questionnaire, voice: Voice, reasons: Mapping[str, tuple[Reason, ...]]
) -> dict[str, Urgency]:
    """Topic -> how urgent its card is."""
    levels = {
        topic: _higher(
            content.opened(why.question, choice)[topic] for why in whys for choice in why.choices
        )
        for topic, whys in reasons.items()
    }
    for rule in content.results.always:
        if voice in rule.voices:
            levels[rule.topic] = _higher((rule.urgency, levels.get(rule.topic)))
    for topic, escort in content.results.escorts.items():
        if topic in levels:
            levels[escort] = _higher((levels[topic], levels.get(escort)))
    return levels


def _higher(levels: Iterable[Urgency | None]) -> Urgency:
    return most_urgent(level for level in levels if level) or Urgency.LEARN


def _cards(
    content: Questionnaire,
    voice: Voice,
    picked: Picked,
    reasons: Mapping[str, tuple[Reason, ...]],
) -> tuple[Card, ...]:
    levels = _levels(content, voice, reasons)
    ordered = _in_order(content, levels)
    folded = _folded(content, voice, ordered, levels)
    return tuple(
        Card(
            topic=id,
            urgency=levels[id],
            reasons=reasons.get(id, ()),
            variant=_variant(content.topics[id], picked),
            lesser=levels[id] is not Urgency.EMERGENCY
            and content.topics[id].urgency is Urgency.EMERGENCY,
            folded=id in folded,
        )
        for id in ordered
    )


def _in_order(content: Questionnaire, levels: Mapping[str, Urgency]) -> list[str]:
    """Most urgent first; then the order of the group, then the file's; an escort goes before."""
    results = content.results
    places = {
        level: {id: n for n, id in enumerate(dict.fromkeys((*group.order, *content.topics)))}
        for level, group in results.groups.items()
    }

    def key(topic: str) -> tuple[int, bool, int, bool]:
        level = levels[topic]
        escort = results.escorts.get(topic)
        place = max(places[level][id] for id in (topic, escort) if id)
        with_help_lines = level is Urgency.LEARN and topic in results.beside_help
        return level.rank, with_help_lines, place, escort is not None

    return sorted(levels, key=key)


def _variant(topic: Topic, picked: Picked) -> int | None:
    fitting = (n for n, variant in enumerate(topic.variants) if _holds(variant.when, picked))
    return next(fitting, None)


def _folded(
    content: Questionnaire, voice: Voice, ordered: list[str], levels: Mapping[str, Urgency]
) -> set[str]:
    """Of the levels that fold, all cards but those that are always shown and the first few."""
    results = content.results
    always = {rule.topic for rule in results.always if voice in rule.voices}
    counted = [id for id in ordered if levels[id].folds and id not in results.beside_help]
    others = [id for id in counted if id not in always]
    left = max(results.first_view - (len(counted) - len(others)), 0)
    return set(others[left:])
