"""The words of the results page and of the printed summary that belong to the content."""

from __future__ import annotations

from typing import Annotated

from screener.content.models.base import Id, Model, Text, Urgency
from screener.content.models.policy import FieldPolicy


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
    """Every word of the results page that is neither a plan's nor a topic's."""

    levels: Annotated[
        dict[Urgency, Text],
        FieldPolicy(
            "Levels",
            "A word or two for each level, above a plan's heading.",
            [{"emergency": "Right now", "today": "Today", "soon": "Soon", "learn": "To read"}],
        ),
    ]
    beside_help: Annotated[
        tuple[Id, ...],
        FieldPolicy(
            "With the help lines",
            "Topics whose links stand with the help lines.",
            [["what-happens-when-you-call"]],
            ids_of="topics",
        ),
    ] = ()
    print: Annotated[
        PrintSummary, FieldPolicy("Notes for my visit", "The printed page to take to a prescriber.")
    ]
