"""The `screener` command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from screener import __version__
from screener.cli.authoring import (
    AUTHOR_COMMANDS,
    CANNOT_START,
    FOUND_FAULTS,
    GOOD,
    add_author_commands,
)
from screener.config import Settings, WrongSetting, from_environment, help_table, refuse_debug
from screener.content.loading.errors import BrokenContent
from screener.content.loading.load import load
from screener.resources import built_in_questions
from screener.web import field_names
from screener.web.editions import region_at_root


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
    serving.add_argument(
        "--reload", action="store_true", help="for authors: follow the file as it is written"
    )

    add_author_commands(commands)

    touch = commands.add_parser("kiosk", help="serve this machine's own touch screen")
    touch.add_argument("--port", type=int, help="port to listen on, on this machine only")
    touch.add_argument("--questions", type=Path, metavar="FILE", help="content file to serve")
    touch.add_argument("--browser", type=Path, metavar="PATH", help="browser to use")
    touch.add_argument("--headless", action="store_true", help="show nothing, for tests")
    touch.add_argument("--dry-run", action="store_true", help="print what would be started")
    touch.add_argument(
        "--policies", nargs="?", const="-", metavar="FILE", help="write the browser's policy file"
    )
    return parser


def _serve(options: argparse.Namespace) -> int:
    # Here, because granian is slow to import and only this command needs it.
    from screener.server.workers import PortTaken, serve

    settings = _settings(options, "host", "port", "workers", "questions")
    refuse_debug(settings, os.environ, settings.host)
    if options.reload:
        settings = _for_one_author(settings, options.workers)
        # A mistyped name is said at once; a broken file is mended while it runs.
        (settings.questions or built_in_questions()).read_bytes()
    try:
        serve(settings, options.reload)
    except PortTaken as error:
        print(error, file=sys.stderr)
        return CANNOT_START
    return GOOD


def _for_one_author(settings: Settings, workers: int | None) -> Settings:
    """The settings for `--reload`, which is for one person at this machine."""
    from screener.authoring.reload import is_loopback

    if not is_loopback(settings.host):
        message = f"--reload is for this machine alone: 127.0.0.1, not {settings.host or 'no host'}"
        raise WrongSetting(message)
    if workers not in (None, 1):
        raise WrongSetting(f"--reload needs one worker, not {workers}: leave --workers out")
    return replace(settings, workers=1)


def _kiosk(options: argparse.Namespace) -> int:
    from screener.kiosk.browser import NoBrowser, find_browser, policy_file
    from screener.kiosk.launcher import Launcher, dry_run

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
    path = settings.questions or built_in_questions()
    content = load(path, [field_names.problems]).questionnaire
    region_at_root(content, settings.region)
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


COMMANDS = {"serve": _serve, "kiosk": _kiosk, **AUTHOR_COMMANDS}
