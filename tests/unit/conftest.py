"""The small questionnaire that the tests of the engine use."""

from __future__ import annotations

from pathlib import Path

import pytest

from screener.content.loading.load import load
from screener.content.models.questionnaire import Questionnaire

ENGINE_FILE = Path(__file__).with_name("engine.yaml")


@pytest.fixture(scope="session")
def flat() -> Questionnaire:
    """engine.yaml: about a flat, so that no clinical wording is tested with the engine."""
    return load(ENGINE_FILE).questionnaire
