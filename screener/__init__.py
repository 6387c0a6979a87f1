"""A self-check that asks, matches and explains, and keeps nothing.

`create_app` is the one place where the parts meet.
"""

from __future__ import annotations

import os

import click
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from .answers import AnswerReader
from .assets import built_in_questions, folder, load_assets
from .content.load import load
from .content.model import Questionnaire
from .editions import editions
from .front import Front
from .pages import Served, Site, register
from .privacy import LARGEST_BODY, SessionlessFlask
from .settings import Settings, from_environment, refuse_debug

__version__ = "0.1.0"


def create_app(settings: Settings | None = None, content: Questionnaire | None = None) -> Flask:
    """The WSGI app. Settings come from the environment, and content from the file that they
    name, when they are not given.

    Raises WrongSetting, BrokenContent, or OSError when the content file cannot be read.
    """
    settings = settings or from_environment(os.environ)
    refuse_debug(settings, os.environ, _host_of_flask_run() or settings.host)
    content = content or load(settings.questions or built_in_questions()).questionnaire
    assets = load_assets(folder("static"))
    app = SessionlessFlask(__name__, static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    served = tuple(
        Served(edition, settings, assets) for edition in editions(content, settings.region)
    )
    site = Site(settings, AnswerReader(content), served, assets)
    register(app, site)
    app.wsgi_app = Front(app.wsgi_app, settings, site.ready)  # type: ignore[method-assign]
    if settings.proxy_count:
        hops = settings.proxy_count
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]
    return app


def _host_of_flask_run() -> str | None:
    """Where `flask run` will listen; None when something else made the app."""
    command = click.get_current_context(silent=True)
    return command.params.get("host") if command else None
