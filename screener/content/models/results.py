"""The words and rules of the results page."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from screener.content.models.base import (
    Id,
    Model,
    Text,
    Urgency,
    Voice,
    Voiced,
)
from screener.content.models.policy import FieldPolicy, Weight
from screener.content.models.topics import Condition


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
