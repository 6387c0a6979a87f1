"""Options that several commands have."""

from __future__ import annotations

import os
from pathlib import Path

import click

from screener.config import Settings, from_environment, variable

FILE = click.Path(path_type=Path)
"""A path, whose errors are reported when the file is opened."""

questions_option = click.option(
    "--questions", type=FILE, metavar="FILE", help="Content file to serve."
)


def settings_with(**options: object) -> Settings:
    """The environment's settings, where an option that is not None takes precedence.

    Raises WrongSetting.
    """
    given = {variable(name): str(value) for name, value in options.items() if value is not None}
    settings = from_environment({**os.environ, **given})
    if settings.questions:
        return settings.model_copy(update={"questions": settings.questions.resolve()})
    return settings
