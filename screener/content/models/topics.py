"""Topics, and the sources of their facts."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from screener.content.models.base import (
    Day,
    Id,
    Model,
    RegionCode,
    Signature,
    Text,
    Voiced,
    WebAddress,
)
from screener.content.models.conditions import Condition
from screener.content.models.policy import FieldPolicy, Weight

CITATION = re.compile(r"\[@([a-z0-9-]+)\]")
"""`[@source-id]` in a text: the number of a source stands there."""


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
    note: Annotated[
        str,
        FieldPolicy(
            "Note",
            "What was read, if it was a copy. Visitors never see it.",
            ["Read in a stored copy of 2025."],
            weight=Weight.NOTE,
            shown=False,
            reviewed=False,
        ),
    ] = ""
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
            "The signs that make this wording the right one.",
            [["bought-on-the-street"]],
            ids_of="signs",
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


class Drawing(StrEnum):
    """The drawings that come with the app: macros of templates/_drawings.html."""

    RECOVERY_POSITION = "recovery-position"
    NASAL_NALOXONE = "nasal-naloxone"
    WHAT_TO_BRING = "what-to-bring"

    @property
    def macro(self) -> str:
        """Name of its macro."""
        return self.value.replace("-", "_")

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The values and what each shows."""
        meanings = {
            "recovery-position": "How somebody who can't be woken lies safely.",
            "nasal-naloxone": "How to give naloxone into the nose.",
            "what-to-bring": "What to bring to a visit.",
        }
        words = FieldPolicy("Drawing", "What it shows.", ["what-to-bring"], meanings=meanings)
        return words.__get_pydantic_json_schema__(core_schema, handler)


class Topic(Model):
    """One piece of educational material."""

    title: Annotated[
        Text,
        FieldPolicy(
            "Heading", "What the topic is about, in plain words.", ["Side effects you may feel"]
        ),
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
            "Steps, facts, words to say. Leave an empty line between paragraphs. Two stars on "
            'each side make **bold**; "- " starts a list, "1. " a list of steps, "> " words to '
            "say. [@leaflet] puts the number of that source behind a fact.",
            ["Most people feel sleepy at first.\n\n- **Too sleepy?** Tell your prescriber."],
        ),
    ]
    drawing: Annotated[
        Drawing | None,
        FieldPolicy("Drawing", "A drawing above the reading.", ["recovery-position"]),
    ] = None
    variants: Annotated[
        tuple[Variant, ...],
        FieldPolicy(
            "Other wordings",
            "A different action and reading for people with certain signs.",
        ),
    ] = ()
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

    @property
    def differs_by_voice(self) -> bool:
        """Whether any of its words depend on whom they are about."""
        texts = [self.action, self.body]
        texts += [text for variant in self.variants for text in (variant.action, variant.body)]
        return any(len(text.texts) > 1 for text in texts)
