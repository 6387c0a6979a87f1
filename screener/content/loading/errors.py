"""What is wrong with a content file, in plain words, with line and column."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from screener.content.loading.yaml_reader import KEY, Place
from screener.suggestions import did_you_mean

Positions = Mapping[Place, tuple[int, int]]
"""Line and column, from 1, of every part of a file."""

Problem = tuple[Place, str]
"""A part of a file, and what is wrong with it."""


@dataclass(frozen=True)
class ContentError:
    """One thing that is wrong in a content file. `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.where}: {self.message}"


class BrokenContent(Exception):  # noqa: N818
    """The file cannot be served; `errors` holds everything that is wrong with it."""

    def __init__(self, errors: list[ContentError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


def in_order(errors: list[ContentError]) -> list[ContentError]:
    """The errors sorted by line, without duplicates."""
    return sorted(
        set(errors), key=lambda error: (error.line, error.column, error.where, error.message)
    )


def error_at(file: str, positions: Positions, place: Place, message: str) -> ContentError:
    """An error at a place, or at the nearest part around it if the file has no such place."""
    known = place
    while known not in positions and known:
        known = known[:-1]
    line, column = positions.get(known, (1, 1))
    where = ".".join(str(part) for part in place if part != KEY)
    return ContentError(file, line, column, where or "file", message)


_PLAIN_WORDS = {
    "string_type": "must be text; put it in quotes",
    "string_too_short": "must not be empty",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping of keys and values",
    "model_type": "must be a mapping of keys and values",
    "model_attributes_type": "must be a mapping of keys and values",
    "date_type": "must be a date like 2026-11-22",
    "date_from_datetime_parsing": "must be a date like 2026-11-22",
    "date_from_datetime_inexact": "must be a date like 2026-11-22",
    "date_parsing": "must be a date like 2026-11-22",
}


def model_error(
    file: str, positions: Positions, detail: ErrorDetails, model: type[BaseModel]
) -> ContentError:
    """A pydantic error in plain words, with what was probably meant. `model`: of the file."""
    place = place_of(detail)
    kind = detail["type"]
    if kind == "missing":
        return error_at(file, positions, place, "is needed here")
    if kind == "extra_forbidden":
        known = _keys_of(model, place[:-1])
        message = f"is not a known key{did_you_mean(str(place[-1]), known)}"
        key = positions.get((*place, KEY))
        return error_at(file, {**positions, place: key} if key else positions, place, message)
    if kind in ("enum", "literal_error"):
        expected = str((detail.get("ctx") or {}).get("expected", ""))
        options = re.findall(r"'([^']+)'", expected)
        near = did_you_mean(str(detail["input"]), options)
        return error_at(file, positions, place, f"must be one of {', '.join(options)}{near}")
    if kind == "string_pattern_mismatch":
        message = _pattern_message(str(detail["input"]), str((detail.get("ctx") or {})["pattern"]))
        key = positions.get((*place, KEY)) if "[key]" in detail["loc"] else None
        return error_at(file, {**positions, place: key} if key else positions, place, message)
    if kind in ("too_short", "too_long"):
        return error_at(file, positions, place, _length_message(detail))
    if kind == "value_error":
        return error_at(file, positions, place, detail["msg"].removeprefix("Value error, "))
    if kind == "model_type" and isinstance(detail["input"], int | float):
        message = f"is read by YAML as a number, not as text; write '{detail['input']}' in quotes"
        return error_at(file, positions, place, message)
    return error_at(file, positions, place, _PLAIN_WORDS.get(kind, detail["msg"]))


def place_of(detail: ErrorDetails) -> Place:
    """Where in the file a pydantic error is."""
    return tuple(part for part in detail["loc"] if not _is_tag(part))


def _is_tag(part: str | int) -> bool:
    """Whether a part of pydantic's `loc` is no key of the file: "[key]", or one of a union."""
    return isinstance(part, str) and part.startswith("[") and part.endswith("]")


def _length_message(detail: ErrorDetails) -> str:
    limits = detail.get("ctx") or {}
    if "max_length" in limits:
        return f"must have at most {limits['max_length']} entries"
    least = limits["min_length"]
    return "must not be empty" if least == 1 else f"must have at least {least} entries"


def _pattern_message(value: str, pattern: str) -> str:
    if "[A-Z]" in pattern:
        return "must be two capital letters, like US"
    if "http" in pattern or "://" in value or value.startswith("www."):
        return "must be a web address that starts with https://"
    tidy = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")
    return f"must be an id of small letters, digits and hyphens; did you mean `{tidy}`?"


def _keys_of(model: type[BaseModel], place: Place) -> list[str]:
    """The keys that a file may have in the mapping at a place."""
    kinds: list[Any] = [model]
    for part in place:
        kinds = [inner for kind in kinds for inner in _kinds_in(kind, part)]
    return [
        info.alias or name
        for kind in kinds
        if isinstance(kind, type) and issubclass(kind, BaseModel)
        for name, info in kind.model_fields.items()
    ]


def _kinds_in(kind: Any, part: str | int) -> list[Any]:
    """What a model, mapping or list may hold under a key or index."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        found = kind.model_fields.get(str(part))
        return _plain_kinds(found.annotation) if found else []
    arguments = get_args(kind)
    if not arguments:
        return []
    return _plain_kinds(arguments[-1 if get_origin(kind) is dict else 0])


def _plain_kinds(annotation: Any) -> list[Any]:
    """The kinds in an annotation, without Annotated and unions around them."""
    if get_origin(annotation) is Annotated:
        return _plain_kinds(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [kind for option in get_args(annotation) for kind in _plain_kinds(option)]
    return [annotation]


def repaired(data: Any, details: list[ErrorDetails]) -> Any:
    """A copy with a text wherever a value is wrong or missing, and without unknown keys.

    It lets ids be checked in the same run as the shape of the file. It is never served.
    """
    data = copy.deepcopy(data)
    for detail in details:
        place = place_of(detail)
        if not place:
            continue  # the whole file is of the wrong kind
        *parents, last = place
        holder: Any = data
        for part in parents:
            known = isinstance(holder, dict | list)
            holder = holder[part] if known else None
        fits = isinstance(holder, dict) or (isinstance(holder, list) and isinstance(last, int))
        if isinstance(holder, dict) and detail["type"] == "extra_forbidden":
            holder.pop(last, None)  # two aliases of YAML are one object: it may be gone
        elif fits:  # not if a wrong key has a list as its value
            holder[last] = "x"
    return data


def without_consequences(
    details: list[ErrorDetails], faulty: set[Place], positions: Positions
) -> list[ErrorDetails]:
    """The errors that neither follow from another error nor repeat one."""
    found: list[ErrorDetails] = []
    seen: set[tuple[Place, str]] = set()
    for detail in details:
        place = place_of(detail)
        one_text = place not in positions and place[-1:] in (("me",), ("someone",))
        if one_text and detail["type"] != "missing":
            place = detail["loc"] = place[:-1]
        below = any(
            len(other := place_of(inner)) > len(place) and other[: len(place)] == place
            for inner in details
        ) or any(fault[: len(place)] == place for fault in faulty if len(fault) > len(place))
        if place in faulty or (*place, KEY) in faulty or (detail["type"] == "too_short" and below):
            continue
        if (place, detail["type"]) not in seen:
            seen.add((place, detail["type"]))
            found.append(detail)
    return found
