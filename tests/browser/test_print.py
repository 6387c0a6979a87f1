"""What comes out on paper, read back from real PDFs; without JavaScript, but for the button."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from screener.config import Settings
from screener.content.models.base import Voice
from screener.content.models.proofs import Case
from screener.engine.flow import NEXT
from screener.web.papers import PRINT, WITH, WITHOUT
from tests.answers import CASES, FIRST, body, several_stops, visitor
from tests.browsing import OpenPage, served
from tests.needs import need
from tests.web.page_lint import DRUG_NAMES

pytestmark = pytest.mark.browser

SIZES = ("Letter", "A4")
NUMBERS = ("911", "988", "1-800-222-1222")
FORM = {"content-type": "application/x-www-form-urlencoded"}

VISITORS = {f"V{number}": visitor(f"V{number}") for number in range(1, 7)}


@pytest.fixture(scope="module", autouse=True)
def poppler() -> None:
    need(shutil.which("pdftotext"), "poppler-utils")


Results = Callable[..., Page]


@pytest.fixture
def results(open_page: OpenPage) -> Results:
    """Opens the results of some answers, after the pages that stop, or a page on the way to
    paper; always in the same window."""
    page = open_page("about:blank", java_script=False)

    def show(
        answers: Mapping[str, Sequence[str]],
        voice: Voice = Voice.ME,
        site: str = "",
        go: str = NEXT,
        printed: Sequence[str] = (),
        large: bool = False,
        **fields: str,
    ) -> Page:
        page.unroute_all()
        more = "".join(f"&print={question}" for question in printed) + "&large=on" * large
        page.route(
            "**/results",
            lambda route: route.continue_(
                method="POST",
                post_data=body(answers, voice, go=go, **fields) + more,
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


def smallest_type(path: Path) -> int:
    """In whole points, of all that is printed in words."""
    xml = run("pdftohtml", "-xml", "-i", "-stdout", "-zoom", "1", path).decode()
    used = set(re.findall(r'<text [^>]*font="(\d+)">(?=[^\n]*\w)', xml))
    sizes = dict(re.findall(r'<fontspec id="(\d+)" size="(\d+)"', xml))
    return min(int(sizes[font]) for font in used)


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


def printed(page: Page, selector: str) -> list[str]:
    """The words that each of some parts of a page puts on paper."""
    page.emulate_media(media="print")
    return [one_line(text) for text in page.locator(f":is({selector}):visible").all_inner_texts()]


def texts(page: Page, selector: str) -> list[str]:
    """All words in each of some parts of a page."""
    return [one_line(text) for text in page.locator(selector).all_text_contents()]


def in_order(text: str, *parts: str) -> bool:
    for part in parts:
        _, found, text = text.partition(" ".join(part.split()))
        if not found:
            return False
    return True


CLINIC = Settings(
    public_url="https://check.example",
    clinic_name="Riverside Community Clinic",
    clinic_phone="555-0100",
    clinic_room="Room 4",
    clinic_line="Open Monday to Friday till six",
    kiosk_print=True,
)


@pytest.fixture(scope="module")
def clinic() -> Iterator[str]:
    """A server with all that a clinic can set."""
    with served(CLINIC) as address:
        yield address


def longest(count: int) -> list[Case]:
    """The cases of which most is printed."""
    return sorted(CASES, key=lambda case: -len(str(case.answers)))[:count]


def sheets(results: Results, case: Case, go: str = WITH, **more: Any) -> Page:
    return results(case.answers, case.voice, go=go, **more)


class TestPages:
    """Two pages with answers, one without."""

    @pytest.mark.slow
    def test_the_longest_cases(self, results: Results, to_pdf: Print, clinic: str) -> None:
        for case in (*longest(8), *VISITORS.values()):
            page = sheets(results, case, site=clinic, printed=list(case.answers))
            for size in SIZES:
                assert info(to_pdf(page, size))["Pages"] == "2", (case.name, size)

    @pytest.mark.slow
    def test_every_case(self, results: Results, to_pdf: Print, clinic: str) -> None:
        """On one size of sheet or the other, in turn."""
        for case, size in zip(CASES, cycle(SIZES), strict=False):
            page = sheets(results, case, site=clinic, printed=list(case.answers))
            assert info(to_pdf(page, size))["Pages"] == "2", (case.name, size)

    @pytest.mark.slow
    def test_without_answers(self, results: Results, to_pdf: Print, clinic: str) -> None:
        for case in [*longest(4), *VISITORS.values()]:
            page = sheets(results, case, WITHOUT, site=clinic)
            assert all(info(to_pdf(page, size))["Pages"] == "1" for size in SIZES), case.name

    def test_the_plan_begins_the_second_and_nothing_points_to_what_is_not_printed(
        self, results: Results, to_pdf: Print
    ) -> None:
        for case in VISITORS.values():
            page = sheets(results, case)
            first, second = page_texts(to_pdf(page))
            plate = texts(page, ".own .plate :is(.level, h2)")
            assert first.startswith(texts(page, ".sheet h2")[0])
            assert in_order(second[:200], *plate)
            for pointer in ("see below", "above", "on this page", "press next", "this list"):
                assert pointer not in f"{first} {second}".lower(), pointer

    def test_nothing_is_cut_in_large_print(self, results: Results, to_pdf: Print) -> None:
        for case in (*longest(1), VISITORS["V2"]):
            page = sheets(results, case, large=True)
            text = " ".join(page_texts(to_pdf(page)))
            for words in texts(page, ".sheet :is(dt, h2, .say, .steps li, .donts li)"):
                assert words in text, words


@pytest.mark.slow
class TestType:
    """12 points at least; 18 in large print, in one column."""

    @pytest.mark.parametrize(("large", "points"), [(False, 12), (True, 18)])
    @pytest.mark.parametrize("go", [WITH, WITHOUT])
    def test_smallest(
        self, results: Results, to_pdf: Print, clinic: str, go: str, large: bool, points: int
    ) -> None:
        for case in (VISITORS["V2"], VISITORS["V5"]):
            page = sheets(results, case, go, site=clinic, large=large)
            assert smallest_type(to_pdf(page)) >= points

    def test_one_column(self, results: Results) -> None:
        page = sheets(results, VISITORS["V2"], large=True)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 700, "height": 900})
        row = page.locator("[data-row=supply]")
        term, told = (row.locator(tag).bounding_box() for tag in ("dt", "dd"))
        assert term and told and told["y"] >= term["y"] + term["height"]

    def test_lines_to_write_on(self, results: Results) -> None:
        page = sheets(results, VISITORS["V1"])
        page.emulate_media(media="print")
        lines = page.locator(".fill").all()
        boxes = [box for line in lines if (box := line.bounding_box())]
        assert len(boxes) > 5
        assert all(box["height"] / 96 * 25.4 >= 7.9 for box in boxes)

    def test_black_on_white_and_no_fills(self, results: Results, to_pdf: Print) -> None:
        for case in (VISITORS["V2"], VISITORS["V4"]):  # an emergency, and none
            page = sheets(results, case)
            pixels = grey_pixels(to_pdf(page))
            assert pixels == grey_pixels(to_pdf(page, fills=True))
            assert max(set(pixels) - {255}) <= 0x77


@pytest.mark.slow
class TestReading:
    """For machines that read paper aloud, and for phones."""

    def test_tagged_in_reading_order(self, results: Results, to_pdf: Print) -> None:
        page = sheets(results, VISITORS["V2"])
        path = to_pdf(page)
        about = info(path)
        assert about["Tagged"] == "yes"
        assert about["Title"] and not DRUG_NAMES.search(about["Title"])
        tags = run("pdfinfo", "-struct-text", path).decode()
        spoken = "".join("".join(re.findall(r'"(.*)"', tags)).split())  # lines join without a space
        order = texts(page, ".sheet dt") + texts(page, ".own :is(h2, h3)")
        assert in_order(spoken, *("".join(words.split()) for words in order))

    def test_codes(self, results: Results, to_pdf: Print, clinic: str) -> None:
        """From a raster of 150 dots an inch. No code says what was answered."""
        for case in (VISITORS["V2"], VISITORS["V5"]):
            for large in (False, True):
                path = to_pdf(sheets(results, case, site=clinic, large=large))
                assert qr_codes(path) == {"tel:988", "https://check.example/help"}
        assert qr_codes(to_pdf(sheets(results, VISITORS["V2"]))) == {"tel:988"}


class TestResults:
    """What the browser's own Print puts on paper: the plan, and nothing that was answered."""

    @pytest.mark.parametrize("name", VISITORS)
    def test_the_plan_only(self, results: Results, to_pdf: Print, name: str) -> None:
        case = VISITORS[name]
        page = results(case.answers, case.voice)
        text = pdf_text(path := to_pdf(page))
        assert int(info(path)["Pages"]) <= 2
        assert in_order(
            text, *texts(page, ".plate :is(h1, .why)"), *texts(page, ".found > .body .steps li")
        )
        told = (
            texts(page, ".found > .body .say .noprint")
            + texts(page, "#told dd")
            + texts(page, "#why p")
        )
        for words in filter(lambda words: len(words) > 8, told):
            assert words not in text, words
        assert all(number in text for number in NUMBERS[:2])

    def test_the_choice_prints_nothing(self, results: Results, to_pdf: Print) -> None:
        text = pdf_text(to_pdf(sheets(results, VISITORS["V2"], PRINT)))
        assert "street" not in text


def test_a_touch_screen_prints_by_its_button_only(
    results: Results, to_pdf: Print, clinic: str
) -> None:
    case, issued = VISITORS["V2"], str(int(time.time()))
    page = results(case.answers, case.voice, f"{clinic}/kiosk", go=WITH, issued=issued)
    assert pdf_text(to_pdf(page)) == "Ask staff for a paper copy."
    page.evaluate("document.documentElement.classList.add('printing')")
    first, second = page_texts(to_pdf(page))
    assert "No medicine left" in first and "Go to an emergency room now" in second
    assert "Finish" not in first + second and "Tell a staff member" not in first + second


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
        parts = texts(page, ".plate :is(h1, h2, .dial, .why), .steps li, .donts li")
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
