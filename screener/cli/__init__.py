"""The `screener` command."""

from __future__ import annotations

from screener.cli.commands import main

__all__ = ["main"]
