"""Web addresses of a content file: where they stand, and those that readers can't open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import BaseModel

from screener.authoring.check.findings import Finding
from screener.content.loading.yaml_reader import Place
from screener.content.models.questionnaire import Questionnaire

_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+")

_LAST_IS_NUMBER = re.compile(r"(?:\d+|0x[0-9a-f]*)", re.IGNORECASE)
"""The last label of a host that browsers read as an IPv4 address: 10.0.0.5, 167772165, 0x7f.1."""

_LOCAL_DOMAINS = frozenset(
    "arpa corp home internal intranet invalid lan local localdomain localhost private test".split()
)
"""Top-level names that lead to something only within one network, if anywhere."""


def parts(value: object, place: Place = ()) -> Iterator[tuple[Place, object]]:
    """Every part of a model, with its place, from the outside inwards."""
    yield place, value
    inner: Iterator[tuple[object, object]] = iter(())
    if isinstance(value, BaseModel):
        inner = iter(value)
    elif isinstance(value, dict):
        inner = iter(value.items())
    elif isinstance(value, list | tuple):
        inner = iter(enumerate(value))
    for key, part in inner:
        yield from parts(part, (*place, key if isinstance(key, int) else str(key)))


def addresses(content: Questionnaire) -> dict[str, list[Place]]:
    """Every web address in the content -> where it stands."""
    found: dict[str, list[Place]] = {}
    for place, value in parts(content):
        if isinstance(value, str):
            for address in _ADDRESS.findall(value):
                found.setdefault(address.rstrip(".,;:"), []).append(place)
    return found


def public_sites(content: Questionnaire) -> Iterator[Finding]:
    """Addresses of a machine instead of a site, and of sites that not everybody can open."""
    for address, places in addresses(content).items():
        try:
            host = urlsplit(address).hostname or ""
        except ValueError:
            host = ""
        last = host.rstrip(".").rpartition(".")[2]
        message, is_error = "", False
        if not host or ":" in host or _LAST_IS_NUMBER.fullmatch(last):
            message, is_error = f"must name a site, not a machine: {address}", True
        elif last == "localhost":
            message, is_error = f"leads each reader to their own device: {address}", True
        elif last == host.rstrip(".") or last in _LOCAL_DOMAINS:
            message = f"opens within one network only: {address}"
        for place in places if message else ():
            yield Finding(place, message, is_error)
