"""Pages and parts of pages, rendered once, with gaps for what differs from person to person.

Nothing filled in is ever kept: a frame holds what everybody sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from markupsafe import Markup, escape

_EDGE = "\0"
"""Stands on both sides of a gap's name; the content file and the settings cannot hold it."""


def gap(name: str) -> Markup:
    """In a template: the place where the part of this name goes."""
    return Markup(f"{_EDGE}{name}{_EDGE}")  # noqa: S704 - names are ids and words of templates


class Frame:
    """HTML with named gaps."""

    def __init__(self, html: str) -> None:
        pieces = html.split(_EDGE)
        self._pieces = [piece.encode() for piece in pieces]
        self._gaps = [(place, pieces[place]) for place in range(1, len(pieces), 2)]

    def filled(self, parts: Mapping[str, bytes]) -> bytes:
        """The HTML with these parts, which must be escaped, in the gaps of their names."""
        pieces = self._pieces.copy()
        for place, name in self._gaps:
            pieces[place] = parts.get(name, b"")
        return b"".join(pieces)

    @cached_property
    def empty(self) -> bytes:
        """The HTML with nothing in its gaps."""
        return self.filled({})


def escaped(text: str) -> bytes:
    """A text as HTML."""
    return escape(text).encode()
