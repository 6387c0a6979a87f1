"""The pages. One blueprint, registered once for each edition under the edition's name.

The pages of GET, except a kiosk's first question, hold nothing of one visitor: the
middleware asks for each once and keeps it (`ready_paths`).
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from flask import Blueprint, Flask, Response, current_app, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as WerkzeugResponse

from screener.config import Settings
from screener.content.models.base import Voice
from screener.content.models.topics import Source, Topic
from screener.engine.flow import CLEAR, RESULTS, UNDO, Ask, Finish, Stop, next_step, repeat
from screener.engine.signs import Answers
from screener.web.assets import Asset
from screener.web.bundle import bundle_of
from screener.web.compression import RESULTS_SIZES, STEP_SIZES, TOPIC_SIZES, PaddedResponse, Sizes
from screener.web.editions import Edition, current_edition
from screener.web.forms import Submission, SubmissionReader, read_body, still_holding
from screener.web.headers import KEEP_FOREVER
from screener.web.manifest import MANIFEST, manifest_of
from screener.web.messages import (
    CLEARED,
    RESULTS_NOT_KEPT,
    SCREEN_CLEARED,
    Message,
    leaving,
)
from screener.web.middleware import ReadyPages
from screener.web.paper_form import paper_form_view
from screener.web.papers import PAPERS, PRINT, WITH, papers_view, sheet_without, sheets_with
from screener.web.render import may_print
from screener.web.views import (
    Notice,
    PageView,
    carried_fields,
    page_view,
    results_view,
    stop_view,
)
from screener.web.visits import Visit, is_over, read_visit

pages = Blueprint("pages", __name__)

NOTICE_AFTER = {UNDO: Notice.UNDONE, CLEAR: Notice.CLEARED}
"""By the button that was pressed: what the question then shown says."""


@pages.get("/")
def home() -> str:
    """The start page."""
    edition = current_edition()
    if edition.is_kiosk:
        return render_template("kiosk_start.html")
    return render_template("home.html")


@pages.get("/check", defaults={"voice": Voice.ME})
@pages.get("/check/someone", defaults={"voice": Voice.SOMEONE})
def first_question(voice: Voice) -> str | PaddedResponse:
    """The first question. On a kiosk it carries the time it was made."""
    edition = current_edition()
    first = next(iter(edition.content.questions))
    view = page_view(edition.content, first, Answers(voice=voice))
    if edition.is_kiosk:
        visit = Visit(int(time.time()))
        return PaddedResponse(render_template("question.html", view=view, visit=visit), STEP_SIZES)
    return render_template("question.html", view=view)


@pages.post("/check")
def step() -> WerkzeugResponse:
    """The page after the one that was sent."""
    return _page_after(read_body(request), to_results=False)


@pages.post("/results")
def results() -> WerkzeugResponse:
    """The results, or what has to be shown before them."""
    return _page_after(read_body(request), to_results=True)


@pages.get("/results")
def results_not_kept() -> str:
    """Says that no answers are kept that could be shown."""
    return render_message(RESULTS_NOT_KEPT)


@pages.get("/visit.<digest>.json")
def bundle(digest: str) -> Response:
    """All that a visit needs on the device."""
    if digest != current_app.extensions["bundle_digest"]:
        raise NotFound
    headers = {"Content-Type": "application/json", "Cache-Control": KEEP_FOREVER}
    return Response(bundle_of(current_edition()), headers=headers)


@pages.get(MANIFEST)
def manifest() -> Response:
    """The hashes of this edition's files that are the same for everybody."""
    edition = current_edition()
    ready: ReadyPages = current_app.extensions["ready_pages"]
    paths = [*ready_paths(edition), bundle_path(edition), *file_paths()]
    made = manifest_of({path: ready.page(path).body for path in paths})
    return Response(made, content_type="application/json")


@pages.get("/learn")
def learn() -> str:
    """The list of all topics."""
    edition = current_edition()
    content = edition.content
    asked_most = [(id, content.topics[id]) for id in content.about.asked_most]
    return render_template("learn.html", asked_most=asked_most, groups=_topics_by_group(edition))


