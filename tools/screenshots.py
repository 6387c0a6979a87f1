"""Makes the pictures of the README: `python -m tools.screenshots`.

Needs Chromium and, for the picture of the printed page, pdftoppm (Debian: poppler-utils).
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.answers import FIRST, calm_case, flagged
from tests.browsing import CHROMIUM, FLAGS, at, pick, press
from tests.running import running
from tests.shipped import SHIPPED

FOLDER = Path(__file__).parent.parent / "docs" / "screenshots"
SCHEMES = ("light", "dark")
PHONE = {"width": 390, "height": 800}
DPI = 90


@contextmanager
def window(scheme: str) -> Iterator[Page]:
    """A page in a phone-sized window, on its own server."""
    with running("--workers", "1") as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(base_url=server.url, viewport=PHONE, color_scheme=scheme)
        yield context.new_page()
        browser.close()


def main() -> None:
    """Take all screenshots and overwrite the existing ones."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for scheme in SCHEMES:
        with window(scheme) as page:
            _journey(page, scheme)


def _journey(page: Page, scheme: str) -> None:
    def screenshot(name: str) -> None:
        page.screenshot(path=FOLDER / f"{name}-{scheme}.png")

    page.goto("/")
    screenshot("home")
    press(page, SHIPPED.about.me)
    page.mouse.move(0, 0)
    screenshot("question")
    pick(page, FIRST, flagged()[0])
    press(page, "Next")
    screenshot("stop")
    case = calm_case()
    page.goto("/check")
    while at(page) != "results":
        pick(page, at(page), *case.answers.get(at(page), ()))
        press(page, "Next")
    screenshot("results")
    if scheme == "light":
        press(page, "Print")
        press(page, "With answers")
        _sheets(page)


def _sheets(page: Page) -> None:
    """The two printed pages, in shades of grey: DPI makes 12-point text 15 pixels high."""
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "sheets.pdf"
        page.pdf(path=pdf, format="Letter", tagged=True, outline=True)
        command = ["pdftoppm", "-r", str(DPI), "-gray", "-png", str(pdf), str(FOLDER / "print")]
        subprocess.run(command, check=True, timeout=60)


if __name__ == "__main__":
    main()
