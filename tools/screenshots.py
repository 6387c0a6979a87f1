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

from tests.browsing import CHROMIUM, FLAGS, pick, press
from tests.running import running

FOLDER = Path(__file__).parent.parent / "docs" / "screenshots"
SCHEMES = ("light", "dark")
PHONE = {"width": 390, "height": 800}


@contextmanager
def window(scheme: str) -> Iterator[Page]:
    """A phone-sized window on a server of its own."""
    with running("--workers", "1") as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(base_url=server.url, viewport=PHONE, color_scheme=scheme)
        yield context.new_page()
        browser.close()


def main() -> None:
    """Take every picture, replacing the old ones."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for scheme in SCHEMES:
        with window(scheme) as page:
            _journey(page, scheme)


def _journey(page: Page, scheme: str) -> None:
    def shoot(name: str) -> None:
        page.screenshot(path=FOLDER / f"{name}-{scheme}.png")

    page.goto("/")
    shoot("home")
    press(page, "About me")
    shoot("section")
    pick(page, took_too_much="yes-unwell")
    press(page, "Next")
    shoot("interruption")
    page.goto("/check")
    press(page, "Next")
    pick(page, supply="soon-out", alcohol="now-and-then")
    press(page, "Next")
    pick(page, tolerance="yes")
    press(page, "See my results now")
    shoot("results")
    if scheme == "light":
        _print(page)


def _print(page: Page) -> None:
    with tempfile.TemporaryDirectory() as place:
        pdf = Path(place) / "results.pdf"
        page.pdf(path=pdf, format="Letter", tagged=True, outline=True)
        target = FOLDER / "print"
        command = ["pdftoppm", "-r", "60", "-png", str(pdf), str(target)]
        subprocess.run(command, check=True, timeout=60)


if __name__ == "__main__":
    main()
