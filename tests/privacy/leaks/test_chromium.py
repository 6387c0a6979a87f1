"""The leak matrix in Chromium, the pages' scripts on."""

from __future__ import annotations

from tests.privacy.leaks.matrix import LeakTests


class TestChromium(LeakTests):
    engine = "chromium"
    script = "on"
