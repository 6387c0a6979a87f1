"""The routes. Thin: read the body, ask the journey, show the page."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, NotFound

from screener.config import Settings
from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.flow import RESULTS, Ask, Stop, next_step
from screener.engine.matching import Answers, match
from screener.web.assets import Asset
from screener.web.compression import Reply
from screener.web.crisis_view import interruption_view
from screener.web.editions import Edition
from screener.web.forms import AnswerReader, Reading
from screener.web.messages import CLEARED, ERRORS, RESULTS_NOT_KEPT, SCREEN_CLEARED, leaving
from screener.web.middleware import best_encoding, encoding_headers
from screener.web.privacy import (
    NO_STORE,
    check_host,
    check_origin,
    log_error,
    read_form,
    status_of,
    this_request,
)
from screener.web.render import Renderer
from screener.web.results_view import results_view
from screener.web.views import section_view
from screener.web.visits import Visit, is_over, read_visit

WIPE = ("Clear-Site-Data", '"cache"')


class Served:
    """One edition, served. Its pages are made on first use and hold nobody's answers."""

    def __init__(self, edition: Edition, settings: Settings, assets: dict[str, Asset]) -> None:
        self.mode = edition.mode
        self._edition, self._settings, self._assets = edition, settings, assets

    @property
    def content(self) -> Questionnaire:
        """What the pages say."""
        return self._edition.content

    @cached_property
    def renderer(self) -> Renderer:
        """Makes the pages that depend on answers."""
        return Renderer(self._edition, self._settings, self._assets)

    @cached_property
    def pages(self) -> dict[str, Reply]:
        """What is the same for everybody, by path."""
        base, renderer = self.mode.base, self.renderer
        away = leaving(self._settings.exit_url)
        leave = self.cleared if self.mode.kiosk else renderer.message(away)
        return renderer.ready_pages() | {
            f"{base}/cleared": self.cleared,
            f"{base}/leave": leave,
            f"{base}/results": renderer.message(RESULTS_NOT_KEPT),
        }

    @cached_property
    def cleared(self) -> Reply:
        """Nothing is left on this screen."""
        return self.renderer.message(SCREEN_CLEARED if self.mode.kiosk else CLEARED)

    @cached_property
    def errors(self) -> dict[int, Reply]:
        """The error pages, by status."""
        return {status: self.renderer.message(message) for status, message in ERRORS.items()}


@dataclass(frozen=True)
class Site:
    """What the routes need. The first edition served is the one at the root."""

    settings: Settings
    reader: AnswerReader
    served: tuple[Served, ...]
    assets: dict[str, Asset]

    @property
    def static_files(self) -> dict[str, Reply]:
        """The files of static/, by path."""
        return {f"/static/{asset.name}": asset.reply for asset in self.assets.values()}

    @property
    def ready(self) -> dict[str, Reply]:
        """What Flask need not see: static files, and the pages of the edition at the root."""
        return self.static_files | self.served[0].pages

    def at(self, path: str) -> Served:
        """The edition that a path belongs to."""
        return next(
            (s for s in self.served[1:] if path.startswith(f"{s.mode.base}/")), self.served[0]
        )


def register(app: Flask, site: Site) -> None:
    """Add every route and error page of the site to the app."""
    paths = [path for path in site.served[0].pages if not path.startswith("/check")]
    for served in site.served:
        _ready(app, served, [served.mode.base + path for path in paths])
        _journey(app, site, served)
    _static(app, site)
    _guards(app, site)
    _errors(app, site)


def _ready(app: Flask, served: Served, paths: Iterable[str]) -> None:
    def show() -> Response:
        return _respond(served.pages[request.path])

    for path in paths:
        app.add_url_rule(path, view_func=show, endpoint=f"ready {path}", methods=["GET"])


def _journey(app: Flask, site: Site, served: Served) -> None:
    base, kiosk = served.mode.base, served.mode.kiosk

    def step() -> Response:
        sent = this_request()
        body = read_form(sent)
        to_results = sent.path == f"{base}/results"
        now = int(time.time())
        reading = site.reader.read(body)
        if kiosk and reading.answers.picked and is_over(body, site.settings.kiosk_idle, now):
            return _respond(served.cleared)
        visit = read_visit(body, now) if kiosk else None
        return _respond(_page_after(served, reading, to_results, visit))

    def first_section() -> Response:
        if not kiosk:
            return _respond(served.pages[request.path])
        # Made anew each time: it carries the time it was made.
        voice = Voice.SOMEONE if request.path.endswith("/someone") else Voice.ME
        view = section_view(served.content, served.content.sections[0], Answers(voice=voice))
        return _respond(served.renderer.section(view, Visit(int(time.time()))))

    for path in (f"{base}/check", f"{base}/results"):
        app.add_url_rule(path, view_func=step, endpoint=f"step {path}", methods=["POST"])
    for path in (f"{base}/check", f"{base}/check/someone"):
        app.add_url_rule(path, view_func=first_section, endpoint=f"first {path}", methods=["GET"])


def _page_after(served: Served, reading: Reading, to_results: bool, visit: Visit | None) -> Reply:
    content, renderer = served.content, served.renderer
    answers, shown = reading.answers, reading.shown
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
    wipe = site.assets["wipe.css"].reply

    @app.get("/static/<name>")
    def static_file(name: str) -> Response:
        raise NotFound  # the files there are went out before Flask

    @app.get("/wipe.css")
    def wipe_cache() -> Response:
        return Response(wipe.content, headers=[("Content-Type", wipe.media_type), NO_STORE, WIPE])


def _guards(app: Flask, site: Site) -> None:
    @app.before_request
    def check() -> None:
        sent = this_request()
        check_host(sent, site.settings.trusted_hosts)
        if sent.method not in ("GET", "HEAD"):
            check_origin(sent)


def _errors(app: Flask, site: Site) -> None:
    def show(error: Exception) -> Response:
        status = status_of(error)
        if not isinstance(error, HTTPException):
            log_error(error)
        pages = site.at(request.path).errors
        response = _respond(pages.get(status) or pages[400 if status < 500 else 500])
        if status == 405:
            response.headers["Allow"] = ", ".join(
                sorted(getattr(error, "valid_methods", None) or ())
            )
        return response

    app.register_error_handler(Exception, show)


def _respond(reply: Reply) -> Response:
    # No brotli here: only gzip can be filled up to a size.
    encoding = best_encoding(this_request().environ.get("HTTP_ACCEPT_ENCODING", ""), ("gzip",))
    headers = [*reply.headers, *encoding_headers(encoding)]
    return Response(reply.encoded(encoding), reply.status, headers)
