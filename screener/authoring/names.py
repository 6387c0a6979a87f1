"""The text that belongs to an id, so that no report names an id alone."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire

_KIND_WORDS = {
    "topics": "Topic",
    "signs": "Sign",
    "sources": "Source",
    "contacts": "Help line",
    "plans": "Plan",
    "questions": "Question",
    "sections": "Part",
    "hazards": "Hazard",
    "cases": "Case",
}
_TITLES = ("title", "name", "label", "heading", "ask", "text")


def by_kind(content: Questionnaire, kind: str) -> Mapping[str, Any]:
    """All parts of a kind, by id; hazards and cases by name, answers by `question choice`."""
    match kind:
        case "plans":
            return content.plans_by_id
        case "questions":
            return content.questions
        case "sections":
            return {section.id: section for section in content.sections}
        case "hazards" | "cases":
            return {part.name: part for part in getattr(content, kind)}
        case "choices":
            return {
                f"{question} {choice.id}": choice
                for question, found in content.choices.items()
                for choice in found.values()
            }
        case "groups":
            return content.about.groups
    found: Mapping[str, Any] = getattr(content, kind, {})
    return found


def text_of(content: Questionnaire, kind: str, id: str, voice: Voice = Voice.ME) -> str:
    """The title, label, name or question of an id; '' where it has none."""
    part = by_kind(content, kind).get(id)
    title = next((getattr(part, key) for key in _TITLES if hasattr(part, key)), part or "")
    return str(getattr(title, voice.value, title))


class Names:
    """The text that belongs to an id, in either of two files."""

    def __init__(self, old: Questionnaire, new: Questionnaire) -> None:
        self._contents = (old, new)

    def __call__(self, kind: str, id: str) -> str:
        """'"Naloxone: carry it" (naloxone)'; the id alone where it has no text."""
        text, own = self.text(kind, id), id.rpartition(" ")[2] if kind == "choices" else id
        return f'"{text}" ({own})' if text else own

    def text(self, kind: str, id: str) -> str:
        """The title, label, name or question of an id; '' where it has none."""
        return next(filter(None, (text_of(file, kind, id) for file in self._contents)), "")

    def subject(self, kind: str, id: str) -> str:
        """'Topic "Naloxone: carry it" (naloxone)'."""
        text, word = self.text(kind, id), _KIND_WORDS[kind]
        if text == id:
            return f'{word} "{text}"'
        return f'{word} "{_shorten(text)}" ({id})' if text else f"{word} `{id}`"


def _shorten(text: str, most: int = 110) -> str:
    return textwrap.shorten(text, most, placeholder=" ...")
