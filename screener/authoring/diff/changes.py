"""One change between two content files, and how a list of them is printed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from screener.content.models.policy import Weight

WIDTH = 92
"""Characters in a printed line."""


HEADINGS = {
    Weight.DANGER: "CHECK THESE FIRST: someone could miss help",
    Weight.EFFECT: "WHAT ANSWERS AND RULES DO",
    Weight.ASKED: "NEW, GONE OR MOVED",
    Weight.WORDING: "REWORDED",
    Weight.NOTE: "DATES, SOURCES AND NOTES",
}


@dataclass(frozen=True)
class Change:
    """One difference. `subject` says what it is about, `what` says what happened to it."""

    weight: Weight
    subject: str
    what: str
    old: str = ""
    new: str = ""

    def lines(self) -> Iterable[str]:
        """The printed lines of the change, without its subject; of long texts only what differs."""
        yield from _wrapped(f"- {self.what}", "  ", 4)
        old, new = differing(self.old, self.new)
        for word, lines in (("was:", old), ("now:", new)):
            for number, line in enumerate(lines):
                yield from _wrapped(f"{'' if number else word:<5}{line}", "      ", 11)


def as_text(changes: Iterable[Change], old: str, new: str) -> str:
    """Every change under plain headings, what matters most first."""
    found = list(changes)
    lines = [f"Changes from {old} to {new}"]
    if not found:
        return f"{lines[0]}: none. (Comments and layout are not compared.)"
    for weight, heading in HEADINGS.items():
        these = [change for change in found if change.weight is weight]
        if these:
            lines += ["", f"{heading} ({len(these)})"]
            for subject in dict.fromkeys(change.subject for change in these):
                lines += ["", *_wrapped(subject, "", 2)]
                for change in these:
                    lines += change.lines() if change.subject == subject else ()
    counted = [sum(change.weight is weight for change in found) for weight in Weight]
    changes_word = "change" if len(found) == 1 else "changes"
    lines += ["", f"{len(found)} {changes_word}; to check first: {counted[0]}"]
    return "\n".join(lines)


def differing(old: str, new: str) -> tuple[list[str], list[str]]:
    """The lines in which two texts differ; all lines of short texts."""
    before, after = old.splitlines(), new.splitlines()
    if not before or not after or len(before) + len(after) < 4:
        return before, after
    gone: list[str] = []
    come: list[str] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            gone += before[i1:i2]
            come += after[j1:j2]
    return [line for line in gone if line.strip()], [line for line in come if line.strip()]


def _wrapped(text: str, first: str, rest: int) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
