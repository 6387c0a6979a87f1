"""What must hold on every page in every state. Each state is fetched once, for all checks."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.checkers import COLOUR_RULES, load_axe, violations
from tests.browser.states import STATES, State, look, show
from tests.web.page_lint import DRUG_NAMES

pytestmark = pytest.mark.browser

NAMES = Path(__file__).parent / "names.json"
CONTROLS = ("link", "button", "radio", "checkbox", "DisclosureTriangle")
BIG_TEXT = "html{font-size:200%!important}"
SPACING = (
    "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
    "p{margin-block-end:2em!important}"
)


@pytest.fixture(scope="module", params=STATES, ids=str)
def state(request: pytest.FixtureRequest, stage: Page) -> State:
    """A state that the shared window is in."""
    show(stage, request.param)
    return request.param


@pytest.fixture
def page(stage: Page, state: State) -> Page:
    """The window, as it was when the state was reached, whatever an earlier check did to it."""
    stage.set_viewport_size({"width": 390, "height": 800})
    stage.emulate_media(color_scheme="light")
    restyle(stage, "")
    return stage


def restyle(page: Page, css: str) -> None:
    """Put a reader's own styles over those of the page."""
    page.evaluate(
        """css => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(css);
            document.adoptedStyleSheets = [sheet];
        }""",
        css,
    )


def test_neither_title_nor_address_tells(page: Page) -> None:
    assert not DRUG_NAMES.search(page.title())
    assert not DRUG_NAMES.search(page.url) or "/learn/" in page.url


def control_names(page: Page) -> tuple[list[str], list[str]]:
    """Role and name of every control as the browser tells screen readers: around <main>, in it."""
    tree = page.context.new_cdp_session(page)
    nodes = {node["nodeId"]: node for node in tree.send("Accessibility.getFullAXTree")["nodes"]}
    around: list[str] = []
    within: list[str] = []

    def walk(node: dict[str, Any], names: list[str]) -> None:
        role = node.get("role", {}).get("value")
        if role in CONTROLS and not node["ignored"]:
            names.append(f"{role}: {node['name']['value']}")
        for child in node.get("childIds", ()):
            walk(nodes[child], within if role == "main" else names)

    walk(next(iter(nodes.values())), around)
    tree.detach()
    return around, within


def test_names_of_controls(page: Page, state: State) -> None:
    """They change only on purpose: `UPDATE=1 pytest tests/browser -k names` writes them anew."""
    around, within = control_names(page)
    found = {state.name: within, "every page": around}
    known = json.loads(NAMES.read_text(encoding="utf-8"))
    if "UPDATE" in os.environ:
        known |= found
        NAMES.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == {name: known[name] for name in found}
    assert not [name for names in found.values() for name in names if name.endswith(": ")]


def test_names_are_kept_for_these_states_only() -> None:
    known = json.loads(NAMES.read_text(encoding="utf-8"))
    assert set(known) == {"every page", *(state.name for state in STATES)}


def test_targets_are_large(page: Page) -> None:
    found = []
    for width in (320, 1080):
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{width}: {target}" for target in look(page, "small")]
    assert not found, "\n".join(found)


def test_nothing_is_cut_off(page: Page) -> None:
    found = []
    for what, width, height, css in (
        ("400 % zoom", 320, 256, ""),
        ("200 % text", 390, 800, BIG_TEXT),
        ("200 % text", 640, 800, BIG_TEXT),
        ("wide spacing", 320, 800, SPACING),
        ("wide spacing", 1080, 800, SPACING),
    ):
        page.set_viewport_size({"width": width, "height": height})
        restyle(page, css)
        if look(page, "slides"):
            found.append(f"{what} at {width}: the page slides sideways")
        found += [f"{what} at {width}: {text}" for text in look(page, "cut")]
    assert not found, "\n".join(found)


def test_axe_finds_nothing(page: Page) -> None:
    """Narrow and wide; in dark colours only wide, where everything is shown that can be."""
    load_axe(page)
    page.set_viewport_size({"width": 320, "height": 800})
    found = [f"320 light {line}" for line in violations(page)]
    page.set_viewport_size({"width": 1280, "height": 800})
    found += [f"1280 light {line}" for line in violations(page)]
    page.emulate_media(color_scheme="dark")
    found += [f"1280 dark {line}" for line in violations(page, COLOUR_RULES)]
    assert not found, "\n".join(found)
