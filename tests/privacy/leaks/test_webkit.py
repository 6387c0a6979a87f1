"""The leak matrix in WebKit."""

from __future__ import annotations

from tests.privacy.leaks.matrix import LeakTests


class TestWebKit(LeakTests):
    engine = "webkit"
