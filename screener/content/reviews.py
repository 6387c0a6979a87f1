"""Who has reviewed which part of a file, and whether that part still says the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from screener.content.loading.yaml_reader import Place
from screener.content.models.base import Review
from screener.content.models.plans import Plan
from screener.content.models.policy import fields
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Section
from screener.content.models.topics import Topic


@dataclass(frozen=True)
class Reviewable:
    """A section, plan or topic: what a clinician reads and signs as one."""

    kind: str
    """`sections`, `plans` or `topics`."""
    id: str
    title: str
    place: Place
    review: Review | None
    fingerprint: str
    """Eight characters that change with every text shown and every effect of an answer."""

    @property
    def stands(self) -> bool:
        """Whether it was reviewed as it reads now."""
        return self.review is not None and self.review.of == self.fingerprint

    @property
    def changed(self) -> bool:
        """Whether it was reviewed, but has changed since."""
        return self.review is not None and not self.stands


def reviewables(content: Questionnaire) -> list[Reviewable]:
    """Every part that can be reviewed, in the order of the file.

    Give the file as written: what one country shows is another text.
    """
    parts = [
        _part("sections", index, section.id, section.title.me, section, _signs(content, section))
        for index, section in enumerate(content.sections)
    ]
    parts += [
        _part("plans", index, plan.id, plan.heading.me, plan, None)
        for index, plan in enumerate(content.plans)
    ]
    parts += [
        _part("topics", id, id, topic.title, topic, None) for id, topic in content.topics.items()
    ]
    return parts


def unreviewed(content: Questionnaire) -> frozenset[tuple[str, str]]:
    """(kind, id) of every part that nobody has reviewed as it reads now."""
    return frozenset((part.kind, part.id) for part in reviewables(content) if not part.stands)


def _part(
    kind: str, key: str | int, id: str, title: str, model: Section | Plan | Topic, more: Any
) -> Reviewable:
    text = json.dumps([_covered(model), more], sort_keys=True, ensure_ascii=False)
    fingerprint = hashlib.sha256(text.encode()).hexdigest()[:8]
    return Reviewable(kind, id, title, (kind, key), model.reviewed, fingerprint)


def _covered(value: Any) -> Any:
    """What a review of a value covers, as JSON."""
    if isinstance(value, BaseModel):
        return {
            key: _covered(getattr(value, name))
            for name, key, policy in fields(type(value))
            if policy.reviewed
        }
    if isinstance(value, Mapping):
        return {key: _covered(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_covered(inner) for inner in value]
    return to_jsonable_python(value)


def _signs(content: Questionnaire, section: Section) -> Mapping[str, Any]:
    """Standard answers and signs, which are defined elsewhere, as a review of a section covers
    them."""
    choices = {
        f"{question.id} {choice.id}": [choice.text.texts, choice.signs]
        for question in section.questions
        for choice in content.choices[question.id].values()
    }
    named = {id for _, signs in choices.values() for id in signs}
    return {"choices": choices, "signs": {id: _covered(content.signs[id]) for id in sorted(named)}}


def review_faults(content: Questionnaire) -> Iterator[tuple[Place, str]]:
    """The parts that need a review; one problem for the file if nothing has been reviewed."""
    parts = reviewables(content)
    if not any(part.review for part in parts):
        yield ("about", "review_notice"), "no clinician has reviewed this content yet"
        return
    for part in parts:  # changed parts first: they are easily missed among the others
        if part.review and part.changed:
            by = f"{part.review.by}, {part.review.on}"
            yield (*part.place, "reviewed"), f"has changed since it was reviewed ({by})"
    for part in parts:
        if not part.review:
            yield part.place, "has not been reviewed"
