"""What comes out on paper, read back from real PDFs; without JavaScript, but for the button."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from screener.content.models.base import Urgency, Voice
from screener.content.models.questionnaire import Questionnaire
from tests.browsing import OpenPage
from tests.needs import need
from tests.running import running
from tests.web.page_lint import DRUG_NAMES

pytestmark = pytest.mark.browser

SIZES = ("Letter", "A4")
NOT_A_DIAGNOSIS = "This is not a test, not a score and not a diagnosis."
NUMBERS = ("911", "988", "1-800-222-1222", "1-800-662-4357")
FORM = {"content-type": "application/x-www-form-urlencoded"}

TEN_CARDS = {
    "supply": "worried",
    "alcohol": "now-and-then",
    "tolerance": "yes",
    "sleepy": "drowsy-tired",
}
MANY_CARDS = {
    "how-taken": "more crushed",
    "supply": "soon-out",
    "alcohol": "most-days",
    "mixing": "opioids sedatives",
    "tolerance": "yes",
    "feel-normal": "often",
    "daily-life": "people money",
    "stopping": "on-own",
    "balance": "clumsy slurred",
    "mood": "low",
    "situation": "pregnant drives-slow children",
}
# No word of these stands on the paper for another reason.
ORDINARY = {
    "how-taken": "crushed",
    "other-effects": "constipation stuffy-nose",
    "mood-and-sleep": "w-nightmares",
    "body-signs": "w-sweating",
    "situation": "eye-pressure",
}
SENSITIVE = {"suicide": "thoughts", "source": "changed outside", "mixing": "street-drugs"}


@pytest.fixture(scope="module", autouse=True)
def poppler() -> None:
    need(shutil.which("pdftotext"), "poppler-utils")


Results = Callable[..., Page]


@pytest.fixture
def results(open_page: OpenPage, content: Questionnaire) -> Results:
    """Opens the results of some answers, after the pages of their red flags."""

    def show(answers: dict[str, str], voice: str = "me", site: str = "") -> Page:
        picked = {question: ids.split() for question, ids in answers.items()}
        for question, ids in picked.items():
            assert set(ids) <= set(content.choices[question]), question
        shown = list(content.interruptions)
        body = urlencode({**picked, "voice": voice, "shown": shown}, doseq=True)
        page = open_page(java_script=False)
        page.route(
            "**/results",
            lambda route: route.continue_(
                method="POST", post_data=body, headers=route.request.headers | FORM
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
    for id in ids:
        page.locator(f"#{id}").check(force=True)


def tick_answer(page: Page, words: str, on: bool = True) -> None:
    """Tick, or untick, a block of answers to print."""
    page.locator(".block .choice").filter(has_text=words).locator("input").set_checked(on)


def printed(page: Page, selector: str) -> list[str]:
    """The words that each of some parts of a page puts on paper."""
    page.emulate_media(media="print")
    return [one_line(text) for text in page.locator(f":is({selector}):visible").all_inner_texts()]


def texts(page: Page, selector: str) -> list[str]:
    """All words in each of some parts of a page."""
    return [one_line(text) for text in page.locator(selector).all_text_contents()]


def words_of(content: Questionnaire, answers: dict[str, str]) -> list[str]:
    """Some answers as the person read them."""
    return [
        content.choices[question][id].text.me
        for question, ids in answers.items()
        for id in ids.split()
    ]


def in_order(text: str, *parts: str) -> bool:
    for part in parts:
        _, found, text = text.partition(" ".join(part.split()))
        if not found:
            return False
    return True


class TestCards:
    """How many cards are printed, and that none is cut."""

    @pytest.mark.parametrize("size", SIZES)
    def test_ten_take_two_pages(self, results: Results, to_pdf: Print, size: str) -> None:
        page = results(TEN_CARDS)
        assert page.locator("section.card").count() == 10
        text = pdf_text(path := to_pdf(page, size))
        assert all(action in text for action in texts(page, ".do"))
        assert info(path)["Pages"] == "2"

    @pytest.mark.parametrize("size", SIZES)
    def test_many_take_three_pages(self, results: Results, to_pdf: Print, size: str) -> None:
        page = results(MANY_CARDS)
        assert page.locator("section.card").count() >= 25
        assert int(info(to_pdf(page, size))["Pages"]) <= 3

    def test_after_ten_only_titles_unless_urgent(self, results: Results, to_pdf: Print) -> None:
        page = results(MANY_CARDS)
        text = pdf_text(to_pdf(page))
        cards = ".group .card"
        soon = f"{cards}:is([data-urgency=soon],[data-urgency=learn])"
        titles, actions = texts(page, f"{cards} h3"), texts(page, f"{cards} .do")
        urgent = len(titles) - page.locator(soon).count()
        assert len(titles) > urgent > 10
        assert all(title in text for title in titles)
        assert [action for action in actions if action in text] == actions[:urgent]
        groups = page.locator(".group:has(.brief)").count()
        assert text.count("Also fits: read when you can") == groups > 0

    @pytest.mark.parametrize("size", SIZES)
    @pytest.mark.parametrize("large", [False, True], ids=["", "large"])
    def test_none_is_cut(self, results: Results, to_pdf: Print, large: bool, size: str) -> None:
        page = results(MANY_CARDS | SENSITIVE)
        if large:
            tick(page, "large")
        pages = page_texts(to_pdf(page, size))
        parts = printed(page, ".stop, .rule1, section.card, .line, .fill, .ask li")
        assert len(parts) > 40
        for part in parts:
            assert any(part in text for text in pages), part

    def test_in_full_each_keeps_its_head(self, results: Results, to_pdf: Print) -> None:
        page = results(MANY_CARDS)
        tick(page, "full")
        pages = page_texts(to_pdf(page))
        for head in zip(texts(page, ".card h3"), texts(page, ".card .do"), strict=True):
            assert any(in_order(text, *head) for text in pages), head


class TestAnswers:
    """They stay off the paper unless they are ticked."""

    def test_no_word_of_them_by_default(
        self, results: Results, to_pdf: Print, content: Questionnaire
    ) -> None:
        text = pdf_text(to_pdf(results(ORDINARY | SENSITIVE)))
        words = " ".join(words_of(content, ORDINARY)).lower().split()
        assert set(re.findall(r"\w+", text.lower())) & set(words) <= {"or"}
        assert not [answer for answer in words_of(content, SENSITIVE) if answer in text]
        for question in ("how-taken", "suicide", "source", "mixing"):
            assert f" {content.questions[question].subject} (part" in text
            assert content.questions[question].ask.me not in text

    def test_ticked_they_are_in_the_persons_words(
        self, results: Results, to_pdf: Print, content: Questionnaire
    ) -> None:
        page = results(ORDINARY | SENSITIVE)
        tick(page, "mine")
        text = pdf_text(to_pdf(page))
        effects, cutting = content.sections[3].title, content.sections[4].title
        assert in_order(
            text,
            "My answers",
            f"Part 4: {effects} {content.questions['other-effects'].ask.me}",
            "Constipation; Runny or stuffy nose",
            f"Part 5: {cutting} {content.questions['mood-and-sleep'].ask.me} Nightmares",
        )
        for answer in words_of(content, ORDINARY):
            assert answer in text
        for answer in words_of(content, SENSITIVE):
            assert answer not in text

    @pytest.mark.parametrize("question", SENSITIVE)
    def test_a_sensitive_one_has_a_tick_of_its_own(
        self, results: Results, to_pdf: Print, content: Questionnaire, question: str
    ) -> None:
        page = results(ORDINARY | SENSITIVE)
        tick(page, "mine")
        tick_answer(page, content.questions[question].ask.me)
        text = pdf_text(to_pdf(page))
        for other, ids in SENSITIVE.items():
            for answer in words_of(content, {other: ids}):
                assert (answer in text) == (other == question)

    def test_unticking_takes_one_block_away(
        self, results: Results, to_pdf: Print, content: Questionnaire
    ) -> None:
        page = results(ORDINARY)
        tick(page, "mine")
        tick_answer(page, content.sections[3].title, on=False)
        text = pdf_text(to_pdf(page))
        assert "Constipation" not in text
        for kept in ("Crushed or snorted", "Nightmares", "Sweating", "Glaucoma"):
            assert kept in text

    def test_none_ticked_no_heading(
        self, results: Results, to_pdf: Print, content: Questionnaire
    ) -> None:
        page = results(SENSITIVE)
        tick(page, "mine")
        assert "My answers" not in pdf_text(to_pdf(page))

    def test_prefer_not_to_say_never(
        self, results: Results, to_pdf: Print, content: Questionnaire
    ) -> None:
        page = results({"suicide": "prefer-not", "alcohol": "prefer-not"} | ORDINARY)
        tick(page, "mine", "full")
        text = pdf_text(to_pdf(page))
        assert content.about.standard_choices.prefer_not not in text
        for question in ("suicide", "alcohol"):
            assert content.questions[question].ask.me not in text
        assert in_order(text, content.results.support, "Call 988 Text 988", "Help lines")


class TestChoices:
    """The full reading, large print, and how one prints."""

    def test_full_brings_facts_and_sources(
        self, results: Results, to_pdf: Print, content: Questionnaire
    ) -> None:
        page = results({"supply": "soon-out"})
        night = content.results.night_line.partition(" Or ")[0]
        facts = texts(page, ".facts li")
        assert len(facts) > 5
        short = pdf_text(to_pdf(page))
        tick(page, "full")
        full = pdf_text(to_pdf(page))
        for extra in (night, "Sources:", *facts):
            assert extra not in short
            assert extra in full

    def test_large_print(self, results: Results, to_pdf: Print, content: Questionnaire) -> None:
        page = results({})
        action = "Call your prescriber"
        assert type_size(to_pdf(page), action) == 12
        tick(page, "large")
        assert type_size(to_pdf(page), action) == 18

    def test_button_only_with_a_script(self, open_page: OpenPage, results: Results) -> None:
        page = results({})
        assert page.locator("#finish .no-script").is_visible()
        assert not page.locator("[data-print]").is_visible()
        scripted = open_page("/check")
        scripted.get_by_role("button", name="See my results now").click()
        scripted.locator("[data-print]").wait_for()
        for finish in (page.locator("#finish"), scripted.locator("#finish")):
            assert "Printed paper is not private." in finish.inner_text()


class TestSheet:
    """What every print holds, and in which order."""

    @pytest.mark.parametrize("voice", Voice)
    def test_reading_order(
        self, results: Results, to_pdf: Print, content: Questionnaire, voice: Voice
    ) -> None:
        text = pdf_text(to_pdf(results(MANY_CARDS | SENSITIVE, voice)))
        groups = [content.results.groups[level].title for level in Urgency]
        notes = content.results.print
        assert in_order(
            text, *groups, "Help lines", "Call 911", notes.title, notes.to_clinician, "Pills left"
        )
        last = text.rpartition(NOT_A_DIAGNOSIS)
        assert text.startswith(NOT_A_DIAGNOSIS)
        assert len(last[2]) < 300 and last[0].count(notes.title) == 1
        for number in NUMBERS:
            assert f"Call {number}" in text

    def test_notes_start_a_page(
        self, results: Results, to_pdf: Print, content: Questionnaire
    ) -> None:
        pages = page_texts(to_pdf(results({})))
        assert pages[1].startswith(content.results.print.title)

    def test_tagged_and_its_title_names_no_medicine(self, results: Results, to_pdf: Print) -> None:
        about = info(to_pdf(results(TEN_CARDS)))
        assert about["Tagged"] == "yes"
        assert about["Title"] and not DRUG_NAMES.search(about["Title"])

    def test_black_on_white_and_no_fills(self, results: Results, to_pdf: Print) -> None:
        page = results(MANY_CARDS | SENSITIVE)
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
        with running(
            "--workers", "1", env={"SCREENER_PUBLIC_URL": "https://check.example"}
        ) as server:
            path = to_pdf(results({}, site=server.url))
        assert qr_codes(path) == {"tel:988", "https://check.example/help"}
        assert "Help lines: check.example/help" in pdf_text(path)


@pytest.mark.parametrize("size", SIZES)
def test_paper_questionnaire(
    open_page: OpenPage, to_pdf: Print, content: Questionnaire, size: str
) -> None:
    page = open_page("/paper", java_script=False)
    pages = page_texts(path := to_pdf(page, size))
    text = pdf_text(path)
    assert len(pages) <= 4
    assert not DRUG_NAMES.search(info(path)["Title"])
    assert in_order(text, *(question.ask.me for question in content.questions.values()))
    assert in_order(text, "How to read it", content.results.print.to_clinician)
    assert all(number in text.partition("How to read it")[2] for number in NUMBERS)
    assert content.about.standard_choices.prefer_not not in text
    for question in printed(page, ".ask-on-paper"):
        assert any(question in text for text in pages), question
    for section in content.sections:
        start = f"{section.title} {section.questions[0].ask.me}"
        assert any(start in text for text in pages), start
