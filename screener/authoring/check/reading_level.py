"""Reading grade of English text, and of every group of texts that is read in one go.

The measure is the Flesch-Kincaid grade level (Kincaid and others, 1975):
0.39 x words per sentence + 11.8 x syllables per word - 15.59, in US school grades.
Syllables are counted from spelling, so a grade is good to about half a grade.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from screener.content.loading.yaml_reader import Place
from screener.content.models.base import Voice, Voiced
from screener.content.models.contacts import with_numbers
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.topics import Topic

GRADE_AIM, GRADE_LIMIT = 6, 8
"""School grades: a warning above the aim, an error above the limit."""

CRISIS_GRADE_AIM, CRISIS_GRADE_LIMIT = 5, 6
"""As above, for the pages that are read in an emergency."""

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


@dataclass(frozen=True)
class Graded:
    """A group of texts with its grade in the harder voice; None when it is too short."""

    kind: str
    id: str
    title: str
    grade: float | None
    aim: int
    limit: int
    hardest: tuple[tuple[float, str], ...]

    @property
    def verdict(self) -> str:
        """The grade in words."""
        if self.grade is None:
            return "too short to grade"
        if self.grade > self.limit:
            return "too hard"
        return "above the aim" if self.grade > self.aim else "fine"


def grades(content: Questionnaire) -> list[Graded]:
    """Crisis pages, parts, topics and pages; the hardest first within each kind."""
    found: list[Graded] = []
    for place, lines in crisis_pages(content):
        id = str(place[1])
        title = content.interruptions[id].heading.me
        form = " ('not sure' form)" if len(place) > 2 else ""
        texts = [_joined(lines, voice) for voice in Voice]
        aims = CRISIS_GRADE_AIM, CRISIS_GRADE_LIMIT
        found.append(_graded(content, "Crisis page", id, title + form, texts, aims))
    for section in content.sections:
        texts = [_joined(_asked(content, section.id), voice) for voice in Voice]
        found.append(_graded(content, "Part", section.id, section.title, texts))
    for id, topic in content.topics.items():
        texts = list(_readings(topic))
        found.append(_graded(content, "Topic", id, topic.title, texts))
    about = content.about
    for id, page in ((i, getattr(about, i)) for i in ("about", "privacy", "leave", "help")):
        found.append(_graded(content, "Page", id, page.title, [page.body]))
    start = "\n\n".join((about.lead, *about.points, about.adults, about.under_18, about.duration))
    found.append(_graded(content, "Page", "start", about.heading, [start]))
    kinds = list(dict.fromkeys(group.kind for group in found))
    return sorted(found, key=lambda group: (kinds.index(group.kind), -(group.grade or -99)))


def _graded(
    content: Questionnaire,
    kind: str,
    id: str,
    title: str,
    texts: list[str],
    aims: tuple[int, int] = (GRADE_AIM, GRADE_LIMIT),
) -> Graded:
    known = content.about.known_words
    shown = [with_numbers(text, content.contacts) for text in texts]
    level, text = max(((grade(text, known) or -99.0, text) for text in shown), key=lambda p: p[0])
    hardest = tuple(hardest_sentences(text, known))
    return Graded(kind, id, title, None if level == -99 else level, *aims, hardest)


def _joined(lines: Iterable[Voiced | None], voice: Voice) -> str:
    return "\n\n".join(line.in_voice(voice) for line in lines if line)


def _asked(content: Questionnaire, section_id: str) -> Iterator[Voiced | None]:
    (section,) = (s for s in content.sections if s.id == section_id)
    yield section.lead
    for question in section.questions:
        yield question.ask
        yield question.hint
        yield from (choice.text for choice in question.choices)


def _readings(topic: Topic) -> Iterator[str]:
    """A topic as it is read, in each voice and variant; then its texts one by one.

    One by one too, because `check` grades them so.
    """
    wordings = [(topic.action, topic.strip, topic.body)]
    wordings += [(other.action, other.strip, other.body) for other in topic.variants]
    for voice in Voice:
        for lines in wordings:
            yield _joined(lines, voice)
            yield from (line.in_voice(voice) for line in lines if line)


def crisis_pages(content: Questionnaire) -> Iterator[tuple[Place, list[Voiced | None]]]:
    """Each crisis page as it is read at once; the unsure form is a page of its own."""
    for id, page in content.interruptions.items():
        place: Place = ("interruptions", id)
        below = [*page.steps, page.do_not, page.alone, *(aside.text for aside in page.asides)]
        yield place, [page.why, page.say, *below]
        if page.unsure:
            yield (*place, "unsure"), [page.unsure.why, *below]


def crisis_grades(content: Questionnaire) -> Iterator[tuple[Place, Voice, float]]:
    """The grade of each crisis page in each voice, where it is long enough to have one."""
    for place, lines in crisis_pages(content):
        for voice in Voice:
            text = with_numbers(_joined(lines, voice), content.contacts)
            level = grade(text, content.about.known_words)
            if level is not None:
                yield place, voice, level
