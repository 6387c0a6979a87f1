"""WSGI middleware: pages that are the same for everybody are answered before Flask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.test import Client

from screener.web.compression import accepted_encoding, brotli_best, gzip_best
from screener.web.headers import NO_STORE
from screener.web.hosts import is_trusted_host

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ENCODINGS = ("br", "gzip")


class PageError(Exception):
    """The app could not make a page."""


class ReadyPage:
    """A response that is kept. Each encoding of its body is made when first asked for."""

    def __init__(self, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        self._headers = [(name, value) for name, value in headers if name != "Content-Length"]
        self._bodies: dict[str | None, bytes] = {None: body}

    def headers_and_body(self, accept_encoding: str) -> tuple[list[tuple[str, str]], bytes]:
        """The response to a request with this Accept-Encoding header."""
        encoding = accepted_encoding(accept_encoding, ENCODINGS)
        body = self._bodies.get(encoding)
        if body is None:
            plain = self._bodies[None]
            body = brotli_best(plain) if encoding == "br" else gzip_best(plain)
            self._bodies[encoding] = body
        encoded = [("Content-Encoding", encoding)] if encoding else []
        return [*self._headers, *encoded, ("Content-Length", str(len(body)))], body


class ReadyPages:
    """Asks the app once for each of some paths, then answers GET and HEAD for it by itself.

    `paths` must be of pages that hold no answer and nothing else of one visitor.
    """

    def __init__(
        self, app: WSGIApplication, paths: Iterable[str], trusted_hosts: tuple[str, ...]
    ) -> None:
        self._app = app
        self._pages: dict[str, ReadyPage | None] = dict.fromkeys(paths)
        self._trusted_hosts = trusted_hosts

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        if path == "/healthz":  # before the check of the Host header: probes may send none
            start_response("200 OK", [("Content-Type", "text/plain"), NO_STORE, ("Server", "")])
            return [b"ok"]
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD") or path not in self._pages:
            return self._app(environ, start_response)
        if not is_trusted_host(environ.get("HTTP_HOST", ""), self._trusted_hosts):
            return self._app(environ, start_response)
        try:
            page = self._pages[path] or self.make(path)
        except PageError:  # the app's own error page shows the crisis lines
            return self._app(environ, start_response)
        headers, body = page.headers_and_body(environ.get("HTTP_ACCEPT_ENCODING", ""))
        start_response("200 OK", headers)
        return [body] if method == "GET" else []

    def make(self, path: str) -> ReadyPage:
        """Ask the app for a page and keep it. Raises PageError if its status is not 200."""
        host = self._trusted_hosts[0] if self._trusted_hosts else "localhost"
        response = Client(self._app).get(path, headers={"Host": host})
        if response.status_code != 200:
            raise PageError(f"{path} is answered with {response.status}")
        page = ReadyPage(response.headers.items(), response.get_data())
        self._pages[path] = page
        return page
