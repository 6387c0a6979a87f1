"""Draws the journey of a questionnaire: the data that `screener show --html` prints."""

from __future__ import annotations

from collections import defaultdict
from string import ascii_uppercase

from screener.authoring.check.coverage import question_numbers
from screener.authoring.picture import (
    Answer,
    LedBy,
    Opened,
    Part,
    Picture,
    PicturedLead,
    PicturedPage,
    PicturedQuestion,
    PicturedTopic,
    Rule,
    Stop,
    Why,
)
from screener.content.models.base import Urgency, Voice
from screener.content.models.library import Condition, Topic
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import AskIf, Choice, Interruption, Question

_ONLY: dict[tuple[Voice, ...], str] = {
    (Voice.ME,): "only when asked about me",
    (Voice.SOMEONE,): "only when asked about someone",
}


class _Painter:
    def __init__(self, content: Questionnaire) -> None:
        self.content = content
        self.numbers = question_numbers(content)
        self.letters = dict(zip(content.interruptions, _letters(), strict=False))
        self.topic_numbers = {id: f"T{n}" for n, id in enumerate(content.topics, start=1)}
        self.source_numbers = source_numbers(content)

    def picture(self) -> Picture:
        parts = [
            Part(number, section, [self.question(q) for q in section.questions])
            for number, section in enumerate(self.content.sections, start=1)
        ]
        pages = [self.page(id, page) for id, page in self.content.interruptions.items()]
        topics: dict[str, list[PicturedTopic]] = {id: [] for id in self.content.about.groups}
        led = self.led_to_topics()
        for id, topic in self.content.topics.items():
            topics[topic.group].append(self.topic(id, topic, led[id]))
        leads = [
            PicturedLead(lead.text, self.rule(lead.when), [self.rule(rule) for rule in lead.unless])
            for lead in self.content.results.leads
        ]
        return Picture(parts, pages, topics, self.topic_numbers, leads)

    def question(self, question: Question) -> PicturedQuestion:
        choices = self.content.choices[question.id].values()
        answers = [self.answer(question, choice) for choice in choices]
        rules = [self.rule(rule) for rule in question.ask_if]
        return PicturedQuestion(self.numbers[question.id], question, rules, answers)

    def rule(self, rule: AskIf | Condition) -> Rule:
        id, choices = rule.question, self.content.choices[rule.question]
        answers = tuple(choices[choice].text.me for choice in rule.choices)
        return Rule(self.numbers[id], id, self.content.questions[id].ask.me, answers)

    def answer(self, question: Question, choice: Choice) -> Answer:
        opens: dict[Urgency, list[Opened]] = {}
        opened = self.content.opened(question.id, choice.id)
        for topic, level in sorted(opened.items(), key=lambda pair: pair[1].rank):
            title = self.content.topics[topic].title
            opens.setdefault(level, []).append(Opened(self.topic_numbers[topic], topic, title))
        return Answer(
            choice.text,
            _ONLY.get(choice.voices, ""),
            self.stop(choice),
            opens,
            [self.why(sign) for sign in choice.signs],
            self.content.contacts[choice.support].name if choice.support else "",
        )

    def stop(self, choice: Choice) -> Stop | None:
        id = choice.interruption
        if id is None:
            return None
        page = self.content.interruptions[id]
        heading = page.unsure.heading if choice.unsure and page.unsure else page.heading
        return Stop(self.letters[id], id, heading.me, choice.unsure)

    def why(self, id: str) -> Why:
        sign = self.content.signs[id]
        articles = ", ".join(sign.documented_in)
        where = [f"article {articles}" if len(sign.documented_in) == 1 else f"articles {articles}"]
        where = where if articles else []
        if sign.source:
            where.append(self.source_numbers[sign.source])
        return Why(sign.label, ", ".join(where))

    def page(self, id: str, page: Interruption) -> PicturedPage:
        led: dict[str, list[str]] = defaultdict(list)
        for question, options in self.content.choices.items():
            for choice in options.values():
                if choice.interruption == id:
                    form = " ('not sure' form)" if choice.unsure else ""
                    led[question].append(choice.text.me + form)
        return PicturedPage(self.letters[id], id, page, self.led(led))

    def led_to_topics(self) -> dict[str, dict[Urgency, dict[str, list[str]]]]:
        led: dict[str, dict[Urgency, dict[str, list[str]]]] = {
            id: {level: defaultdict(list) for level in Urgency} for id in self.content.topics
        }
        for question, options in self.content.choices.items():
            for choice in options.values():
                for topic, level in self.content.opened(question, choice.id).items():
                    led[topic][level][question].append(choice.text.me)
        return led

    def topic(
        self, id: str, topic: Topic, led: dict[Urgency, dict[str, list[str]]]
    ) -> PicturedTopic:
        always = [rule.urgency for rule in self.content.results.always if rule.topic == id]
        return PicturedTopic(
            self.topic_numbers[id],
            id,
            topic,
            [self.source_numbers[source] for source in topic.sources],
            {level: self.led(questions) for level, questions in led.items() if questions},
            min(always, key=lambda level: level.rank, default=None),
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


def picture(content: Questionnaire) -> Picture:
    """The journey of one questionnaire."""
    return _Painter(content).picture()
