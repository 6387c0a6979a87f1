"""One person's visit in one browser, and what the next person can still see of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from screener.web.messages import CLEARED
from tests.answers import FIRST, alone, calm, offered
from tests.privacy.leaks.engines import Engine
from tests.privacy.leaks.wire import Front
from tests.shipped import SHIPPED

QUIET = 0.25
"""Seconds without a request and without a change on the page: whatever was asked is done."""

PATIENCE = 45
NOTHING = "about:blank"
FAR = 8
"""Presses of Back, and of Forward."""

LOOK = """(() => {
  const words = %s;
  const main = document.getElementById("main");
  // Of the page of a plan only: the lines of a blank question name plans as well.
  const text = document.querySelector("main:is([data-stop], [data-at=results])")?.textContent || "";
  const pairs = (selector) =>
    [...document.querySelectorAll(selector)].map((field) => [field.name, field.value]);
  return {
    url: location.href,
    title: document.title,
    done: document.readyState === "complete",
    at: main ? main.dataset.at || "" : "",
    stop: Boolean(main && "stop" in main.dataset),
    left: Boolean(main && "left" in main.dataset),
    heading: main?.querySelector("h1")?.textContent || "",
    trouble: Boolean(document.querySelector("main .oops.message")),
    ticked: pairs("input:checked").filter(([, value]) => value),
    carried: pairs("input[type=hidden]").filter(([, value]) => value),
    words: words.filter((word) => text.includes(word)),
  };
})()"""

PICK = """(() => {
  const picked = [];
  for (const [name, value] of %s) {
    const selector = `input[name="${name}"][value="${value}"]`;
    const field = document.querySelector(selector + ":not([type=hidden])");
    if (field && !field.checked) field.click();
    if (field) picked.push([name, value]);
  }
  return picked;
})()"""

NEXT = "document.querySelector('main button.main[name=go]')"
NOW = "document.querySelector('main button[formaction$=\"/results\"]')"
ONWARD = "document.querySelector('main[data-stop] button[name=go][value=on]')"
# It is folded, so that nobody clears their answers by mistake.
FINISH = """(() => {
    const link = document.querySelector('main a[href$="/cleared"]');
    link.closest("details")?.setAttribute("open", "");
    return link;
})()"""
GO_ON_WITHOUT = "document.querySelector('main [data-plain]')"
LEAVE = "document.querySelector('header a.leave')"
START = "document.querySelector('main button[name=voice][value=me]')"
OUTWARD = "document.querySelector('main a[rel=noreferrer]')"
UNFOLDED = "[...document.querySelectorAll('main details')].every((it) => (it.open = true))"

Pairs = list[tuple[str, str]]


CANARIES: Pairs = [(question, calm(question)) for question in SHIPPED.questions]
"""One choice of every question, of those that stop nothing where there is one."""

RED_FLAG = (FIRST, next(choice for choice in offered(FIRST) if alone(FIRST, choice).stops))
"""An answer to the first question that leads to a page that stops."""


@dataclass(frozen=True)
class Look:
    """What a page shows at one moment."""

    url: str
    title: str
    done: bool
    at: str
    stop: bool
    left: bool
    heading: str
    trouble: bool
    ticked: Pairs
    carried: Pairs
    words: list[str]


@dataclass
class Visit:
    """Drives a browser through the journey, and notes what is left to see afterwards."""

    engine: Engine
    front: Front
    elsewhere: str
    fault: str = ""
    picks: Pairs = field(default_factory=lambda: CANARIES)
    picked: set[tuple[str, str]] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    """What was seen after the end: 'ticked', 'carried' in hidden fields, 'results'."""
    _posts_before: int | None = None
    _watching: bool = False
    _is_out: bool = False
    _went_back: int = 0

    # What a person does.

    def fail(self, at: str = "") -> None:
        """From now on requests fail, those with `at` in their path. Only a whole line can be
        down: of one path each connection is reset instead."""
        self.front.fail("reset" if at and self.fault == "offline" else self.fault, at)

    def fail_wholly(self) -> None:
        """The line is down, if that is what fails."""
        if self.fault == "offline":
            self.front.fail(self.fault)

    def open(self, path: str) -> None:
        """Open a page by its address, in a tab without history."""
        self.front.drops_opener_policy = self.engine.needs_opener_policy_dropped
        if self.front.clock:
            self.front.clock.ahead = 0
        self.engine.fresh_tab()
        self.engine.open(f"{self.front.url}{path}")
        self.wait("the page", lambda look: look.done and bool(look.heading))

    def begin(self) -> None:
        """Open the first question from the start page."""
        self.open("/")
        self.press(START)

    def begin_at_kiosk(self) -> None:
        """Open the first question as on a touch screen."""
        self.open("/kiosk/")
        self.press(START)

    def tick(self, picks: Pairs | None = None) -> None:
        """Pick those of the choices that this page offers."""
        picked = self.engine.evaluate(PICK % json.dumps(picks or self.picks))
        if not picked and not picks:
            return  # the visitor leaves this question blank
        self.picked |= {(name, value) for name, value in picked}
        assert "ticked" in self.shown(self.look()), "the ticks cannot be seen"

    def press(self, find: str) -> None:
        """Press a button or link, and wait until the next page stands."""
        self.engine.evaluate(f"({find}, document.getElementById('main').dataset.left = 'yes')")
        self.engine.click(find)
        look = self.wait(f"what follows {find}", lambda look: look.done and not look.left)
        if look.stop or look.at == "results":
            self.words.add(look.heading)

    def press_in_vain(self, find: str) -> None:
        """Press a button that sends a form when nothing can be sent, or an old one."""
        here = self.look()
        self.engine.click(find)
        self.wait("the failure", lambda look: look.at != here.at)
        self.settle()

    def press_and_be_told(self, find: str) -> None:
        """Press a button whose page cannot be made: the page that stands says so."""
        self.engine.click(find)
        self.wait("the message", lambda look: look.trouble)

    def to_results(self, pages: int | None = None) -> None:
        """Answer so many questions, or all that are asked, and go to the results."""
        answered = 0
        while (look := self.look()).at != "results" or look.stop:
            if look.stop:
                self.press(ONWARD)
                continue
            self.tick()
            answered += 1
            self.press(NOW if answered == pages else NEXT)
        assert "results" in self.shown(look), "the results cannot be seen"

    def end(self, action: Callable[[], object], arrived: Callable[[Look], bool]) -> None:
        """The last thing that the person does. From here on nothing fails, and all that is seen
        is noted."""
        assert self.fault or self.shown(self.look()), "there is nothing to bring back"
        self._posts_before = len(self.front.posts)
        action()
        self._is_out = self.wait("the end", arrived).url.startswith(self.elsewhere)
        self._watching = True
        self.settle()
        self.front.recover()

    def finish(self, find: str = FINISH) -> None:
        """Press 'Finish'."""
        self.end(lambda: self.engine.click(find), lambda look: look.heading == CLEARED.heading)

    def leave(self) -> None:
        """Press 'Leave this site'."""
        self.end(lambda: self.engine.click(LEAVE), self._is_elsewhere)

    def walk_away(self) -> None:
        """Do nothing, until the page clears itself."""
        self.end(lambda: None, lambda look: look.heading == CLEARED.heading)

    def let_pass(self, seconds: int) -> None:
        """The app's clock goes on."""
        self.front.clock.ahead += seconds

    def type_address(self) -> None:
        """Go to another site by typing its address."""
        self.end(lambda: self.engine.open(self.elsewhere), self._is_elsewhere)

    def follow_link(self) -> None:
        """Press a link to another site, one that can be reached from here."""
        target = json.dumps(self.elsewhere)
        self.engine.evaluate(UNFOLDED)
        self.engine.evaluate(f"({OUTWARD}).href = {target}")
        self.end(lambda: self.engine.click(OUTWARD), self._is_elsewhere)

    def _is_elsewhere(self, look: Look) -> bool:
        return look.url.startswith(self.elsewhere) and look.done

    # What the next person does.

    def back(self, times: int = 1) -> None:
        """Press Back, looking at each page."""
        for _ in range(times):
            self._went_back += self.look().url != NOTHING
            self.engine.back()
            self.settle()

    def forward(self, times: int = 1) -> None:
        """Press Forward, looking at each page; not out again where the driver cannot follow."""
        if self._is_out and not self.engine.goes_forward_out:
            times = min(times, self._went_back - 1)
        for _ in range(times):
            self.engine.forward()
            self.settle()

    def reload(self) -> None:
        """Reload, and say yes to any question."""
        self.engine.reload()
        self.settle()

    def far_and_back(self) -> None:
        """Everything at once: Back, Forward, Reload."""
        self.back(FAR)
        self.forward(FAR)
        self.reload()

    def every_way(self) -> None:
        """Everything in turn: Back and Reload, Back and Reload, Back, Forward three times,
        Reload."""
        for _ in range(2):
            self.back()
            self.reload()
        self.back()
        self.forward(3)
        self.reload()

    def reopen(self) -> None:
        """Close the tab and have the browser bring it back."""
        self.engine.reopen_closed_tab()
        self.settle()

    @property
    def requests(self) -> int:
        """Requests so far, those that failed included."""
        return len(self.front.log)

    @property
    def posts(self) -> int:
        """POSTs that the server got since the end."""
        assert self._posts_before is not None
        return len(self.front.posts) - self._posts_before

    # Looking.

    def look(self) -> Look:
        """The page as it is now."""
        end = time.monotonic() + PATIENCE
        while not (found := self.engine.evaluate(LOOK % json.dumps(sorted(self.words)))):
            assert time.monotonic() < end, "the page cannot be looked at"
            time.sleep(0.02)
        pairs = {kind: [(n, v) for n, v in found[kind]] for kind in ("ticked", "carried")}
        look = Look(**{**found, **pairs})
        if self._watching:
            self.seen |= self.shown(look)
        return look

    def shown(self, look: Look) -> set[str]:
        """The kinds of traces of this visit's answers on a page."""
        carried = any(pair in self.picked or pair[0] == "seen" for pair in look.carried)
        kinds = {
            "ticked": any(pair in self.picked for pair in look.ticked),
            "carried": carried,
            "results": bool(look.words),
        }
        return {kind for kind, there in kinds.items() if there}

    def wait(self, what: str, condition: Callable[[Look], bool]) -> Look:
        """Look until the page is as wanted."""
        end = time.monotonic() + PATIENCE
        while not condition(look := self.look()):
            assert time.monotonic() < end, f"waited too long for {what}: {look}"
            time.sleep(0.05)
        return look

    def settle(self) -> None:
        """Look until nothing has changed for a while and no request is under way."""
        end = time.monotonic() + PATIENCE
        last, since = self.look(), time.monotonic()
        while self.front.quiet_for() < QUIET or time.monotonic() - since < QUIET:
            assert time.monotonic() < end, f"never comes to rest: {last}"
            time.sleep(0.05)
            now = self.look()
            if now != last:
                last, since = now, time.monotonic()
