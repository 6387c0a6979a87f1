"""The benchmark measures what it says: its bodies, its pages and its table. Never its figures."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from bench import inprocess, naive, sites, table
from bench.bodies import CARDS, Visit, everything, typical
from bench.inprocess import Request
from bench.needs import NODE_MODULES
from bench.programs import Load
from bench.table import Limit, Row
from screener.content.models.questionnaire import Questionnaire
from screener.engine.matching import red_flags
from tests.paths import ROOT


@pytest.fixture(scope="module")
def content() -> Questionnaire:
    """As the country at the root reads it, which is what the pages show."""
    return naive.content()


@pytest.fixture(scope="module", params=["all answered", "few answered", "everything"])
def visit(request: pytest.FixtureRequest, content: Questionnaire) -> Visit:
    if request.param == "everything":
        return everything(content)
    return typical(content, answer_all=request.param == "all answered")


@pytest.fixture(scope="module")
def newcomer(content: Questionnaire) -> Flask:
    return naive.create_app(content)


def shown(page: bytes) -> tuple[list[str], list[str], list[str]]:
    """The questions, what can be ticked, and the topics of a page."""
    soup = BeautifulSoup(page, "html.parser")
    legends = [" ".join(legend.get_text().split()) for legend in soup.select("legend")]
    values = [f"{box.get('name')}={box.get('value')}" for box in soup.select("fieldset input")]
    return legends, values, [card["id"] for card in soup.select("section.card")]


@pytest.mark.parametrize("answer_all", [True, False])
def test_a_typical_page_has_ten_cards_and_no_flag(
    content: Questionnaire, app: Flask, answer_all: bool
) -> None:
    visit = typical(content, answer_all)
    assert not red_flags(content, visit.picked)
    _, _, cards = shown(Request(app, "/results", visit.results).answer())
    assert len(cards) == CARDS


def test_everything_means_every_question(content: Questionnaire) -> None:
    assert everything(content).picked.keys() == content.questions.keys()


def test_the_naive_pages_show_the_same(visit: Visit, app: Flask, newcomer: Flask) -> None:
    sent = [("/check", None), *(("/check", body) for body in visit.steps)]
    for path, body in [*sent, ("/results", visit.results)]:
        ours, theirs = (Request(each, path, body).answer() for each in (app, newcomer))
        assert shown(ours) == shown(theirs)
        if path == "/check":
            assert naive.words_of(ours) == naive.words_of(theirs)


def test_the_floor_answers_with_the_same_bytes(visit: Visit, app: Flask) -> None:
    request = Request(app, "/results", visit.results)
    (floor,) = inprocess.floor_of([request])
    assert floor.answer() == request.answer()


@pytest.mark.skipif(not NODE_MODULES.is_dir(), reason="npm ci --prefix bench was not run")
def test_every_site_asks_the_same(content: Questionnaire, tmp_path: Path) -> None:
    places = sites.build(content, tmp_path)
    asked = [question.ask.me for question in content.sections[0].questions]
    for name in ("ours", "plain", "govuk"):
        legends, _, _ = shown((places[name] / "index.html").read_bytes())
        assert legends == asked
    survey = (places["surveyjs"] / "survey.js").read_text("utf-8")
    assert all(id in survey for id in (q.id for q in content.sections[0].questions))
    plain = (places["plain"] / "index.html").read_text("utf-8")
    assert not any(word in plain for word in ("<script", "stylesheet", 'rel="icon"'))


def test_what_wrk_sends() -> None:
    script = Load([("/check", None), ("/results", 'a="b"')], "gzip").script()
    assert r'wrk.format("POST", "/results"' in script
    assert r'"a=\"b\""' in script
    assert '["Accept-Encoding"] = "gzip"' in script


ROWS = [
    Row("speed", "fast", [1.0, 2.0, 3.0, 4.0, 90.0], "x", "3 µs", Limit(3), Limit(2)),
    Row("speed", "as fast as", [0.25], "x", goal=Limit(0.2, least=True)),
    Row("speed", "broken", note="no|thing", goal=Limit(1)),
]


def test_a_row_says_what_is_met() -> None:
    assert ROWS[0].cells == ("fast", "3.0 x (3 µs)", "1.5 to 47.0", "≤ 3: met", "≤ 2: NOT MET")
    assert ROWS[1].cells == ("as fast as", "0.25 x", "", "", "≥ 0.2: met")
    assert ROWS[2].cells == ("broken", "NOT MEASURED: no|thing", "", "", "≤ 1: not known")
    assert table.complete(ROWS[:2])
    assert not table.complete(ROWS)


def test_what_cannot_be_measured_is_a_row() -> None:
    def broken() -> list[Row]:
        raise OSError("wrk is missing")

    (row,) = table.measured("wire", broken)
    assert "wrk is missing" in row.cells[1]


def test_the_table_in_the_docs_is_replaced(tmp_path: Path) -> None:
    place = tmp_path / "page.md"
    place.write_text(f"before\n{table.START}\nold\n{table.END}\nafter\n", "utf-8")
    table.write(place, table.markdown(ROWS))
    written = place.read_text("utf-8")
    assert written.startswith("before\n")
    assert written.endswith("after\n")
    assert "old" not in written
    assert "| **speed** |" in written
    assert "NOT MEASURED: no/thing" in written
    assert table.START in (ROOT / "docs/performance.md").read_text("utf-8")
    with pytest.raises(ValueError, match="has no"):
        table.write(ROOT / "README.md", "")
    assert len({len(line.split("|")) for line in table.markdown(ROWS).splitlines()}) == 1
    assert "speed:" in table.plain(ROWS)
