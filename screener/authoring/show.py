"""The plain text of `screener show`: what each answer does, and what leads to each topic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from screener.content.models.contacts import with_numbers
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Choice, Question


def show(content: Questionnaire) -> str:
    """Every question and what each choice opens; every topic and what leads to it.

    Give the questionnaire as one country reads it.
    """
    lines = (*_sections(content), *_pages(content), *_topics(content))
    return with_numbers("\n".join(lines), content.contacts)


def _sections(content: Questionnaire) -> Iterator[str]:
    for number, section in enumerate(content.sections, start=1):
        yield f"PART {number}: {section.title}  [{section.id}]"
        for question in section.questions:
            yield from _question(content, question)
        yield ""


def _question(content: Questionnaire, question: Question) -> Iterator[str]:
    kind = "pick one" if question.type == "single" else "tick all"
    yield f"\n  {question.id} ({kind})"
    yield f"    me:      {question.ask.me}"
    yield f"    someone: {question.ask.someone}"
    if question.hint:
        yield f"    hint:    {' / '.join(question.hint.texts)}"
    for rule in question.ask_if:
        yield f"    asked if {rule.question} is {' or '.join(rule.choices)}, or is not clear"
    for choice in content.choices[question.id].values():
        yield f"    ( ) {' / '.join(choice.text.texts)}"
        yield from (f"          {line}" for line in _effects(content, question, choice))


def _effects(content: Questionnaire, question: Question, choice: Choice) -> Iterator[str]:
    if choice.interruption:
        form = " (not-sure form)" if choice.unsure else ""
        yield f"STOPS THE JOURNEY: {choice.interruption}{form}"
    if choice.support:
        yield f"puts {content.contacts[choice.support].name} first on the results"
    for sign in choice.signs:
        yield f"sign: {content.signs[sign].label}"
    for topic, urgency in content.opened(question.id, choice.id).items():
        yield f"opens, {urgency.value}: {content.topics[topic].title}"


def _pages(content: Questionnaire) -> Iterator[str]:
    yield "PAGES THAT STOP THE JOURNEY, most urgent first"
    for name, page in content.interruptions.items():
        yield f"\n  {name}: {' / '.join(page.heading.texts)}"
        yield f"    leads to: {', '.join(content.contacts[id].name for id in page.contacts)}"
        for number, step in enumerate(page.steps, start=1):
            yield f"    {number}. {' / '.join(step.texts)}"
        if page.unsure:
            yield f"    if not sure: {' / '.join(page.unsure.heading.texts)}"
    yield ""


def _topics(content: Questionnaire) -> Iterator[str]:
    leads: dict[str, list[str]] = defaultdict(list)
    for question, options in content.choices.items():
        for choice in options.values():
            for opened, urgency in content.opened(question, choice.id).items():
                leads[opened].append(f"{question}: {choice.text.me} ({urgency.value})")
    always = {rule.topic: rule.urgency for rule in content.results.always}
    yield "TOPICS, and the answers that lead to each"
    for id, topic in content.topics.items():
        yield f"\n  {topic.title}  [{id}]"
        yield f"    action:  {' / '.join(topic.action.texts)}"
        yield f"    sources: {', '.join(topic.sources)}; checked {topic.checked}"
        if id in always:
            yield f"    on every result, at least {always[id].value}"
        yield from (f"    <- {line}" for line in leads[id])
        if id not in always and not leads[id]:
            yield "    (only on the learn page)"
