"""How the texts of a file read: words, numbers written out, reading grade; in each country."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from screener.authoring.check.reading_level import (
    CRISIS_GRADE_AIM,
    CRISIS_GRADE_LIMIT,
    GRADE_AIM,
    GRADE_LIMIT,
    crisis_grades,
    grade,
)
from screener.authoring.check.words import banned_words, commercial_names
from screener.content.loading.yaml_reader import Place
from screener.content.localize import in_region, local_text, regions_of
from screener.content.models.contacts import Contact, with_numbers
from screener.content.models.questionnaire import Questionnaire
from screener.content.texts import texts

_YEARS = re.compile(r"(?:19|20)\d\d ?[-/] ?(?:(?:19|20)?\d\d|\d\d?-\d\d?)")
_LONG_NUMBER = r"[+(]?\d[\d() .-]{5,}\d"

Finding = tuple[bool, Place, str]
"""Whether it is an error (else a warning), where, and what."""


def wording(content: Questionnaire) -> Iterator[Finding]:
    """What is wrong with how texts read. What differs by country is read in each."""
    seen: set[tuple[Place, str]] = set()
    for code, region in regions_of(content).items():
        local = in_region(content, code)
        for place, written in texts(content):
            if place[0] == "regions" and place[1] != code:
                continue
            text = local_text(written, code, region.words)
            read = with_numbers(text, region.contacts)
            if not text or (place, read) in seen:
                continue
            seen.add((place, read))
            for is_error, _, message in _of_text(local, place, text, read):
                if (place, message) not in seen:
                    seen.add((place, message))
                    yield is_error, place, message
        for is_error, place, message in _crisis_grades(local):
            if (place, message) not in seen:
                seen.add((place, message))
                yield is_error, place, message


def _of_text(content: Questionnaire, place: Place, text: str, read: str) -> Iterator[Finding]:
    allowed = _allowed(content, place)
    for word, instead in banned_words(read):
        if word.lower() not in allowed:
            yield True, place, f"holds the word '{word}'; write: {instead}"
    for name in commercial_names(read):
        yield True, place, f"names a seller: {name}"
    for is_error, message in stray_markup(read):
        yield is_error, place, message
    if place[0] in ("contacts", "sources", "regions"):
        return
    for number in _phone_numbers(content.contacts, text):
        message = f"holds the number {number}; write the contact's id in braces instead"
        yield True, place, message
    level = grade(read, content.about.known_words)
    if level is not None and level > GRADE_AIM:
        yield level > GRADE_LIMIT, place, f"reads at grade {level:.1f}; aim at {GRADE_AIM}"


def _phone_numbers(contacts: Mapping[str, Contact], text: str) -> list[str]:
    """Long numbers in a text, and the short ones of the help lines; no years or days."""
    lines = contacts.values()
    numbers = {c.call for c in lines if c.call} | {c.text.number for c in lines if c.text}
    short = sorted(re.escape(number) for number in numbers if len(number) < 7)
    pattern = rf"(?<![\w-])(?:{'|'.join((_LONG_NUMBER, *short))})(?![\w-])"
    found = dict.fromkeys(re.findall(pattern, text))
    return [number for number in found if not _YEARS.fullmatch(number)]


def _allowed(content: Questionnaire, place: Place) -> set[str]:
    where = ".".join(str(part) for part in place)
    return {
        word.lower()
        for prefix, words in content.about.allowed_words.items()
        if where == prefix or where.startswith(f"{prefix}.")
        for word in words
    }


def _crisis_grades(content: Questionnaire) -> Iterator[Finding]:
    for place, voice, level in crisis_grades(content):
        if level > CRISIS_GRADE_AIM:
            message = f"reads at grade {level:.1f} ({voice.value}); aim at {CRISIS_GRADE_AIM}"
            yield level > CRISIS_GRADE_LIMIT, place, message


def stray_markup(read: str) -> Iterator[tuple[bool, str]]:
    """Braces, stars and quotes left over from markup: (whether it is an error, message).

    Give the text with its numbers filled in.
    """
    if re.search(r"[{}]", read):
        yield True, "holds a brace of its own; a help line's id stands between two: {id}"
    if read.count("**") % 2:
        yield True, "holds `**` without its partner; bold words stand between two"
    if re.fullmatch(
        r"\u2018[^\u2018]*\u2019|\u201c[^\u201c]*\u201d|[^\"]*[^\s\"]\"|\u2018[^\u2018]*'|'[^']*\u2019",
        read,
        re.DOTALL,
    ):
        yield False, "stands in quotes that visitors see; use the straight ones: '"
    elif re.search(r"\w[.?!]?'$", read) and not re.search(r"(?:^|[\s(])'", read):
        yield False, "ends with a quote that visitors see; is the one before the text missing?"
