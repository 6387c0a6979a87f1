"""The whole check of a content file: what is written in it, and the pages built from it."""

from __future__ import annotations

from screener.app import create_app
from screener.authoring.check.report import Report, check
from screener.config import Settings
from screener.content.loading.load import Loaded
from screener.content.models.questionnaire import Questionnaire
from screener.web.routes import ready_paths


def check_with_pages(loaded: Loaded, require_review: bool = False) -> Report:
    """What `screener check` says about a file."""
    return check(loaded, built_pages(loaded.questionnaire), require_review=require_review)


def built_pages(content: Questionnaire) -> dict[str, str]:
    """The HTML of every page of every country that is the same for everybody, by path."""
    app = create_app(Settings(), content)
    with app.test_request_context():
        editions = app.extensions["editions"].values()
        paths = [path for e in editions if not e.is_kiosk for path in ready_paths(e)]
    client = app.test_client()
    return {path: client.get(path).get_data(as_text=True) for path in paths}
