"""The leak matrix: engine x script x action, by plain HTTP and by TLS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from .conftest import Browsers, Site
from .engines import ENGINES
from .visit import FAR, FINISH_ON_TOP, NEXT, RED_FLAG, Visit


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
    visit.to_results(parts=2)
    visit.leave()
    visit.far_and_back()


def _tick_leave(visit: Visit) -> None:
    visit.begin()
    visit.tick()
    visit.leave()
    visit.back()


def _tick_finish(visit: Visit) -> None:
    visit.begin()
    visit.tick()
    visit.finish()
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
    visit.to_results(parts=1)
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
    visit.to_results(parts=2)
    visit.finish()
    for _ in range(3):
        visit.back()
        visit.reload()


def _kiosk_finish(visit: Visit) -> None:
    visit.begin_at_kiosk()
    visit.to_results(parts=2)
    visit.finish(FINISH_ON_TOP)
    visit.back(4)
    visit.forward(4)
    visit.reload()


def _failed_finish(visit: Visit) -> None:
    visit.begin()
    visit.tick()
    visit.front.fail_next_fetch = True
    visit.press(NEXT)
    visit.to_results(parts=1)
    visit.finish()
    visit.far_and_back()


ACTIONS = (
    Action(
        "every-part-finish-far",
        f"every part, an interruption, results, Finish; Back x{FAR}, Forward x{FAR}, Reload; "
        "close the tab, reopen it, Back x2",
        _all_finish,
    ),
    Action(
        "results-leave-far",
        f"two parts, results, Leave; Back x{FAR}, Forward x{FAR}, Reload",
        _results_leave,
    ),
    Action("tick-leave-back", "tick, Leave; Back", _tick_leave),
    Action("tick-finish-back", "tick, Finish; Back", _tick_finish),
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
        "interruption-leave-back",
        "an interruption page, Leave; Back x2, Forward x2, Reload",
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
        "touch screen: two parts, results, Finish; Back x4, Forward x4, Reload",
        _kiosk_finish,
        transports=("http",),
    ),
    Action(
        "failed-fetch-finish-far",
        f"one step's fetch fails, results, Finish; Back x{FAR}, Forward x{FAR}, Reload",
        _failed_finish,
        scripts=("on",),
        transports=("http",),
    ),
)

SENT_AGAIN = {"carried", "results"}
KNOWN: dict[tuple[str, str, str], set[str]] = {
    # Without a script, a person who goes Back to a results page and lets the browser send
    # the form again gets the answer to that form. No header prevents it.
    ("chromium", "off", "finish-back-reload"): SENT_AGAIN,
    ("firefox", "off", "finish-back-reload"): SENT_AGAIN,
    # WebKit sends forms again on Back without asking. What it sends is what was sent before.
    **{
        ("webkit", "off", action): SENT_AGAIN
        for action in (
            "every-part-finish-far",
            "results-leave-far",
            "results-link-back",
            "interruption-leave-back",
            "finish-back-reload",
        )
    },
}
"""Engine, script and action -> the most that may be seen; docs/leak-matrix.md says why."""

BROWSERS = tuple((engine, script) for engine in ENGINES for script in ("on", "off"))

ROWS = [
    pytest.param(
        browser,
        transport,
        action,
        id=f"{browser[0]}-script_{browser[1]}-{action.name}-{transport}",
    )
    for browser in BROWSERS
    for action in ACTIONS
    for transport in action.transports
    if browser[1] in action.scripts
]


# Once more when the engine's driver fails or stalls; never when something was seen.
@pytest.mark.flaky(reruns=1, only_rerun=["WebDriverException", "waited"])
@pytest.mark.parametrize(("browser", "transport", "action"), ROWS)
def test_nothing_comes_back(
    browsers: Browsers,
    browser: tuple[str, str],
    transport: str,
    action: Action,
    site: Site,
) -> None:
    visit = Visit(browsers.get(*browser), site.fronts[transport], site.elsewhere)
    action.do(visit)
    known = KNOWN.get((*browser, action.name), set())
    assert visit.seen <= known
    if not known and browser != ("webkit", "off"):
        # WebKit without a script sends the start form again too, which holds no answer.
        assert visit.posts == 0
