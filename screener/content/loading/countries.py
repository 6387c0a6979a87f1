"""Whether country marks such as `[US]`, and sources of one country, name a country of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from screener.content.loading.errors import Problem
from screener.content.loading.yaml_reader import Place
from screener.content.localize import MARK, local_text, regions_of
from screener.content.models.plans import Plan
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.topics import Topic
from screener.content.texts import texts

_CODE = r"\[(?:[Nn]ot )?[A-Z]{2}(?:(?:,? |[,/])[A-Z]{2})*\](?!\()"
_ANY_CASE = r"\[(?:[Nn]ot )?[A-Za-z]{2}(?:(?:,? |[,/])[A-Za-z]{2})*\](?!\()"
_AT_THE_START = re.compile(rf"(?m)^[ ]*(?:[-*+] |\d+[.)] )?(?P<mark>{_ANY_CASE})")
_ANYWHERE = re.compile(_CODE)


def country_sources(content: Questionnaire) -> Iterator[Problem]:
    """Sources of unknown countries, and plans and topics without a source in some country."""
    codes = regions_of(content)
    for id, source in content.sources.items():
        for index, code in enumerate(source.only):
            if code not in codes:
                place: Place = ("sources", id, "only", index)
                yield place, _no_country(code, codes)
    parts: list[tuple[Place, Plan | Topic]] = [
        *((("plans", p), plan) for p, plan in enumerate(content.plans)),
        *((("topics", id), topic) for id, topic in content.topics.items()),
    ]
    for place, part in parts:
        cited = [content.sources[source] for source in part.sources if source in content.sources]
        for code in codes:
            if cited and not any(source.cited_in(code) for source in cited):
                yield (*place, "sources"), f"has no source for {code}"


def _no_country(code: str, codes: Mapping[str, object]) -> str:
    meant = "; did you mean `GB`?" if code == "UK" and "GB" in codes else ""
    return f"names no country `{code}`; there are {', '.join(codes)}{meant}"


def country_marks(content: Questionnaire) -> Iterator[Problem]:
    """Marks of unknown countries, and texts that are empty in some country."""
    codes = regions_of(content)
    if content.about.region in content.regions:
        yield ("regions", content.about.region), "is `about.region`, whose lines are `contacts`"
    for place, text in texts(content):
        if "[" not in text:
            continue
        for message in marks_unread(text):
            yield place, message
        for mark in MARK.finditer(text):
            for code in mark[3].split():
                if code not in codes:
                    yield place, _no_country(code, codes)
        may_be_gone = isinstance(place[-1], int) or isinstance(place[-2:][0], int)
        for code in () if may_be_gone else codes:
            if not local_text(text, code):
                yield place, f"has no line for {code}; write one"


def marks_unread(text: str) -> Iterator[str]:
    """Country marks with a mistake in them, which every country's pages would show."""
    read = {match.start(2) - 1 if match[2] else match.start(3) - 1 for match in MARK.finditer(text)}
    slips = {match.start("mark"): match["mark"] for match in _AT_THE_START.finditer(text)}
    for start, mark in slips.items():
        if start not in read:
            codes = " ".join(re.findall(r"\b[A-Z]{2}\b", mark[1:].upper()))
            negated = "not " if mark[1:5].lower() == "not " else ""
            yield f"`{mark}` is not read as countries; write [{negated}{codes}]"
    for match in _ANYWHERE.finditer(text):
        if match.start() not in read | set(slips):
            yield f"`{match[0]}` counts only at the start of a line; is the `|` above missing?"
