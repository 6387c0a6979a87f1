"""What comes out on paper, read back from real PDFs; without JavaScript, but for the button."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from screener.config import Settings
from screener.content.models.base import PREFER_NOT, Urgency, Voice
from screener.content.models.questionnaire import Questionnaire
from tests.answers import (
    ALWAYS,
    FIRST,
    Picked,
    body,
    calm_case,
    everything,
    led_by,
    offered,
    plans,
    several_stops,
    visitor,
)
from tests.browsing import OpenPage, served
from tests.needs import need
from tests.shipped import SHIPPED
from tests.web.page_lint import DRUG_NAMES

pytestmark = pytest.mark.browser

SIZES = ("Letter", "A4")
NUMBERS = ("911", "988", "1-800-222-1222")
FORM = {"content-type": "application/x-www-form-urlencoded"}

VISITORS = {f"V{number}": visitor(f"V{number}") for number in range(1, 7)}
TYPICAL = calm_case()


def sensitive(question: str) -> tuple[str, ...]:
    """The choices of a question that are kept apart on paper."""
    return tuple(id for id in offered(question) if id in SHIPPED.sensitive[question])


ORDINARY: Picked = {q: tuple(id for id in offered(q) if id not in sensitive(q))[:1] for q in ALWAYS}
"""An answer that is not sensitive to each question that everybody is asked."""

SENSITIVE: Picked = {
    q: sensitive(q)[:1] for q in ALWAYS if sensitive(q) and SHIPPED.questions[q].type != "single"
}
BOTH: Picked = {q: (*ids, *SENSITIVE.get(q, ())) for q, ids in ORDINARY.items()}


@pytest.fixture(scope="module", autouse=True)
def poppler() -> None:
    need(shutil.which("pdftotext"), "poppler-utils")


Results = Callable[..., Page]


@pytest.fixture
def results(open_page: OpenPage) -> Results:
    """Opens the results of some answers, after the pages that stop."""

    def show(answers: Mapping[str, Sequence[str]], voice: Voice = Voice.ME, site: str = "") -> Page:
        page = open_page("about:blank", java_script=False)
        page.route(
            "**/results",
            lambda route: route.continue_(
                method="POST",
                post_data=body(answers, voice),
                headers=route.request.headers | FORM,
            ),
        )
        page.goto(f"{site}/results")
        return page

    return show


Print = Callable[..., Path]


@pytest.fixture
def to_pdf(tmp_path: Path) -> Print:
    """Prints a page as it stands."""

    def print_page(page: Page, size: str = "Letter", fills: bool = False) -> Path:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.pdf"
        page.pdf(path=path, format=size, tagged=True, outline=True, print_background=fills)
        return path

    return print_page


def run(*command: str | Path) -> bytes:
    return subprocess.run(command, check=True, capture_output=True).stdout


def one_line(text: str | None) -> str:
    return " ".join((text or "").replace("☐", " ").split())


def pdf_text(path: Path, page: int | None = None) -> str:
    """The words of a PDF, or of one page of it, on one line, column after column."""
    only = ["-f", str(page), "-l", str(page)] if page else []
    return one_line(run("pdftotext", "-raw", *only, path, "-").decode())


def info(path: Path) -> dict[str, str]:
    rows = (line.partition(":") for line in run("pdfinfo", path).decode().splitlines())
    return {name: value.strip() for name, _, value in rows}


def page_texts(path: Path) -> list[str]:
    return [pdf_text(path, number) for number in range(1, int(info(path)["Pages"]) + 1)]


def type_size(path: Path, words: str) -> int:
    """The size of the type that some words are set in, in whole points."""
    xml = run("pdftohtml", "-xml", "-i", "-stdout", "-zoom", "1", path).decode()
    font = re.search(rf'font="(\d+)">[^\n]*{re.escape(words)}', xml)
    assert font, f"{words!r} is not printed"
    size = re.search(rf'<fontspec id="{font[1]}" size="(\d+)"', xml)
    assert size
    return int(size[1])


def grey_pixels(path: Path) -> bytes:
    """The first page in grey, without smoothing: 0 is black, 255 is white."""
    sharp = ("-r", "60", "-aa", "no", "-aaVector", "no", "-singlefile")
    return run("pdftoppm", "-gray", *sharp, path).split(b"\n255\n", 1)[1]


def qr_codes(path: Path) -> set[str]:
    need(shutil.which("zbarimg"), "zbar-tools")
    run("pdftoppm", "-gray", "-r", "150", path, path.with_suffix(""))
    rasters = path.parent.glob(f"{path.stem}-*.pgm")
    read = [subprocess.run(["zbarimg", "-q", "--raw", r], capture_output=True) for r in rasters]
    return set(b"".join(done.stdout for done in read).decode().split())


def tick(page: Page, *ids: str) -> None:
    """Choose what to print."""
    page.evaluate("document.querySelector('details.prints').open = true")
    for id in ids:
        page.locator(f"#{id}").check()


def blocks(page: Page) -> dict[str, Locator]:
    """The checks for blocks of answers, by their words."""
    rows = page.locator(".block > .row").all()
    return {one_line(row.inner_text()): row.locator("input") for row in rows}


def printed(page: Page, selector: str) -> list[str]:
    """The words that each of some parts of a page puts on paper."""
    page.emulate_media(media="print")
    return [one_line(text) for text in page.locator(f":is({selector}):visible").all_inner_texts()]


def texts(page: Page, selector: str) -> list[str]:
    """All words in each of some parts of a page."""
    return [one_line(text) for text in page.locator(selector).all_text_contents()]


def words_of(content: Questionnaire, answers: Picked) -> list[str]:
    """Some answers as the person read them."""
    return [
        one_line(content.choices[question][id].text.me)
        for question, ids in answers.items()
        for id in ids
    ]


def in_order(text: str, *parts: str) -> bool:
    for part in parts:
        _, found, text = text.partition(" ".join(part.split()))
        if not found:
            return False
    return True


class TestPlans:
    """What to do stands on the first page, and the notes for the visit on the second."""

    @pytest.mark.parametrize("name", VISITORS)
    def test_each_visitor(
        self, results: Results, to_pdf: Print, content: Questionnaire, name: str
    ) -> None:
        case = VISITORS[name]
        page = results(case.answers, case.voice)
        steps, parts = texts(page, ".body .steps li"), []
        parts += texts(page, "section[data-level] :is(h1, .why)")
        parts += texts(page, ".body .say")
        parts += steps + texts(page, ".body .donts li")
        parts += texts(page, "#why h2") + texts(page, "#why p")
        others = texts(page, "details[data-also] > summary")
        first, second, *_ = page_texts(to_pdf(page))
        assert steps
        assert in_order(first, content.results.levels[plans(case)[0].level], *parts)
        assert in_order(first, *others)
        assert len(others) == len(plans(case)) - 1
        topics = zip(texts(page, ".read h3"), texts(page, ".read .do"), strict=True)
        assert all(in_order(first, title, action) for title, action in topics)
        assert second.startswith(content.results.print.title)

    def test_two_pages(self, results: Results, to_pdf: Print) -> None:
        """On both kinds of paper in turn."""
        for case, size in zip(VISITORS.values(), SIZES * 3, strict=True):
            path = to_pdf(results(case.answers, case.voice), size)
            assert info(path)["Pages"] == "2", case.name
        for size in SIZES:
            assert int(info(to_pdf(results(everything()), size))["Pages"]) <= 3

    @pytest.mark.parametrize("size", SIZES)
    def test_everything_at_once_is_not_cut(
        self, results: Results, to_pdf: Print, size: str
    ) -> None:
        """In large print, with all answers."""
        page = results(everything())
        tick(page, "large", "mine")
        pages = page_texts(to_pdf(page, size))
        parts = printed(page, ".plate, .steps li, summary, h3, .do, .fill, .ask li, .block dd")
        assert len(parts) > 40
        for part in parts:
            assert any(part in text for text in pages), part

    def test_no_heading_ends_a_sheet(self, results: Results, to_pdf: Print) -> None:
        """Even in large print with all there is."""
        page = results(everything())
        tick(page, "large", "full", "mine")
        pages = page_texts(to_pdf(page))
        headings = printed(page, "h1, h2, h3")
        assert len(headings) > 20
        for text in pages:
            assert not any(text.endswith(heading) for heading in headings), text[-60:]

    def test_nothing_twice(self, results: Results, to_pdf: Print) -> None:
        """A step or a don't stands on one sheet, once."""
        case = VISITORS["V2"]
        page = results(case.answers, case.voice)
        text = " ".join(page_texts(to_pdf(page)))
        for words in texts(page, ".body :is(.say, .steps li, .donts li), .read h3, .fill"):
            assert text.count(words) == 1, words


