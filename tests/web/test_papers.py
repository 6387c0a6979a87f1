"""The way to paper: which one, and the sheets; what is not checked is not in the document."""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest
from bs4 import BeautifulSoup

from screener import create_app
from screener.config import Settings
from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.chart import facts_of, sensitive_answers
from screener.engine.plans import outcome_of
from screener.engine.signs import Answers
from tests.acceptance.visitors import STOPPING, fields_of, random_answers
from tests.answers import CASES, body, several_stops, visitor
from tests.shipped import SHIPPED
from tests.web.page_lint import LintingClient, words

FORM = "application/x-www-form-urlencoded"
V2 = visitor("V2")
V5 = visitor("V5")


def page_of(client: LintingClient, answers: Answers, go: str, **more: Any) -> BeautifulSoup:
    return client.page("/results", seen=STOPPING, go=go, **fields_of(answers), **more)


def of_case(case: Any) -> Answers:
    return Answers(case.answers, case.voice)


class TestWhichPaper:
    """Two cards, no default."""

    def test_the_results_lead_there(self, client: LintingClient) -> None:
        button = page_of(client, of_case(V2), "next").select_one("#finish [value=print]")
        assert button["formaction"] == "/results" and words(button) == "Print"

    def test_two_buttons_of_one_kind_and_nothing_checked(self, client: LintingClient) -> None:
        page = page_of(client, of_case(V2), "print")
        buttons = page.select(".pair button")
        assert [button["value"] for button in buttons] == ["with", "without"]
        assert buttons[0]["class"] == buttons[1]["class"] == ["btn"]
        assert page.select("input[type=checkbox]") and not page.select("main [checked]")
        assert page.find(id="change").select_one("[value=back]")

    def test_one_check_for_each_question_with_sensitive_answers(
        self, client: LintingClient, content: Questionnaire
    ) -> None:
        found = 0
        for answers in random_answers(40, seed=21):
            page = page_of(client, answers, "print")
            counted = outcome_of(content, answers).said.counted
            secret = sensitive_answers(content, counted)
            assert [box["value"] for box in page.select("[name=print]")] == list(secret)
            assert bool(page.find(id="sensitive")) == bool(secret)
            for question, choices in secret.items():
                label = words(page.find("label", attrs={"for": f"p-{question}"}))
                for choice in choices:
                    assert " ".join(choice.text.in_voice(answers.voice).split()) in label
            found += bool(secret)
        assert found > 5

    def test_back_leads_to_the_results_with_every_answer(self, client: LintingClient) -> None:
        page = page_of(client, of_case(V2), "print")
        sent = [(i["name"], i["value"]) for i in page.select("#change [type=hidden]")]
        fields: dict[str, Any] = {"go": ["back"]}
        for name, value in sent:
            fields.setdefault(name, []).append(value)
        page = client.page("/results", **fields)
        assert page.main["data-at"] == "results"
        assert page.find(id="told")

    def test_a_stop_comes_first(self, client: LintingClient) -> None:
        for go in ("print", "with", "without"):
            sent = body(several_stops(), seen=(), go=go)
            assert b"data-stop" in client.post("/results", data=sent, content_type=FORM).data


