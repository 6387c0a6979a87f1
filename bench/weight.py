"""The weight of the first question in Chromium, and of the same page made otherwise."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.bodies import content
from bench.needs import program
from bench.programs import GZIP, nginx
from bench.sites import NAMES, build
from bench.table import Limit, Row
from tests.running import running

GROUP = "the first question in Chromium (1.6 Mbit/s, 150 ms, CPU four times slower)"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
SERVED = "served"
"""Our page from our own server, with all its headers; the other pages come from nginx."""

LABELS = {
    SERVED: "ours, as the app serves it",
    "ours": "ours, from nginx like those below",
    "govuk": "GOV.UK Frontend 6.6.0",
    "surveyjs": "SurveyJS 2.5.38",
}
PAINTS = """() => new Promise((done) => {
    const seen = {};
    const look = (list) => {
        for (const entry of list.getEntries()) {
            if (entry.entryType === "largest-contentful-paint") seen.lcp = entry.startTime;
            else if (entry.name === "first-contentful-paint") seen.fcp = entry.startTime;
        }
    };
    for (const type of ["paint", "largest-contentful-paint"])
        new PerformanceObserver(look).observe({ type, buffered: true });
    setTimeout(() => done(seen), 1000);
})"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length"
ASKED = "() => document.querySelectorAll('input:is([type=radio], [type=checkbox])').length"


@dataclass(frozen=True)
class Loaded:
    """One load of a page with nothing in the cache."""

    bytes: int
    """As sent: headers, and bodies compressed."""
    requests: int
    script: int
    fcp: float
    lcp: float


def load(browser: Browser, url: str) -> Loaded:
    """Load a page as a slow phone does. Raises ValueError when it asks nothing."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    try:
        page = context.new_page()
        network = context.new_cdp_session(page)
        types: dict[str, str] = {}
        sizes: dict[str, int] = {}

        def answered(event: dict[str, Any]) -> None:
            if "favicon.ico" not in event["response"]["url"]:  # asked for by some browsers only
                types[event["requestId"]] = event["type"]

        def finished(event: dict[str, Any]) -> None:
            sizes[event["requestId"]] = int(event["encodedDataLength"])

        network.on("Network.responseReceived", answered)
        network.on("Network.loadingFinished", finished)
        network.send("Network.enable")
        slow = {"latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
        network.send("Network.emulateNetworkConditions", {"offline": False, **slow})
        network.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(url, wait_until="networkidle", timeout=60_000)
        page.wait_for_function(PAINTED, timeout=60_000)
        paints = page.evaluate(PAINTS)
        if not page.evaluate(ASKED):
            raise ValueError(f"{url} shows no choices")
    finally:
        context.close()
    counted = {id: sizes.get(id, 0) for id in types}
    script = sum(size for id, size in counted.items() if types[id] == "Script")
    return Loaded(sum(counted.values()), len(counted), script, paints["fcp"], paints["lcp"])


def rows(rounds: int, say: Callable[[str], None]) -> list[Row]:
    """Load every page in turn, and compare."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)  # nginx's workers are another user's
        sites = build(content(), place)
        with (
            running("--workers", "1") as app,
            nginx([sites[name] for name in NAMES], extra=GZIP) as ports,
            sync_playwright() as playwright,
        ):
            urls = {SERVED: f"{app.url}/check"}
            urls |= {n: f"http://127.0.0.1:{port}/" for n, port in zip(NAMES, ports, strict=True)}
            browser = playwright.chromium.launch(executable_path=program("chromium"), args=FLAGS)
            loads: dict[str, list[Loaded]] = {name: [] for name in urls}
            for n in range(rounds + 1):
                say(f"in Chromium: round {n} of {rounds}")
                for name, url in urls.items():
                    loaded = load(browser, url)
                    if n:  # the first round is for warming up
                        loads[name].append(loaded)
            browser.close()
    lighter = [
        theirs.bytes / ours.bytes
        for theirs, ours in zip(loads["surveyjs"], loads["ours"], strict=True)
    ]
    what = "SurveyJS as a multiple of ours, both from nginx"
    return [
        *(_row(name, loads[name]) for name in loads),
        Row(GROUP, what, lighter, "x", budget=Limit(30, "x", least=True)),
    ]


def _row(name: str, loads: list[Loaded]) -> Row:
    script, fcp, lcp = (
        median(getattr(one, name) for one in loads) for name in ("script", "fcp", "lcp")
    )
    note = f"{loads[0].requests} requests, {script / 1000:.1f} kB script, "
    note += f"FCP {fcp:.0f} ms, LCP {lcp:.0f} ms"
    budget = Limit(14, "kB") if name == SERVED else None
    sizes = [one.bytes / 1000 for one in loads]
    return Row(GROUP, f"bytes with all it needs: {LABELS[name]}", sizes, "kB", note, budget)
