"""How high the pages of the touch screen are, for docs/kiosk.md.

    python -m tools.kiosk_heights            prints the table
    python -m tools.kiosk_heights --write    puts it into docs/kiosk.md

Needs Chromium. Heights depend on the fonts of the machine.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect, sync_playwright

from screener.config import Settings
from screener.content.models.base import Voice
from tests.answers import FIRST, SINGLE, body, everything, several_stops
from tests.browser.states import State, show
from tests.browsing import FLAGS, SHELL, press, served
from tests.kiosk.walking import PLACES, VIEWS
from tests.shipped import SHIPPED
from tools.docs_tables import ROOT, between

PAGE = ROOT / "docs/kiosk.md"
MARKS = "<!-- heights -->", "<!-- end of heights -->"
Walk = Callable[[Page], None]


def _answers(question: str, voice: Voice = Voice.ME) -> int:
    return len(SHIPPED.choices_for(question, voice))


LONGEST, ITS_VOICE = max(
    ((question, voice) for question in SHIPPED.questions for voice in Voice),
    key=lambda found: _answers(*found),
)


def _to_longest(page: Page) -> None:
    """By its form: it may be asked after certain answers only."""
    others = {id: picked for id, picked in everything(ITS_VOICE).items() if id != LONGEST}
    sent = body(others, ITS_VOICE, go=LONGEST, issued=str(int(time.time())))
    size = page.viewport_size or {}
    show(page, State("longest", "/kiosk/check", sent), **size)


def _to_papers(page: Page) -> None:
    PLACES["results"](page)
    page.locator(".dock [value=print]").click()
    expect(page.locator("main[data-at=print]")).to_be_visible()


def _to_sheets(page: Page) -> None:
    _to_papers(page)
    press(page, "With answers")


SHOWN: dict[str, Walk] = {
    "start": PLACES["start"],
    f"the first question ({_answers(FIRST)} answers)": PLACES["question"],
    "the same with an error": PLACES["question with an error"],
    "the same with two emergency lines": PLACES["question with flag lines"],
    f"a question with {_answers(SINGLE)} answers": PLACES["question single"],
    f"the longest question ({_answers(LONGEST, ITS_VOICE)} answers)": _to_longest,
    "a page that stops": PLACES["stop"],
    f"{len(several_stops()[FIRST])} that stop at once": PLACES["stop several"],
    "results, one answer": PLACES["results"],
    "which paper": _to_papers,
    "the papers with answers, to look at before printing": _to_sheets,
    "help lines": PLACES["help"],
    "topics": PLACES["learn"],
    "one topic": PLACES["learn/do-not-stop-suddenly"],
    "paper form": PLACES["paper"],
    "diary": PLACES["diary"],
    "about": PLACES["about"],
    "sources": PLACES["sources"],
    "privacy": PLACES["privacy"],
    "cleared": PLACES["cleared"],
}


def _height(page: Page, walk: Walk) -> str:
    walk(page)
    page.wait_for_load_state("networkidle")
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    return "**fits**" if height <= page.evaluate("innerHeight") else str(height)


def table() -> str:
    """Each page with its height, upright and across, as a Markdown table."""
    columns = []
    with (
        served(Settings()) as plain,
        served(Settings(kiosk_print=True)) as printing,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=SHELL, args=FLAGS)
        for size in VIEWS.values():
            column = []
            for walk in SHOWN.values():
                address = printing if walk in (_to_papers, _to_sheets) else plain
                context = browser.new_context(base_url=address, viewport=size)  # type: ignore[arg-type]
                column.append(_height(context.new_page(), walk))
                context.close()
            columns.append(column)
        browser.close()
    sizes = [f"at {size['width']} x {size['height']}" for size in VIEWS.values()]
    rows = [["page", *sizes], ["---"] * 3, *map(list, zip(SHOWN, *columns, strict=True))]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main(arguments: list[str]) -> None:
    """Print the table, or write it into the page."""
    logging.getLogger("werkzeug").disabled = True
    made = table()
    print(made)
    if arguments == ["--write"]:
        PAGE.write_text(between(PAGE.read_text("utf-8"), MARKS, made), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
