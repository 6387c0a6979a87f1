"""deploy/Caddyfile as it is shipped, with only its addresses and paths filled in."""

from __future__ import annotations

import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.needs import need_program
from tests.operators.fronts import filled_in
from tests.paths import ROOT
from tests.privacy.test_nginx import (
    EVERYTHING,
    FORM,
    HOST,
    OURS,
    SETTINGS,
    answer,
    headers_of,
    page_of,
)
from tests.privacy.tools import CANARY, Reply
from tests.running import (
    Server,
    free_port,
    listens,
    running,
    start,
    throwaway_certificate,
    wait_until,
)  # fmt: skip

pytestmark = pytest.mark.slow

SHIPPED = (ROOT / "deploy/Caddyfile").read_text("utf-8")
NAME = "check.example"
TRUSTING = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TRUSTING.check_hostname, TRUSTING.verify_mode = False, ssl.CERT_NONE


@dataclass
class Caddy:
    """A running Caddy; `said` holds what it printed, once it has stopped."""

    port: int
    pid: int = 0
    said: str = ""


@contextmanager
def caddy(folder: Path, first: int, second: int) -> Iterator[Caddy]:
    """Caddy with the shipped configuration in front of two servers."""
    need_program("caddy")
    need_program("openssl")
    front = Caddy(free_port())
    certificate, key = throwaway_certificate(folder)
    config = filled_in(
        SHIPPED,
        {
            "check.example {": f"https://{NAME}:{front.port} {{\n\tbind 127.0.0.1",
            "127.0.0.1:8000 127.0.0.1:8001": f"127.0.0.1:{first} 127.0.0.1:{second}",
            "# tls /etc/ssl/check.example.pem /etc/ssl/check.example.key": (
                f"tls {certificate} {key}"
            ),
            "/etc/screener/error-pages": str(ROOT / "deploy/error-pages"),
            # Port 80 may be somebody else's.
            "\tadmin off": "\tadmin off\n\tauto_https disable_redirects",
        },
    )
    path = folder / "Caddyfile"
    path.write_text(config, "utf-8")
    env = {name: str(folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    process = start(["caddy", "run", "--adapter", "caddyfile", "--config", str(path)], env)
    front.pid = process.pid
    try:
        wait_until(lambda: process.poll() is not None or listens(front.port), 20)
        yield front
    finally:
        process.send_signal(signal.SIGTERM)
        stdout, stderr = process.communicate(timeout=20)
        front.said = stdout + stderr


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running("--workers", "1", env=SETTINGS) as server:
        yield server


@pytest.fixture(scope="module")
def front(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caddy]:
    """Nothing listens where the first of its two servers should be."""
    with caddy(tmp_path_factory.mktemp("caddy"), free_port(), server.port) as front:
        yield front
    # What it says before it has read its configuration, and nothing about a visit.
    assert CANARY not in front.said
    assert "127.0.0.1" not in front.said
    assert '"level":"error"' not in front.said


def tls(port: int, *lines: str, body: bytes = b"") -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", port), timeout=40)
    connection = TRUSTING.wrap_socket(plain, server_hostname=NAME)
    connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    return connection


def post(port: int, path: str, body: bytes) -> Reply:
    lines = f"POST {path} HTTP/1.1", HOST, FORM, f"Content-Length: {len(body)}"
    return answer(tls(port, *lines, body=body))


def test_caddy_has_nothing_to_say_about_the_file() -> None:
    need_program("caddy")
    formatted = ["caddy", "fmt", str(ROOT / "deploy/Caddyfile")]
    done = subprocess.run(formatted, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == SHIPPED.strip()


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/", ()),
        ("/wipe.css", ()),
        ("/no-such-page", ()),
        ("/results", ("-d", EVERYTHING, "--compressed")),
        ("/check", ("-d", "voice=me", "-H", "Origin: https://evil.example")),
        ("/check", ("-d", "voice=me", "-H", "Origin: https://check.example")),
    ],
    ids=lambda value: str(value)[:40],
)
def test_it_adds_no_header_and_passes_on_host(
    server: Server, front: Caddy, path: str, options: tuple[str, ...]
) -> None:
    need_program("curl")
    # The app takes its own host for its origin: that of Caddy has a port here.
    options = tuple(each.replace("k.example", f"k.example:{front.port}") for each in options)
    to = ("--resolve", f"{NAME}:{front.port}:127.0.0.1", f"https://{NAME}:{front.port}{path}")
    through = curl("--http2", *options, *to)
    direct = curl("-H", f"Host: {NAME}:{front.port}", "-H", "X-Forwarded-Proto: https", *options,
                  f"http://127.0.0.1:{server.port}{path}")  # fmt: skip
    assert through.startswith("HTTP/2 ")
    assert through.split()[1] == direct.split()[1]
    # Caddy leaves out the header that the app leaves empty.
    direct_headers = [line for line in headers_of(direct) if line.lower() != "server:"]
    assert [line.lower() for line in headers_of(through)] == sorted(
        line.lower() for line in direct_headers
    )
    assert page_of(through) == page_of(direct) != ""


def curl(*arguments: str) -> str:
    command = ["curl", "-ksi", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout


def test_a_form_is_sent_to_the_other_server_when_one_is_down(front: Caddy) -> None:
    assert [post(front.port, "/check", b"voice=me").status for _ in range(6)] == [200] * 6


def test_another_name_is_not_answered(front: Caddy) -> None:
    reply = answer(tls(front.port, "GET / HTTP/1.1", "Host: evil.example"))
    assert (reply.status, reply.body) == (200, b"")  # Caddy's own, for a host it has no site for


def test_too_large_a_body_is_refused_with_the_crisis_lines(front: Caddy) -> None:
    assert post(front.port, "/results", b"xxx=" + b"x" * 65_532).status == 200
    for length in (70_000, 100_000, 999_999_999):
        lines = "POST /gb/results HTTP/1.1", HOST, FORM, f"Content-Length: {length}"
        body = b"x" * length if length < 999_999 else b"xxx="
        reply = answer(tls(front.port, *lines, body=body))
        assert reply.status == 413
        assert_made_by_caddy(reply, "gb")


def assert_made_by_caddy(reply: Reply, edition: str) -> None:
    assert reply.body == (ROOT / f"deploy/error-pages/{edition}.html").read_bytes()
    changing = ("date", "connection", "content-length", "accept-ranges")
    expected = OURS | {"content-type": "text/html; charset=utf-8"}
    assert {n: v for n, v in reply.headers if n not in changing} == expected
    assert b"Caddy" not in reply.body + str(reply.headers).encode()


def test_the_crisis_lines_stand_while_no_server_answers(tmp_path: Path) -> None:
    with caddy(tmp_path, free_port(), free_port()) as front:
        for path, edition in (("/zz/", "index"), ("/kiosk/check", "kiosk")):
            reply = post(front.port, f"{path}?{CANARY}", f"mixing={CANARY}".encode())
            assert reply.status == 502
            assert_made_by_caddy(reply, edition)
    assert CANARY not in front.said
    assert "127.0.0.1" not in front.said
    written = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert not any(CANARY in path.read_text("utf-8", "replace") for path in tmp_path.rglob("*.*")
                   if path.is_file()), written  # fmt: skip


def test_an_incomplete_request_ends_in_time_and_never_reaches_the_app(
    server: Server, front: Caddy
) -> None:
    """Also a body that comes byte by byte: Caddy has a limit for all of it."""
    lines = ("POST /check HTTP/1.1", HOST, FORM, "Content-Length: 100")
    held = [tls(front.port, *lines, body=b"voice=") for _ in range(32)]
    begun = time.monotonic()
    in_app = ["ss", "-Htn", "dst", f"127.0.0.1:{server.port}"]
    assert subprocess.run(in_app, capture_output=True, text=True, check=True).stdout.count("\n") < 5
    assert post(front.port, "/check", b"voice=me").status == 200
    drip = held[0]
    drip.settimeout(3)
    ended = False
    while not ended and time.monotonic() - begun < 40:
        try:
            drip.sendall(b"x")
            ended = drip.recv(65536) == b""
        except TimeoutError:
            continue
        except OSError:
            ended = True
    assert ended
    assert 10 < time.monotonic() - begun < 35
    for connection in held:
        connection.close()
    assert len(list(Path(f"/proc/{front.pid}/fd").iterdir())) < 100
