"""What points to another place of a page finds it there (tests/pointing.py)."""

from __future__ import annotations

from itertools import cycle

import pytest
from flask import Flask

from screener.content.models.base import Voice
from tests.answers import CASES, body, stop_pages
from tests.page_paths import page_paths
from tests.pointing import main_of, pointings

pytestmark = pytest.mark.slow

FORM = "application/x-www-form-urlencoded"


def misses(html: str) -> list[str]:
    """The phrases of a page that lead nowhere, or into a fold."""
    main = main_of(html)
    found = pointings(main) if main else ()
    return [it.fault for it in found if it.fault]


def test_on_every_page_that_is_the_same_for_everybody(app: Flask) -> None:
    """In every country, on the web and on a touch screen, topics included."""
    client = app.test_client()
    wrong = {path: misses(client.get(path).get_data(as_text=True)) for path in page_paths(app)}
    assert not [f"{path}: {it}" for path, found in wrong.items() for it in found]


def test_on_results_and_stops(app: Flask) -> None:
    """Of every case and of every plan that stops, in one country after the other."""
    client = app.test_client()
    bodies = [body(case.answers, case.voice) for case in CASES]
    bodies += [sent for voice in Voice for _, sent in stop_pages(voice)]
    prefixes = [edition.prefix for edition in app.extensions["editions"].values()]
    wrong: dict[str, str] = {}
    for sent, prefix in zip(bodies, cycle(prefixes), strict=False):
        html = client.post(f"{prefix}/results", data=sent, content_type=FORM).get_data(as_text=True)
        wrong |= dict.fromkeys(misses(html), f"{prefix}/results {sent}")
    assert not wrong


class TestTheTable:
    """What counts as a miss."""

    def page(self, words: str) -> str:
        return f"<main>{words}</main>"

    @pytest.mark.parametrize(
        "words",
        [
            "<p>Use the words below.</p>",
            "<blockquote>Hello</blockquote><p>Use the words below.</p>",
            "<p>Use the words below.</p><details><summary>More</summary><blockquote>Hello"
            "</blockquote></details>",
            '<p class="do"><span>Use the words below.</span></p><blockquote>Hello</blockquote>',
            '<div class="facts"><p>Use the words below.</p></div><blockquote>Hello</blockquote>',
        ],
    )
    def test_missed(self, words: str) -> None:
        assert misses(self.page(words))

    @pytest.mark.parametrize(
        "words",
        [
            "<p>Use the words below.</p><blockquote>Hello</blockquote>",
            "<details><summary>More</summary><p>Use the words below.</p><blockquote>Hello"
            "</blockquote></details>",
            "<p>It hurts, above all at night. It sat next to you.</p>",
        ],
    )
    def test_found(self, words: str) -> None:
        assert not misses(self.page(words))

    def test_a_phrase_in_no_table(self) -> None:
        (fault,) = misses(self.page("<p>Look at the picture below.</p>"))
        assert "say to what in tests/pointing.py" in fault
