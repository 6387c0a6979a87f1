"""`screener serve`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from screener.cli.options import questions_option, settings_with
from screener.config import Settings, WrongSetting, help_table, is_loopback, refuse_debug
from screener.resources import built_in_questions


@click.command(epilog=f"\b\nSettings, from the environment [default]:\n{help_table()}")
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--workers", type=int, help="Server processes.")
@questions_option
@click.option(
    "--reload", "follow", is_flag=True, help="For authors: serve the file as it is being written."
)
def serve(
    host: str | None, port: int | None, workers: int | None, questions: Path | None, follow: bool
) -> None:
    """Serve the self-check."""
    settings = settings_with(host=host, port=port, workers=workers, questions=questions)
    refuse_debug(settings, os.environ, settings.host)
    if follow:
        _serve_and_reload(settings, workers)
    else:
        from screener.server import granian as server

        server.serve(settings)


def _serve_and_reload(settings: Settings, workers: int | None) -> None:
    from screener.authoring import reload

    if not is_loopback(settings.host):
        raise WrongSetting(
            f"--reload is for this machine alone: 127.0.0.1, not {settings.host or 'no host'}"
        )
    if workers not in (None, 1):
        raise WrongSetting(f"--reload needs one worker, not {workers}: leave --workers out")
    # A file that is missing stops the start; one that is broken is shown with its errors.
    (settings.questions or built_in_questions()).read_bytes()
    reload.serve(settings.model_copy(update={"workers": 1}))
