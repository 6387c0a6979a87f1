"""The words of the results page and of the printed summary that belong to the content."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from screener.content.models.base import Id, Model, Text, Urgency, Voiced
from screener.content.models.chart import ChartRow
from screener.content.models.policy import FieldPolicy


class Diary(Model, title="Diary"):
    """A page to fill in by hand, day by day, and to take to the next visit."""

    title: Annotated[
        Text, FieldPolicy("Heading", "The heading of the page.", ["Diary for two weeks"])
    ]
    about: Annotated[
        Text,
        FieldPolicy(
            "What it is for", "One or two sentences.", ["Take this page to your next visit."]
        ),
    ]
    careful: Annotated[
        Text,
        FieldPolicy(
            "Careful",
            "That no doses are written down, and whom to call when it gets worse.",
            ["You don't write down doses. Much worse? Call {emergency}."],
        ),
    ]
    signs: Annotated[
        tuple[Text, ...],
        Field(min_length=1),
        FieldPolicy(
            "Signs", "Some that are worth writing down, as examples.", [["Shaking", "Low mood"]]
        ),
    ]


class Blank(Model, title="Blank"):
    """A line to fill in by hand, unless it is known."""

    line: Annotated[Text, FieldPolicy("Line", "What to write there.", ["Last dose (day, time)"])]
    sign: Annotated[
        Id | None,
        FieldPolicy(
            "Known by",
            "The id of a sign. The line is not printed when a question that names it was "
            'answered, except with "Not sure". Left out: it is always printed.',
            ["last-dose-today"],
            ids_of="signs",
        ),
    ] = None


class PrintSummary(Model):
    """The paper: which one to print, the page for the clinician, and the person's own."""

    choose: Annotated[
        Text,
        FieldPolicy("Which paper", "The question before printing.", ["Which paper do you want?"]),
    ]
    warning: Annotated[
        Text,
        FieldPolicy("Warning", "That paper is not private.", ["Printed paper is not private."]),
    ]
    with_answers: Annotated[
        Text, FieldPolicy("With answers", "The name of that paper.", ["With my answers"])
    ]
    with_about: Annotated[
        Text, FieldPolicy("With answers: about", "What is on it.", ["Two pages: a summary, ..."])
    ]
    without_answers: Annotated[
        Text, FieldPolicy("Without answers", "The name of that paper.", ["Without my answers"])
    ]
    without_about: Annotated[
        Text, FieldPolicy("Without answers: about", "What is on it.", ["One page: your plan."])
    ]
    sensitive: Annotated[
        Text,
        FieldPolicy(
            "Sensitive answers",
            "Above the sensitive answers, which are printed only when they are checked.",
            ["These stay off the paper unless you check them."],
        ),
    ]
    title: Annotated[
        Text,
        FieldPolicy(
            "Heading", "The heading of the clinician's page.", ["Summary for a doctor or nurse"]
        ),
    ]
    reported: Annotated[
        Voiced,
        FieldPolicy(
            "Who says so",
            "Below the heading: who reported it, and that it is no diagnosis.",
            ["Reported by the person. Not a diagnosis."],
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
    rows: Annotated[
        dict[ChartRow, Text],
        FieldPolicy(
            "Rows",
            "The heading of each row of the clinician's page.",
            [{"supply": "Supply and last dose"}],
        ),
    ]
    blanks: Annotated[
        tuple[Blank, ...],
        FieldPolicy("Blanks", "Lines to fill in by hand: what is not known."),
    ]
    about: Annotated[
        Text,
        FieldPolicy(
            "What this page is",
            "Says that it is no test.",
            ["This is not a test and not a diagnosis."],
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
            "That nothing was saved.",
            ["Made without saving anything."],
        ),
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
    diary: Annotated[Diary, FieldPolicy("Diary", "The words of the two-week diary on paper.")]
    print: Annotated[PrintSummary, FieldPolicy("Paper", "The words of what is printed.")]
