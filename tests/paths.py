"""Where files stand that several tests read."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent
SMALL_FILE = Path(__file__).with_name("small.yaml")
"""A small content file of the tests' own, for tests that do not depend on clinical wording."""
