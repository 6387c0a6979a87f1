"""POST bodies of visits, from the cases and the choices of the built-in content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import urlencode

from screener.content.loading.load import load
from screener.content.localize import in_region
from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.flow import BACK, NEXT
from screener.engine.plans import Outcome, outcome_of
from screener.engine.walk import Page, Walk, walk
from screener.resources import built_in_questions
from tests import answers

Picked = Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def content() -> Questionnaire:
    """The built-in content as the edition at the root shows it."""
    return in_region(load(built_in_questions()).questionnaire)


@dataclass(frozen=True)
class Visit:
    """The answers of one visit, and the POST bodies that a browser sends with them.

    Every page that stops has been shown, as far as the visit has come.
    """

    content: Questionnaire
    picked: Picked

    @property
    def outcome(self) -> Outcome:
        """What these answers lead to."""
        return outcome_of(self.content, self.walk.answers)

    @cached_property
    def walk(self) -> Walk:
        """The way through the questions."""
        return walk(self.content, Voice.ME, self.picked)

    @property
    def pages(self) -> tuple[Page, ...]:
        """The questions that are asked, in order."""
        return self.walk.pages

    @property
    def steps(self) -> list[str]:
        """From each question to the next, which is blank: a body has the answers so far."""
        pages = self.pages
        return [self._body(pages[: n + 1], NEXT) for n in range(len(pages) - 1)]

    @property
    def back_steps(self) -> list[str]:
        """From each question back to the one before: each body has all answers."""
        pages = self.pages
        return [self._body(pages, BACK, at=page.question) for page in pages[1:]]

    @property
    def results(self) -> str:
        """From the last question to the results."""
        return self._body(self.pages, NEXT)

    def _body(self, shown: tuple[Page, ...], go: str, at: str = "") -> str:
        """In the order of the form: hidden fields, the question that stands, the button."""
        at = at or shown[-1].question
        answered = {
            page.question: self.walk.answers.picked.get(page.question, ()) for page in shown
        }
        fields = [("voice", Voice.ME.value)]
        fields += _pairs({id: ids for id, ids in answered.items() if id != at})
        fields += [("seen", plan) for page in shown for plan in reversed(page.stops)]
        return urlencode([*fields, ("at", at), *_pairs({at: answered[at]}), ("go", go)])


def _pairs(picked: Picked) -> list[tuple[str, str]]:
    return [(question, choice) for question, ids in picked.items() for choice in ids]


def typical(content: Questionnaire) -> Visit:
    """Of the cases that nothing stops, the one with the most answers."""
    picked = answers.calm_case().answers
    order = content.choices  # a browser sends ticks in the order of the page
    return Visit(content, {id: tuple(c for c in order[id] if c in picked[id]) for id in picked})


def everything(content: Questionnaire) -> Visit:
    """Every choice that can be ticked, and the most urgent of those that exclude each other."""
    return Visit(content, answers.everything())
