"""What is answered: sources, help lines, topics, and the words of every page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

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
from screener.content.models.policy import FieldPolicy, Weight

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
    """A crisis or help line."""

    name: Annotated[
        Text, FieldPolicy("Name of the line", "Its official name.", ["Night nurse line"])
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
        Text,
        FieldPolicy(
            "When it answers",
            "In plain words.",
            ["Day and night", "Monday to Friday, 9 am to 5 pm"],
            weight=Weight.EFFECT,
        ),
    ]
    languages: Annotated[
        Text,
        FieldPolicy(
            "Languages",
            "Which languages it speaks, and whether there are interpreters.",
            ["English and Spanish. Others by interpreter."],
            weight=Weight.EFFECT,
        ),
    ]
    purpose: Annotated[
        Text,
        FieldPolicy(
            "Whom it is for",
            "Who can use it, and for what.",
            ["Questions about your medicine when the clinic is closed."],
        ),
    ] = Field(alias="for")
    what_happens: Annotated[
        str,
        FieldPolicy(
            "What happens when you call",
            "Who answers, what they ask, what they can do. It takes away fear.",
            ["A nurse answers. She asks what you took and when."],
        ),
    ] = ""
    verified: Annotated[
        Day,
        FieldPolicy(
            "Day verified",
            "The day somebody last made sure that the number is right. After a year the "
            "check reminds you.",
            ["2026-11-22"],
            weight=Weight.NOTE,
            reviewed=False,
        ),
    ]
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

    @property
    def number(self) -> str:
        """What a text shows in place of `{contact-id}`."""
        texted = self.text.number if self.text else None
        return self.call or texted or self.chat or self.web or self.name


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
    reviewed: Annotated[
        Review | None,
        FieldPolicy(
            "Who signed it",
            "A clinician who read this part and found it right. `screener review` prints "
            "the lines to put here. It stops counting when the part changes.",
            weight=Weight.NOTE,
            reviewed=False,
        ),
    ] = None


class AlwaysTopic(Model):
    """A topic on every result, at this urgency unless an answer raises it."""

    topic: Annotated[
        Id,
        FieldPolicy(
            "Topic",
            "The id of a topic.",
            ["do-not-stop-suddenly"],
            weight=Weight.DANGER,
            ids_of="topics",
        ),
    ]
    urgency: Annotated[
        Urgency,
        FieldPolicy("At least this urgent", "An answer can make it more urgent, never less."),
    ]
    voices: Annotated[
        tuple[Voice, ...],
        FieldPolicy(
            "For whom", "Leave it out to show it to both.", [["someone"]], weight=Weight.DANGER
        ),
    ] = (Voice.ME, Voice.SOMEONE)


class Lead(Model):
    """A line above the cards, shown when one condition holds and no other one does."""

    when: Annotated[
        Condition,
        FieldPolicy(
            "When",
            "The answer that brings the line up.",
            [{"question": "sleepy-today", "choices": ["very"]}],
        ),
    ]
    unless: Annotated[
        tuple[Condition, ...],
        FieldPolicy(
            "But not when",
            "Answers that keep the line away.",
            [[{"question": "sleepy-today", "choices": ["a-little"]}]],
        ),
    ] = ()
    text: Annotated[
        Voiced,
        FieldPolicy(
            "The line", "One or two sentences.", ["You take it as told. That is not addiction."]
        ),
    ]


class Group(Model, title="Level"):
    """One level of urgency on the results page."""

    title: Annotated[
        Text, FieldPolicy("Heading", "The heading of the level.", ["Call someone today"])
    ]
    prefix: Annotated[
        Text,
        FieldPolicy(
            "Spoken first",
            "Read aloud before the heading, for people who cannot see its color.",
            ["Urgent:"],
        ),
    ]
    order: Annotated[
        tuple[Id, ...],
        FieldPolicy(
            "Order",
            "Ids of the topics that come first in this level. The others follow.",
            [["out-of-pills", "side-effects"]],
            ids_of="topics",
        ),
    ] = ()


class PrintSummary(Model):
    """'Notes for my visit': the page to take to a prescriber."""

    title: Annotated[
        Text, FieldPolicy("Heading", "The heading of the printed page.", ["Notes for my visit"])
    ]
    about: Annotated[
        Text,
        FieldPolicy(
            "What this page is",
            "Says that it is no test.",
            ["This is not a test and not a diagnosis."],
        ),
    ]
    to_clinician: Annotated[
        Text,
        FieldPolicy(
            "To the clinician",
            "One or two sentences for the prescriber.",
            ["This page is not a reason to stop the medicine at once."],
        ),
    ]
    urgent_first: Annotated[
        tuple[Text, ...],
        FieldPolicy(
            "Urgent blanks", "Lines to fill in by hand that come first.", [["Pills left, in days"]]
        ),
    ]
    blanks: Annotated[
        tuple[Text, ...],
        FieldPolicy(
            "Blanks", "Lines to fill in by hand.", [["How long I have taken it", "Pharmacy"]]
        ),
    ]
    wishes: Annotated[
        tuple[Text, ...],
        FieldPolicy(
            "Wishes",
            "Boxes to tick: what the person wants.",
            [["Stay the same", "Go lower", "Not sure"]],
        ),
    ]
    prompts: Annotated[
        tuple[Text, ...],
        FieldPolicy(
            "Open lines", "Openings of sentences to finish by hand.", [["My biggest worry"]]
        ),
    ]
    questions: Annotated[
        tuple[Text, ...],
        FieldPolicy(
            "Questions to ask",
            "Questions for the visit.",
            [["Is it still right for me?", "Can I drive?"]],
        ),
    ]
    footer: Annotated[
        Text,
        FieldPolicy(
            "Foot of the page",
            "Emergency numbers, and that nothing was saved.",
            ["Emergency: {emergency}. Made without saving anything."],
        ),
    ]
    warning: Annotated[
        Text,
        FieldPolicy("Warning", "That paper is not private.", ["Printed paper is not private."]),
    ]


class Results(Model):
    """Every word and rule of the results page that is not a topic's."""

    title: Annotated[
        Voiced,
        FieldPolicy(
            "Heading", "The heading of the results page.", ["What you told us, and what may help"]
        ),
    ]
    not_a_test: Annotated[
        Text,
        FieldPolicy(
            "Not a test",
            "Says that this is no test and no diagnosis.",
            ["This is not a test. It shows facts that fit your answers."],
        ),
    ]
    first_line: Annotated[
        Text,
        FieldPolicy(
            "When something is urgent",
            "Stands above the topics when one of them is urgent.",
            ["Do the first thing today. The rest can wait."],
        ),
    ]
    no_match: Annotated[
        Voiced,
        FieldPolicy(
            "When nothing fits",
            "For somebody whose answers open no topic. Never say that all is well.",
            ["Nothing you marked matched our list. If something worries you, ask a pharmacist."],
        ),
    ]
    support: Annotated[
        Text,
        FieldPolicy(
            "Before a help line",
            "Leads the help line that an answer puts first.",
            ["Support is there if you ever want it."],
        ),
    ]
    when_to_call: Annotated[
        Text,
        FieldPolicy(
            "Milder heading",
            "Heads an emergency topic when a milder answer opened it and the topic has no "
            "words of its own.",
            ["When to call {emergency}"],
        ),
    ]
    night_line: Annotated[
        Text,
        FieldPolicy(
            "When it is closed",
            "Ends every topic that says to call today.",
            ["Closed? Ask any pharmacist."],
        ),
    ]
    rule_topic: Annotated[
        Id,
        FieldPolicy(
            "First rule",
            "The id of the topic whose short text stands at the top of every result.",
            ["do-not-stop-suddenly"],
            weight=Weight.DANGER,
            ids_of="topics",
        ),
    ]
    first_view: Annotated[
        int,
        Field(ge=1),
        FieldPolicy(
            "Topics in view",
            "How many topics that can wait are shown at once. The rest fold away.",
            [6],
        ),
    ] = 6
    groups: Annotated[
        dict[Urgency, Group],
        FieldPolicy(
            "Levels",
            "Heading and order of each level of urgency. Every level needs one.",
        ),
    ]
    always: Annotated[
        tuple[AlwaysTopic, ...],
        FieldPolicy(
            "Always shown",
            "Topics on every result, whatever was picked.",
            [[{"topic": "do-not-stop-suddenly", "urgency": "soon"}]],
            weight=Weight.EFFECT,
            if_lost=Weight.DANGER,
        ),
    ]
    escorts: Annotated[
        dict[Id, Id],
        FieldPolicy(
            "Never alone",
            "On the left a topic, on the right the topic that always stands before it.",
            [{"signs-of-misuse": "dependence"}],
            weight=Weight.EFFECT,
            if_lost=Weight.DANGER,
            ids_of="topics",
            keys_of="topics",
        ),
    ] = Field({})
    beside_help: Annotated[
        tuple[Id, ...],
        FieldPolicy(
            "With the help lines",
            "Topics whose links stand with the help lines.",
            [["what-happens-when-you-call"]],
            ids_of="topics",
        ),
    ] = ()
    leads: Annotated[
        tuple[Lead, ...],
        FieldPolicy("Lines above the topics", "Sentences that are shown for certain answers."),
    ] = ()
    print: Annotated[
        PrintSummary, FieldPolicy("Notes for my visit", "The printed page to take to a prescriber.")
    ]


