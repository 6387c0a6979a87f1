"""Which ids were only renamed between two content files: the same text under another id."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from screener.authoring.names import by_kind
from screener.content.models.base import PerVoice
from screener.content.models.contacts import PLACEHOLDER
from screener.content.models.policy import FieldPolicy, fields
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Question

_TEXT_OF: dict[str, Callable[[Any], object]] = {
    "topics": lambda topic: topic.title,
    "signs": lambda sign: sign.label,
    "sources": lambda source: source.url,
    "contacts": lambda contact: contact.name,
    "plans": lambda plan: (plan.heading, plan.do),
    "questions": lambda question: question.ask,
    "sections": lambda section: section.title,
}


@dataclass
class Renames:
    """New id -> old id, by kind; choices by the old id of their question."""

    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)

    def old_id(self, kind: str, id: str) -> str:
        """What an id was called in the old file."""
        return self.ids.get(kind, {}).get(id, id)


def find_renames(old: Questionnaire, new: Questionnaire) -> Renames:
    """Ids that are gone, where one new id of the same kind has the same text."""
    renames = Renames(
        {
            kind: _same(by_kind(old, kind), by_kind(new, kind), text_of)
            for kind, text_of in _TEXT_OF.items()
        }
    )
    for id, question in new.questions.items():
        was = old.questions.get(renames.old_id("questions", id))
        if was:
            own = {choice.id: choice for choice in was.choices}
            now = {choice.id: choice for choice in question.choices}
            found = _same(own, now, lambda choice: (choice.text, choice.voices))
            if found:
                renames.choices[was.id] = found
    return renames


def _same(
    old: Mapping[str, Any], new: Mapping[str, Any], text_of: Callable[[Any], object]
) -> dict[str, str]:
    gone = {id: str(text_of(item)) for id, item in old.items() if id not in new}
    come = {id: str(text_of(item)) for id, item in new.items() if id not in old}
    once = _once(gone.values()) & _once(come.values())
    old_ids = {text: id for id, text in gone.items()}
    return {id: old_ids[text] for id, text in come.items() if text in once}


def _once(texts: Iterable[str]) -> set[str]:
    return {text for text, count in Counter(texts).items() if count == 1}


def with_old_ids(content: Questionnaire, renames: Renames) -> Questionnaire:
    """The content with every renamed id as it was, so that only real changes are left."""
    if not any(renames.ids.values()) and not renames.choices:
        return content
    return Questionnaire.model_validate(_Renamer(renames).model(content))


class _Renamer:
    def __init__(self, renames: Renames) -> None:
        self.renames = renames

    def model(self, model: BaseModel) -> dict[str, Any]:
        """The fields of a model as plain data, by their keys in a content file."""
        data = {
            key: self.value(getattr(model, name), policy)
            for name, key, policy in fields(type(model))
        }
        # Ids of choices are only unique within their question.
        if isinstance(model, Question):
            ids = self.renames.choices.get(data["id"], {})
            for choice in data["choices"]:
                choice["id"] = ids.get(choice["id"], choice["id"])
        return data

    def value(self, value: Any, policy: FieldPolicy) -> Any:
        if isinstance(value, PerVoice):
            return {voice: self.value(part, policy) for voice, part in value}
        if isinstance(value, BaseModel):
            return self.model(value)
        if isinstance(value, Mapping) and policy.ids_of == "choices":
            return {
                self.id("questions", question): [self.choice(question, id) for id in ids]
                for question, ids in value.items()
            }
        if isinstance(value, Mapping):
            return {
                self.id(policy.keys_of, key): self.value(inner, policy)
                for key, inner in value.items()
            }
        if isinstance(value, tuple):
            return [self.value(item, policy) for item in value]
        if type(value) is str:
            return PLACEHOLDER.sub(self._placeholder, self.id(policy.ids_of, value))
        return value

    def id(self, kind: str | None, id: str) -> str:
        return self.renames.old_id(kind, id) if kind else id

    def choice(self, question: str, id: str) -> str:
        return self.renames.choices.get(self.id("questions", question), {}).get(id, id)

    def _placeholder(self, match: re.Match[str]) -> str:
        return "{" + self.renames.old_id("contacts", match[1]) + (match[2] or "") + "}"
