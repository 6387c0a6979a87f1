"""The questionnaire and the diary on paper, read back from real PDFs; without JavaScript."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from screener.config import Settings
from screener.content.localize import in_region, regions_of
from screener.content.models.base import Voice
from screener.content.models.contacts import with_numbers
from screener.engine.paper_form import PaperForm
from tests.browsing import OpenPage, served
from tests.needs import need
from tests.running import Server
from tests.shipped import SHIPPED
from tests.web.page_lint import DRUG_NAMES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = ("Letter", "A4")
FORMS = {Voice.ME: "/paper", Voice.SOMEONE: "/paper/someone"}
PAGES = [*FORMS.values(), "/diary"]
MOST_PAGES = 6
MM = 72 / 25.4
"""Points in a millimetre."""


@pytest.fixture(scope="module", autouse=True)
def poppler() -> None:
    need(shutil.which("pdftotext"), "poppler-utils")


Print = Callable[..., Path]


@pytest.fixture(scope="module")
def to_pdf(
    chromium: Browser, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Print]:
    """Prints a page, as it comes or with what is checked on it. The same is printed once."""
    folder = tmp_path_factory.mktemp("printed")
    context = chromium.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()

    @cache
    def print_page(path: str, size: str = "Letter", large: bool = False) -> Path:
        page.goto(path)
        if large:
            page.get_by_label("Large print").check()
        pdf = folder / f"{len(list(folder.iterdir()))}.pdf"
        page.pdf(path=pdf, format=size, tagged=True, outline=True)
        return pdf

    yield print_page
    context.close()


@pytest.fixture(scope="module")
def kiosk() -> Iterator[str]:
    """The address of a touch screen with a printer."""
    with served(Settings(kiosk_print=True)) as address:
        yield f"{address}/kiosk"


@pytest.fixture
def printing_kiosk(open_page: OpenPage, kiosk: str, tmp_path: Path) -> Print:
    """Prints a page of a touch screen by its button."""

    def print_page(path: str) -> Path:
        page = open_page("about:blank")
        page.goto(f"{kiosk}{path}")
        page.evaluate("window.print = () => {}")
        page.locator(".dock [data-print]").click()
        page.pdf(path=tmp_path / "kiosk.pdf", format="Letter", tagged=True)
        return tmp_path / "kiosk.pdf"

    return print_page


def run(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()


def one_line(text: str) -> str:
    return " ".join(text.split())


def page_count(pdf: Path) -> int:
    return int(re.findall(r"^Pages: +(\d+)", run("pdfinfo", pdf), re.MULTILINE)[0])


def text_of(pdf: Path) -> str:
    """All words, column after column."""
    return one_line(run("pdftotext", "-raw", pdf, "-"))


def type_sizes(pdf: Path) -> dict[float, str]:
    """The sizes of type, in points, each with some words that have it."""
    xml = run("pdftohtml", "-xml", "-i", "-stdout", "-zoom", "1", "-fontfullname", pdf)
    fonts = dict(re.findall(r'<fontspec id="(\d+)" size="(\d+)"', xml))
    used = re.findall(r'<text [^>]*font="(\d+)">(.*?)</text>', xml)
    return {float(fonts[font]): words for font, words in used if re.sub("<.*?>", "", words).strip()}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("voice", list(Voice))
def test_the_form_has_every_question_in_order(to_pdf: Print, voice: Voice, size: str) -> None:
    content = in_region(SHIPPED)
    pdf = to_pdf(FORMS[voice], size)
    text = text_of(pdf)
    assert page_count(pdf) <= MOST_PAGES
    assert not DRUG_NAMES.search(run("pdfinfo", pdf).split("Title:")[1].splitlines()[0])
    at = 0
    for asked in PaperForm(content, voice).questions:
        heading = f"{asked.number}. {one_line(asked.question.ask.in_voice(voice))}"
        at = text.index(heading, at)
        for box, choice in asked.choices:
            at = text.index(f"{box.code} {one_line(choice.text.in_voice(voice))}", at)
    at = text.index("What to do first", at)
    for line in PaperForm(content, voice).lines:
        heading = with_numbers(line.plan.heading.in_voice(voice), content.contacts)
        at = text.index(one_line(heading), at)
    assert text.index(one_line(content.results.print.to_clinician), at)


@pytest.mark.parametrize("code", list(regions_of(SHIPPED))[1:])
def test_the_form_of_another_country_is_no_longer(to_pdf: Print, code: str) -> None:
    for path in FORMS.values():
        assert page_count(to_pdf(f"/{code.lower()}{path}")) <= MOST_PAGES, path


@pytest.mark.parametrize("path", PAGES)
def test_no_type_is_small(to_pdf: Print, path: str) -> None:
    for large, least in ((False, 12), (True, 18)):
        sizes = type_sizes(to_pdf(path, large=large))
        assert min(sizes) >= least, sizes[min(sizes)]


@pytest.mark.parametrize("path", FORMS.values())
def test_large_print_has_one_column(open_page: OpenPage, path: str) -> None:
    page = open_page(path, java_script=False)
    page.emulate_media(media="print")
    lefts = "found => new Set(found.map(it => Math.round(it.getBoundingClientRect().left))).size"
    assert page.locator(".ask-on-paper").evaluate_all(lefts) == 2
    page.emulate_media(media="screen")
    page.get_by_label("Large print").check()
    page.emulate_media(media="print")
    assert page.locator(".ask-on-paper").evaluate_all(lefts) == 1


@pytest.mark.parametrize("path", PAGES)
def test_what_is_for_the_screen_stays_off_the_paper(to_pdf: Print, path: str) -> None:
    text = text_of(to_pdf(path))
    for words in ("Large print", "Print this", "The form about", "Leave", "Help lines"):
        assert words not in text, words


@pytest.mark.parametrize("size", SIZES)
def test_the_diary_is_one_page_with_room_to_write(
    to_pdf: Print, open_page: OpenPage, size: str
) -> None:
    for large in (False, True):
        pdf = to_pdf("/diary", size, large)
        assert page_count(pdf) == 1
        text = text_of(pdf)
        diary = in_region(SHIPPED).results.diary
        assert one_line(diary.title) in text and one_line(diary.about) in text
        lines = re.findall(
            r'<word xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>(\d+)</word>',
            run("pdftotext", "-bbox", pdf, "-"),
        )
        left = min(float(x) for x, _, _ in lines)
        days = [float(y) for x, y, _ in lines if float(x) < left + 5 * MM]
        assert len(days) == 14
        steps = [below - above for above, below in pairwise(days)]
        assert min(steps) >= 8 * MM


@pytest.mark.parametrize("path", PAGES)
def test_a_touch_screen_prints_the_same(to_pdf: Print, printing_kiosk: Print, path: str) -> None:
    assert text_of(printing_kiosk(path)) == text_of(to_pdf(path))


@pytest.mark.parametrize("path", PAGES)
def test_paper_is_black_on_white(open_page: OpenPage, path: str) -> None:
    """So it loses nothing in greyscale: neither the text nor the boxes need a colour."""
    page = open_page(path, java_script=False)
    page.emulate_media(media="print")
    colours = colours_on(page)
    assert colours and colours <= {"rgb(0, 0, 0)", "rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}


def colours_on(page: Page) -> set[str]:
    """The colours of text, grounds and lines of what is printed."""
    found: list[str] = page.locator("main :visible").evaluate_all(
        """found => found.flatMap((it) => {
          const style = getComputedStyle(it);
          return ["color", "backgroundColor", "borderBottomColor"]
            .filter((name) => name !== "borderBottomColor" || style.borderBottomWidth !== "0px")
            .map((name) => style[name]);
        })"""
    )
    return set(found)


@pytest.mark.parametrize("path", PAGES)
def test_the_pdf_is_tagged(to_pdf: Print, path: str) -> None:
    pdf = to_pdf(path)
    assert re.search(r"^Tagged: +yes", run("pdfinfo", pdf), re.MULTILINE)
    structure = run("pdfinfo", "-struct", pdf)
    tags = ["H1", "Table", "TR", "TH"]
    for tag in tags if path == "/diary" else [*tags, "TD", "L", "LI", "H2", "H3"]:
        assert re.search(rf"^ *{tag}\b", structure, re.MULTILINE), tag
