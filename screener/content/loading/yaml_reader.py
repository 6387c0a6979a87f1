"""YAML text -> plain data, with the line and column of every part of it.

Stricter than YAML 1.1: duplicate keys, anchors, and plain words that YAML would
silently turn into something else (`no`, `on`, `1:30`, `010`) are faults. So are texts of which
YAML would silently drop words or line breaks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

import yaml

Place = tuple[str | int, ...]
"""A path of keys and list indexes, from the top of the file."""

KEY = "(key)"
"""Ends the place of a key itself, where that differs from the place of its value."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE_NUMBER = re.compile(r"0|-?[1-9]\d{0,8}")
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_KINDS = frozenset("str bool int float null timestamp merge value map seq".split())
_TIME = re.compile(r"\d{4}-\d\d?-\d\d?[Tt ].*")
_TAG = "tag:yaml.org,2002:"
_ID = re.compile(r"[a-z0-9_-]+")
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""Where YAML 1.1 ends a line."""

_COMMENT = re.compile(r"[ \t]+(?P<mark>#)(?P<joined>[^\s#])?")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)]|>) \S")
"""A line of a list or of words to say, as texts write them."""

_DAY_OF_REVIEW = ("reviewed", "on")
"""The one key of the format that YAML 1.1 reads as a boolean."""

DEEPEST = 40
"""Levels of nesting; the built-in file has 10. Without a limit a file could exhaust the stack."""


@dataclass
class Document:
    """A parsed file. `positions` has (line, column), from 1, for values and for their keys."""

    data: Any = None
    positions: dict[Place, tuple[int, int]] = field(default_factory=dict)
    faults: list[tuple[Place, str]] = field(default_factory=list)


def read_document(text: str) -> Document:
    """Parse one YAML document. Raises yaml.YAMLError when it is not YAML at all."""
    document = Document()
    _refuse_depth(text)
    root = yaml.compose(text, Loader=_LOADER)
    if root is None:
        raise yaml.MarkedYAMLError(problem="is empty")
    document.data = _Reader(document, _LINE_END.split(text)).value(root, ())
    return document


def _refuse_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                problem = f"is nested more than {DEEPEST} levels deep"
                mark: Any = event.start_mark  # libyaml's marks have a class of their own
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Reader:
    def __init__(self, document: Document, lines: list[str]) -> None:
        self.document = document
        self.lines = lines
        self.seen: set[int] = set()

    def value(self, node: yaml.Node, place: Place) -> Any:
        positions = self.document.positions
        if id(node) in self.seen:
            positions.setdefault(place, _position(node))
            self.fault(place, "repeats an anchor (`*name`); write it out instead")
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.ScalarNode) or place not in positions:
            positions[place] = _position(node)
        kind = node.tag.removeprefix(_TAG)
        if not node.tag.startswith(_TAG) or kind not in _KINDS:
            self.fault(place, f"has a tag this file does not use: {node.tag}")
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, place)
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, place, kind)
        return [self.value(item, (*place, i)) for i, item in enumerate(node.value)]

    def mapping(self, node: yaml.MappingNode, place: Place) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.fault(place, "has a key that is not a word")
                continue
            key = key_node.value
            inner = (*place, key)
            if key in found:
                line = self.document.positions[(*inner, KEY)][0]
                self.document.positions[(*inner, KEY)] = _position(key_node)
                self.fault((*inner, KEY), f"stands here twice; first on line {line}")
                continue
            self.document.positions[inner] = self.document.positions[(*inner, KEY)] = _position(
                key_node
            )
            if not key_node.style and key_node.tag == f"{_TAG}merge":
                self.fault((*inner, KEY), "merges an anchor (`<<`); write it out instead")
                continue
            yes_or_no = not key_node.style and key_node.tag == f"{_TAG}bool"
            if yes_or_no and inner[-2:] != _DAY_OF_REVIEW:
                self.fault((*inner, KEY), f"is a yes/no word to YAML; put it in quotes: '{key}'")
            found[key] = self.value(value_node, inner)
        return found

    def scalar(self, node: yaml.ScalarNode, place: Place, kind: str) -> Any:
        text = str(node.value)
        if kind == "str":
            self.lost_text(node, place)
            return text
        if kind == "bool" and text in ("true", "false"):
            return text == "true"
        if kind == "int" and _WHOLE_NUMBER.fullmatch(text):
            return int(text)
        if kind == "timestamp" and _ISO_DATE.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                self.fault(place, f"is not a day of the calendar: {text}")
                return None
        if kind == "null" and not text:
            return None
        if kind == "timestamp" and _TIME.fullmatch(text):
            self.fault(place, "must be a date like 2026-11-22")
        else:
            self.fault(place, f"is read by YAML as a {kind}, not as text; write '{text}' in quotes")
        return text

    def lost_text(self, node: yaml.ScalarNode, place: Place) -> None:
        """Faults where YAML reads less than somebody wrote."""
        if node.style == ">":
            self.fault(place, "is folded by `>`, which joins lines and lists; write `|` instead")
        if node.style in ("|", ">"):
            return
        first, last = node.start_mark.line, node.end_mark.line
        lines = self.lines[first : last + 1]
        if any(above.strip() and _LIST_ITEM.match(line) for above, line in pairwise(lines)):
            message = "holds a list whose lines YAML joins; write `|` and the text below it"
            self.fault(place, message)
        if node.style:
            return  # in quotes
        comment = _COMMENT.match(self.lines[last], node.end_mark.column)
        if comment and _is_lost(str(node.value), comment):
            self.document.positions[place] = last + 1, comment.start("mark") + 1
            self.fault(place, "loses what stands after ` #`; put the whole text in quotes")

    def fault(self, place: Place, message: str) -> None:
        self.document.faults.append((place, message))


def _is_lost(text: str, comment: re.Match[str]) -> bool:
    """Whether a comment was probably meant as a part of the text before it."""
    return len(text.split()) > 1 or bool(comment["joined"] and not _ID.fullmatch(text))


def _position(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
