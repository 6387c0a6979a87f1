"""Each link, button and folded part of every kind of page is pressed, by key, and what a screen
reader would speak then is listened to: no silence, nothing twice, no lost focus."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from screener.content.models.base import Urgency, Voice
from screener.web.forms import UNREADABLE
from tests.answers import FIRST, alone, flagged
from tests.browser.spoken import Arrival, Heard, Listener, Node, announced, press
from tests.browser.states import BY_NAME, STATES, State, show
from tests.browsing import OpenPage
from tests.browsing import press as follow
from tests.shipped import SHIPPED

pytestmark = pytest.mark.browser

PAGES_IN_A_VISIT = ("Help lines", "Read all topics", "On paper", "About", "Privacy")
"""Links at the foot of every page, which the script opens in place during a visit."""

OUTWARD = re.compile(r"^(https?|tel|sms|mailto):")


def _opened(words: str) -> State:
    return State(f"{words.lower()} in a visit", "/check", then=lambda page: follow(page, words))


PLACES = [*STATES, *(_opened(words) for words in PAGES_IN_A_VISIT)]
QUICK = ("stop",)
"""Places that are listened to in each run; the others are slow tests."""


@pytest.fixture(scope="module")
def pressed() -> set[tuple[str, ...]]:
    """What was pressed already: a link leads to the same page from everywhere."""
    return set()


@pytest.fixture(scope="module")
def listener(stage: Page) -> Listener:
    # A link outward goes nowhere; a press of Print prints nothing.
    stage.route(re.compile("^https:"), lambda route: route.fulfill(status=204))
    stage.add_init_script("window.print = () => {}")
    return Listener(stage)


def is_visit(state: State) -> bool:
    """Whether the script changes <main> in place, rather than the browser loading a page."""
    return (state.path in ("/check", "/results") and state.status is None) or "visit" in state.name


def key_of(listener: Listener, state: State, node: Node) -> tuple[str, ...] | None:
    """What makes a press different from others; None for what is not pressed here."""
    if node.role.startswith("Disclosure"):
        return None
    address, name, value, action = listener.act(
        node,
        """function() { return [
            this.getAttribute("href") ?? "", this.name ?? "", this.value ?? "",
            this.getAttribute("formaction") ?? this.form?.getAttribute("action") ?? "",
        ] }""",
    )
    if node.role == "link":
        if OUTWARD.match(address) or address.endswith("/leave"):
            return None  # another site
        if address.startswith("#"):
            return ("jump", address if address == "#main" else state.name, address)
        return ("link", "visit" if is_visit(state) else "", _kind(address))
    if node.name == "Print":
        return None  # opens the browser's own window
    at = state.name if state.path != "/results" else "results"
    return ("button", at, name, value, action)


def _kind(address: str) -> str:
    """An address; all topics are one kind of page."""
    return re.sub(r"^((?:/[a-z]{2})?)/learn/.*", r"\1/learn/*", address)


def presses(listener: Listener, state: State, pressed: set[tuple[str, ...]]) -> Iterator[Arrival]:
    """Press whatever can be pressed in a state, each from the state as it was."""
    show(listener.page, state)
    heard = listener.hear(by_line=False)
    keys = [key_of(listener, state, node) for node in heard.pressables]
    for index, key in enumerate(keys):
        if key is None or key in pressed:
            continue
        pressed.add(key)
        show(listener.page, state)
        heard = listener.hear(by_line=False)
        yield press(listener, heard.pressables[index], heard=heard)


def unfolds(listener: Listener, state: State, pressed: set[tuple[str, ...]]) -> Iterator[Arrival]:
    """Press whatever is folded, and what that shows."""
    show(listener.page, state)
    heard = listener.hear(by_line=False)
    while True:
        folded = (n for n in heard.pressables if n.role.startswith("Disclosure"))
        new = ((("fold", state.path, n.name), n) for n in folded)
        key, node = next(((key, n) for key, n in new if key not in pressed), (None, None))
        if key is None or node is None:
            return
        pressed.add(key)
        it = press(listener, node, heard=heard)
        heard = it.after
        yield it


def report(arrivals: Iterator[Arrival]) -> set[str]:
    """What is wrong with each press, and with the pages that came."""
    found = set()
    for it in arrivals:
        found |= {f"{it.pressed}: {fault}" for fault in it.faults()}
        found |= set(it.after.faults())
    return found


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(place, marks=() if place.name in QUICK else pytest.mark.slow)
        for place in PLACES
    ],
    ids=str,
)
def test_each_press_is_heard(
    listener: Listener, state: State, pressed: set[tuple[str, ...]]
) -> None:
    show(listener.page, state)
    found = set(listener.hear().faults())
    found |= report(presses(listener, state, pressed))
    found |= report(unfolds(listener, state, pressed))
    assert not found, "\n".join(sorted(found))


# By name


def heard_at(listener: Listener, name: str) -> Heard:
    show(listener.page, BY_NAME[name])
    return listener.hear()


@pytest.mark.parametrize("name", ["question", "question single", "question so far"])
def test_the_part_is_spoken_in_the_questions_heading(listener: Listener, name: str) -> None:
    heading = heard_at(listener, name).find("heading")[0]
    assert heading.states["level"] == 1
    assert re.match(r"Part \d of \d: \w.*[.?] \w", heading.name), heading.name


@pytest.mark.parametrize("level", Urgency)
def test_the_level_is_spoken_as_well_as_seen(listener: Listener, level: Urgency) -> None:
    words = SHIPPED.results.levels[level]
    lines = heard_at(listener, f"results {level.value}").transcript()
    assert lines[0].strip() == words, "spoken before the heading, once"
    box = listener.page.locator("main").get_by_text(words, exact=True).first.bounding_box()
    assert box and box["width"] > 20 and box["height"] > 10


def test_the_text_of_an_error_is_spoken_once(listener: Listener) -> None:
    heard = heard_at(listener, "question error")
    assert "\n".join(heard.transcript(whole=True)).count(UNREADABLE) == 1
    assert heard.focus and heard.focus.words.count(UNREADABLE) == 1


@pytest.mark.parametrize("java_script", [True, False])
@pytest.mark.parametrize("voice", Voice)
def test_a_flag_line_is_announced_when_its_row_is_picked(
    open_page: OpenPage, voice: Voice, java_script: bool
) -> None:
    """By a status that stood, empty, before."""
    path = "/check" if voice is Voice.ME else "/check/someone"
    page = open_page(path, java_script=java_script)
    listener = Listener(page)
    for choice in flagged(FIRST, voice):
        row = page.locator(f"[name='{FIRST}'][value='{choice}']")
        row.focus()
        before = listener.hear(by_line=False)
        page.keyboard.press("Space")
        now = listener.hear(by_line=False)
        heading = alone(FIRST, choice, voice).heading.in_voice(voice)
        (words,) = announced(before, now)
        assert re.match(re.sub(r"\{.+?\}", ".+", heading), words), words
        assert now.focus and now.focus.states["checked"] == "true"
        page.keyboard.press("Space")
        assert not announced(now, listener.hear(by_line=False))


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("stop", "This doesn't fit", "You're back at this question"),
        ("question picked", "Clear my answer", "Your answer is cleared"),
    ],
)
def test_what_was_taken_back_is_announced(
    listener: Listener, name: str, words: str, said: str
) -> None:
    heard = heard_at(listener, name)
    button = next(node for node in heard.pressables if node.name.startswith(words))
    arrived = press(listener, button)
    assert [each.startswith(said) for each in arrived.said] == [True]
    assert arrived.after.focus and arrived.after.focus.role == "heading"
    assert not arrived.faults()
