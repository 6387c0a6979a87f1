"""The codes, read from a picture of the screen as a phone's camera would."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from screener.config import Settings
from screener.content.models.questionnaire import Questionnaire
from tests.browsing import OpenPage, press
from tests.kiosk.walking import PLACES, PORTRAIT, VIEWS, served
from tests.needs import need

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PUBLIC = "https://check.example.org"


@pytest.fixture(scope="module")
def public() -> Iterator[str]:
    with served(Settings(public_url=PUBLIC)) as address:
        yield address


def read_codes(page: Page, folder: Path) -> list[str]:
    """What the codes of a page say, each in a picture of its own with what is around it."""
    need(shutil.which("zbarimg"), "zbar-tools")
    found = []
    for number, code in enumerate(page.locator("svg.qr:visible").all()):
        picture = folder / f"{number}.png"
        code.screenshot(path=picture)
        read = subprocess.run(["zbarimg", "-q", "--raw", picture], capture_output=True, text=True)
        assert read.returncode == 0, f"cannot be read: {code.text_content()}"
        found.append(read.stdout.strip())
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_help_lines(open_page: OpenPage, tmp_path: Path, scheme: str) -> None:
    page = open_page("/kiosk/help", **PORTRAIT, color_scheme=scheme)
    shown = {
        word for words in page.locator(".line .number").all_inner_texts() for word in words.split()
    }
    digits = {"".join(filter(str.isdigit, word)) for word in shown} - {""}
    found = read_codes(page, tmp_path)
    assert {address.split(":")[0] for address in found} <= {"tel", "sms", "https"}
    calls = {address[4:].split("?")[0].lstrip("+") for address in found if address[:4] == "tel:"}
    assert calls
    assert calls <= digits | {f"1{number}" for number in digits}
    assert not page.locator("main a:not([href^='/kiosk/'], [href^='#'])").count()


def test_what_one_takes_along_names_topics_only(
    open_page: OpenPage, content: Questionnaire, public: str, tmp_path: Path
) -> None:
    """The worst case, both ways round: every choice of everything, so as many topics as can be."""
    page = open_page(f"{public}/kiosk/", **PORTRAIT)
    press(page, "Start")
    picked: set[str] = set()
    while not page.locator("main[data-at=results]:not([data-stop])").count():
        for question in page.locator("main fieldset.q").all():
            for field in question.locator(".choice input").all():
                id = field.get_attribute("value") or ""
                if id and id not in ("none", "not-sure", "prefer-not") and field.is_visible():
                    field.check()
                    picked.add(id)
        stop = page.locator("main[data-stop] .way").last
        press(page, stop.inner_text()) if stop.count() else press(page, _onward(page))
    addresses = []
    for view in VIEWS.values():
        page.set_viewport_size(view)  # type: ignore[arg-type]
        addresses += [a for a in read_codes(page, tmp_path) if "#" in a]
    assert len(addresses) == 2
    assert addresses[0] == addresses[1]
    parts = urlsplit(addresses[0])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}?{parts.query}" == f"{PUBLIC}/learn?"
    name, topics = parts.fragment.split("=")
    assert name == "topics"
    assert len(topics.split(",")) > 10
    assert set(topics.split(",")) <= set(content.topics)
    assert not set(topics.split(",")) & (picked - set(content.topics))


def test_on_the_phone_the_topics_stand_first_and_leave_the_address(open_page: OpenPage) -> None:
    page = open_page("/learn#topics=out-of-pills,nonsense,do-not-stop-suddenly,%3Cb%3E", 390, 800)
    links = page.locator("#taken a")
    addresses = [link.get_attribute("href") for link in links.all()]
    assert addresses == ["/learn/out-of-pills", "/learn/do-not-stop-suddenly"]
    assert links.first.is_visible()
    assert page.url.endswith("/learn")
    for path in ("/learn#topics=nonsense", "/learn#topics", "/learn"):
        assert not open_page(path, 390, 800).locator("#taken").is_visible()


def _onward(page: Page) -> str:
    return page.locator(".dock .main").inner_text()


def test_the_start_page_offers_the_help_lines(
    open_page: OpenPage, public: str, tmp_path: Path
) -> None:
    page = open_page(f"{public}/kiosk/", **PORTRAIT)
    assert read_codes(page, tmp_path) == [f"{PUBLIC}/help"]


def test_without_a_public_address_there_is_nothing_to_take(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page("about:blank", **PORTRAIT)
    PLACES["results"](page)
    assert not [a for a in read_codes(page, tmp_path) if "#" in a]
