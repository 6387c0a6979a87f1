"""The same pages as a newcomer to Flask-WTF would write them, to show what the design saves.

A form class for each request, drawn by WTForms' widgets; every earlier answer a hidden field
that is validated again; every page made from data by Jinja. Which page follows, and what
matches, is left to the app's own rooms: it would be the same for anybody.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask, render_template, request
from flask_wtf import FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup
from wtforms import HiddenField, RadioField, SelectMultipleField
from wtforms.fields import choices
from wtforms.validators import AnyOf, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from screener.config import Settings
from screener.content.loading.load import load
from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Section
from screener.engine.flow import RESULTS, Ask, Finish, next_step
from screener.engine.matching import Answers, Reason, match
from screener.resources import built_in_questions, folder
from screener.web.assets import load_assets
from screener.web.crisis_view import crises
from screener.web.editions import Edition, editions
from screener.web.render import Renderer, TopicWords
from screener.web.results_view import ToldSection, results_view
from screener.web.views import AskedQuestion, section_view

# Tuples where WTForms knows nothing newer; where it does, they cost a warning each.
_choice: Any = getattr(choices, "SelectChoice", lambda value, label: (value, label))


@lru_cache(maxsize=1)
def edition() -> Edition:
    """The built-in content as the country at the root reads it; read once."""
    return editions(load(built_in_questions()).questionnaire)[0]


def content() -> Questionnaire:
    """The questions and words of that edition."""
    return edition().content


class _HiddenTicks(SelectMultipleField):
    """Several hidden inputs of one name."""

    def __call__(self, **_: Any) -> Markup:
        field = '<input type="hidden" name="{}" value="{}">'
        return Markup("").join(Markup(field).format(self.name, value) for value in self.data or ())


def _form_class(content: Questionnaire, shown: tuple[AskedQuestion, ...]) -> type[FlaskForm]:
    """A form of the questions shown, and of all others as hidden fields."""

    class AnswersForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
        class Meta:
            csrf = False

        section = HiddenField(validators=[AnyOf([part.id for part in content.sections])])
        voice = HiddenField(validators=[AnyOf([voice.value for voice in Voice])])
        shown_before = HiddenField(name="shown")

    visible = {question.id: question for question in shown}
    for id, question in content.questions.items():
        single = question.type == "single"
        if id in visible:
            field = _visible(visible[id])
        elif single:
            ids = list(content.choices[id])
            field = HiddenField(name=id, validators=[Optional(), AnyOf(ids)])
        else:
            pairs = [_choice(choice, choice) for choice in content.choices[id]]
            field = _HiddenTicks(name=id, choices=pairs, validators=[Optional()])
        setattr(AnswersForm, f"q_{id}", field)
    return AnswersForm


def _visible(question: AskedQuestion) -> Any:
    offered = [_choice(choice.id, choice.text) for choice in question.choices]
    if question.single:
        return RadioField(
            question.legend,
            name=question.id,
            choices=[*offered, _choice("", "Clear my answer")],
            validators=[Optional()],
        )
    return SelectMultipleField(
        question.legend,
        name=question.id,
        choices=offered,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[Optional()],
    )


def _picked(form: FlaskForm, content: Questionnaire) -> dict[str, tuple[str, ...]]:
    picked = {}
    for id in content.questions:
        data = form[f"q_{id}"].data
        chosen = tuple(data) if isinstance(data, list) else (data,) if data else ()
        if chosen:
            picked[id] = chosen
    return picked


def _hidden(form: FlaskForm, content: Questionnaire, without: tuple[str, ...] = ()) -> list[Any]:
    return [
        form[f"q_{id}"] for id in content.questions if id not in without and form[f"q_{id}"].data
    ]


def create_app(content: Questionnaire) -> Flask:
    """The newcomer's app."""
    app = Flask("naive", static_folder=None)
    renderer = _dress(app)
    sections = {part.id: part for part in content.sections}

    def page_of(section: Section, answers: Answers) -> str:
        view = section_view(content, section, answers)
        picked = {f"q_{id}": _data(content, id, chosen) for id, chosen in answers.picked.items()}
        data = {"section": section.id, "voice": answers.voice.value, **picked}
        form = _form_class(content, view.questions)(formdata=None, data=data)
        hidden = _hidden(form, content, view.asked)
        return render_template("naive_section.html", view=view, form=form, hidden=hidden)

    @app.get("/check")
    def first() -> str:
        return page_of(content.sections[0], Answers())

    @app.post("/check")
    @app.post("/results")
    def step() -> str:
        here = sections.get(request.form.get("section", ""), content.sections[0])
        form = _form_class(content, section_view(content, here, Answers()).questions)()
        if not form.validate_on_submit():
            return page_of(here, Answers())
        answers = Answers(_picked(form, content), Voice(form.voice.data))
        go = RESULTS if request.path == "/results" else request.form["go"]
        shown = request.form.getlist("shown")
        following = next_step(content, answers, shown, here.id, go)
        if isinstance(following, Ask):
            return page_of(sections[following.section], answers)
        if not isinstance(following, Finish):
            raise ValueError("the newcomer has not written the interruption pages")
        outcome = match(content, answers)
        data = {f"q_{id}": _data(content, id, chosen) for id, chosen in answers.picked.items()}
        again = _form_class(content, ())(formdata=None, data=data)
        return render_template(
            "naive_results.html",
            view=results_view(content, answers, outcome, shown),
            voice=answers.voice,
            visit=None,
            crises=crises(content, outcome.flags, answers.voice),
            always=[rule.topic for rule in content.results.always],
            hidden=_hidden(again, content),
        )

    def words(id: str, voice: Voice, variant: int | None) -> TopicWords:
        return renderer._topic_words(content.topics[id], voice, variant)

    app.jinja_env.globals["topic_words"] = words
    return app


def _data(content: Questionnaire, question: str, chosen: tuple[str, ...]) -> Any:
    return chosen[0] if content.questions[question].type == "single" else list(chosen)


def _dress(app: Flask) -> Renderer:
    """Give the newcomer's Jinja the app's words and filters, and its header and footer."""
    renderer = Renderer(edition(), Settings(), load_assets(folder("static")))
    ours = Path(__file__).parent / "templates"
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.loader = ChoiceLoader([FileSystemLoader(p) for p in (ours, folder("templates"))])
    app.jinja_env.globals |= renderer._env.globals
    app.jinja_env.filters |= renderer._env.filters | {"blocks": _blocks}
    return renderer


def _blocks(told: ToldSection) -> list[list[Reason]]:
    """What is printed or left out together: ordinary answers, and each sensitive one."""
    together = [line for line in told.lines if line not in told.sensitive]
    alone = [[line] for line in told.sensitive]
    return [together, *alone] if together else alone


def words_of(page: bytes) -> list[str]:
    """The words between the tags of a page's <main>, in order, whatever the markup."""
    main = BeautifulSoup(page, "html.parser").main
    if main is None:
        raise ValueError("a page without <main>")
    return main.get_text(" ").split()
