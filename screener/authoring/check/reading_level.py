"""Reading grade of English text, and of everything in a content file that is read in one go.

The measure is the Flesch-Kincaid grade level (Kincaid and others, 1975):
0.39 x words per sentence + 11.8 x syllables per word - 15.59, in US school grades.
Syllables are counted from spelling, so a grade is good to about half a grade.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

from screener.authoring.check.findings import Finding, as_read, in_one_voice
from screener.content.loading.yaml_reader import Place
from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.topics import CITATION
from screener.content.texts import texts

AIM, LIMIT = 6, 8
"""School grades: a warning above the aim, an error above the limit."""

CRISIS_AIM, CRISIS_LIMIT = 5, 6
"""As above, for plans that stop."""

MINIMUM_WORDS = 30
"""Texts with fewer words get no grade: it would vary too much."""

SHORT_SENTENCE = 8
"""Words. In shorter sentences a single long word decides the grade."""

_MARKUP = re.compile(r"\]\([^)]*\)|[*_`#>\[\]]")
_LIST_ITEM = re.compile(r"^\s*(?:[-*+]|\d+\.)\s+", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?:;]+(?=[\s\"')\]]|$)|\n\s*\n|\n(?=\x00)")
_WORD = re.compile(r"[A-Za-z]+(?:['\u2019][A-Za-z]+)?")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(r"(?:[^laeiouy]es|[^aeiouytd]ed|[^laeiouy]e)$")
_SPLIT_VOWELS = re.compile(r"i(?:a|o|u)(?!n)|ual|eo|[yue]ing$|^quie|^being$")


def plain_text(markdown: str) -> str:
    """A Markdown text without markup. NUL marks the start of a list item, which ends a sentence."""
    marked = _LIST_ITEM.sub("\x00", CITATION.sub("", markdown))
    return _MARKUP.sub("", marked)


def words(text: str) -> list[str]:
    """The words of a text, in order, without numbers and marks."""
    return _WORD.findall(text)


@lru_cache(maxsize=16_384)
def syllables(word: str) -> int:
    """How many syllables an English word has, at least one, judged by its spelling."""
    word = word.lower().replace("\u2019", "'").split("'")[0]
    count = len(_VOWELS.findall(word)) + len(_SPLIT_VOWELS.findall(word))
    if _SILENT_END.search(word) and len(word) > 3:
        count -= 1
    return max(count, 1)


def grade(markdown: str, known_words: Iterable[str] = ()) -> float | None:
    """The Flesch-Kincaid grade of a Markdown text, or None when it is under 30 words.

    `known_words` are names the reader has on the box (medicines): they count as one
    word of two syllables, because they are known by sight whatever their length.
    """
    return _grade(markdown, frozenset(word.lower() for word in known_words))


@lru_cache(maxsize=2048)
def _grade(markdown: str, known: frozenset[str]) -> float | None:
    """Kept, because most texts are the same in each country."""
    text = plain_text(markdown)
    found = words(text)
    if len(found) < MINIMUM_WORDS:
        return None
    return _level(found, len(_sentences(text)), known)


def hardest_sentences(
    markdown: str, known_words: Iterable[str] = (), most: int = 2
) -> list[tuple[float, str]]:
    """The sentences that make a text hard, hardest first, each with its own grade.

    A grade of one sentence is rough: it only says where to begin. Short ones are left out.
    """
    known = {word.lower() for word in known_words}
    long = [s for s in _sentences(plain_text(markdown)) if len(words(s)) >= SHORT_SENTENCE]
    graded = [(_level(words(s), 1, known), " ".join(s.replace("\x00", " ").split())) for s in long]
    return sorted(graded, key=lambda pair: -pair[0])[:most]


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE_END.split(text) if words(part)]


def _level(found: list[str], sentences: int, known: Collection[str]) -> float:
    total = sum(2 if word.lower() in known else syllables(word) for word in found)
    return 0.39 * len(found) / sentences + 11.8 * total / len(found) - 15.59


@dataclass(frozen=True)
class Graded:
    """What is read in one go, in the voice that is harder to read."""

    place: Place
    kind: str
    title: str
    text: str
    grade: float | None
    """None when it is too short to have one."""
    is_crisis: bool = False
    known_words: tuple[str, ...] = ()

    @property
    def aim(self) -> int:
        """The grade that it should not be above."""
        return CRISIS_AIM if self.is_crisis else AIM

    @property
    def limit(self) -> int:
        """The grade that it must not be above."""
        return CRISIS_LIMIT if self.is_crisis else LIMIT

    @property
    def verdict(self) -> str:
        """The grade in words."""
        if self.grade is None:
            return "too short to grade"
        if self.grade > self.limit:
            return "too hard"
        return "above the aim" if self.grade > self.aim else "fine"

    @cached_property
    def hardest(self) -> list[tuple[float, str]]:
        """Where to begin."""
        return hardest_sentences(self.text, self.known_words)


def grades(content: Questionnaire) -> Iterator[Graded]:
    """Plans, questions, wordings of topics, and other long texts, in the order of the file.

    Give the questionnaire as one country reads it.
    """
    for place, kind, title, read, is_crisis in _read_in_one_go(content):
        known = content.about.known_words
        both = [as_read(read(voice), content) for voice in Voice]
        graded = [(grade(text, known), text) for text in dict.fromkeys(both)]
        level, text = max(graded, key=lambda pair: -99 if pair[0] is None else pair[0])
        yield Graded(place, kind, title, text, level, is_crisis, known)


def reading_level(countries: Iterable[Questionnaire]) -> Iterator[Finding]:
    """What is harder to read than it should be, at its hardest in any country."""
    hardest: dict[Place, Graded] = {}
    for found in chain.from_iterable(map(grades, countries)):
        before = hardest.get(found.place, found)
        hardest[found.place] = max(before, found, key=lambda one: one.grade or -99)
    for place, found in hardest.items():
        if found.grade is not None and found.grade > found.aim:
            message = f"reads at grade {found.grade:.1f}; aim at {found.aim}"
            yield Finding(place, message, is_error=found.grade > found.limit)


_Reading = tuple[Place, str, str, Callable[[Voice], str], bool]


def _read_in_one_go(content: Questionnaire) -> Iterator[_Reading]:
    for p, plan in enumerate(content.plans):
        yield ("plans", p), "Plan", plan.heading.me, _all_of(plan), plan.stops
    for s, section in enumerate(content.sections):
        for q, question in enumerate(section.questions):
            place: Place = ("sections", s, "questions", q)
            yield place, "Question", question.ask.me, _all_of(question), False
    for id, topic in content.topics.items():
        yield ("topics", id), "Topic", topic.title, _all_of((topic.action, topic.body)), False
        for v, variant in enumerate(topic.variants):
            place = ("topics", id, "variants", v)
            title = f"{topic.title}: {variant.title}"
            yield place, "Topic", title, _all_of((variant.action, variant.body)), False
    for key in ("about", "results"):
        for place, text in texts(getattr(content, key)):
            if len(words(text)) >= MINIMUM_WORDS:
                title = f"{key}: {'.'.join(map(str, place))}"
                yield (key, *place), "Page", title, _all_of(text), False


def _all_of(part: Any) -> Callable[[Voice], str]:
    return lambda voice: "\n\n".join(in_one_voice(part, voice))
