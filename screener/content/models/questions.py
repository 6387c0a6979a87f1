"""What is asked: signs, questions and the sections that group them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from screener.content.models.base import NOT_SURE, Id, Model, Signature, Text, Voice, Voiced
from screener.content.models.chart import ChartRow
from screener.content.models.conditions import Condition
from screener.content.models.policy import FieldPolicy, Weight


class Category(StrEnum):
    """What kind of thing a sign is. Reports sort by it; three kinds have rules of their own."""

    OVERDOSE = "overdose", ChartRow.ACUTE, "Too sleepy, too little breath, too much taken."
    WITHDRAWAL = "withdrawal", ChartRow.WITHDRAWAL, "After cutting down, stopping or missing doses."
    INTOXICATION = "intoxication", ChartRow.EFFECTS, "The medicine is too strong right now."
    SIDE_EFFECT = "side-effect", ChartRow.EFFECTS, "An unwanted effect of an ordinary dose."
    MOOD = "mood", ChartRow.MOOD, "Mood, sleep and worry."
    LONG_TERM = "long-term", ChartRow.EFFECTS, "After months or years."
    DEPENDENCE = "dependence", ChartRow.DEPENDENCE, "The body or mind has got used to it."
    MISUSE = "misuse", ChartRow.USE, "Taken in another way than prescribed."
    MIXING = "mixing", ChartRow.MIXING, "Taken with something else."
    SUPPLY = "supply", ChartRow.SUPPLY, "How many pills there are, and where they come from."
    PRECAUTION = "precaution", ChartRow.SITUATION, "An illness or situation that needs care."
    CIRCUMSTANCE = "circumstance", ChartRow.SITUATION, "A fact about the person or the visit."
    DOUBT = "doubt", ChartRow.ACUTE, "Somebody is not sure. Never a fact."
    INTEREST = (
        "interest",
        ChartRow.UNPRINTED,
        "Something to read about. Never a reason for a plan to be told.",
    )

    row: ChartRow
    """Where its signs stand on the clinician's page, unless a sign names another row."""
    meaning: str
    """What it means, for authors."""

    def __new__(cls, name: str, row: ChartRow, meaning: str) -> Category:
        """A member with its row and meaning."""
        category = str.__new__(cls, name)
        category._value_ = name
        category.row, category.meaning = row, meaning
        return category

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The values and what each means."""
        meanings = {category.value: category.meaning for category in cls}
        words = FieldPolicy("Kind of sign", "What it is about.", ["supply"], meanings=meanings)
        return words.__get_pydantic_json_schema__(core_schema, handler)


class Sign(Model):
    """Something a person can report: a symptom, a fact, a doubt, a wish to read about something."""

    label: Annotated[
        Text,
        FieldPolicy(
            "The sign", "In plain words, for reports.", ["Very hard to wake or keep awake"]
        ),
    ]
    said: Annotated[
        Voiced | None,
        FieldPolicy(
            "What was said",
            'One short clause, for "because you said ..." and for the words to say on the phone. '
            "No comma, no period. Leave it out for a sign that is never told.",
            [{"me": "I'm shaking", "someone": "they're shaking"}],
        ),
    ] = None
    chart: Annotated[Text, FieldPolicy("In the chart", "A clinician's word for it.", ["Tremor"])]
    category: Annotated[Category, FieldPolicy("Kind of sign", "What it is about.")]
    row: Annotated[
        ChartRow | None,
        FieldPolicy(
            "Row on paper",
            "Where it stands on the clinician's page, if not in the row of its kind.",
            shown=False,
        ),
    ] = None
    pertinent: Annotated[
        bool,
        FieldPolicy(
            "Told when absent?",
            "True: the clinician's page names it when it was asked about and not picked.",
            [True],
            shown=False,
        ),
    ] = False
    documented_in: Annotated[
        tuple[str, ...],
        FieldPolicy(
            "Articles that name it",
            "The letters of the articles. Leave it out if there is none.",
            [["a", "c"]],
            weight=Weight.NOTE,
            shown=False,
        ),
    ] = ()
    topics: Annotated[
        tuple[Id, ...],
        FieldPolicy(
            "Topics that explain it",
            "Ids of topics, the best one first.",
            [["side-effects"]],
            ids_of="topics",
        ),
    ] = ()
    source: Annotated[
        Id | None,
        FieldPolicy(
            "Source",
            "The id of a source, if no article names the sign.",
            ["leaflet"],
            weight=Weight.NOTE,
            ids_of="sources",
        ),
    ] = None
    sensitive: Annotated[
        bool,
        FieldPolicy(
            "Sensitive?",
            "True: told to the emergency number only, and printed only if the visitor asks.",
            [True],
            if_lost=Weight.DANGER,
        ),
    ] = False
    note: Annotated[
        str,
        FieldPolicy(
            "Note",
            "For the people who look after this file. Visitors never see it.",
            ["Article c uses an old term for it."],
            weight=Weight.NOTE,
            shown=False,
            reviewed=False,
        ),
    ] = ""

    @property
    def chart_row(self) -> ChartRow:
        """Its row on the clinician's page."""
        return self.row or self.category.row


