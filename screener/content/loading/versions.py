"""Which formats of the content file this program reads, and what to do about another one.

A format is MAJOR.MINOR. A new minor adds what may be left out, so files of every lower minor
load too. A new major takes something away, and older files have to be changed.
"""

from __future__ import annotations

import re
from typing import Any

NEWEST = (2, 0)
"""The newest format this program reads. `About.format` names all that it reads."""

HOW_TO_CHANGE: dict[int, str] = {
    0: "drafts of before the first release: start from the file that comes with this program, "
    "and put your texts into it",
    1: "in format 2.0 answers name signs, and plans take the place of urgencies and interruptions; "
    'docs/authors.md, "From format 1 to format 2", shows how to change each part',
}
"""Older major -> how a file of that format becomes one of the next. Grows with each major."""


def supported() -> tuple[str, ...]:
    """Every format that loads."""
    major, newest = NEWEST
    return tuple(f"{major}.{minor}" for minor in range(newest + 1))


def problem(data: Any) -> str | None:
    """The message for a file in another format, which replaces all errors that follow from it.

    None if the format is supported or not a text; the model reports the latter.
    """
    about = data.get("about") if isinstance(data, dict) else None
    given = about.get("format") if isinstance(about, dict) else None
    if not isinstance(given, str):
        return None
    parts = re.fullmatch(r"(\d{1,4})\.(\d{1,4})", given)
    if not parts:
        return f"must be one of {', '.join(supported())}: the shape this file is written in"
    major, minor = int(parts[1]), int(parts[2])
    newest = ".".join(map(str, NEWEST))
    if (major, minor) > NEWEST:
        return (
            f"is {given}, and this program reads up to {newest}: the program is older than the "
            "file; update the program"
        )
    if major < NEWEST[0]:
        how = HOW_TO_CHANGE.get(major, "see the change log for how to change it")
        return f"is {given}, which this program, of format {newest}, no longer reads: {how}"
    return None
