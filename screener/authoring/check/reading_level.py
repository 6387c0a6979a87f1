"""Reading grade of English text, worked out offline.

The measure is the Flesch-Kincaid grade level (Kincaid and others, 1975):
0.39 x words per sentence + 11.8 x syllables per word - 15.59, in US school grades.
Syllables are counted from spelling, so a grade is good to about half a grade.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MINIMUM_WORDS = 30
"""Below this many words a grade says more about chance than about the text."""

SHORT_SENTENCE = 8
"""Words. Below it, one long word makes any grade."""

_MARKUP = re.compile(r"\]\([^)]*\)|[*_`#>\[\]]")
_LIST_ITEM = re.compile(r"^\s*(?:[-*+]|\d+\.)\s+", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?:;]+(?=[\s\"')\]]|$)|\n\s*\n|\n(?=\x00)")
_WORD = re.compile(r"[A-Za-z]+(?:['\u2019][A-Za-z]+)?")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(r"(?:[^laeiouy]es|[^aeiouytd]ed|[^laeiouy]e)$")
_SPLIT_VOWELS = re.compile(r"i(?:a|o|u)(?!n)|ual|eo|[yue]ing$|^quie|^being$")


def plain_text(markdown: str) -> str:
    """Markdown in, words and sentence ends out; each list item ends its sentence."""
    marked = _LIST_ITEM.sub("\x00", markdown)
    return _MARKUP.sub("", marked)


def words(text: str) -> list[str]:
    """The words of a text, in order, without numbers and marks."""
    return _WORD.findall(text)


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
    text = plain_text(markdown)
    found = words(text)
    if len(found) < MINIMUM_WORDS:
        return None
    return _level(found, len(_sentences(text)), {word.lower() for word in known_words})


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


def _level(found: list[str], sentences: int, known: set[str]) -> float:
    total = sum(2 if word.lower() in known else syllables(word) for word in found)
    return 0.39 * len(found) / sentences + 11.8 * total / len(found) - 15.59
