"""What a content file promises: hazards, which are proved, and cases, which are run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from screener.content.models.base import Id, Model, Text, Urgency, Voice
from screener.content.models.conditions import Condition
from screener.content.models.policy import FieldPolicy, Weight


class Hazard(Model):
    """A promise: whenever some signs are there, the plan that leads is urgent enough."""

    name: Annotated[
        Text,
        FieldPolicy("Name", "The danger, in plain words.", ["Cannot be woken"], shown=False),
    ]
    when: Annotated[
        Condition,
        Field(min_length=1),
        FieldPolicy("When", "The signs, as in a plan.", [["cannot-be-woken"]], ids_of="signs"),
    ]
    at_least: Annotated[
        Urgency, FieldPolicy("At least this urgent", "The level of the plan that leads.")
    ]
    stops: Annotated[
        bool,
        FieldPolicy("Stops?", "True: the plan that leads is also a page of its own.", [True]),
    ] = False


def _listed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: [pick] if isinstance(pick, str) else pick for key, pick in value.items()}
    return value


def _plans(title: str, text: str) -> FieldPolicy:
    return FieldPolicy(title, text, [["call-today"]], ids_of="plans")


def _topics(title: str, text: str) -> FieldPolicy:
    return FieldPolicy(title, text, [["side-effects"]], ids_of="topics")


def _questions(title: str, text: str) -> FieldPolicy:
    return FieldPolicy(title, text, [["right-now"]], ids_of="questions")


def _words(title: str, text: str) -> FieldPolicy:
    return FieldPolicy(title, text, [["Call today"]], shown=False)


def _number(title: str, text: str) -> FieldPolicy:
    return FieldPolicy(title, text, [12])


class Case(Model):
    """One person: the answers, and what must come of them."""

    name: Annotated[
        Text,
        FieldPolicy("Name", "The person, in plain words.", ["Just tired"], shown=False),
    ]
    visitor: Annotated[
        str,
        FieldPolicy(
            "Visitor", "A short mark for cases that people walk by hand.", ["V1"], shown=False
        ),
    ] = ""
    voice: Annotated[Voice, FieldPolicy("Who answers", "me or someone.")]
    answers: Annotated[
        dict[Id, tuple[Id, ...]],
        BeforeValidator(_listed),
        FieldPolicy(
            "Answers",
            "A question on the left; one answer or a list on the right. Questions that are left "
            "out are skipped.",
            [{"right-now": ["very-sleepy"], "how-often": "most-days"}],
            ids_of="choices",
            keys_of="questions",
        ),
    ]
    leads: Annotated[
        Id, FieldPolicy("Leads", "The plan that leads.", ["call-today"], ids_of="plans")
    ]
    level_at_most: Annotated[
        Urgency | None,
        FieldPolicy("At most this urgent", "The plan that leads is not more urgent than this."),
    ] = None
    stops: Annotated[
        tuple[Id, ...] | None,
        _plans("Stops", "The plans that stop, in the order they come. [] for none."),
    ] = None
    stopped_by_page: Annotated[
        int | None, _number("Stopped by page", "The first stop comes no later than this page.")
    ] = None
    also: Annotated[
        tuple[Id, ...], _plans("Also", "Plans that stand beside the one that leads.")
    ] = ()
    later: Annotated[tuple[Id, ...], _plans("Later", 'Plans under "When everyone is safe".')] = ()
    never: Annotated[tuple[Id, ...], _plans("Never", "Plans that are not shown at all.")] = ()
    asked: Annotated[
        tuple[Id, ...], _questions("Asked", "Questions that this person is asked.")
    ] = ()
    not_asked: Annotated[
        tuple[Id, ...], _questions("Not asked", "Questions that this person is not asked.")
    ] = ()
    in_view: Annotated[
        tuple[Id, ...], _topics("In view", "Topics that stand open on the results.")
    ] = ()
    topics_include: Annotated[
        tuple[Id, ...], _topics("Topics", "Topics in view or among the titles.")
    ] = ()
    topics_exclude: Annotated[
        tuple[Id, ...], _topics("No topics", "Topics neither in view nor among the titles.")
    ] = ()
    says: Annotated[
        tuple[Text, ...], _words("Says", "Words of the plan that leads, with its script.")
    ] = ()
    never_says: Annotated[
        tuple[Text, ...], _words("Never says", "Words that the plan that leads doesn't have.")
    ] = ()
    pages_at_most: Annotated[
        int | None, _number("Pages", "No more pages of questions than this.")
    ] = None
    words_at_most: Annotated[
        int | None, _number("Words", "No more words on those pages than this.")
    ] = None


class Proofs(Model, title="Hazards and cases"):
    """The file beside a content file, or the same keys in it."""

    hazards: Annotated[
        tuple[Hazard, ...],
        FieldPolicy(
            "Hazards",
            "Promises about the plans. `screener check` proves each for all answers.",
            weight=Weight.DANGER,
        ),
    ] = ()
    cases: Annotated[
        tuple[Case, ...],
        FieldPolicy("Cases", "People with their answers. `screener check` tries each."),
    ] = ()
