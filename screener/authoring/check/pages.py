"""The whole check of a content file: what is written in it, and the pages built from it."""

from __future__ import annotations

from screener.authoring.check.report import Report, check
from screener.config import Settings
from screener.content.loading.load import Loaded
from screener.content.models.questionnaire import Questionnaire
from screener.resources import folder
from screener.web.assets import load_assets
from screener.web.editions import editions
from screener.web.render import Renderer


def check_with_pages(loaded: Loaded, require_review: bool = False) -> Report:
    """What `screener check` says about a file."""
    return check(loaded, built_pages(loaded.questionnaire), require_review=require_review)


def built_pages(content: Questionnaire) -> dict[str, str]:
    """The HTML of every ready page of every country, by path."""
    assets = load_assets(folder("static"))
    ready = [
        Renderer(edition, Settings(), assets).ready_pages()
        for edition in editions(content)
        if not edition.mode.kiosk
    ]
    return {path: page.content.decode() for pages in ready for path, page in pages.items()}
