"""The pages are light on the wire, and nothing jumps while they load."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from screener.resources import folder
from tests.answers import calm_case
from tests.browser.states import BY_NAME, show
from tests.browsing import OpenPage, at, pick, press
from tests.shipped import SHIPPED

pytestmark = [pytest.mark.browser, pytest.mark.slow]

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
    def by_name(self) -> dict[str, int]:
        """The file's name, without what names its content -> its size."""
        names = {id: PurePosixPath(urlsplit(url).path).name for id, url in self.addresses.items()}
        return {
            re.sub(r"\.[0-9a-f]{8,}\.", ".", names[id]): size for id, size in self.sizes.items()
        }


def test_the_first_question(open_page: OpenPage) -> None:
    page = open_page("about:blank")
    wire = Wire.tapped(page)
    page.goto("/check", wait_until="networkidle")
    to_use = {"check", "app.css", "app.js"}
    afterwards = {"paper.css", "engine.js", "pages.js", "chart.js", "papers.js"}
    afterwards.add("visit.json")  # not before it can be used
    assert wire.by_name.keys() == to_use | afterwards
    assert sum(size for name, size in wire.by_name.items() if name in to_use) <= 14_000


def test_the_whole_journey(open_page: OpenPage) -> None:
    """Home, the first question and the bundle; then nothing."""
    case = calm_case()
    page = open_page("about:blank")
    wire = Wire.tapped(page)
    page.goto("/")
    with page.expect_request_finished(lambda request: "/visit." in request.url):
        press(page, SHIPPED.about.me)
    requested = dict(wire.addresses)
    while at(page) != "results":
        pick(page, at(page), *case.answers.get(at(page), ()))
        press(page, "Next")
    page.wait_for_load_state("networkidle")
    assert wire.addresses == requested
    assert sum(wire.sizes.values()) <= 111_000


@pytest.mark.parametrize(("name", "most"), [("app.css", 7 * 1024), ("app.js", 8 * 1024)])
def test_files(name: str, most: int) -> None:
    assert len(gzip.compress(Path(folder("static") / name).read_bytes())) <= most


@pytest.mark.parametrize(
    ("name", "width"), [("home", 390), ("question", 1280), ("results today", 390)]
)
def test_nothing_jumps(stage: Page, name: str, width: int) -> None:
    show(stage, BY_NAME[name], width=width)
    assert stage.evaluate(SHIFTS) == 0
