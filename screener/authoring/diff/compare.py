"""What differs between two parts of the models, field by field, whatever the fields are.

Nothing here needs to know a field: a new one shows as "changed: its name".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from enum import Enum
from typing import Any, Protocol

from pydantic import BaseModel

from screener.authoring.diff.changes import Change, Weight, shorten
from screener.authoring.diff.renames import KIND_OF_FIELD
from screener.content.models.base import Voiced
from screener.content.models.library import Condition
from screener.content.models.questions import AskIf

Path = tuple[str, ...]
Weigher = Callable[[Path, Any, Any], Weight | None]

REACHES_HELP = frozenset(
    "call number tty contacts crisis_bar region regions confirmed rule_topic".split()
)
"""Fields that decide whether a reader reaches help; a change in them is checked first."""

NOTES = frozenset(
    "note checked verified version format url publisher source sources documented_in documents "
    "category reviewed known_words allowed_words".split()
)
"""Fields that say where facts come from and who looked at them."""


class Naming(Protocol):
    """Gives ids their texts."""

    def __call__(self, kind: str, id: str) -> str:
        """The text and the id; the id alone where nothing has it."""

    def subject(self, kind: str, id: str) -> str:
        """The same, with the kind of thing it is."""

    def condition(self, condition: Condition | AskIf) -> str:
        """'"Do you ...?" (heart) is "Yes" (yes)'."""


@dataclass(frozen=True)
class Comparer:
    """Compares parts of one subject. `name` turns an id into its text, `weigh` may overrule."""

    subject: str
    name: Naming
    weigh: Weigher = lambda path, old, new: None

    def fields(
        self, old: BaseModel, new: BaseModel, skip: frozenset[str] = frozenset(), path: Path = ()
    ) -> Iterator[Change]:
        """Every field in which two models of one kind differ."""
        for field, info in type(old).model_fields.items():
            if field not in skip:
                inner = (*path, info.alias or field)
                yield from self.values(inner, getattr(old, field), getattr(new, field))

    def values(self, path: Path, old: Any, new: Any) -> Iterator[Change]:
        """How two values of one field differ."""
        if repr(old) == repr(new):  # as ==, but the order of keys counts too
            return
        if isinstance(old, Voiced) and isinstance(new, Voiced):
            yield from self._voiced(path, old, new)
        elif isinstance(old, Condition | AskIf):
            yield self.change(path, "changed", old, new)
        elif isinstance(old, BaseModel) and type(old) is type(new):
            yield from self.fields(old, new, path=path)
        elif isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from self._mappings(path, old, new)
        elif isinstance(old, tuple) and isinstance(new, tuple):
            yield from self._lists(path, old, new)
        else:
            yield self.change(path, _verb(old, new), old, new)

    def change(self, path: Path, verb: str, old: Any, new: Any) -> Change:
        """One change of one field, in words."""
        weight = self.weigh(path, old, new)
        if weight is None:
            weight = usual_weight(path, old, new)
        texts = (in_words(value, path, self.name) for value in (old, new))
        return Change(weight, self.subject, f"{verb}: {field_words(path)}", *texts)

    def _voiced(self, path: Path, old: Voiced, new: Voiced) -> Iterator[Change]:
        both = len(old.texts) == len(new.texts) == 1
        for voice in ("me",) if both else ("me", "someone"):
            before, after = getattr(old, voice), getattr(new, voice)
            if before != after:
                where = path if both else (*path[:-1], f"{path[-1]} (about {voice})")
                yield self.change(where, "reworded", before, after)

    def _mappings(self, path: Path, old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Any:
        for key in [*old, *(key for key in new if key not in old)]:
            inner = (*path, self._key(path, key))
            if key not in new:
                yield self.change(inner, "gone", old[key], None)
            elif key not in old:
                yield self.change(inner, "new", None, new[key])
            else:
                yield from self.values(inner, old[key], new[key])
        yield from self.order(path, list(old), list(new))

    def order(self, path: Path, old: list[Any], new: list[Any]) -> Iterator[Change]:
        """Whether what both lists hold stands in another order."""
        before, after = [i for i in old if i in new], [i for i in new if i in old]
        if before != after:
            yield self._reordered(path, before, after)

    def _reordered(self, path: Path, old: Iterable[Any], new: Iterable[Any]) -> Change:
        told = self.change(path, "in another order", tuple(old), tuple(new))
        # Numbered, so that of a long list only what moved is told.
        lists = [
            "\n".join(f"{n}. {in_words(part, path, self.name)}" for n, part in enumerate(parts, 1))
            for parts in (old, new)
        ]
        return replace(told, old=lists[0], new=lists[1])

    def _key(self, path: Path, key: Any) -> str:
        kind = KIND_OF_FIELD.get(path[-1]) if path else None
        return self.name(kind, key) if kind else words_of(key)

    def _lists(self, path: Path, old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[Change]:
        """Parts that were added, taken out, changed in place, or put in another order."""
        before = [in_words(part, path, self.name) for part in old]
        after = [in_words(part, path, self.name) for part in new]
        if sorted(before) == sorted(after) and before != after:
            yield self._reordered(path, old, new)
            return
        steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        for _, i1, i2, j1, j2 in (step for step in steps if step[0] != "equal"):
            pairs = min(i2 - i1, j2 - j1)
            if old[i1:i2] and isinstance(old[i1], str) and KIND_OF_FIELD.get(path[-1]):
                pairs = 0  # one id is not another one reworded
            for n in range(pairs):
                yield from self.values((*path, str(i1 + n + 1)), old[i1 + n], new[j1 + n])
            for n in range(i1 + pairs, i2):
                yield self.change((*path, str(n + 1)), "gone", old[n], None)
            for n in range(j1 + pairs, j2):
                yield self.change((*path, str(n + 1)), "new", None, new[n])


def usual_weight(path: Path, old: Any, new: Any) -> Weight:
    """How much a change in a field matters when nothing more is known about it."""
    fields = set(path)
    if fields & NOTES:
        return Weight.NOTE
    if fields & REACHES_HELP:
        return Weight.DANGER
    value = new if old is None else old
    if isinstance(value, date):
        return Weight.NOTE
    is_text = isinstance(value, Voiced) or (type(value) is str and not _holds_ids(path))
    return Weight.WORDING if is_text else Weight.EFFECT


def _holds_ids(path: Path) -> bool:
    return any(part in KIND_OF_FIELD or part == "group" for part in path)


def _verb(old: Any, new: Any) -> str:
    if new in (None, ""):
        return "gone"
    if old in (None, ""):
        return "new"
    return "reworded" if type(old) is str and " " in old else "changed"


def field_words(path: Path) -> str:
    """A field for people: 'steps, 3', 'unsure form, heading'."""
    return ", ".join(part.replace("_", " ") for part in path)


def words_of(value: Any) -> str:
    """A single value as a person would write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value.value if isinstance(value, Enum) else value)


def in_words(value: Any, path: Path, name: Naming) -> str:
    """A value for people, with every id given its text."""
    if value is None:
        return ""
    if isinstance(value, Voiced):
        return "\n".join(value.texts)
    if isinstance(value, Condition | AskIf):
        return name.condition(value)
    if isinstance(value, BaseModel):
        parts = (
            (k, in_words(getattr(value, k), (*path, k), name)) for k in type(value).model_fields
        )
        return "\n".join(f"{field_words((k,))}: {text}" for k, text in parts if text)
    if isinstance(value, Mapping):
        return "\n".join(
            f"{words_of(k)}: {in_words(inner, (*path, str(k)), name)}" for k, inner in value.items()
        )
    if isinstance(value, tuple | list):
        return "\n".join(in_words(item, path, name) for item in value)
    kind = next((KIND_OF_FIELD[part] for part in reversed(path) if part in KIND_OF_FIELD), None)
    return name(kind, value) if kind and type(value) is str else words_of(value)


def subject_of(kind: str, text: str, id: str) -> str:
    """'Question "Do you ...?" (heart)': never an id alone."""
    return f'{kind} "{shorten(text)}" ({id})'
