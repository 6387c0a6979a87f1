"""What the docs and data files promise to stay equal to the code."""

from __future__ import annotations

import json
import re

from screener.authoring.schema import schema
from tests.paths import ROOT


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
