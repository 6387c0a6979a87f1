"""What is asked: signs, questions, sections, and the pages that stop the journey.

Names follow FHIR Questionnaire where it has one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from screener.content.models.base import (
    NOT_SURE,
    PREFER_NOT,
    Id,
    Model,
    Signature,
    Text,
    Urgency,
    Voice,
    Voiced,
)
from screener.content.models.policy import FieldPolicy, Weight


class Sign(Model):
    """One documented sign, symptom, risk or behaviour."""

    label: Annotated[
        Text,
        FieldPolicy(
            "The sign",
            "In plain words. A visitor may read it as the reason for a topic.",
            ["Very hard to wake or keep awake"],
        ),
    ]
    category: Annotated[
        Id,
        FieldPolicy(
            "Kind",
            "A word to sort signs by, for you and for reviewers.",
            ["serious-side-effect"],
            weight=Weight.NOTE,
            shown=False,
        ),
    ]
    documented_in: Annotated[
        tuple[Literal["a", "b", "c", "d", "e"], ...],
        FieldPolicy(
            "Articles that name it",
            "The letters of the articles. Leave it empty, [], if it has only a source.",
            [["a", "c"], []],
            weight=Weight.NOTE,
            shown=False,
        ),
    ]
    urgency: Annotated[
        Urgency, FieldPolicy("How urgent", "How soon to act when somebody has this sign.")
    ]
    topics: Annotated[
        tuple[Id, ...],
        Field(min_length=1),
        FieldPolicy(
            "Topics that explain it",
            "Ids of the topics that open for this sign.",
            [["side-effects"]],
            ids_of="topics",
        ),
    ]
    source: Annotated[
        Id | None,
        FieldPolicy(
            "Source",
            "The id of a source. Needed when no article names the sign.",
            ["leaflet"],
            weight=Weight.NOTE,
            ids_of="sources",
        ),
    ] = None
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

    @model_validator(mode="after")
    def _documented_or_sourced(self) -> Sign:
        if not self.documented_in and not self.source:
            raise ValueError("needs `documented_in` or a `source`")
        return self


class Effect(Model, title="What an answer does"):
    """The signs it stands for, the topics it opens, the emergency page it leads to."""

    signs: Annotated[
        tuple[Id, ...],
        FieldPolicy(
            "Signs",
            "Ids of the signs that this answer stands for.",
            [["very-sleepy"]],
            ids_of="signs",
        ),
    ] = ()
    topics: Annotated[
        tuple[Id, ...] | None,
        FieldPolicy(
            "Topics it opens",
            "Ids of topics. Leave it out to open those of its signs; write [] to open none.",
            [["side-effects"], []],
            ids_of="topics",
        ),
    ] = None
    urgency: Annotated[
        Urgency | None,
        FieldPolicy(
            "How urgent", "How soon to act. Leave it out to take it from the signs.", ["today"]
        ),
    ] = None
    interruption: Annotated[
        Id | None,
        FieldPolicy(
            "Emergency page",
            "The id of an emergency page that opens at once.",
            ["overdose"],
            ids_of="interruptions",
        ),
    ] = None
    unsure: Annotated[
        bool,
        FieldPolicy(
            "Milder form?", 'True: the emergency page opens in its "not sure" form.', [True]
        ),
    ] = False
    support: Annotated[
        Id | None,
        FieldPolicy(
            "Line to show first",
            "The id of a help line that stands at the top of the results.",
            ["crisis"],
            ids_of="contacts",
        ),
    ] = None


class Choice(Effect, title="Answer"):
    """One answer to a question, and what it opens."""

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
            "Words of the answer",
            "As the visitor reads it; one text, or one for each voice.",
            ["Very sleepy", {"me": "My own pills", "someone": "Their own pills"}],
        ),
    ]
    voices: Annotated[
        tuple[Voice, ...],
        FieldPolicy("Who is asked", "Leave it out to offer the answer to both.", [["me"]]),
    ] = (Voice.ME, Voice.SOMEONE)
    sensitive: Annotated[
        bool,
        FieldPolicy(
            "Keep off paper?", "True: never printed unless the visitor ticks it.", [True, False]
        ),
    ] = False


class ScaleChoice(Model):
    """One answer of a scale."""

    id: Annotated[
        Id,
        FieldPolicy(
            "Id",
            "A short name of your own: small letters, digits, hyphens. Put yes and no in quotes.",
            ["yes", "often"],
            ids_of="choices",
        ),
    ]
    text: Annotated[
        Text, FieldPolicy("Words of the answer", "As the visitor reads it.", ["Most days"])
    ]
    matches: Annotated[
        bool,
        FieldPolicy(
            "Counts as yes?",
            "True if this answer should open what the question opens.",
            [True, False],
        ),
    ]


class Scale(Model):
    """A named list of choices that several questions share."""

    choices: Annotated[
        tuple[ScaleChoice, ...],
        Field(min_length=2),
        FieldPolicy(
            "Answers",
            'At least two. "Not sure" and "prefer not to say" are added by themselves.',
            [
                [
                    {"id": "yes", "text": "Yes", "matches": True},
                    {"id": "no", "text": "No", "matches": False},
                ]
            ],
        ),
    ]


class AskIf(Model, title="Earlier answer"):
    """A question of an earlier part, and the answers that make this question worth asking."""

    question: Annotated[
        Id,
        FieldPolicy(
            "Earlier question",
            "The id of a question in an earlier part.",
            ["sleepy-today"],
            ids_of="questions",
        ),
    ]
    choices: Annotated[
        tuple[Id, ...],
        Field(min_length=1),
        FieldPolicy("Its answers", "Ids of answers to it.", [["very"]], ids_of="choices"),
    ]

    def applies_to(self, picked: Iterable[str]) -> bool:
        """Whether one of some choices makes the question worth asking, or leaves that open."""
        return any(choice in (*self.choices, NOT_SURE, PREFER_NOT) for choice in picked)


class Question(Model, title="Question"):
    """One question. A visitor can always skip it."""

    id: Annotated[
        Id,
        FieldPolicy(
            "Id",
            "A short name of your own: small letters, digits, hyphens. Do not change it later.",
            ["sleepy-today"],
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
    subject: Annotated[
        Text,
        FieldPolicy(
            "Subject",
            "A few words. On paper this stands in place of the question, so it should give "
            "nothing away.",
            ["sleepiness"],
        ),
    ]
    ask: Annotated[
        Voiced,
        FieldPolicy(
            "The question",
            "Short and plain. Write it for the person (me) and for someone who cares about "
            "them (someone).",
            [{"me": "Are you very sleepy today?", "someone": "Are they very sleepy today?"}],
        ),
    ]
    hint: Annotated[
        Voiced | None,
        FieldPolicy(
            "Help below the question",
            "One sentence, only if the question needs it.",
            ["Think of the last two days."],
        ),
    ] = None
    scale: Annotated[
        Id | None,
        FieldPolicy(
            "Shared answers",
            "The id of a scale, instead of `choices`.",
            ["yes-no"],
            ids_of="scales",
        ),
    ] = None
    opens: Annotated[
        Effect | None,
        FieldPolicy(
            "What a yes opens",
            "Only with `scale`: what happens when the answer counts as a yes.",
            [{"topics": ["side-effects"], "urgency": "today"}],
        ),
    ] = None
    choices: Annotated[
        tuple[Choice, ...],
        FieldPolicy(
            "Answers",
            'The answers of this question, instead of `scale`. "Not sure" and the like are '
            "added by themselves.",
            [
                [
                    {"id": "a-little", "text": "A little"},
                    {"id": "very", "text": "Very", "topics": ["side-effects"], "urgency": "today"},
                ]
            ],
        ),
    ] = ()
    not_sure: Annotated[
        Effect | None,
        FieldPolicy(
            'What "not sure" opens',
            'A question with ticks offers "not sure" only if this is here.',
            [{"topics": ["side-effects"], "urgency": "soon"}],
        ),
    ] = None
    prefer_not: Annotated[
        Effect,
        FieldPolicy(
            'What "prefer not to say" opens',
            "Most often nothing, so leave it out.",
            [{"support": "crisis"}],
        ),
    ] = Effect()
    ask_if: Annotated[
        tuple[AskIf, ...],
        FieldPolicy(
            "Ask only if",
            "The question is asked if any of these earlier answers was picked, or left open.",
            [[{"question": "sleepy-today", "choices": ["very"]}]],
        ),
    ] = ()
    sensitive: Annotated[
        bool,
        FieldPolicy(
            "Keep off paper?", "True: never printed unless the visitor ticks it.", [True, False]
        ),
    ] = False

    @model_validator(mode="after")
    def _choices_or_scale(self) -> Question:
        if bool(self.choices) == bool(self.scale):
            raise ValueError("needs either `choices` or a `scale`, not both")
        if self.scale and not self.opens:
            raise ValueError("has a `scale`, so it needs `opens`")
        if self.scale and self.type != "single":
            raise ValueError("has a `scale`, so its `type` must be `single`")
        return self


class Section(Model):
    """One page of questions."""

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
        Text,
        FieldPolicy("Heading of the part", "What this page of questions is about.", ["Right now"]),
    ]
    lead: Annotated[
        Voiced | None,
        FieldPolicy(
            "First sentence",
            "One sentence below the heading. You can leave it out.",
            ["These come first because they are about safety."],
        ),
    ] = None
    questions: Annotated[
        tuple[Question, ...],
        Field(min_length=1),
        FieldPolicy("Questions", "In the order they are asked. Six to ten on a page is enough."),
    ]
    reviewed: Signature = None


class Aside(Model):
    """A short lead and what to know about it."""

    lead: Annotated[
        Text, FieldPolicy("Lead", "A few words, often a question.", ["Scared to call?"])
    ]
    text: Annotated[
        Voiced,
        FieldPolicy("Answer to it", "One or two sentences.", ["Call even if you are scared."]),
    ]


class UnsureForm(Model):
    """How an interruption reads to someone who picked 'not sure'."""

    heading: Annotated[
        Voiced, FieldPolicy("Heading", "What to do when not sure.", ["Not sure? Call {crisis}"])
    ]
    why: Annotated[
        Voiced | None, FieldPolicy("Why", "One sentence.", ["They can help you find out."])
    ] = None
    contacts: Annotated[
        tuple[Id, ...],
        Field(min_length=1),
        FieldPolicy(
            "Whom to call",
            "Ids of help lines. The first is the big number.",
            [["crisis", "emergency"]],
            ids_of="contacts",
        ),
    ]


class Interruption(Model, title="Emergency page"):
    """A page that stops the questions: what to do now, the number, the steps."""

    contacts: Annotated[
        tuple[Id, ...],
        Field(min_length=1),
        FieldPolicy(
            "Whom to call",
            "Ids of help lines. The first is the big number.",
            [["emergency"]],
            ids_of="contacts",
        ),
    ]
    heading: Annotated[
        Voiced,
        FieldPolicy("Heading", "What to do, with the number in braces.", ["Call {emergency} now"]),
    ]
    why: Annotated[
        Voiced | None, FieldPolicy("Why", "One sentence.", ["Breathing may slow down or stop."])
    ] = None
    say: Annotated[
        Voiced | None,
        FieldPolicy(
            "Words to say",
            "What to say on the phone, so that nobody has to think.",
            ['"Someone is not waking up." Give the address.'],
        ),
    ] = None
    steps: Annotated[
        tuple[Voiced, ...],
        FieldPolicy(
            "Steps",
            "Short steps in order. They get numbers by themselves.",
            [["Call {emergency}. Unlock the door.", "Stay until help comes."]],
        ),
    ] = ()
    do_not: Annotated[
        Voiced | None,
        FieldPolicy("What not to do", "One or two sentences.", ["Do not let them sleep it off."]),
    ] = None
    alone: Annotated[
        Voiced | None,
        FieldPolicy(
            "If you are alone", "What to do when nobody is near.", ["Put the phone on speaker."]
        ),
    ] = None
    asides: Annotated[
        tuple[Aside, ...],
        FieldPolicy(
            "Good to know",
            "Short extra notes below the steps, such as on fear of the police.",
            [[{"lead": "Scared to call?", "text": "Call even if you are scared."}]],
        ),
    ] = ()
    back: Annotated[
        Text,
        FieldPolicy(
            "Button: back",
            "For somebody to whom this is not happening.",
            ["This is not happening"],
            weight=Weight.WORDING,
        ),
    ]
    onward: Annotated[
        Text,
        FieldPolicy(
            "Button: go on",
            "For going on when the danger is over.",
            ["Continue when everyone is safe"],
            weight=Weight.WORDING,
        ),
    ]
    unsure: Annotated[
        UnsureForm | None,
        FieldPolicy(
            "Milder form",
            'How the page reads for somebody who picked "not sure".',
            [{"heading": "Not sure? Call {crisis}", "contacts": ["crisis"]}],
        ),
    ] = None
    topics: Annotated[
        tuple[Id, ...],
        FieldPolicy(
            "Topics to read later",
            "Ids of topics on the same subject.",
            [["side-effects"]],
            ids_of="topics",
        ),
    ] = ()
    reviewed: Signature = None
