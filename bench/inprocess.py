"""What a request costs inside one process, as a multiple of bare Flask with the same bytes.

CPU time, because a busy machine makes wall time useless; ratios within a round, because it
makes even CPU time drift from round to round.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from werkzeug.test import EnvironBuilder

from bench import naive
from bench.bare import bare
from bench.bodies import Visit, everything, typical
from bench.table import Limit, Row
from screener import create_app
from screener.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

GROUP = "in process, CPU time as a multiple of bare Flask with the same bytes"
CHUNK = 0.02
"""Seconds of CPU time that are measured at a stretch."""

STRETCHES = 6
"""In each round, of ours and of the floor in turn; the best of each counts."""

FORM = "application/x-www-form-urlencoded"
BROWSER = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.5",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Sec-Fetch-Site": "same-origin",
}
COMPRESSED = "gzip, deflate, br"


@dataclass(frozen=True)
class Request:
    """A request to one WSGI app, ready to be made as often as wished."""

    app: WSGIApplication
    path: str
    body: str | None = None
    encodings: str = ""

    def environ(self) -> WSGIEnvironment:
        """An environ of which copies are made."""
        headers = BROWSER | ({"Accept-Encoding": self.encodings} if self.encodings else {})
        method = "GET" if self.body is None else "POST"
        kind = None if self.body is None else FORM
        return EnvironBuilder(
            self.path, method=method, headers=[*headers.items()], data=self.body, content_type=kind
        ).get_environ()

    def answer(self) -> bytes:
        """The body that comes back. Raises ValueError unless all is well."""
        said: list[str] = []
        body = self.app(self.environ(), lambda status, *_: said.append(status))  # type: ignore[arg-type]
        answer = b"".join(body)
        if said != ["200 OK"]:
            raise ValueError(f"{self.path} answers {said}")
        return answer


def start_response(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
    """Takes what a server would send, and sends nothing."""


def seconds(requests: Sequence[Request], count: int) -> float:
    """CPU seconds for one request, over `count` of them in turn. Environs are made before."""
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


Pair = tuple[float, float]
"""A limit uncompressed, and compressed."""


@dataclass(frozen=True)
class Case:
    """A row: some requests, and the same to the floor."""

    what: str
    ours: Sequence[Request]
    floor: Sequence[Request]
    required: Limit | None = None
    goal: Limit | None = None


def cases() -> list[Case]:
    """Every row, with the floor that belongs to it."""
    app = create_app(Settings())
    content = naive.content()
    newcomer = naive.create_app(content)
    most, few = typical(content), typical(content, answer_all=False)
    everybody = everything(content)
    ready = [Request(app, "/check")]
    others = naive.edition().elsewhere
    elsewhere = f"{others[0].base if others else '/kiosk'}/learn"
    flask = [Request(app, elsewhere)]
    step = [Request(app, "/check", body) for body in most.steps]
    long = [Request(app, "/check", everybody.steps[-1])]
    results = [Request(app, "/results", visit.results) for visit in (most, few, everybody)]
    questions = len(content.questions)

    def told(visit: Visit) -> str:
        return f"{len(visit.picked)} of {questions} questions answered"

    ten = f"results POST, 10 cards, {told(most)}"
    ten_few = f"results POST, 10 cards, {told(few)}"
    rows: list[
        tuple[str, list[Request], tuple[float, float] | None, tuple[float, float] | None]
    ] = [
        ("GET of a ready page (the first part), before Flask", ready, None, (0.1, 0.1)),
        (f"GET of a ready page through Flask ({elsewhere})", flask, None, None),
        (f"section POST, mean over the parts of a visit, {told(most)}", step, (8, 8), (6, 6)),
        ("section POST to the last part, everything answered", long, None, None),
        (ten, results[:1], (10, 15), (6.5, 9)),
        (ten_few, results[1:2], (10, 15), (6.5, 9)),
        (f"results POST, everything answered, {_cards(everybody)} cards", results[2:], None, None),
    ]
    made = []
    for what, requests, required, goal in rows:
        zipped = [Request(r.app, r.path, r.body, COMPRESSED) for r in requests]
        floor = floor_of(requests)
        padding = "compressed" if requests[0].body is None else "compressed and padded"
        for n, (how, variant) in enumerate([("uncompressed", requests), (padding, zipped)]):
            limits = [Limit(pair[n]) if pair else None for pair in (required, goal)]
            made.append(Case(f"{what}; {how}", variant, floor, *limits))
    for what, requests in [("section POST, as above", step), (ten, results[:1])]:
        theirs = [Request(newcomer, r.path, r.body) for r in requests]
        made.append(Case(f"naive: {what}; uncompressed", theirs, floor_of(requests)))
    return made


def floor_of(requests: Iterable[Request]) -> list[Request]:
    """The same requests to bare Flask, which answers with the same bytes, uncompressed."""
    answers = {f"/answer-{n}": request.answer() for n, request in enumerate(requests)}
    floor = bare(answers)
    return [
        Request(floor, path, request.body, request.encodings)
        for path, request in zip(answers, requests, strict=True)
    ]


def rows(rounds: int, say: Callable[[str], None]) -> list[Row]:
    """Measure every case: ours and the floor in turn, `rounds` times."""
    todo = cases()
    gc.freeze()  # what lives as long as the process is not looked through again
    sizes = [(_size(case.ours), _size(case.floor)) for case in todo]
    ratios: dict[str, list[float]] = {case.what: [] for case in todo}
    times: dict[str, list[float]] = {case.what: [] for case in todo}
    for n in range(rounds):
        say(f"in process: round {n + 1} of {rounds}")
        for case, (ours, floor) in zip(todo, sizes, strict=True):
            pairs = [
                (seconds(case.ours, ours), seconds(case.floor, floor)) for _ in range(STRETCHES)
            ]
            cost, base = (min(each) for each in zip(*pairs, strict=True))
            ratios[case.what].append(cost / base)
            times[case.what].append(cost)
    return [
        Row(
            GROUP,
            case.what,
            ratios[case.what],
            "x",
            note=f"{sorted(times[case.what])[rounds // 2] * 1e6:,.0f} µs",
            required=case.required,
            goal=case.goal,
        )
        for case in todo
    ]


def _cards(visit: Visit) -> int:
    return len(visit.outcome.cards)


def _size(requests: Sequence[Request]) -> int:
    """How many requests fill a chunk: whole turns, and one for warming up before."""
    for request in requests:
        request.answer()
    turn = len(requests)
    once = seconds(requests, turn * 3)
    return max(round(CHUNK / once / turn), 3) * turn
