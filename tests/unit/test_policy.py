"""What depends on the policy of a field: texts, reviews and the weight of a change."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from screener.authoring.diff.compare import Spot, weight_of
from screener.content.loading.load import load
from screener.content.models.base import Model, Urgency
from screener.content.models.policy import FieldPolicy, Weight, fields, policy_of
from screener.content.models.questionnaire import Questionnaire
from screener.content.reviews import reviewables
from screener.content.texts import texts
from tests.paths import SMALL_FILE

SMALL = load(SMALL_FILE).questionnaire
SHOWN, HIDDEN, IDS = "shown", "hidden", "some-id"


class Example(Model):
    """A model with one field of each kind."""

    plain: str = SHOWN
    text: Annotated[str, FieldPolicy("Text", "What is read.")] = SHOWN
    note: Annotated[str, FieldPolicy(shown=False, reviewed=False)] = HIDDEN
    topics: Annotated[tuple[str, ...], FieldPolicy(ids_of="topics")] = (IDS,)
    groups: Annotated[dict[str, str], FieldPolicy(keys_of="groups")] = {IDS: SHOWN}  # noqa: RUF012


def test_a_field_without_a_policy_has_the_defaults() -> None:
    policy = policy_of(Example.model_fields["plain"])
    assert (policy.shown, policy.reviewed, policy.weight, policy.ids_of) == (True, True, None, None)


def test_texts_are_what_visitors_read_without_ids() -> None:
    assert list(texts(Example())) == [
        (("plain",), SHOWN),
        (("text",), SHOWN),
        (("groups", IDS), SHOWN),
    ]
    ids = {*SMALL.topics, *SMALL.questions, *SMALL.contacts, *SMALL.plans_by_id, *SMALL.signs}
    assert [place for place, text in texts(SMALL) if text in ids] == []
    assert ("plans", 2, "heading") in dict(texts(SMALL))


TOPIC = "cups"
CHANGES: dict[str, Any] = {
    "drawing": "what-to-bring",
    "sources": ("poster",),
    "variants": (),
    "reviewed": {"by": "A", "role": "b", "on": "2026-11-22", "of": "c"},
    "checked": "2026-11-30",
}


@pytest.mark.parametrize("name", [name for name, _, _ in fields(type(SMALL.topics[TOPIC]))])
def test_a_review_covers_the_fields_that_say_so(name: str) -> None:
    data = SMALL.model_dump(by_alias=True)
    value = data["topics"][TOPIC][name]
    new = CHANGES.get(name, "other")
    assert value != new
    data["topics"][TOPIC][name] = new
    changed = Questionnaire.model_validate(data)
    before, after = (
        {(part.kind, part.id): part.fingerprint for part in reviewables(content)}
        for content in (SMALL, changed)
    )
    field = type(SMALL.topics[TOPIC]).model_fields[name]
    differs = before[("topics", TOPIC)] != after[("topics", TOPIC)]
    assert differs is policy_of(field).reviewed


DANGER, EFFECT, WORDING, NOTE = Weight.DANGER, Weight.EFFECT, Weight.WORDING, Weight.NOTE


@pytest.mark.parametrize(
    ("policy", "old", "new", "weight"),
    [
        (FieldPolicy(), "a", "b", WORDING),
        (FieldPolicy(), 1, 2, EFFECT),
        (FieldPolicy(ids_of="topics"), "a", "b", EFFECT),
        (FieldPolicy(weight=NOTE), 1, 2, NOTE),
        (FieldPolicy(weight=EFFECT, if_lost=DANGER), True, False, DANGER),
        (FieldPolicy(weight=EFFECT, if_lost=DANGER), False, True, EFFECT),
        (FieldPolicy(weight=NOTE), Urgency.TODAY, Urgency.SOON, DANGER),
        (FieldPolicy(weight=NOTE), Urgency.SOON, Urgency.TODAY, EFFECT),
    ],
)
def test_the_weight_of_a_change(policy: FieldPolicy, old: Any, new: Any, weight: Weight) -> None:
    assert weight_of(policy, old, new) is weight


def test_a_field_has_the_weight_of_the_field_around_unless_it_states_one() -> None:
    outer = Spot().field("pages", FieldPolicy(weight=DANGER))
    assert outer.item("first").field("title", FieldPolicy()).policy.weight is DANGER
    assert outer.field("note", FieldPolicy(weight=NOTE)).policy.weight is NOTE
    steps = outer.field("steps", FieldPolicy(if_lost=EFFECT)).policy
    assert (steps.weight, steps.if_lost) == (DANGER, EFFECT)
    always = Spot().field("always", FieldPolicy(weight=EFFECT, if_lost=DANGER))
    assert always.field("title", FieldPolicy(weight=WORDING)).policy.if_lost is None
