"""deploy/nginx.conf as it is shipped, with only its addresses and paths filled in."""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.needs import need_program, need_root
from tests.paths import ROOT
from tests.privacy.test_hostile import closed_after
from tests.privacy.test_server_disk import strace, writes
from tests.privacy.tools import CANARY, CONTENT, FORM, get
from tests.running import free_port, listens, running, start, throwaway_certificate, wait_until

SHIPPED = (ROOT / "deploy/nginx.conf").read_text("utf-8")
HOST = "Host: check.example"
SETTINGS = {"SCREENER_PROXY_COUNT": "1", "SCREENER_TRUSTED_HOSTS": "check.example"}
HELD = 32
EVERYTHING = "&".join(
    f"{question}={choice}" for question, choices in CONTENT.choices.items() for choice in choices
)

TRUSTING = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TRUSTING.check_hostname, TRUSTING.verify_mode = False, ssl.CERT_NONE
TRUSTING.maximum_version = ssl.TLSVersion.TLSv1_2  # 1.3 sends something after the handshake


@dataclass
class Front:
    """An nginx in front of the app."""

    app: int
    port: int
    tls: int
    log: Path
    stopped: str = ""


def filled_in(folder: Path, front: Front) -> Path:
    """The shipped configuration with the test's ports and paths in place of its own."""
    config = SHIPPED
    for theirs, ours in {
        "127.0.0.1:8000": f"127.0.0.1:{front.app}",
        "127.0.0.1:8001": f"127.0.0.1:{front.app}",
        "listen 80;": f"listen 127.0.0.1:{front.port};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{front.tls} ssl http2;",
        "listen [::]:80;": "",
        "listen [::]:443 ssl http2;": "",
        "/etc/ssl/check.example.pem": str(folder / "cert.pem"),
        "/etc/ssl/check.example.key": str(folder / "key.pem"),
        "/run/nginx.pid": str(folder / "nginx.pid"),
    }.items():
        assert config.count(theirs) == 1, theirs
        config = config.replace(theirs, ours)
    path = folder / "nginx.conf"
    path.write_text(config, "utf-8")
    return path


@contextmanager
def nginx(folder: Path, app: int) -> Iterator[Front]:
    """nginx with the shipped configuration, watched by strace; stopped at the end."""
    need_root()
    for program in ("nginx", "openssl", "strace"):
        need_program(program)
    front = Front(app, free_port(), free_port(), folder / "strace")
    throwaway_certificate(folder)
    command = ["nginx", "-e", "stderr", "-c", str(filled_in(folder, front))]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    assert "[warn]" not in tried.stderr
    process = start([*strace(front.log), *command, "-g", "daemon off;"])
    try:
        wait_until(lambda: listens(front.tls), 10)
        yield front
    finally:
        process.terminate()
        stdout, stderr = process.communicate(timeout=15)
        front.stopped = stdout + stderr


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("nginx")
    with running("--workers", "1", env=SETTINGS) as server, nginx(folder, server.port) as front:
        yield front


def curl(front: Front, path: str, *options: str, host: str = "check.example") -> str:
    """Status line, headers and page, over HTTP/2 and TLS."""
    address = f"https://127.0.0.1:{front.tls}{path}"
    command = ["curl", "-ksi", "--http2", "-H", f"Host: {host}", *options, address]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout


