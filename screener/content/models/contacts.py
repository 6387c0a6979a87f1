"""Help lines, and how texts refer to their numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from screener.content.models.base import (
    Day,
    Id,
    Model,
    Text,
    Voiced,
    WebAddress,
)
from screener.content.models.policy import FieldPolicy, Weight

PLACEHOLDER = re.compile(r"\{([^{}:]*)(:name)?\}")
"""`{contact-id}` in a text stands for a number, `{contact-id:name}` for a name."""

BECAUSE = "{because}"
"""Stands in the words to say of a plan for what was said."""


def with_numbers(text: str, contacts: Mapping[str, Contact]) -> str:
    """The text with each `{contact-id}` replaced by that contact's number or name."""
    return PLACEHOLDER.sub(lambda match: filled_in(match, contacts), text)


def filled_in(match: re.Match[str], contacts: Mapping[str, Contact]) -> str:
    """What a PLACEHOLDER found in a text stands for."""
    contact = contacts[match[1]]
    return contact.label if match[2] else contact.number


class TextLine(Model):
    """A number that takes text messages, and the word to send."""

    number: Annotated[
        Text, FieldPolicy("Number", "The number to send a text message to.", ["555-0100"])
    ]
    word: Annotated[
        str,
        FieldPolicy("Word to send", "If the line asks for a word in the first message.", ["HELLO"]),
    ] = ""


class Contact(Model):
    """A crisis or help line; or a person whose number only the visitor knows, with a name alone."""

    name: Annotated[
        Voiced, FieldPolicy("Name of the line", "Its official name.", ["Night nurse line"])
    ]
    short: Annotated[
        Text | None,
        FieldPolicy(
            "Short name",
            "One or two words, only for lines in the bar at the top of every page.",
            ["Nurse line"],
        ),
    ] = None
    call: Annotated[
        Text | None,
        FieldPolicy(
            "Number to call",
            "As people write it. It becomes a link that dials.",
            ["555-0100"],
            weight=Weight.DANGER,
        ),
    ] = None
    text: Annotated[
        TextLine | None,
        FieldPolicy(
            "Number to text",
            "For lines that answer text messages.",
            [{"number": "555-0100", "word": "HELLO"}],
            weight=Weight.DANGER,
        ),
    ] = None
    chat: Annotated[
        WebAddress | None,
        FieldPolicy(
            "Chat address",
            "The web page where one can chat with the line.",
            ["https://example.org/chat"],
            weight=Weight.DANGER,
            shown=False,
        ),
    ] = None
    web: Annotated[
        WebAddress | None,
        FieldPolicy(
            "Website",
            "For help that is a web page and has no number.",
            ["https://example.org"],
            weight=Weight.DANGER,
            shown=False,
        ),
    ] = None
    tty: Annotated[
        Text | None,
        FieldPolicy(
            "Text telephone",
            "Its number for deaf callers who use a text telephone.",
            ["555-0101"],
            weight=Weight.DANGER,
        ),
    ] = None
    hours: Annotated[
        str,
        FieldPolicy(
            "When it answers",
            "In plain words.",
            ["Day and night", "Monday to Friday, 9 am to 5 pm"],
            weight=Weight.EFFECT,
        ),
    ] = ""
    languages: Annotated[
        str,
        FieldPolicy(
            "Languages",
            "Which languages it speaks, and whether there are interpreters.",
            ["English and Spanish. Others by interpreter."],
            weight=Weight.EFFECT,
        ),
    ] = ""
    purpose: Annotated[
        str,
        FieldPolicy(
            "Whom it is for",
            "Who can use it, and for what.",
            ["Questions about your medicine when the clinic is closed."],
        ),
    ] = Field("", alias="for")
    what_happens: Annotated[
        str,
        FieldPolicy(
            "What happens when you call",
            "Who answers, what they ask, what they can do. It takes away fear.",
            ["A nurse answers. She asks what you took and when."],
        ),
    ] = ""
    night: Annotated[
        str,
        FieldPolicy(
            "When it is closed",
            "Whom to call then.",
            ["Closed? Call the nurse line, 555-0100."],
            weight=Weight.EFFECT,
        ),
    ] = ""
    relay: Annotated[
        bool,
        FieldPolicy(
            "For deaf callers?",
            "True for a text, video or relay route. Every country needs one.",
            [True],
            weight=Weight.EFFECT,
            if_lost=Weight.DANGER,
        ),
    ] = False
    checked: Annotated[
        Day | None,
        FieldPolicy(
            "Day the page was read",
            "The day somebody last read the line's own page. After a year the check reminds you.",
            ["2026-11-22"],
            weight=Weight.NOTE,
            reviewed=False,
        ),
    ] = None
    called: Annotated[
        Day | None,
        FieldPolicy(
            "Day it was called",
            "The day somebody last dialed the number. Leave it out until somebody has.",
            ["2026-11-22"],
            weight=Weight.NOTE,
            reviewed=False,
        ),
    ] = None
    source: Annotated[
        WebAddress | None,
        FieldPolicy(
            "Where that was read",
            "The web page that gives this number.",
            ["https://example.org/contact"],
            weight=Weight.NOTE,
            shown=False,
        ),
    ] = None
    confirmed: Annotated[
        bool,
        FieldPolicy(
            "Confirmed?",
            "Write false until somebody has checked the number: it then stays off every page.",
            [True, False],
            weight=Weight.EFFECT,
            if_lost=Weight.DANGER,
        ),
    ] = True
    listed: Annotated[
        bool,
        FieldPolicy(
            "In the list of help lines?",
            "Write false if it should appear only where a text names it.",
            [True, False],
            weight=Weight.EFFECT,
            if_lost=Weight.DANGER,
        ),
    ] = True
    note: Annotated[
        str,
        FieldPolicy(
            "Note",
            "For the people who look after this file. Visitors never see it.",
            ["Called on 2026-11-22: answered in two minutes."],
            weight=Weight.NOTE,
            shown=False,
            reviewed=False,
        ),
    ] = ""

    @model_validator(mode="after")
    def _line_is_described(self) -> Contact:
        if not self.is_person:
            described = {
                "hours": self.hours,
                "languages": self.languages,
                "for": self.purpose,
                "checked": self.checked,
            }
            for key, value in described.items():
                if not value:
                    raise ValueError(f"has a number or an address, so it needs `{key}`")
        return self

    @property
    def is_person(self) -> bool:
        """Whether it has no number or address: somebody whom only the visitor can reach."""
        return not (self.call or self.text or self.chat or self.web)

    @property
    def label(self) -> str:
        """What a text shows in place of `{contact-id:name}`."""
        return self.short or self.name.me

    @property
    def number(self) -> str:
        """What a text shows in place of `{contact-id}`."""
        texted = self.text.number if self.text else None
        return self.call or texted or self.chat or self.web or self.name.me


class Region(Model, title="A country"):
    """Another country's help lines. Use the same ids as under `contacts` for lines of the same
    kind."""

    name: Annotated[Text, FieldPolicy("Name of the country", "As a visitor knows it.", ["Canada"])]
    contacts: Annotated[
        dict[Id, Contact],
        FieldPolicy(
            "Its help lines",
            "Every line that texts lead to must be here, by the same id.",
            keys_of="contacts",
        ),
    ]
    words: Annotated[
        dict[Text, Text],
        FieldPolicy(
            "Its words",
            "A word of this file, and what people there say instead.",
            [{"emergency room": "A&E"}],
        ),
    ] = Field({})
