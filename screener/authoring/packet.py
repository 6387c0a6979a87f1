"""Everything in a content file, in the order in which a clinician reads and signs it.

Plain data for `screener show`: as text, and as the printed review packet (`--html`). Parts are
named by short numbers, because paper has no links: 2.3 is the third question of part 2, P a plan,
T a topic, S a source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from screener.authoring.in_words import in_words
from screener.authoring.names import text_of
from screener.content.localize import in_region
from screener.content.models.base import PerVoice, Voice, Voiced
from screener.content.models.conditions import AnyOf, NoneOf
from screener.content.models.contacts import BECAUSE, with_numbers
from screener.content.models.policy import FieldPolicy, fields
from screener.content.models.proofs import Case, Proofs
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Choice, Question
from screener.content.models.topics import CITATION
from screener.content.reviews import reviewables
from screener.engine.plans import plan_alone, plans_of
from screener.engine.signs import wanted

_NOT_SHOWN = ("id", "reviewed", "note", "like", "format", "known_words", "allowed_words")
"""Fields that are no part of what a reviewer signs, or that are shown in another way."""

SHORT = 6
"""Letters of texts that stand in one line, such as the numbers of sources."""

_BOTH = (Voice.ME, Voice.SOMEONE)


@dataclass(frozen=True)
class Row:
    """One field of a part, in Markdown. `someone` is empty where both voices read the same."""

    name: str
    me: str
    someone: str = ""
    effect: str = ""
    """Of an answer: the signs it names, and where it leads by itself."""


@dataclass(frozen=True)
class Entry:
    """One part: a question, plan, topic, help line or page."""

    number: str
    id: str
    title: Voiced
    rows: list[Row]
    state: str = ""
    """Who has reviewed it; empty for what is reviewed with another part."""


@dataclass(frozen=True)
class Group:
    """Parts under one heading."""

    id: str
    title: str
    entries: list[Entry]


@dataclass(frozen=True)
class Table:
    """Short parts, a line each."""

    id: str
    title: str
    head: list[str]
    lines: list[list[str]]


@dataclass(frozen=True)
class Packet:
    """Everything that is shown."""

    groups: list[Group]
    tables: list[Table]


def packet(content: Questionnaire, proofs: Proofs, code: str | None = None) -> Packet:
    """The packet of a file, as one country reads it."""
    return _Builder(content, in_region(content, code), proofs).packet()


class _Builder:
    def __init__(self, written: Questionnaire, content: Questionnaire, proofs: Proofs) -> None:
        self.content, self.proofs = content, proofs
        self.voice = Voice.ME  # of the names of other parts; a case has its own
        self.states = {
            (part.kind, part.id): f"reviewed by {part.review.by}, {part.review.role}, on "
            f"{part.review.on}; {'as it reads now' if part.stands else 'it has changed since'}"
            if part.review
            else "not reviewed yet"
            for part in reviewables(written)
        }

    def packet(self) -> Packet:
        content = self.content
        groups = [
            Group(
                f"part-{section.id}",
                f"Part {number}: {' / '.join(self.voiced(section.title).texts)}",
                [self.question(question) for question in section.questions],
            )
            for number, section in enumerate(content.sections, start=1)
        ]
        plans = ((plan.id, plan.heading, plan) for plan in content.plans)
        topics = ((id, _same(topic.title), topic) for id, topic in content.topics.items())
        lines = ((id, line.name, line) for id, line in content.contacts.items())
        pages = ((id, _same(id.capitalize()), getattr(content, id)) for id in ("about", "results"))
        cases = ((f"case-{n}", _same(c.name), c) for n, c in enumerate(self.proofs.cases, start=1))
        groups += [
            self.group("plans", "Plans, most urgent first", plans, ("heading",)),
            self.group("topics", "Topics", topics, ("title",)),
            self.group("contacts", "Help lines", lines, ("name",)),
            self.group("pages", "Words of other pages", pages),
            self.group(
                "cases", "Cases: people, and what must come of their answers", cases, ("name",)
            ),
        ]
        signs = self.table("signs", "Signs", content.signs, {"Asked by": self.asked_by})
        hazards = {hazard.name: hazard for hazard in self.proofs.hazards}
        sources = {self.numbers["sources", id]: part for id, part in content.sources.items()}
        tables = [
            self.table("hazards", "Hazards: promises that are proved for all answers", hazards),
            signs,
            self.table("sources", "Sources", sources, {"Number": lambda number: number}),
        ]
        return Packet(
            [group for group in groups if group.entries], [table for table in tables if table.lines]
        )

    @cached_property
    def numbers(self) -> dict[tuple[str, str], str]:
        """The number of each part, by kind and id."""
        found = {
            ("questions", question.id): f"{s}.{q}"
            for s, section in enumerate(self.content.sections, start=1)
            for q, question in enumerate(section.questions, start=1)
        }
        lettered: list[tuple[str, str, Iterable[str]]] = [
            ("P", "plans", self.content.plans_by_id),
            ("T", "topics", self.content.topics),
            ("S", "sources", self.content.sources),
        ]
        for letter, kind, ids in lettered:
            found |= {(kind, id): f"{letter}{n}" for n, id in enumerate(ids, start=1)}
        return found

    def name(self, kind: str, id: str) -> str:
        """A part as others refer to it: its number and its text; a source by its number."""
        number = self.numbers.get((kind, id), "")
        if kind == "sources":
            return number
        text = text_of(self.content, kind, id, self.voice) or id
        line = self.content.contacts[id] if kind == "contacts" else None
        told = f", {line.number}" if line and not line.is_person else ""
        return f"{number} {text}{told}".strip()

    def group(
        self,
        kind: str,
        title: str,
        parts: Iterable[tuple[str, Voiced, BaseModel]],
        titled_by: tuple[str, ...] = (),
    ) -> Group:
        entries = [self.entry(kind, *part, titled_by) for part in parts]
        return Group(kind, title, entries)

    def entry(
        self, kind: str, id: str, heading: Voiced, part: BaseModel, titled_by: tuple[str, ...]
    ) -> Entry:
        self.voice = part.voice if isinstance(part, Case) else Voice.ME
        rows = [*self.rows(part, titled_by), *self.led_to(kind, id)]
        state = self.states.get((kind, id), "")
        return Entry(self.numbers.get((kind, id), ""), id, self.voiced(heading), rows, state)

    def led_to(self, kind: str, id: str) -> Iterator[Row]:
        """The signs and plans that lead to a topic."""
        if kind == "topics":
            signs = [s for s, sign in self.content.signs.items() if id in sign.topics]
            plans = [p.id for p in self.content.plans if any(id in t for t in p.topics.values)]
            named = [self.name("signs", sign) for sign in signs]
            named += [self.name("plans", plan) for plan in plans]
            yield Row("Read after", self.filled("; ".join(named)))

    def question(self, question: Question) -> Entry:
        skipped = ("ask", "choices", "none", "not_sure", "prefer_not")
        rows = list(self.rows(question, skipped))
        for choice in self.content.choices[question.id].values():
            only = f", only about {choice.voices[0].value}" if len(choice.voices) == 1 else ""
            text = self.voiced(choice.text)
            someone = text.someone if text.someone != text.me else ""
            rows.append(Row(f"Answer{only}", text.me, someone, self.effect(choice)))
            if choice.chart:
                rows.append(Row("In the chart", choice.chart))
        section = self.content.section_of[question.id]
        state = self.states["sections", section.id]
        number = self.numbers["questions", question.id]
        return Entry(number, question.id, self.voiced(question.ask), rows, state)

    def effect(self, choice: Choice) -> str:
        """What an answer names, and the plan that leads when it is the only answer."""
        if not choice.signs:
            return "names no sign"
        named = "; ".join(self.name("signs", sign) for sign in choice.signs)
        leads = {voice: plan_alone(self.content, choice, voice) for voice in choice.voices}
        alone = [
            f"by itself{'' if len(set(leads.values())) == 1 else f', {voice.value}'}: "
            f"{plan.level.shape} {plan.level.word}{', stops' if plan.stops else ''}: "
            f"{self.name('plans', plan.id)}"
            for voice, plan in leads.items()
            if plan != plans_of(self.content, frozenset([voice.sign]))[0]
        ]
        asks = [
            self.numbers["questions", question.id]
            for question in self.content.questions.values()
            if set(choice.signs) & set(wanted(question.ask_if))
        ]
        more = [
            *dict.fromkeys(alone),
            *([f"can lead to question {', '.join(asks)}"] if asks else []),
        ]
        return self.filled(_listed([named, *more]))

    def rows(self, part: BaseModel, skipped: Iterable[str] = (), above: str = "") -> Iterator[Row]:
        """A row for each field that says something."""
        for field, _, policy in fields(type(part)):
            value = getattr(part, field)
            if field in _NOT_SHOWN or field in skipped or not value:
                continue
            title = f"{above}{policy.title}"
            if _has_fields(value):
                yield from self.rows(value, above=f"{title}: ")
            elif isinstance(value, tuple) and any(map(_has_fields, value)):
                for number, inner in enumerate(value, start=1):
                    yield from self.rows(inner, above=f"{title} {number}: ")
            else:
                me, someone = (self.text(value, policy, voice) for voice in _BOTH)
                yield Row(title, me, someone if someone != me else "")

    def text(self, value: Any, policy: FieldPolicy, voice: Voice) -> str:
        """A field in one voice; a list for several things, numbered when they are sentences."""
        if isinstance(value, PerVoice):
            value = value.in_voice(voice)
        if isinstance(value, tuple) and value:
            texts = [in_words(part, policy, self.name, voice) for part in value]
            return self.filled(_listed(texts, numbered=isinstance(value[0], Voiced)))
        text = in_words(value, policy, self.name, voice)
        text = policy.meanings[text] if policy.meanings else text
        return self.filled(_listed(text.splitlines()) if isinstance(value, Mapping) else text)

    def table(
        self, id: str, title: str, parts: Mapping[str, BaseModel], more: Mapping[str, Any] = {}
    ) -> Table:
        lines: list[list[str]] = []
        head: list[str] = []
        for key, part in parts.items():
            shown = [
                (field, policy)
                for field, _, policy in fields(type(part))
                if field not in _NOT_SHOWN
            ]
            head = [*more, *(policy.title for _, policy in shown)]
            cells = [
                self.filled(_in_a_cell(in_words(getattr(part, field) or None, policy, self.name)))
                for field, policy in shown
            ]
            lines.append([*(str(made(key)) for made in more.values()), *cells])
        return Table(id, title, head, lines)

    def asked_by(self, sign: str) -> str:
        """The numbers of the questions that have an answer for a sign."""
        asked = (self.numbers["questions", question] for question, _ in self.content.named_by[sign])
        return ", ".join(dict.fromkeys(asked))

    def voiced(self, text: Voiced) -> Voiced:
        return Voiced(me=self.filled(text.me), someone=self.filled(text.someone))

    def filled(self, text: str) -> str:
        """A text with its numbers, and with the numbers of its sources."""
        text = text.replace(BECAUSE, "(what was said)")
        return with_numbers(CITATION.sub(self.cited, text), self.content.contacts)

    def cited(self, citation: re.Match[str]) -> str:
        """The number of a source; nothing where this country's pages don't cite it."""
        number = self.numbers.get(("sources", citation[1]))
        return f"[{number}]" if number else ""


def _same(text: str) -> Voiced:
    return Voiced(me=text, someone=text)


def _has_fields(value: Any) -> bool:
    """Whether a value is a part with fields of its own, not a text or a line of a condition."""
    single = isinstance(value, Voiced | PerVoice | AnyOf | NoneOf)
    return isinstance(value, BaseModel) and not single


def _in_a_cell(text: str) -> str:
    """Lines below each other; short ones in one line."""
    lines = text.splitlines()
    return ", ".join(lines) if lines and max(map(len, lines)) <= SHORT else text


def _listed(texts: list[str], numbered: bool = False) -> str:
    """Short texts in one line, several long ones as a list in Markdown."""
    if len(texts) == 1 or max(map(len, texts)) <= SHORT:
        return ", ".join(texts)
    marks = (f"{n}." if numbered else "-" for n in range(1, len(texts) + 1))
    return "\n".join(f"{mark} {text}" for mark, text in zip(marks, texts, strict=True))
