"""Which Host headers are answered."""

from __future__ import annotations

import re

from werkzeug.exceptions import BadRequest

from screener.config import HOST_NAME, is_loopback

_HOST = re.compile(rf"({HOST_NAME})(?::\d{{1,5}})?")


class UnknownHost(BadRequest):
    """A Host header that is malformed or names another site."""


def is_trusted_host(host: str, trusted: tuple[str, ...]) -> bool:
    """Whether a Host header is well-formed and names one of the trusted hosts.

    Where none is trusted, it must name this machine. So another site's name that is made to lead
    here (DNS rebinding) reads no page.
    """
    match = _HOST.fullmatch(host)
    if not match:
        return False
    name = match[1].lower()
    return name in map(str.lower, trusted) if trusted else is_loopback(name)
