"""CPU time of one request inside one process, also as a multiple of bare Flask.

CPU time, because other programs change wall time most. Even so it drifts while other
programs run, so the variants of a request are measured in turn within each round, and
multiples are taken within a round.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.test import EnvironBuilder

from bench import naive
from bench.bare import bare
from bench.bodies import Visit, content, everything, typical
from bench.table import Limit, Row
from screener import create_app
from screener.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

STRETCH = 0.02
"""Seconds of CPU time that are measured at once."""

STRETCHES = 6
"""Of each variant in a round, in turn. The shortest counts."""

FORM = "application/x-www-form-urlencoded"
BROWSER = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.5",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Sec-Fetch-Site": "same-origin",
}
COMPRESSED = "gzip, deflate, br"

BARE = "bare Flask"
PADDED = "compressed and padded"
UNCOMPRESSED = "uncompressed"
UNCACHED = "compressed and padded; plain Jinja without the fragment cache"
NAIVE = "uncompressed; the naive Flask-WTF variant"


@dataclass(frozen=True)
class Request:
    """A request to one WSGI app. A body makes a POST."""

    app: WSGIApplication
    path: str
    body: str | None = None
    encodings: str = ""
    """The Accept-Encoding header; '' for none."""

    def environ(self) -> WSGIEnvironment:
        """An environ to copy."""
        headers = BROWSER | ({"Accept-Encoding": self.encodings} if self.encodings else {})
        method = "GET" if self.body is None else "POST"
        kind = None if self.body is None else FORM
        return EnvironBuilder(
            self.path, method=method, headers=[*headers.items()], data=self.body, content_type=kind
        ).get_environ()

    def answer(self) -> bytes:
        """The body of the response. Raises ValueError unless its status is 200."""
        statuses: list[str] = []
        body = self.app(self.environ(), lambda status, *_: statuses.append(status))  # type: ignore[arg-type]
        answer = b"".join(body)
        if statuses != ["200 OK"]:
            raise ValueError(f"{self.path} answers {statuses}")
        return answer


def start_response(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
    """A WSGI server's function, without a server."""


def seconds(requests: Sequence[Request], count: int) -> float:
    """CPU seconds for one request, over `count` of them in turn."""
    models = [
        (request.app, request.environ(), (request.body or "").encode()) for request in requests
    ]
    prepared = []
    for n in range(count):
        app, environ, body = models[n % len(models)]
        prepared.append((app, {**environ, "wsgi.input": BytesIO(body)}))
    gc.collect()
    start = time.process_time()
    for app, environ in prepared:
        answer = app(environ, start_response)
        for _ in answer:
            pass
        if hasattr(answer, "close"):
            answer.close()
    return (time.process_time() - start) / count


@dataclass(frozen=True)
class Comparison:
    """Requests, answered by several variants of the app and by bare Flask."""

    what: str
    variants: dict[str, list[Request]]
    """By name. Of several requests the mean is taken."""
    budget: float | None = None
    """Milliseconds, compressed and padded."""
    naive_budget: float | None = None
    """The least that the naive variant may cost, as a multiple of ours."""
    bare_budget: float | None = None
    """The most that the first variant may cost, as a multiple of bare Flask."""


def comparisons() -> Iterator[Comparison]:
    """Everything that is measured in process."""
    app, uncached, plain_forms = create_app(Settings()), uncached_app(), naive.create_app()
    usual, everybody = typical(content()), everything(content())

    def variants(path: str, *bodies: str, with_naive: bool = False) -> dict[str, list[Request]]:
        ours = [Request(app, path, body) for body in bodies]
        padded = [replace(request, encodings=COMPRESSED) for request in ours]
        found = {
            PADDED: padded,
            UNCOMPRESSED: ours,
            UNCACHED: [replace(request, app=uncached) for request in padded],
        }
        if with_naive:
            found[NAIVE] = [replace(request, app=plain_forms) for request in ours]
        return found | {BARE: bare_requests(ours)}

    ready = Request(app, "/check")
    yield Comparison(
        "GET of a page that is the same for everybody (/check), by the middleware",
        {
            "compressed": [replace(ready, encodings=COMPRESSED)],
            UNCOMPRESSED: [ready],
            BARE: bare_requests([ready]),
        },
        bare_budget=0.1,
    )
    kiosk = Request(app, "/kiosk/check")
    yield Comparison(
        "GET of a page made for each request (/kiosk/check)",
        {PADDED: [replace(kiosk, encodings=COMPRESSED)], BARE: bare_requests([kiosk])},
        budget=1,
    )
    yield Comparison(
        f"step POST to the next question, typical, mean over {len(usual.pages)} questions",
        variants("/check", *usual.steps, with_naive=True),
        budget=1,
        naive_budget=6,
    )
    yield Comparison(
        f"step POST back, everything picked, mean over {len(everybody.pages)} questions",
        variants("/check", *everybody.back_steps),
        budget=1,
    )
    yield Comparison(
        f"results POST, typical, {_plans(usual)}",
        variants("/results", usual.results, with_naive=True),
        budget=1.5,
    )
    yield Comparison(
        f"results POST, everything picked, {_plans(everybody)}",
        variants("/results", everybody.results),
        budget=5,
    )


