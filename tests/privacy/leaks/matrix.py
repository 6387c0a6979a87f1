"""The leak matrix: engine x script x action x transport (plain HTTP, TLS, a hasty touch screen).

A pairwise set of the rows is run: of those that must show nothing, every two values of two
factors meet in at least one. Of the rows that have ever shown something (KNOWN) those are run
as well, by one transport each. FULL_MATRIX=1 runs all rows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import combinations

import pytest

from tests.privacy.leaks.conftest import HASTY, Browsers, Site
from tests.privacy.leaks.engines import ENGINES
from tests.privacy.leaks.visit import FAR, NEXT, RED_FLAG, Visit


@dataclass(frozen=True)
class Action:
    """What a person does until the end, and what the next person tries."""

    name: str
    words: str
    do: Callable[[Visit], None]
    scripts: tuple[str, ...] = ("on", "off")
    transports: tuple[str, ...] = ("http", "tls")


def _all_finish(visit: Visit) -> None:
    visit.begin()
    visit.tick([RED_FLAG])
    visit.to_results()
    visit.finish()
    visit.far_and_back()
    if visit.engine.reopens:
        visit.reopen()
        visit.back(2)


def _results_leave(visit: Visit) -> None:
    visit.begin()
    visit.to_results(pages=2)
    visit.leave()
    visit.far_and_back()


def _tick_leave(visit: Visit) -> None:
    visit.begin()
    visit.tick()
    visit.leave()
    visit.back()


def _tick_address(visit: Visit) -> None:
    visit.begin()
    visit.tick()
    visit.type_address()
    visit.back()


def _typed_address(visit: Visit) -> None:
    visit.open("/check")
    visit.tick()
    visit.type_address()
    visit.back()


def _results_link(visit: Visit) -> None:
    visit.begin()
    visit.to_results(pages=1)
    visit.follow_link()
    visit.back()


def _stop_leave(visit: Visit) -> None:
    visit.begin()
    visit.tick([RED_FLAG])
    visit.press(NEXT)
    visit.leave()
    visit.back(2)
    visit.forward(2)
    visit.reload()


def _finish_reload(visit: Visit) -> None:
    visit.begin()
    visit.to_results(pages=2)
    visit.finish()
    for _ in range(3):
        visit.back()
        visit.reload()


def _kiosk_finish(visit: Visit) -> None:
    visit.begin_at_kiosk()
    visit.to_results(pages=2)
    visit.finish()
    visit.back(4)
    visit.forward(4)
    visit.reload()


def _kiosk_expire(visit: Visit) -> None:
    visit.begin_at_kiosk()
    visit.to_results(pages=2)
    visit.walk_away()
    for _ in range(2):
        visit.back()
        visit.reload()
    visit.back(2)
    visit.forward(4)
    visit.reload()


def _kiosk_finish_late(visit: Visit) -> None:
    visit.begin_at_kiosk()
    visit.to_results(pages=2)
    visit.finish()
    visit.let_pass(HASTY.kiosk_idle)
    visit.back(4)
    visit.forward(4)
    visit.reload()


def _failed_finish(visit: Visit) -> None:
    visit.begin()
    visit.tick()
    visit.front.fail_next_fetch = True
    visit.press(NEXT)
    visit.to_results(pages=1)
    visit.finish()
    visit.far_and_back()


ACTIONS = (
    Action(
        "every-page-finish-far",
        f"every question, a page that stops, results, Finish; Back x{FAR}, Forward x{FAR}, Reload; "
        "close the tab, reopen it, Back x2",
        _all_finish,
    ),
    Action(
        "results-leave-far",
        f"two questions, results, Leave; Back x{FAR}, Forward x{FAR}, Reload",
        _results_leave,
    ),
    Action("tick-leave-back", "tick, Leave; Back", _tick_leave),
    Action("tick-address-back", "tick, type another site's address; Back", _tick_address),
    Action(
        "typed-tick-address-back",
        "/check by its address, tick, type another site's address; Back",
        _typed_address,
        transports=("http",),
    ),
    Action(
        "results-link-back",
        "results, a link to another site; Back",
        _results_link,
        transports=("http",),
    ),
    Action(
        "stop-leave-back",
        "a page that stops, Leave; Back x2, Forward x2, Reload",
        _stop_leave,
    ),
    Action(
        "finish-back-reload",
        "results, Finish; Back and Reload, three times, sending again when asked",
        _finish_reload,
        transports=("http",),
    ),
    Action(
        "kiosk-finish-back",
        "touch screen: two questions, results, Finish; Back x4, Forward x4, Reload",
        _kiosk_finish,
        transports=("http",),
    ),
    Action(
        "kiosk-expire-back",
        "touch screen: two questions, results, idle until it clears itself; Back and Reload twice, "
        "Back x2, Forward x4, Reload",
        _kiosk_expire,
        transports=("hasty",),
    ),
    Action(
        "kiosk-finish-late-back",
        "touch screen: two questions, results, Finish; the idle limit later Back x4, Forward x4, "
        "Reload",
        _kiosk_finish_late,
        scripts=("off",),
        transports=("hasty",),
    ),
    Action(
        "failed-fetch-finish-far",
        f"one step's fetch fails, results, Finish; Back x{FAR}, Forward x{FAR}, Reload",
        _failed_finish,
        scripts=("on",),
        transports=("http",),
    ),
)

SENT_AGAIN = frozenset({"carried", "results"})
KNOWN: dict[str, tuple[frozenset[str], int]] = {
    # Without a script, who goes Back to a form that was sent, reloads, and says yes to the
    # browser's question gets the answer to that form. No header prevents it.
    "chromium-script_off-finish-back-reload-http": (SENT_AGAIN, 3),
    "firefox-script_off-finish-back-reload-http": (SENT_AGAIN, 3),
    # Chromium sets a page aside for Back, ticks and all, if it came by GET. The journey
    # starts by POST; only who types /check comes by GET.
    "chromium-script_off-typed-tick-address-back-http": (frozenset({"ticked"}), 0),
    # WebKit keeps the body of a form in its history, and sends it again on Back and Forward
    # without asking. What it sends is, header by header, what was sent before. Only Back
    # from another site differs, by its Sec-Fetch-Site, and is refused. By plain HTTP it
    # also sets pages aside that say no-store.
    "webkit-script_off-every-page-finish-far-http": (SENT_AGAIN, 17),
    "webkit-script_off-every-page-finish-far-tls": (SENT_AGAIN, 17),
    "webkit-script_off-results-leave-far-http": (SENT_AGAIN, 6),
    "webkit-script_off-results-leave-far-tls": (SENT_AGAIN, 6),
    "webkit-script_off-tick-leave-back-http": (frozenset(), 1),
    "webkit-script_off-tick-leave-back-tls": (frozenset(), 1),
    "webkit-script_off-tick-address-back-tls": (frozenset(), 1),
    "webkit-script_off-results-link-back-http": (SENT_AGAIN, 0),
    "webkit-script_off-stop-leave-back-http": (frozenset(), 2),
    "webkit-script_off-stop-leave-back-tls": (SENT_AGAIN, 3),
    "webkit-script_off-finish-back-reload-http": (SENT_AGAIN, 6),
    # Within the idle limit the same holds at a touch screen. After it, forms are sent again
    # (see SENT_AND_REFUSED) and answered with 'cleared'.
    "webkit-script_off-kiosk-finish-back-http": (SENT_AGAIN, 6),
    "chromium-script_off-kiosk-expire-back-hasty": (frozenset(), 2),
    "firefox-script_off-kiosk-expire-back-hasty": (frozenset(), 2),
    "webkit-script_off-kiosk-expire-back-hasty": (frozenset(), 8),
    "webkit-script_off-kiosk-finish-late-back-hasty": (frozenset(), 6),
}
"""Row -> the most that is seen and the most POSTs repeated. Every other row: nothing, none."""

SENT_AND_REFUSED = {row for row in KNOWN if row.endswith("-hasty")}
"""Rows that must send an old form again, or they do not show that it is refused."""

BROWSERS = tuple((engine, script) for engine in ENGINES for script in ("on", "off"))


@dataclass(frozen=True)
class Row:
    """One cell of the matrix."""

    engine: str
    script: str
    action: Action
    transport: str

    def __str__(self) -> str:
        return f"{self.engine}-script_{self.script}-{self.action.name}-{self.transport}"

    @property
    def pairs(self) -> set[frozenset[tuple[str, str]]]:
        """Every two of its factors, with their values."""
        values = vars(self) | {"action": self.action.name}
        return {frozenset(pair) for pair in combinations(values.items(), 2)}


def every_row() -> Iterator[Row]:
    for engine, script in BROWSERS:
        for action in ACTIONS:
            if script in action.scripts:
                for transport in action.transports:
                    yield Row(engine, script, action, transport)


def pairwise(rows: list[Row]) -> list[Row]:
    """Some of the rows, in which all pairs of values meet that meet in any of them."""
    chosen: set[Row] = set()
    missing = all_pairs(rows)
    while missing:
        best = max(rows, key=lambda row: len(row.pairs & missing))
        chosen.add(best)
        missing -= best.pairs
    return [row for row in rows if row in chosen]


def all_pairs(rows: Collection[Row]) -> set[frozenset[tuple[str, str]]]:
    return set().union(*(row.pairs for row in rows))


def by_one_transport(rows: list[Row]) -> list[Row]:
    """Of rows that differ only in their transport one, over HTTP and over TLS in turn."""
    alike: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        alike.setdefault((row.engine, row.script, row.action.name), []).append(row)
    return [same[number % len(same)] for number, same in enumerate(alike.values())]


ALL_ROWS = list(every_row())
CLEAN = [row for row in ALL_ROWS if str(row) not in KNOWN]
LEAKING = [row for row in ALL_ROWS if str(row) in KNOWN]
IN_FULL = "FULL_MATRIX" in os.environ
CHOSEN = {*(ALL_ROWS if IN_FULL else [*pairwise(CLEAN), *by_one_transport(LEAKING)])}
ROWS = [row for row in ALL_ROWS if row in CHOSEN]


class LeakTests:
    """The rows of one engine. Each engine has a module, so that processes can share the work."""

    engine: str
    pytestmark = [pytest.mark.slow, pytest.mark.browser]  # noqa: RUF012 - as pytest wants it

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "row" in metafunc.fixturenames:
            rows = [row for row in ROWS if row.engine == self.engine]
            metafunc.parametrize("row", rows, ids=str)

    # Once more when the engine's driver fails or stalls; never when something was seen.
    @pytest.mark.flaky(reruns=1, only_rerun=["WebDriverException", "waited", "Read timed out"])
    def test_nothing_comes_back(
        self,
        browsers: Browsers,
        row: Row,
        site: Site,
        record_property: Callable[[str, object], None],
    ) -> None:
        """No more than KNOWN says: nothing, and no POST, but for the rows named there."""
        with browsers.lent(row.engine, row.script) as engine:
            visit = Visit(engine, site.fronts[row.transport], site.elsewhere)
            row.action.do(visit)
        found = [row.engine, row.script, row.action.words, row.transport]
        record_property("leak", [*found, sorted(visit.seen), visit.posts])
        seen, posts = KNOWN.get(str(row), (frozenset(), 0))
        assert visit.seen <= seen
        assert visit.posts <= posts
        assert visit.posts > 0 or str(row) not in SENT_AND_REFUSED

    @pytest.mark.parametrize("script", ["on", "off"])
    def test_an_unprotected_page_does_come_back(
        self, browsers: Browsers, script: str, site: Site
    ) -> None:
        """Else the browsers here bring nothing back at all, and the matrix proves nothing."""
        with browsers.lent(self.engine, script) as engine:
            visit = Visit(engine, site.fronts["http"], site.elsewhere)
            engine.fresh_tab()
            engine.open(f"{site.elsewhere}/control")
            visit.wait(
                "the unprotected page", lambda look: look.done and look.title == "Unprotected"
            )
            visit.tick([("control", "yes")])
            visit.end(
                lambda: engine.click("document.querySelector('a')"),
                lambda look: look.done and look.title == "Elsewhere",
            )
            visit.back()
            assert visit.seen == {"ticked"}
            if script == "on":
                assert visit.look().title == "Persisted", "the back/forward cache is off"
