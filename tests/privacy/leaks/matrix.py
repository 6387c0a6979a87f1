"""The leak matrix: engine x script x action x transport (plain HTTP, TLS, a hasty touch screen)
x what fails on the way.

A pairwise set of the rows is run: of those that must show nothing, every two values of two
factors meet in at least one. Of the rows that have ever shown something (KNOWN) one of each kind
is run as well. FULL_MATRIX=1 runs all rows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import combinations, product

import pytest

from tests.privacy.leaks.conftest import HASTY, Browsers, Site
from tests.privacy.leaks.engines import ENGINES
from tests.privacy.leaks.visit import FAR, GO_ON_WITHOUT, NEXT, NOW, RED_FLAG, Visit
from tests.privacy.leaks.wire import FAULTS, STALE

BUNDLE = "/visit."
"""A part of the bundle's path."""


@dataclass(frozen=True)
class Action:
    """What a person does until the end, and what the next person tries."""

    name: str
    words: str
    do: Callable[[Visit], None]
    scripts: tuple[str, ...] = ("on", "off")
    transports: tuple[str, ...] = ("http", "tls")
    faults: tuple[str, ...] = ("",)


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


def _fails_finish(visit: Visit) -> None:
    _visit_without_a_line(visit)
    visit.finish()
    visit.every_way()
    if visit.engine.reopens:
        visit.reopen()


def _fails_leave(visit: Visit) -> None:
    _visit_without_a_line(visit)
    visit.leave()
    visit.every_way()


def _visit_without_a_line(visit: Visit) -> None:
    visit.begin()
    visit.settle()
    visit.fail()
    before = visit.requests
    visit.tick([RED_FLAG])
    visit.to_results(pages=2)
    assert visit.requests == before, "something was requested after the bundle"


def _bundle_fails(visit: Visit) -> None:
    visit.fail(at=BUNDLE)
    visit.begin()
    visit.settle()
    visit.fail_wholly()
    visit.tick()
    visit.press_and_be_told(NEXT)
    visit.leave()
    visit.every_way()


def _go_on_without(visit: Visit) -> None:
    visit.fail(at=BUNDLE)
    visit.begin()
    visit.settle()
    visit.tick()
    visit.press_and_be_told(NEXT)
    visit.press(GO_ON_WITHOUT)
    visit.leave()
    visit.every_way()


def _step_fails(visit: Visit) -> None:
    visit.begin()
    visit.tick()
    visit.fail()
    visit.press_in_vain(NEXT)
    visit.type_address()
    visit.every_way()


def _results_fail(visit: Visit) -> None:
    visit.begin()
    visit.tick()
    visit.press(NEXT)
    visit.tick()
    visit.fail()
    visit.press_in_vain(NOW)
    visit.type_address()
    visit.every_way()


EVERY_WAY = "Back and Reload twice, Back, Forward x3, Reload"

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
        scripts=("off",),
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
        scripts=("off",),
    ),
    Action(
        "finish-back-reload",
        "results, Finish; Back and Reload, three times, sending again when asked",
        _finish_reload,
        scripts=("off",),
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
        "fails-finish",
        f"everything fails from the first question on: a page that stops, results, Finish; all is "
        f"well again; {EVERY_WAY}; close the tab, reopen it",
        _fails_finish,
        scripts=("on",),
        transports=("http",),
        faults=FAULTS,
    ),
    Action(
        "fails-leave",
        f"the same, but Leave; {EVERY_WAY}",
        _fails_leave,
        scripts=("on",),
        transports=("http",),
        faults=FAULTS,
    ),
    Action(
        "bundle-fails-leave",
        f"the bundle cannot be loaded: tick, Next, a message, Leave; {EVERY_WAY}",
        _bundle_fails,
        scripts=("on",),
        transports=("http",),
        faults=FAULTS,
    ),
    Action(
        "bundle-fails-without",
        f"the bundle cannot be loaded: tick, Next, a message, 'Go on without', Leave; {EVERY_WAY}",
        _go_on_without,
        scripts=("on",),
        transports=("http",),
        faults=("503",),
    ),
    Action(
        "step-fails",
        f"tick, Next fails, type another site's address; all is well again; {EVERY_WAY}",
        _step_fails,
        scripts=("off",),
        transports=("http",),
        faults=(*FAULTS, STALE),
    ),
    Action(
        "results-fail",
        f"two questions, the results fail, type another site's address; all is well again; "
        f"{EVERY_WAY}",
        _results_fail,
        scripts=("off",),
        transports=("http",),
        faults=(*FAULTS, STALE),
    ),
)

