"""The whole check of a content file: what is written in it, and the pages built from it."""

from __future__ import annotations

from .assets import folder, load_assets
from .content.check import Report, check
from .content.load import Loaded
from .content.model import Questionnaire
from .rendering import Renderer
from .settings import Settings


def check_with_pages(loaded: Loaded) -> Report:
    """What `screener check` says about a file."""
    return check(loaded, built_pages(loaded.questionnaire))


def built_pages(content: Questionnaire) -> dict[str, str]:
    """The HTML of every ready page, by path."""
    renderer = Renderer(content, Settings(), load_assets(folder("static")))
    return {path: page.html for path, page in renderer.ready_pages().items()}
