"""What several tests share: the real questionnaire, and a client that lints every page."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling, Scheduling

from screener import create_app
from screener.config import Settings
from screener.content.loading.load import load
from screener.content.localize import in_region
from screener.content.models.questionnaire import Questionnaire
from screener.resources import built_in_questions
from tests.browsing import chromium, open_page, server, stage
from tests.web.page_lint import LintingClient

__all__ = ["chromium", "open_page", "server", "stage"]  # fixtures for all folders


class _ByModule(LoadScopeScheduling):
    """Shares the tests among processes by module, so that what a module's fixtures make is
    made once. The leak matrix, by far the longest, is shared by browser."""

    def _split_scope(self, nodeid: str) -> str:
        browser = re.search(r"tests/privacy/leaks/.*\[(\w+-script_(?:on|off))", nodeid)
        return browser[1] if browser else nodeid.split("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return _ByModule(config, log)


@pytest.fixture(scope="session")
def content() -> Questionnaire:
    """As it reads where the pages at the root are for: in the United States."""
    return in_region(load(built_in_questions()).questionnaire)


@pytest.fixture(scope="session")
def app() -> Flask:
    app = create_app(Settings())
    app.test_client_class = LintingClient
    return app


@pytest.fixture
def client(app: Flask) -> LintingClient:
    return app.test_client()
