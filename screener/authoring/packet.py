"""What the printed review packet (`screener show --html`) shows, as plain data.

Every part has a short number or letter besides its link, because paper has no links.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from string import ascii_uppercase

from screener.authoring.check.coverage import question_numbers
from screener.content.models.base import Urgency, Voice, Voiced, most_urgent
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import AskIf, Choice, Interruption, Question, Section
from screener.content.models.topics import Condition, Topic

_ONLY: dict[tuple[Voice, ...], str] = {
    (Voice.ME,): "only when asked about me",
    (Voice.SOMEONE,): "only when asked about someone",
}


@dataclass(frozen=True)
class PageRef:
    """A page that stops the journey, as an answer names it."""

    letter: str
    id: str
    heading: str
    unsure: bool


@dataclass(frozen=True)
class TopicRef:
    """A topic that an answer opens."""

    number: str
    id: str
    title: str


@dataclass(frozen=True)
class SignRef:
    """A sign that an answer means, and where it is documented."""

    label: str
    where: str


@dataclass(frozen=True)
class AnswerEntry:
    """One answer with everything that it does."""

    text: Voiced
    only: str
    stop: PageRef | None
    opens: dict[Urgency, list[TopicRef]]
    why: list[SignRef]
    support: str

    @property
    def acts(self) -> bool:
        """Whether it does anything; answers that do not share one row."""
        return bool(self.stop or self.opens or self.why or self.support)


@dataclass(frozen=True)
class Rule:
    """A question that decides whether another one is asked."""

    number: str
    id: str
    ask: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class QuestionEntry:
    """A question, when it is asked, and its answers."""

    number: str
    question: Question
    rules: list[Rule]
    answers: list[AnswerEntry]


@dataclass(frozen=True)
class PartEntry:
    """A section, with the counts of the overview."""

    number: int
    section: Section
    questions: list[QuestionEntry]

    @property
    def stops(self) -> list[PageRef]:
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
class PageEntry:
    """A page that stops the journey, and the answers that lead to it."""

    letter: str
    id: str
    page: Interruption
    led_by: list[LedBy]


@dataclass(frozen=True)
class TopicEntry:
    """A topic, and the answers that lead to it at each urgency."""

    number: str
    id: str
    topic: Topic
    sources: list[str]
    led_by: dict[Urgency, list[LedBy]]
    always: Urgency | None
    stops: list[str]


@dataclass(frozen=True)
class LeadEntry:
    """A line above the cards of the results, and the answers it depends on."""

    text: Voiced
    when: Rule
    unless: list[Rule]


@dataclass(frozen=True)
class Packet:
    """Everything that the packet shows."""

    parts: list[PartEntry]
    pages: list[PageEntry]
    topics: dict[str, list[TopicEntry]]
    numbers: dict[str, str]
    leads: list[LeadEntry]


class _Builder:
    def __init__(self, content: Questionnaire) -> None:
        self.content = content
        self.numbers = question_numbers(content)
        self.letters = dict(zip(content.interruptions, _letters(), strict=False))
        self.topic_numbers = {id: f"T{n}" for n, id in enumerate(content.topics, start=1)}
        self.source_numbers = source_numbers(content)

    def packet(self) -> Packet:
        parts = [
            PartEntry(number, section, [self.question(q) for q in section.questions])
            for number, section in enumerate(self.content.sections, start=1)
        ]
        pages = [self.page(id, page) for id, page in self.content.interruptions.items()]
        topics: dict[str, list[TopicEntry]] = {id: [] for id in self.content.about.groups}
        led = self.led_to_topics()
        for id, topic in self.content.topics.items():
            topics[topic.group].append(self.topic(id, topic, led[id]))
        leads = [
            LeadEntry(lead.text, self.rule(lead.when), [self.rule(rule) for rule in lead.unless])
            for lead in self.content.results.leads
        ]
        return Packet(parts, pages, topics, self.topic_numbers, leads)

    def question(self, question: Question) -> QuestionEntry:
        choices = self.content.choices[question.id].values()
        answers = [self.answer(question, choice) for choice in choices]
        rules = [self.rule(rule) for rule in question.ask_if]
        return QuestionEntry(self.numbers[question.id], question, rules, answers)

    def rule(self, rule: AskIf | Condition) -> Rule:
        id, choices = rule.question, self.content.choices[rule.question]
        answers = tuple(choices[choice].text.me for choice in rule.choices)
        return Rule(self.numbers[id], id, self.content.questions[id].ask.me, answers)

    def answer(self, question: Question, choice: Choice) -> AnswerEntry:
        opens: dict[Urgency, list[TopicRef]] = {}
        opened = self.content.opened(question.id, choice.id)
        for topic, level in sorted(opened.items(), key=lambda pair: pair[1].rank):
            title = self.content.topics[topic].title
            opens.setdefault(level, []).append(TopicRef(self.topic_numbers[topic], topic, title))
        return AnswerEntry(
            choice.text,
            _ONLY.get(choice.voices, ""),
            self.stop(choice),
            opens,
            [self.why(sign) for sign in choice.signs],
            self.content.contacts[choice.support].name if choice.support else "",
        )

    def stop(self, choice: Choice) -> PageRef | None:
        id = choice.interruption
        if id is None:
            return None
        page = self.content.interruptions[id]
        heading = page.unsure.heading if choice.unsure and page.unsure else page.heading
        return PageRef(self.letters[id], id, heading.me, choice.unsure)

    def why(self, id: str) -> SignRef:
        sign = self.content.signs[id]
        articles = ", ".join(sign.documented_in)
        where = [f"article {articles}" if len(sign.documented_in) == 1 else f"articles {articles}"]
        where = where if articles else []
        if sign.source:
            where.append(self.source_numbers[sign.source])
        return SignRef(sign.label, ", ".join(where))

    def page(self, id: str, page: Interruption) -> PageEntry:
        led: dict[str, list[str]] = defaultdict(list)
        for question, options in self.content.choices.items():
            for choice in options.values():
                if choice.interruption == id:
                    form = " ('not sure' form)" if choice.unsure else ""
                    led[question].append(choice.text.me + form)
        return PageEntry(self.letters[id], id, page, self.led(led))

    def led_to_topics(self) -> dict[str, dict[Urgency, dict[str, list[str]]]]:
        led: dict[str, dict[Urgency, dict[str, list[str]]]] = {
            id: {level: defaultdict(list) for level in Urgency} for id in self.content.topics
        }
        for question, options in self.content.choices.items():
            for choice in options.values():
                for topic, level in self.content.opened(question, choice.id).items():
                    led[topic][level][question].append(choice.text.me)
        return led

    def topic(self, id: str, topic: Topic, led: dict[Urgency, dict[str, list[str]]]) -> TopicEntry:
        always = [rule.urgency for rule in self.content.results.always if rule.topic == id]
        return TopicEntry(
            self.topic_numbers[id],
            id,
            topic,
            [self.source_numbers[source] for source in topic.sources],
            {level: self.led(questions) for level, questions in led.items() if questions},
            most_urgent(always),
            [
                self.letters[name]
                for name, page in self.content.interruptions.items()
                if id in page.topics
            ],
        )

    def led(self, questions: dict[str, list[str]]) -> list[LedBy]:
        return [
            LedBy(self.numbers[id], id, self.content.questions[id].subject, tuple(answers))
            for id, answers in questions.items()
        ]


def _letters() -> list[str]:
    """A to Z, then AA to ZZ: enough for any file."""
    return [*ascii_uppercase, *(a + b for a in ascii_uppercase for b in ascii_uppercase)]


def source_numbers(content: Questionnaire) -> dict[str, str]:
    """'S7' for the seventh source."""
    return {id: f"S{number}" for number, id in enumerate(content.sources, start=1)}


def packet(content: Questionnaire) -> Packet:
    """Give the questionnaire as one country reads it."""
    return _Builder(content).packet()
