"""questions.yaml -> Questionnaire, or every error at once with its line and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from screener.content.loading import versions as formats
from screener.content.loading.errors import (
    BrokenContent,
    ContentError,
    Positions,
    Problem,
    error_at,
    in_order,
    model_error,
    place_of,
    repaired,
    without_consequences,
)
from screener.content.loading.references import problems as reference_problems
from screener.content.loading.references import proof_problems
from screener.content.loading.taken_over import is_taken_over, wrong_likes
from screener.content.loading.yaml_hints import explain
from screener.content.loading.yaml_reader import Document, Place, read_document
from screener.content.models.proofs import Proofs
from screener.content.models.questionnaire import Questionnaire

M = TypeVar("M", Questionnaire, Proofs)

LARGEST_FILE = 2_000_000
"""Bytes: about four times the size of the built-in file."""

Check = Callable[[Questionnaire], Iterator[Problem]]
"""Finds problems in a file that has the right shape."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Loaded:
    """A questionnaire, and the position of each of its parts in the file."""

    questionnaire: Questionnaire
    file: str
    positions: Positions = field(repr=False)

    def error_at(self, place: Place, message: str) -> ContentError:
        """A ContentError for a part of the file, given as its path of keys and indexes."""
        return error_at(self.file, self.positions, place, message)


@dataclass(frozen=True)
class LoadedProofs:
    """Hazards and cases, and the position of each of their parts in a file."""

    proofs: Proofs
    file: str
    positions: Positions = field(repr=False)

    def error_at(self, place: Place, message: str) -> ContentError:
        """A ContentError for a part of the file, given as its path of keys and indexes."""
        return error_at(self.file, self.positions, place, message)


def load(path: Path, checks: Sequence[Check] = ()) -> Loaded:
    """Read a content file and check it, with further checks besides those of this package.

    Raises BrokenContent with every error found; OSError when the file cannot be read.
    """
    return load_bytes(path.read_bytes(), path.name, checks)


def load_bytes(raw: bytes, file: str = "questions.yaml", checks: Sequence[Check] = ()) -> Loaded:
    """As `load`, from the bytes of a file. Raises BrokenContent."""
    document = _read(raw, file)
    other_format = formats.problem(document.data)
    if other_format:
        place = ("about", "format")
        raise BrokenContent([error_at(file, document.positions, place, other_format)])
    questionnaire = _checked(Questionnaire, document, file, (reference_problems, *checks))
    return Loaded(questionnaire, file, document.positions)


def cases_beside(path: Path) -> Path:
    """Where the hazards and cases of a content file stand, if they have a file of their own."""
    return path.with_name(f"{path.stem}.cases{path.suffix}")


def load_proofs(path: Path, loaded: Loaded) -> list[LoadedProofs]:
    """The hazards and cases in a content file, and those in the file beside it, if there is one.

    Raises BrokenContent with every error found; OSError when the file cannot be read.
    """
    content = loaded.questionnaire
    found = [LoadedProofs(content, loaded.file, loaded.positions)]
    beside = cases_beside(path)
    if beside.exists():
        document = _read(beside.read_bytes(), beside.name)
        checks = (partial(proof_problems, content),)
        proofs = _checked(Proofs, document, beside.name, checks)
        found.append(LoadedProofs(proofs, beside.name, document.positions))
    return found


def _checked(
    model: type[M],
    document: Document,
    file: str,
    checks: Iterable[Callable[[M], Iterator[Problem]]],
) -> M:
    """The data of a document as a model. Raises BrokenContent with every error found."""
    positions = document.positions
    known = [*document.faults, *wrong_likes(document.data)]
    errors = [error_at(file, positions, place, message) for place, message in known]
    faulty = {place for place, _ in known}
    try:
        content = model.model_validate(document.data)
    except ValidationError as error:
        details = without_consequences(error.errors(), faulty, positions)
        errors += [
            model_error(file, positions, detail, model)
            for detail in details
            if not is_taken_over(document.data, place_of(detail))
        ]
        guessed = _validated(model, repaired(document.data, details))
        faulty |= {place_of(detail) for detail in details}
        if guessed is None:
            raise BrokenContent(in_order(errors)) from None
        content = guessed
    errors += [
        error_at(file, positions, place, message)
        for check in checks
        for place, message in check(content)
        if not any(place[: len(fault)] == fault for fault in faulty)
        and not is_taken_over(document.data, place)
    ]
    if errors:
        raise BrokenContent(in_order(errors))
    return content


def _validated(model: type[M], data: Any) -> M | None:
    try:
        return model.model_validate(data)
    except ValidationError:
        return None


def _read(raw: bytes, file: str) -> Document:
    if len(raw) > LARGEST_FILE:
        raise BrokenContent([ContentError(file, 1, 1, "file", "is larger than 2 MB")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        message = "is not UTF-8 text; save the file as UTF-8"
        raise BrokenContent([ContentError(file, line, column, "file", message)]) from None
    tabs = [
        ContentError(file, number, 1, "indentation", "holds a tab; use spaces")
        for number, line in enumerate(text.split("\n"), start=1)
        if re.match(r" *\t", line) and line.strip()
    ]
    if tabs:
        raise BrokenContent(tabs)
    control = _CONTROL.search(text)
    if control:
        before = text[: control.start()]
        line, column = before.count("\n") + 1, control.start() - before.rfind("\n")
        message = "holds a control character"
        raise BrokenContent([ContentError(file, line, column, "file", message)])
    try:
        return read_document(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = error.problem or str(error.context)
        ours = problem.startswith("is ")
        message = problem if ours else explain(problem, text, line)
        last = text.count("\n") + 1
        found = ContentError(file, min(line, last), column, "file", message)
        raise BrokenContent([found]) from None
    except yaml.YAMLError as error:
        message = f"cannot be read as YAML: {str(error).splitlines()[0]}"
        raise BrokenContent([ContentError(file, 1, 1, "file", message)]) from None
