"""Every text in a questionnaire, with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from screener.content.loading.yaml_reader import Place
from screener.content.models.base import Voiced
from screener.content.models.policy import fields


def texts(value: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Each text a visitor can read. A text that is the same in both voices comes once."""
    if type(value) is str:  # not the members of an enumeration, which are no texts
        yield place, value
    elif isinstance(value, Voiced) and value.me == value.someone:
        yield place, value.me
    elif isinstance(value, BaseModel):
        for name, key, policy in fields(type(value)):
            if policy.is_text:
                yield from texts(getattr(value, name), (*place, key))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from texts(inner, (*place, str(key)))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from texts(inner, (*place, index))
