"""Names that are not there, in an author's words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from .positions import Place

Problem = tuple[Place, str]


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """'names no topic `tapring`; did you mean `tapering`?'"""
    return f"names no {kind} `{name}`{did_you_mean(name, known)}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """'; did you mean `x`?' for the nearest known word, or '' when none is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean `{near[0]}`?" if near else ""


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
