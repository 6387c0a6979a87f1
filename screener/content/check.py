"""What a schema cannot say: coverage, voices, numbers, words, reading grade, age of facts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

import phonenumbers

from .base import Voice, Voiced
from .faults import ContentError
from .library import with_numbers
from .load import Loaded
from .model import Questionnaire
from .positions import Place
from .reading import grade
from .texts import texts
from .words import banned_words, commercial_names

STALE = timedelta(days=365)
GRADE_AIM, GRADE_LIMIT = 6, 8
CRISIS_GRADE_AIM, CRISIS_GRADE_LIMIT = 5, 6

_YEARS = re.compile(r"(?:19|20)\d\d ?[-/] ?(?:(?:19|20)?\d\d|\d\d?-\d\d?)")
_LONG_NUMBER = r"[+(]?\d[\d() .-]{5,}\d"
_ABOUT_READER = re.compile(r"\b(?:you|your|I|my|me)\b", re.IGNORECASE)


@dataclass
class Report:
    """What `screener check` found. Errors fail the check; warnings wait for a person."""

    file: str
    counts: Mapping[str, int]
    errors: list[ContentError] = field(default_factory=list)
    warnings: list[ContentError] = field(default_factory=list)

    def as_text(self) -> str:
        """For people: each finding on a line, then the counts."""
        lines = [f"error: {fault}" for fault in self.errors]
        lines += [f"warning: {fault}" for fault in self.warnings]
        counted = ", ".join(f"{number} {name}" for name, number in self.counts.items())
        lines.append(f"{self.file}: {counted}")
        lines.append(f"{len(self.errors)} errors, {len(self.warnings)} warnings")
        return "\n".join(lines)

    def as_json(self) -> str:
        """For programs."""
        return json.dumps(asdict(self), indent=2)


def check(
    loaded: Loaded, pages: Mapping[str, str] | None = None, today: date | None = None
) -> Report:
    """Check a loaded file, and the pages built from it (path -> HTML) where they are given."""
    content = loaded.questionnaire
    report = Report(loaded.file, _counts(content))
    for place, message in _errors(content):
        report.errors.append(loaded.error_at(place, message))
    for place, message in _warnings(content, today or date.today()):
        report.warnings.append(loaded.error_at(place, message))
    for place, text in texts(content):
        _check_text(loaded, report, place, text)
    _check_crisis_grades(loaded, report)
    for path, html in (pages or {}).items():
        _check_page(loaded, report, path, re.sub(r"<[^>]*>", " ", html))
    return report


def _check_page(loaded: Loaded, report: Report, path: str, text: str) -> None:
    """A page as built, for words that stand in a template rather than in the file."""
    allowed = {w.lower() for ws in loaded.questionnaire.about.allowed_words.values() for w in ws}
    faults = [f"names a seller: {name}" for name in commercial_names(text)]
    faults += [f"holds the word '{w}'" for w, _ in banned_words(text) if w.lower() not in allowed]
    for fault in dict.fromkeys(faults):
        report.errors.append(loaded.error_at((), f"the page {path} {fault}"))


def _counts(content: Questionnaire) -> dict[str, int]:
    return {
        "sections": len(content.sections),
        "questions": len(content.questions),
        "signs": len(content.signs),
        "interruptions": len(content.interruptions),
        "topics": len(content.topics),
        "contacts": len(content.open_contacts),
        "sources": len(content.sources),
    }


def _errors(content: Questionnaire) -> Iterator[tuple[Place, str]]:
    yield from _coverage(content)
    yield from _voices(content)
    yield from _numbers(content)


def _coverage(content: Questionnaire) -> Iterator[tuple[Place, str]]:
    asking: dict[str, set[str]] = {sign: set() for sign in content.signs}
    stopping: set[str] = set()
    for question, options in content.choices.items():
        for choice in options.values():
            stopping |= {choice.interruption} if choice.interruption else set()
            for sign in choice.signs:
                asking[sign] |= set(content.opened(question, choice.id))
    asked = {s for options in content.choices.values() for c in options.values() for s in c.signs}
    for sign, opened in asking.items():
        place: Place = ("signs", sign)
        if sign not in asked:
            yield place, "is asked by no choice"
        elif not opened & set(content.signs[sign].topics):
            yield place, "none of its topics is opened by an answer that asks for it"
    for interruption in content.interruptions:
        if interruption not in stopping:
            yield ("interruptions", interruption), "no answer leads to it"
    emergency = content.about.crisis_bar[0]
    if not any(page.contacts[0] == emergency for page in content.interruptions.values()):
        yield ("interruptions",), f"no page leads to `{emergency}`, the first of `crisis_bar`"


def _voices(content: Questionnaire) -> Iterator[tuple[Place, str]]:
    for s, section in enumerate(content.sections):
        for q, question in enumerate(section.questions):
            ask = question.ask
            if ask.me == ask.someone and _ABOUT_READER.search(ask.me):
                place: Place = ("sections", s, "questions", q, "ask")
                yield place, "asks about the reader in both voices; write `me` and `someone`"
            for voice in Voice:
                offered = [voice in choice.voices for choice in question.choices]
                if offered and not any(offered):
                    place = ("sections", s, "questions", q, "choices")
                    yield place, f"has no choice in the voice `{voice.value}`"


def _numbers(content: Questionnaire) -> Iterator[tuple[Place, str]]:
    region = content.about.region
    for id, contact in content.contacts.items():
        for key, number in (("call", contact.call), ("tty", contact.tty)):
            if number and not _is_number(number, region):
                place: Place = ("contacts", id, key)
                yield place, f"is not a phone number of {region}: {number}"
        if contact.text and not re.fullmatch(r"[\d -]{3,15}", contact.text.number):
            yield ("contacts", id, "text"), f"is not a number to text: {contact.text.number}"


def _is_number(number: str, region: str) -> bool:
    if re.fullmatch(r"\d{3,6}", number):
        return True
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False


def _warnings(content: Questionnaire, today: date) -> Iterator[tuple[Place, str]]:
    yield ("about", "review_notice"), "no clinician has reviewed this content yet"
    for id, contact in content.contacts.items():
        if not contact.confirmed:
            yield ("contacts", id), f"is not confirmed and on no page: {contact.name}"
        if today - contact.verified > STALE:
            yield ("contacts", id, "verified"), f"was verified more than a year ago: {id}"
    for id, topic in content.topics.items():
        if today - topic.checked > STALE:
            yield ("topics", id, "checked"), "was checked more than a year ago"
    used = {source for topic in content.topics.values() for source in topic.sources}
    used |= {sign.source for sign in content.signs.values() if sign.source}
    for id, source in content.sources.items():
        if today - source.checked > STALE:
            yield ("sources", id, "checked"), "was checked more than a year ago"
        if id not in used:
            yield ("sources", id), "is used by no topic and no sign"


def _check_text(loaded: Loaded, report: Report, place: Place, raw: str) -> None:
    content = loaded.questionnaire
    text = with_numbers(raw, content.contacts)
    allowed = _allowed(content, place)
    for word, instead in banned_words(text):
        if word.lower() not in allowed:
            message = f"holds the word '{word}'; write: {instead}"
            report.errors.append(loaded.error_at(place, message))
    for name in commercial_names(text):
        report.errors.append(loaded.error_at(place, f"names a seller: {name}"))
    if place[0] in ("contacts", "sources"):
        return
    for number in _phone_numbers(content, raw):
        message = f"holds the number {number}; write the contact's id in braces instead"
        report.errors.append(loaded.error_at(place, message))
    level = grade(text, content.about.known_words)
    if level is not None and level > GRADE_AIM:
        message = f"reads at grade {level:.1f}; aim at {GRADE_AIM}"
        found = loaded.error_at(place, message)
        (report.errors if level > GRADE_LIMIT else report.warnings).append(found)


def _phone_numbers(content: Questionnaire, text: str) -> list[str]:
    """Long numbers in a text, and the short ones of this file's contacts; no years or days."""
    lines = content.contacts.values()
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


def _check_crisis_grades(loaded: Loaded, report: Report) -> None:
    content = loaded.questionnaire
    for place, lines in crisis_pages(content):
        for voice in Voice:
            text = "\n\n".join(line.in_voice(voice) for line in lines if line)
            level = grade(with_numbers(text, content.contacts), content.about.known_words)
            if level is not None and level > CRISIS_GRADE_AIM:
                message = f"reads at grade {level:.1f} ({voice.value}); aim at {CRISIS_GRADE_AIM}"
                found = loaded.error_at(place, message)
                high = level > CRISIS_GRADE_LIMIT
                (report.errors if high else report.warnings).append(found)


def crisis_pages(content: Questionnaire) -> Iterator[tuple[Place, list[Voiced | None]]]:
    """Each crisis page as it is read at once; the unsure form is a page of its own."""
    for id, page in content.interruptions.items():
        place: Place = ("interruptions", id)
        below = [*page.steps, page.do_not, page.alone, *(aside.text for aside in page.asides)]
        yield place, [page.why, page.say, *below]
        if page.unsure:
            yield (*place, "unsure"), [page.unsure.why, *below]
