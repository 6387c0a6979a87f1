"""What is answered: sources, help lines, topics, and the words of every page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from screener.content.models.base import (
    Day,
    Id,
    Model,
    RegionCode,
    Review,
    Text,
    Urgency,
    Voice,
    Voiced,
    WebAddress,
)

PLACEHOLDER = re.compile(r"\{([^{}:]*)(:name)?\}")
"""`{contact-id}` in a text stands for a number, `{contact-id:name}` for a name."""


def with_numbers(text: str, contacts: Mapping[str, Contact]) -> str:
    """The text with each `{contact-id}` replaced by that contact's number or name."""
    return PLACEHOLDER.sub(lambda match: filled_in(match, contacts), text)


def filled_in(match: re.Match[str], contacts: Mapping[str, Contact]) -> str:
    """What a PLACEHOLDER found in a text stands for."""
    contact = contacts[match[1]]
    return (contact.short or contact.name) if match[2] else contact.number


class Source(Model):
    """A page that facts come from."""

    title: Text
    publisher: Text
    url: WebAddress
    checked: Day = Field(description="The day a person or a stored copy confirmed the facts.")
    only: tuple[RegionCode, ...] = Field(
        (), description="The countries it is cited in; left out: all."
    )

    def cited_in(self, code: str) -> bool:
        """Whether the pages of a country cite it."""
        return not self.only or code in self.only


class TextLine(Model):
    """A number that takes text messages, and the word to send."""

    number: Text
    word: str = ""


class Contact(Model):
    """A crisis or help line."""

    name: Text
    short: Text | None = Field(None, description="A word or two, for the bar on every page.")
    call: Text | None = Field(None, description="The number as shown; its digits are dialled.")
    text: TextLine | None = None
    chat: WebAddress | None = None
    web: WebAddress | None = None
    tty: Text | None = Field(None, description="Number for text telephones.")
    hours: Text
    languages: Text
    purpose: Text = Field(alias="for", description="Who it is for, and for what.")
    what_happens: str = Field("", description="What happens when you call.")
    verified: Day
    source: WebAddress | None = None
    confirmed: bool = Field(True, description="False keeps it off every page.")
    listed: bool = Field(True, description="False: only where a text names it.")
    note: str = Field("", description="For maintainers; never shown.")

    @property
    def number(self) -> str:
        """What a text shows in place of `{contact-id}`."""
        texted = self.text.number if self.text else None
        return self.call or texted or self.chat or self.web or self.name


class Region(Model):
    """Another country's help lines. Ids that texts lead to must be here as well."""

    name: Text
    contacts: dict[Id, Contact]
    words: dict[Text, Text] = Field(
        {}, description="Words of this file -> what people there say, such as A&E."
    )


class Condition(Model):
    """Holds when one of these choices was picked."""

    question: Id
    choices: tuple[Id, ...] = Field(min_length=1)


class Variant(Model):
    """Another wording of a topic, used when its condition holds."""

    title: Text = Field(description="When it is meant, as a heading on the topic's own page.")
    when: Condition
    action: Voiced
    body: Voiced
    strip: Voiced | None = None


class Topic(Model):
    """One piece of educational material."""

    title: Text
    urgency: Urgency = Field(description="Only a default: an answer's own urgency wins.")
    group: Id = Field(description="Where the learn page lists it.")
    action: Voiced = Field(description="The one thing to do.")
    body: Voiced = Field(description="Markdown.")
    strip: Voiced | None = Field(None, description="Two or three sentences for the results' top.")
    variants: tuple[Variant, ...] = ()
    lesser_lead: Text | None = Field(
        None, description="Leads an emergency topic when a lesser answer opened it."
    )
    sources: tuple[Id, ...] = Field(min_length=1)
    checked: Day
    reviewed: Review | None = None


class AlwaysTopic(Model):
    """A topic on every result, at this urgency unless an answer raises it."""

    topic: Id
    urgency: Urgency
    voices: tuple[Voice, ...] = (Voice.ME, Voice.SOMEONE)


class Lead(Model):
    """A line above the cards, shown when one condition holds and no other one does."""

    when: Condition
    unless: tuple[Condition, ...] = ()
    text: Voiced


class Group(Model):
    """One level of urgency on the results page."""

    title: Text
    prefix: Text = Field(description="Read out before the title, for those who cannot see colour.")
    order: tuple[Id, ...] = Field((), description="Topics that come first; the rest follow.")


class PrintSummary(Model):
    """'Notes for my visit': the page to take to a prescriber."""

    title: Text
    about: Text
    to_clinician: Text
    urgent_first: tuple[Text, ...]
    blanks: tuple[Text, ...]
    wishes: tuple[Text, ...]
    prompts: tuple[Text, ...]
    questions: tuple[Text, ...]
    footer: Text
    warning: Text


class Results(Model):
    """Every word and rule of the results page that is not a topic's."""

    title: Voiced
    not_a_test: Text
    first_line: Text = Field(description="Shown when something is urgent.")
    no_match: Voiced
    support: Text = Field(description="Before the contact of an answer's `support`.")
    when_to_call: Text = Field(description="As a topic's `lesser_lead`, where it has none.")
    night_line: Text = Field(description="Ends every card for today.")
    rule_topic: Id = Field(description="The topic whose strip stands at the top of each result.")
    first_view: int = Field(6, ge=1, description="How many soon and learn cards stay in view.")
    groups: dict[Urgency, Group]
    always: tuple[AlwaysTopic, ...]
    escorts: dict[Id, Id] = Field(
        {}, description="Topic -> the topic that is always shown before it, at least as urgent."
    )
    beside_help: tuple[Id, ...] = Field((), description="Topics that stand with the help lines.")
    leads: tuple[Lead, ...] = ()
    print: PrintSummary


class StandardChoices(Model):
    """The answers every question offers, as they read."""

    none: Text
    not_sure: Text
    prefer_not: Text


class Page(Model):
    """A page of plain reading."""

    title: Text
    body: Text = Field(description="Markdown.")


class About(Model):
    """What this self-check is, for whom, and who has reviewed it."""

    format: Literal["1.0"] = Field(description="Version of the shape of this file.")
    version: Day = Field(description="The day this content was last changed.")
    title: Text = Field(description="Tab title and print name: neutral, names no medicine.")
    heading: Text
    lead: Text
    points: tuple[Text, ...]
    adults: Text
    under_18: Text
    me: Text
    someone: Text
    duration: Text
    review_notice: Text
    region: RegionCode = Field(description="The country that `contacts` are for.")
    region_name: Text = Field(description="Its name, as after 'Help lines for'.")
    learn_heading: Text
    crisis_bar: tuple[Id, ...] = Field(min_length=1, description="Contacts on every page.")
    standard_choices: StandardChoices
    groups: dict[Id, Text] = Field(description="Headings of the learn page, in order.")
    documents: dict[str, Text] = Field(description="The articles that signs are documented in.")
    known_words: tuple[Text, ...] = Field((), description="Count as easy in the reading grade.")
    allowed_words: dict[str, tuple[Text, ...]] = Field(
        {}, description="Where in this file -> words that may stand there though not elsewhere."
    )
    about: Page
    privacy: Page
    leave: Page
    help: Page
