"""Where the CPU time of a request goes: the share of each stage, by cProfile.

The profiler makes every Python call dearer and what runs in C cheaper than it is, so these
shares say where to look, not how much there is to win.
"""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import naive
from bench.bodies import typical
from bench.inprocess import COMPRESSED, Request, seconds
from bench.table import Row
from screener import create_app
from screener.config import Settings

REQUESTS = 600
STAGES = {
    "reading the body": [("privacy.py", "read_form")],
    "checking the answers (of it, WTForms: the next row)": [("answers.py", "read")],
    "WTForms: one section's form": [("answers.py", "_posted")],
    "which page comes next": [("journey.py", "next_step")],
    "matching": [("matching.py", "match")],
    "what the page shows": [("views.py", "section_view"), ("results_view.py", "results_view")],
    "putting the page together": [("section_page.py", "html"), ("results_page.py", "html")],
    "compressing and padding": [("packing.py", "encoded")],
}
INSIDE = "WTForms: one section's form"
"""A part of the row before it, so not counted twice."""


def rows() -> list[Row]:
    """The shares for a section POST and a results POST."""
    app = create_app(Settings())
    visit = typical(naive.content())
    steps = [Request(app, "/check", body, COMPRESSED) for body in visit.steps]
    results = [Request(app, "/results", visit.results, COMPRESSED)]
    return _shares("section POST", steps) + _shares("results POST", results)


def _shares(what: str, requests: Sequence[Request]) -> list[Row]:
    group = f"where the CPU time of a {what} goes (cProfile; compressed and padded)"
    seconds(requests, 50)
    profile = cProfile.Profile()
    profile.enable()
    seconds(requests, REQUESTS)
    profile.disable()
    spent: dict[tuple[str, str], float] = {}
    stats: dict[Any, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for (path, _, function), (_, _, _, cumulative, _) in stats.items():
        place = (Path(path).name, function)
        spent[place] = max(spent.get(place, 0.0), cumulative)
    total = spent["front.py", "__call__"]
    made, known = [], 0.0
    for stage, places in STAGES.items():
        share = sum(spent.get(place, 0.0) for place in places) / total * 100
        known += 0 if stage == INSIDE else share
        if share:
            made.append(Row(group, stage, [share], "%"))
    return [*made, Row(group, "Flask and Werkzeug: routing, request, response", [100 - known], "%")]
