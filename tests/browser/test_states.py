"""What must hold on every page in every state. Each state is fetched once, for all checks."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Page

from tests.browser.checkers import COLOUR_RULES, load_axe, violations
from tests.browser.states import BY_NAME, EVERY_KIND, STATES, State, look, show
from tests.web.page_lint import DRUG_NAMES

pytestmark = pytest.mark.browser

CONTROLS = ("link", "button", "radio", "checkbox", "DisclosureTriangle")
Scheme = Literal["light", "dark"]
LOOKS: list[tuple[int, Scheme]] = [
    (320, "light"),
    (1280, "dark"),
    (390, "dark"),
    (1280, "light"),
    (320, "dark"),
]
"""Widths and colour schemes; five is no divisor of how many states of a kind stand together."""

BIG_TEXT = "html{font-size:200%!important}"
SPACING = (
    "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
    "p{margin-block-end:2em!important}"
)


OTHERS = [pytest.param(it, marks=pytest.mark.slow) for it in STATES if it not in EVERY_KIND]


@pytest.fixture(scope="module", params=[*EVERY_KIND, *OTHERS], ids=str)
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


def test_every_control_has_a_name(page: Page) -> None:
    """As the browser tells screen readers."""
    tree = page.context.new_cdp_session(page)
    nodes = tree.send("Accessibility.getFullAXTree")["nodes"]
    tree.detach()
    controls = [n for n in nodes if n.get("role", {}).get("value") in CONTROLS and not n["ignored"]]
    assert len(controls) > 5
    assert [node for node in controls if not node["name"]["value"].strip()] == []


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


def test_axe_finds_nothing(page: Page, state: State) -> None:
    """In one width and colour scheme for each state, in turn; the next kind of page has others."""
    width, scheme = LOOKS[STATES.index(state) % len(LOOKS)]
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    load_axe(page)
    found = violations(page)
    assert not found, f"{width} {scheme}: " + "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_contrast_in_both_schemes(stage: Page, scheme: Scheme) -> None:
    """On the pages that together show every kind of part."""
    found = []
    for name in ("question flags", "question error", "stop several", "results unfolded"):
        show(stage, BY_NAME[name], width=1280)
        restyle(stage, "")
        stage.emulate_media(color_scheme=scheme)
        load_axe(stage)
        found += [f"{name}: {line}" for line in violations(stage, COLOUR_RULES)]
    assert not found, "\n".join(found)
