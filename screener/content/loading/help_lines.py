"""Whether the help lines that pages and texts lead to exist, in each country."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from screener.content.loading.errors import Problem
from screener.content.loading.unknown_ids import unknown
from screener.content.loading.yaml_reader import Place
from screener.content.localize import local_text, regions_of
from screener.content.models.contacts import BECAUSE, PLACEHOLDER, Contact
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
        if code == content.about.region and id not in region.contacts:
            return  # a slip, which every other country would repeat


def _faults_of(contacts: Mapping[str, Contact], id: str, to_call: bool) -> Iterator[str]:
    contact = contacts.get(id)
    if not contact:
        yield unknown("contact", id, contacts)
    elif not contact.confirmed:
        said = f"`{id}` is not confirmed, so no page may lead to it"
        yield f"{said}; call the number, then write `confirmed: true`"
    elif to_call and not (contact.call or contact.text or contact.is_person):
        yield f"`{id}` has no number to call or text"


def _named_country(content: Questionnaire, code: str, message: str) -> str:
    return message if code == content.about.region else f"in {code}: {message}"


def relay_routes(content: Questionnaire) -> Iterator[Problem]:
    """Countries without a help line for people who can't hear or speak on the phone."""
    for code, region in regions_of(content).items():
        if not any(line.relay and line.confirmed for line in region.contacts.values()):
            own = code == content.about.region
            place: Place = ("contacts",) if own else ("regions", code, "contacts")
            yield place, "needs a line with `relay: true`, for people who can't hear or speak"


def placeholders(content: Questionnaire) -> Iterator[Problem]:
    """`{contact-id}` in a text: the contact exists and is confirmed, in each country."""
    regions = regions_of(content)
    for place, text in texts(content):
        if "{" not in text:
            continue
        slips: set[str] = set()  # reported for the file's own country, which comes first
        for code, region in regions.items():
            if place[0] == "regions" and place[1] != code:
                continue
            for match in PLACEHOLDER.finditer(local_text(text, code)):
                if match[0] == BECAUSE and place[0] == "plans" and "say" in place:
                    continue
                if match[1] in slips:
                    continue
                if code == content.about.region and match[1] not in region.contacts:
                    slips.add(match[1])
                for message in _faults_of(region.contacts, match[1], to_call=False):
                    yield place, _named_country(content, code, message)
