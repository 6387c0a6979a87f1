"""What a visit leaves in the files of a browser's profile that is kept.

How an answer is told from the bundle, which holds the id of every choice and may be in the
browser's cache: a form sends `question=choice`; Firefox saves the state of a form by the ids of
its fields; a page of results joins clauses into a sentence that is nowhere else; and outside the
cache (in session files, in the history) the id of a choice or a question must not be at all.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest

from tests.answers import visitor
from tests.needs import need
from tests.privacy.files import found
from tests.privacy.leaks.conftest import Site
from tests.privacy.leaks.engines import ENGINES, PATIENCE, NotThere
from tests.privacy.leaks.visit import Visit
from tests.running import wait_until
from tests.shipped import SHIPPED

pytestmark = [pytest.mark.slow, pytest.mark.browser]

CACHES = {"Cache", "Code Cache", "cache2", "GPUCache", "startupCache", "CACHE"}
"""Folders of the browsers' caches."""

VISITOR = visitor("V2")
BECAUSE = "document.querySelector('#why p')?.textContent"
SHORT = 6
"""A word of so few letters may be anything."""

KEEPS = {("chromium", "off")}
"""Browsers that keep the body of a form, and so every answer, in their session files."""

HISTORIES = {
    "History": "select url, title from urls",
    "places.sqlite": "select url, title from moz_places",
}
ROWS = list(product(ENGINES, ("on", "off"), ("finished", "left open")))
RUN = ROWS if "FULL_MATRIX" in os.environ else [row for row in ROWS if ROWS.index(row) % 3 != 1]


def sentence(visit: Visit) -> str:
    """The sentence of the results that was made of this visit's answers."""
    made = str(visit.engine.evaluate(BECAUSE)).rstrip(".")
    assert " and " in made, made
    return made


def titles(profile: Path, origin: str) -> Iterator[tuple[str, str]]:
    """Address and title of everything of a site that the browser's history holds."""
    for name, query in HISTORIES.items():
        for path in profile.rglob(name):
            with closing(sqlite3.connect(path)) as history:
                yield from (row for row in history.execute(query) if row[0].startswith(origin))


@pytest.mark.flaky(reruns=1, only_rerun=["WebDriverException", "waited", "Read timed out"])
@pytest.mark.parametrize(("name", "script", "end"), RUN)
def test_a_kept_profile(name: str, script: str, end: str, site: Site, tmp_path: Path) -> None:
    try:
        engine = ENGINES[name](script == "on", tmp_path)
    except NotThere as missing:
        need(None, str(missing))
    front = site.fronts["http"]
    picks = [(question, choice) for question, ids in VISITOR.answers.items() for choice in ids]
    visit = Visit(engine, front, site.elsewhere, "503", picks)
    try:
        visit.begin()
        own = found(tmp_path, ids_of(picks), outside_caches)  # words that the browser itself uses
        visit.settle()
        if script == "on":
            visit.fail()
        visit.to_results(pages=6)
        made = sentence(visit)
        if end == "finished":
            visit.finish()
        if (name, script) == ("firefox", "on"):
            wait_for_session(tmp_path, front.url)
    finally:
        engine.quit()
        front.recover()
    answers = {f"{question}={choice}" for question, choice in visit.picked}
    fields = {f'"a-{question}-{choice}"' for question, choice in visit.picked}
    left = found(tmp_path, answers | fields | {made})
    ids = ids_of(visit.picked) - own
    assert len(ids) > 4
    left |= found(tmp_path, ids, outside_caches)
    history = list(titles(tmp_path, front.url))
    assert {title for _, title in history if title} <= {SHIPPED.about.title}
    # Firefox without scripts, as driven here, writes no session file; its history is there.
    kept = outside_caches if (name, script) == ("firefox", "off") else in_session
    if name != "webkit":  # its driver has it keep nothing
        assert history
        assert found(tmp_path, [host_of(front.url)], kept), "nothing was kept"
    if (name, script) in KEEPS:
        assert left & answers, "it keeps nothing any more: say so"
    else:
        assert left == set()


def wait_for_session(profile: Path, url: str) -> None:
    """Wait until the browser has written the visit into its session file: when it quits it
    does not always."""
    wait_until(lambda: bool(found(profile, [host_of(url)], in_session)), PATIENCE)


def host_of(url: str) -> str:
    return url.removeprefix("http://")


def ids_of(pairs: Iterable[tuple[str, str]]) -> set[str]:
    """The ids of questions and choices, but for short ones."""
    return {id for pair in pairs for id in pair if len(id) > SHORT}


def outside_caches(path: Path) -> bool:
    return not CACHES.intersection(path.parts)


def in_session(path: Path) -> bool:
    return "session" in str(path).lower()
