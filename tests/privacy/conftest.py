"""One server, and every response it can give, for all the tests that look at them."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.browsing import chromium, open_page, server
from tests.privacy.responses import Case, every_case
from tests.privacy.tools import Reply, get
from tests.running import Server

__all__ = ["chromium", "open_page", "server"]


@pytest.fixture(scope="session")
def replies(server: Server, app: Flask) -> list[tuple[Case, Reply]]:
    """Every case, asked over the wire."""
    found = re.search(rb"/visit\.(\w+)\.json", get(server.port, "/").body)
    assert found
    cases = every_case(app, bundle_digest=found[1].decode())
    return [(case, case.ask(server.port)) for case in cases]
