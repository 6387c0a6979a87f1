"""questions.yaml as one frozen object, and what can be looked up in it.

Texts may hold `{contact-id}`, which becomes that contact's number wherever it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated

from pydantic import Field

from screener.content.models.about import About
from screener.content.models.base import (
    NONE,
    NOT_SURE,
    PREFER_NOT,
    Id,
    Model,
    RegionCode,
    Urgency,
    Voiced,
    most_urgent,
)
from screener.content.models.contacts import Contact, Region
from screener.content.models.policy import FieldPolicy, Weight
from screener.content.models.questions import (
    Choice,
    Effect,
    Interruption,
    Question,
    Scale,
    Section,
    Sign,
)
from screener.content.models.results import Results
from screener.content.models.topics import Source, Topic


class Questionnaire(Model, title="The whole file"):
    """Every word a visitor reads and every rule of the self-check."""

    about: Annotated[
        About,
        FieldPolicy(
            "About this self-check",
            "Its name, whom it is for, and the pages that are the same for everybody.",
        ),
    ]
    sources: Annotated[
        dict[Id, Source],
        FieldPolicy(
            "Sources",
            "The pages that facts come from. Each has an id of your own, like `leaflet`; "
            "topics name that id.",
            weight=Weight.NOTE,
            keys_of="sources",
        ),
    ]
    contacts: Annotated[
        dict[Id, Contact],
        FieldPolicy(
            "Help lines",
            "Every phone line and website for help. Each has an id; write the id in braces "
            "in a text, and its number appears there.",
            if_lost=Weight.DANGER,
            keys_of="contacts",
        ),
    ]
    regions: Annotated[
        dict[RegionCode, Region],
        FieldPolicy(
            "Other countries",
            "Help lines of other countries, by the two letters of the country. Visitors "
            "choose a country on the start page.",
            weight=Weight.DANGER,
        ),
    ] = Field({})
    scales: Annotated[
        dict[Id, Scale],
        FieldPolicy(
            "Shared answers",
            "Lists of answers that several questions use, like yes and no.",
            if_lost=Weight.EFFECT,
            keys_of="scales",
        ),
    ]
    signs: Annotated[
        dict[Id, Sign],
        FieldPolicy(
            "Signs",
            "What is written down about this medicine: each sign, symptom, risk or "
            "behavior, and the topics that explain it.",
            if_lost=Weight.EFFECT,
            keys_of="signs",
        ),
    ]
    sections: Annotated[
        tuple[Section, ...],
        Field(min_length=1),
        FieldPolicy(
            "Parts",
            "The pages of questions, in the order they are asked. The first one is about safety.",
        ),
    ]
    interruptions: Annotated[
        dict[Id, Interruption],
        FieldPolicy(
            "Emergency pages",
            "Pages that stop the questions because someone may be in danger. The order "
            "here is the order of urgency.",
            weight=Weight.DANGER,
            keys_of="interruptions",
        ),
    ]
    topics: Annotated[
        dict[Id, Topic],
        FieldPolicy(
            "Topics",
            "The reading. Each has an id; answers open topics by that id.",
            keys_of="topics",
        ),
    ]
    results: Annotated[
        Results, FieldPolicy("Results page", "The words and rules of the last page.")
    ]

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question by id, in the order asked."""
        return {q.id: q for section in self.sections for q in section.questions}

    @cached_property
    def section_of(self) -> dict[str, Section]:
        """The section of each question id."""
        return {q.id: section for section in self.sections for q in section.questions}

    @cached_property
    def section_numbers(self) -> dict[str, int]:
        """Question id -> the number of its section, from 1."""
        return {
            question.id: number
            for number, section in enumerate(self.sections, start=1)
            for question in section.questions
        }

    @cached_property
    def conditional(self) -> tuple[Question, ...]:
        """The questions that are not asked of everybody, in the order of the file."""
        return tuple(question for question in self.questions.values() if question.ask_if)

    @cached_property
    def choices(self) -> dict[str, dict[str, Choice]]:
        """Every answer that each question takes, standard ones last, with what it does."""
        return {
            question.id: {choice.id: choice for choice in self._choices_of(question)}
            for question in self.questions.values()
        }

    def _choices_of(self, question: Question) -> Iterator[Choice]:
        standard = self.about.standard_choices
        if question.scale and question.opens:
            for option in self.scales[question.scale].choices:
                effect = question.opens if option.matches else Effect()
                yield _choice(option.id, option.text, effect)
        yield from question.choices
        if question.type == "tick-all":
            yield _choice(NONE, standard.none, Effect())
        if question.type == "single" or question.not_sure:
            yield _choice(NOT_SURE, standard.not_sure, question.not_sure or Effect())
        yield _choice(PREFER_NOT, standard.prefer_not, question.prefer_not)

    def opened(self, question_id: str, choice_id: str) -> Mapping[str, Urgency]:
        """The topics an answer opens, and how urgent it makes each.

        'Not sure' on a question with a scale opens what a yes would, one step less urgent.
        """
        return self.openings.get((question_id, choice_id), {})

    @cached_property
    def openings(self) -> dict[tuple[str, str], dict[str, Urgency]]:
        """What `opened` says of the answers, by question and choice, that open any topic."""
        found = {
            (question, choice): self._opening(question, choice)
            for question, options in self.choices.items()
            for choice in options
        }
        return {answer: topics for answer, topics in found.items() if topics}

    def _opening(self, question_id: str, choice_id: str) -> dict[str, Urgency]:
        question = self.questions[question_id]
        if choice_id == NOT_SURE and question.opens and not question.not_sure:
            topics = self._opened_by(question.opens)
            return {topic: level.one_step_less for topic, level in topics.items()}
        return self._opened_by(self.choices[question_id][choice_id])

    def _opened_by(self, effect: Effect) -> dict[str, Urgency]:
        """As urgent as the effect says, or as the most urgent of its signs a topic explains."""
        signs = [self.signs[sign] for sign in effect.signs]
        topics = effect.topics
        if topics is None:
            topics = tuple(dict.fromkeys(topic for sign in signs for topic in sign.topics))
        stated = effect.urgency or (Urgency.EMERGENCY if effect.interruption else None)
        return {
            topic: stated
            or most_urgent(sign.urgency for sign in signs if topic in sign.topics)
            or most_urgent(sign.urgency for sign in signs)
            or Urgency.LEARN
            for topic in topics
        }

    @cached_property
    def red_flags(self) -> dict[str, dict[str, Choice]]:
        """The answers that stop the journey, by question."""
        found = {
            question: {id: choice for id, choice in options.items() if choice.interruption}
            for question, options in self.choices.items()
        }
        return {question: flags for question, flags in found.items() if flags}

    @cached_property
    def sensitive(self) -> dict[str, frozenset[str]]:
        """The answers to each question that are not printed unasked."""
        return {
            id: frozenset(
                choice.id
                for choice in self.choices[id].values()
                if question.sensitive or choice.sensitive
            )
            for id, question in self.questions.items()
        }

    @cached_property
    def open_contacts(self) -> dict[str, Contact]:
        """The contacts that may be shown: those somebody has confirmed."""
        return {id: contact for id, contact in self.contacts.items() if contact.confirmed}


def _choice(id: str, text: str, effect: Effect) -> Choice:
    return Choice(id=id, text=Voiced(me=text, someone=text), **dict(effect))
