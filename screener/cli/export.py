"""`screener export`."""

from __future__ import annotations

import re
from pathlib import Path

import click

from screener.cli.options import FILE, questions_option, settings_with
from screener.cli.output import write

_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")


def _check_prefix(_context: click.Context, _parameter: click.Parameter, prefix: str) -> str:
    if not _PREFIX.fullmatch(prefix):
        raise click.BadParameter("must be like /self-check, without a slash at the end")
    return prefix


@click.command()
@click.argument("directory", type=FILE, required=False)
@click.option("--single-file", type=FILE, metavar="FILE", help="Write one HTML file.")
@click.option(
    "--error-pages", type=FILE, metavar="DIRECTORY", help="Write the error pages of a proxy."
)
@questions_option
@click.option("--region", metavar="CODE", help="Country of the help lines, such as CA.")
@click.option(
    "--prefix",
    default="",
    metavar="PATH",
    callback=_check_prefix,
    help="Where the site will be below its host, such as /self-check.",
)
@click.option("--manifest", type=FILE, metavar="OUT", help="Write each file's SHA-256 too.")
@click.option("--force", is_flag=True, help="Write over what is there.")
def export(
    directory: Path | None,
    single_file: Path | None,
    error_pages: Path | None,
    questions: Path | None,
    region: str | None,
    prefix: str,
    manifest: Path | None,
    force: bool,
) -> None:
    """Write the self-check as files that need no server.

    DIRECTORY gets static files for any web server, with its configuration.
    """
    if [directory, single_file, error_pages].count(None) != 2:
        raise click.UsageError(
            "give a DIRECTORY, or --single-file FILE, or --error-pages DIRECTORY"
        )
    if prefix and not directory:
        raise click.UsageError("--prefix cannot be used without a DIRECTORY")
    if manifest and error_pages:
        raise click.UsageError("--manifest cannot be used with --error-pages")
    from screener.export.error_pages import write_error_pages
    from screener.export.folder import write_folder
    from screener.export.one_file import one_file
    from screener.web.manifest import manifest_of

    settings = settings_with(questions=questions, region=region)
    if single_file:
        _refuse(single_file, single_file.exists() and not force)
        html = one_file(settings)
        write(single_file, html)
        made = manifest_of({f"/{single_file.name}": html.encode()})
    if directory:
        _refuse(directory, _holds_something(directory) and not force)
        made = write_folder(settings, directory, prefix)
    if error_pages:
        _refuse(error_pages, _holds_something(error_pages) and not force)
        write_error_pages(settings, error_pages)
    if manifest:
        write(manifest, made)
    print(f"written: {directory or single_file or error_pages}")


def _refuse(target: Path, is_there: bool) -> None:
    if is_there:
        raise click.ClickException(f"{target} is there already; --force writes over it")


def _holds_something(directory: Path) -> bool:
    return directory.exists() and (not directory.is_dir() or any(directory.iterdir()))
