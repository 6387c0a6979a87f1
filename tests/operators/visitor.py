"""A visitor without JavaScript: reads each page's form, fills it in, presses a button.

It remembers what it answered, and checks on every page that all of it is carried along.
"""

from __future__ import annotations

import gzip
import random
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlencode

Picked = dict[str, set[str]]
OURS = frozenset({"at", "voice", "go", "seen"})
"""Fields of a form that are no answers."""

NOT_WITH_OTHERS = ("none", "prefer-not")
NOT_SURE = "not-sure"
"""What the app answers for a question of the file's choosing that was left blank."""

MOST_STEPS = 80
LONGEST_WAIT = 20


@dataclass
class Button:
    """One way on: what pressing it adds, and where the form then goes."""

    name: str
    value: str
    action: str


class Form(HTMLParser):
    """What a page asks and carries: the form `#step`, or on the results `#change`."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.at = ""
        self.stop = self.notice = self.error = self._inside = False
        self.hidden: list[tuple[str, str]] = []
        self.offered: dict[str, list[str]] = {}
        self.single: set[str] = set()
        self.checked: Picked = {}
        self.buttons: list[Button] = []
        self._action = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "main":
            self.at, self.stop = given.get("data-at", ""), "data-stop" in given
        elif given.get("id") == "notice":
            self.notice = True
        elif given.get("id") == "oops":
            self.error = True
        elif tag == "form":
            self._inside = given.get("id") in ("step", "change")
            self._action = given.get("action", "")
        elif self._inside and tag == "button" and given.get("name") == "go":
            action = given.get("formaction", self._action)
            self.buttons.append(Button("go", given["value"], action))
        elif self._inside and tag == "input":
            self._input(given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False

    def _input(self, given: Mapping[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if given.get("type") == "hidden":
            self.hidden.append((name, value))
        elif value:
            self.offered.setdefault(name, []).append(value)
            if given.get("type") == "radio":
                self.single.add(name)
            if "checked" in given:
                self.checked.setdefault(name, set()).add(value)

    @property
    def carried(self) -> Picked:
        """Every answer that this page would send if nothing was touched."""
        found = {name: set(values) for name, values in self.checked.items()}
        for name, value in self.hidden:
            if name not in OURS:
                found.setdefault(name, set()).add(value)
        return found

    @property
    def onward(self) -> Button:
        """The button that most people press."""
        return self.buttons[-1 if self.stop else 0]


@dataclass
class Tally:
    """What happened to all visitors. Added up at the end."""

    counts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)


class GaveUp(Exception):  # noqa: N818 - what the visitor did
    """A journey that came to no end after one retry."""


@dataclass
class Visitor:
    """One person. `changed` says of an answer whether a newer file may have lost it."""

    port: int
    dice: random.Random
    tally: Tally
    changed: Callable[[str, str], bool] = lambda question, choice: False
    pause: tuple[float, float] = (0.0, 0.0)
    hurry: threading.Event = field(default_factory=threading.Event)
    tls: ssl.SSLContext | None = None
    _line: HTTPConnection | None = None
    _retried: bool = False

    def journey(self) -> bool:
        """From the first page to the results; whether it got there."""
        self._retried = False
        try:
            page = Form(self._ask("POST", "/check", urlencode({"voice": "me"})))
            for _ in range(MOST_STEPS):
                if page.at == "results" and not page.stop:
                    self.tally.counts["journeys finished"] += 1
                    return True
                self._think()
                page = self._step(page)
            raise GaveUp(f"{MOST_STEPS} steps")
        except GaveUp as reason:
            self.tally.counts["journeys lost"] += 1
            self.tally.wrong.append(f"lost: {reason}")
            return False
        finally:
            self.close()

    def close(self) -> None:
        """Hang up."""
        if self._line:
            self._line.close()
            self._line = None

    def _think(self) -> None:
        if self.pause[1]:
            self.hurry.wait(self.dice.uniform(*self.pause))

    def _step(self, page: Form) -> Form:
        button = page.onward
        answers = page.carried | self._picked(page)
        fields = [(name, value) for name, value in page.hidden if name in OURS]
        fields += [(name, value) for name, values in answers.items() for value in sorted(values)]
        body = urlencode([*fields, (button.name, button.value)])
        after = Form(self._ask("POST", button.action, body))
        if page.at not in answers and page.at in page.offered:
            answers[page.at] = after.carried.get(page.at, set()) & {NOT_SURE}
        self._compare(answers, after)
        return after

    def _picked(self, page: Form) -> Picked:
        """New answers to about half of what is asked and not answered yet."""
        picked: Picked = {}
        for name, values in page.offered.items():
            if name in page.checked or self.dice.random() < 0.5:
                continue
            if name in page.single:
                picked[name] = {self.dice.choice(values)}
            else:
                alone = [value for value in values if value in NOT_WITH_OTHERS]
                ticks = [value for value in values if value not in NOT_WITH_OTHERS]
                some = set(self.dice.sample(ticks, self.dice.randint(1, min(3, len(ticks)))))
                picked[name] = {alone[0]} if alone and self.dice.random() < 0.2 else some
        return picked

    def _compare(self, sent: Picked, page: Form) -> None:
        """Every answer sent is carried, but for those that the newer file does not know."""
        before = {(name, value) for name, values in sent.items() for value in values}
        now = {(name, value) for name, values in page.carried.items() for value in values}
        gone = before - now
        if now - before or any(not self.changed(*answer) for answer in gone):
            self.tally.wrong.append(f"at {page.at}: gone {gone}, come {now - before}")
        self.tally.counts["answers carried"] += len(now)
        if gone:
            self.tally.counts["answers that the other file does not know"] += len(gone)
            if page.error:
                self.tally.counts["of these, asked again with an error that names it"] += len(gone)
            elif page.notice:
                self.tally.counts["of these, asked again with a notice"] += len(gone)
            elif page.stop:
                self.tally.counts["of these, behind a page that stops"] += len(gone)
            else:
                self.tally.wrong.append(f"at {page.at}: no notice for {gone}")

    def _ask(self, method: str, path: str, body: str) -> str:
        """A page; the same request a second time when the first one fails, once a journey."""
        try:
            return self._once(method, path, body)
        except (OSError, HTTPException, GaveUp) as error:
            self.close()
            self.tally.counts["retries"] += 1
            self.tally.counts[f"retries for {type(error).__name__} {error}"] += 1
            if self._retried:
                raise GaveUp(repr(error)) from None
            self._retried = True
        try:
            return self._once(method, path, body)
        except (OSError, HTTPException) as error:
            raise GaveUp(repr(error)) from None

    def _once(self, method: str, path: str, body: str) -> str:
        begun = time.monotonic()
        if not self._line:
            place = ("127.0.0.1", self.port)
            self._line = (
                HTTPSConnection(*place, timeout=LONGEST_WAIT, context=self.tls)
                if self.tls
                else HTTPConnection(*place, timeout=LONGEST_WAIT)
            )
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept-Encoding": "gzip",
            "Host": "check.example",
            "Sec-Fetch-Site": "same-origin",
        }
        self._line.request(method, path, body, headers)
        response = self._line.getresponse()
        sent = response.read()
        zipped = response.getheader("Content-Encoding") == "gzip"
        page = (gzip.decompress(sent) if zipped else sent).decode()
        self.tally.counts["bytes"] += len(sent)
        self.tally.counts["steps"] += 1
        self.tally.slowest = max(self.tally.slowest, time.monotonic() - begun)
        if response.status >= 500:
            self.tally.counts["answers 5xx"] += 1
        if response.status not in (200, 422):  # 422: this question once more, with an error
            raise GaveUp(f"status {response.status}")
        return page
