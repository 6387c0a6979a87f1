"""The bench measures what it says: its bodies, its variants and its table. No test takes a time."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from bench import bodies, inprocess, naive, sites, table
from bench.bodies import Visit, everything, typical
from bench.inprocess import Request
from bench.needs import NODE_MODULES
from bench.programs import Load
from bench.table import Limit, Row
from screener.content.models.questionnaire import Questionnaire
from tests.paths import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def content() -> Questionnaire:
    return bodies.content()


@pytest.fixture(scope="module", params=["typical", "everything"])
def visit(request: pytest.FixtureRequest, content: Questionnaire) -> Visit:
    return everything(content) if request.param == "everything" else typical(content)


@pytest.fixture(scope="module")
def naive_app() -> Flask:
    return naive.create_app()


@pytest.fixture(scope="module")
def uncached_app() -> Flask:
    return inprocess.uncached_app()


def shown(page: bytes) -> tuple[list[str], list[str], list[str], list[str]]:
    """The legends, the choices, the hidden fields, and the plans and topics of a page."""
    soup = BeautifulSoup(page, "html.parser")
    legends = [" ".join(legend.get_text().split()) for legend in soup.select("legend")]
    choices, hidden = (
        [f"{box.get('name')}={box.get('value')}" for box in soup.select(selector)]
        for selector in ("fieldset input", "form > input")
    )
    parts = soup.select("[id^=plan-], [id^=topic-]")
    return legends, choices, sorted(hidden), [str(part["id"]) for part in parts]


def words(page: bytes) -> list[str]:
    """The words in a page's <main>, in order."""
    main = BeautifulSoup(page, "html.parser").main
    assert main
    return main.get_text(" ").split()


def test_nothing_stops_a_typical_visit(content: Questionnaire, app: Flask) -> None:
    visit = typical(content)
    assert not [page for page in visit.pages if page.stops]
    *_, parts = shown(Request(app, "/results", visit.results).answer())
    assert f"plan-{visit.outcome.lead.id}" == parts[0]


def test_everything_means_every_question_that_can_be_asked(content: Questionnaire) -> None:
    visit = everything(content)
    assert visit.picked.keys() == content.questions.keys()
    assert len(visit.pages) > 0.8 * len(content.questions)


def test_the_next_question_is_blank_and_the_one_before_is_not(
    content: Questionnaire, app: Flask
) -> None:
    visit = everything(content)
    for bodies_sent, is_picked in ((visit.steps, False), (visit.back_steps, True)):
        for body in bodies_sent[::4]:
            page = BeautifulSoup(Request(app, "/check", body).answer(), "html.parser")
            assert page.select("main:not([data-stop]) fieldset.q")
            assert bool(page.select("fieldset input[checked]")) is is_picked


def test_the_naive_pages_show_the_same(visit: Visit, app: Flask, naive_app: Flask) -> None:
    steps = [("/check", body) for body in visit.steps[::4] + visit.back_steps[::4]]
    for path, body in [("/check", None), *steps, ("/results", visit.results)]:
        ours, theirs = (Request(each, path, body).answer() for each in (app, naive_app))
        assert shown(ours) == shown(theirs)
        assert words(ours) == words(theirs)


def test_without_the_fragment_cache_the_pages_are_the_same(
    visit: Visit, app: Flask, uncached_app: Flask
) -> None:
    for path, body in [("/check", visit.steps[0]), ("/results", visit.results)]:
        ours, theirs = (Request(each, path, body).answer() for each in (app, uncached_app))
        assert ours == theirs


def test_the_cache_is_on_in_ours_and_off_in_the_other_variants(
    app: Flask, uncached_app: Flask, naive_app: Flask
) -> None:
    for each, is_kept in ((app, True), (uncached_app, False), (naive_app, False)):
        names: dict[str, naive.Fragments] = {}
        with each.test_request_context("/check"):
            each.update_template_context(names)
            fragment = names["fragment"]
            assert (fragment("header") is fragment("header")) is is_kept


def test_bare_flask_answers_with_the_same_bytes(visit: Visit, app: Flask) -> None:
    request = Request(app, "/results", visit.results)
    (bare,) = inprocess.bare_requests([request])
    assert bare.answer() == request.answer()


def test_every_request_that_is_measured_is_answered() -> None:
    for comparison in inprocess.comparisons():
        for requests in comparison.variants.values():
            for request in requests:
                request.answer()


@pytest.mark.skipif(not NODE_MODULES.is_dir(), reason="npm ci --prefix bench was not run")
def test_every_site_asks_the_same(content: Questionnaire, tmp_path: Path) -> None:
    folders = sites.build(content, tmp_path)
    first = next(iter(content.questions.values()))
    asked = " ".join(first.ask.me.split())
    for name, page in (("ours", "check/index.html"), ("govuk", "index.html")):
        legends, *_ = shown((folders[name] / page).read_bytes())
        assert [legend.endswith(asked) for legend in legends] == [True]
    survey = (folders["surveyjs"] / "survey.js").read_text("utf-8")
    assert first.id in survey


def test_what_wrk_sends() -> None:
    script = Load([("/check", None), ("/results", 'a="b"')], "gzip").script()
    assert r'wrk.format("POST", "/results"' in script
    assert r'"a=\"b\""' in script
    assert '["Accept-Encoding"] = "gzip"' in script


ROWS = [
    Row("speed", "fast", [1.0, 2.0, 3.0, 4.0, 90.0], "ms", "note", Limit(3, "ms")),
    Row(
        "speed",
        "slow",
        [0.25],
        "ms",
        budget=Limit(0.2, "ms", least=True),
        multiples=[12.0],
        multiple_budget=Limit(0.1, "x bare Flask"),
    ),
    Row("speed", "broken", note="no|thing", budget=Limit(1, "ms")),
]


def test_a_row_says_what_is_met() -> None:
    assert ROWS[0].cells == ("fast", "3 ms (note)", "1.5 to 47", "", "≤ 3 ms: met")
    limits = "≥ 0.2 ms: met; ≤ 0.1 x bare Flask: NOT MET"
    assert ROWS[1].cells == ("slow", "0.25 ms", "", "12", limits)
    assert ROWS[2].cells == ("broken", "NOT MEASURED: no|thing", "", "", "≤ 1 ms: not known")
    assert table.complete(ROWS[:2])
    assert not table.complete(ROWS)


def test_the_summary_names_each_budget_that_is_not_met() -> None:
    said = table.summary(ROWS)
    assert said.startswith("2 of 4 budgets are met. Not met:")
    assert "speed: slow: ≤ 0.1 x bare Flask: NOT MET" in said
    assert "speed: broken: ≤ 1 ms: not known" in said
    assert table.summary(ROWS[:1]) == "1 of 1 budgets are met."


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
