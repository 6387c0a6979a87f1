"""axe finds nothing on any page, light or dark, narrow or wide."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.states import STATES, State, show
from tests.browsing import NODE_MODULES
from tests.needs import need

pytestmark = pytest.mark.browser

AXE = NODE_MODULES / "axe-core/axe.min.js"
OPTIONS: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
DARK = {"runOnly": ["color-contrast", "color-contrast-enhanced", "link-in-text-block"]}
"""All that a dark page can get wrong which the same page in light did not."""


@pytest.mark.parametrize("state", STATES, ids=str)
def test_no_violation(stage: Page, state: State) -> None:
    need(AXE.exists(), "axe-core (npm ci in tests/browser)")
    show(stage, state)
    stage.evaluate(AXE.read_text(encoding="utf-8"))
    found = []
    for width in (320, 1280):
        stage.set_viewport_size({"width": width, "height": 800})
        for scheme, options in (("light", OPTIONS), ("dark", OPTIONS | DARK)):
            stage.emulate_media(color_scheme=scheme)
            result = stage.evaluate("options => axe.run(options)", options)
            found += [f"{width} {scheme} {line}" for line in _lines(result["violations"])]
    assert not found, "\n".join(found)


def _lines(violations: list[Any]) -> list[str]:
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]
