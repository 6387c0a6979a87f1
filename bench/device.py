"""A visit on the device: what a tap costs in Chromium, and that nothing is requested.

CPU times of the page's main thread, four times over, because other programs change wall times
most. Wall times with DevTools' slowdown are measured too. Beside ours: the same pages swapped in
by a script that does nothing else, which is the browser's own share, and SurveyJS.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page

from bench.bodies import Visit, content, everything, typical
from bench.browser import SLOWER, Phone, chromium, phone
from bench.programs import GZIP, nginx
from bench.sites import write_survey
from bench.table import Limit, Row
from screener.content.models.questionnaire import Questionnaire
from tests.running import running

GROUP = f"a visit on the device (Chromium, CPU time of the page's main thread, times {SLOWER})"
NEXT_BUTTON, ON_BUTTON = "#step .go [value=next]", "main [value=on]"
SURVEY_BUTTON = ".sd-navigation__next-btn"

NEXT = "next question: ours"
SWAPPED = "next question: the same HTML put in place by a script that does nothing else"
NOTHING = "a tap on the same button that changes nothing"
SURVEY = "next question: SurveyJS, the same questions"
SURVEY_MULTIPLE = "SurveyJS as a multiple of ours"
SWAPPED_MULTIPLE = "ours as a multiple of the script that does nothing else"
RESULTS = "results, typical"
EVERYTHING = "results, everything picked"
WALL = "wall time from the tap to the next question painted, DevTools slowing the page"
REQUESTS = "requests from the bundle to the results"

PICK = """([question, choices]) => {
    for (const box of document.querySelectorAll(`input[name="${question}"]`))
        box.checked = choices.includes(box.value);
}"""

# Puts the HTML of some questions in place of each other, and does nothing else.
SWAP_ONLY = """async (questions) => {
    const bundle = await (await fetch(document.documentElement.dataset.bundle)).json();
    const swap = (event) => {
        event.preventDefault();
        event.stopImmediatePropagation();
        const template = document.createElement("template");
        template.innerHTML = bundle.me.questions[questions.shift()];
        document.getElementById("main").replaceWith(template.content.firstElementChild);
        scrollTo({ top: 0, behavior: "instant" });
        document.querySelector("h1").focus({ preventScroll: true });
    };
    addEventListener("submit", swap, { capture: true });
}"""

STAY = """() => addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
}, { capture: true })"""

# From each tap on a button until the frame after the page has changed.
WATCH = """() => {
    window.waits = [];
    const watch = ({ target, timeStamp }) => {
        if (!target.closest("button")) return;
        const changed = new MutationObserver(() => {
            changed.disconnect();
            requestAnimationFrame(() => {
                const { port1, port2 } = new MessageChannel();
                port1.onmessage = () => waits.push(performance.now() - timeStamp);
                port2.postMessage(null);
            });
        });
        changed.observe(document.body, { childList: true, subtree: true });
    };
    addEventListener("click", watch, { capture: true });
}"""


@dataclass(frozen=True)
class Walked:
    """One visit, from the first question to the results."""

    nexts: list[float]
    """CPU milliseconds of each tap that led to another question, or to a page that stops."""
    results: float
    """Those of the tap that led to the results."""
    requests: int
    """How many followed the bundle."""


def rows(rounds: int, say: Callable[[str], None]) -> list[Row]:
    """Walk every visit in each round, in turn."""
    usual, everybody = typical(content()), everything(content())
    questions = [page.question for page in usual.pages]
    taken: dict[str, list[float]] = {}
    with (
        survey_site(content(), questions) as site,
        running("--workers", "1") as app,
        nginx([site], extra=GZIP) as (port,),
        chromium() as browser,
    ):
        url = f"{app.url}/check"
        for n in range(rounds):
            say(f"on the device: round {n + 1} of {rounds}")
            walked = walk(browser, url, usual)
            found = {
                NEXT: median(walked.nexts),
                RESULTS: walked.results,
                EVERYTHING: walk(browser, url, everybody, is_measured=False).results,
                SWAPPED: median(swapped(browser, url, questions)),
                NOTHING: median(idle(browser, url)),
                SURVEY: median(survey(browser, f"http://127.0.0.1:{port}/", questions)),
                REQUESTS: float(walked.requests),
                WALL: median(waits(browser, url, usual)),
            }
            for what, value in found.items():
                taken.setdefault(what, []).append(value)
    return _rows(taken, len(questions) - 1)


@contextmanager
def survey_site(content: Questionnaire, questions: list[str]) -> Iterator[Path]:
    """A folder with some questions in SurveyJS, for nginx."""
    with tempfile.TemporaryDirectory() as name:
        site = Path(name)
        site.chmod(0o755)  # nginx's workers are another user's
        write_survey(site, content, questions)
        yield site


def _rows(taken: dict[str, list[float]], count: int) -> list[Row]:
    note = f"{count} taps"
    each = [SURVEY_MULTIPLE, SWAPPED_MULTIPLE]
    ours, theirs, browsers = taken[NEXT], taken[SURVEY], taken[SWAPPED]
    multiples = [
        [one / two for one, two in zip(theirs, ours, strict=True)],
        [one / two for one, two in zip(ours, browsers, strict=True)],
    ]
    return [
        Row(GROUP, NEXT, slowed(ours), "ms", note, Limit(16, "ms")),
        Row(GROUP, SWAPPED, slowed(browsers), "ms", note),
        Row(GROUP, NOTHING, slowed(taken[NOTHING]), "ms"),
        Row(GROUP, SURVEY, slowed(theirs), "ms", note),
        *(Row(GROUP, what, values, "x") for what, values in zip(each, multiples, strict=True)),
        Row(GROUP, RESULTS, slowed(taken[RESULTS]), "ms"),
        Row(GROUP, EVERYTHING, slowed(taken[EVERYTHING]), "ms"),
        Row(GROUP, WALL, taken[WALL], "ms", note),
        Row(GROUP, REQUESTS, taken[REQUESTS], "requests", budget=Limit(0, "requests")),
    ]


def slowed(taken: list[float]) -> list[float]:
    """CPU times on a processor that is SLOWER."""
    return [each * SLOWER for each in taken]


def walk(browser: Browser, url: str, visit: Visit, is_measured: bool = True) -> Walked:
    """Go through a visit by taps. `is_measured`: else only the last taps are, those that follow
    the last question, and the others are clicks of a script, which take less time."""
    last = visit.pages[-1].question
    with phone(browser) as opened:
        requests = open_with_bundle(opened, url)
        nexts: list[float] = []
        while True:
            at, is_stop = where(opened.page)
            pick(opened.page, visit, at)
            button = ON_BUTTON if is_stop else NEXT_BUTTON
            if is_measured or at in (last, "results"):
                nexts.append(opened.tap(button))
            else:
                opened.page.dispatch_event(button, "click")
            now, stops = where(opened.page)
            if (now, stops) == (at, is_stop):
                raise ValueError(f"a tap at {at} led nowhere")
            if now == "results" and not stops:
                return Walked(nexts[:-1], nexts[-1], len(requests))


def open_with_bundle(opened: Phone, url: str) -> list[str]:
    """Open the first question and wait for all that is loaded. The list gets the address of each
    request from then on."""
    with opened.page.expect_request_finished(lambda request: "/visit." in request.url):
        opened.page.goto(url)
    opened.page.wait_for_load_state("networkidle")
    requests: list[str] = []
    opened.page.on("request", lambda request: requests.append(request.url))
    return requests


def where(page: Page) -> tuple[str, bool]:
    """The question that is shown, or `results`; and whether a page that stops stands there."""
    at, is_stop = page.evaluate("[main.dataset.at, 'stop' in main.dataset]")
    return str(at), bool(is_stop)


def pick(page: Page, visit: Visit, question: str) -> None:
    """Tick a visit's answers to a question."""
    page.evaluate(PICK, [question, list(visit.picked.get(question, ()))])