def headers_of(reply: str) -> list[str]:
    head = reply.replace("\r\n", "\n").partition("\n\n")[0].splitlines()[1:]
    changing = ("date:", "connection:", "content-length:")
    return sorted(line.strip() for line in head if not line.lower().startswith(changing))


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/", ()),
        ("/wipe.css", ()),
        ("/healthz", ()),
        ("/no-such-page", ()),
        ("/results", ("-d", "voice=me")),
        ("/results", ("-d", EVERYTHING, "--compressed")),
        ("/check", ("-d", "nonsense")),
        ("/check", ("-d", "voice=me", "-H", "Origin: https://evil.example")),
        ("/check", ("-d", "{}", "-H", "Content-Type: application/json")),
    ],
    ids=lambda value: str(value)[:40],
)
def test_it_adds_and_hides_no_header(front: Front, path: str, options: tuple[str, ...]) -> None:
    need_program("curl")
    direct = subprocess.run(
        ["curl", "-si", "-H", HOST, *options, f"http://127.0.0.1:{front.app}{path}"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    reply = curl(front, path, *options)
    assert reply.startswith("HTTP/2 ")
    assert reply.split()[1] == direct.split()[1]
    assert headers_of(reply) == headers_of(direct)
    assert reply.partition("\r\n\r\n")[2] == direct.partition("\r\n\r\n")[2]


def test_the_app_sees_the_host_that_the_visitor_asked_for(front: Front) -> None:
    need_program("curl")
    origin = "Origin: https://check.example"
    assert curl(front, "/check", "-d", "voice=me", "-H", origin).startswith("HTTP/2 200")
    assert curl(front, "/", host="evil.example").startswith("HTTP/2 400")
    ours, evil = "X-Forwarded-Host: check.example", "X-Forwarded-Host: evil.example"
    assert curl(front, "/", "-H", ours, host="evil.example").startswith("HTTP/2 400")
    assert curl(front, "/", "-H", evil).startswith("HTTP/2 200")


def test_plain_http_is_sent_to_https(front: Front) -> None:
    reply = get(front.port, "/learn", host="check.example")
    assert (reply.status, reply.header("location")) == (301, ["https://check.example/learn"])
    assert reply.header("server") == ["nginx"]


def test_bodies_and_pages_stay_in_memory(front: Front) -> None:
    need_program("curl")
    since = time.time()
    for size in (10, 60_000, 65_532):
        body = f"xxx={'x' * size}"
        assert curl(front, "/results", "-d", body).startswith("HTTP/2 200")
    assert curl(front, "/results", "-d", EVERYTHING).startswith("HTTP/2 200")
    assert curl(front, "/check", "-d", "x" * 65_537).startswith("HTTP/2 413")
    assert front.log.stat().st_size
    assert writes(front.log, since) == []


def tls(port: int, *lines: str, body: bytes = b"", end: str = "\r\n\r\n") -> ssl.SSLSocket:
    """A connection by TLS over which these lines have been sent."""
    connection = TRUSTING.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=20))
    connection.sendall("\r\n".join(lines).encode() + end.encode() + body)
    return connection


@pytest.mark.slow
def test_half_sent_requests_are_dropped_and_never_reach_the_app(front: Front) -> None:
    need_program("curl")
    need_program("ss")
    lines = ("POST /check HTTP/1.1", HOST, FORM, "Content-Length: 100")
    heads = [tls(front.tls, "GET / HTTP/1.1", HOST, end="\r\n") for _ in range(HELD)]
    bodies = [tls(front.tls, *lines, body=b"voice=") for _ in range(HELD)]
    opened = time.monotonic()
    in_app = ["ss", "-Htn", "dst", f"127.0.0.1:{front.app}"]
    held = subprocess.run(in_app, capture_output=True, text=True, check=True).stdout
    assert held.count("\n") < 5
    assert curl(front, "/check", "-d", "voice=me").startswith("HTTP/2 200")
    closed_after(heads, 10)
    closed_after(bodies, 20)
    assert time.monotonic() - opened > 5  # the last one was given its 10 seconds
    for connection in [*bodies, *heads]:
        connection.close()


def test_it_prints_nothing_and_the_crisis_lines_stand_while_the_app_is_down(
    tmp_path: Path,
) -> None:
    need_program("curl")
    with nginx(tmp_path, free_port()) as front:
        reply = curl(front, f"/results?{CANARY}", "-d", f"mixing={CANARY}", "-A", CANARY)
        assert re.match(r"HTTP/2 50[234]", reply)
        assert all(f'href="tel:{number}"' in reply for number in ("911", "988", "18002221222"))
    assert front.stopped == ""


def test_it_names_no_log() -> None:
    assert re.findall(r"^\s*(access_log|error_log) (.+);", SHIPPED, re.MULTILINE) == [
        ("error_log", "stderr emerg"),
        ("access_log", "off"),
    ]
    assert not re.search(r"^\s*(add_header|proxy_hide_header)", SHIPPED, re.MULTILINE)
