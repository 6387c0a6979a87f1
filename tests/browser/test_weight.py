"""The pages are light on the wire, and nothing jumps while they load."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from screener.resources import folder
from tests.browser.states import BY_NAME, CONTENT, show
from tests.browser.test_print import TEN_CARDS
from tests.browsing import OpenPage, pick, press

pytestmark = pytest.mark.browser

SHIFTS = """() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => {
        for (const shift of list.getEntries()) if (!shift.hadRecentInput) sum += shift.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(sum), 300);
})"""


@dataclass
class Wire:
    """What came over the wire since it was tapped: headers and bodies as sent, compressed."""

    addresses: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    @classmethod
    def tapped(cls, page: Page) -> Wire:
        wire = cls()

        def sent(event: dict[str, Any]) -> None:
            wire.addresses[event["requestId"]] = event["request"]["url"]

        def arrived(event: dict[str, Any]) -> None:
            if "favicon" not in wire.addresses[event["requestId"]]:
                wire.sizes[event["requestId"]] = int(event["encodedDataLength"])

        network = page.context.new_cdp_session(page)
        network.on("Network.requestWillBeSent", sent)
        network.on("Network.loadingFinished", arrived)
        network.send("Network.enable")
        return wire

    @property
    def bytes(self) -> int:
        return sum(self.sizes.values())


def test_the_first_section(open_page: OpenPage) -> None:
    page = open_page("about:blank")
    wire = Wire.tapped(page)
    page.goto("/check", wait_until="networkidle")
    assert len(wire.sizes) <= 3
    assert wire.bytes <= 15_000


def test_the_whole_journey(open_page: OpenPage) -> None:
    page = open_page("about:blank")
    wire = Wire.tapped(page)
    page.goto("/")
    press(page, CONTENT.about.me)
    for section in CONTENT.sections:
        here = {question.id for question in section.questions}
        pick(page, **{q.replace("-", "_"): c for q, c in TEN_CARDS.items() if q in here})
        if section is not CONTENT.sections[-1]:
            press(page, "Next")
    press(page, "See what may help")
    expect(page.locator("h1")).to_have_text(CONTENT.results.title.me)
    page.wait_for_load_state("networkidle")
    assert wire.bytes <= 60_000


@pytest.mark.parametrize(
    ("name", "zipped", "most"), [("app.css", True, 6 * 1024), ("app.js", False, 8 * 1024)]
)
def test_files(name: str, zipped: bool, most: int) -> None:
    body = Path(folder("static") / name).read_bytes()
    assert len(gzip.compress(body) if zipped else body) <= most


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["home", "check me", "results typical"])
def test_nothing_jumps(stage: Page, name: str, width: int) -> None:
    show(stage, BY_NAME[name], width=width)
    assert stage.evaluate(SHIFTS) == 0