class TestOtherPages:
    """What prints by the browser's own Print."""

    def test_stop_page(self, open_page: OpenPage, to_pdf: Print) -> None:
        """The first three plans with what to say and do; all with their number."""
        page = open_page(java_script=False)
        sent = body(several_stops(), seen=(), at=FIRST)
        page.route(
            "**/check",
            lambda route: route.continue_(
                method="POST", post_data=sent, headers=route.request.headers | FORM
            ),
        )
        page.goto("/check")
        parts = texts(page, ".plate :is(h1, h2, .dial, .why), .say, .steps li, .donts li")
        assert len(parts) > 15
        pages = page_texts(path := to_pdf(page))
        for part in parts:
            assert any(part in text for text in pages), part
        assert not any("Go on when" in text for text in pages)
        assert all(len(text) > 100 for text in pages), "an empty sheet"
        assert info(path)["Pages"] <= "2"

    def test_topic(self, open_page: OpenPage, to_pdf: Print) -> None:
        """With its text, not only with what to do."""
        page = open_page("/learn/do-not-stop-suddenly", java_script=False)
        text = pdf_text(to_pdf(page))
        facts = texts(page, ".facts :is(li, p):visible:not(:has(li, p, .cite))")
        assert len(facts) > 5
        for fact in facts:
            assert fact in text

    def test_answers_on_a_question_stay_off(self, open_page: OpenPage, to_pdf: Print) -> None:
        page = open_page("/check", java_script=False)
        page.locator("main [type=checkbox]").first.check()
        answer = texts(page, "main label")[0]
        text = pdf_text(to_pdf(page))
        assert texts(page, "h1")[0].partition(". ")[2] in text
        assert answer not in text


