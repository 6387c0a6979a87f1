"""Which page comes next: (questionnaire, answers, where, what was pressed) -> step. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Section
from screener.engine.matching import Answers, Picked, RedFlag, applicable, red_flags, should_ask

NEXT, BACK, RESULTS = "next", "back", "results"
"""Values of `go`; every other value is a section's id. `results` is said by the route."""


@dataclass(frozen=True)
class Stop:
    """Show the interruption page for some red flags; `then` is where the way on leads."""

    flags: tuple[RedFlag, ...]
    back_to: str
    then: str


@dataclass(frozen=True)
class Ask:
    """Show a section."""

    section: str


@dataclass(frozen=True)
class Finish:
    """Show the results."""


Step = Stop | Ask | Finish


def next_step(
    content: Questionnaire, answers: Answers, shown: Collection[str], where: str | None, go: str
) -> Step:
    """The page that follows.

    `where` is the id of the section just shown, None when it is not known. `shown` names
    the interruptions the person has already been led to. A red flag not named there
    always comes first, whatever was pressed.
    """
    destination = _destination(content, answers.picked, where, go)
    new = tuple(f for f in red_flags(content, answers.picked) if f.interruption not in shown)
    if new:
        then = destination.section if isinstance(destination, Ask) else RESULTS
        return Stop(new, back_to=content.section_of[new[0].question].id, then=then)
    return destination


def questions_to_ask(content: Questionnaire, section: Section, picked: Picked) -> list[str]:
    """The ids of the questions of a section that are worth asking, given the answers."""
    counted = applicable(content, picked)
    return [q.id for q in section.questions if should_ask(q, counted)]


def _destination(
    content: Questionnaire, picked: Picked, where: str | None, go: str
) -> Ask | Finish:
    ids = [section.id for section in content.sections]
    if go == RESULTS:
        return Finish()
    if go in ids:
        return _first_worth_asking(content, picked, ids[ids.index(go) :])
    here = ids.index(where) if where in ids else -1
    if go == BACK:
        earlier = ids[: max(here, 0)]
        found = _first_worth_asking(content, picked, earlier[::-1])
        return found if isinstance(found, Ask) else Ask(ids[0])
    return _first_worth_asking(content, picked, ids[here + 1 :])


def _first_worth_asking(content: Questionnaire, picked: Picked, ids: list[str]) -> Ask | Finish:
    sections = {section.id: section for section in content.sections}
    for id in ids:
        if questions_to_ask(content, sections[id], picked):
            return Ask(id)
    return Finish()
