"""Whether every page leads to help lines that are there, in each country."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from screener.content.loading.naming import Problem, unknown
from screener.content.loading.yaml_reader import Place
from screener.content.localize import MARK, local_text, regions_of
from screener.content.models.library import PLACEHOLDER, Contact
from screener.content.models.questionnaire import Questionnaire
from screener.content.slips import marks_unread
from screener.content.texts import texts


def shown_contacts(content: Questionnaire, ids: Iterable[str], place: Place) -> Iterator[Problem]:
    """Contacts that a page shows as buttons: each is shown as below, and takes calls."""
    for index, id in enumerate(ids):
        yield from shown_contact(content, id, (*place, index), to_call=True)


def shown_contact(
    content: Questionnaire, id: str, place: Place, to_call: bool = False
) -> Iterator[Problem]:
    """A contact that a page shows: it is there in each country, and confirmed."""
    for code, region in regions_of(content).items():
        for message in _faults_of(region.contacts, id, to_call):
            yield place, _said_of(content, code, message)


def _faults_of(contacts: Mapping[str, Contact], id: str, to_call: bool) -> Iterator[str]:
    contact = contacts.get(id)
    if not contact:
        yield unknown("contact", id, contacts)
    elif not contact.confirmed:
        said = f"`{id}` is not confirmed, so no page may lead to it"
        yield f"{said}; call the number, then write `confirmed: true`"
    elif to_call and not contact.call:
        yield f"`{id}` has no number to call"


def _said_of(content: Questionnaire, code: str, message: str) -> str:
    return message if code == content.about.region else f"in {code}: {message}"


def placeholders(content: Questionnaire) -> Iterator[Problem]:
    """What texts lead to, in each country that shows them."""
    for place, text in texts(content):
        for code, region in regions_of(content).items():
            if place[0] == "regions" and place[1] != code:
                continue
            for match in PLACEHOLDER.finditer(local_text(text, code)):
                for message in _faults_of(region.contacts, match[1], to_call=False):
                    yield place, _said_of(content, code, message)


def country_sources(content: Questionnaire) -> Iterator[Problem]:
    """Sources of countries that are not there, and topics that cite nothing in a country."""
    codes = regions_of(content)
    for id, source in content.sources.items():
        for index, code in enumerate(source.only):
            if code not in codes:
                place: Place = ("sources", id, "only", index)
                yield place, _no_country(code, codes)
    for id, topic in content.topics.items():
        cited = [content.sources[source] for source in topic.sources if source in content.sources]
        for code in codes:
            if cited and not any(source.cited_in(code) for source in cited):
                yield ("topics", id, "sources"), f"has no source for {code}"


def _no_country(code: str, codes: Mapping[str, object]) -> str:
    meant = "; did you mean `GB`?" if code == "UK" and "GB" in codes else ""
    return f"names no country `{code}`; there are {', '.join(codes)}{meant}"


def country_marks(content: Questionnaire) -> Iterator[Problem]:
    """Country marks that no country has, and texts of which nothing is left in a country."""
    codes = regions_of(content)
    if content.about.region in content.regions:
        yield ("regions", content.about.region), "is `about.region`, whose lines are `contacts`"
    for place, text in texts(content):
        for message in marks_unread(text):
            yield place, message
        for mark in MARK.finditer(text):
            for code in mark[3].split():
                if code not in codes:
                    yield place, _no_country(code, codes)
        may_be_gone = isinstance(place[-1], int) or isinstance(place[-2:][0], int)
        for code in () if may_be_gone else codes:
            if text and not local_text(text, code):
                yield place, f"has no line for {code}; write one"