SENT_AGAIN = frozenset({"carried", "results"})
KNOWN: dict[tuple[str, str, str], tuple[frozenset[str], int]] = {
    # Without a script, who goes Back to a form that was sent, reloads, and says yes to the
    # browser's question gets the answer to that form. No header prevents it.
    ("chromium", "off", "finish-back-reload"): (SENT_AGAIN, 3),
    ("firefox", "off", "finish-back-reload"): (SENT_AGAIN, 3),
    # Chromium sets a page aside for Back, ticks and all, if it came by GET. The journey
    # starts by POST; only who types /check comes by GET.
    ("chromium", "off", "typed-tick-address-back"): (frozenset({"ticked"}), 0),
    # WebKit keeps the body of a form in its history, and sends it again on Back and Forward
    # without asking. What it sends is, header by header, what was sent before. Only Back
    # from another site differs, by its Sec-Fetch-Site, and is refused. By plain HTTP it
    # also sets pages aside that say no-store.
    ("webkit", "off", "every-page-finish-far"): (SENT_AGAIN, 17),
    ("webkit", "off", "results-leave-far"): (SENT_AGAIN, 6),
    ("webkit", "off", "tick-leave-back"): (frozenset(), 1),
    ("webkit", "off", "tick-address-back"): (frozenset(), 1),
    ("webkit", "off", "results-link-back"): (SENT_AGAIN, 0),
    ("webkit", "off", "stop-leave-back"): (SENT_AGAIN, 3),
    ("webkit", "off", "finish-back-reload"): (SENT_AGAIN, 6),
    # Within the idle limit the same holds at a touch screen. After it, forms are sent again
    # (see must_send) and answered with 'cleared'.
    ("webkit", "off", "kiosk-finish-back"): (SENT_AGAIN, 6),
    ("chromium", "off", "kiosk-expire-back"): (frozenset(), 2),
    ("firefox", "off", "kiosk-expire-back"): (frozenset(), 2),
    ("webkit", "off", "kiosk-expire-back"): (frozenset(), 8),
    ("webkit", "off", "kiosk-finish-late-back"): (frozenset(), 6),
    # A form whose answer never came stays in the history like any other.
    ("chromium", "off", "step-fails"): (SENT_AGAIN, 2),
    ("chromium", "off", "results-fail"): (SENT_AGAIN, 2),
    ("firefox", "off", "step-fails"): (SENT_AGAIN, 4),
    ("firefox", "off", "results-fail"): (SENT_AGAIN, 4),
    ("webkit", "off", "step-fails"): (SENT_AGAIN, 4),
    ("webkit", "off", "results-fail"): (SENT_AGAIN, 4),
}
"""Engine, script and action -> the most that is seen and the most POSTs repeated, over any
transport and with any fault. Every other row: nothing, none."""

BROWSERS = tuple((engine, script) for engine in ENGINES for script in ("on", "off"))


@dataclass(frozen=True)
class Row:
    """One cell of the matrix."""

    engine: str
    script: str
    action: Action
    transport: str
    fault: str

    def __str__(self) -> str:
        parts = (self.engine, f"script_{self.script}", self.action.name, self.transport, self.fault)
        return "-".join(filter(None, parts))

    @property
    def kind(self) -> tuple[str, str, str]:
        """A key of KNOWN."""
        return self.engine, self.script, self.action.name

    @property
    def must_send(self) -> bool:
        """Whether an old form must be sent again, or it is not shown that it is refused."""
        return self.transport == "hasty" and self.kind in KNOWN

    @property
    def pairs(self) -> set[frozenset[tuple[str, str]]]:
        """Every two of its factors, with their values."""
        values = vars(self) | {"action": self.action.name}
        return {frozenset(pair) for pair in combinations(values.items(), 2)}


def every_row() -> Iterator[Row]:
    for engine, script in BROWSERS:
        for action in ACTIONS:
            if script in action.scripts:
                for transport, fault in product(action.transports, action.faults):
                    yield Row(engine, script, action, transport, fault)


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


def one_of_each(rows: list[Row]) -> list[Row]:
    """Of rows that differ only in transport or fault one, each of these in turn."""
    alike: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        alike.setdefault(row.kind, []).append(row)
    return [same[number % len(same)] for number, same in enumerate(alike.values())]


ALL_ROWS = list(every_row())
CLEAN = [row for row in ALL_ROWS if row.kind not in KNOWN]
LEAKING = [row for row in ALL_ROWS if row.kind in KNOWN]
IN_FULL = "FULL_MATRIX" in os.environ
CHOSEN = {*(ALL_ROWS if IN_FULL else [*pairwise(CLEAN), *one_of_each(LEAKING)])}
ROWS = [row for row in ALL_ROWS if row in CHOSEN]


class LeakTests:
    """The rows of one engine with scripts on or off. Each pair has a module, so that processes
    can share the work."""

    engine: str
    script: str
    pytestmark = [pytest.mark.slow, pytest.mark.browser]  # noqa: RUF012 - as pytest wants it

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "row" in metafunc.fixturenames:
            rows = [row for row in ROWS if (row.engine, row.script) == (self.engine, self.script)]
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
            visit = Visit(engine, site.fronts[row.transport], site.elsewhere, row.fault)
            try:
                row.action.do(visit)
            finally:
                visit.front.recover()
        record_property("leak", [str(row), sorted(visit.seen), visit.posts])
        seen, posts = KNOWN.get(row.kind, (frozenset(), 0))
        assert visit.seen <= seen
        assert visit.posts <= posts
        assert visit.posts > 0 or not row.must_send

    def test_an_unprotected_page_does_come_back(self, browsers: Browsers, site: Site) -> None:
        """Else the browsers here bring nothing back at all, and the matrix proves nothing."""
        with browsers.lent(self.engine, self.script) as engine:
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
            if self.script == "on":
                assert visit.look().title == "Persisted", "the back/forward cache is off"
