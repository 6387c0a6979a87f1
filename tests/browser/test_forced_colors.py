"""With the reader's own colours (forced colours), one sees what has the focus, compared by pixels.

The measure is that of WCAG 2.2, 2.4.13 Focus Appearance: at least as many pixels as a line two
pixels thick round the control has change by a contrast of at least 3 to 1.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.answers import FIRST
from tests.browser.states import EVERY_KIND, State, show
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MARGIN = 12
"""CSS pixels round a control that its ring may take."""

NEXT_STOP = """() => {
    const it = document.activeElement;
    if (!it || it === document.body) return null;
    const label = it.labels && it.labels[0];
    const shown = label ? label : it;
    shown.scrollIntoView({ block: "center", behavior: "instant" });
    const box = shown.getBoundingClientRect();
    const lines = [...shown.getClientRects()];
    const kind = (e) => [e.localName, e.type || "", ...e.classList].join(".");
    const kinds = [kind(it), it.checked === true, kind(shown), kind(it.parentElement)];
    return {
        first: !it.dataset.seen && (it.dataset.seen = "yes"),
        kind: kinds.join(" "),
        words: shown.innerText.trim().slice(0, 60),
        box: { x: box.x, y: box.y, width: box.width, height: box.height },
        least: lines.reduce((sum, line) => sum + 4 * (line.width + line.height) - 16, 0),
    };
}"""
"""What has the focus and how many pixels a line two pixels thick round it has."""

CHANGED = """async (pictures) => {
    const [before, after] = await Promise.all(pictures.map(async (base64) => {
        const image = new Image();
        image.src = `data:image/png;base64,${base64}`;
        await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height);
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        return context.getImageData(0, 0, image.width, image.height).data;
    }));
    const linear = (value) =>
        value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    const light = (data, at) => 0.2126 * linear(data[at]) + 0.7152 * linear(data[at + 1])
        + 0.0722 * linear(data[at + 2]);
    let changed = 0;
    for (let at = 0; at < before.length; at += 4) {
        const [low, high] = [light(before, at), light(after, at)].sort((a, b) => a - b);
        if ((high + 0.05) / (low + 0.05) >= 3) changed += 1;
    }
    return changed;
}"""
"""How many pixels of two pictures differ by a contrast of 3 to 1 (relative luminance)."""


class Eye:
    """Presses Tab through pages and counts the pixels that the focus changes."""

    def __init__(self, page: Page, counter: Page) -> None:
        self._page = page
        self._counter = counter
        self._seen: set[str] = set()

    def faint(self) -> list[str]:
        """Controls of the page as it stands whose focus is not seen well enough; each kind of
        control, picked and not picked, is looked at once."""
        found = []
        for _ in range(200):
            self._page.keyboard.press("Tab")
            stop = self._page.evaluate(NEXT_STOP)
            if not stop or not stop["first"]:
                return found
            if stop["kind"] not in self._seen:
                self._seen.add(stop["kind"])
                changed = self._changed(stop["box"])
                if changed < stop["least"]:
                    least = round(stop["least"])
                    found.append(f"{stop['words']!r} ({stop['kind']}): {changed} of {least}")
        raise AssertionError("Tab never comes round")

    def _changed(self, box: dict[str, float]) -> int:
        focused = self._picture(box)
        self._page.evaluate("document.activeElement.blur()")
        return int(self._counter.evaluate(CHANGED, [self._picture(box), focused]))

    def _picture(self, box: dict[str, float]) -> str:
        left, top = max(0, box["x"] - MARGIN), max(0, box["y"] - MARGIN)
        clip: Any = {
            "x": left,
            "y": top,
            "width": box["x"] + box["width"] + MARGIN - left,
            "height": box["y"] + box["height"] + MARGIN - top,
        }
        return base64.b64encode(self._page.screenshot(clip=clip)).decode()

    @property
    def kinds(self) -> set[str]:
        """The kinds of control that were looked at."""
        return self._seen


@pytest.fixture(scope="module")
def eye(chromium: Browser, server: Server) -> Iterator[tuple[Page, Eye]]:
    context = chromium.new_context(base_url=server.url, reduced_motion="reduce")
    page = context.new_page()
    yield page, Eye(page, context.new_page())
    context.close()


@pytest.mark.parametrize("state", EVERY_KIND, ids=str)
def test_focus_is_seen_in_forced_colors(eye: tuple[Page, Eye], state: State) -> None:
    page, looking = eye
    show(page, state)
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    faint = looking.faint()
    assert not faint, "\n".join(faint)


def test_a_ring_that_is_not_there_is_missed(eye: tuple[Page, Eye]) -> None:
    """The measure fails on a page whose focus changes nothing."""
    page, _ = eye
    page.goto("/check")
    page.emulate_media(forced_colors="active")
    page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync("*:focus, :focus + label {outline: 0 !important}");
            document.adoptedStyleSheets = [sheet];
        }"""
    )
    page.locator(f"[name='{FIRST}']").first.focus()
    looking = Eye(page, page.context.new_page())
    assert len(looking.faint()) > 3
