"""What a schema cannot check: coverage, voices, numbers, words, reading grade, age of facts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

import phonenumbers

from screener.authoring.check.wording import wording
from screener.content.loading.errors import ContentError
from screener.content.loading.load import Loaded
from screener.content.loading.yaml_reader import Place
from screener.content.localize import regions_of
from screener.content.models.base import Voice
from screener.content.models.contacts import Contact
from screener.content.models.questionnaire import Questionnaire
from screener.content.reviews import review_faults

STALE = timedelta(days=365)

TOMORROW = timedelta(days=1)
"""Dates up to a day ahead are accepted because of time zones."""

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
    loaded: Loaded,
    today: date | None = None,
    require_review: bool = False,
) -> Report:
    """Check a loaded file, not the pages built from it.

    With `require_review`, what no clinician has reviewed as it reads now is an error.
    """
    content = loaded.questionnaire
    report = Report(loaded.file, _counts(content))
    for place, message in _errors(content):
        report.errors.append(loaded.error_at(place, message))
    unread = report.errors if require_review else report.warnings
    for place, message in review_faults(content):
        unread.append(loaded.error_at(place, message))
    for place, message in _warnings(content, today or date.today()):
        report.warnings.append(loaded.error_at(place, message))
    for is_error, place, message in wording(content):
        (report.errors if is_error else report.warnings).append(loaded.error_at(place, message))
    return report


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
    for code, place, contact in _contacts(content):
        for key, number in (("call", contact.call), ("tty", contact.tty)):
            if number and not _is_number(number, code):
                yield (*place, key), f"is not a phone number of {code}: {number}"
        if contact.text and not re.fullmatch(r"[\d -]{3,15}", contact.text.number):
            yield (*place, "text"), f"is not a number to text: {contact.text.number}"


def _contacts(content: Questionnaire) -> Iterator[tuple[str, Place, Contact]]:
    """Each country's help lines, with their places in the file."""
    for code, region in regions_of(content).items():
        above: Place = () if code == content.about.region else ("regions", code)
        for id, contact in region.contacts.items():
            yield code, (*above, "contacts", id), contact


def _is_number(number: str, region: str) -> bool:
    if re.fullmatch(r"\d{3,6}", number.replace(" ", "")):
        return True
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False


def _warnings(content: Questionnaire, today: date) -> Iterator[tuple[Place, str]]:
    for _, place, contact in _contacts(content):
        if not contact.confirmed:
            yield place, f"is not confirmed and on no page: {contact.name}"
        if today - contact.verified > STALE:
            yield (*place, "verified"), f"was verified more than a year ago: {place[-1]}"
        if contact.verified - today > TOMORROW:
            yield (*place, "verified"), f"is in the future: {contact.verified}"
    for id, topic in content.topics.items():
        if topic.checked - today > TOMORROW:
            yield ("topics", id, "checked"), f"is in the future: {topic.checked}"
        if today - topic.checked > STALE:
            yield ("topics", id, "checked"), "was checked more than a year ago"
    used = {source for topic in content.topics.values() for source in topic.sources}
    used |= {sign.source for sign in content.signs.values() if sign.source}
    for id, source in content.sources.items():
        if source.checked - today > TOMORROW:
            yield ("sources", id, "checked"), f"is in the future: {source.checked}"
        if today - source.checked > STALE:
            yield ("sources", id, "checked"), "was checked more than a year ago"
        if id not in used:
            yield ("sources", id), "is used by no topic and no sign"
