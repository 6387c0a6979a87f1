"""`/.well-known/security.txt` (RFC 9116): whom to tell of a security fault of this site."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask import Flask, Response

from screener.config import Settings

PATH = "/.well-known/security.txt"

DAYS_VALID = 180
"""The RFC asks for less than a year."""


def register_security_txt(app: Flask, settings: Settings) -> None:
    """Add the route, if the operator has named a contact.

    It's no ready page: the day on which it expires is counted from each request.
    """
    if not settings.security_contact:
        return

    @app.get(PATH)
    def security_txt() -> Response:
        text = text_of(settings, datetime.now(UTC).date())
        return Response(text, content_type="text/plain; charset=utf-8")


def text_of(settings: Settings, today: date) -> str:
    """The file as it is served on a day, the same from every replica."""
    fields = {
        "Contact": settings.security_contact,
        "Expires": f"{today + timedelta(days=DAYS_VALID)}T00:00:00Z",
        "Preferred-Languages": "en",
    }
    if settings.public_url:
        fields["Canonical"] = settings.public_url + PATH
    return "".join(f"{name}: {value}\n" for name, value in fields.items())
