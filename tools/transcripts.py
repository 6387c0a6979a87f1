"""Writes what a screen reader would speak to six visitors: `python -m tools.transcripts`.

Needs Chromium. Read the difference by eye (`git diff tests/browser/transcripts`) before committing.
"""

from __future__ import annotations

from playwright.sync_api import sync_playwright

from tests.browser.journeys import FOLDER, journeys
from tests.browsing import CHROMIUM, FLAGS
from tests.running import running


def main() -> None:
    """Write every transcript anew, and take away those of no journey."""
    FOLDER.mkdir(exist_ok=True)
    written = set()
    with running("--workers", "1") as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for journey in journeys():
            context = browser.new_context(
                base_url=server.url, viewport={"width": 390, "height": 800}
            )
            journey.file.write_text(journey.transcript(context.new_page()), encoding="utf-8")
            written.add(journey.file)
            context.close()
        browser.close()
    for file in set(FOLDER.glob("*.txt")) - written:
        file.unlink()


if __name__ == "__main__":
    main()
