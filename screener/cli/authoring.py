"""The commands for those who write and review a content file."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from screener.authoring.check.pages import check_with_pages
from screener.authoring.check.report import Report
from screener.authoring.diff.changes import as_text
from screener.authoring.diff.questionnaires import diff
from screener.authoring.schema import schema
from screener.authoring.show import show
from screener.content.loading.errors import BrokenContent, ContentError
from screener.content.loading.load import load
from screener.content.loading.unknown_ids import unknown
from screener.content.localize import in_region, regions_of
from screener.content.models.questionnaire import Questionnaire
from screener.content.reviews import reviewables
from screener.resources import built_in_questions
from screener.web import field_names

GOOD, FOUND_FAULTS, CANNOT_START = 0, 1, 2
"""Exit codes of every command."""


def add_author_commands(commands: Any) -> None:
    """Add the authors' commands to a parser's subcommands."""
    checking = commands.add_parser("check", help="say what is wrong with a content file")
    checking.add_argument("file", nargs="?", type=Path, default=None, metavar="FILE")
    kinds = checking.add_mutually_exclusive_group()
    kinds.add_argument("--json", action="store_true", help="a report for programs")
    kinds.add_argument(
        "--links", action="store_true", help="ask every web address too, and print what to sign"
    )
    checking.add_argument(
        "--require-review", action="store_true", help="fail on what no clinician has reviewed"
    )
    checking.add_argument("--html", type=Path, metavar="OUT", help="write the report as a web page")

    showing = commands.add_parser(
        "show", help="print every question, rule and topic for a reviewer"
    )
    showing.add_argument("file", nargs="?", type=Path, default=None, metavar="FILE")
    showing.add_argument(
        "--html", type=Path, metavar="OUT", help="write it as a web page, to print"
    )
    showing.add_argument("--region", metavar="CODE", help="as one country reads it, such as CA")

    comparing = commands.add_parser("diff", help="say in plain words what changed, worst first")
    comparing.add_argument("old", type=Path, metavar="OLD")
    comparing.add_argument("new", type=Path, metavar="NEW")

    reviewing = commands.add_parser(
        "review", help="print the lines that sign a section, interruption or topic"
    )
    reviewing.add_argument("id", help="of the part that was read")
    reviewing.add_argument("file", nargs="?", type=Path, default=None, metavar="FILE")
    reviewing.add_argument("--by", required=True, metavar="NAME", help="who read it")
    reviewing.add_argument("--role", required=True, help="such as pharmacist")
    commands.add_parser("schema", help="print the JSON Schema of a content file, for editors")


def _check(options: argparse.Namespace) -> int:
    path = options.file or built_in_questions()
    try:
        loaded = load(path, [field_names.problems])
        report = check_with_pages(loaded, options.require_review)
    except BrokenContent as error:
        if not _write_check(options, path, Report(path.name, {}, error.errors), None):
            return CANNOT_START
        return _tell_faults(options, error.errors)
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        return _tell_faults(options, [ContentError(str(path), 1, 1, "file", message)])
    if not _write_check(options, path, report, loaded.questionnaire):
        return CANNOT_START
    print(report.as_json() if options.json else report.as_text())
    reached = not options.links or _reach(loaded.questionnaire, path)
    return GOOD if reached and not report.errors else FOUND_FAULTS


def _reach(content: Questionnaire, path: Path) -> bool:
    """Ask every address of the content, and print what to sign."""
    from screener.authoring.links import tell_links

    return tell_links(content, path.name)


def _write_check(
    options: argparse.Namespace, path: Path, report: Report, content: Questionnaire | None
) -> bool:
    if not options.html:
        return True
    from screener.authoring.reports import check_page

    source = path.read_bytes().decode("utf-8-sig", errors="replace")
    return _written(options.html, check_page(report, source, content))


def _written(out: Path, page: str) -> bool:
    """Write a page; False, with the reason on stderr, when it cannot be written."""
    try:
        out.write_text(page, "utf-8")
    except OSError as error:
        print(f"cannot write {out}: {error.strerror}", file=sys.stderr)
        return False
    print(f"written: {out}", file=sys.stderr)
    return True


def _tell_faults(options: argparse.Namespace, errors: list[ContentError]) -> int:
    if options.json:
        faults = [vars(fault) for fault in errors]
        print(json.dumps({"errors": faults, "warnings": []}, indent=2))
    else:
        print("\n".join(str(error) for error in errors))
        print(f"{len(errors)} errors: the app would not start on this file.")
    return FOUND_FAULTS


def _show(options: argparse.Namespace) -> int:
    path = options.file or built_in_questions()
    content = load(path, [field_names.problems]).questionnaire
    code = options.region or content.about.region
    if code not in regions_of(content):
        known = ", ".join(regions_of(content))
        print(f"names no country `{code}`; there are {known}", file=sys.stderr)
        return CANNOT_START
    content = in_region(content, code)
    if not options.html:
        print(show(content))
        return GOOD
    from screener.authoring.reports import show_page

    return GOOD if _written(options.html, show_page(content, path.name)) else CANNOT_START


def _diff(options: argparse.Namespace) -> int:
    contents = []
    for path in (options.old, options.new):
        try:
            contents.append(load(path, [field_names.problems]).questionnaire)
        except BrokenContent as error:
            # With the whole path: both files often have the same name.
            print(f"{path} is broken, so it cannot be compared:\n{error}", file=sys.stderr)
            return CANNOT_START
    changes = diff(*contents)
    print(as_text(changes, str(options.old), str(options.new)))
    return FOUND_FAULTS if changes else GOOD


def _review(options: argparse.Namespace) -> int:
    path = options.file or built_in_questions()
    content = load(path, [field_names.problems]).questionnaire
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
    print(json.dumps(schema(), indent=2))
    return GOOD


AUTHOR_COMMANDS = {
    "check": _check,
    "show": _show,
    "diff": _diff,
    "review": _review,
    "schema": _schema,
}
