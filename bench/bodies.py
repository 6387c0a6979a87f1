"""What is sent: the bodies of visits, worked out from the content so that any file will do."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from urllib.parse import urlencode

from screener.content.models.base import NONE, NOT_SURE, PREFER_NOT, Voice
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Choice, Section
from screener.engine.flow import questions_to_ask
from screener.engine.matching import Answers, Outcome, match, red_flags

CARDS = 10
"""Topic cards on a typical results page."""

Picked = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Visit:
    """Some answers, and the POST bodies that a browser sends on the way to their results."""

    content: Questionnaire
    picked: Picked
    shown: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """What matches these answers."""
        return match(self.content, Answers(self.picked))

    @property
    def results(self) -> str:
        """The body that asks for the results, sent from the last part."""
        return self._body(self._places[-1])

    @property
    def steps(self) -> list[str]:
        """The bodies that lead from each part to the one after it."""
        return [self._body(place) for place in self._places[:-1]]

    @property
    def _places(self) -> list[int]:
        """The parts that have something to ask."""
        sections = self.content.sections
        asked = [bool(questions_to_ask(self.content, part, self.picked)) for part in sections]
        return [place for place in range(len(sections)) if asked[place]]

    def _body(self, place: int) -> str:
        """As a form sends it: what is carried first, then the part on screen, then the button."""
        sections = self.content.sections
        fields = [("voice", Voice.ME.value), *self._of(sections[:place])]
        fields += [("shown", id) for id in self.shown]
        here = ("section", sections[place].id)
        return urlencode([here, *fields, *self._of((sections[place],)), ("go", "next")])

    def _of(self, sections: tuple[Section, ...]) -> list[tuple[str, str]]:
        return [
            (question.id, choice)
            for section in sections
            for question in section.questions
            for choice in self.picked.get(question.id, ())
        ]


def typical(content: Questionnaire, answer_all: bool = True) -> Visit:
    """Exactly ten topic cards and no red flag.

    Whether every question that is asked has an answer, most of which open nothing; or only
    those that open the cards. Found by trying the first question of each part, then the
    second, and so on; but not those of the first part, which asks about emergencies.
    Raises ValueError when no such answers are found.
    """
    picked = _quiet(content) if answer_all else {}
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
    if answer_all:  # what is not asked any more is not answered either
        asked = _asked(content, picked)
        picked = {question: choices for question, choices in picked.items() if question in asked}
    visit = Visit(content, {id: picked[id] for id in content.questions if id in picked})
    if len(visit.outcome.cards) != CARDS:
        raise ValueError(f"no answers lead to exactly {CARDS} cards")
    return visit


def everything(content: Questionnaire) -> Visit:
    """As many answers as can be given at once, the most urgent of each, after every red flag."""
    picked: Picked = {}
    for question, options in content.choices.items():
        offered = [choice for choice in options.values() if Voice.ME in choice.voices]
        real = [c for c in offered if c.id not in (NONE, NOT_SURE, PREFER_NOT)] or offered
        single = content.questions[question].type == "single"
        picked[question] = tuple(c.id for c in ([min(real, key=_weight)] if single else real))
    return Visit(content, picked, tuple(content.interruptions))


def _weight(choice: Choice) -> int:
    if choice.interruption:
        return -1
    return choice.urgency.rank if choice.urgency else 99


def _asked(content: Questionnaire, picked: Picked) -> set[str]:
    return {id for part in content.sections for id in questions_to_ask(content, part, picked)}


def _quiet(content: Questionnaire) -> Picked:
    """For each question the first choice that opens nothing, where there is one."""
    picked: Picked = {}
    for question, options in content.choices.items():
        for choice in options.values():
            opens = content.opened(question, choice.id) or choice.interruption or choice.support
            if not opens and choice.id != PREFER_NOT:
                picked[question] = (choice.id,)
                break
    return picked