class TestAnswers:
    """They stay off the paper unless they are ticked."""

    def test_none_by_default(self, results: Results, to_pdf: Print, content: Questionnaire) -> None:
        """But for those that the plan is told to rest on, in its own words."""
        page = results(BOTH)
        text = pdf_text(to_pdf(page))
        assert "My answers" not in text
        for question in (*ORDINARY, *SENSITIVE):
            assert one_line(content.questions[question].ask.me) not in text
        assert texts(page, "#told dd")

    def test_ticked_they_are_in_the_persons_words(
        self, results: Results, to_pdf: Print, content: Questionnaire
    ) -> None:
        page = results(BOTH)
        tick(page, "mine")
        mine = pdf_text(to_pdf(page)).partition("My answers")[2]
        for question, words in zip(ORDINARY, words_of(content, ORDINARY), strict=True):
            assert in_order(mine, content.questions[question].ask.me, words)
        for answer in words_of(content, SENSITIVE):
            assert answer not in mine

    def test_a_sensitive_one_has_a_tick_of_its_own(
        self, results: Results, to_pdf: Print, content: Questionnaire
    ) -> None:
        page = results(BOTH)
        tick(page, "mine")
        rows = blocks(page)
        question, other, *_ = SENSITIVE
        rows[one_line(content.questions[question].ask.me)].check()
        mine = pdf_text(to_pdf(page)).partition("My answers")[2]
        assert words_of(content, {question: SENSITIVE[question]})[0] in mine
        assert words_of(content, {other: SENSITIVE[other]})[0] not in mine

    def test_unticking_takes_one_block_away(
        self, results: Results, to_pdf: Print, content: Questionnaire
    ) -> None:
        page = results(ORDINARY)
        tick(page, "mine")
        titles = {one_line(section.title.me) for section in content.sections}
        first, *others = (row for words, row in blocks(page).items() if words in titles)
        assert others
        first.uncheck()
        mine = pdf_text(to_pdf(page)).partition("My answers")[2]
        words = words_of(content, ORDINARY)
        assert words[0] not in mine
        assert words[-1] in mine

    def test_none_ticked_no_heading(self, results: Results, to_pdf: Print) -> None:
        page = results(BOTH)
        tick(page, "mine")
        for row in blocks(page).values():
            row.uncheck()
        assert "My answers" not in pdf_text(to_pdf(page))

    def test_prefer_not_to_say_never(
        self, results: Results, to_pdf: Print, content: Questionnaire
    ) -> None:
        able = [q for q in content.questions if PREFER_NOT in content.choices[q]]
        page = results(ORDINARY | dict.fromkeys(able, (PREFER_NOT,)))
        tick(page, "mine", "full")
        text = pdf_text(to_pdf(page))
        assert FIRST in able
        assert content.about.standard_choices.prefer_not not in text
        assert one_line(content.questions[FIRST].ask.me) not in text


