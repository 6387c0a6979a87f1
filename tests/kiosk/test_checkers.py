"""axe and the Nu checker find nothing on the touch screen's pages and dialog."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.checkers import RULES, html_errors, load_axe, violations
from tests.browsing import OpenPage, pick, press
from tests.kiosk.walking import LANDSCAPE, PLACES, PORTRAIT, READING, STOPS, start

pytestmark = pytest.mark.browser

# The refresh is the no-script way to clear a shared screen; what WCAG 2.2.1 asks for with
# it (ten times the time, chosen before) is on the start page.
KIOSK_RULES = RULES | {"rules": {**RULES["rules"], "meta-refresh": {"enabled": False}}}
NAMES = [name for name in PLACES if name not in list(STOPS)[1:]]


def _asked_if_still_there(page: Page) -> None:
    start(page)
    page.evaluate("document.getElementById('idle').showModal()")


def _two_at_once(page: Page) -> None:
    start(page)
    pick(page, took_too_much="yes-unwell", suicide="thoughts")
    press(page, "Next")


DEEDS: dict[str, Callable[[Page], None]] = {
    **{name: PLACES[name] for name in NAMES},
    "warning": _asked_if_still_there,
    "two interruptions": _two_at_once,
}
IN_THE_DARK = ["start", "part 1", "part with an error", next(iter(STOPS)), "results", "warning"]


@pytest.mark.parametrize("name", DEEDS)
def test_axe(open_page: OpenPage, name: str) -> None:
    """Both ways round, and what is folded unfolded; some pages also in dark colours."""
    page = open_page("about:blank", **PORTRAIT)
    DEEDS[name](page)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    load_axe(page)
    assert violations(page, KIOSK_RULES) == []
    page.set_viewport_size(LANDSCAPE)  # type: ignore[arg-type]
    page.evaluate("scrollTo(0, 0)")
    assert violations(page, KIOSK_RULES) == []
    if name in IN_THE_DARK:
        page.emulate_media(color_scheme="dark")
        assert violations(page, KIOSK_RULES) == []


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
