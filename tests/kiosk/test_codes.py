"""The codes, read from a picture of the screen as a phone's camera would."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from screener.config import Settings
from screener.content.models.base import Voice
from tests.answers import stop_pages
from tests.browser.states import State, show
from tests.browsing import OpenPage, served
from tests.kiosk.walking import PORTRAIT
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
        assert read.returncode == 0, f"cannot be read: {code.get_attribute('aria-label')}"
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


def test_every_number_of_a_stop_is_a_code_too(open_page: OpenPage, tmp_path: Path) -> None:
    """One page for each help line that a stop names first."""
    page = open_page("about:blank", **PORTRAIT)
    by_contact = {plan.contact.me: body for plan, body in stop_pages(Voice.ME)}
    read = 0
    for number, body in enumerate(by_contact.values()):
        stop = State("stop", "/kiosk/results", f"{body}&issued={int(time.time())}")
        show(page, stop, **PORTRAIT)
        shown = page.locator(".stops .dials").first.locator(".number .num")
        if not shown.count():
            continue  # a person, who has no number
        digits = "".join(filter(str.isdigit, shown.first.inner_text()))
        folder = tmp_path / str(number)
        folder.mkdir()
        assert read_codes(page, folder)[0] in (f"tel:{digits}", f"tel:+{digits}", f"sms:{digits}")
        read += 1
    assert read >= 3


def test_the_start_page_offers_the_help_lines(
    open_page: OpenPage, public: str, tmp_path: Path
) -> None:
    page = open_page(f"{public}/kiosk/", **PORTRAIT)
    assert read_codes(page, tmp_path) == [f"{PUBLIC}/help"]
