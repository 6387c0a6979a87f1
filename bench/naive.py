"""The same pages as the documentation of Flask-WTF would have them written.

Each request makes a form class of the question it shows. WTForms' widgets draw it, every
earlier answer is a hidden field that is validated again, and the whole page is made from
templates and data, Markdown included; nothing is kept from one request to the next. What the
pages show, which page follows and what matches comes from the app's own modules.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask, render_template, request
from flask_wtf import FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup
from wtforms import HiddenField, RadioField, SelectMultipleField
from wtforms.fields import choices as choice_fields
from wtforms.validators import AnyOf, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from screener.config import Settings
from screener.content.loading.load import load
from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.flow import RESULTS, Ask, Stop, next_step
from screener.engine.signs import Answers
from screener.resources import built_in_questions, folder
from screener.web.assets import load_assets
from screener.web.bundle import digest_of
from screener.web.editions import Edition, make_editions
from screener.web.render import (
    JINJA_OPTIONS,
    Fragments,
    edition_names,
    set_up_templates,
    with_macros,
)
from screener.web.routes import pages, register_files
from screener.web.views import QuestionView, page_view, results_view

# Tuples in WTForms 3.2; WTForms 3.3 has a class, and warns of tuples.
_choice: Any = getattr(choice_fields, "SelectChoice", lambda value, label: (value, label))


class UncachedFragments(Fragments):
    """Renders a macro each time it is called."""

    def __call__(self, macro: str, *arguments: str | int | bool | None) -> Markup:
        """The HTML of a macro."""
        html: Markup = getattr(self._macros, macro)(*arguments)
        return html


def turn_fragment_cache_off(app: Flask, edition: Edition, settings: Settings) -> None:
    """Have an edition's fragments rendered for each page, before the app's first request."""
    names = with_macros(app.jinja_env, edition_names(edition, settings))
    fragments = UncachedFragments(app.jinja_env, names)
    app.context_processor(lambda: {"fragment": fragments})


class _HiddenTicks(SelectMultipleField):
    """Several hidden inputs of one name."""

    def __call__(self, **_: Any) -> Markup:
        field = '<input type="hidden" name="{}" value="{}">'
        return Markup("").join(Markup(field).format(self.name, value) for value in self.data or ())


def create_app() -> Flask:
    """The app: the first question, steps and results of the edition at the root."""
    settings = Settings()
    editions = make_editions(load(built_in_questions()).questionnaire)
    edition = next(iter(editions.values()))
    content = edition.content

    app = Flask("naive", static_folder=None)
    app.jinja_options = JINJA_OPTIONS
    folders = (Path(__file__).parent / "templates", folder("templates"))
    app.jinja_env.loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
    assets = load_assets(folder("static"))
    digest = digest_of(content, settings)
    app.extensions |= {"editions": editions, "bundle_digest": digest}
    set_up_templates(app, settings, assets)
    turn_fragment_cache_off(app, edition, settings)
    app.register_blueprint(pages, name=edition.name)  # its links are made with url_for
    register_files(app, assets)

    def question_page(question: str, answers: Answers, seen: Sequence[str]) -> str:
        view = page_view(content, question, answers, seen)
        form_class = _form_class(content, view.question)
        form = form_class(formdata=None, data={"at": question, **_form_data(content, answers)})
        hidden = [form[id] for id in content.questions if id != question and form[id].data]
        return render_template("naive_question.html", view=view, form=form, hidden=hidden)

    def first_question(voice: Voice) -> str:
        return question_page(next(iter(content.questions)), Answers(voice=voice), ())

    def page_after() -> str:
        at = request.form["at"]
        form = _form_class(content, QuestionView(content, at, Voice(request.form["voice"])))()
        if not form.validate_on_submit():
            raise ValueError(f"refused: {form.errors}")
        picked = {id: _as_tuple(form[id].data) for id in content.questions if form[id].data}
        answers = Answers(picked, Voice(form.voice.data))
        go = RESULTS if request.path == "/results" else request.form["go"]
        seen = request.form.getlist("seen")
        step = next_step(content, answers, seen, at, go)
        if isinstance(step, Stop):
            raise ValueError("pages that stop are not part of the comparison")
        if isinstance(step, Ask):
            return question_page(step.question, step.answers, seen)
        view = results_view(content, step.answers, step.outcome, seen)
        return render_template("results.html", view=view)

    for view, function in (
        ("first_question", first_question),
        ("step", page_after),
        ("results", page_after),
    ):
        app.view_functions[f"{edition.name}.{view}"] = function
    return app


def _form_class(content: Questionnaire, question: QuestionView) -> type[FlaskForm]:
    """A form of one question, with all others as hidden fields."""

    class AnswersForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
        class Meta:
            csrf = False

        at = HiddenField(validators=[AnyOf(list(content.questions))])
        voice = HiddenField(validators=[AnyOf([voice.value for voice in Voice])])

    for id in content.questions:
        is_shown = id == question.id
        setattr(
            AnswersForm, id, _visible_field(question) if is_shown else _hidden_field(content, id)
        )
    return AnswersForm


def _visible_field(question: QuestionView) -> Any:
    choices = [_choice(choice.id, choice.text) for choice in question.choices]
    if question.is_single:
        return RadioField(question.legend, choices=choices, validators=[Optional()])
    return SelectMultipleField(
        question.legend,
        choices=choices,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[Optional()],
    )


def _hidden_field(content: Questionnaire, question: str) -> Any:
    choices = list(content.choices[question])
    if content.questions[question].type == "single":
        return HiddenField(validators=[Optional(), AnyOf(choices)])
    return _HiddenTicks(
        choices=[_choice(choice, choice) for choice in choices], validators=[Optional()]
    )


def _form_data(content: Questionnaire, answers: Answers) -> dict[str, Any]:
    return {"voice": answers.voice.value} | {
        id: picked[0] if content.questions[id].type == "single" else list(picked)
        for id, picked in answers.picked.items()
    }


def _as_tuple(data: str | list[str]) -> tuple[str, ...]:
    return (data,) if isinstance(data, str) else tuple(data)
