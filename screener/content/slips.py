"""Slips in a text that YAML and the pages take as they are, so that visitors would read them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from screener.content.localize import MARK

_CODE = r"\[(?:[Nn]ot )?[A-Z]{2}(?:(?:,? |[,/])[A-Z]{2})*\](?!\()"
_ANY_CASE = r"\[(?:[Nn]ot )?[A-Za-z]{2}(?:(?:,? |[,/])[A-Za-z]{2})*\](?!\()"
_AT_THE_START = re.compile(rf"(?m)^[ ]*(?:[-*+] |\d+[.)] )?(?P<mark>{_ANY_CASE})")
_ANYWHERE = re.compile(_CODE)


def marks_unread(text: str) -> Iterator[str]:
    """Country marks that would stand on the page, in every country, and do nothing."""
    read = {match.start(2) - 1 if match[2] else match.start(3) - 1 for match in MARK.finditer(text)}
    slips = {match.start("mark"): match["mark"] for match in _AT_THE_START.finditer(text)}
    for start, mark in slips.items():
        if start not in read:
            codes = " ".join(re.findall(r"\b[A-Z]{2}\b", mark[1:].upper()))
            negated = "not " if mark[1:5].lower() == "not " else ""
            yield f"`{mark}` is not read as countries; write [{negated}{codes}]"
    for match in _ANYWHERE.finditer(text):
        if match.start() not in read | set(slips):
            yield f"`{match[0]}` counts only at the start of a line; is the `|` above missing?"


def stray_signs(read: str) -> Iterator[tuple[bool, str]]:
    """Signs that were meant for the program. Whether it is an error, and what is said.

    Give the text with its numbers filled in.
    """
    if re.search(r"[{}]", read):
        yield True, "holds a brace of its own; a help line's id stands between two: {id}"
    if read.count("**") % 2:
        yield True, "holds `**` without its partner; bold words stand between two"
    if re.fullmatch(
        r"\u2018[^\u2018]*\u2019|\u201c[^\u201c]*\u201d|[^\"]*[^\s\"]\"|\u2018[^\u2018]*'|'[^']*\u2019",
        read,
        re.DOTALL,
    ):
        yield False, "stands in quotes that visitors see; use the straight ones: '"
    elif re.search(r"\w[.?!]?'$", read) and not re.search(r"(?:^|[\s(])'", read):
        yield False, "ends with a quote that visitors see; is the one before the text missing?"
