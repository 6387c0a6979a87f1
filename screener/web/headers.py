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
        # Strings become HTML in one place: the policy of static/app.js, for our own pages.
        "require-trusted-types-for 'script'",
        "trusted-types screener",
    )
)

NO_FEATURES = """
    accelerometer browsing-topics camera clipboard-read clipboard-write compute-pressure
    digital-credentials-create digital-credentials-get display-capture geolocation gyroscope
    hid identity-credentials-get idle-detection keyboard-map local-fonts local-network
    local-network-access loopback-network magnetometer microphone midi
    on-device-speech-recognition otp-credentials payment private-state-token-issuance
    private-state-token-redemption publickey-credentials-create publickey-credentials-get
    serial storage-access usb window-management xr-spatial-tracking
""".split()
"""What pages may not use: every feature of Chromium that reaches people, their device, other sites
or the network around them.
"""

NOT_NAMED = """
    aria-notify autoplay captured-surface-control cross-origin-isolated deferred-fetch
    deferred-fetch-minimal encrypted-media fullscreen gamepad interest-cohort
    language-detector language-model media-playback-while-not-visible picture-in-picture
    screen-wake-lock speaker-selection summarizer sync-xhr translator unload
""".split()
"""The other features that Chromium knows, but for client hints (`ch-`): they reach nothing like
that, and the header goes with every page (the first question has to fit into 14 kB).
tests/privacy/test_headers.py finds features that stand in neither list.
"""

HEADERS: tuple[tuple[str, str], ...] = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    # Not no-referrer: with that, browsers send `Origin: null` with our own forms.
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Permissions-Policy", ", ".join(f"{feature}=()" for feature in NO_FEATURES)),
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


NOT_IN_META = ("frame-ancestors 'none'",)
"""Directives that count in a header only."""

META_CONTENT_SECURITY_POLICY = "; ".join(
    directive
    for directive in CONTENT_SECURITY_POLICY.replace(
        "form-action 'self'", "form-action 'none'"
    ).split("; ")
    if directive not in NOT_IN_META
)
"""For the <meta> of exported pages, whose host may send no headers. No form is ever sent there:
nothing could answer it."""


def add_headers(response: Response, hsts: bool) -> None:
    """Add the constant headers. A response is not to be stored unless it says otherwise."""
    is_file = response.headers.get("Cache-Control") == KEEP_FOREVER
    response.headers.setdefault(*NO_STORE)
    response.headers.extend(FILE_HEADERS if is_file else HEADERS)
    if hsts:
        response.headers.add(*HSTS)
