"""Over the wire, from this machine to itself: the app, bare Flask in the same server, nginx.

Rounds are short and alternate between the servers, because whatever else the machine does
changes from one second to the next.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import naive
from bench.bodies import typical
from bench.inprocess import COMPRESSED, Request
from bench.programs import Load, bare_server, nginx, wrk
from bench.table import Limit, Row
from screener import create_app
from screener.config import Settings
from tests.running import running

WORKERS = 2
SECONDS = 1
GROUP = "over the wire (wrk, 32 connections, 2 workers), requests a second as a multiple of"


@dataclass(frozen=True)
class Case:
    """One kind of request to the app, and what the other servers answer it with."""

    name: str
    what: str
    request: Request

    @property
    def load(self) -> Load:
        """What is sent to the app."""
        return Load([(self.request.path, self.request.body)], self.request.encodings)

    @property
    def beside(self) -> Load:
        """The same to a server that knows the page by the case's name."""
        return Load([(f"/{self.name}", self.request.body)], self.request.encodings)


def rows(rounds: int, say: Callable[[str], None]) -> list[Row]:
    """Measure every case on every server, in turn."""
    content = naive.content()
    app = create_app(Settings())
    visit = typical(content)
    step = visit.steps[len(visit.steps) // 2]
    pages = [
        ("get", "GET of the first part", "/check", None),
        ("section", "section POST, in the middle of a visit", "/check", step),
        ("results", "results POST, 10 cards", "/results", visit.results),
    ]
    cases = []
    for name, what, path, body in pages:
        how = "compressed" if body is None else "compressed and padded"
        cases.append(Case(name, f"{what}; uncompressed", Request(app, path, body)))
        packed = Request(app, path, body, COMPRESSED)
        cases.append(Case(f"{name}-packed", f"{what}; {how}", packed))
    # The floor is uncompressed; nginx sends the very bytes that the app sends.
    floors = {c.name: Request(app, c.request.path, c.request.body).answer() for c in cases}
    static = {c.name: c.request.answer() for c in cases if c.request.body is None}
    rates: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx's workers are another user's
        for page, answer in static.items():
            (folder / page).write_bytes(answer)
        packed_as = f"location = /get-packed {{ add_header Content-Encoding {_encoding(app)}; }}"
        with (
            running("--workers", str(WORKERS)) as ours,
            bare_server(floors, WORKERS) as bare,
            nginx([folder], locations=packed_as) as (port,),
        ):
            for n in range(rounds + 1):
                say(f"over the wire: round {n} of {rounds}")
                for case in cases:
                    found = {"ours": wrk(ours.port, case.load, SECONDS).rate}
                    found["bare"] = wrk(bare.port, case.beside, SECONDS).rate
                    if case.name in static:
                        found["nginx"] = wrk(port, case.beside, SECONDS).rate
                    if n:  # the first round is for warming up
                        for server, rate in found.items():
                            rates.setdefault((case.name, server), []).append(rate)
    return [row for case in cases for row in _rows(case, rates)]


def _rows(case: Case, rates: dict[tuple[str, str], list[float]]) -> list[Row]:
    ours = rates[case.name, "ours"]
    middle = sorted(ours)[len(ours) // 2]
    made = []
    for server, name in (("bare", "bare Flask"), ("nginx", "nginx with the same bytes")):
        theirs = rates.get((case.name, server))
        if not theirs:
            continue
        ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
        required = goal = None
        if server == "nginx":
            goal = Limit(0.8, least=True)
        elif "results" in case.name:
            required, goal = Limit(0.2, least=True), Limit(0.3, least=True)
        what = f"{case.what}; to {name}"
        note = f"ours {middle:,.0f}/s"
        made.append(Row(GROUP, what, ratios, "x", note, required, goal))
    return made


def _encoding(app: object) -> str:
    """How the app packs a ready page for a browser."""
    said: list[tuple[str, str]] = []
    request = Request(app, "/check", None, COMPRESSED)  # type: ignore[arg-type]
    for _ in request.app(request.environ(), lambda _, headers, *__: said.extend(headers)):  # type: ignore[arg-type]
        pass
    return dict(said)["Content-Encoding"]
