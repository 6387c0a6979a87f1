"""Exit codes of every command."""

from __future__ import annotations

OK = 0

FOUND = 1
"""`check` found errors in the file, or `diff` found changes."""

FAILED = 2
"""The command could not do its work, or was called in a wrong way."""

INTERRUPTED = 130
"""Ctrl+C, as shells report it."""
