"""Lighthouse gives 100 for accessibility and for best practices to the four kinds of page of a
visit. Each is loaded as a visitor comes to it, the last two by POST."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.states import BY_NAME, show
from tests.browsing import CHROMIUM, FLAGS, NODE_MODULES
from tests.needs import need, need_program
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCRIPT = Path(__file__).with_name("lighthouse.mjs")
NAMES = ("home", "question", "stop", "results today")


@pytest.fixture(scope="module")
def reports(server: Server) -> dict[str, Any]:
    """By the name of the state; all in one run of Lighthouse."""
    need_program("node")
    need(CHROMIUM, "Chromium")
    need((NODE_MODULES / "lighthouse").exists(), "lighthouse (npm ci in tests/browser)")
    pages = [{"name": it.name, "path": it.path, "body": it.body} for it in map(BY_NAME.get, NAMES)]
    asked = {"chromium": CHROMIUM, "flags": FLAGS, "url": server.url, "pages": pages}
    run = subprocess.run(
        ["node", str(SCRIPT)], input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize("category", ["accessibility", "best-practices"])
@pytest.mark.parametrize("name", NAMES)
def test_lighthouse_gives_100(reports: dict[str, Any], name: str, category: str) -> None:
    report = reports[name]
    assert not report["problems"]
    assert report[category]["failed"] == []
    assert report[category]["score"] == 1
    assert report[category]["audits"] > 10


def test_each_page_is_the_one_that_was_meant(reports: dict[str, Any], stage: Page) -> None:
    for name in NAMES:
        show(stage, BY_NAME[name])
        assert reports[name]["heading"] == stage.locator("h1").inner_text()
