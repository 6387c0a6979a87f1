"""POST body -> Submission. One FlaskForm class for each section, built once.

Only the section just shown goes through its form, because only its errors can be shown
beside the answers. Answers carried from other sections are compared with the content.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import Request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import (
    BadRequest,
    LengthRequired,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)
from wtforms import Field, RadioField, SelectMultipleField, ValidationError
from wtforms.validators import Optional

from screener.content.models.base import NONE, PREFER_NOT, Voice
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Question, Section
from screener.engine.flow import NEXT, questions_to_ask
from screener.engine.matching import Answers, Picked, red_flags
from screener.web.field_names import RESERVED_FIELDS

LARGEST_BODY = 64 * 1024
"""Bytes. Every question answered is about 2 kB."""

MOST_FIELDS = 300
FORM_TYPE = "application/x-www-form-urlencoded"

UNREADABLE = "We could not read this answer. Pick one, or leave it blank."


def read_body(request: Request) -> MultiDict[str, str]:
    """The fields of a POST body; those without a value are left out.

    Raises LengthRequired (411), RequestEntityTooLarge (413) for a body or a number of fields
    over the limit, UnsupportedMediaType (415), and BadRequest (400) for a body that ends early
    or is not well-formed UTF-8 form data.
    """
    length = request.content_length
    if length is None or "Transfer-Encoding" in request.headers:
        raise LengthRequired
    if length > LARGEST_BODY:
        raise RequestEntityTooLarge
    if request.mimetype != FORM_TYPE and (request.mimetype or length):
        raise UnsupportedMediaType
    body = request.get_data(cache=False)
    if len(body) < length:
        raise BadRequest
    if body.count(b"&") >= MOST_FIELDS:
        raise RequestEntityTooLarge
    if b"\0" in body or b"%00" in body:
        raise BadRequest
    if not body:
        return MultiDict()
    try:
        fields = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict"
        )
    except ValueError:
        raise BadRequest from None
    # 'Clear my answer' is a radio button with an empty value.
    return MultiDict((name, value) for name, value in fields if value)


@dataclass(frozen=True)
class Submission:
    """A checked POST body."""

    answers: Answers
    section: str | None
    """Id of the section just shown, if the body names one that exists."""
    go: str
    """The button that was pressed: `next`, `back`, or a section's id."""
    shown: tuple[str, ...]
    """Interruptions already shown whose red flag is still picked."""
    errors: Mapping[str, str]
    """Question id -> error message, for the section just shown."""
    lost: tuple[str, ...]
    """Questions whose carried answer could not be kept."""
    outdated: bool
    """Whether the body holds answers to questions that are not in this questionnaire."""
    ask_again: str | None
    """The section to show again because of that; None when it cannot be determined."""


def one_value(form: FlaskForm, field: Field) -> None:
    """Validator: RadioField itself takes the first of several values."""
    if len(set(field.raw_data or ())) > 1:
        raise ValidationError(UNREADABLE)


class SectionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The questions of one section; `section_form` adds the fields."""

    class Meta:
        """WTForms' settings."""

        # A token would need a session cookie and a secret; csrf.py checks the origin instead.
        csrf = False

        def get_translations(self, form: FlaskForm) -> None:
            """None: the error messages are ours, not WTForms' own."""


def section_form(content: Questionnaire, section: Section) -> type[SectionForm]:
    """A form class with a field for each question of a section.

    A field is named by its question's id. Attributes have a prefix, so that no id can hide
    a method of the form.
    """

    class Form(SectionForm):
        pass

    for question in section.questions:
        setattr(Form, f"q_{question.id}", _field(question, content.choices[question.id]))
    return Form


def _field(question: Question, choices: Iterable[str]) -> Any:
    ids: Any = list(choices)  # the types know pairs only
    if question.type == "single":
        return RadioField(name=question.id, choices=ids, validators=[Optional(), one_value])
    return SelectMultipleField(name=question.id, choices=ids)


