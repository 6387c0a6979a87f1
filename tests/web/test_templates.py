"""A template that misses a part fails; it never shows a page without it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from jinja2 import UndefinedError, meta

from screener import create_app
from screener.config import Settings
from screener.content.models.base import Voice
from screener.engine.flow import RESULTS, Stop, next_step
from screener.engine.plans import outcome_of
from screener.engine.signs import Answers
from screener.web.editions import Edition
from screener.web.papers import papers_view, sheets_with
from screener.web.render import edition_names, with_macros
from screener.web.views import page_view, results_view, stop_view
from screener.web.visits import Visit
from tests.shipped import SHIPPED

SETTINGS = Settings(public_url="https://check.example", clinic_name="Elm Street", kiosk_print=True)
PICKED = {
    "right-now": ("slow-breathing", "danger"),
    "how-often": ("most-days",),
    "supply": ("few-left",),
    "mixing": ("mat", "most-days"),
    "doors": ("door-all",),
    "mood": ("low",),
}
EDITIONS = ("us", "kiosk")
PAGES = ("question", "stop", "results", "papers", "sheets")

NEEDED = {
    "results": {"about", "content", "crisis_bar", "edition", "fragment", "help_lines", "view"}
    | {"macros", "texts", "icons", "drawings", "asset_url", "clinic", "may_print"}
    | {"also_in_view"},
    "papers": {"about", "content", "edition", "fragment", "macros", "icons", "drawings", "view"},
    "sheets": {"about", "chart_rows", "content", "crisis_bar", "edition", "fragment", "macros"}
    | {"icons", "plans", "public_address", "qr_codes", "texts", "view"},
    "stop": {"about", "edition", "fragment", "macros", "icons", "texts", "full_stops", "view"},
    "question": {"about", "edition", "fragment", "macros", "icons", "blank", "view"},
}
"""Of each page the names without which nothing must come out."""


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(SETTINGS, SHIPPED)


def view_of(edition: Edition, page: str) -> Any:
    content, answers = edition.content, Answers(PICKED)
    if page == "question":
        return page_view(content, str(content.first_interest), Answers({"supply": ("few-left",)}))
    if page == "stop":
        stop = next_step(content, answers, (), None, RESULTS)
        assert isinstance(stop, Stop) and len(stop.plans) > 1
        return stop_view(content, stop, ())
    outcome = outcome_of(content, answers)
    assert outcome.also and outcome.later and outcome.topics
    if page == "papers":
        return papers_view(content, outcome, Voice.ME, (("voice", "me"),))
    if page == "sheets":
        return sheets_with(content, outcome, Voice.ME, ["mood"], True, (("voice", "me"),))
    return results_view(content, answers, outcome, ["overdose"])


class Page:
    """A page that can be rendered without one of its names."""

    def __init__(self, app: Flask, edition: Edition, page: str) -> None:
        self.environment = app.jinja_env
        self.template = f"{page}.html"
        self.names = edition_names(edition, SETTINGS)
        self.context = {"view": view_of(edition, page), "visit": None}
        if edition.is_kiosk:
            self.context["visit"] = Visit(1)
        layout = edition.layout
        self.sources = (self.template, layout, "_macros.html", "_fragments.html")

    def variables(self) -> set[str]:
        """Every name that its templates take from outside."""
        found: set[str] = {"fragment", "macros"}
        for name in self.sources:
            source, _, _ = self.environment.loader.get_source(self.environment, name)
            found |= meta.find_undeclared_variables(self.environment.parse(source))
        return found

    def html(self, without: str = "", view: Any = None) -> str:
        """The page without a name, or with another view."""
        names = {name: value for name, value in self.names.items() if name != without}
        with self._globals_without(without):
            context = {**with_macros(self.environment, names), **self.context}
            if view is not None:
                context["view"] = view
            context.pop(without, None)
            return self.environment.get_template(self.template).render(context)

    @contextmanager
    def _globals_without(self, name: str) -> Iterator[None]:
        names = self.environment.globals
        kept = {name: names.pop(name)} if name in names else {}
        try:
            yield
        finally:
            names |= kept


class Without:
    """A view that lacks one attribute."""

    def __init__(self, view: Any, missing: str) -> None:
        self._view, self._missing = view, missing

    def __getattr__(self, name: str) -> Any:
        if name == self._missing:
            raise AttributeError(name)
        return getattr(self._view, name)


@pytest.fixture(params=[(edition, page) for edition in EDITIONS for page in PAGES], ids=str)
def page(app: Flask, request: pytest.FixtureRequest) -> Iterator[Page]:
    edition, name = request.param
    with app.test_request_context():
        yield Page(app, app.extensions["editions"][edition], name)


def test_without_a_variable_there_is_an_error_and_no_page(page: Page) -> None:
    whole = page.html()
    failed = set()
    for name in page.variables():
        try:
            assert page.html(without=name) == whole, f"another page without {name}"
        except UndefinedError:
            failed.add(name)
    assert failed >= NEEDED[page.template.removesuffix(".html")] & page.variables()


def test_without_a_part_of_the_view_there_is_an_error_and_no_page(page: Page) -> None:
    whole, view = page.html(), page.context["view"]
    parts = [name for name in dir(view) if not name.startswith("_")]
    failed = set()
    for part in parts:
        try:
            assert page.html(view=Without(view, part)) == whole, f"another page without {part}"
        except UndefinedError:
            failed.add(part)
    assert failed
