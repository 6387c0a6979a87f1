"""The leak matrix in Firefox."""

from __future__ import annotations

from tests.privacy.leaks.matrix import LeakTests


class TestFirefox(LeakTests):
    engine = "firefox"
