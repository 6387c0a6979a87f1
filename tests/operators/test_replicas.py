"""Servers are lost, replaced and given a newer content file while people are at work."""

from __future__ import annotations

from pathlib import Path

import pytest

from screener.content.loading.load import load
from screener.content.models.questionnaire import Questionnaire
from tests.needs import need_program
from tests.operators.replicas import MUST_BE_NONE, RENAMED_TO, VISITORS, Report, newer_file, run
from tests.operators.visitor import Form


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    for program in ("nginx", "openssl"):
        need_program(program)
    report = run(tmp_path_factory.mktemp("replicas"))
    print(report)
    return report


@pytest.mark.slow
def test_nobody_is_lost_and_nobody_sees_an_error(report: Report) -> None:
    counts = report.tally.counts
    assert len(report.events) == 6, "each server was lost once and came back"
    assert counts["journeys finished"] >= VISITORS
    assert {what: counts[what] for what in MUST_BE_NONE} == dict.fromkeys(MUST_BE_NONE, 0)
    assert counts["retries"] <= VISITORS // 20
    assert report.nginx_said == ""


@pytest.mark.slow
def test_only_what_changed_is_asked_again_and_all_else_is_carried(report: Report) -> None:
    counts = report.tally.counts
    assert report.tally.wrong == []
    assert counts["answers that the other file does not know"] >= 10
    assert counts["of these, asked again with a notice"] >= 5
    assert counts["answers carried"] > 50 * VISITORS


def test_the_newer_file_differs_in_one_question_and_one_choice(
    tmp_path: Path, content: Questionnaire
) -> None:
    newer = newer_file(tmp_path)
    then = load(newer.path).questionnaire
    assert set(content.questions) - set(then.questions) == {newer.question}
    assert set(then.questions) - set(content.questions) == {RENAMED_TO}
    question, choice = newer.choice
    assert set(content.choices[question]) - set(then.choices[question]) == {choice}


def test_the_visitor_sees_what_a_page_carries() -> None:
    page = Form(
        '<main id="main" data-at="use"><form id="step" action="/check">'
        '<input type="hidden" name="voice" value="me"><input type="hidden" name="a" value="x">'
        '<input type="checkbox" name="b" value="y" checked>'
        '<input type="checkbox" name="b" value="z">'
        '<input type="radio" name="c" value="w"><button name="go" value="next">Next</button></form>'
        '<form><input type="hidden" name="d" value="v"></form>'
    )
    assert page.carried == {"a": {"x"}, "b": {"y"}}
    assert page.offered == {"b": ["y", "z"], "c": ["w"]}
    assert (page.at, page.stop, page.notice) == ("use", False, False)
    assert page.onward.action == "/check"
