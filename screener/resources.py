"""Files that come with the package: templates, static files, the built-in content file."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def folder(name: str) -> Path:
    """A top-level folder of data: inside the installed package, else beside it in a checkout."""
    installed = Path(str(files("screener"))) / name
    return installed if installed.exists() else Path(str(files("screener"))).parent / name


def built_in_questions() -> Path:
    """The content file that comes with the app."""
    return folder("questions.yaml")
