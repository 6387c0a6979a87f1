"""The routes. Thin: read the body, ask the journey, show the page."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from flask import Flask, Response, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, NotFound

from .answers import AnswerReader, Reading
from .assets import Asset
from .content.base import Voice
from .content.model import Questionnaire
from .crisis_view import interruption_view
from .journey import RESULTS, Ask, Stop, next_step
from .kiosk import KIOSK, PUBLIC, Visit, is_over, read_visit
from .matching import Answers, match
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
    """What the routes need, made once at start. `renderers` holds one for each mode."""

    content: Questionnaire
    settings: Settings
    reader: AnswerReader
    renderers: tuple[Renderer, ...]
    assets: dict[str, Asset]


def register(app: Flask, site: Site) -> None:
    """Add every route and error page of the site to the app."""
    for renderer in site.renderers:
        _ready(app, site, renderer)
        _journey(app, site, renderer)
    _static(app, site)
    _guards(app, site)
    _errors(app, site)


def _ready(app: Flask, site: Site, renderer: Renderer) -> None:
    pages = renderer.ready_pages()
    base, kiosk = renderer.mode.base, renderer.mode.kiosk
    cleared = renderer.message(CLEARED)
    leave = cleared if kiosk else renderer.message(leaving(site.settings.exit_url))
    pages |= {f"{base}/cleared": cleared, f"{base}/leave": leave}
    pages[f"{base}/results"] = renderer.message(RESULTS_NOT_KEPT)

    def show() -> Response:
        return _respond(pages[request.path])

    for path in pages:
        app.add_url_rule(path, view_func=show, endpoint=f"ready {path}", methods=["GET"])


def _journey(app: Flask, site: Site, renderer: Renderer) -> None:
    base, kiosk = renderer.mode.base, renderer.mode.kiosk
    over = renderer.message(CLEARED)

    def step() -> Response:
        body = read_form(request)
        to_results = request.path == f"{base}/results"
        now = int(time.time())
        reading = site.reader.read(body)
        if kiosk and reading.answers.picked and is_over(body, site.settings.kiosk_idle, now):
            return _respond(over)
        visit = read_visit(body, now) if kiosk else None
        return _respond(_page_after(site, renderer, reading, to_results, visit))

    for path in (f"{base}/check", f"{base}/results"):
        app.add_url_rule(path, view_func=step, endpoint=f"step {path}", methods=["POST"])

    def first_section() -> Response:
        voice = Voice.SOMEONE if request.path.endswith("/someone") else Voice.ME
        view = section_view(site.content, site.content.sections[0], Answers(voice=voice))
        return _respond(renderer.section(view, Visit(int(time.time()))))

    if kiosk:  # these pages carry the time they were made, so they cannot be ready
        for path in (f"{base}/check", f"{base}/check/someone"):
            app.add_url_rule(
                path, view_func=first_section, endpoint=f"first {path}", methods=["GET"]
            )


def _page_after(
    site: Site, renderer: Renderer, reading: Reading, to_results: bool, visit: Visit | None
) -> Page:
    content, answers, shown = site.content, reading.answers, reading.shown
    step = next_step(content, answers, shown, reading.where, RESULTS if to_results else reading.go)
    if isinstance(step, Stop):
        return renderer.interruption(interruption_view(content, step, answers, shown), visit)
    sections = {section.id: section for section in content.sections}
    if reading.errors and reading.where:
        here = sections[reading.where]
        view = section_view(content, here, answers, shown, errors=reading.errors)
        return replace(renderer.section(view, visit), status=422)
    if reading.lost or reading.again:
        lost = content.section_of[reading.lost[0]].id if reading.lost else ""
        again = sections[lost or reading.again or ""]
        view = section_view(content, again, answers, shown, notice=True)
        return renderer.section(view, visit)
    if isinstance(step, Ask):
        asked = sections[step.section]
        view = section_view(content, asked, answers, shown, notice=reading.outdated)
        return renderer.section(view, visit)
    outcome = match(content, answers)
    return renderer.results(results_view(content, answers, outcome, shown), visit)


def _static(app: Flask, site: Site) -> None:
    by_name = {asset.name: asset for asset in site.assets.values()}
    wipe = site.assets["wipe.css"]

    @app.get("/static/<name>")
    def static_file(name: str) -> Response:
        if name not in by_name:
            raise NotFound
        asset = by_name[name]
        if request.accept_encodings["gzip"]:
            response = Response(asset.zipped, headers=[FOR_EVER, ("Content-Encoding", "gzip")])
        else:
            response = Response(asset.body, headers=[FOR_EVER])
        response.content_type = asset.media_type
        response.vary.add("Accept-Encoding")
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
    pages = {
        (renderer.mode.base, status): renderer.message(message)
        for renderer in site.renderers
        for status, message in ERRORS.items()
    }

    def show(error: Exception) -> Response:
        status = status_of(error)
        if not isinstance(error, HTTPException):
            log_error(error)
        base = KIOSK.base if request.path.startswith(f"{KIOSK.base}/") else PUBLIC.base
        known = status if (base, status) in pages else (400 if status < 500 else 500)
        page = pages[base, known]
        response = _respond(page)
        if status == 405:
            response.headers["Allow"] = ", ".join(
                sorted(getattr(error, "valid_methods", None) or ())
            )
        return response

    app.register_error_handler(Exception, show)


def _respond(page: Page) -> Response:
    if request.accept_encodings["gzip"]:
        response = Response(page.zipped, page.status, [("Content-Encoding", "gzip")])
    else:
        response = Response(page.body, page.status)
    response.content_type = "text/html; charset=utf-8"
    response.vary.add("Accept-Encoding")
    return response
