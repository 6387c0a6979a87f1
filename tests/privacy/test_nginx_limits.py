"""The limits of deploy/nginx.conf: what they hold off, and whom they must not hit."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.needs import need_program
from tests.operators.visitor import Tally, Visitor
from tests.privacy.test_nginx import HOST, SETTINGS, SHIPPED, TRUSTING, Front, answer, nginx, tls
from tests.privacy.test_nginx import assert_made_by_nginx as made_by_nginx
from tests.privacy.tools import FORM, without_network
from tests.running import Server, free_port, running, wait_until
from tools.capacity import children, pss

IN_FLIGHT, AT_ONCE = 200, 500
"""`limit_conn` and the burst of `limit_req`."""

HALF = ("POST /gb/check HTTP/1.1", HOST, FORM, "Content-Length: 100")
OTHER = "127.0.0.2"
"""Another address than the one that does harm."""

SECONDS = float(os.environ.get("FLOOD_SECONDS", "20"))
VISITORS = 5
PROMPT = 1.0
"""Seconds in which a visitor has to be served, where the machine does so without a flood."""

CLINIC = 30


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running("--workers", "2", env=SETTINGS) as server:
        yield server


@pytest.fixture
def front(server: Server, tmp_path: Path) -> Iterator[Front]:
    with nginx(tmp_path, server.port, watch=False) as front:
        yield front
    assert front.stopped == "", "a limit was logged"


def status_from(source: str, port: int, to: str = "127.0.0.1") -> int:
    """What a visitor at this address gets."""
    lines = ("POST /check HTTP/1.1", HOST, FORM, "Content-Length: 8")
    return answer(tls(port, *lines, body=b"voice=me", source=source, to=to)).status


def test_one_address_has_so_many_requests_in_flight_and_no_more(front: Front) -> None:
    held = [tls(front.tls, *HALF, body=b"voice=") for _ in range(IN_FLIGHT)]
    try:
        reply = answer(tls(front.tls, *HALF, body=b"voice="))
        assert reply.status == 429
        made_by_nginx(reply, "gb")
        assert status_from(OTHER, front.tls) == 200
        held.pop().close()
        time.sleep(0.2)
        assert status_from("127.0.0.1", front.tls) == 200
    finally:
        for connection in held:
            connection.close()


def test_one_address_has_so_many_requests_at_once_and_no_more(front: Front) -> None:
    batch = AT_ONCE // 2
    get = f"GET /healthz HTTP/1.1\r\n{HOST}\r\n\r\n"
    statuses: list[bytes] = []
    begun = time.monotonic()
    while b"429" not in statuses:
        received = b""
        with tls(front.tls, end="", body=get.encode() * batch) as connection:
            while received.count(b"HTTP/1.1 ") < batch:
                piece = connection.recv(65536)
                assert piece
                received += piece
        statuses += re.findall(rb"HTTP/1\.1 (\d+)", received)
        assert len(statuses) < 10 * AT_ONCE
    seconds = time.monotonic() - begun
    served = Counter(statuses)[b"200"]
    assert set(statuses) == {b"200", b"429"}
    assert AT_ONCE < served <= AT_ONCE + 1 + 100 * (seconds + 1)
    assert status_from(OTHER, front.tls) == 200
    time.sleep(1)
    assert status_from("127.0.0.1", front.tls) == 200


def test_half_an_ipv6_address_is_one_household(tmp_path: Path) -> None:
    """Without an app: a request that the limit lets through is a 502."""
    need_program("ip")
    mine, same, other = "fd00:1::1", "fd00:1::2:3:4:5", "fd00:2::1"

    def try_it() -> None:
        for address in (mine, same, other):
            subprocess.run(["ip", "addr", "add", f"{address}/128", "dev", "lo"], check=True)
        with nginx(tmp_path, free_port(), watch=False) as front:
            held = [
                tls(front.tls, *HALF, body=b"voice=", source=mine, to="::1")
                for _ in range(IN_FLIGHT)
            ]
            assert status_from(same, front.tls, "::1") == 429
            assert status_from(other, front.tls, "::1") == 502
            for connection in held:
                connection.close()

    without_network(try_it)


@pytest.mark.slow
def test_a_clinic_on_one_address_is_not_hit(front: Front) -> None:
    """Thirty visitors begin in the same second, with every file of the first pages."""
    gate = threading.Barrier(CLINIC)
    tallies = [Tally() for _ in range(CLINIC)]
    statuses: Counter[str] = Counter()
    files: list[str] = []
    for path in ("/", "/check"):
        page = answer(tls(front.tls, f"GET {path} HTTP/1.1", HOST)).body.decode()
        files += [
            path,
            *re.findall(r'(?:href|src|data-bundle)="(/[^"]+\.(?:css|json|js|svg))"', page),
        ]
    assert len(files) > 6

    def visit(number: int) -> None:
        gate.wait(30)
        for file in dict.fromkeys(files):
            status = answer(tls(front.tls, f"GET {file} HTTP/1.1", HOST)).status
            statuses[f"{status} {file if status != 200 else ''}"] += 1
        visitor = Visitor(front.tls, random.Random(number), tallies[number], tls=TRUSTING)
        visitor.journey()

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(CLINIC)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) == {"200 "}
    counts = sum((tally.counts for tally in tallies), Counter[str]())
    assert [line for tally in tallies for line in tally.wrong] == []
    assert counts["journeys finished"] == CLINIC
    assert counts["retries"] == 0
    print(f"{sum(statuses.values())} files, {counts['steps']} forms, none refused")


# Somebody who wants to keep everybody else out


def slowest(port: int, seconds: float) -> tuple[float, int]:
    """Of visitors from the other address, for so long: the longest wait for two pages, and how
    many visits there were. Raises what a visitor saw instead of a page."""
    waits: list[float] = []
    failed: list[BaseException] = []
    end = time.monotonic() + seconds

    def visit() -> None:
        while time.monotonic() < end and not failed:
            begun = time.monotonic()
            try:
                assert answer(tls(port, "GET / HTTP/1.1", HOST, source=OTHER)).status == 200
                assert status_from(OTHER, port) == 200
            except (AssertionError, OSError, ValueError) as error:
                failed.append(error)
            waits.append(time.monotonic() - begun)
            time.sleep(0.5)

    threads = [threading.Thread(target=visit) for _ in range(VISITORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise AssertionError(f"after {max(waits):.1f} s a visitor saw: {failed[0]!r}")
    return max(waits), len(waits)


def size_of(pids: set[int]) -> tuple[float, int]:
    """Megabytes and open files of some processes."""
    return (
        sum(pss(pid) for pid in pids),
        sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids),
    )


@contextmanager
def flooded(port: int, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """The flood, in a process of its own that is gone at the end."""
    command = [sys.executable, "-m", "tests.privacy.flood", str(port), str(seconds)]
    flood = subprocess.Popen(["nice", *command], stdout=subprocess.PIPE, text=True)
    try:
        yield flood
    finally:
        flood.kill()
        flood.wait()


@pytest.mark.slow
def test_a_flood_from_one_address_keeps_nobody_out(front: Front, server: Server) -> None:
    of_nginx = {front.pid, *children(front.pid)}
    of_app = {server.process.pid, *server.pids()}
    calm, _ = slowest(front.tls, 3)
    before = size_of(of_nginx), size_of(of_app)
    half = SECONDS / 2
    with flooded(front.tls, SECONDS) as flood:
        first, visits = slowest(front.tls, half)
        middle = size_of(of_nginx), size_of(of_app)
        second, more = slowest(front.tls, half - 1)
        end = size_of(of_nginx), size_of(of_app)
        said, _ = flood.communicate(timeout=60)
    time.sleep(1)
    after = size_of(of_nginx), size_of(of_app)
    print(f"{SECONDS:.0f} s, {visits + more} visits, slowest {max(first, second):.2f} s")
    print(f"without the flood {calm:.2f} s\n{said}")
    for when, (ours, app) in (
        ("before", before), ("middle", middle), ("end", end), ("after", after),
    ):  # fmt: skip
        print(f"{when:7} nginx {ours[0]:.0f} MB {ours[1]} files, app {app[0]:.0f} MB {app[1]}")
    assert max(first, second) < max(PROMPT, 3 * calm)
    counts = {what: int(count) for count, _, what in
              (line.strip().partition("  ") for line in said.splitlines())}  # fmt: skip
    assert counts["hellos open at most"] > 1500
    assert counts["bodies opened"] > 1500
    assert counts["bodies refused"] > 1000
    # What it holds is bounded, does not grow, and is given back; nothing reaches the app.
    assert end[0][0] < middle[0][0] + 80
    assert end[0][0] < before[0][0] + 250
    assert end[0][1] < before[0][1] + 5000
    assert after[0][1] < before[0][1] + 80
    assert after[1][0] < before[1][0] + 15
    assert after[1][1] < before[1][1] + 80


@pytest.mark.slow
def test_a_body_that_never_ends_does_not_keep_a_worker_after_a_reload(tmp_path: Path) -> None:
    config = SHIPPED.replace("worker_shutdown_timeout 60s", "worker_shutdown_timeout 5s")
    assert config != SHIPPED
    config = config.replace("client_body_timeout 10s", "client_body_timeout 600s")  # not the reason
    with nginx(tmp_path, free_port(), watch=False, config=config) as front:
        workers = children(front.pid)
        with tls(front.tls, *HALF, body=b"voice="):
            os.kill(front.pid, signal.SIGHUP)
            wait_until(lambda: children(front.pid) - workers, 30)
            assert children(front.pid) & workers  # the one that waits for the rest
            wait_until(lambda: not children(front.pid) & workers, 30)


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """One of HTTP/2 (RFC 9113, section 4.1)."""
    return (
        len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload
    )


@pytest.mark.slow
def test_an_http2_header_that_never_ends_is_cut_off(tmp_path: Path) -> None:
    """Also when more of it comes all the time: after both times together."""
    config = SHIPPED.replace("client_header_timeout 10s", "client_header_timeout 2s")
    config = config.replace("keepalive_timeout 20s", "keepalive_timeout 3s")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    begin = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"")
    part = frame(1, 4, 1, b"\0\x05:path\x01/" + b"\0\x05x-abc\x64" + b"x" * 10_000)[:60]
    with nginx(tmp_path, free_port(), watch=False, config=config) as front:
        plain = socket.create_connection(("127.0.0.1", front.tls), timeout=20)
        with context.wrap_socket(plain) as connection:
            assert connection.selected_alpn_protocol() == "h2"
            connection.sendall(begin + part)
            connection.settimeout(0.5)
            begun = time.monotonic()
            while time.monotonic() - begun < 15:
                try:
                    connection.sendall(b"x")
                    if not connection.recv(65536):
                        break
                except TimeoutError:
                    continue
                except OSError:
                    break
            assert 1 < time.monotonic() - begun < 10
