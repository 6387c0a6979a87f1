"""deploy/nginx.conf as it is shipped, with only its addresses and paths filled in."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.needs import need, need_program, need_root
from tests.operators.fronts import error_pages
from tests.paths import ROOT
from tests.privacy.test_hostile import closed_after
from tests.privacy.test_server_disk import strace, writes
from tests.privacy.tools import CANARY, CONTENT, FORM, Reply, ask, get
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


MODULE = Path("/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so")


@dataclass
class Front:
    """An nginx in front of the app."""

    app: int
    port: int
    tls: int
    folder: Path
    pid: int = 0
    stopped: str = ""

    @property
    def log(self) -> Path:
        """What strace saw, if nginx was started under it."""
        return self.folder / "strace"


def filled_in(config: str, front: Front, pages: Path) -> Path:
    """The shipped configuration with the test's ports and paths in place of its own."""
    for theirs, ours in {
        "127.0.0.1:8000": f"127.0.0.1:{front.app}",
        "127.0.0.1:8001": f"127.0.0.1:{front.app}",
        "listen 80;": f"listen 127.0.0.1:{front.port};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{front.tls} ssl http2;",
        "listen [::]:80;": f"listen [::1]:{front.port};",
        "listen [::]:443 ssl http2;": f"listen [::1]:{front.tls} ssl http2;",
        "/etc/ssl/check.example.pem": str(front.folder / "cert.pem"),
        "/etc/ssl/check.example.key": str(front.folder / "key.pem"),
        "/run/nginx.pid": str(front.folder / "nginx.pid"),
    }.items():
        assert config.count(theirs) == 1, theirs
        config = config.replace(theirs, ours)
    config = config.replace("/etc/screener/error-pages", str(pages))
    path = front.folder / "nginx.conf"
    path.write_text(config, "utf-8")
    return path


@contextmanager
def nginx(folder: Path, app: int, watch: bool = True, config: str = SHIPPED) -> Iterator[Front]:
    """nginx with the shipped configuration, stopped at the end; to `watch` is with strace."""
    need_root()
    for program in ("nginx", "openssl", "strace"):
        need_program(program)
    need(MODULE.exists(), "libnginx-mod-http-headers-more-filter")
    front = Front(app, free_port(), free_port(), folder)
    throwaway_certificate(folder)
    with error_pages() as pages:
        command = ["nginx", "-e", "stderr", "-c", str(filled_in(config, front, pages))]
        tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert tried.returncode == 0, tried.stderr
        assert "[warn]" not in tried.stderr
        watching = strace(front.log) if watch else []
        process = start([*watching, *command, "-g", "daemon off;"])
        front.pid = process.pid
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


def page_of(reply: str) -> str:
    """What follows the headers. Python has read each end of a line as one newline."""
    return reply.partition("\n\n")[2]


def headers_of(reply: str) -> list[str]:
    head = reply.partition("\n\n")[0].splitlines()[1:]
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
    assert page_of(reply) == page_of(direct) != ""


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
    assert_made_by_nginx(reply, "index")


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


def tls(
    port: int,
    *lines: str,
    body: bytes = b"",
    end: str = "\r\n\r\n",
    source: str = "127.0.0.1",
    to: str = "127.0.0.1",
) -> ssl.SSLSocket:
    """A connection by TLS over which these lines have been sent."""
    plain = socket.create_connection((to, port), timeout=20, source_address=(source, 0))
    connection = TRUSTING.wrap_socket(plain)
    connection.sendall("\r\n".join(lines).encode() + end.encode() + body)
    return connection


def answer(connection: socket.socket) -> Reply:
    """The one response that comes over a connection."""
    received = b""
    with connection, suppress(ConnectionResetError):
        while b"\r\n\r\n" not in received or len(received) < length_of(received):
            piece = connection.recv(65536)
            if not piece:
                break
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    first, *fields = head.decode("latin-1").split("\r\n")
    pairs = [field.partition(":") for field in fields]
    headers = [(name.lower(), value.strip()) for name, _, value in pairs]
    return Reply(int(first.split()[1]), headers, body, len(received))


def length_of(received: bytes) -> int:
    """Of a response whose headers have come."""
    head = received.partition(b"\r\n\r\n")[0]
    found = re.search(rb"(?i)content-length: (\d+)", head)
    return len(head) + 4 + (int(found[1]) if found else 0)


# What nginx answers itself

OURS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
    "content-type": "text/html",
}


def assert_made_by_nginx(reply: Reply, edition: str) -> None:
    """The page of this country with exactly its headers, and no name of a server."""
    page = (ROOT / f"deploy/error-pages/{edition}.html").read_bytes()
    assert reply.body == page
    changing = ("date", "connection", "content-length", "location")
    assert {n: v for n, v in reply.headers if n not in changing} == OURS
    assert b"nginx" not in reply.body + str(reply.headers).encode()


