"""Equal Access, HTML_CodeSniffer and Alfa find no fault in any kind of element of the website.

axe, the fourth engine, looks at every state in test_states.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.browser.engines import (
    EVERYWHERE,
    Exemption,
    Finding,
    running_engines,
    unexplained,
    unused,
)
from tests.browser.states import EVERY_KIND, FORM, STATES, State, show
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EXEMPTIONS = (
    *EVERYWHERE,
    Exemption(
        "Alfa",
        "sia-r111",
        r'^<a class="skip vh"',
        "Target size, enhanced (AAA). The link is one pixel until it has the focus; then it is "
        "large. test_targets_are_large measures every other control.",
    ),
    Exemption("Alfa", "sia-r113", r'^<a class="skip vh"', "Target size (AA): the same link."),
    Exemption(
        "Equal Access",
        "element_attribute_deprecated",
        r'http-equiv="refresh"',
        "The HTML Standard defines the attribute and this value; /leave works without JavaScript.",
    ),
)

Look = Callable[[State], list[Finding]]


@pytest.fixture(scope="module")
def findings(stage: Page) -> Iterator[Look]:
    """What the engines find in a state. Each state is shown once; every other one is dark."""
    known: dict[str, list[Finding]] = {}
    with running_engines() as engines:

        def look(state: State) -> list[Finding]:
            if state.name not in known:
                dark = bool(EVERY_KIND.index(state) % 2)
                show(stage, state, width=1280 if dark else 390)
                stage.emulate_media(color_scheme="dark" if dark else "light")
                known[state.name] = engines.findings(stage, dark)
            return known[state.name]

        yield look


@pytest.mark.parametrize("state", EVERY_KIND, ids=str)
def test_no_engine_finds_a_fault(findings: Look, state: State) -> None:
    found = unexplained(findings(state), EXEMPTIONS)
    assert not found, "\n".join(found)


def test_every_kind_of_element_is_looked_at(app: Flask) -> None:
    """By its name, classes, role and type, and by name and classes of what it stands in."""

    def kinds(state: State) -> set[tuple[str, ...]]:
        method = "GET" if state.body is None else "POST"
        headers = FORM | state.headers
        sent = app.test_client().open(state.path, method=method, data=state.body, headers=headers)
        body = BeautifulSoup(sent.get_data(as_text=True), "html.parser").body
        assert body
        return {(*kind(tag), *kind(tag.parent)[:2]) for tag in body.find_all(True) if tag.parent}

    def kind(tag: Tag) -> tuple[str, ...]:
        classes = " ".join(sorted(tag.get_attribute_list("class", [])))
        return tag.name, classes, str(tag.get("role")), str(tag.get("type"))

    seen = set().union(*map(kinds, EVERY_KIND))
    assert len(seen) > 300
    assert {state.name: kinds(state) - seen for state in STATES if kinds(state) - seen} == {}


def test_every_exemption_is_still_needed(findings: Look) -> None:
    found = [each for state in EVERY_KIND for each in findings(state)]
    assert not unused(found, EXEMPTIONS)


def test_the_engines_see_faults(chromium: Browser, server: Server) -> None:
    """Each of them finds what is wrong on a page that is wrong."""
    page = chromium.new_page(base_url=server.url, bypass_csp=True)
    page.goto("/privacy")
    page.evaluate("document.querySelector('main').innerHTML = '<img src=/x><input><a href=#></a>'")
    with running_engines() as engines:
        found = engines.findings(page)
    page.close()
    assert {each.engine for each in found} == {"Equal Access", "HTML_CodeSniffer", "Alfa"}
    assert "<img src" in str(unexplained(found, EXEMPTIONS))
