"""A value of the models in plain words, whatever its type. For `show`, the packet and `diff`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from typing import Any

from pydantic import BaseModel

from screener.content.models.base import PerVoice, Voice, Voiced
from screener.content.models.conditions import AnyOf, NoneOf
from screener.content.models.policy import FieldPolicy, fields

NameOf = Callable[[str, str], str]
"""(kind, id) -> how a report names the thing with this id; `question choice` for an answer."""


def in_words(value: Any, policy: FieldPolicy, name: NameOf, voice: Voice | None = None) -> str:
    """A value for people, a line for each part, with every id given its text.

    In one voice, or with the texts of both.
    """

    def inner(part: Any) -> str:
        return in_words(part, policy, name, voice)

    if value is None:
        return ""
    if isinstance(value, Voiced | PerVoice):
        values = value.texts if isinstance(value, Voiced) else value.values
        return inner(value.in_voice(voice)) if voice else "\n".join(map(inner, values))
    if isinstance(value, AnyOf):
        options = (o if isinstance(o, tuple) else (o,) for o in value.any)
        return "one of: " + "; ".join(" with ".join(map(inner, option)) for option in options)
    if isinstance(value, NoneOf):
        return "none of: " + "; ".join(map(inner, value.none))
    if isinstance(value, BaseModel):
        parts = (
            (key, in_words(getattr(value, field), policy, name, voice))
            for field, key, policy in fields(type(value))
        )
        return "\n".join(f"{key.replace('_', ' ')}: {text}" for key, text in parts if text)
    if isinstance(value, Mapping):
        if policy.keys_of and policy.ids_of == "choices":  # their ids are unique within a question
            return "\n".join(
                f"{name(policy.keys_of, key)}: "
                + "; ".join(name("choices", f"{key} {id}") for id in ids)
                for key, ids in value.items()
            )
        return "\n".join(f"{plain(key)}: {inner(part)}" for key, part in value.items())
    if isinstance(value, tuple | list):
        return "\n".join(map(inner, value))
    if policy.ids_of and type(value) is str:
        return name(policy.ids_of, value)
    return plain(value)


def plain(value: Any) -> str:
    """A single value as a person would write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return str(value.value if isinstance(value, Enum) else value)
