"""Editions: one country's reading of the content, on the web or on a touch screen.

Each edition is served by the blueprint of routes.py, registered under the edition's name
with its URL prefix.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import current_app, request, url_for

from screener.config import WrongSetting
from screener.content.localize import in_region, regions_of
from screener.content.models.questionnaire import Questionnaire
from screener.content.reviews import unreviewed
from screener.web.delivery import Delivery
from screener.web.markup import Texts

KIOSK = "kiosk"
"""Name of the touch-screen edition."""


@dataclass(frozen=True)
class OtherCountry:
    """Another country's edition, to choose on screen."""

    country: str
    edition: str
    """Name of its edition."""


@dataclass(frozen=True)
class Edition:
    """One edition. Its content is localized when it is first asked for: most serve one country."""

    name: str
    """Name of its blueprint: `us`, `gb`, `kiosk`."""
    prefix: str
    """Where its paths begin: '', `/gb` or `/kiosk`."""
    region: str
    """Code of its country."""
    written: Questionnaire = field(repr=False)
    """The content file as written, for all countries."""
    unreviewed: frozenset[tuple[str, str]] = frozenset()
    """(kind, id) of the parts that no clinician has reviewed."""
    other_countries: tuple[OtherCountry, ...] = ()
    delivery: Delivery = Delivery.SERVER

    @property
    def base(self) -> str:
        """What the address of every page begins with, before the '/'."""
        if self.delivery is Delivery.FILE:
            return "#"
        return request.script_root + self.prefix

    @property
    def is_kiosk(self) -> bool:
        """Whether it is for a shared touch screen."""
        return self.name == KIOSK

    @property
    def layout(self) -> str:
        """The template that its pages extend."""
        return "kiosk_base.html" if self.is_kiosk else "base.html"

    @cached_property
    def content(self) -> Questionnaire:
        """The content as this country reads it."""
        return in_region(self.written, self.region)

    @cached_property
    def texts(self) -> Texts:
        """Renders content texts. A kiosk cannot dial, so its numbers are not links."""
        return Texts(self.content.contacts, self.written.sources, links=not self.is_kiosk)

    def has_unreviewed(self, kind: str, ids: Iterable[str]) -> bool:
        """Whether no clinician has reviewed one of some parts, as it reads now."""
        return any((kind, id) in self.unreviewed for id in ids)

    def url_for(self, view: str, **values: Any) -> str:
        """The address of one of this edition's pages. `view` is the name of a view in routes.py."""
        return self.delivery.address(url_for(f"{self.name}.{view}", **values))


def make_editions(
    content: Questionnaire, region: str = "", delivery: Delivery = Delivery.SERVER
) -> dict[str, Edition]:
    """Every edition of a content file, by name: the root's first, then the kiosk.

    Only the root's where there is no server: an export is for one country, and a touch screen
    has a server of its own.

    The country is chosen by setting and on screen; it is never guessed.
    Raises WrongSetting when the file has no help lines for the region.
    """
    regions = regions_of(content)
    own = region_at_root(content, region)
    waiting = unreviewed(content)
    if delivery.is_static:
        return {own.lower(): Edition(own.lower(), "", own, content, waiting, delivery=delivery)}
    countries = {
        code: OtherCountry(part.name.removeprefix("the "), code.lower())
        for code, part in regions.items()
    }
    found = []
    for code in sorted(regions, key=lambda code: code != own):
        others = tuple(country for other, country in countries.items() if other != code)
        prefix = "" if code == own else f"/{code.lower()}"
        found.append(Edition(code.lower(), prefix, code, content, waiting, others))
        if code == own:
            found.append(Edition(KIOSK, f"/{KIOSK}", code, content, waiting))
    return {edition.name: edition for edition in found}


def region_at_root(content: Questionnaire, region: str = "") -> str:
    """Code of the country whose pages are at the root: the one set, else the file's own.

    Raises WrongSetting when the file has no help lines for it.
    """
    regions = regions_of(content)
    own = region or content.about.region
    if own not in regions:
        known = ", ".join(regions)
        raise WrongSetting(f"SCREENER_REGION={own} is not in the content file; it has {known}")
    return own


def current_edition() -> Edition:
    """The edition that the request is for. For a path that no route has, its prefix decides."""
    editions: Mapping[str, Edition] = current_app.extensions["editions"]
    if request.blueprint:
        return editions[request.blueprint]
    root, *others = editions.values()
    return next((e for e in others if request.path.startswith(f"{e.prefix}/")), root)
