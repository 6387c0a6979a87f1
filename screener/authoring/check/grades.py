"""The reading grade of every group of texts that is read in one go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from screener.authoring.check.reading_level import grade, hardest_sentences
from screener.authoring.check.wording import (
    CRISIS_GRADE_AIM,
    CRISIS_GRADE_LIMIT,
    GRADE_AIM,
    GRADE_LIMIT,
    crisis_pages,
)
from screener.content.models.base import Voice, Voiced
from screener.content.models.library import Topic, with_numbers
from screener.content.models.questionnaire import Questionnaire


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

    One by one too, because `check` grades them so, and this must not be kinder.
    """
    wordings = [(topic.action, topic.strip, topic.body)]
    wordings += [(other.action, other.strip, other.body) for other in topic.variants]
    for voice in Voice:
        for lines in wordings:
            yield _joined(lines, voice)
            yield from (line.in_voice(voice) for line in lines if line)
