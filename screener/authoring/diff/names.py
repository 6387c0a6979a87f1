"""The text that belongs to an id, so that no change is reported with an id alone."""

from __future__ import annotations

import textwrap

from screener.authoring.diff.renames import by_kind
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import AskIf
from screener.content.models.topics import Condition

_KIND_WORDS = {
    "topics": "Topic",
    "signs": "Sign",
    "sources": "Source",
    "contacts": "Help line",
    "interruptions": "Page that stops the journey",
    "questions": "Question",
    "sections": "Part",
    "scales": "Scale",
}
_TITLES = ("title", "label", "name", "heading", "ask")


class Names:
    """The text that belongs to an id, in either file."""

    def __init__(self, old: Questionnaire, new: Questionnaire) -> None:
        self._contents = (old, new)
        self._kinds = [by_kind(old), by_kind(new)]

    def __call__(self, kind: str, id: str) -> str:
        """'"Naloxone: carry it" (naloxone)'; the id alone where it has no text."""
        text = self.text(kind, id)
        return f'"{text}" ({id})' if text else id

    def text(self, kind: str, id: str) -> str:
        """The title, label, name or question of an id; '' where it has none."""
        for kinds in self._kinds:
            item = kinds.get(kind, {}).get(id)
            title = next((getattr(item, key) for key in _TITLES if hasattr(item, key)), None)
            if title is not None:
                return str(getattr(title, "me", title))
        return ""

    def condition(self, condition: Condition | AskIf) -> str:
        """'"Do you ...?" (heart) is "Yes" (yes)'."""
        picked = " or ".join(self._choice(condition.question, id) for id in condition.choices)
        return f"{self('questions', condition.question)} is {picked}"

    def _choice(self, question: str, id: str) -> str:
        for content in self._contents:
            choice = content.choices.get(question, {}).get(id)
            if choice:
                return f'"{choice.text.me}" ({id})'
        return id

    def subject(self, kind: str, id: str) -> str:
        """'Topic "Naloxone: carry it" (naloxone)'."""
        text = self.text(kind, id)
        word = _KIND_WORDS[kind]
        return f'{word} "{shorten(text)}" ({id})' if text else f"{word} `{id}`"


def shorten(text: str, most: int = 110) -> str:
    """A text as a name for something: one line, not too long."""
    return textwrap.shorten(text, most, placeholder=" ...")
