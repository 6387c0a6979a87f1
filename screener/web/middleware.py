"""WSGI middleware: pages that are the same for everybody are answered before Flask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import TYPE_CHECKING

from werkzeug.test import Client

from screener.web.compression import (
    Sizes,
    accepted_encoding,
    brotli_best,
    gzip_best,
    gzip_padded,
    plain_padded,
)
from screener.web.headers import NO_STORE
from screener.web.hosts import is_trusted_host

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ENCODINGS = ("br", "gzip")
PADDED_ENCODINGS = ("gzip",)


class PageError(Exception):
    """The app could not make a page."""


class ReadyPage:
    """A response that is kept. Each encoding of its body is made when first asked for, and
    padded to one of the sizes, if any."""

    def __init__(
        self, headers: Iterable[tuple[str, str]], body: bytes, sizes: Sizes | None = None
    ) -> None:
        self._headers = [(name, value) for name, value in headers if name != "Content-Length"]
        self._sizes = sizes
        plain = plain_padded(body, sizes.plain) if sizes else body
        self._bodies: dict[str | None, bytes] = {None: plain}
        self._encoding = Lock()

    @property
    def body(self) -> bytes:
        """The body without Content-Encoding."""
        return self._bodies[None]

    def headers_and_body(self, accept_encoding: str) -> tuple[list[tuple[str, str]], bytes]:
        """The response to a request with this Accept-Encoding header."""
        known = PADDED_ENCODINGS if self._sizes else ENCODINGS
        encoding = accepted_encoding(accept_encoding, known)
        body = self._bodies.get(encoding) or self._encoded_once(encoding)
        encoded = [("Content-Encoding", encoding)] if encoding else []
        return [*self._headers, *encoded, ("Content-Length", str(len(body)))], body

    def _encoded_once(self, encoding: str | None) -> bytes:
        """Who asks while it is made waits: a bundle takes seconds of a processor."""
        with self._encoding:
            if encoding not in self._bodies:
                self._bodies[encoding] = self._encoded(encoding)
        return self._bodies[encoding]

    def _encoded(self, encoding: str | None) -> bytes:
        plain = self._bodies[None]
        if self._sizes:
            return gzip_padded(plain, self._sizes.gzip)
        return brotli_best(plain) if encoding == "br" else gzip_best(plain)


class ReadyPages:
    """Asks the app once for each of some paths, then answers GET and HEAD for it by itself.

    `paths` must be of pages that hold no answer and nothing else of one visitor; their values
    are the sizes that a page is padded to.
    """

    def __init__(
        self,
        app: WSGIApplication,
        paths: Mapping[str, Sizes | None],
        trusted_hosts: tuple[str, ...],
    ) -> None:
        self._app = app
        self._sizes = paths
        self._pages: dict[str, ReadyPage] = {}
        self._making = {path: Lock() for path in paths}
        self._trusted_hosts = trusted_hosts

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        if path == "/healthz":  # before the check of the Host header: probes may send none
            start_response("200 OK", [("Content-Type", "text/plain"), NO_STORE, ("Server", "")])
            return [b"ok"]
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD") or path not in self._sizes:
            return self._app(environ, start_response)
        if not is_trusted_host(environ.get("HTTP_HOST", ""), self._trusted_hosts):
            return self._app(environ, start_response)
        try:
            page = self.page(path)
        except PageError:  # the app's own error page shows the crisis lines
            return self._app(environ, start_response)
        headers, body = page.headers_and_body(environ.get("HTTP_ACCEPT_ENCODING", ""))
        start_response("200 OK", headers)
        return [body] if method == "GET" else []

    def page(self, path: str) -> ReadyPage:
        """The response for one of the paths. Raises PageError."""
        if path not in self._pages:
            with self._making[path]:
                if path not in self._pages:
                    self.make(path)
        return self._pages[path]

    def make(self, path: str) -> None:
        """Ask the app for a page and keep it. Raises PageError if its status is not 200."""
        host = self._trusted_hosts[0] if self._trusted_hosts else "localhost"
        response = Client(self._app).get(path, headers={"Host": host})
        if response.status_code != 200:
            raise PageError(f"{path} is answered with {response.status}")
        self._pages[path] = ReadyPage(
            response.headers.items(), response.get_data(), self._sizes[path]
        )
