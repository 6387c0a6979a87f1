"""Phrases that point to another place of a page, such as "the words below", and what they point
to. A phrase that is in none of the two tables is an error: add it, with its target."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from tests.web.page_lint import words


class Where(StrEnum):
    """Where the target stands, seen from the phrase."""

    BEFORE = "before"
    AFTER = "after"
    ANYWHERE = "anywhere"


@dataclass(frozen=True)
class Target:
    """What a phrase points to: a CSS selector, from the part of the page the phrase is in."""

    selector: str
    where: Where
    says: str = ""
    """A pattern for the words of the target; `\\1` is the phrase's first group."""


SUSPECTS = re.compile(
    r"\b(?:below|above|here|next to|as drawn|brackets|this page|press Next"
    r"|(?:these|the) words|these (?:lines|questions)|(?:this|the|first|second|next|last) list"
    r")\b",
    re.IGNORECASE,
)
"""Whatever may point to something."""

POINTS_NOWHERE = re.compile(
    "|".join(
        (
            r"above all\b",
            r"next to you\b",
            r"I'm (?:not )?here\b",
            r"Here's (?:all|what)\b",
            r"kids and pets here\b",
            r"What adds up here\b",
            r"You're the adult here\b",
            r"nose spray here is\b",
            r"\bpage here\b",
            r"\bhere or anywhere\b",
            r"\b(?:kept|still) here\b",
            r"what you read here\b",
            r"^These questions aren't a check-up\b",
            r"\bShow a pharmacist the list\b",  # that the step before says to make
        )
    ),
    re.IGNORECASE,
)

_WORDS = Target("blockquote, .say", Where.AFTER)
_LIST = Target("ul, ol, blockquote", Where.AFTER)
_PAGE = Target("main", Where.ANYWHERE)

TARGETS: dict[re.Pattern[str], Target] = {
    re.compile(pattern, re.IGNORECASE): target
    for pattern, target in {
        r"\b(?:the|these) words(?: below| out loud| ready)?\b": _WORDS,
        r"\bthe line below\b": _WORDS,
        r"\b(?:the questions below|these questions)\b": _LIST,
        r"\beach choice below\b": Target("ul", Where.AFTER),
        r"\b(?:from )?the list(?: below|:)|\bfrom the list\b": _LIST,
        r"\bon this list\b": Target("ul", Where.BEFORE),
        r"\bthe signs above\b": Target("p", Where.BEFORE, "^These mean"),
        r"\bas drawn\b": Target(".drawing", Where.ANYWHERE),
        r"\bany line on this page\b|\bCalls to these lines\b": Target(".line", Where.ANYWHERE),
        r"\bthis page\b|\bNothing here is sent\b": _PAGE,
        r"\bnumber in brackets\b": Target("li b", Where.BEFORE, r"^\("),
        r"\bpress Next\b": Target("button[name=go][value=next]", Where.AFTER, "^Next"),
        r"^Start here:": Target("li a", Where.AFTER),
        r"\bStart here instead\b": Target("a", Where.AFTER, "^Go to the start"),
    }.items()
}

_BLOCKS = frozenset(
    """address article blockquote dd div dl dt fieldset figcaption form h1 h2 h3 h4 label legend li
    main nav ol p section summary ul""".split()
)


@dataclass(frozen=True)
class Pointing:
    """One phrase on a page and all that it may point to there."""

    phrase: str
    block: Tag
    targets: tuple[Tag, ...]

    row: str | None
    """The pattern of the table; None when it has none."""

    @property
    def fault(self) -> str:
        """What is wrong with it in any medium; '' for nothing."""
        own = _folds(self.block)
        if self.row is None:
            why = "may point to something: say to what in tests/pointing.py"
        elif not self.targets:
            why = "points to nothing on this page"
        elif not any(_folds(target) <= own for target in self.targets):
            why = "points to something that is folded"
        else:
            return ""
        return f"'{self.phrase}' in '{words(self.block)}' {why}"


def pointings(main: Tag) -> Iterator[Pointing]:
    """Every phrase of a page that points, or may."""
    order = {id(tag): number for number, tag in enumerate(main.find_all(True), start=1)}
    for block, text in _texts(main):
        rest = POINTS_NOWHERE.sub(" ", text)
        for pattern, target in TARGETS.items():
            for match in pattern.finditer(rest):
                found = tuple(_targets(block, target, match, order, main))
                yield Pointing(match[0], block, found, pattern.pattern)
            rest = pattern.sub(" ", rest)
        for match in SUSPECTS.finditer(rest):
            yield Pointing(match[0], block, (), None)


def main_of(html: str) -> Tag | None:
    """The part of a page that its words are in; None when nothing there may point."""
    start, end = html.index("<main"), html.index("</main>")
    if not SUSPECTS.search(html, start, end):
        return None
    return BeautifulSoup(html[start:end], "html.parser").main


def css_path(tag: Tag) -> str:
    """A selector for this one tag of a page."""
    steps = []
    while tag.name != "main":
        steps.append(f":nth-child({len(tag.find_previous_siblings(True)) + 1})")
        assert tag.parent
        tag = tag.parent
    return " > ".join(["main", *reversed(steps)])


def _texts(main: Tag) -> list[tuple[Tag, str]]:
    """Each block with its own words."""
    found: dict[int, tuple[Tag, list[str]]] = {}
    for string in main.find_all(string=True):
        if not isinstance(string, PreformattedString):
            block = next(tag for tag in string.parents if tag.name in _BLOCKS)
            found.setdefault(id(block), (block, []))[1].append(str(string))
    return [(block, " ".join("".join(strings).split())) for block, strings in found.values()]


def _targets(
    block: Tag, target: Target, match: re.Match[str], order: dict[int, int], main: Tag
) -> Iterator[Tag]:
    """In the same topic; for its action, in itself: on paper it stands alone."""
    if target.selector == "main":
        yield main
        return
    own = block.find_parent(class_="do") or ("do" in block.get("class", []) and block)
    facts = block.find_parent(class_="facts") if target.where is not Where.ANYWHERE else None
    scope = own or facts or main
    for tag in scope.select(target.selector):
        after = order[id(tag)] > order.get(id(block), 0)
        if target.where is not Where.ANYWHERE and after is not (target.where is Where.AFTER):
            continue
        if tag is not block and re.search(match.expand(target.says), words(tag)):
            yield tag


def _folds(tag: Tag) -> set[int]:
    """The folds that must be open for a tag to be seen."""
    parents = [tag, *tag.parents]
    return {
        id(parent)
        for child, parent in pairwise(parents)
        if parent.name == "details" and not parent.has_attr("open") and child.name != "summary"
    }
