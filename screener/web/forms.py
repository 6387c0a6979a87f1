"""POST body -> Answers. One WTForms class per section, built once at start.

Only the section just shown goes through its form, because only its errors can be shown
where they were made. Answers carried from earlier sections are checked against a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, ValidationError

from screener.content.models.base import NONE, PREFER_NOT, Voice
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Section
from screener.engine.flow import NEXT, questions_to_ask
from screener.engine.matching import Answers, Picked, red_flags
from screener.web.field_names import RESERVED_FIELDS

UNREADABLE = "We could not read this answer. Pick one, or leave it blank."


class Reading(NamedTuple):
    """A checked POST body."""

    answers: Answers
    where: str | None
    """The section just shown, if the body names one that exists."""
    go: str
    shown: tuple[str, ...]
    """Interruptions already shown whose red flag is still picked."""
    errors: Mapping[str, str]
    """Question id -> what is wrong, for the section just shown."""
    lost: tuple[str, ...]
    """Questions whose carried answer could not be kept."""
    outdated: bool
    """The body holds answers to questions that are not in this questionnaire."""
    again: str | None = None
    """The section to ask again because of these; None when it cannot be told."""


class _KnownChoices(Field):
    """Fields without widgets or labels: the templates show them."""

    def __init__(self, known: frozenset[str], **kwargs: Any) -> None:
        super().__init__(label="", **kwargs)
        self.known = known


class _SingleChoice(_KnownChoices):
    def process_formdata(self, valuelist: list[Any]) -> None:
        picked = {value for value in valuelist if value}
        if len(picked) > 1:
            self.data = None
            raise ValueError(UNREADABLE)
        self.data = picked.pop() if picked else None

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data not in self.known:
            self.data = None
            raise ValidationError(UNREADABLE)


class _TickAll(_KnownChoices):
    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [value for value in valuelist if value]

    def pre_validate(self, form: Any) -> None:
        known = [value for value in self.data or () if value in self.known]
        unknown = len(known) < len(self.data or ())
        self.data = known
        if unknown:
            raise ValidationError(UNREADABLE)


class _SectionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    class Meta:
        # A token needs a session cookie and a secret; privacy.py checks the origin instead.
        csrf = False

        def get_translations(self, form: Any) -> None:
            """None: the words of errors are ours, and looking one up needs an app context."""


class AnswerReader:
    """Reads POST bodies against one questionnaire. Build once, use for every request."""

    def __init__(self, content: Questionnaire) -> None:
        self._content = content
        self._names = RESERVED_FIELDS | content.questions.keys()
        self._sections = {section.id: section for section in content.sections}
        self._forms = {section.id: self._form_class(section) for section in content.sections}

    def _form_class(self, section: Section) -> type[_SectionForm]:
        fields = {
            # The attribute has a prefix so that no id can hide a method of the form.
            f"q_{question.id}": (_SingleChoice if question.type == "single" else _TickAll)(
                name=question.id, known=frozenset(self._content.choices[question.id])
            )
            for question in section.questions
        }
        return type(f"{section.id}Form", (_SectionForm,), fields)

    def read(self, body: MultiDict[str, str]) -> Reading:
        """Check a body. Nothing in it can raise; what cannot be used is reported."""
        where = body.get("section") if body.get("section") in self._sections else None
        here, errors = self._posted(where, body) if where else ({}, {})
        carried, lost = self._carried(where, body)
        sent = {**here, **carried}
        picked = {
            id: tuple(sent[id]) if len(sent[id]) == 1 else self._settled(id, sent[id])
            for id in self._content.questions
            if sent.get(id)
        }
        flagged = {flag.interruption for flag in red_flags(self._content, picked)}
        voice = Voice.SOMEONE if body.get("voice") == Voice.SOMEONE else Voice.ME
        outdated = not self._names.issuperset(body)
        return Reading(
            answers=Answers(picked, voice),
            where=where,
            go=body.get("go") or NEXT,
            shown=tuple(dict.fromkeys(i for i in body.getlist("shown") if i in flagged)),
            errors=errors,
            lost=lost,
            outdated=outdated,
            again=self._section_around(body, picked, where) if outdated and where else None,
        )

    def _section_around(self, body: MultiDict[str, str], picked: Picked, where: str) -> str | None:
        """The section that a question was in which now has another id, or is gone.

        Forms send answers in the order of the file, so its neighbours tell. Of the sections
        that they leave, the first one that asks something not answered yet.
        """
        names, of = list(body), self._content.section_of
        at = next(n for n, name in enumerate(names) if name not in self._names)
        before = [of[name].id for name in names[:at] if name in of]
        after = [of[name].id for name in names[at:] if name in of]
        ids = list(self._sections)
        first = ids.index(before[-1]) if before else 0
        last = ids.index(after[0] if after else where)
        for id in ids[first : last + 1]:
            asked = questions_to_ask(self._content, self._sections[id], picked)
            if any(question not in picked for question in asked):
                return id
        return None

    def _posted(
        self, where: str, body: MultiDict[str, str]
    ) -> tuple[dict[str, list[str]], dict[str, str]]:
        form = self._forms[where](formdata=body)
        form.validate()
        picked: dict[str, list[str]] = {}
        errors: dict[str, str] = {}
        for field in form:
            values = field.data if isinstance(field.data, list) else [field.data]
            picked[field.name] = [value for value in values if value]
            if field.errors or field.process_errors:
                errors[field.name] = UNREADABLE
        return picked, errors

    def _carried(
        self, where: str | None, body: MultiDict[str, str]
    ) -> tuple[dict[str, list[str]], tuple[str, ...]]:
        carried: dict[str, list[str]] = {}
        lost: list[str] = []
        content = self._content
        questions, section_of, choices = content.questions, content.section_of, content.choices
        for id, values in body.lists():
            if id not in questions or section_of[id].id == where:
                continue
            if len(values) == 1 and values[0] in choices[id]:  # nearly always
                carried[id] = values
                continue
            sent = [value for value in dict.fromkeys(values) if value]
            known = [value for value in sent if value in choices[id]]
            torn = len(sent) > 1 and questions[id].type == "single"
            if torn or len(known) < len(sent):
                lost.append(id)
            if known and not torn:
                carried[id] = known
        return carried, tuple(id for id in questions if id in lost)

    def _settled(self, question: str, picked: list[str]) -> tuple[str, ...]:
        """In the order of the file, each once; ticks beat 'none of these'."""
        ordered = [id for id in self._content.choices[question] if id in picked]
        ticks = [id for id in ordered if id not in (NONE, PREFER_NOT)]
        return tuple(ticks or ordered[:1])
