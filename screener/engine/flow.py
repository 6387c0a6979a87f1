"""Which page comes next: (answers, what was shown, what was pressed) -> step. Pure; no Flask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from screener.content.models.plans import Plan
from screener.content.models.questionnaire import Questionnaire
from screener.engine.plans import Outcome, outcome_of, stops_of
from screener.engine.signs import Answers, said, wanted

NEXT, BACK, CLEAR, UNDO, ON, RESULTS = "next", "back", "clear", "undo", "on", "results"
"""Values of `go`; every other value is a question's id. `results` is said by the route."""


@dataclass(frozen=True)
class Ask:
    """Show a question."""

    question: str
    answers: Answers


@dataclass(frozen=True)
class Stop:
    """Show plans that stop, the most urgent first. The way on leads to the results, or to the
    question after `at`."""

    plans: tuple[Plan, ...]
    at: str | None
    to_results: bool
    answers: Answers


@dataclass(frozen=True)
class Finish:
    """Show the results."""

    answers: Answers
    outcome: Outcome


Step = Ask | Stop | Finish


def next_step(
    content: Questionnaire, answers: Answers, seen: Sequence[str], at: str | None, go: str
) -> Step:
    """The page that follows.

    `at` is the question just shown, None when it is not known. `seen` names the plans that
    stopped and were shown, in the order they came, of those shown together the most urgent last.
    A stopping plan that holds and is not in `seen` comes first, whatever was pressed, except on
    the way back from a stop.
    """
    if go == UNDO:
        return _undone(content, answers, seen, at)
    if go == CLEAR and at:
        return repeat(content, answers.without(at), seen, at)
    if at and not answers.picked.get(at) and _leads_onward(content, at, go):
        answers = _with_blank(content, answers, at)
    if go == RESULTS:
        return _results(content, answers, seen, at)
    now = said(content, answers)
    new = new_stops(content, stops_of(content, now.signs), seen)
    if new:
        return Stop(tuple(new), at, False, answers)
    question = _destination(content, now.asked, at, go)
    return Ask(question, answers) if question else _results(content, answers, seen, at)


def repeat(
    content: Questionnaire, answers: Answers, seen: Sequence[str], question: str
) -> Ask | Stop:
    """The same question again, cleared or unreadable; a stop comes before it."""
    new = new_stops(content, stops_of(content, said(content, answers).signs), seen)
    return Stop(tuple(new), question, False, answers) if new else Ask(question, answers)


def _results(
    content: Questionnaire, answers: Answers, seen: Sequence[str], at: str | None
) -> Stop | Finish:
    """The results. What was left blank counts from here on, so a stop may come first."""
    found = outcome_of(content, answers)
    new = new_stops(content, [plan for plan in found.plans if plan.stops], seen)
    return Stop(tuple(new), at, True, answers) if new else Finish(answers, found)


def new_stops(content: Questionnaire, stops: Iterable[Plan], seen: Sequence[str]) -> list[Plan]:
    """Those of some stopping plans that are to be shown. A page that was shown for one plan counts
    for all like it."""
    pages = {content.plans_by_id[id].page for id in seen}
    found: dict[str, Plan] = {}
    for plan in stops:
        if plan.page not in pages:
            found.setdefault(plan.page, plan)
    return list(found.values())


def _leads_onward(content: Questionnaire, at: str, go: str) -> bool:
    """Whether a button leaves a question behind. "I need more time" asks for the same one again."""
    order = list(content.questions)
    return go != BACK and (go not in order or order.index(go) > order.index(at))


def _with_blank(content: Questionnaire, answers: Answers, question: str) -> Answers:
    """A question with `if_blank` that was shown and left empty is answered with "Not sure"."""
    blank = content.questions[question].blank_choice
    if not blank:
        return answers
    picked = {**answers.picked, question: (blank,)}
    return Answers({id: picked[id] for id in content.questions if id in picked}, answers.voice)


def _destination(
    content: Questionnaire, asked: Sequence[str], at: str | None, go: str
) -> str | None:
    """The question to show; None when there is none left."""
    if go in content.questions:
        return go if go in asked else _after(content, asked, go)
    if go == BACK:
        return _before(content, asked, at) or asked[0]
    return _after(content, asked, at)


def _after(content: Questionnaire, asked: Sequence[str], at: str | None) -> str | None:
    order = list(content.questions)
    here = order.index(at) if at else -1
    return next((id for id in asked if order.index(id) > here), None)


def _before(content: Questionnaire, asked: Sequence[str], at: str | None) -> str | None:
    order = list(content.questions)
    here = order.index(at) if at else len(order)
    return next((id for id in reversed(asked) if order.index(id) < here), None)


def _undone(content: Questionnaire, answers: Answers, seen: Sequence[str], at: str | None) -> Ask:
    """Back from the stop shown last to the last question that led there, without the choices
    that did."""
    now = said(content, answers, blanks_count=True)
    plan = content.plans_by_id[seen[-1]] if seen else None
    signs = set(wanted(plan.when)) if plan else set()
    led: dict[str, list[str]] = {}
    for question, picked in now.counted.items():
        choices = content.choices[question]
        leading = [choice for choice in picked if signs.intersection(choices[choice].signs)]
        if leading:
            led[question] = leading
    if not led:
        return Ask(at or now.asked[0], answers)
    question = next(reversed(led))
    return Ask(question, answers.without(question, led[question]))
