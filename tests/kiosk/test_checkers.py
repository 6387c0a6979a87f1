"""axe and the Nu checker find nothing on the touch screen's pages and dialog."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from ..browser.test_axe import AXE, OPTIONS
from ..browser.test_html import VNU
from ..browsing import OpenPage, need, pick, press

pytestmark = pytest.mark.browser

# The refresh is the no-script way to clear a shared screen; what WCAG 2.2.1 asks for with
# it (ten times the time, chosen before) is on the start page.
RULES = {**OPTIONS, "rules": {**OPTIONS["rules"], "meta-refresh": {"enabled": False}}}
PAGES = ["", "help", "learn", "learn/do-not-stop-suddenly", "paper", "about", "privacy", "cleared"]


def _part(page: Page) -> None:
    press(page, "Start")


def _stop(page: Page) -> None:
    press(page, "Start")
    pick(page, took_too_much="yes-unwell")
    press(page, "Next")


def _results(page: Page) -> None:
    press(page, "Start")
    pick(page, seizure="usual-seizure")
    press(page, "My results now")


def _asked_if_still_there(page: Page) -> None:
    press(page, "Start")
    page.evaluate("document.getElementById('idle').showModal()")


DEEDS: list[Callable[[Page], None]] = [_part, _stop, _results, _asked_if_still_there]


def _violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[Any] = page.evaluate("rules => axe.run(rules)", RULES)["violations"]  # type: ignore[index]
    return [f"{each['id']}: {node['target']}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("view", [(1080, 1920), (1920, 1080)], ids=["portrait", "landscape"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_on_pages(open_page: OpenPage, path: str, view: tuple[int, int]) -> None:
    need(AXE.exists(), "axe-core (npm ci in tests/browser)")
    assert _violations(open_page(f"/kiosk/{path}", *view)) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__.strip("_"))
def test_axe_on_a_visit(
    open_page: OpenPage,
    deed: Callable[[Page], None],
    scheme: str,
) -> None:
    need(AXE.exists(), "axe-core (npm ci in tests/browser)")
    page = open_page("/kiosk/", 1080, 1920, color_scheme=scheme)
    deed(page)
    assert _violations(page) == []


def test_nu_finds_no_error(open_page: OpenPage, tmp_path: Path) -> None:
    java = shutil.which("java")
    need(java, "Java")
    need(VNU.exists(), "vnu-jar (npm ci in tests/browser)")
    page = open_page("/kiosk/")
    for number, path in enumerate([*PAGES, "check", "check/someone"]):
        html = page.request.get(f"/kiosk/{path}").text()
        (tmp_path / f"{number}.html").write_text(html, encoding="utf-8")
    command = [str(java), "-jar", str(VNU), "--errors-only", "--format", "json", str(tmp_path)]
    found = json.loads(subprocess.run(command, stderr=subprocess.PIPE, check=False).stderr)
    assert {error["message"] for error in found["messages"]} == set()
