"""Fixtures for all folders. Nothing here imports a browser driver: see tests/browsing.py."""

from __future__ import annotations

import pytest
from flask import Flask

from screener import create_app
from screener.config import Settings
from screener.content.localize import in_region
from screener.content.models.questionnaire import Questionnaire
from tests.shipped import SHIPPED
from tests.web.page_lint import LintingClient


@pytest.fixture(scope="session")
def content() -> Questionnaire:
    """The shipped questionnaire as the United States read it: the pages without a prefix."""
    return in_region(SHIPPED)


@pytest.fixture(scope="session")
def app() -> Flask:
    """The app with default settings."""
    return create_app(Settings(), SHIPPED)


@pytest.fixture
def client(app: Flask) -> LintingClient:
    """Checks every page that it fetches."""
    return LintingClient(app, app.response_class)