class TestWithAnswers:
    """A page for the clinician, and the person's own."""

    def test_what_is_not_checked_is_not_in_the_document(
        self, client: LintingClient, content: Questionnaire
    ) -> None:
        found = 0
        for answers in random_answers(40, seed=22):
            counted = outcome_of(content, answers).said.counted
            secret = sensitive_answers(content, counted)
            printed = list(secret)[:1]
            page = page_of(client, answers, "with", print=printed)
            text = words(page.select_one(".sheet dl"))
            for question, choices in secret.items():
                for choice in choices:
                    for fact in facts_of(content, choice):
                        if fact.words and fact.words.count(" ") > 1:
                            assert (fact.words in text) == (question in printed), fact
                            found += 1
        assert found > 5

    def test_the_rows_are_in_order_and_none_is_empty(
        self, client: LintingClient, content: Questionnaire
    ) -> None:
        order = list(content.results.print.rows)
        for case in CASES[:40]:
            rows = page_of(client, of_case(case), "with").select(".sheet [data-row]")
            names = [row["data-row"] for row in rows]
            assert names == [row for row in order if row in names]
            assert all(words(row.dt) and words(row.dd) for row in rows)
            assert {"who", "unknown"} <= set(names)

    def test_v2(self, client: LintingClient) -> None:
        """Street pills, none left, drinks most days, shaking."""
        page = page_of(client, of_case(V2), "with", print=["source", "other-source", "mixing"])
        rows = {row["data-row"]: words(row.dd) for row in page.select("[data-row]")}
        assert rows["flags"].startswith("No medicine left")
        assert "Non-prescribed drugs" in rows["mixing"]
        assert "Loose pills" in rows["use"]
        assert rows["told"] == "Go to an emergency room now"
        assert "Medicine left" not in rows["unknown"]
        assert "I have no pills left" in words(page.select_one(".own .say"))

    def test_words_to_say_hold_nothing_left_out(self, client: LintingClient) -> None:
        case = next(c for c in CASES if "took-on-purpose" in str(c.answers) or c.visitor == "V5")
        page = page_of(client, of_case(case), "with")
        assert "suicide" not in words(page.select_one(".sheet dl")).lower()
        assert "suicide" not in words(page.select_one(".own .say")).lower()

    @pytest.mark.parametrize("voice", Voice)
    def test_it_says_who_reported_it(
        self, client: LintingClient, content: Questionnaire, voice: Voice
    ) -> None:
        page = page_of(client, Answers({}, voice), "with")
        assert content.results.print.reported.in_voice(voice) in words(page.main)
        assert words(page.select_one("[data-row=who] dd")).startswith(
            content.signs[voice.sign].chart
        )
        assert content.results.print.to_clinician.splitlines()[0] in words(page.main)


class TestWithoutAnswers:
    """The person's own page only."""

    def test_nothing_that_was_answered_is_in_the_document(
        self, client: LintingClient, content: Questionnaire
    ) -> None:
        for answers in random_answers(40, seed=23):
            outcome = outcome_of(content, answers)
            page = page_of(client, answers, "without", print=list(content.questions))
            assert len(page.select(".sheet")) == 1 and not page.select("dl")
            text = words(page.select_one(".sheet"))
            assert "What you told us" not in text and "Your answers" not in text
            say = words(page.select_one(".say"))
            script = outcome.lead.say.in_voice(answers.voice)
            for sign in outcome.signs:
                clause = content.signs[sign].said
                if clause and clause.in_voice(answers.voice).lower() not in script.lower():
                    assert clause.in_voice(answers.voice).lower() not in say.lower()

    def test_topics_are_those_of_the_plan(
        self, client: LintingClient, content: Questionnaire
    ) -> None:
        for case in CASES[:30]:
            page = page_of(client, of_case(case), "without")
            plan = outcome_of(content, of_case(case)).lead
            titles = [words(item) for item in page.select(".reading li")]
            assert titles == [content.topics[id].title for id in plan.topics.in_voice(case.voice)]


def test_addresses_only_where_one_is_set(client: LintingClient) -> None:
    assert not page_of(client, of_case(V2), "without").select(".addr")
    app = create_app(Settings(public_url="https://check.example", kiosk_print=True), SHIPPED)
    app.test_client_class = LintingClient
    page = page_of(app.test_client(), of_case(V2), "without")
    assert words(page.select_one(".addr")) == "check.example/learn/severe-withdrawal"
    assert len(page.select(".qrs .qr")) == 2


def test_large_print_is_asked_for(client: LintingClient) -> None:
    assert "large" in page_of(client, of_case(V2), "with", large="on").main["class"]
    assert "large" not in page_of(client, of_case(V2), "with").main["class"]


def test_the_results_themselves_print_no_answer(client: LintingClient) -> None:
    """By the browser's own Print: what tells an answer is kept off paper."""
    page = page_of(client, of_case(V2), "next")
    for selector in ("#why", "#told", "#also", "#read"):
        part = page.select_one(selector)
        assert part is None or "noprint" in part["class"], selector
    printed = copy(page.select_one(".body"))
    told = printed.select_one(".say .noprint")
    assert words(told).startswith("I have no pills left")
    told.decompose()
    assert "no pills left" not in words(printed)
