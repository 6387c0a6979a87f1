"""The tables of `screener check --html`: signs, gaps, reviews, sources and help lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from screener.content.localize import regions_of
from screener.content.models.base import Urgency
from screener.content.models.questionnaire import Questionnaire
from screener.content.reviews import Reviewable, reviewables


@dataclass(frozen=True)
class Asked:
    """A question that asks for a sign, by the answers that mean it."""

    number: str
    question: str
    ask: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Explained:
    """A topic that explains a sign; `opened` when an answer that means the sign opens it."""

    topic: str
    title: str
    opened: bool


@dataclass(frozen=True)
class SignRow:
    """One sign, the questions that ask for it, and its topics and sources."""

    id: str
    label: str
    urgency: Urgency
    documents: tuple[str, ...]
    asked: tuple[Asked, ...]
    topics: tuple[Explained, ...]
    sources: tuple[str, ...]

    @property
    def gap(self) -> str:
        """What is missing, in words; '' when nothing is."""
        if not self.asked:
            return "no question asks it"
        return "" if any(topic.opened for topic in self.topics) else "none of its topics opens"


@dataclass(frozen=True)
class Gap:
    """One kind of gap in the content, and the items that have it."""

    title: str
    advice: str
    found: tuple[str, ...]


@dataclass(frozen=True)
class ReviewRow:
    """When one part, source or help line was checked, and who reviewed it."""

    kind: str
    id: str
    title: str
    checked: date | None = None
    by: str = ""
    role: str = ""
    on: date | None = None
    of: str = ""


def question_numbers(content: Questionnaire) -> dict[str, str]:
    """'2.3' for the third question of part 2: a name that is short enough for paper."""
    return {
        question.id: f"{part}.{place}"
        for part, section in enumerate(content.sections, start=1)
        for place, question in enumerate(section.questions, start=1)
    }


def sign_rows(content: Questionnaire) -> dict[str, list[SignRow]]:
    """Every sign, by category, in the order of the file."""
    numbers = question_numbers(content)
    answers: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    opened: dict[str, set[str]] = defaultdict(set)
    for question, options in content.choices.items():
        for choice in options.values():
            for named in choice.signs:
                answers[named][question].append(choice.text.me)
                opened[named] |= set(content.opened(question, choice.id))
    rows: dict[str, list[SignRow]] = defaultdict(list)
    for id, sign in content.signs.items():
        asked = tuple(
            Asked(numbers[question], question, content.questions[question].ask.me, tuple(texts))
            for question, texts in answers[id].items()
        )
        topics = tuple(
            Explained(topic, content.topics[topic].title, topic in opened[id])
            for topic in sign.topics
        )
        own = [sign.source] if sign.source else []
        theirs = (source for topic in sign.topics for source in content.topics[topic].sources)
        sources = tuple(dict.fromkeys([*own, *theirs]))
        documents = tuple(sign.documented_in)
        rows[sign.category].append(
            SignRow(id, sign.label, sign.urgency, documents, asked, topics, sources)
        )
    return dict(rows)


def gaps(content: Questionnaire) -> list[Gap]:
    """Every kind of gap, also those without items, so that a reader sees what was looked for."""
    rows = [row for group in sign_rows(content).values() for row in group]
    choices = [
        (q, c, content.opened(q, c.id)) for q, cs in content.choices.items() for c in cs.values()
    ]
    opened = {topic for _, _, topics in choices for topic in topics}
    always = {rule.topic for rule in content.results.always}
    doing = {q for q, c, topics in choices if topics or c.signs or c.interruption or c.support}
    steering = set(_steering(content))
    stopping = {c.interruption for _, c, _ in choices}
    named = {s for topic in content.topics.values() for s in topic.sources}
    named |= {sign.source for sign in content.signs.values() if sign.source}
    documented = {document for sign in content.signs.values() for document in sign.documented_in}
    filled = {topic.group for topic in content.topics.values()}
    found: list[tuple[str, str, Iterable[str]]] = [
        (
            "Signs that no question asks",
            "Add the sign to an answer, or take it out.",
            (row.label for row in rows if not row.asked),
        ),
        (
            "Signs whose own topics never open",
            "An answer means the sign, but opens none of the topics that explain it.",
            (row.label for row in rows if row.asked and row.gap),
        ),
        (
            "Topics that no answer opens",
            "They can only be found on the reading page.",
            (t.title for id, t in content.topics.items() if id not in opened | always),
        ),
        (
            "Questions without any effect",
            "No answer opens a topic, means a sign, stops the journey or steers another question.",
            (q.ask.me for id, q in content.questions.items() if id not in doing | steering),
        ),
        (
            "Pages that stop the journey, and no answer leads to them",
            "Give an answer this page as its interruption.",
            (page.heading.me for id, page in content.interruptions.items() if id not in stopping),
        ),
        (
            "Sources that nobody names",
            "Name them at a topic or a sign, or take them out.",
            (source.title for id, source in content.sources.items() if id not in named),
        ),
        (
            "Articles that no sign is documented in",
            "Take them out of the list of documents.",
            (text for id, text in content.about.documents.items() if id not in documented),
        ),
        (
            "Reading groups without a topic",
            "The reading page shows an empty heading.",
            (text for id, text in content.about.groups.items() if id not in filled),
        ),
        (
            "Help lines that nobody has confirmed",
            "They stay off every page until somebody has called or checked them.",
            (contact.name for contact in content.contacts.values() if not contact.confirmed),
        ),
    ]
    return [Gap(title, advice, tuple(items)) for title, advice, items in found]


def _steering(content: Questionnaire) -> Iterator[str]:
    """Questions whose answers decide what else is asked or said."""
    for question in content.questions.values():
        yield from (rule.question for rule in question.ask_if)
    for topic in content.topics.values():
        yield from (variant.when.question for variant in topic.variants)
    for lead in content.results.leads:
        yield from (condition.question for condition in (lead.when, *lead.unless))


def review_rows(content: Questionnaire) -> list[ReviewRow]:
    """Each topic, crisis page and part, oldest check first; `by` is empty where nobody has."""
    kinds = {"topics": "Topic", "interruptions": "Crisis page", "sections": "Part"}
    found = [_review_row(content, kinds[part.kind], part) for part in reviewables(content)]
    order = list(kinds.values())
    return sorted(
        found, key=lambda one: (one.checked is None, one.checked or date.min, order.index(one.kind))
    )


def _review_row(content: Questionnaire, kind: str, part: Reviewable) -> ReviewRow:
    checked = content.topics[part.id].checked if part.kind == "topics" else None
    signed = part.review
    if not signed:
        return ReviewRow(kind, part.id, part.title, checked)
    state = "as it reads now" if part.stands else "it has changed since"
    return ReviewRow(kind, part.id, part.title, checked, signed.by, signed.role, signed.on, state)


def dated_facts(content: Questionnaire) -> list[ReviewRow]:
    """Each source and help line with the day it was checked, oldest first; `of` its number."""
    found = [ReviewRow("Source", id, s.title, s.checked) for id, s in content.sources.items()]
    for code, region in regions_of(content).items():
        kind = "Line" if code == content.about.region else f"Line, {code}"
        for id, contact in region.contacts.items():
            number = contact.number + ("" if contact.confirmed else " (not confirmed)")
            found.append(ReviewRow(kind, id, contact.name, contact.verified, of=number))
    return sorted(found, key=lambda review: review.checked or date.min)
