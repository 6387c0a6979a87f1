"""What the privacy tests share: raw requests, hostile bodies, a browser, no network."""

from __future__ import annotations

import ctypes
import random
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from playwright.sync_api import Page, Playwright, sync_playwright

from screener.content.models.base import Voice
from tests.answers import FIRST, STOPS, calm_case, flagged
from tests.browsing import CHROMIUM, at, press
from tests.needs import need, need_program, need_root
from tests.shipped import SHIPPED

CONTENT = SHIPPED
FORM = "Content-Type: application/x-www-form-urlencoded"
CANARY = "zQ7canary"
"""Stands in hostile requests; no page may ever show it."""

T = TypeVar("T")


# Requests as they are


@dataclass(frozen=True)
class Reply:
    """A response as it came. Header names are lower case, in the order sent."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    length: int
    """Bytes of the whole response."""

    def header(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for known, value in self.headers if known == name]


def connect(port: int, *lines: str, body: bytes = b"", end: str = "\r\n\r\n") -> socket.socket:
    """A connection over which these lines have been sent as they are."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.sendall("\r\n".join(lines).encode("latin-1") + end.encode() + body)
    return connection


def ask(port: int, *lines: str, body: bytes = b"") -> Reply | None:
    """The response to a request that is sent as it is; None when there is none."""
    received = b""
    try:
        with connect(port, *lines, "Connection: close", body=body) as connection:
            while piece := connection.recv(65536):
                received += piece
    except (ConnectionResetError, BrokenPipeError):
        pass
    if not received:
        return None
    head, _, rest = received.partition(b"\r\n\r\n")
    first, *fields = head.decode("latin-1").split("\r\n")
    pairs = [field.partition(":") for field in fields]
    headers = [(name.lower(), value.strip()) for name, _, value in pairs]
    return Reply(int(first.split()[1]), headers, rest, len(received))


def get(port: int, path: str, *headers: str, host: str = "127.0.0.1") -> Reply:
    """A page."""
    reply = ask(port, f"GET {path} HTTP/1.1", f"Host: {host}", *headers)
    assert reply
    return reply


def post(port: int, path: str, body: bytes | str, *headers: str, host: str = "127.0.0.1") -> Reply:
    """The answer to a form."""
    raw = body.encode() if isinstance(body, str) else body
    line, length = f"POST {path} HTTP/1.1", f"Content-Length: {len(raw)}"
    reply = ask(port, line, f"Host: {host}", FORM, length, *headers, body=raw)
    assert reply
    return reply


# Bodies


def valid_fields(dice: random.Random) -> list[tuple[str, str]]:
    """A body as a browser sends it, with any answers and from any question."""
    questions = list(CONTENT.questions)
    answered = dice.sample(questions, dice.randint(0, 12))
    fields = [
        ("voice", dice.choice(["me", "someone"])),
        ("at", dice.choice(answered or questions)),
        ("go", dice.choice(["next", "back", "clear", "undo", "on", *questions[::5]])),
    ]
    fields += [("seen", id) for id in STOPS if dice.random() < 0.2]
    for question in answered:
        choices = list(CONTENT.choices_for(question, Voice(fields[0][1])))
        single = CONTENT.questions[question].type == "single"
        picked = dice.sample(choices, 1 if single else dice.randint(1, len(choices)))
        fields += [(question, choice) for choice in picked]
    return fields


def hostile_bodies(count: int, seed: int) -> Iterator[bytes]:
    """Valid bodies, each changed in one to four ways. The same for the same seed."""
    dice = random.Random(seed)
    for _ in range(count):
        fields = valid_fields(dice)
        for _ in range(dice.randint(0, 2)):
            _change_fields(dice, fields)
        body = bytearray(urlencode(fields).encode())
        for _ in range(dice.randint(0, 2)):
            _change_bytes(dice, body)
        yield bytes(body)


def _change_fields(dice: random.Random, fields: list[tuple[str, str]]) -> None:
    at = dice.randrange(len(fields))
    name, value = fields[at]
    fields[at:at] = dice.choice(
        [
            [(name, value)] * dice.choice([1, 2, 300]),
            [(name, CANARY)],
            [(dict(fields).get("at", name), CANARY)],
            [(CANARY, value)],
            [(f"{name}\n{CANARY}", f"<script>{CANARY}</script>")],
            [("go", CANARY), ("at", CANARY), ("voice", CANARY), ("seen", CANARY)],
            [(name, "none"), (name, "prefer-not"), (name, "")],
            [(name, f"{CANARY}{'x' * dice.choice([10, 5000, 70_000])}")],
            [(name, f"{CANARY}\0"), (name, "‮ é 💊")],
            [(dice.choice(list(CONTENT.questions)), dice.choice(["yes", "no", "not-sure"]))],
        ]
    )
    if dice.random() < 0.3:
        dice.shuffle(fields)


def _change_bytes(dice: random.Random, body: bytearray) -> None:
    at = dice.randrange(len(body) + 1)
    odd = [b"%", b"%ff", b"%00", b"%c3%28", b"&", b"&&", b"=", b"+", b"\0", b"\xff", b";", b"\r\n"]
    if dice.random() < 0.2:
        del body[at:]
    elif dice.random() < 0.5:
        body[at:at] = dice.choice(odd)
    else:
        body[at : at + dice.randint(1, 3)] = dice.randbytes(1)


# A browser, and a world without a network


def in_a_thread(action: Callable[[], T]) -> T:
    """Do it in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(action).result()


def browsing(action: Callable[[Playwright], T]) -> T:
    """Do it with Playwright, in a thread of its own: there can be one Playwright in each."""

    def run() -> T:
        with sync_playwright() as playwright:
            return action(playwright)

    need(CHROMIUM, "Chromium")
    return in_a_thread(run)


def without_network(action: Callable[[], T]) -> T:
    """Do it in a thread for which, and for whose programs, there is only a loopback."""

    def run() -> T:
        new_network = 0x40000000
        if ctypes.CDLL(None, use_errno=True).unshare(new_network):
            raise OSError(ctypes.get_errno(), "unshare")
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return action()

    need_root()
    need_program("ip")
    return in_a_thread(run)


PICKED: Mapping[str, Sequence[str]] = {**calm_case().answers, FIRST: flagged()[:1]}
"""Question -> choices: what the journey picks, with a page that stops after the first."""


def walk(page: Page, at_each_step: Callable[[], object] = lambda: None) -> None:
    """A whole journey, from the home page to the results, with a page that stops on the way."""
    page.goto("/")
    at_each_step()
    press(page, CONTENT.about.me)
    while at(page) != "results" or page.locator("main[data-stop]").count():
        at_each_step()
        if page.locator("main[data-stop]").count():
            press(page, CONTENT.about.onward)
        else:
            for choice in PICKED.get(at(page), ()):
                box = page.locator(f"fieldset [name='{at(page)}'][value='{choice}']")
                box.evaluate("box => box.click()")
            press(page, "Next")
    at_each_step()
