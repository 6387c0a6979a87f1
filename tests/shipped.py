"""The questionnaire that comes with the app, loaded once for all tests of a process."""

from __future__ import annotations

from screener.content.loading.load import load
from screener.resources import built_in_questions

SHIPPED = load(built_in_questions()).questionnaire
