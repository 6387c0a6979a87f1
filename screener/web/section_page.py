"""A page of questions, put together from frames: blank questions, and ticks for what was picked."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment

from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.matching import Answers
from screener.web.frames import Frame
from screener.web.views import Fields, SectionView, asked_question, section_view
from screener.web.visits import Visit

CHECKED = b" checked"


class HiddenFields:
    """What carries answers from page to page. The field of each answer is ready."""

    def __init__(self, env: Environment, content: Questionnaire) -> None:
        self._macro = env.get_template("_parts.html").module.hidden  # type: ignore[attr-defined]
        self._known = {
            (question, choice): self._field((question, choice))
            for question, options in content.choices.items()
            for choice in options
        }

    def html(self, fields: Fields) -> bytes:
        """Hidden inputs for some fields."""
        return b"".join([self._known.get(one) or self._field(one) for one in fields])

    def _field(self, field: tuple[str, str]) -> bytes:
        html: str = self._macro([field])
        return html.encode()


class SectionPage:
    """Makes the pages of questions of one edition."""

    def __init__(self, env: Environment, content: Questionnaire, hidden: HiddenFields) -> None:
        self._env = env
        self._content = content
        self._hidden = hidden
        self._page = cache(self._make_page)
        self._box = cache(self._make_box)

    def html(self, view: SectionView, visit: Visit | None) -> bytes:
        """The page. A shared screen gives its `visit`."""
        shape = visit.shape if visit else None
        return self._page(view.section.id, view.voice, shape).filled(
            {
                "tab": b"Error: " if view.errors else b"",
                "alert": self._alert(view) if view.errors or view.notice else b"",
                "hidden": self._hidden.html(view.carried),
                "issued": b"%d" % visit.issued if visit else b"",
                "questions": b"".join([self._question(view, id) for id in view.asked]),
            }
        )

    def _alert(self, view: SectionView) -> bytes:
        errors = [view.question(id) for id in view.asked if id in view.errors]
        return self._env.get_template("_alert.html").render(errors=errors).encode()

    def _question(self, view: SectionView, id: str) -> bytes:
        picked = view.picked.get(id, ())
        error = view.errors.get(id, "")
        options = self._content.choices[id]
        if all(view.voice in options[choice].voices for choice in picked):
            box = self._box(id, view.voice, error)
        else:  # picked in the other voice
            box = self._make_box(id, view.voice, error, picked)
        return box.filled(dict.fromkeys(picked, CHECKED)) if picked else box.empty

    def _make_box(self, id: str, voice: Voice, error: str, picked: tuple[str, ...] = ()) -> Frame:
        question = asked_question(self._content, id, voice, picked, error=error)
        parts = self._env.get_template("_parts.html").module
        return Frame(parts.question_box(question))  # type: ignore[attr-defined]

    def _make_page(self, section: str, voice: Voice, shape: Visit | None) -> Frame:
        found = next(one for one in self._content.sections if one.id == section)
        view = section_view(self._content, found, Answers(voice=voice))
        template = self._env.get_template("section.html")
        return Frame(template.render(view=view, visit=shape))
