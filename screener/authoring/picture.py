"""The journey as a clinician follows it with a pencil: what each answer does, and why.

Everything has a short number or letter besides its link, because paper has no links.
"""

from __future__ import annotations

from dataclasses import dataclass

from screener.content.models.base import Urgency, Voiced
from screener.content.models.library import Topic
from screener.content.models.questions import Interruption, Question, Section


@dataclass(frozen=True)
class Stop:
    """A page that stops the journey, as an answer names it."""

    letter: str
    id: str
    heading: str
    unsure: bool


@dataclass(frozen=True)
class Opened:
    """A topic that an answer opens."""

    number: str
    id: str
    title: str


@dataclass(frozen=True)
class Why:
    """A sign that an answer means, and where it is documented."""

    label: str
    where: str


@dataclass(frozen=True)
class Answer:
    """One answer with everything that it does."""

    text: Voiced
    only: str
    stop: Stop | None
    opens: dict[Urgency, list[Opened]]
    why: list[Why]
    support: str

    @property
    def acts(self) -> bool:
        """Whether it does anything; an answer that does not needs no row of its own."""
        return bool(self.stop or self.opens or self.why or self.support)


@dataclass(frozen=True)
class Rule:
    """A question that decides whether another one is asked."""

    number: str
    id: str
    ask: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class PicturedQuestion:
    """A question, when it is asked, and its answers."""

    number: str
    question: Question
    rules: list[Rule]
    answers: list[Answer]


@dataclass(frozen=True)
class Part:
    """A section, with the counts of the overview."""

    number: int
    section: Section
    questions: list[PicturedQuestion]

    @property
    def stops(self) -> list[Stop]:
        """The pages its answers lead to, each once, under their full heading if they show it."""
        stops = [answer.stop for q in self.questions for answer in q.answers if answer.stop]
        stops.sort(key=lambda stop: (len(stop.letter), stop.letter, not stop.unsure))
        return [*{stop.letter: stop for stop in stops}.values()]

    @property
    def opened(self) -> dict[Urgency, int]:
        """How many topics its answers open at each urgency."""
        found: dict[Urgency, set[str]] = {level: set() for level in Urgency}
        for question in self.questions:
            for answer in question.answers:
                for level, topics in answer.opens.items():
                    found[level] |= {topic.id for topic in topics}
        return {level: len(topics) for level, topics in found.items()}


@dataclass(frozen=True)
class LedBy:
    """An answer that leads to a page or a topic."""

    number: str
    question: str
    subject: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class PicturedPage:
    """A page that stops the journey, and the answers that lead to it."""

    letter: str
    id: str
    page: Interruption
    led_by: list[LedBy]


@dataclass(frozen=True)
class PicturedTopic:
    """A topic, and the answers that lead to it at each urgency."""

    number: str
    id: str
    topic: Topic
    sources: list[str]
    led_by: dict[Urgency, list[LedBy]]
    always: Urgency | None
    stops: list[str]


@dataclass(frozen=True)
class PicturedLead:
    """A line above the cards of the results, and the answers it depends on."""

    text: Voiced
    when: Rule
    unless: list[Rule]


@dataclass(frozen=True)
class Picture:
    """The whole journey."""

    parts: list[Part]
    pages: list[PicturedPage]
    topics: dict[str, list[PicturedTopic]]
    numbers: dict[str, str]
    leads: list[PicturedLead]
