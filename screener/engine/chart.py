"""Finished answers -> the page for a clinician, row by row. Pure; no Flask."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from screener.content.models.base import NOT_SURE, PREFER_NOT, Urgency, Voice, Voiced
from screener.content.models.chart import ChartRow
from screener.content.models.plans import Plan
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Category, Choice
from screener.engine.plans import NO_PRESCRIBER, VOICES, Outcome
from screener.engine.signs import Picked, Signs, holds, wanted

MOST_FLAGS = 8
"""Red flags, those of the most urgent plans first; all of them stand in their rows too."""


@dataclass(frozen=True)
class Fact:
    """What one answer says in one row."""

    row: ChartRow
    words: str | None
    """The clinician's words; None: the answer's own, in quotes."""


@dataclass(frozen=True)
class Chart:
    """The page for a clinician."""

    rows: dict[ChartRow, tuple[str, ...]]
    """What stands in each row that has something to say, in the order of the answers."""
    told: Voiced | None
    """The heading of the plan that leads; None if it would be another without what is left out.
    That other heading could be less urgent, and read as all that was said."""
    unknown: tuple[str, ...]
    """Lines to fill in by hand."""


def chart_of(
    content: Questionnaire, outcome: Outcome, voice: Voice, printed: Collection[str] = ()
) -> Chart:
    """The chart of an outcome. `printed`: ids of questions whose sensitive answers are on it."""
    counted = outcome.said.counted
    kept = printed_answers(content, counted, printed)
    off = signs_left_out(content, counted, printed)
    found: dict[ChartRow, dict[str, None]] = {row: {} for row in ChartRow}
    by_sign: dict[str, list[str]] = {}
    for _, choice in _told(content, kept):
        for fact in facts_of(content, choice):
            words = fact.words or in_quotes(choice, voice)
            found[fact.row][words] = None
            for sign in choice.signs:
                by_sign.setdefault(sign, []).append(words)
    flags = [
        words
        for plan in content.plans
        if plan.level.rank <= Urgency.TODAY.rank and holds(plan.when, outcome.signs)
        for sign in wanted(plan.when)
        if not is_context(content, sign)
        for words in by_sign.get(sign, ())
    ]
    found[ChartRow.FLAGS] = dict.fromkeys(list(dict.fromkeys(flags))[:MOST_FLAGS])
    whole = {question: picked for question, picked in kept.items() if picked == counted[question]}
    found[ChartRow.ABSENT] = dict.fromkeys(_absent(content, whole, outcome.signs, voice))
    return Chart(
        rows={row: tuple(words) for row, words in found.items() if words},
        told=_told_to(outcome.lead, outcome.signs, off),
        unknown=tuple(_unknown(content, whole)),
    )


def _told_to(lead: Plan, signs: Signs, off: Signs) -> Voiced | None:
    heading, other = (lead.heading_for(NO_PRESCRIBER in some) for some in (signs, signs - off))
    return heading if heading == other and holds(lead.when, signs - off) else None


def facts_of(content: Questionnaire, choice: Choice) -> tuple[Fact, ...]:
    """What an answer says: its own chart word, else those of its signs. Where several of them
    stand in one row, the answer itself is said, once. A sign that another implies is not said."""
    broader = frozenset[str]().union(*(content.broader[id] for id in choice.signs))
    signs = [content.signs[id] for id in choice.signs if id not in broader]
    rows = dict.fromkeys(sign.chart_row for sign in signs if sign.chart_row.is_printed)
    if choice.chart:
        return tuple(Fact(row, choice.chart) for row in list(rows)[:1])
    charts = {row: [sign.chart for sign in signs if sign.chart_row is row] for row in rows}
    return tuple(Fact(row, words[0] if len(words) == 1 else None) for row, words in charts.items())


def in_quotes(choice: Choice, voice: Voice) -> str:
    """An answer as the person read it."""
    return f"“{choice.text.in_voice(voice)}”"


def is_context(content: Questionnaire, sign: str) -> bool:
    """Whether a sign is no red flag, though a plan rests on it: whom it is about, or how and when
    the medicine is taken."""
    return sign in VOICES or content.signs[sign].category is Category.CIRCUMSTANCE


def asked_about(content: Questionnaire, choice: Choice) -> tuple[str, ...]:
    """The questions that ask what an answer means which by itself is no fact."""
    if any(content.signs[id].category is not Category.DOUBT for id in choice.signs):
        return ()
    return tuple(
        id
        for id, question in content.questions.items()
        if any(sign in question.ask_if for sign in choice.signs)
    )


def is_pertinent(content: Questionnaire, question: str, choice: Choice) -> bool:
    """Whether the chart says that an answer was not given. It never does of what is sensitive, nor
    where one answer takes the place of all others."""
    if choice.id in content.sensitive[question] or content.questions[question].type == "single":
        return False
    return any(content.signs[id].pertinent for id in choice.signs)


def sensitive_answers(content: Questionnaire, counted: Picked) -> dict[str, tuple[Choice, ...]]:
    """Question -> the answers to it that are on the chart only if the person asks for it."""
    found: dict[str, tuple[Choice, ...]] = {}
    for question, choice in _told(content, counted):
        if choice.id in content.sensitive[question] and facts_of(content, choice):
            found[question] = (*found.get(question, ()), choice)
    return found


def printed_answers(
    content: Questionnaire, counted: Picked, printed: Collection[str] = ()
) -> Picked:
    """The answers without the sensitive ones to questions that are not to be printed."""
    kept = {
        question: tuple(
            choice
            for choice in choices
            if question in printed or choice not in content.sensitive[question]
        )
        for question, choices in counted.items()
    }
    return {question: choices for question, choices in kept.items() if choices}


def signs_left_out(content: Questionnaire, counted: Picked, printed: Collection[str] = ()) -> Signs:
    """The signs that only answers name which are not printed."""
    kept = printed_answers(content, counted, printed)
    return _signs_of(content, counted) - _signs_of(content, kept)


def _told(content: Questionnaire, counted: Picked) -> Iterator[tuple[str, Choice]]:
    """The answers that say something: not "Prefer not to say", and no doubt that a later answer
    settles."""
    for question, choices in counted.items():
        for id in choices:
            choice = content.choices[question][id]
            settled = any(_is_answered(counted, other) for other in asked_about(content, choice))
            if id != PREFER_NOT and not settled:
                yield question, choice


def _absent(content: Questionnaire, whole: Picked, signs: Signs, voice: Voice) -> Iterator[str]:
    """Pertinent answers that were not given to questions that were answered and of which nothing
    is left out; not if an answer there had to be asked about: it may turn out to mean one of the
    others, or another person."""
    for question, picked in whole.items():
        choices = (content.choices[question][id] for id in picked)
        if not _is_answered(whole, question) or any(asked_about(content, it) for it in choices):
            continue
        for choice in content.choices_for(question, voice).values():
            if is_pertinent(content, question, choice) and signs.isdisjoint(choice.signs):
                for fact in facts_of(content, choice):
                    yield fact.words or in_quotes(choice, voice)


def _unknown(content: Questionnaire, whole: Picked) -> Iterator[str]:
    """Lines about questions that were not answered, or of which something is left out."""
    for blank in content.results.print.blanks:
        naming = content.named_by[blank.sign] if blank.sign else ()
        if not any(_is_answered(whole, question) for question, _ in naming):
            yield blank.line


def _is_answered(counted: Picked, question: str) -> bool:
    picked = counted.get(question, ())
    return bool(picked) and NOT_SURE not in picked and PREFER_NOT not in picked


def _signs_of(content: Questionnaire, counted: Picked) -> Signs:
    named: Iterable[tuple[str, ...]] = (
        content.choices[question][choice].signs
        for question, choices in counted.items()
        for choice in choices
    )
    return frozenset(sign for signs in named for sign in signs)
