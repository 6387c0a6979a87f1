"""The `screener` command: a click group, and `main`, which runs it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from screener import __version__
from screener.cli import authoring, export, kiosk, serve
from screener.cli.exit_codes import FAILED, INTERRUPTED, OK
from screener.content.loading.errors import BrokenContent

__all__ = ["cli", "main"]


@click.group(no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="screener %(version)s")
def cli() -> None:
    """A self-check that keeps nothing."""


for _command in (
    serve.serve,
    authoring.check,
    authoring.show,
    authoring.diff,
    authoring.review,
    authoring.schema,
    export.export,
    kiosk.kiosk,
):
    cli.add_command(_command)


@cli.result_callback()
def _flush(code: int | None) -> int | None:
    """Write what is buffered while click still handles a pipe that was closed, as by `head`."""
    sys.stdout.flush()
    return code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Errors are printed on stderr."""
    try:
        return cli.main(arguments, prog_name="screener", standalone_mode=False) or OK
    except click.UsageError as error:
        error.show()
    except click.ClickException as error:
        print(error.format_message(), file=sys.stderr)
    except BrokenContent as error:
        print(error, file=sys.stderr)
    except OSError as error:
        if error.filename is None:  # stdout: every file that is written has a message of its own
            print(f"cannot write the output: {error.strerror}", file=sys.stderr)
        else:
            print(f"cannot read {error.filename}: {error.strerror}", file=sys.stderr)
    except click.Abort:
        return INTERRUPTED
    return FAILED
