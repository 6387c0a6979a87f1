"""A self-check that asks, matches and explains, and keeps nothing."""

from __future__ import annotations

from screener.app import create_app

__all__ = ["__version__", "create_app"]

__version__ = "0.1.0"
