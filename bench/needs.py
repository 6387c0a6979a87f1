"""The packages and programs that a measurement needs, and how to install them."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

NODE_MODULES = Path(__file__).parent / "node_modules"

_PROGRAMS = {"wrk": "wrk", "nginx": "nginx-light", "chromium": "chromium"}
"""Name -> the Debian package that it comes with."""


def missing() -> list[str]:
    """One line for each thing that is not installed. `inprocess` needs none of them."""
    lines = []
    if find_spec("playwright") is None:
        lines.append("Python packages: pip install -e '.[bench]'")
    absent = [package for name, package in _PROGRAMS.items() if shutil.which(name) is None]
    if absent:
        lines.append(f"programs: apt-get install --no-install-recommends {' '.join(absent)}")
    if not (NODE_MODULES / "survey-core").is_dir():
        lines.append("pages to compare with: npm ci --prefix bench --ignore-scripts")
    return lines


def program(name: str) -> str:
    """The path of a program. Raises FileNotFoundError, with what to install."""
    found = shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"{name} is missing (Debian: {_PROGRAMS[name]})")
    return found
