"""One person's way through the questions, as the pages would lead it. For cases and tests. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.flow import NEXT, ON, RESULTS, Ask, Finish, Step, Stop, next_step
from screener.engine.signs import Answers


@dataclass(frozen=True)
class Page:
    """A question that was shown, and the plans that stopped right after it."""

    question: str
    stops: tuple[str, ...] = ()


@dataclass(frozen=True)
class Walk:
    """The pages up to the results."""

    pages: tuple[Page, ...]
    answers: Answers
    """As they stand at the end: with "Not sure" where a page was left blank."""

    @property
    def stops(self) -> list[str]:
        """The plans that stopped, in the order they came."""
        return [plan for page in self.pages for plan in page.stops]


def walk(content: Questionnaire, voice: Voice, answers: Mapping[str, Sequence[str]]) -> Walk:
    """Answer each question that is asked, press Next, and go on after each stop."""
    given = Answers({}, voice)
    seen: tuple[str, ...] = ()
    pages: list[Page] = []
    step: Step = Ask(next(iter(content.questions)), given)
    while not isinstance(step, Finish):
        if isinstance(step, Ask):
            pages.append(Page(step.question))
            given = _with(content, step.answers, step.question, answers.get(step.question, ()))
            step = next_step(content, given, seen, step.question, NEXT)
        else:
            step = _past(content, step, seen, pages)
            seen = (*seen, *reversed(pages[-1].stops))
    return Walk(tuple(pages), step.answers)


def _past(content: Questionnaire, stop: Stop, seen: Sequence[str], pages: list[Page]) -> Step:
    ids = tuple(plan.id for plan in stop.plans)
    pages[-1] = Page(pages[-1].question, (*pages[-1].stops, *ids))
    go = RESULTS if stop.to_results else ON
    return next_step(content, stop.answers, (*seen, *reversed(ids)), stop.at, go)


def _with(
    content: Questionnaire, answers: Answers, question: str, picked: Sequence[str]
) -> Answers:
    """The answers with those to one question, in the order of the file."""
    if not picked:
        return answers.without(question)
    found = {**answers.picked, question: tuple(picked)}
    return Answers({id: found[id] for id in content.questions if id in found}, answers.voice)