class TestChoices:
    """The full reading, and large print."""

    def test_full_brings_facts_sources_and_other_plans(
        self, results: Results, to_pdf: Print, content: Questionnaire
    ) -> None:
        page = results(TYPICAL.answers)
        facts = texts(page, ".read .facts :is(li, p):not(:has(li, p, .cite))")
        steps = texts(page, "details[data-also] .steps li")
        assert len(facts) > 5 and steps
        short = pdf_text(to_pdf(page))
        tick(page, "full")
        full = pdf_text(to_pdf(page))
        cited = page.locator("#sources li").first.get_attribute("id") or ""
        source = content.sources[cited.removeprefix("source-")].title
        assert source not in short
        for extra in (*facts, *steps, source):
            assert extra in full
        assert not [extra for extra in (*facts, *steps) if extra in short and len(extra) > 40]

    def test_large_print(self, results: Results, to_pdf: Print) -> None:
        page = results({})
        words = texts(page, ".steps li")[0][:20]
        assert type_size(to_pdf(page), words) == 12
        tick(page, "large")
        assert type_size(to_pdf(page), words) == 18


class TestSheet:
    """What every print holds, and in which order."""

    @pytest.mark.parametrize("voice", Voice)
    def test_reading_order(
        self, results: Results, to_pdf: Print, content: Questionnaire, voice: Voice
    ) -> None:
        page = results(led_by(Urgency.TODAY, voice).answers, voice)
        text = pdf_text(to_pdf(page))
        notes = content.results.print
        assert in_order(
            text,
            *texts(page, "h1"),
            "What to say",
            "What to do",
            "To read",
            "Emergency",
            notes.title,
            notes.to_clinician,
            notes.about,
        )
        assert len(text.rpartition(one_line(notes.about))[2]) < 300
        assert text.count(notes.title) == 1
        assert all(number in text for number in NUMBERS)
        assert one_line(notes.warning) in " ".join(texts(page, "#finish"))

    def test_tagged_and_its_title_names_no_medicine(self, results: Results, to_pdf: Print) -> None:
        about = info(to_pdf(results(TYPICAL.answers)))
        assert about["Tagged"] == "yes"
        assert about["Title"] and not DRUG_NAMES.search(about["Title"])

    def test_black_on_white_and_no_fills(self, results: Results, to_pdf: Print) -> None:
        for case in (VISITORS["V2"], VISITORS["V4"]):  # an emergency, and none
            page = results(case.answers, case.voice)
            pixels = grey_pixels(to_pdf(page))
            assert pixels == grey_pixels(to_pdf(page, fills=True))
            assert max(set(pixels) - {255}) <= 0x59, "fainter than 7 to 1"


class TestQrCode:
    """Codes that a phone can read."""

    def test_crisis_line(self, results: Results, to_pdf: Print) -> None:
        page = results({})
        assert qr_codes(to_pdf(page)) == {"tel:988"}
        page.emulate_media(media="print")
        svg = page.locator("svg.qr")
        box, modules = svg.bounding_box(), (svg.get_attribute("viewBox") or "").split()[2]
        assert box
        without_margin = box["width"] * (int(modules) - 8) / int(modules)
        assert without_margin / 96 * 25.4 >= 25, "mm"

    def test_help_page_of_a_public_site(self, results: Results, to_pdf: Print) -> None:
        with served(Settings(public_url="https://check.example")) as address:
            path = to_pdf(results({}, site=address))
        assert qr_codes(path) == {"tel:988", "https://check.example/help"}
        assert "Help lines: check.example/help" in pdf_text(path)


@pytest.mark.parametrize("size", SIZES)
def test_paper_questionnaire(
    open_page: OpenPage, to_pdf: Print, content: Questionnaire, size: str
) -> None:
    page = open_page("/paper", java_script=False)
    pages = page_texts(path := to_pdf(page, size))
    text = pdf_text(path)
    assert len(pages) <= 6
    assert not DRUG_NAMES.search(info(path)["Title"])
    assert in_order(text, *(one_line(q.ask.me) for q in content.questions.values()))
    assert in_order(text, "How to read it", content.results.print.to_clinician)
    assert all(number in text.partition("How to read it")[2] for number in NUMBERS)
    assert content.about.standard_choices.prefer_not not in text
    for question in printed(page, ".ask-on-paper"):
        assert any(question in text for text in pages), question
    for section in content.sections:
        start = one_line(f"{section.title.me} {section.questions[0].ask.me}")
        assert any(start in text for text in pages), start