class SubmissionReader:
    """Reads POST bodies against one questionnaire. Build once, use for every request."""

    def __init__(self, content: Questionnaire) -> None:
        self._content = content
        self._known_fields = RESERVED_FIELDS | content.questions.keys()
        self._sections = {section.id: section for section in content.sections}
        self._forms = {section.id: section_form(content, section) for section in content.sections}

    def read(self, body: MultiDict[str, str]) -> Submission:
        """Check a body. Nothing in it can raise; what cannot be used is reported."""
        section = body.get("section") if body.get("section") in self._sections else None
        posted, errors = self._posted(section, body) if section else ({}, {})
        carried, lost = self._carried(section, body)
        values = {**carried, **posted}
        picked = {
            question: self._in_order(question, values[question])
            for question in self._content.questions
            if values.get(question)
        }
        flagged = {flag.interruption for flag in red_flags(self._content, picked)}
        outdated = not self._known_fields.issuperset(body)
        return Submission(
            answers=Answers(
                picked, Voice.SOMEONE if body.get("voice") == Voice.SOMEONE else Voice.ME
            ),
            section=section,
            go=body.get("go", NEXT),
            shown=tuple(dict.fromkeys(id for id in body.getlist("shown") if id in flagged)),
            errors=errors,
            lost=lost,
            outdated=outdated,
            ask_again=self._section_of_lost_field(body, picked, section)
            if outdated and section
            else None,
        )

    def _posted(
        self, section: str, body: MultiDict[str, str]
    ) -> tuple[dict[str, list[str]], dict[str, str]]:
        """The valid answers of the section just shown, and an error for each other field."""
        form = self._forms[section](formdata=body)
        form.validate()
        errors = {question.name: UNREADABLE for question in form if question.errors}
        values: dict[str, list[str]] = {}
        for question in form:
            name, data = question.name, question.data
            if isinstance(question, RadioField):
                values[name] = [data] if data and not question.errors else []
            else:
                known = self._content.choices[name]
                values[name] = [value for value in data or () if value in known]
        return values, errors

    def _carried(
        self, section: str | None, body: MultiDict[str, str]
    ) -> tuple[dict[str, list[str]], tuple[str, ...]]:
        """The valid answers of all other sections, and the questions that lost an answer."""
        carried: dict[str, list[str]] = {}
        lost: list[str] = []
        for id, question in self._content.questions.items():
            if id not in body or self._content.section_of[id].id == section:
                continue
            values = list(dict.fromkeys(body.getlist(id)))
            known = [value for value in values if value in self._content.choices[id]]
            several = question.type == "single" and len(values) > 1
            if several or len(known) < len(values):
                lost.append(id)
            if known and not several:
                carried[id] = known
        return carried, tuple(lost)

    def _in_order(self, question: str, values: list[str]) -> tuple[str, ...]:
        """In the order of the file; ticks beat 'none of these'."""
        ordered = [id for id in self._content.choices[question] if id in values]
        ticks = [id for id in ordered if id not in (NONE, PREFER_NOT)]
        return tuple(ticks or ordered[:1])

    def _section_of_lost_field(
        self, body: MultiDict[str, str], picked: Picked, shown: str
    ) -> str | None:
        """The section of a question that has another id now, or is gone.

        Forms send answers in the order of the file, so it lies between the sections of the
        fields before and after it: the first of these that has a question to ask and no answer.
        """
        names, section_of = list(body), self._content.section_of
        at = next(n for n, name in enumerate(names) if name not in self._known_fields)
        before = [section_of[name].id for name in names[:at] if name in section_of]
        after = [section_of[name].id for name in names[at:] if name in section_of]
        ids = list(self._sections)
        first = ids.index(before[-1]) if before else 0
        last = ids.index(after[0] if after else shown)
        for id in ids[first : last + 1]:
            asked = questions_to_ask(self._content, self._sections[id], picked)
            if any(question not in picked for question in asked):
                return id
        return None
