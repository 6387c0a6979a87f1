"""The browser fixtures, for this folder."""

from __future__ import annotations

from tests.browsing import chromium, open_page, server, stage

__all__ = ["chromium", "open_page", "server", "stage"]
