"""The printed pages of all cases are those that somebody has read."""

from __future__ import annotations

from difflib import unified_diff

import pytest
from flask import Flask

from tests.acceptance.papers import FILE, papers

pytestmark = pytest.mark.slow


def test_they_are_as_they_were_read(app: Flask) -> None:
    """After a change that is meant: `python -m tools.papers`, and read the difference."""
    read, now = FILE.read_text("utf-8").splitlines(), papers(app.test_client()).splitlines()
    changes = list(unified_diff(read, now, lineterm="", n=1))
    assert not changes, "\n".join(changes[:40])
