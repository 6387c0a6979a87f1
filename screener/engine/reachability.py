"""What answers can produce: which signs can be named together, which plans can come up. Pure.

A person gives one answer to a single-choice question, "None of these" excludes every other
answer, and a question is answered only when it is asked. That decides which signs exclude
each other. It is an upper bound: a set of signs that is ruled out here cannot be named by
anybody, and a set that is not ruled out nearly always can.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import combinations, product

from screener.content.models.base import STANDARD_CHOICES, Voice
from screener.content.models.conditions import AnyOf, Condition
from screener.content.models.questionnaire import Questionnaire
from screener.engine.signs import Signs

Answer = tuple[str, str]
"""Question id, choice id."""


def ways(condition: Condition) -> list[Signs]:
    """The smallest sets of signs that satisfy what a condition wants, its `none` lines aside."""
    options: list[list[Signs]] = []
    for clause in condition:
        if isinstance(clause, str):
            options.append([frozenset([clause])])
        elif isinstance(clause, AnyOf):
            options.append([frozenset([o] if isinstance(o, str) else o) for o in clause.any])
    found = dict.fromkeys(frozenset[str]().union(*pick) for pick in product(*options))
    return list(found)


class Reachability:
    """Which signs one person can name together. Build once for a questionnaire."""

    def __init__(self, content: Questionnaire) -> None:
        self._content = content
        self._exclusive = lru_cache(maxsize=None)(self._decide_exclusive)

    @cached_property
    def sayable(self) -> dict[Voice, Signs]:
        """The signs that some answer names, for each voice."""
        return {
            voice: frozenset([voice.sign]).union(
                *(
                    choice.signs
                    for question in self._content.questions
                    for choice in self._content.choices_for(question, voice).values()
                )
            )
            for voice in Voice
        }

    def closed(self, signs: Signs) -> Signs:
        """The signs with those that are always named along with them."""
        implied = self._content.implied
        return signs.union(*(implied.get(sign, frozenset()) for sign in signs))

    def possible(self, signs: Signs, voice: Voice) -> bool:
        """Whether one person can name all of some signs."""
        return signs <= self.sayable[voice] and not any(
            self._exclusive(one, other) for one, other in combinations(sorted(signs), 2)
        )

    def _decide_exclusive(self, one: str, other: str) -> bool:
        """Whether two signs come from rival answers, whichever answers name them."""
        named_by = self._content.named_by
        pairs = list(product(named_by[one], named_by[other]))
        return bool(pairs) and all(
            any(self._rivals(a, b) for a, b in product(self._needed(here), self._needed(there)))
            for here, there in pairs
        )

    def _needed(self, answer: Answer) -> Iterator[Answer]:
        """An answer, and those without which its question is not asked."""
        yield answer
        for clause in self._content.questions[answer[0]].ask_if:
            if isinstance(clause, str):
                answers = self._content.named_by.get(clause, ())
                if len(answers) == 1:
                    yield from self._needed(answers[0])

    def _rivals(self, one: Answer, other: Answer) -> bool:
        if one == other or one[0] != other[0]:
            return False
        single = self._content.questions[one[0]].type == "single"
        return single or one[1] in STANDARD_CHOICES or other[1] in STANDARD_CHOICES