LONG = "a" * 9000


@pytest.mark.parametrize(
    ("status", "edition", "lines"),
    [
        (400, "index", ("GET /gb/%00 HTTP/1.1", HOST)),
        (400, "gb", ("GET /gb/ HTTP/1.1", "Content-Length: 0")),
        (400, "ie", ("POST /ie/check HTTP/1.1", HOST, "Content-Length: -1")),
        (400, "index", ("nonsense",)),
        (404, "index", ("GET /error HTTP/1.1", HOST)),
        (404, "index", ("GET /error?/gb/ HTTP/1.1", HOST)),
        (405, "gb", ("TRACE /gb HTTP/1.1", HOST)),
        (413, "kiosk", ("POST /kiosk/check HTTP/1.1", HOST, FORM, "Content-Length: 70000")),
        (413, "ca", ("POST /ca/results HTTP/1.1", HOST, FORM, "Content-Length: 99999999")),
        (414, "index", (f"GET /gb/{LONG} HTTP/1.1", HOST)),
        (431, "nz", ("GET /nz?x HTTP/1.1", HOST, f"X-Long: {LONG}")),
        (501, "au", ("POST /au/check HTTP/1.1", HOST, FORM, "Transfer-Encoding: gzip")),
        (505, "index", ("GET /gb/ HTTP/3.0", HOST)),
        # A country that there is not, and what looks like one.
        (405, "index", ("TRACE /zz/ HTTP/1.1", HOST)),
        (405, "index", ("TRACE /gbx/ HTTP/1.1", HOST)),
        (405, "index", ("TRACE /learn/gb/ HTTP/1.1", HOST)),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_nginx_answers_itself_has_the_countrys_crisis_lines(
    front: Front, status: int, edition: str, lines: tuple[str, ...]
) -> None:
    reply = answer(tls(front.tls, *lines))
    assert reply.status == status
    assert_made_by_nginx(reply, edition)


@pytest.mark.parametrize(
    ("status", "options"),
    [
        (413, ("-d", "x" * 70_000)),
        (405, ("-X", "TRACE")),
        (400, ("-H", "Content-Length: none")),
    ],
    ids=lambda value: str(value)[:20],
)
def test_http_2_has_the_same_pages(front: Front, status: int, options: tuple[str, ...]) -> None:
    need_program("curl")
    reply = curl(front, "/gb/results", *options)
    assert reply.startswith(f"HTTP/2 {status}")
    assert page_of(reply) == (ROOT / "deploy/error-pages/gb.html").read_text("utf-8")
    assert "nginx" not in reply


def test_http_on_the_port_of_https_is_answered_too(front: Front) -> None:
    reply = get(front.tls, "/gb/", host="check.example")
    assert reply.status == 400
    assert_made_by_nginx(reply, "gb")
    # The same page for what is wrong on the port of HTTP.
    bad = ask(front.port, "GET /gb/%00 HTTP/1.1", HOST)
    assert bad and bad.status == 400
    assert_made_by_nginx(bad, "index")


def test_every_status_that_nginx_has_a_page_for_has_ours_instead() -> None:
    program = shutil.which("nginx")
    need(program, "nginx")
    assert program
    built_in = re.findall(rb"<head><title>(\d{3}) ", Path(program).read_bytes())
    errors = {status.decode() for status in built_in if status >= b"400"}
    assert len(errors) > 20
    lines = re.findall(r"^    error_page (.+) /error;$", SHIPPED, re.MULTILINE)
    listed = {word for line in lines for word in line.split()}
    assert errors | {"301", "494", "495", "496", "497"} == {w for w in listed if w[0] != "="}
    # A location that names a header inherits none, so each of them is in each.
    locations = re.findall(r"location = /error \{\n(.*?)\n        \}", SHIPPED, re.DOTALL)
    assert len(locations) == 2
    assert len(set(locations)) == 1


@pytest.mark.parametrize("silent", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_crisis_lines_stand_while_no_server_answers(tmp_path: Path, silent: bool) -> None:
    """Nothing listens, or something that says nothing."""
    config = SHIPPED.replace("proxy_read_timeout 10s", "proxy_read_timeout 1s")
    with socket.socket() as app:
        app.bind(("127.0.0.1", 0))
        if silent:
            app.listen(10)
        with nginx(tmp_path, app.getsockname()[1], watch=False, config=config) as front:
            for method, path, edition in (("GET", "/gb/", "gb"), ("POST", "/ie/check", "ie")):
                lines = f"{method} {path} HTTP/1.1", HOST, FORM, "Content-Length: 8"
                reply = answer(tls(front.tls, *lines, body=b"voice=me"))
                assert reply.status == (504 if silent else 502)
                assert_made_by_nginx(reply, edition)
    assert front.stopped == ""


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
    closed_after(heads, 15)
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
    assert "proxy_hide_header" not in SHIPPED
