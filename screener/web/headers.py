"""The headers of every response."""

from __future__ import annotations

from flask import Response

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
"""For stylesheets, scripts and icons; the other headers are about pages."""

HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
NO_STORE = ("Cache-Control", "no-store")
KEEP_FOREVER = "public, max-age=31536000, immutable"
"""Cache-Control of files whose name changes with their content."""


def add_headers(response: Response, hsts: bool) -> None:
    """Add the constant headers. A response is not to be stored unless it says otherwise."""
    is_file = response.headers.get("Cache-Control") == KEEP_FOREVER
    response.headers.setdefault(*NO_STORE)
    response.headers.extend(FILE_HEADERS if is_file else HEADERS)
    if hsts:
        response.headers.add(*HSTS)
