"""What pages show, as plain data."""

from __future__ import annotations

import pytest

from screener.content.loading.load import load
from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.plans import NO_PRESCRIBER, PRESCRIBER
from screener.web.views import plan_view
from tests.paths import SMALL_FILE

VISIBLE = frozenset({Voice.ME.sign})


def with_contacts(content: Questionnaire, *ids: str) -> Questionnaire:
    """The content, whose first plan names some contacts."""
    plan = content.plans[0]
    kind = type(plan.contact)
    changed = {
        "contact": kind(me=ids[0], someone=ids[0]),
        "also_contact": kind(me=ids[1], someone=ids[1]),
    }
    plans = (plan.model_copy(update=changed), *content.plans[1:])
    return content.model_copy(update={"plans": plans})


def shown(content: Questionnaire, signs: frozenset[str] = VISIBLE) -> list[str]:
    return list(plan_view(content, content.plans[0], signs, Voice.ME).contacts)


@pytest.fixture
def lines() -> Questionnaire:
    """The small questionnaire with a prescriber, and a second line with the first one's number."""
    small = load(SMALL_FILE).questionnaire
    line = small.contacts["emergency"]
    person = next(contact for contact in small.contacts.values() if contact.is_person)
    more = {"same": line.model_copy(), PRESCRIBER: person}
    return small.model_copy(update={"contacts": {**small.contacts, **more}})


def test_two_lines_with_one_number_are_one_button(lines: Questionnaire) -> None:
    assert shown(with_contacts(lines, "emergency", "same")) == ["emergency"]


def test_nobody_is_told_to_call_a_prescriber_whom_they_lack(lines: Questionnaire) -> None:
    content = with_contacts(lines, PRESCRIBER, "emergency")
    assert shown(content) == [PRESCRIBER, "emergency"]
    assert shown(content, VISIBLE | {NO_PRESCRIBER}) == ["emergency"]
