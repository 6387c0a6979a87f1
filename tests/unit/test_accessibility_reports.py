"""The Accessibility Conformance Reports are valid OpenACR, whole, and name tests that exist."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.needs import need
from tests.paths import ROOT

OPENACR = ROOT / "tests/browser/node_modules/@openacr/openacr"
SCHEMA = "schema/openacr-0.1.0.json"
CATALOG = "2.4-edition-wcag-2.1-508-en"
"""The newest in the npm package. The reports are about its successor, which adds what follows."""

NEW_IN_WCAG_22 = {
    "success_criteria_level_a": {"3.2.6", "3.3.7"},
    "success_criteria_level_aa": {"2.4.11", "2.5.7", "2.5.8", "3.3.8"},
    "success_criteria_level_aaa": {"2.4.12", "2.4.13", "3.3.9"},
}
REPORTS = sorted((ROOT / "docs/accessibility").glob("openacr-*.yaml"))
TEST = re.compile(r"(tests/[\w/]+\.py)(?:::(test_\w+))?")


@pytest.fixture(params=REPORTS, ids=lambda path: path.stem)
def report(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(yaml.safe_load(request.param.read_text("utf-8")))


def openacr(path: str) -> str:
    file = OPENACR / path
    need(file.exists(), "@openacr/openacr (npm ci in tests/browser)")
    return file.read_text("utf-8")


def answers(report: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Chapter, criterion and what is said of it."""
    for name, chapter in report["chapters"].items():
        for criterion in chapter.get("criteria", ()):
            for component in criterion["components"]:
                yield name, criterion["num"], component["adherence"]


def test_both_are_there() -> None:
    assert [path.stem for path in REPORTS] == ["openacr-kiosk", "openacr-web"]


def test_they_follow_the_schema(tmp_path: Path) -> None:
    openacr(SCHEMA)
    program = Path(sys.executable).with_name("check-jsonschema")
    check = [program, "--schemafile", OPENACR / SCHEMA]
    done = subprocess.run([*check, *REPORTS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("title: A report\nproduct: {name: Nothing}\n", "utf-8")
    done = subprocess.run([*check, wrong], capture_output=True, text=True, check=False)
    assert "'author' is a required property" in done.stdout


def test_every_criterion_of_the_catalog_is_answered_once(report: dict[str, Any]) -> None:
    assert report["catalog"] == "2.5-edition-wcag-2.2-508-en"
    catalog = yaml.safe_load(openacr(f"catalog/{CATALOG}.yaml"))
    levels = {term["id"] for term in catalog["terms"]}
    assert set(report["chapters"]) == {chapter["id"] for chapter in catalog["chapters"]}
    for chapter in catalog["chapters"]:
        name = chapter["id"]
        if report["chapters"][name].get("disabled"):
            assert report["chapters"][name]["notes"]
            continue
        asked = {each["id"] for each in chapter["criteria"]} | NEW_IN_WCAG_22.get(name, set())
        answered = [num for at, num, _ in answers(report) if at == name]
        assert sorted(answered) == sorted(asked)
    for name, num, said in answers(report):
        assert said["level"] in levels, num
        assert said["level"] != "not-evaluated" or name == "success_criteria_level_aaa", num


def test_what_is_supported_names_tests_that_exist(report: dict[str, Any]) -> None:
    for _, num, said in answers(report):
        named = TEST.findall(said["notes"])
        assert named or said["level"] != "supports", num
        for file, test in named:
            text = Path(ROOT / file).read_text("utf-8")
            assert not test or f"\ndef {test}(" in text, f"{num}: {file}::{test}"
