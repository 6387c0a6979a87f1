"""What stands between a browser and the app: a front that notes every request, by plain
HTTP or TLS, and can fail in each way that a line or a server does; and a second site that
belongs to somebody else."""

from __future__ import annotations

import http.client
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding"}
OPENER_POLICY = "cross-origin-opener-policy"

ELSEWHERE = b"<!doctype html><title>Elsewhere</title><h1>Elsewhere</h1>"
CONTROL = b"""<!doctype html><title>Unprotected</title><h1>Unprotected</h1>
<input type=checkbox name=control value=yes><a href="/">Away</a>
<script>addEventListener("pageshow", (e) => e.persisted && (document.title = "Persisted"))</script>
"""
"""A page that takes no care at all, to see that a browser here does bring things back."""


STALE = "stale"
FAULTS = ("offline", "500", "503", "reset", "killed", "hangs")
"""How a request fails: nothing listens; a bare error of a proxy; the connection is reset; it ends
in the middle of the answer, as when the server is killed; no answer comes."""

HANGS = 1
"""Seconds that a request hangs."""

RESET_AT_ONCE = struct.pack("ii", 1, 0)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Browsers hang up as they like."""


class Front(_Server):
    """Passes requests on to the app and notes method and path of each, nothing else.

    From `fail` to `recover` it does not. With STALE it passes each form on as one of an older
    questionnaire, with a question that is no more.
    """

    def __init__(self, app_port: int, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.app_port = app_port
        self.scheme = "https" if certificate else "http"
        self.log: list[tuple[str, str]] = []
        self.fault = ""
        self.fails_at = ""
        """A part of the paths that fail."""
        self.drops_opener_policy = False
        self.clock: Any = None
        """The app's clock, where it is one that can be put forward by setting `ahead`."""
        self._busy = 0
        self._last = time.monotonic()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._recovered = threading.Event()
        self._context = None
        if certificate:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate)
        self._encrypt()

    def _encrypt(self) -> None:
        if self._context:
            # The handshake is then part of the connection's own thread.
            self.socket = self._context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        if self.fault == "reset":
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def fail(self, fault: str, at: str = "") -> None:
        """From now on requests fail, those with `at` in their path."""
        self._recovered.clear()
        self.fault, self.fails_at = fault, at
        if fault == "offline":
            self.shutdown()
            self.socket.close()
            for connection in list(self._open):
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def recover(self) -> None:
        """All is well again."""
        fault, self.fault = self.fault, ""
        self._recovered.set()
        if fault == "offline":
            self.socket = socket.socket()
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.socket.bind(self.server_address)
            self.server_activate()
            self._encrypt()
            in_background(self)

    def wait(self) -> None:
        """As long as a request hangs."""
        self._recovered.wait(HANGS)

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"

    @property
    def posts(self) -> list[str]:
        """The paths of all POSTs so far."""
        return [path for method, path in list(self.log) if method == "POST"]

    @contextmanager
    def noted(self, method: str, path: str) -> Iterator[None]:
        """Note a request, and that it is under way until the block ends."""
        with self._lock:
            self.log.append((method, path))
            self._busy += 1
        try:
            yield
        finally:
            with self._lock:
                self._busy -= 1
                self._last = time.monotonic()

    def quiet_for(self) -> float:
        """Seconds since the last answer; 0 while a request is under way."""
        with self._lock:
            return 0 if self._busy else time.monotonic() - self._last


class _Passing(BaseHTTPRequestHandler):
    server: Front
    protocol_version = "HTTP/1.1"
    timeout = 60

    def _pass(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        with self.server.noted(self.command, self.path):
            fault = self.server.fault if self.server.fails_at in self.path else ""
            if fault in FAULTS and fault != "killed":
                self._fail(fault)
                return
            if fault == STALE and body:
                body += b"&no-such-question=yes"
                self.headers.replace_header("Content-Length", str(len(body)))
            app = http.client.HTTPConnection("127.0.0.1", self.server.app_port, timeout=30)
            sent = {k: v for k, v in self.headers.items() if k.lower() not in HOP_BY_HOP}
            app.request(self.command, self.path, body, sent)
            response = app.getresponse()
            content = response.read()
            app.close()
            if fault == "killed":
                content = content[: len(content) // 2]
                self.close_connection = True
            self._answer(response.status, response.getheaders(), content)

    def _fail(self, fault: str) -> None:
        self.close_connection = True
        if fault == "hangs":
            self.server.wait()
        elif fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_ONCE)
        else:
            self._answer(int(fault), [("Content-Length", "11")], b"<h1>No</h1>")

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            dropped = self.server.drops_opener_policy and name.lower() == OPENER_POLICY
            if name.lower() not in HOP_BY_HOP and not dropped:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_HEAD = do_POST = _pass  # noqa: N815 - the names that http.server looks for

    def log_message(self, format: str, *args: object) -> None:
        """Prints nothing."""


class Elsewhere(_Server):
    """Another site: an empty page, and one that takes no care of what is picked on it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Page)

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = CONTROL if self.path == "/control" else ELSEWHERE
        self.send_response_only(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        """Prints nothing."""


def in_background(server: _Server) -> None:
    """Answer until the server is shut down."""
    threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()


@contextmanager
def serving(*servers: _Server) -> Iterator[None]:
    """Answer in the background until the block ends."""
    for server in servers:
        in_background(server)
    try:
        yield
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def make_certificate(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1 that nobody trusts, in one file."""
    key, certificate, both = (folder / name for name in ("key.pem", "cert.pem", "both.pem"))
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    both.write_text(key.read_text() + certificate.read_text())
    return both
