"""The pages that a proxy shows by itself: `screener export --error-pages`."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from screener.config import Settings
from screener.export.error_pages import error_pages
from tests.exporting import export
from tests.paths import SMALL_FILE
from tests.running import refused
from tests.web.page_lint import CRISIS_BARS, check_page, digits

LARGEST = 1460
"""Bytes of one packet."""

HOME, *OTHERS = CRISIS_BARS
NAMES = ["index.html", "kiosk.html", *(f"{code.lower()}.html" for code in OTHERS)]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return error_pages(Settings())


def test_there_is_one_for_every_country_and_the_touch_screen(pages: dict[str, str]) -> None:
    assert HOME == "US"
    assert set(pages) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_keeps_the_promises_of_a_page_and_needs_nothing_else(
    pages: dict[str, str], name: str
) -> None:
    soup = check_page(pages[name])
    assert soup.select("link, script, style, img, form") == []
    links = [link["href"] for link in soup.find_all("a")]
    prefix = "" if name == "index.html" else f"/{name.removesuffix('.html')}"
    assert links.pop() == f"{prefix}/"
    assert all(str(link).startswith("tel:") for link in links)
    assert len(links) == (0 if name == "kiosk.html" else 3)
    assert len(pages[name].encode()) < LARGEST


def test_only_a_touch_screen_goes_on_by_itself(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        refresh = BeautifulSoup(page, "html.parser").select("meta[http-equiv=refresh]")
        expected = ["30; url=/kiosk/"] if name == "kiosk.html" else []
        assert [tag["content"] for tag in refresh] == expected


def test_the_command_writes_them_for_the_country_that_is_set(tmp_path: Path) -> None:
    said = export("--error-pages", tmp_path / "pages", "--region", "GB")
    assert said == f"written: {tmp_path / 'pages'}\n"
    written = {file.name: file.read_text("utf-8") for file in (tmp_path / "pages").iterdir()}
    assert written == error_pages(Settings(region="GB"))
    assert {"us.html", "kiosk.html"} < set(written)
    lines = BeautifulSoup(written["index.html"], "html.parser").select("nav.crisis li")
    assert [digits(line) for line in lines] == CRISIS_BARS["GB"]


def test_it_writes_over_nothing_unless_told_to(tmp_path: Path) -> None:
    mine = tmp_path / "index.html"
    mine.write_text("mine")
    options = ("export", "--error-pages", str(tmp_path), "--questions", str(SMALL_FILE))
    assert refused(*options).returncode == 2
    assert mine.read_text() == "mine"
    assert refused(*options, "--force").returncode == 0
    assert "<h1>" in mine.read_text()


@pytest.mark.parametrize("option", [("--prefix", "/a"), ("--manifest", "m.json"), ("out",)])
def test_what_does_not_go_together_is_refused(option: tuple[str, ...], tmp_path: Path) -> None:
    done = refused("export", "--error-pages", str(tmp_path / "pages"), *option)
    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []
