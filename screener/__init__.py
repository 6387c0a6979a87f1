"""A self-check that asks, matches and explains, and keeps nothing.

`create_app` is the one place where the parts meet.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from .answers import AnswerReader
from .assets import built_in_questions, folder, load_assets
from .content.load import load
from .editions import editions
from .pages import Served, Site, register
from .privacy import LARGEST_BODY, SessionlessFlask
from .settings import Settings, from_environment, refuse_debug

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__version__ = "0.1.0"


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI app. Reads settings from the environment when none are given.

    Raises WrongSetting, BrokenContent, or OSError when the content file cannot be read.
    """
    settings = settings or from_environment(os.environ)
    refuse_debug(settings, os.environ, _host_of_flask_run() or settings.host)
    content = load(settings.questions or built_in_questions()).questionnaire
    assets = load_assets(folder("static"))
    app = SessionlessFlask(__name__, static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    served = tuple(
        Served(edition, settings, assets) for edition in editions(content, settings.region)
    )
    register(app, Site(settings, AnswerReader(content), served, assets))
    if settings.proxy_count:
        hops = settings.proxy_count
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]
    app.wsgi_app = _health_first(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _host_of_flask_run() -> str | None:
    """Where `flask run` will listen; None when something else made the app."""
    command = click.get_current_context(silent=True)
    return command.params.get("host") if command else None


def _health_first(app: WSGIApplication) -> Callable[..., Any]:
    """Answers /healthz before anything else, for probes that send no Host."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != "/healthz":
            return app(environ, start_response)
        headers = [("Content-Type", "text/plain"), ("Cache-Control", "no-store"), ("Server", "")]
        start_response("200 OK", headers)
        return [b"ok"]

    return answer
