"""The self-check as one country reads it, on the web or on a touch screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from screener.config import WrongSetting
from screener.content.localize import in_region, regions_of
from screener.content.models.questionnaire import Questionnaire
from screener.content.reviews import unreviewed
from screener.web.visits import KIOSK, PUBLIC, Mode


@dataclass(frozen=True)
class Elsewhere:
    """Another country's edition: its name, and where its pages start."""

    name: str
    base: str


@dataclass(frozen=True)
class Edition:
    """What the pages of one edition are made of."""

    written: Questionnaire = field(repr=False)
    """The file as written, for every country."""
    code: str
    """The country that reads it."""
    mode: Mode
    unreviewed: frozenset[tuple[str, str]] = frozenset()
    """(kind, id) of the parts that wait for a clinician."""
    elsewhere: tuple[Elsewhere, ...] = ()

    @cached_property
    def content(self) -> Questionnaire:
        """The file as this country reads it. Made on first use: most serve one country."""
        return in_region(self.written, self.code)


def editions(content: Questionnaire, region: str = "") -> list[Edition]:
    """Every edition of a file as written: the region's own first, then its touch screen.

    The country is chosen by setting and on screen; nothing tries to guess it.
    Raises WrongSetting when the file has no help lines for the region.
    """
    regions = regions_of(content)
    own = region_at_root(content, region)
    waiting = unreviewed(content)
    places = {
        code: Elsewhere(part.name.removeprefix("the "), _base(code, own))
        for code, part in regions.items()
    }
    made = []
    for code in sorted(regions, key=lambda code: code != own):
        mode = Mode(places[code].base, kiosk=False)
        others = tuple(place for other, place in places.items() if other != code)
        made.append(Edition(content, code, mode, waiting, others))
        if code == own:
            made.append(Edition(content, code, KIOSK, waiting))
    return made


def region_at_root(content: Questionnaire, region: str = "") -> str:
    """The country whose pages are at the root: the one set, else the file's own.

    Raises WrongSetting when the file has no help lines for it.
    """
    regions = regions_of(content)
    own = region or content.about.region
    if own not in regions:
        known = ", ".join(regions)
        raise WrongSetting(f"SCREENER_REGION={own} is not in the content file; it has {known}")
    return own


def _base(code: str, own: str) -> str:
    return PUBLIC.base if code == own else f"/{code.lower()}"
