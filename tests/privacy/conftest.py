"""One server, and every response it can give, for all the tests that look at them."""

from __future__ import annotations

import pytest
from flask import Flask

from screener import create_app
from screener.config import Settings
from tests.browsing import chromium, server
from tests.privacy.responses import Case, every_case
from tests.privacy.tools import Reply
from tests.running import Server

__all__ = ["chromium", "server"]


@pytest.fixture(scope="session")
def plain_app() -> Flask:
    return create_app(Settings())


@pytest.fixture(scope="session")
def replies(server: Server, plain_app: Flask) -> list[tuple[Case, Reply]]:
    """Every case, asked over the wire."""
    return [(case, case.ask(server.port)) for case in every_case(plain_app)]
