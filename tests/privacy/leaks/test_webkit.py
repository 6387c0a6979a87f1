"""The leak matrix in WebKit, the pages' scripts on."""

from __future__ import annotations

from tests.privacy.leaks.matrix import LeakTests


class TestWebKit(LeakTests):
    engine = "webkit"
    script = "on"
