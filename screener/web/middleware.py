"""What stands before Flask: pages that are ready go out from here, and every reply gets the
headers that keep it private.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from screener.config import Settings
from screener.web.compression import Reply
from screener.web.privacy import FILE_HEADERS, HEADERS, HSTS, NO_STORE, is_our_host

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]

_ENCODINGS = ("br", "gzip")
"""The smaller one first."""


class Front:
    """A WSGI app around another: /healthz, ready replies, and the constant headers."""

    def __init__(
        self, app: WSGIApplication, settings: Settings, ready: Mapping[str, Reply]
    ) -> None:
        self._app = app
        self._ready = ready
        self._trusted = settings.trusted_hosts
        hsts = [HSTS] if settings.hsts else []
        self._constant = [*HEADERS, *hsts]
        self._of_files = [*FILE_HEADERS, *hsts]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request."""
        path = environ.get("PATH_INFO", "")
        if path == "/healthz":  # before any check: probes may send no Host
            plain = [("Content-Type", "text/plain"), NO_STORE, ("Server", "")]
            start_response("200 OK", plain)
            return [b"ok"]
        method = environ["REQUEST_METHOD"]
        ready = self._ready.get(path) if method in ("GET", "HEAD") else None
        if ready and is_our_host(environ.get("HTTP_HOST", ""), self._trusted):
            encoding = best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
            body = ready.encoded(encoding)
            constant = self._constant if ready.is_page else self._of_files
            headers = [*ready.headers, *encoding_headers(encoding), *constant]
            start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
            return [body] if method == "GET" else []

        def start(status: str, headers: Headers, *error: Any) -> Any:
            given = {name for name, _ in headers}
            more = self._constant if "Cache-Control" in given else [NO_STORE, *self._constant]
            return start_response(status, headers + more, *error)

        return self._app(environ, start)


@lru_cache(maxsize=64)
def best_encoding(accepted: str, known: tuple[str, ...] = _ENCODINGS) -> str | None:
    """The first of some encodings that an Accept-Encoding header allows; None for none."""
    found = parse_accept_header(accepted, Accept)
    return next((one for one in known if found[one] > 0), None)


def encoding_headers(encoding: str | None) -> Headers:
    """What a reply says of its encoding."""
    vary = ("Vary", "Accept-Encoding")
    return [vary, ("Content-Encoding", encoding)] if encoding else [vary]
