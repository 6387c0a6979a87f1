"""POST bodies of visits. They are found from the content file, so that any file will do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from urllib.parse import urlencode

from screener.content.loading.load import load
from screener.content.localize import in_region
from screener.content.models.base import NONE, NOT_SURE, PREFER_NOT, Voice
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Choice, Section
from screener.engine.flow import BACK, NEXT, questions_to_ask
from screener.engine.matching import Answers, Outcome, match, red_flags
from screener.resources import built_in_questions

CARDS = 10
"""Topic cards on a typical results page."""

Picked = dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def content() -> Questionnaire:
    """The built-in content as the edition at the root shows it."""
    return in_region(load(built_in_questions()).questionnaire)


@dataclass(frozen=True)
class Visit:
    """The answers of one visit, and the POST bodies that a browser sends with them.

    Every interruption that the answers so far lead to has been shown.
    """

    content: Questionnaire
    picked: Picked

    @property
    def outcome(self) -> Outcome:
        """What matches these answers."""
        return match(self.content, Answers(self.picked))

    @property
    def steps(self) -> list[str]:
        """From each part to the next, which is blank: a body has the answers so far."""
        answered: list[Section] = []
        bodies = []
        for section in self._sections[:-1]:
            answered.append(section)
            bodies.append(self._body(section, answered, NEXT))
        return bodies

    @property
    def back_steps(self) -> list[str]:
        """From each part back to the one before: each body has all answers."""
        sections = self._sections
        return [self._body(section, sections, BACK) for section in sections[1:]]

    @property
    def results(self) -> str:
        """From the last part to the results."""
        sections = self._sections
        return self._body(sections[-1], sections, NEXT)

    @property
    def _sections(self) -> list[Section]:
        """The parts that have a question to ask."""
        return [
            section
            for section in self.content.sections
            if questions_to_ask(self.content, section, self.picked)
        ]

    def _body(self, shown: Section, answered: list[Section], go: str) -> str:
        """In the order of the form: hidden fields, the questions of `shown`, the button."""
        flags = red_flags(
            self.content, dict(pair for section in answered for pair in self._picked(section))
        )
        fields = [("section", shown.id), ("voice", Voice.ME.value)]
        for section in answered:
            if section is not shown:
                fields += self._fields(section)
        fields += [("shown", flag.interruption) for flag in flags]
        return urlencode([*fields, *self._fields(shown), ("go", go)])

    def _picked(self, section: Section) -> list[tuple[str, tuple[str, ...]]]:
        return [(q.id, self.picked[q.id]) for q in section.questions if q.id in self.picked]

    def _fields(self, section: Section) -> list[tuple[str, str]]:
        return [(id, choice) for id, choices in self._picked(section) for choice in choices]


def typical(content: Questionnaire, answer_all: bool = True) -> Visit:
    """Answers that lead to exactly ten topic cards and raise no red flag.

    `answer_all`: every question that is asked has an answer, and most open no topic; else
    only the questions that open the cards have one. The first question of each part but the
    first is tried, then the second of each, and so on. The first part asks about emergencies.
    Raises ValueError when no such answers are found.
    """
    picked = _answers_that_open_nothing(content) if answer_all else {}
    rounds = zip_longest(*(section.questions for section in content.sections[1:]))
    for question in (each.id for row in rounds for each in row if each):
        if question not in _asked(content, picked):
            continue
        for choice in content.choices[question].values():
            tried = {**picked, question: (choice.id,)}
            count = len(match(content, Answers(tried)).cards)
            now = len(match(content, Answers(picked)).cards)
            if now < count <= CARDS and not red_flags(content, tried):
                picked = tried
                break
    if answer_all:  # some questions are not asked any more
        asked = _asked(content, picked)
        picked = {question: choices for question, choices in picked.items() if question in asked}
    visit = Visit(content, {id: picked[id] for id in content.questions if id in picked})
    if len(visit.outcome.cards) != CARDS:
        raise ValueError(f"no answers lead to exactly {CARDS} cards")
    return visit


def everything(content: Questionnaire) -> Visit:
    """Every choice that can be ticked, and the most urgent of those that exclude each other."""
    picked: Picked = {}
    for question, options in content.choices.items():
        offered = [choice for choice in options.values() if Voice.ME in choice.voices]
        real = [c for c in offered if c.id not in (NONE, NOT_SURE, PREFER_NOT)] or offered
        single = content.questions[question].type == "single"
        picked[question] = tuple(c.id for c in ([min(real, key=_rank)] if single else real))
    return Visit(content, picked)


def _rank(choice: Choice) -> int:
    if choice.interruption:
        return -1
    return choice.urgency.rank if choice.urgency else 99


def _asked(content: Questionnaire, picked: Picked) -> set[str]:
    return {id for part in content.sections for id in questions_to_ask(content, part, picked)}


def _answers_that_open_nothing(content: Questionnaire) -> Picked:
    """For each question the first choice that opens nothing, where there is one."""
    picked: Picked = {}
    for question, options in content.choices.items():
        for choice in options.values():
            opens = content.opened(question, choice.id) or choice.interruption or choice.support
            if not opens and choice.id != PREFER_NOT:
                picked[question] = (choice.id,)
                break
    return picked