class StandardChoices(Model, title="Answers on every question"):
    """How the answers read that every question offers."""

    none: Annotated[
        Text, FieldPolicy("None", "The answer when nothing in the list fits.", ["None of these"])
    ]
    not_sure: Annotated[
        Text, FieldPolicy("Not sure", "The answer for somebody who does not know.", ["Not sure"])
    ]
    prefer_not: Annotated[
        Text,
        FieldPolicy(
            "Prefer not to say",
            "The answer for somebody who does not want to tell.",
            ["Prefer not to say"],
        ),
    ]


class Page(Model):
    """A page of plain reading."""

    title: Annotated[Text, FieldPolicy("Heading", "The heading of the page.", ["Your privacy"])]
    body: Annotated[
        Text,
        FieldPolicy(
            "Words of the page",
            "Plain sentences. Leave an empty line between paragraphs. Two stars on each "
            'side make **bold**; a line that starts with "- " is a list.',
            ["**We keep nothing.** It is gone when you leave.\n\n- No name\n- No account"],
        ),
    ]


class About(Model):
    """What this self-check is, for whom, and who has reviewed it."""

    format: Annotated[
        Literal["1.0"],
        FieldPolicy(
            "Form of this file",
            "Leave it as it is. It says which form of file this is.",
            ["1.0"],
            weight=Weight.NOTE,
            shown=False,
        ),
    ]
    version: Annotated[
        Day,
        FieldPolicy(
            "Last changed",
            "The day somebody last changed this file. It is shown to visitors.",
            ["2026-11-22"],
            weight=Weight.NOTE,
        ),
    ]
    title: Annotated[
        Text,
        FieldPolicy(
            "Neutral name",
            "Stands in the browser tab and in its history, so it must not name the medicine.",
            ["Self-check"],
        ),
    ]
    heading: Annotated[
        Text,
        FieldPolicy(
            "Heading of the start page",
            "The first words a visitor sees.",
            ["Questions about your sleeping pills"],
        ),
    ]
    lead: Annotated[
        Text,
        FieldPolicy(
            "First sentence",
            "One or two sentences below the heading: what a visitor does here.",
            ["Answer short, plain questions. Then read what fits your answers."],
        ),
    ]
    points: Annotated[
        tuple[Text, ...],
        FieldPolicy(
            "What to know first",
            "A short list on the start page: no test, nothing kept, skip what you like.",
            [["It is not a test. There is no score.", "Nothing you pick is kept."]],
        ),
    ]
    adults: Annotated[
        Text,
        FieldPolicy(
            "For adults", "Says that it is written for adults.", ["It is written for adults."]
        ),
    ]
    under_18: Annotated[
        Text,
        FieldPolicy(
            "Under 18",
            "What someone who is younger can do.",
            ["Under 18? You can still call {crisis}. Talk to an adult you trust."],
        ),
    ]
    me: Annotated[
        Text,
        FieldPolicy(
            "Button: about me",
            "Starts the questions for the person who takes the medicine.",
            ["About me"],
        ),
    ]
    someone: Annotated[
        Text,
        FieldPolicy(
            "Button: about someone else",
            "Starts the questions for a person who cares about someone.",
            ["About someone I care about"],
        ),
    ]
    duration: Annotated[
        Text,
        FieldPolicy(
            "How long it takes",
            "Shown before the first question.",
            ["About 10 minutes. You can stop at any time."],
        ),
    ]
    review_notice: Annotated[
        Text,
        FieldPolicy(
            "Who has reviewed it",
            "Stands at the foot of every page. Say it plainly if nobody has.",
            ["No doctor, nurse or pharmacist has reviewed these pages yet."],
        ),
    ]
    region: Annotated[
        RegionCode,
        FieldPolicy(
            "Country",
            "Two capital letters: the country whose phone numbers these are.",
            ["US", "CA"],
            weight=Weight.DANGER,
            shown=False,
        ),
    ]
    region_name: Annotated[
        Text,
        FieldPolicy(
            "Name of the country", "As in: the phone numbers are for ...", ["the United States"]
        ),
    ]
    learn_heading: Annotated[
        Text,
        FieldPolicy(
            "Heading of the reading list",
            "The heading of the page that lists every topic.",
            ["Read about this medicine"],
        ),
    ]
    crisis_bar: Annotated[
        tuple[Id, ...],
        Field(min_length=1),
        FieldPolicy(
            "Lines on every page",
            "Ids of the help lines at the top of every page, the emergency number first.",
            [["emergency", "crisis", "poison"]],
            weight=Weight.DANGER,
            ids_of="contacts",
        ),
    ]
    standard_choices: Annotated[
        StandardChoices,
        FieldPolicy(
            "Answers on every question",
            'How "none", "not sure" and "prefer not to say" read. Every question offers '
            "them by itself.",
        ),
    ]
    groups: Annotated[
        dict[Id, Text],
        FieldPolicy(
            "Headings of the reading list",
            "An id and a heading for each; topics name the id. They appear in this order.",
            [{"effects": "Effects on body and mind"}],
            keys_of="groups",
        ),
    ]
    documents: Annotated[
        dict[str, Text],
        FieldPolicy(
            "Articles",
            "The articles that signs are written down in: a letter for each, and its name.",
            [{"a": "Article a: an overview"}],
            weight=Weight.NOTE,
        ),
    ]
    known_words: Annotated[
        tuple[Text, ...],
        FieldPolicy(
            "Words readers know",
            "Long words that your readers know anyway. The reading grade counts them as easy.",
            [["prescriber", "pharmacist"]],
            weight=Weight.NOTE,
            shown=False,
        ),
    ] = ()
    allowed_words: Annotated[
        dict[str, tuple[Text, ...]],
        FieldPolicy(
            "Exceptions",
            "Where a word may stand that the check would refuse. On the left the place in "
            "this file, on the right the words.",
            [{"results.not_a_test": ["score"]}],
            weight=Weight.NOTE,
            shown=False,
        ),
    ] = Field({})
    about: Annotated[
        Page, FieldPolicy("Page: About", "The page that says who made this and how it works.")
    ]
    privacy: Annotated[
        Page,
        FieldPolicy(
            "Page: Privacy", "The page that says what is kept (nothing) and what cannot be hidden."
        ),
    ]
    leave: Annotated[
        Page,
        FieldPolicy(
            "Page: Leaving fast",
            "What the leave button does and does not do. It stands on the privacy page.",
        ),
    ]
    help: Annotated[
        Page, FieldPolicy("Page: Help lines", "The words above the list of help lines.")
    ]
