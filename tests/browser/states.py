"""Every page in every state that the checks look at, and how to bring a window there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import APIRequestContext, APIResponse, Page, Response, Route

from screener.content.models.base import Urgency, Voice
from screener.web.papers import PRINT, WITH, WITHOUT
from tests.answers import (
    FIRST,
    SINGLE,
    alone,
    body,
    calm,
    calm_case,
    everything,
    flagged,
    led_by,
    offered,
    plans,
    several_stops,
    visitor,
)
from tests.shipped import SHIPPED

CONTENT = SHIPPED
LOOK = (Path(__file__).parent / "look.js").read_text(encoding="utf-8")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class State:
    """What is sent, and what is done once the page stands. `body` makes it a POST.

    Without a `status`, any status will do that says all is well.
    """

    name: str
    path: str
    body: str | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    then: Callable[[Page], None] | None = None

    def __str__(self) -> str:
        return self.name.replace(" ", "-")

    def fetch(self, send: Callable[..., APIResponse]) -> APIResponse:
        """The response, by anything that sends like `route.fetch`."""
        if self.body is None:
            return send(headers=self.headers)
        return send(method="POST", post_data=self.body, headers=FORM | self.headers)

    def html(self, request: APIRequestContext) -> str:
        """The page as the server sends it."""

        def send(post_data: str | None = None, **options: object) -> APIResponse:
            return request.fetch(self.path, data=post_data, **options)  # type: ignore[arg-type]

        response = self.fetch(send)
        self.check(response)
        return response.text()

    def check(self, response: Response | APIResponse | None) -> None:
        """Fail unless the answer has the state's status."""
        assert response
        assert response.status == self.status if self.status else response.ok, response.status


def show(page: Page, state: State, width: int = 390, height: int = 800) -> None:
    """Bring a window into a state: whatever the server answers stands at the state's address.

    What a window asks for by itself is not routed: while it is, Chromium keeps no file.
    """
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(
        media="screen", color_scheme="light", forced_colors="none", reduced_motion="reduce"
    )

    def answer(route: Route) -> None:
        route.fulfill(response=state.fetch(route.fetch))

    def stay(route: Route) -> None:
        route.fulfill(status=204)

    outward = re.compile("^https:")
    if state.body is not None or state.headers:
        page.route(f"**{state.path}", answer, times=1)
    if state.path == "/leave":
        page.route(outward, stay)
    state.check(page.goto(state.path))
    if state.then:
        state.then(page)


def look(page: Page, question: str) -> Any:
    """What a function of look.js says about the page as it stands."""
    return page.evaluate(f"{LOOK}.{question}()")


def _pick_flagged(page: Page) -> None:
    for choice in flagged():
        page.locator(f"input[name='{FIRST}'][value='{choice}']").check()


def _pick_group(page: Page) -> None:
    page.locator(".kinds a").last.click()


def _unfold(page: Page) -> None:
    page.evaluate("for (const it of document.querySelectorAll('details')) it.open = true")


def _results(level: Urgency, voice: Voice = Voice.ME) -> str:
    case = led_by(level, voice)
    assert plans(case)[0].level is level
    return body(case.answers, voice)


def _paper(go: str) -> str:
    """On the way to paper, for somebody with sensitive answers, all of them to be printed."""
    case = visitor("V2")
    return body(case.answers, case.voice, go=go) + "".join(f"&print={q}" for q in case.answers)


_ONE_STOP = next(c for c in offered(FIRST) if alone(FIRST, c).stops)
_SO_FAR = body(calm_case().answers, at=FIRST, go=SHIPPED.first_interest)

STATES = [
    State("home", "/"),
    State("question", "/check"),
    State("question someone", "/check/someone"),
    State("question single", "/check", body({}, at=FIRST, go=SINGLE)),
    State("question picked", "/check", body({SINGLE: [calm(SINGLE)]}, at=FIRST, go=SINGLE)),
    State("question flags", "/check", then=_pick_flagged),
    State("question so far", "/check", _SO_FAR),
    State(
        "question error", "/check", f"at={SINGLE}&{'&'.join(f'{SINGLE}={x}' for x in 'ab')}", 422
    ),
    State("question notice", "/check", f"at={FIRST}&no-such-question=yes"),
    State("stop", "/check", body({FIRST: [_ONE_STOP]}, seen=(), at=FIRST)),
    State("stop several", "/check", body(several_stops(), seen=(), at=FIRST)),
    State("results empty", "/results", ""),
    *(State(f"results {level.value}", "/results", _results(level)) for level in Urgency),
    State("results someone", "/results", _results(Urgency.TODAY, Voice.SOMEONE)),
    State("results everything", "/results", body(everything())),
    State("results unfolded", "/results", _results(Urgency.EMERGENCY), then=_unfold),
    State("which paper", "/results", _paper(PRINT)),
    State("paper with answers", "/results", _paper(WITH)),
    State("paper without answers", "/results", _paper(WITHOUT)),
    State("learn", "/learn"),
    State("learn one group", "/learn", then=_pick_group),
    State("topic", "/learn/do-not-stop-suddenly"),
    State("topic someone", "/learn/do-not-stop-suddenly/someone"),
    State("help", "/help"),
    State("about", "/about"),
    State("sources", "/sources"),
    State("privacy", "/privacy"),
    State("paper", "/paper"),
    State("paper someone", "/paper/someone"),
    State("diary", "/diary"),
    State("leave", "/leave"),
    State("cleared", "/cleared"),
    State("results not kept", "/results"),
    State("error 400", "/check", "a=%00", 400),
    State("error 403", "/check", "", 403, headers={"Sec-Fetch-Site": "cross-site"}),
    State("error 404", "/no-such-page", status=404),
    State("error 405", "/about", "", 405),
]
BY_NAME = {state.name: state for state in STATES}

EVERY_KIND = [
    BY_NAME[name]
    for name in (
        "home",
        "question single",
        "question flags",
        "question so far",
        "question error",
        "question notice",
        "stop",
        "results empty",
        "results today",
        "results unfolded",
        "which paper",
        "paper with answers",
        "learn",
        "topic",
        "help",
        "about",
        "sources",
        "privacy",
        "paper",
        "diary",
        "leave",
        "cleared",
        "error 404",
    )
]
"""States that together have every kind of element that any state has, for the README's test
command and the slowest checks. `test_engines.py` proves it."""
