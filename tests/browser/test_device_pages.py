"""The pages that the device makes (static/pages.js) are those of the server, for any answers."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from screener.config import Settings
from screener.content.localize import in_region
from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.flow import BACK, CLEAR, NEXT, ON, RESULTS, UNDO
from screener.web.papers import PAPERS
from tests.answers import STOPS
from tests.browsing import served
from tests.shipped import SHIPPED

pytestmark = [pytest.mark.browser, pytest.mark.slow]

US, GB = in_region(SHIPPED), in_region(SHIPPED, "GB")
EDITIONS = {"": US, "/gb": GB, "/kiosk": US}
QUICK = 30
MANY = 100

COMPARE = """async ([visits, base]) => {
    const names = [...document.querySelectorAll("script")].map(({ src }) => src);
    const app = await (await fetch(names.find((name) => name.includes("/app.")))).text();
    const module = (name) => import(`/static/${app.match(new RegExp(`"./(${name}[^"]+)"`))[1]}`);
    const engine = await module("engine");
    const { makePages } = await module("pages");
    const bundle = await (await fetch(document.documentElement.dataset.bundle)).json();
    const { rules } = bundle;
    const pages = makePages(bundle, (html) => html);

    // What carries answers to the server is not on the device's pages, nor what says where to.
    // White space between elements may differ.
    function plain(element) {
        const copy = element.cloneNode(true);
        for (const field of copy.querySelectorAll("input[type=hidden]")) field.remove();
        for (const it of copy.querySelectorAll("[formaction]")) it.removeAttribute("formaction");
        for (const form of copy.querySelectorAll("form")) form.removeAttribute("action");
        for (const input of copy.querySelectorAll("input"))
            input.toggleAttribute("checked", input.checked);
        for (const date of copy.querySelectorAll(".today")) date.textContent = "Date:";
        const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
        for (let text; (text = texts.nextNode()); ) text.data = text.data.replace(/\\s+/g, " ");
        return copy.outerHTML.replace(/>\\s+/g, ">").replace(/\\s+</g, "<");
    }

    async function fromServer({ voice, picked, seen, at, go, printed, large }) {
        const form = new URLSearchParams({ voice });
        for (const [question, choices] of Object.entries(picked))
            for (const choice of choices) form.append(question, choice);
        for (const plan of seen) form.append("seen", plan);
        if (at) form.set("at", at);
        form.set("go", go);
        for (const question of printed) form.append("print", question);
        if (large) form.set("large", "on");
        form.set("issued", Math.floor(Date.now() / 1000)); // or a shared screen's visit is over
        const path = base + (RESULTS.includes(go) ? "/results" : "/check");
        const html = await (await fetch(path, { method: "POST", body: form })).text();
        return new DOMParser().parseFromString(html, "text/html");
    }

    function onDevice({ voice, picked, seen, at, go, printed, large }) {
        const visit = { voice, picked };
        const paper = new FormData();
        for (const question of printed) paper.append("print", question);
        if (large) paper.append("large", "on");
        const still = engine.stillHolding(rules, seen, visit);
        const way = RESULTS.includes(go) ? "results" : go;
        const step = engine.nextStep(rules, visit, still, at, way);
        const notice = { undo: "undone", clear: "cleared" }[go];
        const shown = {
            ask: () => pages.ask(step.question, step.answers, notice),
            stop: () => pages.stop(step),
            results: () => pages.results(step.answers),
            ...Object.fromEntries(
                PAPERS.map((kind) => [kind, () => pages.paper(kind, { ...step.answers, paper })])),
        };
        const kind = step.kind === "results" && way !== go ? go : step.kind;
        return { ...shown[kind](), kind };
    }

    const PAPERS = ["print", "with", "without"];
    const RESULTS = ["results", ...PAPERS];
    const kinds = [];
    const differences = [];
    for (const visit of visits) {
        const there = await fromServer(visit);
        const here = onDevice(visit);
        kinds.push(here.kind);
        const pairs = [
            [there.getElementById("main"), here.main],
            [there.getElementById("not-a-test"), here.foot],
        ];
        for (const [one, other] of pairs) {
            const [server, device] = [plain(one), plain(other)];
            if (server === device) continue;
            let from = 0;
            while (server[from] === device[from]) from += 1;
            const excerpt = (html) => html.slice(Math.max(0, from - 120), from + 200);
            differences.push({ visit, server: excerpt(server), device: excerpt(device) });
        }
    }
    return { kinds, differences };
}"""


def visits(content: Questionnaire, count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Random answers, as a page can send them, and what is pressed on which page."""
    dice = random.Random(seed)
    ways = [NEXT, NEXT, BACK, CLEAR, UNDO, ON, RESULTS, RESULTS, *PAPERS, *PAPERS]
    for _ in range(count):
        voice, share = dice.choice(list(Voice)), dice.choice([0.05, 0.2, 0.5, 1])
        picked: dict[str, list[str]] = {}
        for id, question in content.questions.items():
            if dice.random() < share:
                ids = list(content.choices_for(id, voice))
                most = 1 if question.type == "single" else min(3, len(ids))
                some = dice.sample(ids, dice.randint(1, most))
                ticks = [choice for choice in some if choice not in ("none", "prefer-not")]
                picked[id] = [choice for choice in ids if choice in (ticks or some[:1])]
        yield {
            "voice": voice.value,
            "picked": picked,
            "seen": dice.sample(STOPS, dice.choice([0, 0, 2, len(STOPS)])),
            "at": dice.choice([None, *content.questions]),
            "go": dice.choice([*ways, dice.choice(list(content.questions))]),
            "printed": [id for id in content.questions if dice.random() < 0.3],
            "large": dice.random() < 0.5,
        }


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server of a clinic whose touch screen has a printer."""
    settings = Settings(
        kiosk_print=True, public_url="https://check.example", clinic_name="Elm Street Clinic"
    )
    with served(settings) as address:
        yield address


@pytest.fixture
def window(chromium: Browser, address: str) -> Iterator[Page]:
    """A window in which the test may parse pages: the site's own policy forbids it to others."""
    context = chromium.new_context(base_url=address, bypass_csp=True)
    yield context.new_page()
    context.close()


def compare(page: Page, base: str, count: int, seed: int) -> None:
    page.goto(f"{base}/help")
    made = page.evaluate(COMPARE, [list(visits(EDITIONS[base], count, seed)), base])
    assert len(made["kinds"]) == count
    kinds = ("ask", "stop", "results", *PAPERS)
    assert min(Counter(made["kinds"])[kind] for kind in kinds) >= 1
    found = [
        f"{it['visit']}\n  server: {it['server']}\n  device: {it['device']}"
        for it in made["differences"]
    ]
    assert not found, "\n".join([f"{len(found)} of {count} visits differ", *found[:3]])


@pytest.mark.parametrize("base", EDITIONS)
def test_pages_of_the_device(window: Page, base: str) -> None:
    compare(window, base, QUICK, seed=4)


@pytest.mark.parametrize("base", EDITIONS)
def test_very_many_pages_of_the_device(window: Page, base: str) -> None:
    compare(window, base, MANY, seed=5)


def test_a_difference_is_found(window: Page) -> None:
    def reworded(route: Any) -> None:
        body = route.fetch().text()
        assert "Because you said" in body
        route.fulfill(body=body.replace("Because you said", "For you said"))

    window.route("**/visit.*.json", reworded)
    with pytest.raises(AssertionError, match="For you said"):
        compare(window, "", QUICK, seed=4)
