"""The leak matrix in Chromium."""

from __future__ import annotations

from tests.privacy.leaks.matrix import LeakTests


class TestChromium(LeakTests):
    engine = "chromium"
