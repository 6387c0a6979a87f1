"""Which ids were only renamed between two content files: the same text under another id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from screener.content.models.library import PLACEHOLDER
from screener.content.models.questionnaire import Questionnaire

KIND_OF_FIELD = {
    "topics": "topics",
    "topic": "topics",
    "rule_topic": "topics",
    "order": "topics",
    "beside_help": "topics",
    "escorts": "topics",
    "signs": "signs",
    "sources": "sources",
    "source": "sources",
    "contacts": "contacts",
    "support": "contacts",
    "crisis_bar": "contacts",
    "interruptions": "interruptions",
    "interruption": "interruptions",
    "question": "questions",
    "scales": "scales",
    "scale": "scales",
}
"""Field of the models -> what the ids in it are ids of."""

_TEXT_OF: dict[str, Callable[[Any], object]] = {
    "topics": lambda topic: topic.title,
    "signs": lambda sign: sign.label,
    "sources": lambda source: source.url,
    "contacts": lambda contact: contact.name,
    "interruptions": lambda page: page.heading,
    "questions": lambda question: question.ask,
    "sections": lambda section: section.title,
    "scales": lambda scale: scale.choices,
}


@dataclass
class Renames:
    """New id -> old id, by kind; choices by the old id of their question."""

    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)

    def old_id(self, kind: str, id: str) -> str:
        """What an id was called in the old file."""
        return self.ids.get(kind, {}).get(id, id)


def by_kind(content: Questionnaire) -> dict[str, Mapping[str, Any]]:
    """Everything that has an id, by kind and id."""
    kinds: dict[str, Mapping[str, Any]] = {
        kind: getattr(content, kind) for kind in _TEXT_OF if kind != "sections"
    }
    return kinds | {"sections": {section.id: section for section in content.sections}}


def find_renames(old: Questionnaire, new: Questionnaire) -> Renames:
    """Ids that are gone, where one new id of the same kind has the same text."""
    before, after = by_kind(old), by_kind(new)
    renames = Renames({kind: _same(before[kind], after[kind], _TEXT_OF[kind]) for kind in _TEXT_OF})
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
    data = _Renamer(renames).mapping(content.model_dump(by_alias=True), None)
    return Questionnaire.model_validate(data)


class _Renamer:
    def __init__(self, renames: Renames) -> None:
        self.renames = renames

    def value(self, value: Any, kind: str | None) -> Any:
        if isinstance(value, Mapping):
            return self.mapping(value, kind)
        if isinstance(value, list | tuple):
            return [self.value(item, kind) for item in value]
        if type(value) is str:
            named = self.renames.old_id(kind, value) if kind else value
            return PLACEHOLDER.sub(self._placeholder, named)
        return value

    def mapping(self, data: Mapping[Any, Any], kind: str | None) -> dict[Any, Any]:
        """`kind`: the keys are ids of it. Without one, the keys are fields of a model."""
        found: dict[Any, Any] = {}
        for key, inner in data.items():
            if kind is None:
                found[key] = self.value(inner, KIND_OF_FIELD.get(str(key)))
            else:
                inner_kind = None if isinstance(inner, Mapping) else kind
                found[self.renames.old_id(kind, key)] = self.value(inner, inner_kind)
        return self._named(found)

    def _named(self, data: dict[Any, Any]) -> dict[Any, Any]:
        """Ids that only their neighbours explain: questions, sections, choices."""
        if "ask" in data and "id" in data:
            data["id"] = self.renames.old_id("questions", data["id"])
            names = self.renames.choices.get(data["id"], {})
            for choice in data["choices"]:
                choice["id"] = names.get(choice["id"], choice["id"])
        elif "questions" in data and "id" in data:
            data["id"] = self.renames.old_id("sections", data["id"])
        elif "question" in data and "choices" in data:
            names = self.renames.choices.get(data["question"], {})
            data["choices"] = [names.get(id, id) for id in data["choices"]]
        return data

    def _placeholder(self, match: Any) -> str:
        return "{" + self.renames.old_id("contacts", match[1]) + (match[2] or "") + "}"
