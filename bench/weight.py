"""First use in Chromium on a slow phone: what the first question weighs, made in different ways,
when it can be used, and when the bundle of the visit is there."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser

from bench.bodies import content
from bench.browser import SLOW_NETWORK, SLOWER, chromium, phone
from bench.programs import GZIP, nginx
from bench.sites import PATHS, build
from bench.table import Limit, Row
from tests.running import running

GROUP = f"first use in Chromium (1.6 Mbit/s, 150 ms, CPU {SLOWER} times slower)"
SERVED = "served"
"""Our page from our own server; the other pages come from nginx."""

LABELS = {
    SERVED: "ours, as the app serves it",
    "ours": "ours, exported, from nginx like those below",
    "govuk": "GOV.UK Frontend 6.6.0",
    "surveyjs": "SurveyJS 2.5.38",
}
BUNDLE = "/visit."
NOT_FOR_THE_SCREEN = "VeryLow"
"""Chromium's priority of a stylesheet for print."""

# Usable: painted, and every script of the page has run; modules run before DOMContentLoaded.
# Named: what was asked for before the page's load event.
TIMES = """() => new Promise((done) => {
    const [page] = performance.getEntriesByType("navigation");
    const others = performance.getEntriesByType("resource");
    const named = others.filter(({ startTime }) => startTime < page.loadEventStart);
    const bundle = others.find(({ name }) => name.includes("/visit."));
    new PerformanceObserver((list) => {
        const paint = list.getEntries().find(({ name }) => name === "first-contentful-paint");
        if (paint) done({
            usable: Math.max(paint.startTime, page.domContentLoadedEventEnd),
            named: [page, ...named].map(({ name }) => name),
            bundle_begun: bundle?.startTime ?? 0,
            bundle_finished: bundle?.responseEnd ?? 0,
        });
    }).observe({ type: "paint", buffered: true });
})"""
HAS_BUNDLE = """() =>
    performance.getEntriesByType("resource").some(({ name }) => name.includes("/visit."))"""
ASKED = "document.querySelectorAll('input:is([type=radio], [type=checkbox])').length"


@dataclass
class Request:
    """One request, as DevTools tells of it."""

    url: str
    kind: str
    priority: str
    encoding: str = ""
    bytes: int = 0
    """As sent: headers, and the body compressed. 0 until it has come."""


@dataclass(frozen=True)
class Loaded:
    """One load of a page with nothing in the cache. Times are in ms from its start."""

    requests: list[Request]
    usable: float
    """When the page could be used."""
    named: Collection[str]
    """The addresses of all that the page itself names."""
    bundle_begun: float
    bundle_finished: float

    @property
    def needed(self) -> list[Request]:
        """What the page needs to be used: all that it names, but for print."""
        return [
            request
            for request in self.requests
            if request.url in self.named and request.priority != NOT_FOR_THE_SCREEN
        ]

    @property
    def bundle(self) -> Request:
        """The bundle of the visit."""
        return next(request for request in self.requests if BUNDLE in request.url)


def load(browser: Browser, url: str, is_ours: bool) -> Loaded:
    """Load a page as a slow phone does. Raises ValueError when it asks nothing."""
    requests: dict[str, Request] = {}

    def begun(event: dict[str, Any]) -> None:
        asked = event["request"]
        requests[event["requestId"]] = Request(
            asked["url"], event["type"], asked["initialPriority"]
        )

    def answered(event: dict[str, Any]) -> None:
        headers = {k.lower(): v for k, v in event["response"]["headers"].items()}
        requests[event["requestId"]].encoding = headers.get("content-encoding", "")

    def finished(event: dict[str, Any]) -> None:
        requests[event["requestId"]].bytes = int(event["encodedDataLength"])

    with phone(browser) as opened:
        devtools, page = opened.devtools, opened.page
        devtools.on("Network.requestWillBeSent", begun)
        devtools.on("Network.responseReceived", answered)
        devtools.on("Network.loadingFinished", finished)
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", SLOW_NETWORK)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(url, timeout=60_000)
        if is_ours:
            page.wait_for_function(HAS_BUNDLE)
        times = page.evaluate(TIMES)
        page.wait_for_timeout(500)  # DevTools tells of each file a little later
        if not page.evaluate(ASKED):
            raise ValueError(f"{url} shows no choices")
    # Only some browsers ask for favicon.ico.
    came = [each for each in requests.values() if each.bytes and "favicon.ico" not in each.url]
    return Loaded(came, **times)


def rows(rounds: int, say: Callable[[str], None]) -> list[Row]:
    """Load every page in turn, and compare."""
    loads: dict[str, list[Loaded]] = {name: [] for name in LABELS}
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)  # nginx's workers are another user's
        sites = build(content(), place)
        with (
            running("--workers", "1") as app,
            nginx(list(sites.values()), extra=GZIP) as ports,
            chromium() as browser,
        ):
            urls = {SERVED: f"{app.url}/check"}
            urls |= {
                site: f"http://127.0.0.1:{port}{PATHS[site]}"
                for site, port in zip(sites, ports, strict=True)
            }
            for n in range(rounds + 1):
                say(f"first use: round {n} of {rounds}")
                for site, url in urls.items():
                    each = load(browser, url, is_ours=site in (SERVED, "ours"))
                    if n:  # the first round is for warming up
                        loads[site].append(each)
    return list(_rows(loads))


def _rows(loads: dict[str, list[Loaded]]) -> Iterator[Row]:
    for name, each in loads.items():
        sizes = [_bytes(one.needed) / 1000 for one in each]
        budget = Limit(14, "kB") if name == SERVED else None
        yield Row(GROUP, f"first question: {LABELS[name]}", sizes, "kB", _note(each), budget)
    lighter = [
        _bytes(theirs.needed) / _bytes(ours.needed)
        for theirs, ours in zip(loads["surveyjs"], loads[SERVED], strict=True)
    ]
    what = "first question: SurveyJS as a multiple of ours, as the app serves it"
    yield Row(GROUP, what, lighter, "x", budget=Limit(30, "x", least=True))
    ours, exported = loads[SERVED], loads["ours"]
    yield Row(GROUP, "first question: until it can be used", [one.usable for one in ours], "ms")
    sizes = [one.bundle.bytes / 1000 for one in ours]
    encoding = ours[0].bundle.encoding
    yield Row(GROUP, "the bundle, as the app serves it", sizes, "kB", encoding, Limit(80, "kB"))
    sizes = [one.bundle.bytes / 1000 for one in exported]
    encoding = exported[0].bundle.encoding
    yield Row(GROUP, "the bundle, exported, from nginx", sizes, "kB", encoding)
    yield Row(GROUP, "the bundle: until it is there", [one.bundle_finished for one in ours], "ms")
    waits = [one.bundle_begun - one.usable for one in ours]
    what = "the bundle: asked for after the first question could be used"
    yield Row(GROUP, what, waits, "ms later", budget=Limit(0, "ms", least=True))
    whole = [_bytes(one.requests) / 1000 for one in ours]
    what = "all that a visit loads, as the app serves it"
    yield Row(GROUP, what, whole, "kB", f"{len(ours[0].requests)} requests")


def _note(loads: list[Loaded]) -> str:
    needed = loads[0].needed
    script = _bytes([one for one in needed if one.kind == "Script"]) / 1000
    usable = median(one.usable for one in loads)
    return f"{len(needed)} requests, {script:.1f} kB script, usable after {usable:.0f} ms"


def _bytes(requests: Iterable[Request]) -> int:
    return sum(request.bytes for request in requests)
