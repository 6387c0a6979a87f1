"""Plans: what to do. The first one that holds leads."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from screener.content.models.base import Id, Model, PerVoice, Signature, Urgency, Voiced
from screener.content.models.conditions import Condition
from screener.content.models.policy import FieldPolicy, Weight

MOST_STEPS, MOST_DONTS, MOST_TOPICS = 4, 2, 3

OWN_KEYS = ("id", "family", "when")
"""Keys that a plan with `like` has to say itself."""

NOT_TAKEN_OVER = ("like", "reviewed")
"""Keys that `like` does not take over from the other plan."""


class NoPrescriber(Model, title="Without a prescriber"):
    """What the plan says to somebody who has no prescriber."""

    heading: Annotated[
        Voiced | None,
        FieldPolicy("Heading", "Instead of the plan's own.", ["Go to an urgent care today"]),
    ] = None
    do: Annotated[
        tuple[Voiced, ...],
        Field(min_length=1),
        FieldPolicy(
            "Steps", "Stand above the plan's own steps.", [["No doctor? Go to a clinic today."]]
        ),
    ]


class Plan(Model, title="Plan"):
    """What to do first, for people whose signs fit its `when`."""

    id: Annotated[
        Id,
        FieldPolicy(
            "Id",
            "A short name of your own: small letters, digits, hyphens. Do not change it later.",
            ["call-today"],
            ids_of="plans",
        ),
    ]
    family: Annotated[
        Id,
        FieldPolicy(
            "Family",
            "A word for plans of which only the first that holds is shown.",
            ["withdrawal"],
            weight=Weight.EFFECT,
            shown=False,
        ),
    ]
    level: Annotated[Urgency, FieldPolicy("How urgent", "How soon to act.", weight=Weight.DANGER)]
    stops: Annotated[
        bool,
        FieldPolicy(
            "Stops?",
            "True: shown at once as a full page. Every emergency stops.",
            [True],
            weight=Weight.DANGER,
        ),
    ] = False
    calm: Annotated[
        bool,
        FieldPolicy(
            "Calm?",
            "True: its page is not red. For plans whose first line listens.",
            [True],
            weight=Weight.WORDING,
            shown=False,
        ),
    ] = False
    when: Annotated[
        Condition,
        FieldPolicy(
            "When",
            "The signs, all lines of which must hold. [] makes it the plan for everybody else.",
            [["out-of-pills", {"any": ["shaking", "vomiting"]}, {"none": ["took-few-times"]}]],
            weight=Weight.DANGER,
            ids_of="signs",
        ),
    ]
    heading: Annotated[
        Voiced,
        FieldPolicy("Heading", "The one thing to do. Starts with a verb.", ["Call {poison} now"]),
    ]
    why: Annotated[
        Voiced, FieldPolicy("Why", "One sentence.", ["A sudden stop can cause seizures."])
    ]
    contact: Annotated[
        PerVoice[Id],
        FieldPolicy(
            "Whom to call",
            "The id of a help line: the big button.",
            ["emergency"],
            weight=Weight.DANGER,
            ids_of="contacts",
        ),
    ]
    also_contact: Annotated[
        PerVoice[Id] | None,
        FieldPolicy(
            "Whom else",
            "The id of a second help line.",
            ["crisis"],
            weight=Weight.DANGER,
            ids_of="contacts",
        ),
    ] = None
    say: Annotated[
        Voiced,
        FieldPolicy(
            "Words to say",
            "What to say on the phone. {because} becomes what was said.",
            ["I take this medicine. {because}. I need help."],
        ),
    ]
    tell: Annotated[
        tuple[Id, ...],
        FieldPolicy(
            "Tell too",
            "Ids of signs that helpers ask about, though the plan doesn't rest on them.",
            [["last-dose-days"]],
            ids_of="signs",
        ),
    ] = ()
    do: Annotated[
        tuple[Voiced, ...],
        Field(min_length=1, max_length=MOST_STEPS),
        FieldPolicy(
            "Steps", "At most four, in order.", [["Call {emergency}.", "Unlock the door."]]
        ),
    ]
    do_not: Annotated[
        tuple[Voiced, ...],
        Field(max_length=MOST_DONTS),
        FieldPolicy("Don't", "At most two sentences.", [["Don't drive."], []]),
    ]
    alone: Annotated[
        Voiced | None,
        FieldPolicy(
            "Alone?", "What to do when nobody is near.", ["If you can't talk, call anyway."]
        ),
    ] = None
    no_prescriber: Annotated[
        NoPrescriber | None,
        FieldPolicy("Without a prescriber", "For somebody who has no prescriber."),
    ] = None
    topics: Annotated[
        PerVoice[Annotated[tuple[Id, ...], Field(max_length=MOST_TOPICS)]],
        FieldPolicy(
            "Topics", "Ids of at most three topics to read.", [["withdrawal"]], ids_of="topics"
        ),
    ]
    back: Annotated[
        Voiced | None,
        FieldPolicy(
            "Button: back",
            "Of a plan that stops, instead of the one under `about`.",
            ["I picked this by mistake"],
            weight=Weight.WORDING,
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
    like: Annotated[
        Id | None,
        FieldPolicy(
            "Like",
            "The id of a plan from which it takes over all that it doesn't say itself.",
            ["call-today"],
            ids_of="plans",
        ),
    ] = None
    reviewed: Signature = None

    @property
    def page(self) -> str:
        """The plan whose page it shows: itself, or the one it is like."""
        return self.like or self.id

    def heading_for(self, no_prescriber: bool) -> Voiced:
        """The one thing to do, for somebody with or without a prescriber."""
        other = self.no_prescriber if no_prescriber else None
        return (other.heading if other else None) or self.heading

    def steps_for(self, no_prescriber: bool) -> tuple[Voiced, ...]:
        """What to do, in order. Without a prescriber other steps stand first. If they are for
        another heading, they take the place of the plan's first steps, four in all."""
        other = self.no_prescriber if no_prescriber else None
        if other is None:
            return self.do
        kept = self.do[max(0, len(other.do) + len(self.do) - MOST_STEPS) :]
        return (*other.do, *(kept if other.heading else self.do))

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """With `like`, most keys may be left out; the loader says which one is missing."""
        schema = handler.resolve_ref_schema(handler(core_schema))
        schema["required"] = list(OWN_KEYS)
        return schema
