"""The Nu HTML checker finds no error in any page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.checkers import html_errors
from tests.browser.states import STATES

pytestmark = pytest.mark.browser


def test_no_page_has_an_error(stage: Page, tmp_path: Path) -> None:
    for state in STATES:
        (tmp_path / f"{state}.html").write_text(state.html(stage.request), encoding="utf-8")
    found = html_errors(tmp_path)
    assert not found, "\n".join(found)
