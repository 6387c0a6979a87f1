"""The touch-screen mode: what a visit carries from page to page, and when it is over.

A page under /kiosk/ carries the time at which it was made. A POST that is older than the
idle limit is not read, so that a browser that sends an old form again shows the next person
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MORE_TIME = 10
"""How many times longer the idle limit is with 'I need more time' (WCAG 2.2.1 asks for ten)."""

SIZES = {"a0": ("A", "Usual"), "a1": ("A+", "Larger"), "a2": ("A++", "Largest")}
"""Text sizes: form value -> what its button shows, and its name for screen readers."""

USUAL_SIZE = "a0"

CLOCK_TOLERANCE = 5
"""Seconds that `issued` may lie in the future."""


@dataclass(frozen=True)
class Visit:
    """What a visit to a shared screen carries in form fields. Nothing is stored."""

    issued: int
    """When the page was made, in seconds since 1970."""
    more_time: bool = False
    size: str = USUAL_SIZE
    contrast: bool = False
    """Whether high contrast was asked for."""

    @property
    def html_class(self) -> str:
        """Classes of <html>, for browsers whose CSS cannot see what is checked (no `:has()`)."""
        names = ["kiosk", *([self.size] if self.size != USUAL_SIZE else [])]
        return " ".join([*names, *(["contrast"] if self.contrast else [])])

    def idle_limit(self, idle: int) -> int:
        """Seconds without a request after which this visit is over."""
        return idle * (MORE_TIME if self.more_time else 1)


def read_visit(body: Mapping[str, str], now: int) -> Visit:
    """The visit that a body describes, issued now."""
    size = body.get("size", "")
    return Visit(
        now,
        more_time=body.get("more") == "on",
        size=size if size in SIZES else USUAL_SIZE,
        contrast=body.get("contrast") == "on",
    )


def is_over(body: Mapping[str, str], idle: int, now: int) -> bool:
    """Whether the page that sent a body is older than the idle limit, or does not say when it
    was made."""
    issued = body.get("issued", "")
    if not (issued.isascii() and issued.isdecimal() and len(issued) <= 12):
        return True
    age = now - int(issued)
    # The page refreshes itself after the whole limit, so what it sends then is too late.
    return not -CLOCK_TOLERANCE <= age < read_visit(body, now).idle_limit(idle)
