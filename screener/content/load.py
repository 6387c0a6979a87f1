"""questions.yaml -> Questionnaire, or every error at once with its line and column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .model import Questionnaire
from .positions import KEY, Document, Place, read_document
from .references import did_you_mean, problems

LARGEST_FILE = 2_000_000
"""Bytes. Ours is about a tenth of this."""


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


class BrokenContent(Exception):  # noqa: N818 - it is what went wrong, in the author's words
    """The file cannot be served; `errors` holds everything that is wrong with it."""

    def __init__(self, errors: list[ContentError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


@dataclass(frozen=True)
class Loaded:
    """A questionnaire and where in the file each part of it stands."""

    questionnaire: Questionnaire
    file: str
    places: Mapping[Place, tuple[int, int]] = field(repr=False)

    def error_at(self, place: Place, message: str) -> ContentError:
        """A ContentError for a part of the file, given as its path of keys and indexes."""
        return _error(self.file, self.places, place, message)


def load(path: Path) -> Loaded:
    """Read and check a content file.

    Raises BrokenContent with every error found; OSError when the file cannot be read.
    """
    return load_bytes(path.read_bytes(), path.name)


def load_bytes(raw: bytes, file: str = "questions.yaml") -> Loaded:
    """As `load`, from the bytes of a file. Raises BrokenContent."""
    if len(raw) > LARGEST_FILE:
        raise BrokenContent([ContentError(file, 1, 1, "file", "is larger than 2 MB")])
    document = _read(raw, file)
    places = document.places
    errors = [_error(file, places, place, message) for place, message in document.faults]
    try:
        questionnaire = Questionnaire.model_validate(document.data)
    except ValidationError as error:
        faulty = {place for place, _ in document.faults}
        details = [detail for detail in error.errors() if _place(detail) not in faulty]
        errors += [_model_error(file, places, detail) for detail in details]
        raise BrokenContent(_in_order(errors)) from None
    loaded = Loaded(questionnaire, file, places)
    errors += [loaded.error_at(place, message) for place, message in problems(questionnaire)]
    if errors:
        raise BrokenContent(_in_order(errors))
    return loaded


def _read(raw: bytes, file: str) -> Document:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        message = "is not UTF-8 text; save the file as UTF-8"
        raise BrokenContent([ContentError(file, line, column, "file", message)]) from None
    tabs = [
        ContentError(file, number, 1, "indentation", "holds a tab; use spaces")
        for number, line in enumerate(text.splitlines(), start=1)
        if re.match(r" *\t", line) and line.strip()
    ]
    if tabs:
        raise BrokenContent(tabs)
    try:
        return read_document(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = f"cannot be read as YAML: {error.problem or error.context}"
        raise BrokenContent([ContentError(file, line, column, "file", message)]) from None
    except yaml.YAMLError as error:
        message = f"cannot be read as YAML: {str(error).splitlines()[0]}"
        raise BrokenContent([ContentError(file, 1, 1, "file", message)]) from None


def _in_order(errors: list[ContentError]) -> list[ContentError]:
    return sorted(set(errors), key=lambda error: (error.line, error.column, error.message))


def _error(
    file: str, places: Mapping[Place, tuple[int, int]], place: Place, message: str
) -> ContentError:
    known = place
    while known not in places and known:
        known = known[:-1]
    line, column = places.get(known, (1, 1))
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
    "too_short": "must not be empty",
    "date_type": "must be a date like 2026-11-22",
    "date_from_datetime_parsing": "must be a date like 2026-11-22",
    "date_from_datetime_inexact": "must be a date like 2026-11-22",
    "date_parsing": "must be a date like 2026-11-22",
}


def _model_error(
    file: str, places: Mapping[Place, tuple[int, int]], detail: ErrorDetails
) -> ContentError:
    place = _place(detail)
    kind = detail["type"]
    if kind == "missing":
        return _error(file, places, place, "is needed here")
    if kind == "extra_forbidden":
        known = _keys_of(place[:-1])
        message = f"is not a known key{did_you_mean(str(place[-1]), known)}"
        key = places.get((*place, KEY))
        return _error(file, {**places, place: key} if key else places, place, message)
    if kind in ("enum", "literal_error"):
        expected = str((detail.get("ctx") or {}).get("expected", ""))
        options = re.findall(r"'([^']+)'", expected)
        near = did_you_mean(str(detail["input"]), options)
        return _error(file, places, place, f"must be one of {', '.join(options)}{near}")
    if kind == "string_pattern_mismatch":
        return _error(file, places, place, _pattern_message(str(detail["input"])))
    if kind == "value_error":
        return _error(file, places, place, detail["msg"].removeprefix("Value error, "))
    return _error(file, places, place, _PLAIN_WORDS.get(kind, detail["msg"]))


def _place(detail: ErrorDetails) -> Place:
    return tuple(part for part in detail["loc"] if part != "[key]")


def _pattern_message(value: str) -> str:
    if "://" in value or value.startswith("www."):
        return "must be a web address that starts with https://"
    tidy = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")
    return f"must be an id of small letters, digits and hyphens; did you mean `{tidy}`?"


def _keys_of(place: Place) -> list[str]:
    """The keys that may stand in the mapping at a place, read off the models."""
    kind: Any = Questionnaire
    for part in place:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found = kind.model_fields.get(str(part))
            kind = found.annotation if found else None
        else:
            kind = get_args(kind)[-1 if get_origin(kind) is dict else 0]
        options = [option for option in get_args(kind) if option is not type(None)]
        if get_origin(kind) not in (dict, tuple) and len(options) == 1:
            kind = options[0]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [info.alias or name for name, info in kind.model_fields.items()]
    return []
