"""The Nu HTML checker finds no error in any page of the website and of the touch screen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import APIRequestContext, Page

from tests.answers import FIRST, SINGLE, body, calm_case, several_stops
from tests.browser.checkers import html_errors
from tests.browser.states import FORM, STATES
from tests.kiosk.walking import READING

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def touch_screen(request: APIRequestContext) -> Iterator[str]:
    """As the server sends them: every page by its address, and every step's answer."""
    now = str(int(time.time()))
    for path in ("", *READING, "check", "check/someone", "leave", "results", "nowhere"):
        yield request.get(f"/kiosk/{path}").text()
    for fields in (
        body({}, issued=now, at=FIRST),
        body({SINGLE: ["nonsense"]}, issued=now, at=SINGLE),
        body(several_stops(), seen=(), issued=now, at=FIRST),
        body(calm_case().answers, issued=now),
        body(calm_case().answers, issued="1"),
    ):
        for path in ("check", "results"):
            yield request.post(f"/kiosk/{path}", data=fields, headers=FORM).text()


def test_no_page_has_an_error(stage: Page, tmp_path: Path) -> None:
    for state in STATES:
        (tmp_path / f"{state}.html").write_text(state.html(stage.request), encoding="utf-8")
    for number, html in enumerate(touch_screen(stage.request)):
        (tmp_path / f"kiosk-{number}.html").write_text(html, encoding="utf-8")
    found = html_errors(tmp_path)
    assert not found, "\n".join(found)
