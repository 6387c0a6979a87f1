"""What is asked: signs, questions, sections, and the pages that stop the journey.

Names follow FHIR Questionnaire where it has one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field, model_validator

from screener.content.models.base import (
    NOT_SURE,
    PREFER_NOT,
    Id,
    Model,
    Review,
    Text,
    Urgency,
    Voice,
    Voiced,
)


class Sign(Model):
    """One documented sign, symptom, risk or behaviour."""

    label: Text
    category: Id
    documented_in: tuple[Literal["a", "b", "c", "d", "e"], ...]
    urgency: Urgency
    topics: tuple[Id, ...] = Field(min_length=1, description="The topics that explain it.")
    source: Id | None = Field(None, description="Needed when no article documents the sign.")
    note: str = ""

    @model_validator(mode="after")
    def _documented_or_sourced(self) -> Sign:
        if not self.documented_in and not self.source:
            raise ValueError("needs `documented_in` or a `source`")
        return self


class Effect(Model):
    """What an answer does: signs it makes present, topics it opens, pages it brings up."""

    signs: tuple[Id, ...] = ()
    topics: tuple[Id, ...] | None = Field(
        None, description="Topics it opens; left out: those of its signs."
    )
    urgency: Urgency | None = Field(
        None, description="How urgent those topics are; left out: the most urgent of its signs."
    )
    interruption: Id | None = Field(None, description="The page that stops the journey.")
    unsure: bool = Field(False, description="Show that page in its `unsure` form.")
    support: Id | None = Field(None, description="Contact whose block leads the results.")


class Choice(Effect):
    """One answer to a question (FHIR answerOption)."""

    id: Id
    text: Voiced
    voices: tuple[Voice, ...] = (Voice.ME, Voice.SOMEONE)
    sensitive: bool = Field(False, description="Never printed until ticked.")


class ScaleChoice(Model):
    """One answer of a scale."""

    id: Id
    text: Text
    matches: bool = Field(description="Whether it counts as a yes to the question.")


class Scale(Model):
    """A named list of choices that several questions share."""

    choices: tuple[ScaleChoice, ...] = Field(min_length=2)


class AskIf(Model):
    """A question of an earlier section, and the answers that make this one worth asking."""

    question: Id
    choices: tuple[Id, ...] = Field(min_length=1)

    def applies_to(self, picked: Iterable[str]) -> bool:
        """Whether one of some choices makes the question worth asking, or leaves that open."""
        return any(choice in (*self.choices, NOT_SURE, PREFER_NOT) for choice in picked)


class Question(Model):
    """One question (FHIR item). Every question can be left blank."""

    id: Id
    type: Literal["single", "tick-all"]
    subject: Text = Field(description="What it is about, in a few words, for paper.")
    ask: Voiced
    hint: Voiced | None = None
    scale: Id | None = None
    opens: Effect | None = Field(None, description="With a scale: what a match does.")
    choices: tuple[Choice, ...] = ()
    not_sure: Effect | None = Field(
        None, description="What 'not sure' does; a tick-all question offers it only if given."
    )
    prefer_not: Effect = Effect()
    ask_if: tuple[AskIf, ...] = Field((), description="Asked if any of these holds.")
    sensitive: bool = Field(False, description="Never printed until ticked.")

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

    id: Id
    title: Text
    lead: Voiced | None = None
    questions: tuple[Question, ...] = Field(min_length=1)
    reviewed: Review | None = None


class Aside(Model):
    """A short lead and what to know about it."""

    lead: Text
    text: Voiced


class UnsureForm(Model):
    """How an interruption reads to someone who picked 'not sure'."""

    heading: Voiced
    why: Voiced | None = None
    contacts: tuple[Id, ...] = Field(min_length=1)


class Interruption(Model):
    """A full page that stops the journey. The order in the file is the order of urgency."""

    contacts: tuple[Id, ...] = Field(min_length=1, description="The first is the big number.")
    heading: Voiced
    why: Voiced | None = None
    say: Voiced | None = Field(None, description="Words to say on the phone.")
    steps: tuple[Voiced, ...] = ()
    do_not: Voiced | None = None
    alone: Voiced | None = None
    asides: tuple[Aside, ...] = ()
    back: Text = Field(description="The way back, as the button reads.")
    onward: Text = Field(description="The way on, as the button reads.")
    unsure: UnsureForm | None = None
    topics: tuple[Id, ...] = Field((), description="Topics to read on the same subject.")
    reviewed: Review | None = None
