"""Refuse POSTs that another site made the browser send (CSRF), without a token.

A token would need a cookie and a shared secret. The rule is that of Go's
CrossOriginProtection: trust Sec-Fetch-Site, else compare Origin with Host.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Request
from werkzeug.exceptions import Forbidden


def check_origin(request: Request) -> None:
    """Raises Forbidden (403) for a request that comes from another site."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise Forbidden
        return
    origin = request.headers.get("Origin")
    if origin is None:
        return  # not a browser, or one too old to send a cross-site POST without Origin
    try:
        parts = urlsplit(origin)
    except ValueError:
        raise Forbidden from None
    if parts.scheme not in ("http", "https"):
        raise Forbidden
    if _without_default_port(parts.netloc) != _without_default_port(request.host):
        raise Forbidden


def _without_default_port(host: str) -> str:
    return re.sub(r":(?:80|443)$", "", host.lower())
