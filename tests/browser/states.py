"""Every page in every state that the checks look at, and how to bring a window there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import APIRequestContext, APIResponse, Page, Response, Route

from screener.content.models.base import NONE, NOT_SURE, PREFER_NOT, Urgency, Voice
from screener.content.models.questions import Choice
from tests.browsing import pick
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
    """Bring a window into a state: whatever the server answers stands at the state's address."""
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="reduce")

    def answer(route: Route) -> None:
        route.fulfill(response=state.fetch(route.fetch))

    def stay(route: Route) -> None:
        route.fulfill(status=204)

    outward = re.compile("^https:")
    page.route(f"**{state.path}", answer, times=1)
    if state.path == "/leave":
        page.route(outward, stay)
    state.check(page.goto(state.path))
    if state.then:
        state.then(page)


def look(page: Page, question: str) -> Any:
    """What a function of look.js says about the page as it stands."""
    return page.evaluate(f"{LOOK}.{question}()")


def _stop(interruption: str, unsure: bool, voice: Voice) -> State:
    """The interruption page of the first choice that opens it."""
    question, choice = next(
        (question, choice.id)
        for question, options in CONTENT.choices.items()
        for choice in options.values()
        if (choice.interruption, choice.unsure) == (interruption, unsure) and voice in choice.voices
    )
    name = f"stop {interruption}{' unsure' if unsure else ''}"
    return State(
        f"{name}{' someone' if voice is Voice.SOMEONE else ''}",
        "/check",
        f"section={CONTENT.section_of[question].id}&voice={voice.value}&{question}={choice}",
    )


def stops(voice: Voice) -> list[State]:
    """Every interruption page, the unsure forms too, in one voice."""
    forms = [(id, False) for id in CONTENT.interruptions]
    forms += [(id, True) for id, page in CONTENT.interruptions.items() if page.unsure]
    return [_stop(id, unsure, voice) for id, unsure in forms]


def _urgency(choice: Choice) -> int:
    if choice.interruption:
        return -1
    return choice.urgency.rank if choice.urgency else len(Urgency)


def _everything() -> str:
    """As many answers as can be given at once, the urgent ones first, every red flag shown."""
    fields = [("shown", id) for id in CONTENT.interruptions]
    for id, options in CONTENT.choices.items():
        real = [c for c in options.values() if c.id not in (NONE, NOT_SURE, PREFER_NOT)]
        single = CONTENT.questions[id].type == "single"
        real.sort(key=_urgency)
        fields += [(id, choice.id) for choice in (real[:1] if single else real)]
    return urlencode(fields)


def _fill(page: Page) -> None:
    pick(page, took_too_much="no-extra", seizure="other-seizure", danger="prefer-not")
    pick(page, waking_and_breathing="hard-to-wake not-sure", body_alarm="none")


def _unfold(page: Page) -> None:
    page.evaluate("for (const it of document.querySelectorAll('details')) it.open = true")


TYPICAL = (
    "reason=for-panic&how-taken=as-label&how-taken=again-soon&source=own-with-checks"
    "&supply=worried&alcohol=now-and-then&tolerance=yes&feel-normal=often&missed-dose=sometimes"
    "&stopping=want-to&sleepy=drowsy-tired&mood-and-sleep=w-insomnia"
)
TWO_FLAGS = "section=safety&seizure=other-seizure&suicide=thoughts"
FLAGGED = f"{TWO_FLAGS}&shown=seizure&shown=suicide"

STATES = [
    State("home", "/"),
    State("check me", "/check"),
    State("check someone", "/check/someone"),
    State("check filled", "/check", then=_fill),
    State("check error", "/check", "section=safety&seizure=a&seizure=b&danger=danger-no", 422),
    State("check notice", "/check", "section=safety&no-such-question=yes"),
    *(
        State(f"check part {n}", "/check", f"go={section.id}&stopping=on-own")
        for n, section in enumerate(CONTENT.sections, start=1)
        if n > 1
    ),
    *stops(Voice.ME),
    State("stop two flags", "/check", TWO_FLAGS),
    State("results empty", "/results", ""),
    State("results typical", "/results", TYPICAL),
    State("results someone", "/results", f"{TYPICAL}&voice=someone"),
    State("results everything", "/results", _everything()),
    State("results unfolded", "/results", f"{FLAGGED}&{TYPICAL}", then=_unfold),
    State("learn", "/learn"),
    State("topic", "/learn/do-not-stop-suddenly"),
    State("help", "/help"),
    State("about", "/about"),
    State("privacy", "/privacy"),
    State("paper", "/paper"),
    State("leave", "/leave"),
    State("cleared", "/cleared"),
    State("results not kept", "/results"),
    State("error 400", "/check", "a=%00", 400),
    State("error 403", "/check", "", 403, headers={"Sec-Fetch-Site": "cross-site"}),
    State("error 404", "/no-such-page", status=404),
    State("error 405", "/about", "", 405),
]
BY_NAME = {state.name: state for state in STATES}
