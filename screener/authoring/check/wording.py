"""How the texts of a file read: words, contractions, numbers, first words, what can be joined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from screener.authoring.check.coverage import is_asked
from screener.authoring.check.findings import Finding, as_read, own_texts
from screener.authoring.check.reading_level import reading_level
from screener.authoring.check.words import banned_words, commercial_names
from screener.content.loading.yaml_reader import Place
from screener.content.localize import MARK, in_region, local_text, regions_of
from screener.content.models.base import Voice
from screener.content.models.contacts import Contact
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Category

_YEARS = re.compile(r"(?:19|20)\d\d ?[-/] ?(?:(?:19|20)?\d\d|\d\d?-\d\d?)")
_LONG_NUMBER = r"[+(]?\d[\d() .-]{5,}\d"
_UNCONTRACTED = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|has|have|had|will|would|should|could) not|can ?not)\b",
    re.IGNORECASE,
)
_ABOUT_READER = re.compile(
    r"\b(?:your|I|my|me)\b|\b(?:do|did|are|were|have|can) you\b|\byou (?:have|take|feel)\b", re.I
)

_READERS_OWN = re.compile(
    r"\byou (?:take|took|stop|stopped|skip|mix) (?:it|this|extra|more|suddenly)\b"
    r"|\b(?:if|when|since|until) you (?:take|took|stop|mix|drink|feel)\b"
    r"|\byour (?:pills?|tablets?|doses?|next dose|last dose|label|prescription|refill|body"
    r"|prescriber|medicines?|withdrawal)\b"
    r"|\bI (?:take|took|stopped)\b",
    re.IGNORECASE,
)
"""Speaks of the reader as the one who takes the medicine."""
_QUOTED = re.compile(r'"[^"]*"')
"""Words to say to others."""

VERBS = frozenset(
    """ask breathe bring call carry check count don't drink find follow get give go have help keep
    leave let lie look make move offer open pick plan put read rest say see show sit stay stop take
    talk tell text turn unlock use visit wait wake walk write""".split()
)
"""Words that the heading of a plan may start with."""

_NO_CLAUSE = (
    (re.compile(r"[,;:.]"), "a mark"),
    (re.compile(r"\b(?:and|or)\b", re.IGNORECASE), "'and' or 'or'"),
)
_NOT_IN_VOICE = {
    Voice.ME: re.compile(r"\b(?:they|they're|them|you|your)\b", re.IGNORECASE),
    Voice.SOMEONE: re.compile(r"\b(?:I|I'm|my|me|you|your)\b", re.IGNORECASE),
}


def wording(content: Questionnaire) -> Iterator[Finding]:
    """What is wrong with how texts read. What differs by country is read in each."""
    yield from _headings(content)
    yield from _clauses(content)
    yield from _voices(content)
    countries = {code: in_region(content, code) for code in regions_of(content)}
    found: dict[Finding, None] = {}
    seen: set[tuple[Place, str]] = set()
    all_texts = list(own_texts(content))
    for code, region in regions_of(content).items():
        local = countries[code]
        for place, written in all_texts:
            if place[0] == "regions" and place[1] != code:
                continue
            text = local_text(written, code, region.words)
            read = as_read(text, local)
            if text and (place, read) not in seen:
                seen.add((place, read))
                found |= dict.fromkeys(_of_text(local, place, text, read))
    yield from found
    yield from reading_level(countries.values())


def _of_text(content: Questionnaire, place: Place, text: str, read: str) -> Iterator[Finding]:
    allowed = _allowed(content, place)
    for paragraph in read.split("\n\n"):
        banned, sellers = _words_in(paragraph)
        for word, instead in banned:
            if word.lower() not in allowed:
                yield Finding(place, f"holds the word '{word}'; write: {instead}", is_error=True)
        for name in sellers:
            yield Finding(place, f"names a seller: {name}", is_error=True)
    for is_error, message in stray_markup(read):
        yield Finding(place, message, is_error)
    if place[0] in ("contacts", "sources", "regions"):  # the words of others
        return
    long_forms = dict.fromkeys(match[0] for match in _UNCONTRACTED.finditer(read))
    if long_forms:
        said = ", ".join(f"'{form}'" for form in long_forms)
        yield Finding(place, f"says {said}; write it as people say it, such as don't")
    for number in _phone_numbers(content.contacts, text):
        message = f"holds the number {number}; write the contact's id in braces instead"
        yield Finding(place, message, is_error=True)


@lru_cache(maxsize=16_384)
def _words_in(paragraph: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Words not to write and sellers' names. Most paragraphs are the same in each country."""
    return list(banned_words(paragraph)), list(commercial_names(paragraph))


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


def _headings(content: Questionnaire) -> Iterator[Finding]:
    for place, text in own_texts(content):
        if place[0] == "plans" and "heading" in place:
            for line in text.splitlines():
                first = MARK.sub(r"\1", line).split()[0].strip(".,:").lower()
                if first not in VERBS:
                    message = f"starts with '{first}'; start with what to do, such as Call"
                    yield Finding(place, message)


def _clauses(content: Questionnaire) -> Iterator[Finding]:
    """Clauses that do not join into one sentence with others: "I'm shaking and I'm alone"."""
    for id, sign in content.signs.items():
        for voice in Voice if sign.said else ():
            place: Place = ("signs", id, "said", voice.value)
            text = sign.said.in_voice(voice) if sign.said else ""
            for pattern, what in _NO_CLAUSE:
                if pattern.search(text):
                    message = f"'{text}' holds {what}; write one short clause"
                    yield Finding(place, message, is_error=True)
            other = _NOT_IN_VOICE[voice].search(text)
            if other:
                message = f"says '{other[0]}' where `{voice.value}` speaks: '{text}'"
                yield Finding(place, message, is_error=True)


def _voices(content: Questionnaire) -> Iterator[Finding]:
    """Texts about the person who takes the medicine that a reader who cares gets as they are.
    What the reader wants to read, or is not sure about, is asked of both alike."""
    for s, section in enumerate(content.sections):
        for q, question in enumerate(section.questions):
            ask = question.ask
            named = {content.signs[id].category for c in question.choices for id in c.signs}
            about_reader = named <= {Category.INTEREST, Category.DOUBT}
            both = all(is_asked(content, question.id, voice) for voice in Voice)
            if both and not about_reader and ask.me == ask.someone and _ABOUT_READER.search(ask.me):
                place: Place = ("sections", s, "questions", q, "ask")
                message = "asks about the reader in both voices; write `me` and `someone`"
                yield Finding(place, message, is_error=True)
    for place, text in own_texts(content):
        if place[0] in ("plans", "topics") and place[-1] != Voice.ME:
            for match in _READERS_OWN.finditer(_QUOTED.sub("", text)):
                message = f"says '{match[0]}' to somebody who cares; write `me` and `someone`"
                yield Finding(place, message, is_error=True)


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
