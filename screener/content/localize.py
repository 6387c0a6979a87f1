"""The questionnaire as one country reads it: its help lines, words and local facts.

A line of text that starts with `[US]` is shown in that country only, one that starts with
`[CA GB]` in those, and one with `[not US]` everywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel

from screener.content.models.base import Voiced
from screener.content.models.contacts import Region
from screener.content.models.plans import Plan
from screener.content.models.policy import fields
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.topics import Source, Topic

Part = TypeVar("Part", Plan, Topic)

MARK = re.compile(r"(?m)^([ ]*(?:[-*+] |\d+[.)] )?)\[(not )?([A-Z]{2}(?: [A-Z]{2})*)\] *")
"""At the start of a line, after a list marker: the countries the line is for."""


def regions_of(content: Questionnaire) -> dict[str, Region]:
    """The countries a file has help lines for, its own first, by code (ISO 3166-1).

    People without a number, such as a prescriber, are the same in all of them.
    """
    own = Region(name=content.about.region_name, contacts=content.contacts)
    people = {id: person for id, person in content.contacts.items() if person.is_person}
    others = {
        code: region.model_copy(update={"contacts": people | region.contacts})
        for code, region in content.regions.items()
    }
    return {content.about.region: own, **others}


def in_region(content: Questionnaire, code: str | None = None) -> Questionnaire:
    """The questionnaire as it reads in one country; the file's own when none is named.

    Raises KeyError for a country the file has no help lines for.
    """
    code = code or content.about.region
    region = regions_of(content)[code]
    parts = dict(content) | {
        "contacts": region.contacts,
        "regions": {},
        "hazards": (),
        "cases": (),
    }
    sources = {id: part for id, part in content.sources.items() if part.cited_in(code)}
    local = {
        name: _rewritten(part, lambda text: local_text(text, code, region.words))
        for name, part in parts.items()
    }
    local["sources"] = sources  # titles of other people's pages are not rewritten
    local["topics"] = {id: _citing(topic, sources) for id, topic in local["topics"].items()}
    local["plans"] = tuple(_citing(plan, sources) for plan in local["plans"])
    about = local["about"].model_copy(update={"region": code, "region_name": region.name})
    return Questionnaire.model_construct(**local | {"about": about})


def _citing(part: Part, sources: Mapping[str, Source]) -> Part:
    return part.model_copy(update={"sources": tuple(id for id in part.sources if id in sources)})


def local_text(text: str, code: str, words: Mapping[str, str] | None = None) -> str:
    """A text without the lines that are for other countries, in this country's words."""
    if MARK.search(text):
        lines = (_local_line(line, code) for line in text.split("\n"))
        text = "\n".join(line for line in lines if line is not None)
        text = re.sub(r"\n{3,}", "\n\n", text).strip()
    if not words:
        return text
    return _any_of(tuple(words)).sub(lambda match: words[match[0]], text)


@lru_cache(maxsize=16)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def _local_line(line: str, code: str) -> str | None:
    mark = MARK.match(line)
    if not mark:
        return line
    shown = (code in mark[3].split()) is not bool(mark[2])
    return mark[1] + line[mark.end() :] if shown else None


def _rewritten(value: Any, change: Callable[[str], str]) -> Any:
    """A copy with every text changed. Texts of a list that become empty are left out."""
    if type(value) is str:
        return change(value)
    if isinstance(value, BaseModel):
        texts = [name for name, _, policy in fields(type(value)) if policy.is_text]
        parts = {name: _rewritten(getattr(value, name), change) for name in texts}
        return value.model_copy(update=parts)
    if isinstance(value, Mapping):
        return {key: _rewritten(part, change) for key, part in value.items()}
    if isinstance(value, tuple):
        return tuple(part for part in (_rewritten(p, change) for p in value) if not _empty(part))
    return value


def _empty(part: Any) -> bool:
    return part == "" or (isinstance(part, Voiced) and "" in (part.me, part.someone))
