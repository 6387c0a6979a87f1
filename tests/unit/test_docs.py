"""What the docs and data files promise to stay equal to the code."""

from __future__ import annotations

import json
import re

from screener.authoring.schema import schema
from tests.paths import ROOT

PURE = ("matching", "journey", "views", "crisis_view", "results_view")


def test_the_schema_for_editors_is_the_model() -> None:
    kept = json.loads((ROOT / "docs/questions.schema.json").read_text("utf-8"))
    message = "run: screener schema > docs/questions.schema.json"
    assert kept == schema(), message
    assert "$schema=docs/questions.schema.json" in (ROOT / "questions.yaml").read_text("utf-8")


def test_the_engine_knows_no_medicine_and_no_number() -> None:
    for folder in ("screener", "templates"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".py", ".html"):
                text = path.read_text("utf-8")
                assert not re.search(r"clonazepam|klonopin|benzodiazepine", text, re.I), path
                assert not re.search(r"\b988\b|\b1-8\d\d-\d{3}-\d{4}\b", text), path


def test_content_and_pure_modules_know_no_flask() -> None:
    for path in (ROOT / "screener").rglob("*.py"):
        text = path.read_text("utf-8")
        if "content" in path.parts or path.stem in PURE:
            assert not re.search(r"^(?:from|import) (?:flask|werkzeug|wtforms)", text, re.M), path
