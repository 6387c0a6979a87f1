"""Runs the cases: what leads, what stands beside it, what is read, what is never shown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from screener.content.models.base import Voice
from screener.content.models.plans import Plan
from screener.content.models.proofs import Case
from screener.content.models.questionnaire import Questionnaire
from screener.engine.plans import TOPICS_IN_VIEW, Outcome, outcome_of, plan_alone, reasons_of
from screener.engine.walk import Walk, walk
from screener.web.views import script_parts

_WORD = re.compile(r"[\w'\u2019{}-]+")


@dataclass(frozen=True)
class Run:
    """One case with what came of it."""

    case: Case
    walk: Walk
    outcome: Outcome
    words: int
    """Words on the question pages up to the results."""
    faults: tuple[str, ...]
    """What came instead of what the case says."""


def run_case(content: Questionnaire, case: Case) -> Run:
    """Walk one case through the questions and compare."""
    way = walk(content, case.voice, case.answers)
    outcome = outcome_of(content, way.answers)
    words = words_before_results(content, way, case.voice)
    faults = tuple(_faults(content, case, way, outcome, words))
    return Run(case, way, outcome, words, faults)


def uncovered(content: Questionnaire, runs: list[Run]) -> Iterator[tuple[str, str, Voice]]:
    """(question, choice, voice) of each answer that is an emergency by itself, and that no case
    of this voice gives and comes to the same page."""
    covered = {
        (question, choice, run.case.voice, page)
        for run in runs
        for page in _pages(content, run)
        for question, choices in run.case.answers.items()
        for choice in choices
    }
    for question, choices in content.choices.items():
        for choice in choices.values():
            for voice in choice.voices if choice.signs else ():
                plan = plan_alone(content, choice, voice)
                if plan.level.stops and (question, choice.id, voice, plan.page) not in covered:
                    yield question, choice.id, voice


def _pages(content: Questionnaire, run: Run) -> set[str]:
    plans = {run.outcome.lead.id, *run.walk.stops}
    return {content.plans_by_id[id].page for id in plans}


def words_before_results(content: Questionnaire, way: Walk, voice: Voice) -> int:
    """The words that a visitor sees on the question pages; each part's heading once."""
    words, last = 0, ""
    for page in way.pages:
        section = content.section_of[page.question]
        question = content.questions[page.question]
        texts = [
            question.ask.in_voice(voice),
            question.hint.in_voice(voice) if question.hint else "",
        ]
        if section.id != last:
            texts.append(section.title.in_voice(voice))
        if question.type == "tick-all":
            texts.append(content.about.check_all)
        texts += [
            c.text.in_voice(voice) for c in content.choices_for(page.question, voice).values()
        ]
        words += sum(len(_WORD.findall(text)) for text in texts)
        last = section.id
    return words


def _faults(
    content: Questionnaire, case: Case, way: Walk, outcome: Outcome, words: int
) -> Iterator[str]:
    lead = outcome.lead
    also = [plan.id for plan in outcome.also]
    later = [plan.id for plan in outcome.later]
    asked = [page.question for page in way.pages]
    said = words_of(content, lead, outcome, case.voice)
    if lead.id != case.leads:
        yield f"{lead.id} leads, not {case.leads}"
    if case.level_at_most and lead.level.rank < case.level_at_most.rank:
        yield f"the level is {lead.level.value}, more urgent than {case.level_at_most.value}"
    if case.stops is not None and way.stops != list(case.stops):
        yield f"stops at {_list(way.stops)}, not at {_list(case.stops)}"
    stopped = next((n for n, page in enumerate(way.pages, start=1) if page.stops), None)
    if case.stopped_by_page and (stopped is None or stopped > case.stopped_by_page):
        yield f"the first stop is on page {stopped or 'none'}, not by {case.stopped_by_page}"
    if case.pages_at_most and len(way.pages) > case.pages_at_most:
        yield f"{len(way.pages)} pages, not at most {case.pages_at_most}"
    if case.words_at_most and words > case.words_at_most:
        yield f"{words} words, not at most {case.words_at_most}"
    for question in case.answers:
        if question not in asked:
            yield f"answers `{question}`, which is not asked"
    yield from _missing("beside the plan that leads", case.also, also)
    yield from _missing("under later", case.later, later)
    yield from _missing("among the questions", case.asked, asked)
    yield from _missing("in view", case.in_view, outcome.topics[:TOPICS_IN_VIEW])
    yield from _missing("among the topics", case.topics_include, outcome.topics)
    yield from _present("is shown", case.never, [lead.id, *also, *later])
    yield from _present("is asked", case.not_asked, asked)
    yield from _present("is among the topics", case.topics_exclude, outcome.topics)
    for text in case.says:
        if text not in said:
            yield f"`{lead.id}` doesn't say '{text}'"
    for text in case.never_says:
        if text in said:
            yield f"`{lead.id}` says '{text}'"


def _missing(where: str, wanted: Collection[str], found: Collection[str]) -> Iterator[str]:
    for id in wanted:
        if id not in found:
            yield f"`{id}` is not {where}; there are {_list(found)}"


def _present(how: str, unwanted: Collection[str], found: Collection[str]) -> Iterator[str]:
    for id in unwanted:
        if id in found:
            yield f"`{id}` {how}"


def _list(ids: Collection[str]) -> str:
    return ", ".join(ids) or "none"


def words_of(content: Questionnaire, plan: Plan, outcome: Outcome, voice: Voice) -> str:
    """Every word of a plan for one person, one text a line, numbers not yet filled in."""
    texts = [plan.heading, plan.why, plan.say, *plan.do, *plan.do_not]
    texts += [plan.alone] if plan.alone else []
    if plan.no_prescriber:
        texts += [plan.no_prescriber.heading] if plan.no_prescriber.heading else []
        texts += plan.no_prescriber.do
    lines = [text.in_voice(voice) for text in texts]
    reasons = reasons_of(content, outcome.signs, plan)
    return "\n".join([*lines, "".join(script_parts(content, plan, reasons, voice))])
