"""Files that commands write."""

from __future__ import annotations

from pathlib import Path

import click


def write(path: Path, text: str) -> None:
    """Write a file. Raises ClickException, with the reason, when it cannot be written."""
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from None
