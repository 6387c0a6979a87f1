"""axe and the Nu HTML checker, as the tests of the website and of the touch screen run them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browsing import NODE_MODULES
from tests.needs import need

AXE = NODE_MODULES / "axe-core/axe.min.js"
VNU = NODE_MODULES / "vnu-jar/build/dist/vnu.jar"
RULES: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
COLOUR_RULES = RULES | {
    "runOnly": ["color-contrast", "color-contrast-enhanced", "link-in-text-block"]
}
"""All that the other colour scheme can get wrong."""


def load_axe(page: Page) -> None:
    """Put axe into a page, for `violations`."""
    need(AXE.exists(), "axe-core (npm ci in tests/browser)")
    page.evaluate(AXE.read_text(encoding="utf-8"))


def violations(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """What axe finds in a page as it stands."""
    found = page.evaluate("rules => axe.run(rules)", rules)["violations"]
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]


def html_errors(folder: Path) -> list[str]:
    """The errors that the Nu HTML checker finds in the files of a folder."""
    java = shutil.which("java")
    need(java, "Java")
    need(VNU.exists(), "vnu-jar (npm ci in tests/browser)")
    command = [str(java), "-jar", str(VNU), "--errors-only", "--format", "json", str(folder)]
    checked = subprocess.run(command, stderr=subprocess.PIPE, check=False)
    return [
        f"{Path(error['url']).stem}:{error['lastLine']}: {error['message']}: {error['extract']}"
        for error in json.loads(checked.stderr)["messages"]
    ]
