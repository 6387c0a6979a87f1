"""The touch-screen mode: what rides along on a shared screen, and when a visit is over.

Everything under /kiosk/ is the same journey with no way out of the site. A visit carries
the time its page was made; a POST older than the idle limit is not read, so that a browser
that sends an old form again shows the next person nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MORE_TIME = 10
"""How many times longer 'I need more time' is (WCAG 2.2.1 asks for ten)."""

SIZES = {"a0": "A", "a1": "A+", "a2": "A++"}
"""Text sizes: the form value and what the button reads."""

CLOCK_SLACK = 5
"""Seconds a stamp may lie in the future."""


@dataclass(frozen=True)
class Mode:
    """Where the pages live, and whether they are for a shared screen."""

    base: str
    kiosk: bool


PUBLIC = Mode("", kiosk=False)
KIOSK = Mode("/kiosk", kiosk=True)


@dataclass(frozen=True)
class Visit:
    """What one visit to a shared screen carries from page to page. Nothing is stored."""

    issued: int
    """When the page was made, in seconds since 1970."""
    more_time: bool = False
    size: str = "a0"

    @property
    def shape(self) -> Visit:
        """The same for everybody who asked for the same: without the time."""
        return Visit(0, self.more_time, self.size)

    def idle_limit(self, idle: int) -> int:
        """Seconds of idleness after which this visit is over."""
        return idle * (MORE_TIME if self.more_time else 1)


def read_visit(body: Mapping[str, str], now: int) -> Visit:
    """The visit as a body describes it, with a fresh stamp."""
    size = body.get("size", "")
    return Visit(now, more_time=body.get("more") == "on", size=size if size in SIZES else "a0")


def is_over(body: Mapping[str, str], idle: int, now: int) -> bool:
    """Whether a body was made so long ago that its visit has ended, or does not say when."""
    stamp = body.get("issued", "")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12):
        return True
    age = now - int(stamp)
    # A page's own refresh comes after the whole limit, so what is sent then is late.
    return not -CLOCK_SLACK <= age < read_visit(body, now).idle_limit(idle)
