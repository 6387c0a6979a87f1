"""The authors' pages: `screener check --html` and `screener show --html`."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from html import escape
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from screener.authoring.check.coverage import gaps, question_numbers, review_rows, sign_rows
from screener.authoring.check.reading_level import grades, hardest_sentences
from screener.authoring.check.report import Report, check
from screener.authoring.packet import packet
from screener.authoring.reports import check_page, show_page
from screener.cli import main
from screener.content.loading.load import load, load_bytes
from screener.content.models.base import NOT_SURE, Urgency
from screener.content.models.questionnaire import Questionnaire
from screener.resources import built_in_questions
from tests.paths import SMALL_FILE
from tests.unit.test_check import BODY, short_words
from tests.unit.test_load import RAW, SMALL, broken

TODAY = date(2027, 11, 1)
SCRIPT = "<script>alert(1)</script>"
NASTY = SMALL.replace("'Cups a day'", f"'{SCRIPT}'").replace("'Coffee'", "'<img src=x> & {advice}'")


def check_html(raw: bytes, today: date = TODAY) -> str:
    loaded = load_bytes(raw, "small.yaml")
    report = check(loaded, today=today)
    return check_page(report, raw.decode(), loaded.questionnaire, today)


def show_html(raw: bytes) -> str:
    return show_page(load_bytes(raw).questionnaire, "small.yaml")


def small_content(*changes: str) -> Questionnaire:
    return load_bytes(broken(*changes)[0]).questionnaire


def lint(html: str) -> BeautifulSoup:
    """One self-contained page that a screen reader can use."""
    soup = BeautifulSoup(html, "html.parser")
    assert html.startswith("<!doctype html>")
    assert soup.html and soup.html["lang"] == "en"
    assert soup.title and soup.title.get_text(strip=True)
    assert len(soup.find_all("h1")) == 1
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    outside = ["script", "link", "img", "iframe", "object", "embed", "video", "audio", "form"]
    assert soup.find_all(outside) == []
    assert soup.find_all(src=True) == soup.find_all(style=True) == []
    assert not any(name.startswith("on") for tag in soup.find_all() for name in tag.attrs)
    (style,) = soup.find_all("style")
    assert not re.search(r"url\(|@import|https?:", style.get_text())
    ids = Counter(str(tag["id"]) for tag in soup.find_all(id=True))
    assert [id for id, count in ids.items() if count > 1] == []
    links = {str(tag["href"]) for tag in soup.find_all(href=True)}
    assert {link for link in links if not link.startswith("#")} == set()
    assert {link[1:] for link in links} <= set(ids)
    for table in soup.find_all("table"):
        assert table.caption and table.caption.get_text(strip=True)
        assert table.find("th", scope="col")
        assert all(th.get("scope") in ("col", "row", "rowgroup") for th in table.find_all("th"))
    return soup


def words(soup: BeautifulSoup) -> str:
    return " ".join(soup.get_text(" ").split())


@pytest.mark.parametrize("path", [built_in_questions(), SMALL_FILE], ids=lambda path: path.name)
def test_whole_pages_that_load_nothing(path: Path) -> None:
    loaded = load(path)
    content = loaded.questionnaire
    checked = lint(check_page(check(loaded), path.read_text("utf-8"), content))
    shown = lint(show_page(content, path.name))
    for question in content.questions:
        assert shown.find(id=f"question-{question}")
    for topic in content.topics:
        assert shown.find(id=f"topic-{topic}")
    for page in content.interruptions:
        assert shown.find(id=f"page-{page}")
    for sign in content.signs.values():
        assert sign.label in words(checked)
    # Numbers stand where texts name a contact.
    assert "{emergency}" not in words(checked).replace("'Call {emergency}", "") + words(shown)


@pytest.mark.parametrize("html", [check_html(NASTY.encode()), show_html(NASTY.encode())])
def test_texts_are_never_markup(html: str) -> None:
    soup = lint(html)
    assert escape(SCRIPT, quote=False) in html
    assert SCRIPT in words(soup)
    assert "<img src=x> & 555-0100" in words(soup)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_any_title_is_shown_as_text(title: str) -> None:
    content = small_content()
    cups = content.topics["cups"].model_copy(update={"title": title.replace("{", "(")})
    changed = content.model_copy(update={"topics": {**content.topics, "cups": cups}})
    assert " ".join(cups.title.split()) in words(lint(show_page(changed, "x.yaml")))


# ---- check ----


def test_findings_quote_the_line() -> None:
    soup = lint(check_html(broken(BODY, "    body: 'Keep it <b>clean</b>.'")[0]))
    (row,) = soup.find(string=re.compile(r"Errors \(1\)")).find_parent("table").select("tbody tr")
    assert row.th.get_text() == "151"
    assert row.code.get_text() == "body: 'Keep it <b>clean</b>.'"
    assert "write: not using, or in recovery" in row.get_text()
    assert "1 error must be put right" in words(soup)


def test_a_file_that_does_not_load_still_has_a_report(tmp_path: Path) -> None:
    bad, out = tmp_path / "bad.yaml", tmp_path / "out.html"
    bad.write_bytes(broken(BODY, "    body: no")[0])
    assert main(["check", str(bad), "--html", str(out)]) == 1
    soup = lint(out.read_text("utf-8"))
    assert "The app would not start on this file." in words(soup)
    assert soup.code.get_text() == "body: no"


@pytest.mark.parametrize(("changes", "code"), [((), 0), ((BODY, "    body: 'Keep it clean.'"), 1)])
def test_check_writes_and_keeps_its_exit_code(
    changes: tuple[str, ...], code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "mine.yaml", tmp_path / "out.html"
    path.write_bytes(broken(*changes)[0])
    assert main(["check", str(path)]) == code
    plain = capsys.readouterr().out
    assert main(["check", str(path), "--html", str(out)]) == code
    assert capsys.readouterr() == (plain, f"written: {out}\n")
    lint(out.read_text("utf-8"))


@pytest.mark.parametrize("command", ["check", "show"])
def test_a_page_that_cannot_be_written(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "none" / "out.html"
    assert main([command, str(SMALL_FILE), "--html", str(out)]) == 2
    assert capsys.readouterr() == ("", f"cannot write {out}: No such file or directory\n")


def found(content: Questionnaire) -> dict[str, tuple[str, ...]]:
    return {gap.title: gap.found for gap in gaps(content) if gap.found}


def test_gaps_of_a_whole_file() -> None:
    assert found(small_content()) == {}


GAPS = [
    ("Signs that no question asks", ("            signs: [many-cups]\n", ""), "Many cups a day"),
    (
        "Signs whose own topics never open",
        ("signs: [many-cups]\n", "signs: [many-cups]\n            topics: [palpitations]\n"),
        "Many cups a day",
    ),
    (
        "Topics that no answer opens",
        (
            *("            signs: [many-cups]\n", "            topics: [go-slowly]\n"),
            *("            topics: [cups]\n            urgency: learn\n", ""),
        ),
        "Cups a day",
    ),
    (
        "Questions without any effect",
        ("            topics: [go-slowly]\n", ""),
        "A headache on days with no coffee?",
    ),
    (
        "Pages that stop the journey, and no answer leads to them",
        (
            *("racing-heart]\n          interruption: collapse\n", "racing-heart]\n"),
            *("        not_sure:\n          interruption: collapse\n          unsure: true\n", ""),
        ),
        "Call {emergency} now",
    ),
    (
        "Sources that nobody names",
        (
            "sources:\n",
            "sources:\n  poster: {title: 'Poster', publisher: 'Nobody', "
            "url: 'https://example.org', checked: 2026-11-02}\n",
        ),
        "Poster",
    ),
    (
        "Articles that no sign is documented in",
        ("    a: 'Article a'\n", "    a: 'Article a'\n    b: 'Article b'\n"),
        "Article b",
    ),
    (
        "Reading groups without a topic",
        ("    basics: 'The basics'\n", "    basics: 'The basics'\n    more: 'More'\n"),
        "More",
    ),
    (
        "Help lines that nobody has confirmed",
        ("            support: advice\n", "", "  advice:\n", "  advice:\n    confirmed: false\n"),
        "Bean advice",
    ),
]


@pytest.mark.parametrize(("title", "changes", "item"), GAPS)
def test_gaps(title: str, changes: tuple[str, ...], item: str) -> None:
    content = small_content(*changes)
    assert found(content)[title] == (item,)
    assert len(GAPS) == len(gaps(content))


def test_every_sign_with_what_covers_it(content: Questionnaire) -> None:
    rows = {row.id: row for group in sign_rows(content).values() for row in group}
    assert set(rows) == set(content.signs)
    for question, choices in content.choices.items():
        for choice in choices.values():
            for sign in choice.signs:
                (asked,) = (a for a in rows[sign].asked if a.question == question)
                assert choice.text.me in asked.answers
                assert asked.number == question_numbers(content)[question]
    for id, row in rows.items():
        assert [topic.topic for topic in row.topics] == list(content.signs[id].topics)
        named = {s for topic in row.topics for s in content.topics[topic.topic].sources}
        assert set(row.sources) - {content.signs[id].source} == named - {content.signs[id].source}


def test_grades_take_the_harder_voice_and_name_its_hardest_sentence() -> None:
    hard = short_words(33)
    body = f"    body: {{me: 'Rest.', someone: '{hard} Sit down.'}}"
    verdicts = {}
    for changes in [(BODY, body), (BODY, f"    body: '{hard}'"), ()]:
        (cups,) = (text for text in grades(small_content(*changes)) if text.id == "cups")
        verdicts[cups.verdict] = [sentence for _, sentence in cups.hardest][:1]
    sentence = hard.rstrip(".")
    assert verdicts == {"fine": [sentence], "too hard": [sentence], "too short to grade": []}
    page = words(lint(check_html(broken(BODY, f"    body: '{hard}'")[0])))
    assert f"Cups a day 9.1 too hard 9 {sentence}" in page


def test_hardest_sentences_leave_out_short_ones() -> None:
    assert hardest_sentences("Extraordinarily complicated. Yes.") == []
    text = "- The cup is on the table in the room.\n- The extraordinary cup is on the table now."
    assert [sentence for _, sentence in hardest_sentences(text, most=1)] == [
        "The extraordinary cup is on the table now"
    ]


def test_reviews_name_every_part_oldest_check_first(content: Questionnaire) -> None:
    reviews = review_rows(content)
    parts = {("Topic", id) for id in content.topics}
    parts |= {("Crisis page", id) for id in content.interruptions}
    parts |= {("Part", section.id) for section in content.sections}
    assert {(review.kind, review.id) for review in reviews} == parts
    assert len(reviews) == len(parts)
    assert [r.title for r in review_rows(small_content())] == [
        *("Go slowly", "Cups a day", "A racing heart", "Call {emergency} now"),
        *("Today", "Cutting down"),
    ]
    assert "nobody yet" in words(lint(check_html(RAW)))


# ---- show ----


def test_the_packet_says_all_that_an_answer_does(content: Questionnaire) -> None:
    shown = {q.question.id: q for part in packet(content).parts for q in part.questions}
    assert list(shown) == list(content.questions)
    for id, choices in content.choices.items():
        answers = shown[id].answers
        assert [answer.text for answer in answers] == [choice.text for choice in choices.values()]
        for answer, choice in zip(answers, choices.values(), strict=True):
            opened = {t.id: level for level, topics in answer.opens.items() for t in topics}
            assert opened == content.opened(id, choice.id)
            assert (answer.stop.id if answer.stop else None) == choice.interruption
            labels = [content.signs[sign].label for sign in choice.signs]
            assert [why.label for why in answer.why] == labels


def test_a_question_in_the_packet() -> None:
    soup = lint(show_html(RAW))
    heart = words(soup.find(id="question-heart"))
    assert "1.1 me Is your heart racing? someone Is their heart racing?" in heart
    assert "( ) Yes STOP Stops the journey at A: Call 911 now" in heart.replace("\u2009", " ")
    assert "\u25a0 Emergency opens T3 A racing heart" in heart
    assert "Why: A racing heart (article a)" in heart
    assert "A: Not sure? Call 911 (its 'not sure' form)" in heart
    assert "Opens nothing: No \u00b7 Prefer not to say" in heart
    assert "agreed Remarks" in heart
    rule = words(soup.find(id="question-headache"))
    assert "Asked only if 1.2 Which drinks, most days? is Coffee ." in rule
    cups = words(soup.find(id="topic-cups"))
    assert "\u25cf Soon after 1.2 drinks: Coffee" in cups
    assert "\u25cb To read after 1.2 drinks: Tea" in cups
    results = words(soup.find(id="results"))
    assert "Never T2 Cups a day without T1 Go slowly before it" in results
    assert "If 1.2 Which drinks, most days? is Tea : Tea counts too." in results


def test_urgency_is_a_word_and_a_shape_of_its_own(content: Questionnaire) -> None:
    soup = lint(show_page(content, "questions.yaml"))
    marks = {tag.get_text() for tag in soup.select(".level")}
    assert len(marks) == len(Urgency)
    assert len({mark.split()[0] for mark in marks}) == len(Urgency)


def test_answers_and_topics_link_to_each_other(content: Questionnaire) -> None:
    soup = lint(show_page(content, "questions.yaml"))
    for id, choices in content.choices.items():
        article = soup.find(id=f"question-{id}")
        links = {link["href"] for link in article.find_all("a")}
        for choice in choices.values():
            for topic in content.opened(id, choice.id):
                assert f"#topic-{topic}" in links
                back = soup.find(id=f"topic-{topic}").find_all("a", href=f"#question-{id}")
                assert back
            if choice.interruption:
                assert f"#page-{choice.interruption}" in links
                page = soup.find(id=f"page-{choice.interruption}")
                assert page.find_all("a", href=f"#question-{id}")
    assert NOT_SURE in content.choices["seizure"]


def test_show_writes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.html"
    assert main(["show", str(SMALL_FILE), "--html", str(out)]) == 0
    assert capsys.readouterr() == ("", f"written: {out}\n")
    assert out.read_text("utf-8") == show_html(RAW)


def test_a_report_of_nothing_but_faults() -> None:
    lint(check_page(Report("x.yaml", {}), "", None, TODAY))