@pages.get("/learn/<topic_id>", defaults={"voice": Voice.ME})
@pages.get(f"/learn/<topic_id>/<any({Voice.SOMEONE}):voice>")
def topic(topic_id: str, voice: str) -> str:
    """One topic, in one voice. `url_for` without a voice is the page of `me`."""
    found = current_edition().content.topics.get(topic_id)
    if found is None:
        raise NotFound
    other_voice = next(other for other in Voice if other != voice)
    return render_template(
        "topic.html", id=topic_id, topic=found, voice=voice, other_voice=other_voice
    )


@pages.get("/help")
def help_page() -> str:
    """The help lines."""
    return render_template("help.html")


@pages.get("/about")
def about() -> str:
    """What this is, and who made it."""
    page = current_edition().content.about.about
    return render_template("reading.html", tab="about", pages=[("about", page)], with_sources=True)


@pages.get("/sources")
def sources() -> str:
    """The pages that the facts come from."""
    return render_template("sources.html", groups=_sources_by_publisher(current_edition()))


@pages.get("/privacy")
def privacy() -> str:
    """What is kept (nothing), and how to leave fast."""
    words = current_edition().content.about
    sections = [("privacy", words.privacy), ("leaving", words.leave)]
    return render_template("reading.html", tab="privacy", pages=sections, with_sources=False)


@pages.get("/paper", defaults={"voice": Voice.ME})
@pages.get(f"/paper/<any({Voice.SOMEONE}):voice>")
def paper(voice: str) -> str:
    """The questionnaire in one voice, to print and fill in by hand."""
    return render_template("paper.html", view=paper_form_view(current_edition(), Voice(voice)))


@pages.get("/diary")
def diary() -> str:
    """A diary of two weeks, to print and fill in by hand."""
    return render_template("diary.html")


@pages.get("/leave")
def leave() -> str:
    """Clears the page cache, then goes to another site; a kiosk has nowhere to go."""
    if current_edition().is_kiosk:
        return cleared()
    settings: Settings = current_app.extensions["settings"]
    return render_message(leaving(settings.exit_url))


@pages.get("/cleared")
def cleared() -> str:
    """The end of a visit."""
    return render_message(SCREEN_CLEARED if current_edition().is_kiosk else CLEARED)


def render_message(message: Message) -> str:
    """A short page: an error, or one that needs no questions."""
    return render_template("message.html", message=message)


def _page_after(body: MultiDict[str, str], to_results: bool) -> WerkzeugResponse:
    edition = current_edition()
    reader: SubmissionReader = current_app.extensions["submission_reader"]
    submission = reader.read(body)
    visit = None
    if edition.is_kiosk:
        settings: Settings = current_app.extensions["settings"]
        now = int(time.time())
        if submission.answers.picked and is_over(body, settings.kiosk_idle, now):
            return Response(cleared())
        visit = read_visit(body, now)
    return _next_page(edition, submission, to_results, visit)


def _next_page(
    edition: Edition, submission: Submission, to_results: bool, visit: Visit | None
) -> PaddedResponse:
    content, seen = edition.content, submission.seen
    go = RESULTS if to_results else submission.go
    step = next_step(content, submission.answers, seen, submission.at, go)
    if go in (UNDO, CLEAR):  # what was taken back stops anew when it is picked again
        seen = still_holding(content, seen, step.answers)
    if submission.error and submission.at:
        step = repeat(content, submission.answers, seen, submission.at)
    if isinstance(step, Stop):
        page = render_template("stop.html", view=stop_view(content, step, seen), visit=visit)
        return PaddedResponse(page, STEP_SIZES)
    if submission.error and isinstance(step, Ask):
        view = page_view(content, step.question, step.answers, seen, submission.error)
        return _question_page(view, visit, 422)
    if submission.ask_again:
        view = page_view(content, submission.ask_again, step.answers, seen, notice=Notice.LOST)
        return _question_page(view, visit)
    if isinstance(step, Ask):
        notice = Notice.LOST if submission.outdated else NOTICE_AFTER.get(submission.go)
        view = page_view(content, step.question, step.answers, seen, notice=notice)
        return _question_page(view, visit)
    return PaddedResponse(_finished(edition, submission, step, visit), RESULTS_SIZES)


