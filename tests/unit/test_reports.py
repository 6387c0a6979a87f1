"""What authors and reviewers read: `screener show`, and both `--html` pages."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from html import escape
from itertools import pairwise
from pathlib import Path

import markupsafe
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from screener.authoring.check.reading_level import grade, grades, hardest_sentences
from screener.authoring.check.report import Report, check
from screener.authoring.files import AuthorsFile, read
from screener.authoring.packet import Entry, Packet, packet
from screener.authoring.reports import check_page, show_page
from screener.authoring.show import show
from screener.cli import main
from screener.content.loading.errors import ContentError
from screener.content.loading.load import load_bytes
from screener.content.localize import in_region, regions_of
from screener.content.models.contacts import BECAUSE, with_numbers
from screener.content.models.proofs import Proofs
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.topics import CITATION
from screener.content.texts import texts
from tests.paths import SMALL_FILE
from tests.shipped import SHIPPED_FILE
from tests.unit.test_check import ACTION, short_words
from tests.unit.test_load import RAW, SMALL, broken, line_of

TODAY = date(2027, 11, 1)
SCRIPT = "<script>alert(1)</script>"
NASTY = SMALL.replace("'Cups a day'", f"'{SCRIPT}'").replace("'Coffee'", "'<img src=x> & {advice}'")
SMALL_ONE = read(SMALL_FILE)


def check_html(raw: bytes, today: date = TODAY) -> str:
    loaded = load_bytes(raw, "small.yaml")
    report = check(loaded, today=today)
    return check_page(report, raw.decode(), loaded.questionnaire, today)


def show_html(content: Questionnaire, proofs: Proofs = Proofs(), code: str | None = None) -> str:  # noqa: B008
    return show_page(in_region(content, code), packet(content, proofs, code), "small.yaml")


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
    inside = {link for link in links if link.startswith("#")}
    assert {link[1:] for link in inside} <= set(ids)
    assert all(link.startswith("https://") for link in links - inside)
    for table in soup.find_all("table"):
        assert table.caption and table.caption.get_text(strip=True)
        assert table.find("th", scope="col")
        assert all(th.get("scope") in ("col", "row", "rowgroup") for th in table.find_all("th"))
    return soup


def words(soup: BeautifulSoup) -> str:
    return " ".join(soup.get_text(" ").split())


EDITIONS = [
    pytest.param(file, code, id=f"{file.loaded.file} {code}")
    for file in (SHIPPED_FILE, SMALL_ONE)
    for code in regions_of(file.content)
]


@pytest.mark.parametrize(("file", "code"), EDITIONS)
def test_every_country_is_shown_whole(file: AuthorsFile, code: str) -> None:
    """Every text that visitors there can read: a reviewer signs nothing unread."""
    content = in_region(file.content, code)
    shown = show(packet(file.content, file.proofs, code))
    assert not re.search(r"\{[a-z-]+(?::name)?\}|\[@", shown)  # numbers and sources are filled in
    shown = re.sub(r"\[S\d+\]", "", shown)
    read_there = list(texts(content))
    assert len(read_there) > 100
    for place, text in read_there:
        text = with_numbers(text.replace(BECAUSE, "(what was said)"), content.contacts)
        for line in CITATION.sub("", text).splitlines():
            assert line.strip() in shown, place
    for part in (*content.questions, *content.plans_by_id, *content.topics):
        assert f"  [{part}]" in shown
    for promise in (*file.proofs.hazards, *file.proofs.cases):
        assert promise.name in shown


def entry_of(shown: Packet, id: str, kind: str = "part-") -> Entry:
    groups = (group for group in shown.groups if group.id.startswith(kind))
    (found,) = (entry for group in groups for entry in group.entries if entry.id == id)
    return found


def texts_of(entry: Entry) -> str:
    return "\n".join(f"{row.me}\n{row.someone or row.me}" for row in entry.rows)


def test_whole_pages_that_load_nothing() -> None:
    checked = lint(check_page(Report("small.yaml", {}), "", SMALL_ONE.content, TODAY))
    shown = lint(show_html(SMALL_ONE.content, SMALL_ONE.proofs))
    for group in packet(SMALL_ONE.content, SMALL_ONE.proofs).groups:
        for entry in group.entries:
            assert shown.find(id=f"{group.id}-{entry.id}")
    for topic in SMALL_ONE.content.topics.values():
        assert topic.title in words(checked)


def test_pages_of_the_shipped_file() -> None:
    html = show_html(SHIPPED_FILE.content, SHIPPED_FILE.proofs)
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)
    checked = check_page(Report("questions.yaml", {}), "", SHIPPED_FILE.content, TODAY)
    assert checked.count("<tr>") > len(SHIPPED_FILE.content.topics) + len(
        SHIPPED_FILE.content.plans
    )


@pytest.mark.parametrize(
    "html", [check_html(NASTY.encode()), show_html(load_bytes(NASTY.encode()).questionnaire)]
)
def test_texts_are_never_markup(html: str) -> None:
    soup = lint(html)
    assert escape(SCRIPT, quote=False) in html
    assert SCRIPT in words(soup)
    assert not soup.find("script")


def test_numbers_stand_where_texts_name_a_help_line() -> None:
    soup = lint(show_html(load_bytes(NASTY.encode()).questionnaire))
    assert "<img src=x> & 555-0100" in words(soup)
    there = show_html(load_bytes(NASTY.encode()).questionnaire, code="CA")
    assert "<img src=x> & 613-555-0199" in words(lint(there))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_any_title_is_shown_as_text(title: str) -> None:
    title = title.translate(str.maketrans("{}[]", "()()"))  # these mean something in titles, too
    content = SMALL_ONE.content
    cups = content.topics["cups"].model_copy(update={"title": title})
    changed = content.model_copy(update={"topics": {**content.topics, "cups": cups}})
    assert f"</span> {markupsafe.escape(title)}</h3>" in show_html(changed)


# ---- check ----


def test_findings_quote_the_line() -> None:
    soup = lint(check_html(broken(ACTION, "    action: 'Keep it <b>clean</b>.'")[0]))
    (row,) = soup.find(string=re.compile(r"Errors \(1\)")).find_parent("table").select("tbody tr")
    assert row.th.get_text() == str(line_of(ACTION))
    assert row.code.get_text() == "action: 'Keep it <b>clean</b>.'"
    assert "write: not using, or in recovery" in row.get_text()
    assert "1 error must be put right" in words(soup)


def test_a_file_that_does_not_load_still_has_a_report(tmp_path: Path) -> None:
    bad, out = tmp_path / "bad.yaml", tmp_path / "out.html"
    bad.write_bytes(broken(ACTION, "    action: no")[0])
    assert main(["check", str(bad), "--html", str(out)]) == 1
    soup = lint(out.read_text("utf-8"))
    assert "The app would not start on this file." in words(soup)
    assert soup.code.get_text() == "action: no"


def test_a_fault_of_the_file_beside_quotes_no_line_of_this_one() -> None:
    fault = ContentError("small.cases.yaml", 3, 5, "hazards.0", "does not hold")
    report = Report("small.yaml", {}, [fault])
    soup = lint(check_page(report, RAW.decode(), SMALL_ONE.content, TODAY))
    row = words(soup.find(string=re.compile(r"Errors \(1\)")).find_parent("table").tbody)
    assert row == "3 small.cases.yaml: hazards.0 does not hold \u2013"


@pytest.mark.parametrize(
    ("changes", "code"), [((), 0), ((ACTION, "    action: 'Keep it clean.'"), 1)]
)
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


def test_a_report_of_nothing_but_faults() -> None:
    lint(check_page(Report("x.yaml", {}), "", None, TODAY))


def test_every_part_has_a_grade_in_the_harder_voice(content: Questionnaire) -> None:
    graded = list(grades(content))
    places = {found.place for found in graded}
    assert places >= {("plans", p) for p in range(len(content.plans))}
    assert places >= {("topics", id) for id in content.topics}
    assert sum(found.kind == "Question" for found in graded) == len(content.questions)
    assert {found.aim for found in graded if found.is_crisis} == {5}
    for p, plan in enumerate(content.plans):
        (found,) = (one for one in graded if one.place == ("plans", p))
        assert found.is_crisis is plan.stops
        whole = "\n".join(text.someone for text in (plan.why, *plan.do, *plan.do_not))
        assert grade(whole) is None or found.grade is not None


def test_grades_name_the_hardest_sentence() -> None:
    hard = short_words(65, 65)
    action = f"    action: {{me: 'Rest.', someone: '{hard} Sit down.'}}"
    content = load_bytes(broken(ACTION, action)[0]).questionnaire
    (cups,) = (found for found in grades(in_region(content)) if found.place == ("topics", "cups"))
    assert cups.verdict == "too hard"
    assert hard.split(".")[0] in [sentence for _, sentence in cups.hardest]
    page = words(lint(check_html(broken(ACTION, action)[0])))
    assert re.search(r"Cups a day \d+\.\d 6 too hard", page)


def test_hardest_sentences_leave_out_short_ones() -> None:
    assert hardest_sentences("Extraordinarily complicated. Yes.") == []
    text = "- The cup is on the table in the room.\n- The extraordinary cup is on the table now."
    assert [sentence for _, sentence in hardest_sentences(text, most=1)] == [
        "The extraordinary cup is on the table now"
    ]


# ---- show ----


def shown(id: str, kind: str = "part-") -> list[tuple[str, str, str, str]]:
    entry = entry_of(packet(SMALL_ONE.content, SMALL_ONE.proofs), id, kind)
    return [(row.name, row.me, row.someone, row.effect) for row in entry.rows]


def test_a_question_with_what_its_answers_do() -> None:
    emergency = "by itself: \u25a0 Emergency, stops: P1 Call 911 now"
    assert shown("heart") == [
        ("One answer or several", "One answer.", "", ""),
        ("Answer", "Yes", "", f"- A racing heart\n- {emergency}"),
        ("Answer", "No", "", "names no sign"),
        ("Answer", "Not sure", "", f"- Not sure about the heart\n- {emergency}"),
    ]
    assert shown("drinks")[1:3] == [
        ("Answer", "Coffee", "", "- Many cups a day\n- can lead to question 2.1"),
        ("Answer", "My own tea", "Their own tea", "names no sign"),
    ]
    assert ("Ask only if", "Many cups a day", "", "") in shown("headache")
    assert ("If it is left empty", "not_sure", "", "") in shown("headache")


def test_a_plan_with_its_condition_in_words() -> None:
    rows = shown("ask-today", "plans")
    assert ("When", "- A bad headache\n- none of: A racing heart", "", "") in rows
    assert ("How urgent", "today", "", "") in rows
    assert ("Words to say", "(what was said). What can I do?", "", "") in rows
    assert ("Steps", "1. Text 555-0100.\n2. Have one cup.", "", "") in rows
    assert ("Whom to call", "Bean advice, 555-0100", "", "") in rows
    assert ("Topics", "T1 Cups a day", "", "") in rows
    taken_over = {name for name, *_ in shown("ask-today-unsure", "plans")}
    assert {"Steps", "Whom to call", "Sources"} <= taken_over
    one_of = "one of: A racing heart; Not sure about the heart"
    assert ("When", one_of, "", "") in shown("collapse", "plans")


def test_a_topic_with_its_whole_body_and_what_leads_to_it() -> None:
    rows = shown("cups", "topics")
    assert ("The reading", "Tea has less than coffee.[S1]", "", "") in rows
    assert ("Other wordings 1: The reading", "Rest first.", "", "") in rows
    (leads,) = (me for name, me, *_ in rows if name == "Read after")
    assert leads.startswith("Many cups a day; P2 ")
    there = entry_of(packet(SMALL_ONE.content, SMALL_ONE.proofs, "CA"), "cups", "topics")
    assert "A mug holds more." in texts_of(there)


def test_cases_and_hazards_in_words() -> None:
    found = packet(SMALL_ONE.content, SMALL_ONE.proofs)
    (cases,) = (group for group in found.groups if group.id == "cases")
    rows = {row.name: row.me for row in cases.entries[0].rows}
    assert rows["Answers"].splitlines() == [
        "- 1.1 Is your heart racing?: Yes",
        "- 1.2 Which drinks, most days?: Coffee",
        "- 2.1 A headache on days with no coffee?: A bad one",
    ]
    assert "- 1.1 Is their heart racing?: No" in {
        line for row in cases.entries[1].rows for line in row.me.splitlines()
    }
    assert rows["Leads"] == "P1 Call 911 now"
    assert rows["Never"] == "P2 Text 555-0100 today"
    (hazards,) = (table for table in found.tables if table.id == "hazards")
    assert hazards.lines == [["A racing heart", "A racing heart", "emergency", "yes"]]


def test_who_has_reviewed_what() -> None:
    signed = "    reviewed: {by: 'B. Ean', role: taster, on: 2026-11-22, of: abcd0123}\n"
    content = load_bytes(broken("  cups:\n", f"  cups:\n{signed}")[0]).questionnaire
    cups = entry_of(packet(content, Proofs()), "cups", "topics")
    assert cups.state == "reviewed by B. Ean, taster, on 2026-11-22; it has changed since"
    assert entry_of(packet(content, Proofs()), "palpitations", "topics").state == "not reviewed yet"


def test_show_writes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.html"
    assert main(["show", str(SMALL_FILE), "--html", str(out)]) == 0
    assert capsys.readouterr() == ("", f"written: {out}\n")
    assert out.read_text("utf-8") == show_html(load_bytes(RAW).questionnaire, SMALL_ONE.proofs)
    assert main(["show", str(SMALL_FILE), "--region", "CA"]) == 0
    assert "Maple advice" in capsys.readouterr().out
    assert main(["show", str(SMALL_FILE), "--region", "FR"]) == 2
    assert "names no country `FR`; there are US, CA" in capsys.readouterr().err
