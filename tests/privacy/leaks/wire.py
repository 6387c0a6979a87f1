"""What stands between a browser and the app: a front that notes every request, by plain
HTTP or TLS, and a second site that belongs to somebody else."""

from __future__ import annotations

import http.client
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
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


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Browsers hang up as they like."""


class Front(_Server):
    """Passes requests on to the app and notes method and path of each, nothing else."""

    def __init__(self, app_port: int, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.app_port = app_port
        self.scheme = "https" if certificate else "http"
        self.log: list[tuple[str, str]] = []
        self.fail_next_fetch = False
        self.drops_opener_policy = False
        self.clock: Any = None
        """The app's clock, where it is one that can be put forward by setting `ahead`."""
        self._busy = 0
        self._last = time.monotonic()
        self._lock = threading.Lock()
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # The handshake is then part of the connection's own thread.
            self.socket = context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

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
            if self.server.fail_next_fetch and self.headers.get("Sec-Fetch-Dest") == "empty":
                self.server.fail_next_fetch = False
                self._answer(502, [("Content-Length", "0")], b"")
                return
            app = http.client.HTTPConnection("127.0.0.1", self.server.app_port, timeout=30)
            sent = {k: v for k, v in self.headers.items() if k.lower() not in HOP_BY_HOP}
            app.request(self.command, self.path, body, sent)
            response = app.getresponse()
            content = response.read()
            app.close()
            self._answer(response.status, response.getheaders(), content)

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


@contextmanager
def serving(*servers: _Server) -> Iterator[None]:
    """Answer in the background until the block ends."""
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
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
