"""The questionnaire that comes with the app, loaded once for all tests of a process."""

from __future__ import annotations

from screener.authoring.files import read
from screener.resources import built_in_questions

SHIPPED_FILE = read(built_in_questions())
"""With its hazards and cases, and the line of every part."""

SHIPPED = SHIPPED_FILE.content