def _finished(edition: Edition, submission: Submission, step: Finish, visit: Visit | None) -> str:
    """The results, or on the way to paper the page that asks which one, or the sheets."""
    content, outcome, voice = edition.content, step.outcome, step.answers.voice
    paper = submission.go if may_print(edition, current_app.extensions["settings"]) else ""
    if paper not in PAPERS:
        results = results_view(content, step.answers, outcome, submission.seen)
        return render_template("results.html", view=results, visit=visit)
    carried = carried_fields(step.answers, submission.seen)
    if paper == PRINT:
        papers = papers_view(content, outcome, voice, carried)
        return render_template("papers.html", view=papers, visit=visit)
    printed, large = submission.printed, submission.is_large
    again = (*(("print", id) for id in sorted(printed)), *([("large", "on")] if large else []))
    sheets = (
        sheets_with(content, outcome, voice, printed, large, (*carried, *again))
        if paper == WITH
        else sheet_without(content, outcome, voice, large, (*carried, *again))
    )
    return render_template("sheets.html", view=sheets, visit=visit)


def _question_page(view: PageView, visit: Visit | None, status: int = 200) -> PaddedResponse:
    page = render_template("question.html", view=view, visit=visit)
    return PaddedResponse(page, STEP_SIZES, status)


def _topics_by_group(edition: Edition) -> list[tuple[str, str, list[tuple[str, Topic]]]]:
    """(id, heading, topics) of each group, in the order of the file."""
    topics = edition.content.topics.items()
    return [
        (group, title, [(id, topic) for id, topic in topics if topic.group == group])
        for group, title in edition.content.about.groups.items()
    ]


def _sources_by_publisher(edition: Edition) -> list[tuple[str, list[tuple[str, Source]]]]:
    """(publisher, its sources by id), in alphabetical order. Publishers of one source only come
    last, together, with '' as their name.
    """
    found: dict[str, list[tuple[str, Source]]] = {}
    for id, source in edition.content.sources.items():
        found.setdefault(source.publisher, []).append((id, source))
    by_name = [found[name] for name in sorted(found, key=str.casefold)]
    groups = [(sources[0][1].publisher, sources) for sources in by_name if len(sources) > 1]
    single = [sources[0] for sources in by_name if len(sources) == 1]
    return [*groups, ("", single)] if single else groups


def register_files(app: Flask, assets: Mapping[str, Asset]) -> None:
    """Add the routes of static files, and of the stylesheet that empties the page cache."""
    by_name = {asset.name: asset for asset in assets.values()}

    @app.get("/static/<name>")
    def static_file(name: str) -> Response:
        if name not in by_name:
            raise NotFound
        asset = by_name[name]
        headers = {"Content-Type": asset.media_type, "Cache-Control": KEEP_FOREVER}
        return Response(asset.content, headers=headers)

    @app.get("/wipe.css")
    def wipe_cache() -> Response:
        wipe = assets["wipe.css"]
        headers = {"Content-Type": wipe.media_type, "Clear-Site-Data": '"cache"'}
        return Response(wipe.content, headers=headers)


def ready_paths(edition: Edition) -> dict[str, Sizes | None]:
    """The paths of an edition's pages that are the same for everybody, and what each is padded to:
    topics have one size, because which one somebody reads may follow from their answers."""
    views = ["home", "learn", "help_page", "about", "sources", "privacy", "diary"]
    views += ["leave", "cleared", "results_not_kept"]
    paths = [edition.url_for(view) for view in views]
    paths += [edition.url_for("paper", voice=voice) for voice in Voice]
    if not edition.is_kiosk:
        paths += [edition.url_for("first_question", voice=voice) for voice in Voice]
    topics = [
        edition.url_for("topic", topic_id=id, voice=voice)
        for id in edition.written.topics
        for voice in Voice
    ]
    return dict.fromkeys(paths) | dict.fromkeys(topics, TOPIC_SIZES)


def file_paths() -> list[str]:
    """The paths of the static files, and of the stylesheet that empties the page cache."""
    assets: Mapping[str, Asset] = current_app.extensions["assets"]
    names = [asset.name for asset in assets.values()]
    return [url_for("wipe_cache"), *(url_for("static_file", name=name) for name in names)]


def bundle_path(edition: Edition) -> str:
    """The path of an edition's bundle."""
    return edition.url_for("bundle", digest=current_app.extensions["bundle_digest"])
