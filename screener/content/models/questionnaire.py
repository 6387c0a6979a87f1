"""questions.yaml as one frozen object, and what can be looked up in it.

Texts may hold `{contact-id}`, which becomes that contact's number wherever it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, model_validator

from screener.content.models.about import About
from screener.content.models.base import (
    NONE,
    NOT_SURE,
    PREFER_NOT,
    Id,
    RegionCode,
    Voice,
    Voiced,
)
from screener.content.models.contacts import Contact, Region
from screener.content.models.plans import NOT_TAKEN_OVER, OWN_KEYS, Plan
from screener.content.models.policy import FieldPolicy, Weight
from screener.content.models.proofs import Proofs
from screener.content.models.questions import (
    Category,
    Choice,
    Question,
    Section,
    Sign,
    StandardChoice,
)
from screener.content.models.results import Results
from screener.content.models.topics import Source, Topic


class Questionnaire(Proofs, title="The whole file"):
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
            "topics and plans name that id.",
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
    signs: Annotated[
        dict[Id, Sign],
        FieldPolicy(
            "Signs",
            "What a person can report. Answers name signs; plans and reading follow from them.",
            if_lost=Weight.EFFECT,
            keys_of="signs",
        ),
    ]
    sections: Annotated[
        tuple[Section, ...],
        Field(min_length=1),
        FieldPolicy(
            "Parts", "The questions, in the order they are asked. The first part is about safety."
        ),
    ]
    plans: Annotated[
        tuple[Plan, ...],
        Field(min_length=1),
        FieldPolicy(
            "Plans",
            "What to do, from most to least urgent. The first one that holds leads.",
            weight=Weight.DANGER,
        ),
    ]
    topics: Annotated[
        dict[Id, Topic],
        FieldPolicy(
            "Topics",
            "The reading. Each has an id; signs and plans name that id.",
            keys_of="topics",
        ),
    ]
    results: Annotated[Results, FieldPolicy("Results page", "The words of the last page.")]

    @model_validator(mode="before")
    @classmethod
    def _resolve_like(cls, value: Any) -> Any:
        """Copies into each plan with `like` what it takes over. An unknown id is left for the
        loader to report."""
        if not isinstance(value, Mapping) or not isinstance(value.get("plans"), list):
            return value
        plans = [plan for plan in value["plans"] if isinstance(plan, Mapping)]
        by_id = {plan["id"]: plan for plan in plans if isinstance(plan.get("id"), str)}
        return {**value, "plans": [_completed(plan, by_id) for plan in value["plans"]]}

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question by id, in the order asked."""
        return {q.id: q for section in self.sections for q in section.questions}

    @cached_property
    def section_of(self) -> dict[str, Section]:
        """The section of each question id."""
        return {q.id: section for section in self.sections for q in section.questions}

    @cached_property
    def plans_by_id(self) -> dict[str, Plan]:
        """Every plan by id, in the order of the file."""
        return {plan.id: plan for plan in self.plans}

    @cached_property
    def fallback(self) -> Plan:
        """The plan for everybody to whom no other plan applies. The loader makes sure of it."""
        return next(plan for plan in self.plans if not plan.when)

    @cached_property
    def choices(self) -> dict[str, dict[str, Choice]]:
        """Every answer that each question takes, standard ones last, with the signs it names."""
        return {
            question.id: {choice.id: choice for choice in self._choices_of(question)}
            for question in self.questions.values()
        }

    def _choices_of(self, question: Question) -> Iterator[Choice]:
        words = self.about.standard_choices
        yield from question.choices
        standard = (
            (NONE, words.none, question.none),
            (NOT_SURE, words.not_sure, question.not_sure),
            (PREFER_NOT, words.prefer_not, question.prefer_not),
        )
        for id, text, choice in standard:
            if choice:
                yield _standard_choice(id, text, choice)

    def choices_for(self, question_id: str, voice: Voice) -> dict[str, Choice]:
        """The answers that a question offers in one voice."""
        return self._choices_by_voice[voice][question_id]

    @cached_property
    def _choices_by_voice(self) -> dict[Voice, dict[str, dict[str, Choice]]]:
        return {
            voice: {
                question: {id: choice for id, choice in found.items() if voice in choice.voices}
                for question, found in self.choices.items()
            }
            for voice in Voice
        }

    @cached_property
    def named_by(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Sign -> (question, choice) of each answer that names it."""
        found: dict[str, list[tuple[str, str]]] = {id: [] for id in self.signs}
        for question, choices in self.choices.items():
            for choice in choices.values():
                for sign in choice.signs:
                    found.setdefault(sign, []).append((question, choice.id))
        return {sign: tuple(answers) for sign, answers in found.items()}

    @cached_property
    def implied(self) -> dict[str, frozenset[str]]:
        """Sign -> the signs that every answer which names it names too."""
        return {
            sign: frozenset.intersection(*(self._signs_beside(sign, *answer) for answer in answers))
            if answers
            else frozenset()
            for sign, answers in self.named_by.items()
        }

    def _signs_beside(self, sign: str, question: str, choice: str) -> frozenset[str]:
        return frozenset(self.choices[question][choice].signs) - {sign}

    @cached_property
    def broader(self) -> dict[str, frozenset[str]]:
        """Sign -> the signs that it implies and that don't imply it."""
        return {
            sign: frozenset(o for o in others if sign not in self.implied[o])
            for sign, others in self.implied.items()
        }

    @cached_property
    def vaguer(self) -> dict[str, frozenset[str]]:
        """Sign -> the signs that need not be said beside it: those it implies and is not implied
        by, and those for which each question that names it was asked."""
        return {
            sign: self.broader[sign] | self._asked_for(question for question, _ in answers)
            for sign, answers in self.named_by.items()
        }

    def _asked_for(self, questions: Iterable[str]) -> frozenset[str]:
        """The signs that all of some questions ask for."""
        conditions = [self.questions[question].ask_if for question in questions]
        signs = [frozenset(c for c in clauses if isinstance(c, str)) for clauses in conditions]
        return frozenset.intersection(*signs) if signs else frozenset()

    @cached_property
    def interests(self) -> frozenset[str]:
        """The signs that say what somebody wants to read about."""
        return frozenset(
            id for id, sign in self.signs.items() if sign.category is Category.INTEREST
        )

    @cached_property
    def first_interest(self) -> str | None:
        """Id of the first question whose answers only say what to read about."""
        return next(
            (
                question.id
                for question in self.questions.values()
                if all(set(choice.signs) & self.interests for choice in question.choices)
            ),
            None,
        )

    @cached_property
    def parts(self) -> tuple[tuple[Section, ...], ...]:
        """The sections as visitors count them. Those after the question about interests are one
        part: which of them come up depends on what was picked there."""
        if not self.first_interest:
            return tuple((section,) for section in self.sections)
        last = self.sections.index(self.section_of[self.first_interest]) + 1
        each = tuple((section,) for section in self.sections[:last])
        return (*each, self.sections[last:]) if self.sections[last:] else each

    @cached_property
    def part_of(self) -> dict[str, int]:
        """The part in which each question stands, counted from 1."""
        return {
            question.id: number
            for number, sections in enumerate(self.parts, start=1)
            for section in sections
            for question in section.questions
        }

    def progress_at(self, question: str) -> float:
        """How far along a question stands, from 0 to 1: every part is as long as any other."""
        part = self.part_of[question]
        fellows = [id for id, other in self.part_of.items() if other == part]
        within = (fellows.index(question) + 0.5) / len(fellows)
        return (part - 1 + within) / len(self.parts)

    @cached_property
    def sensitive(self) -> dict[str, frozenset[str]]:
        """The answers to each question that are not printed unasked."""
        return {
            question: frozenset(
                choice.id
                for choice in found.values()
                if any(self.signs[sign].sensitive for sign in choice.signs)
            )
            for question, found in self.choices.items()
        }

    @cached_property
    def open_contacts(self) -> dict[str, Contact]:
        """The help lines that may be shown: those that somebody has confirmed."""
        return {
            id: contact
            for id, contact in self.contacts.items()
            if contact.confirmed and not contact.is_person
        }


def _completed(plan: Any, by_id: Mapping[str, Any]) -> Any:
    if not isinstance(plan, Mapping) or not isinstance(plan.get("like"), str):
        return plan
    taken_over = by_id.get(plan["like"], {})
    own = {*OWN_KEYS, *NOT_TAKEN_OVER}
    return {key: part for key, part in taken_over.items() if key not in own} | dict(plan)


def _standard_choice(id: str, text: str, choice: StandardChoice) -> Choice:
    return Choice(id=id, text=choice.text or Voiced(me=text, someone=text), signs=choice.signs)
