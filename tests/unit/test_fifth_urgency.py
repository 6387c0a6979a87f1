"""A fifth level of urgency, added in a copy of the program to the enumeration alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.paths import ROOT, SMALL_FILE

MEMBER = 'WEEK = "week", "speech", "\\u25c6", "This week", "Call someone this week."'

# One process for everything: each start imports the whole program.
PROGRAM = """
import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from screener import create_app
from screener.cli import main
from screener.config import Settings

def printed(*arguments):
    out = StringIO()
    with redirect_stdout(out):
        code = main(list(arguments))
    return code, out.getvalue()

client = create_app(Settings(questions=Path("with.yaml"))).test_client()
answers = {"voice": "me", "drinks": "coffee", "headache": "bad"}
print(json.dumps({
    "refused": printed("check", "without.yaml"),
    "checked": printed("check", "with.yaml", "--html", "report.html"),
    "schema": printed("schema"),
    "shown": printed("show", "with.yaml"),
    "packet": [printed("show", "with.yaml", "--html", "show.html"), Path("show.html").read_text()],
    "results": client.post("/results", data=answers).text,
}))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a copy of the program with WEEK between TODAY and SOON makes of a file that uses it."""
    root = tmp_path_factory.mktemp("copy")
    for folder in ("screener", "templates", "static"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, root / folder, ignore=ignored)
    path = root / "screener/content/models/base.py"
    text = path.read_text("utf-8")
    (before,) = re.findall(r"^    SOON = ", text, re.MULTILINE)
    path.write_text(text.replace(before, f"    {MEMBER}\n{before}"), "utf-8")
    # A bad headache on days without coffee is now for this week.
    small = SMALL_FILE.read_text("utf-8")
    assert small.count("    level: today\n") == small.count("    soon: 'Soon'\n") == 1
    small = small.replace("    level: today\n", "    level: week\n")
    (root / "without.yaml").write_text(small, "utf-8")
    small = small.replace("    soon: 'Soon'\n", "    soon: 'Soon'\n    week: 'Within a week'\n")
    (root / "with.yaml").write_text(small, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_file_without_words_for_it_is_refused(made: dict[str, Any]) -> None:
    code, printed = made["refused"]
    line = SMALL_FILE.read_text("utf-8").split("\n  levels:")[0].count("\n") + 2
    assert code == 1
    assert printed.splitlines()[0] == (
        f"without.yaml:{line}:3: results.levels: needs words for `week`"
    )


def test_the_check_finds_nothing_wrong(made: dict[str, Any]) -> None:
    code, printed = made["checked"]
    assert (code, "error:" in printed) == (0, False), printed


def test_the_schema_explains_it(made: dict[str, Any]) -> None:
    levels = json.loads(made["schema"][1])["$defs"]["Urgency"]
    assert levels["enum"] == ["emergency", "today", "week", "soon", "learn"]
    assert levels["enumDescriptions"][2] == "Call someone this week."


def test_show_names_it(made: dict[str, Any]) -> None:
    code, printed = made["shown"]
    assert code == 0
    assert "by itself: \u25c6 This week: P2 Text 555-0100 today" in printed


def test_the_review_packet_shows_its_shape_and_word(made: dict[str, Any]) -> None:
    _, packet = made["packet"]
    words = " ".join(BeautifulSoup(packet, "html.parser").get_text().split())
    assert "\u25b2 Today, \u25c6 This week, \u25cf Soon" in words
    assert words.count("\u25c6 This week") == 3  # and at the two plans of the level


def test_the_results_lead_with_it(made: dict[str, Any]) -> None:
    soup = BeautifulSoup(made["results"], "html.parser")
    lead = soup.find(id="plan-ask-today")
    assert lead["data-level"] == "week"
    level = lead.select_one(".level")
    assert level.get_text(strip=True) == "Within a week"
    assert level.svg