def _plans(visit: Visit) -> str:
    """How much the results of a visit show."""
    outcome = visit.outcome
    return f"{1 + len(outcome.also) + len(outcome.later)} plans, {len(outcome.topics)} topics"


def uncached_app() -> Flask:
    """The app without the fragment cache, for the pages of the edition at the root."""
    settings = Settings()
    app = create_app(settings)
    root = next(iter(app.extensions["editions"].values()))
    naive.turn_fragment_cache_off(app, root, settings)
    return app


def bare_requests(requests: Iterable[Request]) -> list[Request]:
    """The same requests to bare Flask, which answers with the same bytes, uncompressed."""
    answers = {f"/answer-{n}": request.answer() for n, request in enumerate(requests)}
    app = bare(answers)
    return [
        Request(app, path, request.body) for path, request in zip(answers, requests, strict=True)
    ]


def rows(rounds: int, say: Callable[[str], None]) -> list[Row]:
    """Measure every comparison `rounds` times."""
    measured = [(comparison, _counts(comparison)) for comparison in comparisons()]
    gc.freeze()  # collections need not look at what lives as long as the process
    times: dict[tuple[str, str], list[float]] = {}
    for n in range(rounds):
        say(f"in process: round {n + 1} of {rounds}")
        for comparison, counts in measured:
            for name, best in _round(comparison, counts).items():
                times.setdefault((comparison.what, name), []).append(best)
    return [
        row
        for comparison, _ in measured
        for row in _rows(
            comparison, {name: times[comparison.what, name] for name in comparison.variants}
        )
    ]


def _counts(comparison: Comparison) -> dict[str, int]:
    """How many requests of each variant fill a stretch. Each is made once before, to warm up."""
    counts = {}
    for name, requests in comparison.variants.items():
        for request in requests:
            request.answer()
        once = seconds(requests, len(requests))
        counts[name] = max(round(STRETCH / once / len(requests)), 2) * len(requests)
    return counts


def _round(comparison: Comparison, counts: dict[str, int]) -> dict[str, float]:
    """CPU seconds of one request to each variant."""
    best: dict[str, float] = {}
    for _ in range(STRETCHES):
        for name, requests in comparison.variants.items():
            taken = seconds(requests, counts[name])
            best[name] = min(best.get(name, taken), taken)
    return best


def _rows(comparison: Comparison, times: dict[str, list[float]]) -> Iterator[Row]:
    for n, (name, taken) in enumerate(times.items()):
        if name == BARE:
            continue
        budget = comparison.budget if name == PADDED else None
        bare_budget = comparison.bare_budget if n == 0 else None
        yield Row(
            f"CPU time: {comparison.what}",
            name,
            [each * 1000 for each in taken],
            "ms",
            budget=Limit(budget, "ms") if budget else None,
            multiples=_ratios(taken, times[BARE]),
            multiple_budget=Limit(bare_budget, "x bare Flask") if bare_budget else None,
        )
    if NAIVE in times:
        least = comparison.naive_budget
        yield Row(
            f"CPU time: {comparison.what}",
            f"the naive variant as a multiple of ours, {PADDED}",
            _ratios(times[NAIVE], times[PADDED]),
            "x",
            budget=Limit(least, "x", least=True) if least else None,
        )


def _ratios(times: Sequence[float], others: Sequence[float]) -> list[float]:
    return [one / other for one, other in zip(times, others, strict=True)]
