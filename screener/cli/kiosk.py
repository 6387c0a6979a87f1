"""`screener kiosk`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from screener.cli.options import FILE, questions_option, settings_with
from screener.cli.output import write
from screener.config import refuse_debug
from screener.content.loading.load import load
from screener.resources import built_in_questions
from screener.web import field_names
from screener.web.editions import region_at_root


@click.command()
@click.option("--port", type=int, help="Port to listen on, on this machine only.")
@questions_option
@click.option("--browser", type=FILE, metavar="PATH", help="Browser to use.")
@click.option("--headless", is_flag=True, help="Show nothing, for tests.")
@click.option("--dry-run", is_flag=True, help="Print what would be started.")
@click.option(
    "--policies",
    is_flag=False,
    flag_value="-",
    metavar="[FILE]",
    help="Write the browser's policy file, to stdout without FILE.",
)
def kiosk(
    port: int | None,
    questions: Path | None,
    browser: Path | None,
    headless: bool,
    dry_run: bool,
    policies: str | None,
) -> None:
    """Serve this machine's own touch screen."""
    from screener.kiosk import launcher
    from screener.kiosk.browser import NoBrowser, find_browser, policy_file

    settings = settings_with(port=port, questions=questions)
    if policies == "-":
        print(policy_file(settings))
        return
    if policies:
        write(Path(policies), policy_file(settings) + "\n")
        return
    try:
        program = find_browser(browser)
    except NoBrowser as error:
        raise click.ClickException(str(error)) from None
    if dry_run:
        print(launcher.dry_run(settings, program, headless))
        return
    refuse_debug(settings, os.environ, "127.0.0.1")
    content = load(settings.questions or built_in_questions(), [field_names.problems]).questionnaire
    region_at_root(content, settings.region)
    launcher.Launcher(settings, program, headless).run()
