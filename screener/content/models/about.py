"""What this self-check is, and the pages that are the same for everybody."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from screener.content.models.base import (
    Day,
    Id,
    Model,
    RegionCode,
    Text,
    Voiced,
)
from screener.content.models.policy import FieldPolicy, Weight


class StandardChoices(Model, title="Answers on every question"):
    """How the answers read that many questions offer."""

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
        Literal["2.0"],
        FieldPolicy(
            "Form of this file",
            "Leave it as it is. It says which form of file this is.",
            ["2.0"],
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
    careful: Annotated[
        Text,
        FieldPolicy(
            "A warning first",
            "The one danger to know before anything else, on the start page.",
            ["**Please don't stop it suddenly.** That can cause seizures."],
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
    asked_most: Annotated[
        tuple[Id, ...],
        Field(max_length=6),
        FieldPolicy(
            "Asked for most",
            "Ids of up to six topics: what people ask about most. The reading list begins with "
            "them.",
            [["side-effects", "what-happens-when-you-call"]],
            ids_of="topics",
        ),
    ] = ()
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
            'How "none", "not sure" and "prefer not to say" read. A question offers '
            "them by itself.",
        ),
    ]
    check_all: Annotated[
        Text,
        FieldPolicy(
            "Check all",
            "Shown with every question that takes several answers.",
            ["Check all that apply."],
        ),
    ]
    back: Annotated[
        Voiced,
        FieldPolicy(
            "Button: back",
            "Of a plan that stops: for somebody to whom it doesn't apply.",
            ["This doesn't fit. Go back"],
            weight=Weight.WORDING,
        ),
    ]
    onward: Annotated[
        Text,
        FieldPolicy(
            "Button: go on",
            "Of a plan that stops: for going on when the danger is over.",
            ["Go on when everyone is safe"],
            weight=Weight.WORDING,
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
