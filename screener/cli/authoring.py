"""The commands for those who write and review a content file."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import click
import yaml

from screener.authoring.check.pages import check_with_pages
from screener.authoring.check.report import Report
from screener.authoring.diff.changes import as_text
from screener.authoring.diff.questionnaires import diff as differences
from screener.authoring.files import read
from screener.authoring.packet import packet
from screener.authoring.schema import schema as json_schema
from screener.authoring.show import show as as_plain_text
from screener.cli.exit_codes import FOUND, OK
from screener.cli.options import FILE
from screener.cli.output import write
from screener.content.loading.errors import BrokenContent, ContentError
from screener.content.loading.unknown_ids import unknown
from screener.content.localize import in_region, regions_of
from screener.content.models.questionnaire import Questionnaire
from screener.content.reviews import reviewables
from screener.resources import built_in_questions


def _built_in(_context: click.Context, _parameter: click.Parameter, file: Path | None) -> Path:
    return file or built_in_questions()


content_file = click.argument("file", type=FILE, required=False, callback=_built_in)
"""The content file to read: the built-in one where none is given."""


@click.command()
@content_file
@click.option("--json", "as_json", is_flag=True, help="Print a report for programs.")
@click.option(
    "--links", is_flag=True, help="Request every web address too, and print what to sign."
)
@click.option("--require-review", is_flag=True, help="Fail on what no clinician has reviewed.")
@click.option("--html", type=FILE, metavar="OUT", help="Write the report as a web page.")
def check(file: Path, as_json: bool, links: bool, require_review: bool, html: Path | None) -> int:
    """Say what is wrong with a content file."""
    if as_json and links:
        raise click.UsageError("--links cannot be used with --json")
    try:
        found = read(file)
        report = check_with_pages(found, require_review)
    except BrokenContent as error:
        if html:
            _write_check_page(html, file, Report(file.name, {}, error.errors), None)
        return _print_errors(error.errors, as_json)
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        return _print_errors([ContentError(str(file), 1, 1, "file", message)], as_json)
    if html:
        _write_check_page(html, file, report, found.content)
    print(report.as_json() if as_json else report.as_text())
    reached = not links or _check_links(found.content, file.name)
    return OK if reached and not report.errors else FOUND


def _check_links(content: Questionnaire, name: str) -> bool:
    from screener.authoring.links import tell_links

    return tell_links(content, name)


def _write_check_page(out: Path, file: Path, report: Report, content: Questionnaire | None) -> None:
    from screener.authoring.reports import check_page

    source = file.read_bytes().decode("utf-8-sig", errors="replace")
    _write_page(out, check_page(report, source, content))


def _write_page(out: Path, page: str) -> None:
    write(out, page)
    print(f"written: {out}", file=sys.stderr)


def _print_errors(errors: list[ContentError], as_json: bool) -> int:
    if as_json:
        print(json.dumps({"errors": [vars(each) for each in errors], "warnings": []}, indent=2))
    else:
        print("\n".join(map(str, errors)))
        print(f"{len(errors)} errors: the app would not start on this file.")
    return FOUND


@click.command()
@content_file
@click.option("--html", type=FILE, metavar="OUT", help="Write it as a web page, to print.")
@click.option("--region", metavar="CODE", help="As one country reads it, such as CA.")
def show(file: Path, html: Path | None, region: str | None) -> None:
    """Print every text and every rule, for a reviewer."""
    found = read(file)
    code = region or found.content.about.region
    if code not in regions_of(found.content):
        known = ", ".join(regions_of(found.content))
        raise click.ClickException(f"names no country `{code}`; there are {known}")
    shown = packet(found.content, found.proofs, code)
    if html:
        from screener.authoring.reports import show_page

        _write_page(html, show_page(in_region(found.content, code), shown, file.name))
    else:
        print(as_plain_text(shown))


@click.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
def diff(old: Path, new: Path) -> int:
    """Say in plain words what changed, worst first."""
    changes = differences(_load_to_compare(old), _load_to_compare(new))
    print(as_text(changes, str(old), str(new)))
    return FOUND if changes else OK


def _load_to_compare(file: Path) -> Questionnaire:
    try:
        return read(file).whole
    except BrokenContent as error:
        # With the whole path: both files often have the same name.
        message = f"{file} is broken, so it cannot be compared:\n{error}"
        raise click.ClickException(message) from None


@click.command()
@click.argument("part_id", metavar="ID")
@content_file
@click.option("--by", required=True, metavar="NAME", help="Who read it.")
@click.option("--role", required=True, help="Such as pharmacist.")
def review(part_id: str, file: Path, by: str, role: str) -> None:
    """Print the lines that sign a part.

    ID is that of the section, plan or topic that was read.
    """
    content = read(file).content
    parts = [part for part in reviewables(content) if part.id == part_id]
    if not parts:
        known = (part.id for part in reviewables(content))
        raise click.ClickException(unknown("section, plan or topic", part_id, known))
    for part in parts:
        print(f"# Put this into {'.'.join(map(str, part.place))} ({part.title}):")
        signature = {
            "by": by,
            "role": role,
            "on": date.today(),
            "of": part.fingerprint,
        }
        lines = yaml.safe_dump({"reviewed": signature}, sort_keys=False, allow_unicode=True)
        print(lines.replace("'on':", "on:").rstrip())


@click.command()
def schema() -> None:
    """Print the JSON Schema of a content file, for editors."""
    print(json.dumps(json_schema(), indent=2))
