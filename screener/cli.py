"""The `screener` command."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import yaml

from . import __version__
from .assets import built_in_questions, folder, load_assets
from .content.check import check
from .content.faults import BrokenContent, ContentError
from .content.load import load
from .content.model import Questionnaire
from .content.naming import unknown
from .content.reviews import reviewables
from .content.show import show
from .settings import Settings, WrongSetting, from_environment, help_table, refuse_debug

GOOD, FOUND_FAULTS, CANNOT_START = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the result is the exit code."""
    options = _parser().parse_args(arguments)
    command: str = options.command
    try:
        return int(COMMANDS[command](options))
    except (WrongSetting, BrokenContent) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"cannot read {error.filename}: {error.strerror}", file=sys.stderr)
    return FOUND_FAULTS if command == "check" else CANNOT_START


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="screener", description="A self-check that keeps nothing."
    )
    parser.add_argument("--version", action="version", version=f"screener {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)

    serving = commands.add_parser(
        "serve",
        help="serve the self-check",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"settings, from the environment [default]:\n{help_table()}",
    )
    serving.add_argument("--host", help="address to listen on")
    serving.add_argument("--port", type=int, help="port to listen on")
    serving.add_argument("--workers", type=int, help="server processes")
    serving.add_argument("--questions", type=Path, metavar="FILE", help="content file to serve")

    checking = commands.add_parser("check", help="say what is wrong with a content file")
    checking.add_argument("file", nargs="?", type=Path, default=None, metavar="FILE")
    kinds = checking.add_mutually_exclusive_group()
    kinds.add_argument("--json", action="store_true", help="a report for programs")
    checking.add_argument(
        "--require-review", action="store_true", help="fail on what no clinician has reviewed"
    )

    kinds.add_argument(
        "--links", action="store_true", help="ask every web address too, and print what to sign"
    )

    showing = commands.add_parser(
        "show", help="print every question, rule and topic for a reviewer"
    )
    showing.add_argument("file", nargs="?", type=Path, default=None, metavar="FILE")

    reviewing = commands.add_parser(
        "review", help="print the lines that sign a section, interruption or topic"
    )
    reviewing.add_argument("id", help="of the part that was read")
    reviewing.add_argument("file", nargs="?", type=Path, default=None, metavar="FILE")
    reviewing.add_argument("--by", required=True, metavar="NAME", help="who read it")
    reviewing.add_argument("--role", required=True, help="such as pharmacist")

    touch = commands.add_parser("kiosk", help="serve this machine's own touch screen")
    touch.add_argument("--port", type=int, help="port to listen on, on this machine only")
    touch.add_argument("--questions", type=Path, metavar="FILE", help="content file to serve")
    touch.add_argument("--browser", type=Path, metavar="PATH", help="browser to use")
    touch.add_argument("--headless", action="store_true", help="show nothing, for tests")
    touch.add_argument("--dry-run", action="store_true", help="print what would be started")
    touch.add_argument(
        "--policies", nargs="?", const="-", metavar="FILE", help="write the browser's policy file"
    )
    commands.add_parser("schema", help="print the JSON Schema of a content file, for editors")
    return parser


def _serve(options: argparse.Namespace) -> int:
    # Here, because granian is slow to import and only this command needs it.
    from .serving import PortTaken, serve

    settings = _settings(options, "host", "port", "workers", "questions")
    refuse_debug(settings, os.environ, settings.host)
    load(settings.questions or built_in_questions())
    try:
        serve(settings)
    except PortTaken as error:
        print(error, file=sys.stderr)
        return CANNOT_START
    return GOOD


def _kiosk(options: argparse.Namespace) -> int:
    from .kiosk_browser import NoBrowser, find_browser, policy_file
    from .kiosk_launcher import Launcher, dry_run

    settings = _settings(options, "port", "questions")
    if options.policies == "-":
        print(policy_file(settings))
        return GOOD
    try:
        if options.policies:
            Path(options.policies).write_text(policy_file(settings) + "\n", "utf-8")
            return GOOD
        browser = find_browser(options.browser)
    except NoBrowser as error:
        print(error, file=sys.stderr)
        return CANNOT_START
    except OSError as error:
        print(f"cannot write {error.filename}: {error.strerror}", file=sys.stderr)
        return CANNOT_START
    if options.dry_run:
        print(dry_run(settings, browser, options.headless))
        return GOOD
    refuse_debug(settings, os.environ, "127.0.0.1")
    load(settings.questions or built_in_questions())
    Launcher(settings, browser, options.headless).run()
    return GOOD


def _settings(options: argparse.Namespace, *names: str) -> Settings:
    """The environment's settings with these options on top."""
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    settings = from_environment(_overridden(given))
    if settings.questions:
        settings = replace(settings, questions=settings.questions.resolve())
    return settings


def _overridden(given: dict[str, object]) -> dict[str, str]:
    """The environment with the command line's options on top."""
    return {**os.environ, **{f"SCREENER_{name.upper()}": str(v) for name, v in given.items()}}


def _check(options: argparse.Namespace) -> int:
    # Here, because only this command asks the web.
    from .links import tell_links

    path = options.file or built_in_questions()
    try:
        loaded = load(path)
        pages = _built_pages(loaded.questionnaire)
        report = check(loaded, pages, require_review=options.require_review)
    except BrokenContent as error:
        return _tell_faults(options, error.errors)
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        return _tell_faults(options, [ContentError(str(path), 1, 1, "file", message)])
    print(report.as_json() if options.json else report.as_text())
    reached = not options.links or tell_links(loaded.questionnaire, path.name)
    return GOOD if reached and not report.errors else FOUND_FAULTS


def _built_pages(content: Questionnaire) -> dict[str, str]:
    """The HTML of every ready page, by path."""
    # Here, because the other commands do not need it.
    from .editions import editions
    from .rendering import Renderer

    assets = load_assets(folder("static"))
    renderers = [
        Renderer(edition, Settings(), assets)
        for edition in editions(content)
        if not edition.mode.kiosk
    ]
    pages = [renderer.ready_pages() for renderer in renderers]
    return {path: page.html for ready in pages for path, page in ready.items()}


def _tell_faults(options: argparse.Namespace, errors: list[ContentError]) -> int:
    if options.json:
        faults = [vars(fault) for fault in errors]
        print(json.dumps({"errors": faults, "warnings": []}, indent=2))
    else:
        print("\n".join(str(error) for error in errors))
        print(f"{len(errors)} errors: the app would not start on this file.")
    return FOUND_FAULTS


def _show(options: argparse.Namespace) -> int:
    print(show(load(options.file or built_in_questions()).questionnaire))
    return GOOD


def _review(options: argparse.Namespace) -> int:
    content = load(options.file or built_in_questions()).questionnaire
    parts = [part for part in reviewables(content) if part.id == options.id]
    if not parts:
        known = (part.id for part in reviewables(content))
        print(unknown("section, interruption or topic", options.id, known), file=sys.stderr)
        return CANNOT_START
    for part in parts:
        print(f"# Put this into {'.'.join(map(str, part.place))} ({part.title}):")
        review = {
            "by": options.by,
            "role": options.role,
            "on": date.today(),
            "of": part.fingerprint,
        }
        lines = yaml.safe_dump({"reviewed": review}, sort_keys=False, allow_unicode=True)
        print(lines.replace("'on':", "on:").rstrip())
    return GOOD


def _schema(_: argparse.Namespace) -> int:
    print(json.dumps(Questionnaire.model_json_schema(by_alias=True), indent=2))
    return GOOD


COMMANDS = {
    "serve": _serve,
    "check": _check,
    "show": _show,
    "review": _review,
    "kiosk": _kiosk,
    "schema": _schema,
}

if __name__ == "__main__":
    sys.exit(main())
