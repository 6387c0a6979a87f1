"""Equal Access, HTML_CodeSniffer and Alfa find no fault on any kind of page of the touch screen.

axe, the fourth engine, looks at the same pages in test_places.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.engines import (
    EVERYWHERE,
    Exemption,
    Finding,
    running_engines,
    unexplained,
    unused,
)
from tests.kiosk.walking import LANDSCAPE, PLACES, PORTRAIT
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EXEMPTIONS = (
    *EVERYWHERE,
    *(
        Exemption(
            engine,
            rule,
            r'^<meta .*content="8; url=/kiosk/"',
            "The page that says the screen is cleared goes back to the start after eight seconds, "
            "for the next person. Nothing is asked there and nothing can be lost.",
        )
        for engine, rule in (
            ("Alfa", "sia-r9"),
            ("Alfa", "sia-r96"),
            ("Equal Access", "element_attribute_deprecated"),
        )
    ),
    Exemption(
        "Equal Access",
        "label_content_exists",
        r'^<label class="tool"',
        "The words of the text sizes are for screen readers alone (`vh`), and the engine takes "
        "them for hidden.",
    ),
    Exemption(
        "Equal Access",
        "fieldset_legend_valid",
        r'^<fieldset(>| class="sizes")',
        "The legend is there for screen readers alone (`vh`), and the engine takes it for hidden.",
    ),
)

Look = Callable[[str], list[Finding]]


@pytest.fixture(scope="module")
def screen(chromium: Browser, server: Server) -> Iterator[Page]:
    context = chromium.new_context(base_url=server.url, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def findings(screen: Page) -> Iterator[Look]:
    """What the engines find at a place, all unfolded. Each is walked to once, one way round or
    the other in turn."""
    known: dict[str, list[Finding]] = {}
    with running_engines() as engines:

        def look(place: str) -> list[Finding]:
            if place not in known:
                turned = [PORTRAIT, LANDSCAPE][list(PLACES).index(place) % 2]
                screen.set_viewport_size(turned)  # type: ignore[arg-type]
                PLACES[place](screen)
                screen.evaluate(
                    "for (const it of document.querySelectorAll('details')) it.open = 1"
                )
                # What is half under the dock would count as too small.
                screen.evaluate("document.querySelector('.dock').style.position = 'static'")
                known[place] = engines.findings(screen)
            return known[place]

        yield look


@pytest.mark.parametrize("place", PLACES)
def test_no_engine_finds_a_fault(findings: Look, place: str) -> None:
    found = unexplained(findings(place), EXEMPTIONS)
    assert not found, "\n".join(found)


def test_every_exemption_is_still_needed(findings: Look) -> None:
    found = [each for place in PLACES for each in findings(place)]
    assert not unused(found, EXEMPTIONS)