def swapped(browser: Browser, url: str, questions: list[str]) -> list[float]:
    """CPU milliseconds of taps that lead to the same pages, without anything of ours."""
    with phone(browser, bypass_csp=True) as opened:
        open_with_bundle(opened, url)
        opened.page.evaluate(SWAP_ONLY, questions[1:])
        taken = []
        for question in questions[1:]:
            taken.append(opened.tap(NEXT_BUTTON))
            if where(opened.page)[0] != question:
                raise ValueError(f"{question} was not put in place")
        return taken


def idle(browser: Browser, url: str) -> list[float]:
    """CPU milliseconds of taps on Next while it does nothing: what a tap costs by itself."""
    with phone(browser) as opened:
        open_with_bundle(opened, url)
        opened.page.evaluate(STAY)
        return [opened.tap(NEXT_BUTTON) for _ in range(5)]


def survey(browser: Browser, url: str, questions: list[str]) -> list[float]:
    """CPU milliseconds of taps that lead to the next page of the same questions in SurveyJS."""
    with phone(browser) as opened:
        opened.page.goto(url, wait_until="networkidle")
        taken = []
        for number, question in enumerate(questions[1:], start=1):
            taken.append(opened.tap(SURVEY_BUTTON))
            if opened.page.evaluate("survey.currentPageNo") != number:
                raise ValueError(f"SurveyJS does not show {question}")
        return taken


def waits(browser: Browser, url: str, visit: Visit) -> list[float]:
    """Milliseconds from each tap to the next question painted, while DevTools slows the page."""
    with phone(browser) as opened:
        open_with_bundle(opened, url)
        opened.devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        opened.page.evaluate(WATCH)
        for page in visit.pages[:-1]:
            pick(opened.page, visit, page.question)
            opened.tap(NEXT_BUTTON)
        found = opened.page.evaluate("waits")
    if len(found) != len(visit.pages) - 1:
        raise ValueError(f"{len(found)} of {len(visit.pages) - 1} taps showed another page")
    return [float(each) for each in found]
