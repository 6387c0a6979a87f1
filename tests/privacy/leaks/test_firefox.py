"""The leak matrix in Firefox, the pages' scripts on."""

from __future__ import annotations

from tests.privacy.leaks.matrix import LeakTests


class TestFirefox(LeakTests):
    engine = "firefox"
    script = "on"
