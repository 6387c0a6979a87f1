"""What keeps answers private: no session, same-origin POSTs, headers, limits, quiet logs."""

from __future__ import annotations

import logging
import re
from typing import Any, NoReturn
from urllib.parse import parse_qsl, urlsplit

from flask import Flask, Request, Response, request
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    LengthRequired,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)

LARGEST_BODY = 64 * 1024
"""Bytes. Every question answered is about 2 kB."""

MOST_FIELDS = 300
FORM_TYPE = "application/x-www-form-urlencoded"

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS: tuple[tuple[str, str], ...] = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    # Not no-referrer: with that, browsers send `Origin: null` with our own forms.
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ("X-Robots-Tag", "noindex"),
    # Empty, or the server would name itself.
    ("Server", ""),
)
FILE_HEADERS = tuple(
    (name, value) for name, value in HEADERS if name in ("X-Content-Type-Options", "Server")
)
"""What a stylesheet, a script or an icon needs. The rest is about pages."""

HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
NO_STORE = ("Cache-Control", "no-store")


class NoSession(SessionInterface):
    """Any use of `flask.session` raises, so that nobody sets a cookie by accident."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        """None: Flask then answers every write with an error."""
        return None

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> NoReturn:
        """Never reached, because no session is ever opened."""
        raise AssertionError("this app has no session")


def this_request() -> Request:
    """The request being answered, not Flask's stand-in for it: each look through that costs."""
    stand_in: Any = request
    found: Request = stand_in._get_current_object()
    return found


def check_host(sent: Request, trusted: tuple[str, ...]) -> None:
    """Raises BadRequest (400) for a Host that is missing, doubled, malformed or not ours."""
    if not is_our_host(sent.environ.get("HTTP_HOST", ""), trusted):
        raise BadRequest


def is_our_host(host: str, trusted: tuple[str, ...]) -> bool:
    """Whether a Host header is well-formed and, where there is a list, on it."""
    if not _HOST.fullmatch(host):
        return False
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    return not trusted or name.lower() in (known.lower() for known in trusted)


def check_origin(sent: Request) -> None:
    """Raises Forbidden (403) for a request that another site made the browser send.

    Stands in for a token, which would need a cookie and a shared secret. The rule is that
    of Go's CrossOriginProtection: trust Sec-Fetch-Site, else compare Origin with Host.
    """
    site = sent.environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise Forbidden
        return
    origin = sent.environ.get("HTTP_ORIGIN")
    if origin is None:
        return  # not a browser, or one too old to forge a cross-site POST unseen
    try:
        parts = urlsplit(origin)
    except ValueError:
        raise Forbidden from None
    if parts.scheme not in ("http", "https") or _bare(parts.netloc) != _bare(sent.host):
        raise Forbidden


def _bare(host: str) -> str:
    return re.sub(r":(?:80|443)$", "", host.lower())


def read_form(sent: Request) -> MultiDict[str, str]:
    """The fields of a POST body.

    Raises 411 without a length, 413 when too large or too many, 415 for another media
    type, 400 for a body that ends early or is not well-formed UTF-8 form data.
    """
    length = sent.content_length
    if length is None or sent.environ.get("HTTP_TRANSFER_ENCODING"):
        raise LengthRequired
    if length > LARGEST_BODY:
        raise RequestEntityTooLarge
    if not _is_form(sent) and (sent.mimetype or length):
        raise UnsupportedMediaType
    raw: bytes = sent.environ["wsgi.input"].read(length)
    if len(raw) < length:  # whoever sent it has gone
        raise BadRequest
    if raw.count(b"&") >= MOST_FIELDS:
        raise RequestEntityTooLarge
    if not raw:
        return MultiDict()
    if b"\0" in raw or b"%00" in raw:
        raise BadRequest
    try:
        pairs = _pairs(raw.decode("ascii"))
    except ValueError:
        raise BadRequest from None
    return MultiDict(pairs)


def _is_form(sent: Request) -> bool:
    # Browsers say just this. Only what others say need be taken apart.
    return sent.environ.get("CONTENT_TYPE") == FORM_TYPE or sent.mimetype == FORM_TYPE


def _pairs(text: str) -> list[tuple[str, str]]:
    """Names and values of form data. Raises ValueError when it is not well-formed."""
    if "%" in text or "+" in text:
        return parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict")
    # Nothing is escaped, as in all that our own forms send.
    pairs = [part.split("=", 1) for part in text.split("&")]
    return [(name, value) for name, value in pairs]


class SessionlessFlask(Flask):
    """Flask without sessions."""

    session_interface = NoSession()


def log_error(error: Exception) -> None:
    """One line: route and kind of error. Exception texts can quote what was sent."""
    route = request.url_rule or "no route"
    logging.getLogger("screener").error("%s at %s", type(error).__name__, route)


def status_of(error: Exception) -> int:
    """The status to answer an error with; 500 for anything that is not an HTTP error."""
    return (error.code or 500) if isinstance(error, HTTPException) else 500
