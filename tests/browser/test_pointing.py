"""What a phrase points to is seen where the phrase is: on the screen, and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pytest
from flask import Flask
from playwright.sync_api import Page

from screener.content.models.base import Voice
from tests.answers import CASES, body, stop_pages
from tests.browser.states import FORM, State, show
from tests.page_paths import page_paths
from tests.pointing import css_path, main_of, pointings

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SEEN = """paths => paths.some(path => {
  const it = document.querySelector(path);
  return it.checkVisibility({visibilityProperty: true}) && it.getClientRects().length > 0;
})"""
UNFOLD = """path => {
  for (let it = document.querySelector(path); it; it = it.parentElement)
    if (it.localName === "details") it.open = true;
    else if (it.className.startsWith?.("row")) it.querySelector("input").checked = true;
}"""
FULL = "() => { const it = document.getElementById('full'); if (it) it.checked = true; }"
OTHER_EDITION = re.compile(r"/(?:\w\w|kiosk)(?:/|$)")


@dataclass(frozen=True)
class Found:
    """A phrase on a page: where it stands, and where all that it may point to does."""

    phrase: str
    block: str
    targets: list[str]


def kinds(app: Flask) -> Iterator[tuple[State, list[Found]]]:
    """Pages with something that points: each row of the table once on each kind of page."""
    client = app.test_client()
    states = [State(path, path) for path in page_paths(app) if not OTHER_EDITION.match(path)]
    bodies = [body(case.answers, case.voice) for case in CASES[::4]]
    bodies += [sent for voice in Voice for _, sent in stop_pages(voice)]
    states += [State("results", "/results", sent) for sent in bodies]
    done: set[tuple[str, str | None]] = set()
    for state in states:
        method = "POST" if state.body else "GET"
        html = client.open(state.path, method=method, data=state.body, headers=FORM).get_data(True)
        main = main_of(html)
        found = list(pointings(main)) if main else []
        kind = "stop" if "data-stop" in html else state.path.split("/")[1]
        if not {(kind, it.row) for it in found} <= done:
            done |= {(kind, it.row) for it in found}
            yield (
                state,
                [
                    Found(
                        f"{it.phrase} in: {it.block.get_text()}",
                        css_path(it.block),
                        [css_path(target) for target in it.targets],
                    )
                    for it in found
                ],
            )


def check(page: Page, medium: Literal["screen", "print"], found: list[Found]) -> set[str]:
    """Fail for a phrase that is seen while nothing is that it points to; the phrases seen."""
    page.emulate_media(media=medium)
    seen = [it for it in found if page.evaluate(SEEN, [it.block])]
    for it in seen:
        assert page.evaluate(SEEN, it.targets), f"{page.url} ({medium}): {it.phrase}"
    return {it.phrase for it in seen}


def test_what_is_pointed_to_is_seen(app: Flask, stage: Page) -> None:
    """On the screen as the page comes, then with all open that the phrase is in; on paper too,
    and there with the full reading as well."""
    looked_at = 0
    for state, found in kinds(app):
        show(stage, state)
        seen = check(stage, "screen", found) | check(stage, "print", found)
        stage.evaluate(FULL)
        seen |= check(stage, "print", found)
        for it in found:
            stage.evaluate(UNFOLD, it.block)
        seen |= check(stage, "screen", found) | check(stage, "print", found)
        assert seen == {it.phrase for it in found}
        looked_at += 1
    assert looked_at > 10
