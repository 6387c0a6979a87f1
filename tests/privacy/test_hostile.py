"""What a hostile client sends: refused with a helpful page, never shown back, never a 5xx."""

from __future__ import annotations

import gzip
import random
import select
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import brotli
import pytest
from flask import Flask

from screener import create_app
from screener.config import Settings
from screener.web.forms import LARGEST_BODY, MOST_FIELDS
from tests.privacy.tools import CANARY, FORM, ask, connect, get, hostile_bodies, post
from tests.running import Server, running, wait_until
from tests.shipped import SHIPPED
from tests.web.page_lint import check_page

HOST = "Host: localhost"
CRISIS_LINES = (b'href="tel:911"', b'href="tel:988"', b'href="tel:18002221222"')
HELD = 64
PROMPT = 3.0
"""Seconds another visitor may wait, on a machine that is busy with other tests."""


# Limits, over the wire


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"xxx=" + b"x" * (LARGEST_BODY - 4), 200),
        (b"xxx=" + b"x" * (LARGEST_BODY - 3), 413),
        (b"&".join([b"voice=me"] * MOST_FIELDS), 200),
        (b"&".join([b"voice=me"] * (MOST_FIELDS + 1)), 413),
        (b"&" * 60_000, 413),
        (f"{CANARY}={CANARY}".encode(), 200),
        (f"supply={CANARY}".encode(), 200),
        (f"at={CANARY}&go={CANARY}&seen={CANARY}&voice={CANARY}".encode(), 200),
        (f"at=supply&supply={CANARY}".encode(), 422),
        (b"at=supply&supply=enough&supply=few-left", 422),
        (b"at=right-now&at=supply&go=next&go=back", 200),
        (f"{CANARY}".encode(), 400),
        (f"{CANARY}=%ff%fe".encode(), 400),
        (f"{CANARY}=".encode() + b"\xff\xfe", 400),
        (f"{CANARY}=%00".encode(), 400),
        (f"{CANARY}=".encode() + b"\0", 400),
        (f"{CANARY}=%u1234%".encode(), 200),
    ],
    ids=lambda value: str(value)[:40],
)
@pytest.mark.parametrize("path", ["/check", "/results"])
def test_bodies(server: Server, path: str, body: bytes, status: int) -> None:
    reply = post(server.port, path, body)
    assert reply.status == status
    assert all(line in reply.body for line in CRISIS_LINES)
    assert CANARY.encode() not in reply.body


def test_a_body_far_too_large_is_not_waited_for(server: Server) -> None:
    lines = (f"POST {path} HTTP/1.1" for path in ("/check", "/results"))
    for line in lines:
        reply = ask(server.port, line, HOST, FORM, "Content-Length: 999999999", body=b"xxx=")
        assert reply and reply.status == 413
    # Whoever goes on sending may find the connection closed before reading that.
    reply = ask(server.port, line, HOST, FORM, "Content-Length: 9999999", body=b"x" * 9_999_999)
    assert reply is None or reply.status == 413
    assert server.answers()


@pytest.mark.parametrize(
    ("status", "lines"),
    [
        (415, (HOST, "Content-Length: 2", "Content-Type: application/json")),
        (415, (HOST, "Content-Length: 2", "Content-Type: multipart/form-data; boundary=x")),
        (415, (HOST, "Content-Length: 2", "Content-Type: text/plain")),
        (415, (HOST, "Content-Length: 2", "Content-Type: application/x-www-form-urlencodedx")),
        (415, (HOST, "Content-Length: 2")),
        (411, (HOST, FORM)),
        (411, (HOST, FORM, "Transfer-Encoding: chunked")),
        (400, (FORM, "Content-Length: 2")),
        (400, (HOST, HOST, FORM, "Content-Length: 2")),
        (400, (HOST, "Host: evil.example", FORM, "Content-Length: 2")),
        (403, (HOST, FORM, "Content-Length: 2", "Origin: null")),
        (403, (HOST, FORM, "Content-Length: 2", "Sec-Fetch-Site: same-site")),
    ],
    ids=str,
)
def test_requests(server: Server, status: int, lines: tuple[str, ...]) -> None:
    body = b"2\r\na=\r\n0\r\n\r\n" if "chunked" in str(lines) else b"a="
    reply = ask(server.port, "POST /results HTTP/1.1", *lines, body=body)
    assert reply and reply.status == status
    assert all(line in reply.body for line in CRISIS_LINES)


