"""Whether the help lines that pages and texts lead to exist, in each country."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from screener.content.loading.errors import Problem
from screener.content.loading.unknown_ids import unknown
from screener.content.loading.yaml_reader import Place
from screener.content.localize import local_text, regions_of
from screener.content.models.contacts import PLACEHOLDER, Contact
from screener.content.models.questionnaire import Questionnaire
from screener.content.texts import texts


def shown_contacts(content: Questionnaire, ids: Iterable[str], place: Place) -> Iterator[Problem]:
    """Contacts that a page shows as buttons: each exists, is confirmed and has a number to call."""
    for index, id in enumerate(ids):
        yield from shown_contact(content, id, (*place, index), to_call=True)


def shown_contact(
    content: Questionnaire, id: str, place: Place, to_call: bool = False
) -> Iterator[Problem]:
    """A contact that a page shows: it exists and is confirmed, in each country."""
    for code, region in regions_of(content).items():
        for message in _faults_of(region.contacts, id, to_call):
            yield place, _named_country(content, code, message)


def _faults_of(contacts: Mapping[str, Contact], id: str, to_call: bool) -> Iterator[str]:
    contact = contacts.get(id)
    if not contact:
        yield unknown("contact", id, contacts)
    elif not contact.confirmed:
        said = f"`{id}` is not confirmed, so no page may lead to it"
        yield f"{said}; call the number, then write `confirmed: true`"
    elif to_call and not contact.call:
        yield f"`{id}` has no number to call"


def _named_country(content: Questionnaire, code: str, message: str) -> str:
    return message if code == content.about.region else f"in {code}: {message}"


def placeholders(content: Questionnaire) -> Iterator[Problem]:
    """`{contact-id}` in a text: the contact exists and is confirmed, in each country."""
    for place, text in texts(content):
        for code, region in regions_of(content).items():
            if place[0] == "regions" and place[1] != code:
                continue
            for match in PLACEHOLDER.finditer(local_text(text, code)):
                for message in _faults_of(region.contacts, match[1], to_call=False):
                    yield place, _named_country(content, code, message)
