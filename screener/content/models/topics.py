"""Topics, and the sources of their facts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from screener.content.models.base import (
    Day,
    Id,
    Model,
    RegionCode,
    Signature,
    Text,
    Urgency,
    Voiced,
    WebAddress,
)
from screener.content.models.policy import FieldPolicy, Weight


class Source(Model):
    """A page that facts come from."""

    title: Annotated[
        Text,
        FieldPolicy(
            "Name of the page",
            "What the page is called, with the year where there is one.",
            ["About this medicine (2025)"],
            weight=Weight.WORDING,
        ),
    ]
    publisher: Annotated[
        Text,
        FieldPolicy(
            "Who publishes it",
            "The health service, agency or journal.",
            ["NHS (UK)"],
            weight=Weight.NOTE,
        ),
    ]
    url: Annotated[
        WebAddress,
        FieldPolicy(
            "Web address",
            "The full address, with https:// at the start.",
            ["https://example.org/leaflet"],
            weight=Weight.NOTE,
            shown=False,
        ),
    ]
    checked: Annotated[
        Day,
        FieldPolicy(
            "Day checked",
            "The day somebody last opened the page and compared the facts. After a year "
            "the check reminds you.",
            ["2026-11-22"],
            weight=Weight.NOTE,
            reviewed=False,
        ),
    ]
    only: Annotated[
        tuple[RegionCode, ...],
        FieldPolicy(
            "Only in",
            "The countries it is cited in. Leave it out for all.",
            [["US"]],
            weight=Weight.EFFECT,
            shown=False,
        ),
    ] = ()

    def cited_in(self, code: str) -> bool:
        """Whether the pages of a country cite it."""
        return not self.only or code in self.only


class Condition(Model, title="Answer"):
    """Holds when one of these answers was picked."""

    question: Annotated[
        Id, FieldPolicy("Question", "The id of a question.", ["sleepy-today"], ids_of="questions")
    ]
    choices: Annotated[
        tuple[Id, ...],
        Field(min_length=1),
        FieldPolicy(
            "Answers", "Ids of answers to it; one of them is enough.", [["very"]], ids_of="choices"
        ),
    ]


class Variant(Model):
    """Another wording of a topic, used when its condition holds."""

    title: Annotated[
        Text,
        FieldPolicy(
            "When it is meant",
            "Heads this wording on the topic's own page.",
            ["If you bought it on the street"],
        ),
    ]
    when: Annotated[
        Condition,
        FieldPolicy(
            "When",
            "The answer that makes this wording the right one.",
            [{"question": "sleepy-today", "choices": ["very"]}],
        ),
    ]
    action: Annotated[
        Voiced,
        FieldPolicy(
            "The one thing to do",
            "Stands in place of the topic's own action.",
            ["Call a pharmacist today."],
        ),
    ]
    body: Annotated[
        Voiced,
        FieldPolicy("The reading", "Stands in place of the topic's own reading.", ["Rest first."]),
    ]
    strip: Annotated[
        Voiced | None,
        FieldPolicy("In short", "Stands in place of the topic's own short text.", ["Ask first."]),
    ] = None


class Topic(Model):
    """One piece of educational material."""

    title: Annotated[
        Text,
        FieldPolicy(
            "Heading", "What the topic is about, in plain words.", ["Side effects you may feel"]
        ),
    ]
    urgency: Annotated[
        Urgency, FieldPolicy("Usual urgency", "Only if an answer does not say how urgent it is.")
    ]
    group: Annotated[
        Id,
        FieldPolicy(
            "Place in the reading list",
            "The id of one of the headings under `about`, `groups`.",
            ["effects"],
            ids_of="groups",
        ),
    ]
    action: Annotated[
        Voiced,
        FieldPolicy(
            "The one thing to do",
            "One sentence that starts with what to do.",
            ["Ask a pharmacist before the next dose."],
        ),
    ]
    body: Annotated[
        Voiced,
        FieldPolicy(
            "The reading",
            "Three to five facts. Leave an empty line between paragraphs. Two stars on "
            'each side make **bold**; a line that starts with "- " is a list.',
            ["Most people feel sleepy at first.\n\n- **Too sleepy?** Tell your prescriber."],
        ),
    ]
    strip: Annotated[
        Voiced | None,
        FieldPolicy(
            "In short",
            "Two or three sentences for the top of the results. Only for the topic that "
            "stands there.",
            ["Do not stop suddenly. Ask first."],
        ),
    ] = None
    variants: Annotated[
        tuple[Variant, ...],
        FieldPolicy(
            "Other wordings",
            "A different action and reading for somebody who gave a certain answer.",
        ),
    ] = ()
    lesser_lead: Annotated[
        Text | None,
        FieldPolicy(
            "Milder heading",
            "Heads an emergency topic when a milder answer opened it.",
            ["When to call {emergency}"],
        ),
    ] = None
    sources: Annotated[
        tuple[Id, ...],
        Field(min_length=1),
        FieldPolicy(
            "Sources",
            "Ids of the sources that its facts come from. At least one.",
            [["leaflet"]],
            weight=Weight.NOTE,
            ids_of="sources",
        ),
    ]
    checked: Annotated[
        Day,
        FieldPolicy(
            "Day checked",
            "The day somebody last compared the topic with its sources. After a year the "
            "check reminds you.",
            ["2026-11-22"],
            weight=Weight.NOTE,
            reviewed=False,
        ),
    ]
    reviewed: Signature = None
