"""Requests a second over the loopback: the app, bare Flask in the same server, and nginx.

Rounds are short and alternate between the servers, because the load of the machine changes
from one second to the next.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.bodies import content, typical
from bench.inprocess import COMPRESSED, Request
from bench.programs import Load, bare_server, nginx, wrk
from bench.table import Row
from screener import create_app
from screener.config import Settings
from tests.running import running

WORKERS = 2
SECONDS = 1
GROUP = "over the wire (wrk, 32 connections, 2 workers), as browsers get it"


@dataclass(frozen=True)
class Case:
    """One request, and the name under which bare Flask and nginx have its answer."""

    name: str
    what: str
    request: Request

    @property
    def load(self) -> Load:
        """What is sent to the app."""
        return Load([(self.request.path, self.request.body)], COMPRESSED)

    @property
    def load_of_others(self) -> Load:
        """What is sent to bare Flask and nginx."""
        return Load([(f"/{self.name}", self.request.body)], COMPRESSED)


def rows(rounds: int, say: Callable[[str], None]) -> list[Row]:
    """Measure every case on every server, in turn."""
    app = create_app(Settings())
    visit = typical(content())
    step = visit.steps[len(visit.steps) // 2]
    cases = [
        Case("get", "GET of a page that is the same for everybody", Request(app, "/check")),
        Case("step", "step POST, in the middle of a visit", Request(app, "/check", step)),
        Case("results", "results POST, typical", Request(app, "/results", visit.results)),
    ]
    # Bare Flask answers uncompressed; nginx sends the compressed file that the app sends.
    pages = {case.name: case.request.answer() for case in cases}
    compressed = Request(app, "/check", None, "gzip").answer()
    rates: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx's workers are another user's
        (folder / "get").write_bytes(compressed)
        with (
            running("--workers", str(WORKERS)) as ours,
            bare_server(pages, WORKERS) as bare,
            nginx([folder], locations="add_header Content-Encoding gzip;") as (port,),
        ):
            for n in range(rounds + 1):
                say(f"over the wire: round {n} of {rounds}")
                for case in cases:
                    found = {"ours": wrk(ours.port, case.load, SECONDS).rate}
                    found["bare"] = wrk(bare.port, case.load_of_others, SECONDS).rate
                    if case.request.body is None:
                        found["nginx"] = wrk(port, case.load_of_others, SECONDS).rate
                    if n:  # the first round is for warming up
                        for server, rate in found.items():
                            rates.setdefault((case.name, server), []).append(rate)
    return [row for case in cases for row in _rows(case, rates)]


def _rows(case: Case, rates: dict[tuple[str, str], list[float]]) -> list[Row]:
    ours, bare = rates[case.name, "ours"], rates[case.name, "bare"]
    made = [Row(GROUP, case.what, ours, "requests/s", multiples=_ratios(ours, bare))]
    nginx = rates.get((case.name, "nginx"))
    if nginx:
        what = f"{case.what}; the same file from nginx"
        made.append(Row(GROUP, what, nginx, "requests/s", multiples=_ratios(nginx, bare)))
    return made


def _ratios(rates: list[float], others: list[float]) -> list[float]:
    return [one / other for one, other in zip(rates, others, strict=True)]
