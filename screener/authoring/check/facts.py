"""Numbers of help lines, and how old a fact is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import phonenumbers

from screener.authoring.check.findings import Finding
from screener.content.loading.yaml_reader import Place
from screener.content.localize import regions_of
from screener.content.models.contacts import Contact
from screener.content.models.questionnaire import Questionnaire

STALE = timedelta(days=365)

TOMORROW = timedelta(days=1)
"""Dates up to a day ahead are accepted because of time zones."""


@dataclass(frozen=True)
class Fact:
    """Something that a person has to check again each year."""

    place: Place
    kind: str
    title: str
    detail: str
    """Its publisher or number."""
    checked: date | None
    called: date | None = None


def facts(content: Questionnaire) -> list[Fact]:
    """Each topic, source and help line, the oldest check first."""
    found = [
        Fact(("topics", id), "Topic", topic.title, "", topic.checked)
        for id, topic in content.topics.items()
    ]
    found += [
        Fact(("sources", id), "Source", source.title, source.publisher, source.checked)
        for id, source in content.sources.items()
    ]
    for code, place, line in help_lines(content):
        kind = "Help line" if code == content.about.region else f"Help line, {code}"
        found.append(Fact(place, kind, line.name.me, line.number, line.checked, line.called))
    return sorted(found, key=lambda fact: fact.checked or date.min)


def help_lines(content: Questionnaire) -> Iterator[tuple[str, Place, Contact]]:
    """(country, place, line) of each help line that has a number or an address."""
    for code, region in regions_of(content).items():
        above: Place = () if code == content.about.region else ("regions", code)
        for id, line in region.contacts.items():
            if not line.is_person:
                yield code, (*above, "contacts", id), line


def ages(content: Questionnaire, today: date) -> Iterator[Finding]:
    """What was checked or called more than a year ago, or is dated in the future."""
    for fact in facts(content):
        for key, day in (("checked", fact.checked), ("called", fact.called)):
            if day and day - today > TOMORROW:
                yield Finding((*fact.place, key), f"is in the future: {day}")
            if day and today - day > STALE:
                yield Finding((*fact.place, key), f"was {key} more than a year ago")


def numbers(content: Questionnaire) -> Iterator[Finding]:
    """Numbers that cannot be dialed, and lines that nobody has confirmed or called."""
    never_called = 0
    for code, place, line in help_lines(content):
        for key, number in (("call", line.call), ("tty", line.tty)):
            if number and not _is_number(number, code):
                message = f"is not a phone number of {code}: {number}"
                yield Finding((*place, key), message, is_error=True)
        if line.text and not re.fullmatch(r"[\d -]{3,15}", line.text.number):
            message = f"is not a number to text: {line.text.number}"
            yield Finding((*place, "text"), message, is_error=True)
        if not line.confirmed:
            yield Finding(place, f"is not confirmed and on no page: {line.name.me}")
        never_called += bool(line.call and not line.called)
    if never_called:
        message = f"hold {never_called} numbers that nobody has called; write the day as `called`"
        yield Finding(("contacts",), message)


def _is_number(number: str, region: str) -> bool:
    if re.fullmatch(r"\d{3,6}", number.replace(" ", "")):
        return True
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False