_SIGNS = FieldPolicy(
    "Signs",
    "Ids of the signs that this answer names. Write [] if it names none.",
    [["very-sleepy"], []],
    ids_of="signs",
)


class Choice(Model, title="Answer"):
    """One answer to a question, and the signs it names."""

    id: Annotated[
        Id,
        FieldPolicy(
            "Id",
            "A short name of your own: small letters, digits, hyphens. Do not change it later.",
            ["very"],
            ids_of="choices",
        ),
    ]
    text: Annotated[
        Voiced,
        FieldPolicy(
            "Text", "The answer, short.", [{"me": "I'm shaking", "someone": "They're shaking"}]
        ),
    ]
    signs: Annotated[tuple[Id, ...], _SIGNS]
    chart: Annotated[
        Text | None,
        FieldPolicy(
            "In the chart",
            "A clinician's word for an answer that names several signs. Left out: the chart word "
            "of its sign, or the answer in quotes when several of its signs stand in one row.",
            ["Unsteady, poor coordination"],
        ),
    ] = None
    voices: Annotated[
        tuple[Voice, ...],
        Field(min_length=1),
        FieldPolicy(
            "For whom",
            "Leave it out to offer it to both.",
            [["someone"]],
            weight=Weight.EFFECT,
            shown=False,
        ),
    ] = (Voice.ME, Voice.SOMEONE)


class StandardChoice(Model, title="Standard answer"):
    """ "None of these", "Not sure" or "Prefer not to say" on one question."""

    text: Annotated[
        Voiced | None,
        FieldPolicy(
            "Other text", "Instead of the usual words.", ["None of these. I'm just worried."]
        ),
    ] = None
    signs: Annotated[tuple[Id, ...], _SIGNS] = ()


class Question(Model, title="Question"):
    """One question, which is one page. A visitor can always skip it."""

    id: Annotated[
        Id,
        FieldPolicy(
            "Id",
            "A short name of your own: small letters, digits, hyphens. Do not change it later.",
            ["sleepiness"],
            ids_of="questions",
        ),
    ]
    type: Annotated[
        Literal["single", "tick-all"],
        FieldPolicy(
            "One answer or several",
            "How many answers can be picked.",
            ["single", "tick-all"],
            meanings={"single": "One answer.", "tick-all": "As many as fit."},
            weight=Weight.EFFECT,
            shown=False,
        ),
    ]
    ask: Annotated[
        Voiced,
        FieldPolicy(
            "The question",
            "Short and plain, in one text or one for each voice.",
            [{"me": "How sleepy are you?", "someone": "How sleepy are they?"}],
        ),
    ]
    hint: Annotated[
        Voiced | None,
        FieldPolicy(
            "Help below the question",
            "One or two sentences, only if the question needs it.",
            ["Passing out, or slow to breathe? Call {emergency} now."],
        ),
    ] = None
    ask_if: Annotated[
        Condition,
        FieldPolicy(
            "Ask only if",
            "Signs of earlier questions. All lines must hold.",
            [["says-sleepy"], [{"any": ["says-sleepy", "over-65"]}]],
            ids_of="signs",
        ),
    ] = ()
    if_blank: Annotated[
        Literal["not_sure"] | None,
        FieldPolicy(
            "If it is left empty",
            'not_sure: a visitor who was shown it and picked nothing counts as "Not sure".',
            ["not_sure"],
            weight=Weight.DANGER,
            shown=False,
        ),
    ] = None
    choices: Annotated[
        tuple[Choice, ...],
        Field(min_length=1),
        FieldPolicy(
            "Answers",
            "The answers of this question, without the standard ones.",
            [[{"id": "very", "text": "Very sleepy", "signs": ["very-sleepy"]}]],
        ),
    ]
    none: Annotated[
        StandardChoice | None,
        FieldPolicy(
            '"None of these"', "Write {} to offer it. Usual for questions with ticks.", [{}]
        ),
    ] = None
    not_sure: Annotated[
        StandardChoice | None,
        FieldPolicy(
            '"Not sure"',
            "The doubt that it names, {} if it names nothing. Left out: it is not offered.",
            [{"signs": ["unsure-breathing"]}, {}],
        ),
    ] = None
    prefer_not: Annotated[
        StandardChoice | None,
        FieldPolicy('"Prefer not to say"', "Write {} to offer it.", [{}]),
    ] = None

    @property
    def blank_choice(self) -> str | None:
        """The answer that a page that was shown and left empty counts as."""
        return NOT_SURE if self.if_blank else None


class Section(Model):
    """Questions under one heading: a part of the way, of the paper form and of the results."""

    id: Annotated[
        Id,
        FieldPolicy(
            "Id",
            "A short name of your own: small letters, digits, hyphens. Do not change it later.",
            ["right-now"],
            ids_of="sections",
        ),
    ]
    title: Annotated[
        Voiced,
        FieldPolicy("Heading of the part", "What its questions are about.", ["Right now"]),
    ]
    questions: Annotated[
        tuple[Question, ...],
        Field(min_length=1),
        FieldPolicy("Questions", "In the order they are asked."),
    ]
    reviewed: Signature = None
