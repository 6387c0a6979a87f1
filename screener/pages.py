"""The routes. Thin: read the body, ask the journey, show the page."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Flask, Response, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException

from .answers import AnswerReader, Reading
from .assets import Asset
from .content.model import Questionnaire
from .crisis_view import interruption_view
from .journey import RESULTS, Ask, Stop, next_step
from .matching import match
from .messages import CLEARED, ERRORS, RESULTS_NOT_KEPT, leaving
from .packing import Page
from .privacy import (
    HEADERS,
    HSTS,
    NO_STORE,
    check_host,
    check_origin,
    log_error,
    read_form,
    status_of,
)
from .rendering import Renderer
from .results_view import results_view
from .settings import Settings
from .views import section_view

FOR_EVER = ("Cache-Control", "public, max-age=31536000, immutable")
WIPE = ("Clear-Site-Data", '"cache"')


@dataclass(frozen=True)
class Site:
    """What the routes need, made once at start."""

    content: Questionnaire
    settings: Settings
    reader: AnswerReader
    renderer: Renderer
    assets: dict[str, Asset]


def register(app: Flask, site: Site) -> None:
    """Add every route and error page of the site to the app."""
    _ready(app, site)
    _journey(app, site)
    _static(app, site)
    _guards(app, site)
    _errors(app, site)


def _ready(app: Flask, site: Site) -> None:
    pages = site.renderer.ready_pages()
    pages["/cleared"] = site.renderer.message(CLEARED)
    pages["/leave"] = site.renderer.message(leaving(site.settings.exit_url))
    pages["/results"] = site.renderer.message(RESULTS_NOT_KEPT)

    def show() -> Response:
        return _respond(pages[request.path])

    for path in pages:
        app.add_url_rule(path, view_func=show, endpoint=f"ready {path}", methods=["GET"])


def _journey(app: Flask, site: Site) -> None:
    @app.post("/check")
    def step() -> Response:
        reading = site.reader.read(read_form(request))
        return _respond(_page_after(site, reading, reading.go))

    @app.post("/results")
    def results() -> Response:
        reading = site.reader.read(read_form(request))
        return _respond(_page_after(site, reading, RESULTS))


def _page_after(site: Site, reading: Reading, go: str) -> Page:
    content, answers, shown = site.content, reading.answers, reading.shown
    step = next_step(content, answers, shown, reading.where, go)
    if isinstance(step, Stop):
        return site.renderer.interruption(interruption_view(content, step, answers, shown))
    sections = {section.id: section for section in content.sections}
    if reading.errors and reading.where:
        here = sections[reading.where]
        view = section_view(content, here, answers, shown, errors=reading.errors)
        return replace(site.renderer.section(view), status=422)
    if reading.lost:
        again = content.section_of[reading.lost[0]]
        return site.renderer.section(section_view(content, again, answers, shown, notice=True))
    if isinstance(step, Ask):
        asked = sections[step.section]
        view = section_view(content, asked, answers, shown, notice=reading.outdated)
        return site.renderer.section(view)
    outcome = match(content, answers)
    return site.renderer.results(results_view(content, answers, outcome, shown))


def _static(app: Flask, site: Site) -> None:
    by_name = {asset.name: asset for asset in site.assets.values()}
    wipe = site.assets["wipe.css"]

    @app.get("/static/<name>")
    def static_file(name: str) -> Response:
        if name not in by_name:
            return _respond(site.renderer.message(ERRORS[404]))
        asset = by_name[name]
        response = _encoded(asset.body, asset.zipped)
        response.content_type = asset.media_type
        response.headers.add(*FOR_EVER)
        return response

    @app.get("/wipe.css")
    def wipe_cache() -> Response:
        return Response(wipe.body, content_type=wipe.media_type, headers=[NO_STORE, WIPE])


def _guards(app: Flask, site: Site) -> None:
    fixed = Headers([*HEADERS, *([HSTS] if site.settings.hsts else [])])

    @app.before_request
    def check() -> None:
        check_host(request, site.settings.trusted_hosts)
        if request.method not in ("GET", "HEAD"):
            check_origin(request)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.extend(fixed)
        if "Cache-Control" not in response.headers:
            response.headers.add(*NO_STORE)
        return response


def _errors(app: Flask, site: Site) -> None:
    pages = {status: site.renderer.message(message) for status, message in ERRORS.items()}

    def show(error: Exception) -> Response:
        status = status_of(error)
        if not isinstance(error, HTTPException):
            log_error(error)
        page = pages.get(status) or pages[400 if status < 500 else 500]
        response = _respond(page)
        if status == 405:
            response.headers["Allow"] = ", ".join(
                sorted(getattr(error, "valid_methods", None) or ())
            )
        return response

    app.register_error_handler(Exception, show)


def _respond(page: Page) -> Response:
    response = _encoded(page.body, page.zipped)
    response.status_code = page.status
    response.content_type = "text/html; charset=utf-8"
    return response


def _encoded(plain: bytes, zipped: bytes) -> Response:
    if request.accept_encodings["gzip"]:
        response = Response(zipped, headers=[("Content-Encoding", "gzip")])
    else:
        response = Response(plain)
    response.vary.add("Accept-Encoding")
    return response
