"""The Nu HTML checker finds no error in any page of the touch screen."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.browser.checkers import html_errors
from tests.browsing import OpenPage
from tests.kiosk.walking import READING

pytestmark = pytest.mark.browser


def test_nu_finds_no_error(open_page: OpenPage, tmp_path: Path) -> None:
    """As the server sends them: every page by its address, and every step's answer."""
    page = open_page("/kiosk/")
    now = {"issued": str(int(time.time())), "section": "safety"}
    error = {**now, "seizure": "nonsense"}
    stops = {**now, "took-too-much": "yes-unwell", "suicide": "thoughts"}
    answers = [
        page.request.post(f"/kiosk/{path}", form=fields)
        for path in ("check", "results")
        for fields in (now, error, stops, {**now, "issued": "1", "seizure": "usual-seizure"})
    ]
    paths = ["", *READING, "check", "check/someone", "leave", "results", "nowhere"]
    for number, response in enumerate(
        [*(page.request.get(f"/kiosk/{path}") for path in paths), *answers]
    ):
        (tmp_path / f"{number}.html").write_text(response.text(), encoding="utf-8")
    assert html_errors(tmp_path) == []
