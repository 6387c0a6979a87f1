"""The application factory: the one place where the parts meet."""

from __future__ import annotations

import os

import click
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from screener.config import Settings, from_environment, refuse_debug
from screener.content.loading.load import load
from screener.content.models.questionnaire import Questionnaire
from screener.resources import built_in_questions, folder
from screener.web import field_names
from screener.web.assets import load_assets
from screener.web.editions import editions
from screener.web.forms import AnswerReader
from screener.web.middleware import Front
from screener.web.privacy import LARGEST_BODY, SessionlessFlask
from screener.web.routes import Served, Site, register


def create_app(settings: Settings | None = None, content: Questionnaire | None = None) -> Flask:
    """The WSGI app. Settings come from the environment, and content from the file that they
    name, when they are not given.

    Raises WrongSetting, BrokenContent, or OSError when the content file cannot be read.
    """
    settings = settings or from_environment(os.environ)
    refuse_debug(settings, os.environ, _host_of_flask_run() or settings.host)
    file = settings.questions or built_in_questions()
    content = content or load(file, [field_names.problems]).questionnaire
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
