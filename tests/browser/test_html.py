"""The Nu HTML checker finds no error in any page."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.states import STATES
from tests.browsing import NODE_MODULES
from tests.needs import need

pytestmark = pytest.mark.browser

VNU = NODE_MODULES / "vnu-jar/build/dist/vnu.jar"


def test_no_page_has_an_error(stage: Page, tmp_path: Path) -> None:
    java = shutil.which("java")
    need(java, "Java")
    need(VNU.exists(), "vnu-jar (npm ci in tests/browser)")
    for state in STATES:
        (tmp_path / f"{state}.html").write_text(state.html(stage.request), encoding="utf-8")
    command = [str(java), "-jar", str(VNU), "--errors-only", "--format", "json", str(tmp_path)]
    found = json.loads(subprocess.run(command, stderr=subprocess.PIPE, check=False).stderr)
    lines = [
        f"{Path(error['url']).stem}:{error['lastLine']}: {error['message']}: {error['extract']}"
        for error in found["messages"]
    ]
    assert not lines, "\n".join(lines)