@pytest.mark.parametrize(
    "lines",
    [
        (HOST, f"X-Big: {'a' * 20_000}"),
        (HOST, *(f"X-{n}: {'a' * 100}" for n in range(200))),
        (HOST, FORM, "Content-Length: 2", "Content-Length: 3"),
        (HOST, FORM, "Content-Length: -1"),
        (HOST, FORM, "Content-Length: 99999999999999999999"),
        (HOST, FORM, "Content-Length: 2", "Transfer-Encoding: chunked"),
        (HOST, f"Bad Header: {CANARY}"),
        (HOST, f"Cookie: session={CANARY}"),
        (HOST, f"User-Agent: {CANARY}", f"Referer: http://a/{CANARY}", "Accept-Encoding: \xff;q=x"),
        (HOST, f"Accept-Language: {CANARY}", "Range: bytes=0-1", "If-None-Match: *"),
    ],
    ids=lambda lines: str(lines)[:60],
)
def test_odd_headers_never_harm(server: Server, lines: tuple[str, ...]) -> None:
    for method in ("GET", "POST"):
        reply = ask(server.port, f"{method} /results?{CANARY} HTTP/1.1", *lines, body=b"a=")
        if reply:  # none: the server has closed the connection
            assert reply.status < 500
            assert CANARY not in f"{reply.body!r} {reply.headers}"
    assert server.answers()


# Random bodies


@pytest.mark.parametrize(
    ("count", "seed"), [(1000, 4), pytest.param(9000, 5, marks=pytest.mark.slow)]
)
def test_ten_thousand_hostile_bodies(app: Flask, count: int, seed: int) -> None:
    client = app.test_client()
    seen = set()
    for number, body in enumerate(hostile_bodies(count, seed)):
        path = ("/check", "/results")[number % 2]
        kind = "application/x-www-form-urlencoded"
        response = client.post(f"{path}?{CANARY}", data=body, content_type=kind)
        page = response.data
        assert response.status_code < 500, body
        assert all(line in page for line in CRISIS_LINES), body
        assert CANARY.encode() not in page, body
        assert CANARY not in str(response.headers), body
        if number % 100 == 0:
            check_page(page.decode().rstrip("\n"))
        seen.add(response.status_code)
    assert seen == {200, 400, 413, 422}


def test_hostile_header_values(caplog: pytest.LogCaptureFixture) -> None:
    dice = random.Random(5)
    client = create_app(Settings(proxy_count=1), SHIPPED).test_client()
    names = ["Host", "Origin", "Referer", "X-Forwarded-For", "X-Forwarded-Proto", "Content-Type",
             "X-Forwarded-Host", "Accept-Encoding", "Cookie", "Sec-Fetch-Site"]  # fmt: skip
    parts = ["check.example", CANARY, ":", "//", "@", "[", "]", ",", ";", "=", "\xff", "%00", " ",
             "https", "*", "q=x", "99999", "../", '"', "'", "::1", "gzip"]  # fmt: skip
    for number in range(1500):
        headers = {n: "".join(dice.choices(parts, k=3)) for n in dice.sample(names, 2)}
        send = client.post if number % 2 else client.get
        response = send("/results", headers=headers)
        assert response.status_code < 500, headers
        unpacked = {None: bytes, "gzip": gzip.decompress, "br": brotli.decompress}
        page = unpacked[response.content_encoding](response.data)
        assert all(line in page for line in CRISIS_LINES), headers
        assert CANARY.encode() not in page, headers
    assert caplog.text == ""


# Slow clients


@contextmanager
def held_open(port: int, *lines: str, body: bytes = b"", end: str = "\r\n\r\n") -> Iterator[list]:
    """As many connections as HELD, each with half a request sent."""
    with ExitStack() as stack:
        yield [stack.enter_context(connect(port, *lines, body=body, end=end)) for _ in range(HELD)]


def closed_after(connections: list, most: float) -> float:
    """Seconds until the server has ended every one of these connections."""
    begun = time.monotonic()
    wait_until(lambda: len(select.select(connections, [], [], 0)[0]) == len(connections), most)
    return time.monotonic() - begun


def slowest_of_five(port: int) -> float:
    """Seconds that the slowest of five visitors waits for a page."""
    waits = []
    for _ in range(5):
        begun = time.monotonic()
        assert get(port, "/").status == 200
        assert post(port, "/check", "voice=me").status == 200
        waits.append(time.monotonic() - begun)
    return max(waits)


@pytest.mark.slow
def test_half_sent_headers_hold_nobody_up_and_are_dropped() -> None:
    with (
        running() as server,
        held_open(server.port, "GET / HTTP/1.1", HOST, end="\r\n") as connections,
    ):
        assert slowest_of_five(server.port) < PROMPT
        assert 2 < closed_after(connections, 12) < 12


@pytest.mark.slow
def test_half_sent_bodies_hold_nobody_up() -> None:
    lines = ("POST /check HTTP/1.1", HOST, FORM, "Content-Length: 100")
    with running() as server, held_open(server.port, *lines, body=b"voice=") as connections:
        time.sleep(1)  # until every one of them waits for the rest
        assert slowest_of_five(server.port) < PROMPT
        connections[0].sendall(b"m" * 94)
        assert connections[0].recv(100).startswith(b"HTTP/1.1 200 ")
