"""What each field of the content models says about itself, written beside the field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


class Weight(IntEnum):
    """How much a change matters to a reviewer, most first."""

    DANGER = 0
    """Somebody could miss help."""
    EFFECT = 1
    """Answers or rules do something else."""
    ASKED = 2
    """Something is new, gone or moved."""
    WORDING = 3
    NOTE = 4
    """Dates, sources and notes."""


@dataclass(frozen=True, eq=False)
class FieldPolicy:
    """Metadata of one field, put into its `Annotated[...]`.

    The defaults are those of a text that visitors read.
    """

    title: str = ""
    """Its name in the JSON Schema: two or three words."""
    text: str = ""
    """What it is, for somebody who has never seen a content file."""
    examples: Sequence[Any] = ()
    """Values it can take. Needed unless its own type is explained in the schema."""
    meanings: Mapping[str, str] | None = None
    """For a field with fixed values: what each value means."""
    weight: Weight | None = None
    """How much a change matters. None: as the field around it; else a text is WORDING, and
    anything else EFFECT."""
    if_lost: Weight | None = None
    """How much it matters instead when a value is taken out or switched off."""
    shown: bool = True
    """Whether visitors read it."""
    reviewed: bool = True
    """Whether a change of it makes a review of its part invalid."""
    ids_of: str | None = None
    """If it holds ids: the kind of thing they are ids of."""
    keys_of: str | None = None
    """If it is a mapping with ids as keys: the kind of thing they are ids of."""

    @property
    def is_text(self) -> bool:
        """Whether visitors read what it holds; ids are not read."""
        return self.shown and self.ids_of is None

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Adds the words for authors' editors to the schema of the field."""
        node = handler(core_schema)
        if self.title:
            node |= {"title": self.title, "description": self.text}
        if self.examples:
            node["examples"] = list(self.examples)
        if self.meanings is not None:  # editors show these while one picks a value
            node["enumDescriptions"] = [self.meanings[value] for value in node["enum"]]
        return node


UNSPECIFIED = FieldPolicy()
"""Of a field that states none."""


def policy_of(info: FieldInfo) -> FieldPolicy:
    """The policy in the metadata of a field; the defaults where it has none."""
    found = (item for item in info.metadata if isinstance(item, FieldPolicy))
    return next(found, UNSPECIFIED)


@cache
def fields(model: type[BaseModel]) -> tuple[tuple[str, str, FieldPolicy], ...]:
    """(name in Python, key in the content file, policy) of each field of a model."""
    found = model.model_fields.items()
    return tuple((name, info.alias or name, policy_of(info)) for name, info in found)
