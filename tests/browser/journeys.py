"""The ways of six visitors through the self-check, as a screen reader would speak them.

`python -m tools.transcripts` writes them to `transcripts/`; `test_transcripts.py` compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from screener.content.models.base import Voice
from screener.content.models.proofs import Case
from tests.answers import visitor
from tests.browser.spoken import SAID, Arrival, Heard, Listener, Node, announced, press
from tests.browsing import at
from tests.shipped import SHIPPED

FOLDER = Path(__file__).parent / "transcripts"
MOST_PAGES = 60


@dataclass(frozen=True)
class Journey:
    """One visitor's way, told in one voice."""

    case: Case
    voice: Voice

    def __str__(self) -> str:
        return f"{self.case.visitor.lower()}-{self.voice.value}"

    @property
    def file(self) -> Path:
        return FOLDER / f"{self}.txt"

    def transcript(self, page: Page) -> str:
        """What is spoken from the first page to the end of the visit."""
        return "\n".join([f"{self.case.name} ({self._about})", *self._lines(Listener(page))]) + "\n"

    @property
    def _about(self) -> str:
        return SHIPPED.about.me if self.voice is Voice.ME else SHIPPED.about.someone

    def _lines(self, listener: Listener) -> Iterator[str]:
        page = listener.page
        page.goto("/")
        start = listener.hear()
        yield from _page("home", [f"page: {start.title}"], start)
        step = _pressed(listener, start, self._about)
        for _ in range(MOST_PAGES):
            here = at(page)
            is_stop = page.locator("main[data-stop]").count() > 0
            if here == "results" and not is_stop:
                break
            yield from _page("stop" if is_stop else f"question {here}", step.lines(), step.after)
            now = step.after
            if not is_stop:
                for after in self._picks(listener, here):
                    yield f"picked: {after.focus.line if after.focus else 'nothing'}"
                    yield from (f"announced: {words}" for words in announced(now, after))
                    now = after
            step = _pressed(listener, now, SHIPPED.about.onward if is_stop else "Next")
        else:
            raise AssertionError(f"{self} never came to the results")
        yield from _page("results", step.lines(), step.after)
        asked = _pressed(listener, step.after, "Clear everything")
        yield from _page("finish", asked.lines(), asked.after, since=step.after)
        end = _pressed(listener, asked.after, "Finish and clear")
        yield from _page("end", end.lines(), end.after)

    def _picks(self, listener: Listener, question: str) -> Iterator[Heard]:
        """Pick each answer; what is there to hear after each."""
        for choice in self.case.answers.get(question, ()):
            row = listener.page.locator(f"main [name='{question}'][value='{choice}']").first
            row.focus()
            listener.page.keyboard.press("Space")
            listener.page.wait_for_timeout(SAID)
            yield listener.hear()


def journeys() -> list[Journey]:
    """Six visitors, each in both voices where all of their answers are offered in it."""
    cases = [visitor(f"V{number}") for number in range(1, 7)]
    return [Journey(case, voice) for case in cases for voice in Voice if _fits(case, voice)]


def _fits(case: Case, voice: Voice) -> bool:
    return all(
        choice in SHIPPED.choices_for(question, voice)
        for question, choices in case.answers.items()
        for choice in choices
    )


def _page(name: str, start: list[str], heard: Heard, since: Heard | None = None) -> Iterator[str]:
    """A page as it is spoken; with `since`, only the lines that have come since then."""
    yield ""
    yield f"=== {name}"
    yield from start
    yield "---"
    was = since.transcript() if since else []
    yield from (line for line in heard.transcript() if line not in was)


def _pressed(listener: Listener, heard: Heard, words: str) -> Arrival:
    arrived = press(listener, _named(heard, words), heard=heard, by_line=True)
    assert not arrived.faults(), arrived.faults()
    return arrived


def _named(heard: Heard, words: str) -> Node:
    """The control that has these words for its name, or begins with them."""
    found = [node for node in heard.pressables if node.name.startswith(words)]
    exact = [node for node in found if node.name == words]
    return (exact or found)[0]
