"""The paths of every page that a browser can open."""

from __future__ import annotations

from flask import Flask

from screener.content.models.base import Voice
from screener.web.routes import ready_paths


def page_paths(app: Flask) -> list[str]:
    """Of every edition, topics and first questions included."""
    with app.test_request_context():
        editions = app.extensions["editions"].values()
        paths = {path for edition in editions for path in ready_paths(edition)}
        paths |= {e.url_for("first_question", voice=v) for e in editions for v in Voice}
    return sorted(paths)
