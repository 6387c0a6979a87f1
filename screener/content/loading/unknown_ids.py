"""Problems for ids that do not exist, with a suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from screener.content.loading.errors import Problem
from screener.content.loading.yaml_reader import Place
from screener.suggestions import did_you_mean


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """'names no topic `tapring`; did you mean `tapering`?'"""
    return f"names no {kind} `{name}`{did_you_mean(name, known)}"


def each_known(
    kind: str, names: Iterable[str], known: Iterable[str], place: Place
) -> Iterator[Problem]:
    """A problem for each name that is not known."""
    known = set(known)
    for index, name in enumerate(names):
        if name not in known:
            yield (*place, index), unknown(kind, name, known)


def is_known(kind: str, name: str | None, known: Iterable[str], place: Place) -> Iterator[Problem]:
    """A problem when a name is given and not known."""
    known = set(known)
    if name is not None and name not in known:
        yield place, unknown(kind, name, known)
