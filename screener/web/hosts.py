"""Which Host headers are answered."""

from __future__ import annotations

import re

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")


def is_trusted_host(host: str, trusted: tuple[str, ...]) -> bool:
    """Whether a Host header is well-formed and, where `trusted` names hosts, one of them."""
    if not _HOST.fullmatch(host):
        return False
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return not trusted or name.lower() in (known.lower() for known in trusted)
