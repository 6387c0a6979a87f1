"""POST body -> Submission. One FlaskForm class for each question and voice, built once.

Only the question just shown goes through its form, because only its error can be shown
beside the answers. Answers carried from other questions are compared with the content.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from screener.content.models.questions import Question
from screener.engine.flow import NEXT
from screener.engine.signs import Answers, holds, said, signs_of
from screener.web.field_names import RESERVED_FIELDS

LARGEST_BODY = 64 * 1024
"""Bytes. Every question answered is about 2 kB."""

MOST_FIELDS = 300
FORM_TYPE = "application/x-www-form-urlencoded"

UNREADABLE = "We couldn't read this answer. Pick one, or leave it blank."


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
    return MultiDict((name, value) for name, value in fields if value)


@dataclass(frozen=True)
class Submission:
    """A checked POST body."""

    answers: Answers
    at: str | None
    """Id of the question just shown, if the body names one that exists."""
    go: str
    """The button that was pressed: `next`, `back`, `clear`, `undo`, `on`, or a question's id."""
    seen: tuple[str, ...]
    """Plans that stopped, were shown, and still hold."""
    error: str
    """What is wrong with the answer to the question just shown; '' for nothing."""
    lost: tuple[str, ...]
    """Questions whose carried answer could not be kept."""
    outdated: bool
    """Whether the body holds answers to questions that are not in this questionnaire."""
    printed: frozenset[str]
    """Questions whose sensitive answers are to be printed."""
    is_large: bool
    """Whether to print in large type."""
    ask_again: str | None
    """The question to show again because of what was lost; None when it cannot be determined."""


def one_value(form: FlaskForm, field: Field) -> None:
    """Validator: RadioField itself takes the first of several values."""
    if len(set(field.raw_data or ())) > 1:
        raise ValidationError(UNREADABLE)


class QuestionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """One question; `question_form` adds the field."""

    class Meta:
        """WTForms' settings."""

        # A token would need a session cookie and a secret; csrf.py checks the origin instead.
        csrf = False

        def get_translations(self, form: FlaskForm) -> None:
            """None: the error messages are ours, not WTForms' own."""


def question_form(content: Questionnaire, question: Question, voice: Voice) -> type[QuestionForm]:
    """A form class with one field, `answer`, whose name in the body is the question's id."""
    choices: Any = list(content.choices_for(question.id, voice))  # the types know pairs only
    field: Any = (
        RadioField(name=question.id, choices=choices, validators=[Optional(), one_value])
        if question.type == "single"
        else SelectMultipleField(name=question.id, choices=choices)
    )

    class Form(QuestionForm):
        answer = field

    return Form


class SubmissionReader:
    """Reads POST bodies against one questionnaire. Build once, use for every request."""

    def __init__(self, content: Questionnaire) -> None:
        self._content = content
        self._known_fields = RESERVED_FIELDS | content.questions.keys()
        self._forms = {
            (question.id, voice): question_form(content, question, voice)
            for question in content.questions.values()
            for voice in Voice
        }

    def read(self, body: MultiDict[str, str]) -> Submission:
        """Check a body. Nothing in it can raise; what cannot be used is reported."""
        voice = Voice.SOMEONE if body.get("voice") == Voice.SOMEONE else Voice.ME
        at = body.get("at") if body.get("at") in self._content.questions else None
        posted, error = self._posted(at, voice, body) if at else ([], "")
        values, lost = self._carried(at, voice, body)
        if at:
            values[at] = posted
        picked = {
            question: _what_counts(values[question])
            for question in self._content.questions
            if values.get(question)
        }
        answers = Answers(picked, voice)
        return Submission(
            answers=answers,
            at=at,
            go=body.get("go", NEXT),
            seen=still_holding(self._content, body.getlist("seen"), answers),
            error=error,
            lost=lost,
            printed=frozenset(body.getlist("print")).intersection(self._content.questions),
            is_large=body.get("large") == "on",
            outdated=not self._known_fields.issuperset(body),
            ask_again=lost[0] if lost else self._question_of_lost_field(body, answers, at),
        )

    def _posted(
        self, question: str, voice: Voice, body: MultiDict[str, str]
    ) -> tuple[list[str], str]:
        """The valid answers to the question just shown, in the order of the file, and what is
        wrong with the others."""
        form = self._forms[question, voice](formdata=body)
        error = "" if form.validate() else UNREADABLE
        data = form.answer.data
        if isinstance(form.answer, RadioField):
            return ([data] if data and not error else []), error
        return [c for c in self._content.choices_for(question, voice) if c in data], error

    def _carried(
        self, at: str | None, voice: Voice, body: MultiDict[str, str]
    ) -> tuple[dict[str, list[str]], tuple[str, ...]]:
        """The valid answers to all other questions, in the order of the file, and the questions
        that lost an answer."""
        carried: dict[str, list[str]] = {}
        lost: list[str] = []
        for id, question in self._content.questions.items():
            if id not in body or id == at:
                continue
            values = set(body.getlist(id))
            known = [c for c in self._content.choices_for(id, voice) if c in values]
            several = question.type == "single" and len(values) > 1
            if several or len(known) < len(values):
                lost.append(id)
            if known and not several:
                carried[id] = known
        return carried, tuple(lost)

    def _question_of_lost_field(
        self, body: MultiDict[str, str], answers: Answers, at: str | None
    ) -> str | None:
        """The question whose id has changed: the first one without an answer between those of
        the fields before and after the unknown one. Forms send fields in the order of the file.
        """
        names, order = list(body), list(self._content.questions)
        lost = next((n for n, name in enumerate(names) if name not in self._known_fields), None)
        if lost is None:
            return None
        before = [order.index(name) for name in names[:lost] if name in order and name != at]
        after = [order.index(name) for name in names[lost:] if name in order and name != at]
        first = before[-1] + 1 if before else 0
        last = after[0] if after else order.index(at) if at else len(order)
        asked = said(self._content, answers).asked
        candidates = (id for id in order[first:last] if id in asked and id not in answers.picked)
        return next(candidates, None)


def _what_counts(values: Sequence[str]) -> tuple[str, ...]:
    """Ticks beat the standard answers that say nothing; of these alone, the first counts."""
    ticks = [id for id in values if id not in (NONE, PREFER_NOT)]
    return tuple(ticks or values[:1])


def still_holding(content: Questionnaire, seen: Sequence[str], answers: Answers) -> tuple[str, ...]:
    """Those of some plans that stop and still hold. The others come up again when they do."""
    if not seen:
        return ()
    signs = signs_of(content, answers)
    plans = content.plans_by_id
    return tuple(
        id
        for id in dict.fromkeys(seen)
        if id in plans and plans[id].stops and holds(plans[id].when, signs)
    )
