"""Whether everything in a file is asked, named and used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from screener.authoring.check.findings import Finding
from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.topics import CITATION, Topic
from screener.content.texts import texts


def coverage(content: Questionnaire) -> Iterator[Finding]:
    """What is asked in one voice only, cited nowhere, or used by nothing.

    What is named by nothing at all is refused when the file is loaded.
    """
    yield from _voices(content)
    for id, topic in content.topics.items():
        uncited = [source for source in topic.sources if source not in _cited(topic)]
        if uncited:
            listed = ", ".join(f"`{source}`" for source in uncited)
            message = f"lists {listed}, but no text has [@{uncited[0]}] behind a fact"
            yield Finding(("topics", id, "sources"), message)
    used = {
        "sources": _used_sources(content),
        "documents": {id for sign in content.signs.values() for id in sign.documented_in},
        "groups": {topic.group for topic in content.topics.values()},
    }
    for id in content.sources.keys() - used["sources"]:
        yield Finding(("sources", id), "is used by no plan, no topic and no sign")
    for id in content.about.documents.keys() - used["documents"]:
        yield Finding(("about", "documents", id), "is an article that no sign is documented in")
    for id in content.about.groups.keys() - used["groups"]:
        yield Finding(("about", "groups", id), "is a heading without topics")


def _voices(content: Questionnaire) -> Iterator[Finding]:
    """Documented signs that only one of the two can name, and questions without answers."""
    for id, sign in content.signs.items():
        able = voices_of(content, id)
        if sign.documented_in and len(able) == 1:
            message = f"is documented, and asked in the voice `{able[0].value}` only"
            yield Finding(("signs", id), message)
    for s, section in enumerate(content.sections):
        for q, question in enumerate(section.questions):
            for voice in Voice:
                if not any(voice in choice.voices for choice in question.choices):
                    message = f"has no choice in the voice `{voice.value}`"
                    place = ("sections", s, "questions", q, "choices")
                    yield Finding(place, message, is_error=is_asked(content, question.id, voice))


def voices_of(content: Questionnaire, sign: str) -> list[Voice]:
    """The voices in which some answer names a sign."""
    return [
        voice
        for voice in Voice
        if any(
            voice in content.choices[question][choice].voices and is_asked(content, question, voice)
            for question, choice in content.named_by[sign]
        )
    ]


def is_asked(content: Questionnaire, question: str, voice: Voice) -> bool:
    """Whether a question can be asked in a voice."""
    others = {other.sign for other in Voice if other is not voice}
    return not others.intersection(
        clause for clause in content.questions[question].ask_if if isinstance(clause, str)
    )


def _cited(topic: Topic) -> set[str]:
    return {id for _, text in texts(topic) for id in CITATION.findall(text)}


def _used_sources(content: Questionnaire) -> set[str]:
    users: list[Iterable[str]] = [plan.sources for plan in content.plans]
    users += [topic.sources for topic in content.topics.values()]
    users += [[sign.source] for sign in content.signs.values() if sign.source]
    return set().union(*users)
