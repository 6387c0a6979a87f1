"""The application factory: the one place where the parts meet."""

from __future__ import annotations

import os
from collections.abc import Iterable

import click
from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from screener.config import Settings, from_environment, refuse_debug, require_trusted_hosts
from screener.content.loading.load import load
from screener.content.models.questionnaire import Questionnaire
from screener.engine.problems import problems as engine_problems
from screener.resources import built_in_questions, folder
from screener.web import field_names
from screener.web.assets import load_assets
from screener.web.bundle import digest_of
from screener.web.compression import Sizes, compress
from screener.web.csrf import check_origin
from screener.web.delivery import Delivery
from screener.web.editions import Edition, make_editions
from screener.web.errors import register_error_pages
from screener.web.forms import LARGEST_BODY, SubmissionReader
from screener.web.headers import add_headers
from screener.web.hosts import UnknownHost, is_trusted_host
from screener.web.middleware import ReadyPages
from screener.web.render import JINJA_OPTIONS, set_up_templates
from screener.web.routes import bundle_path, file_paths, pages, ready_paths, register_files
from screener.web.security_txt import register_security_txt
from screener.web.sessions import NoSession


class ScreenerFlask(Flask):
    """Flask without sessions, and with strict templates."""

    session_interface = NoSession()
    jinja_options = JINJA_OPTIONS


def create_app(
    settings: Settings | None = None,
    content: Questionnaire | None = None,
    delivery: Delivery = Delivery.SERVER,
) -> Flask:
    """The WSGI app. Settings come from the environment, and content from the file that they
    name, when they are not given. `delivery` other than SERVER is for screener/export.

    Raises WrongSetting, BrokenContent, or OSError when the content file cannot be read.
    """
    settings = settings or from_environment(os.environ)
    host = _host_of_flask_run() or settings.host
    refuse_debug(settings, os.environ, host)
    require_trusted_hosts(settings, host)
    file = settings.questions or built_in_questions()
    content = content or load(file, [field_names.problems, engine_problems]).questionnaire
    editions = make_editions(content, settings.region, delivery)
    assets = load_assets(folder("static"))

    app = ScreenerFlask(__name__, static_folder=None, template_folder=str(folder("templates")))
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.extensions |= {
        "settings": settings,
        "assets": assets,
        "editions": editions,
        "submission_reader": SubmissionReader(content),
        "bundle_digest": digest_of(content, settings, delivery),
    }
    set_up_templates(app, settings, assets)
    for edition in editions.values():
        app.register_blueprint(pages, name=edition.name, url_prefix=edition.prefix or None)
    register_files(app, assets)
    register_security_txt(app, settings)
    register_error_pages(app)
    _add_hooks(app, settings)

    ready_pages = _ready_pages(app, settings, editions.values())
    app.extensions["ready_pages"] = ready_pages
    app.wsgi_app = ready_pages  # type: ignore[method-assign]
    if settings.proxy_count:
        hops = settings.proxy_count
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]
    return app


def _add_hooks(app: Flask, settings: Settings) -> None:
    @app.before_request
    def check_request() -> None:
        if not is_trusted_host(request.environ.get("HTTP_HOST", ""), settings.trusted_hosts):
            raise UnknownHost
        if request.method not in ("GET", "HEAD"):
            check_origin(request)

    @app.after_request
    def finish_response(response: Response) -> Response:
        compress(request, response)
        add_headers(response, settings.hsts)
        return response


def _ready_pages(app: Flask, settings: Settings, editions: Iterable[Edition]) -> ReadyPages:
    with app.test_request_context():
        paths: dict[str, Sizes | None] = {}
        for edition in editions:
            paths |= ready_paths(edition)
        files = file_paths()
        for edition in editions:
            files += [bundle_path(edition), edition.url_for("manifest")]
    return ReadyPages(app.wsgi_app, paths | dict.fromkeys(files), settings.trusted_hosts)


def make_root_pages(app: Flask) -> None:
    """Make the ready pages of the edition at the root, which otherwise are made on first use.

    Called before workers are forked, they share the pages, and a broken template is found
    before anybody is served.
    """
    root = next(iter(app.extensions["editions"].values()))
    with app.test_request_context():
        paths = ready_paths(root)
    for path in paths:
        app.extensions["ready_pages"].make(path)


def _host_of_flask_run() -> str | None:
    """Where `flask run` will listen; None when something else made the app."""
    command = click.get_current_context(silent=True)
    return command.params.get("host") if command else None
