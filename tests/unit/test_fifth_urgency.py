"""A fifth level of urgency, added in a copy of the program to the enumeration alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.paths import ROOT, SMALL_FILE

MEMBER = 'WEEK = "week", "speech", "\\u25c6", "This week", {urgent}, "Call someone this week."'
GROUP = "    week: {title: 'Within a week', prefix: 'Within days:'}\n"

# One process for everything: each start imports the whole program.
PROGRAM = """
import json
from pathlib import Path
from screener import create_app
from screener.authoring.check.pages import check_with_pages
from screener.authoring.reports import check_page, show_page
from screener.authoring.schema import schema
from screener.authoring.show import show
from screener.config import Settings
from screener.content.loading.load import BrokenContent, load

try:
    load(Path("without.yaml"))
    refused = ""
except BrokenContent as error:
    refused = str(error)
loaded = load(Path("with.yaml"))
content = loaded.questionnaire
report = check_with_pages(loaded)
client = create_app(Settings(questions=Path("with.yaml"))).test_client()
answers = {"voice": "me", "drinks": ["coffee", "tea"]}
print(json.dumps({
    "refused": refused,
    "errors": [str(error) for error in report.errors],
    "levels": schema()["$defs"]["Urgency"],
    "shown": show(content),
    "packet": show_page(content, "with.yaml"),
    "checked": check_page(report, Path("with.yaml").read_text(), content),
    "results": client.post("/results", data=answers).text,
}))
"""


@dataclass(frozen=True)
class Copy:
    """What a copy of the program makes of a file that uses the new level."""

    is_urgent: bool
    made: dict[str, Any]

    def page(self, name: str) -> BeautifulSoup:
        return BeautifulSoup(self.made[name], "html.parser")


@pytest.fixture(scope="module", params=[False, True], ids=["folds", "urgent"])
def copy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy in which Urgency has WEEK between TODAY and SOON."""
    root = tmp_path_factory.mktemp("copy")
    for folder in ("screener", "templates", "static"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, root / folder, ignore=ignored)
    path = root / "screener/content/models/base.py"
    text = path.read_text("utf-8")
    (before,) = re.findall(r"^    SOON = ", text, re.MULTILINE)
    member = MEMBER.format(urgent=request.param)
    path.write_text(text.replace(before, f"    {member}\n{before}"), "utf-8")
    # Two cups of coffee now open a topic at the new level.
    small = SMALL_FILE.read_text("utf-8")
    sign = "    documented_in: []\n    urgency: soon\n"
    assert sign in small
    small = small.replace(sign, sign.replace("soon", "week"))
    (root / "without.yaml").write_text(small, "utf-8")
    soon = "    soon: {title"
    assert soon in small
    (root / "with.yaml").write_text(small.replace(soon, GROUP + soon), "utf-8")
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
    return Copy(request.param, json.loads(done.stdout))


def test_a_file_without_a_heading_for_it_is_refused(copy: Copy) -> None:
    line = SMALL_FILE.read_text("utf-8").split("\n  groups:\n    emergency:")[0].count("\n") + 2
    expected = f"without.yaml:{line}:3: results.groups: needs a group for `week`"
    assert copy.made["refused"] == expected


def test_the_check_finds_nothing_wrong(copy: Copy) -> None:
    assert copy.made["errors"] == []
    row = copy.page("checked").find("th", string=re.compile("^Many cups a day")).parent
    assert "\u25c6 This week" in row.get_text()


def test_the_schema_explains_it(copy: Copy) -> None:
    levels = copy.made["levels"]
    assert levels["enum"] == ["emergency", "today", "week", "soon", "learn"]
    assert levels["enumDescriptions"][2] == "Call someone this week."


def test_show_names_it(copy: Copy) -> None:
    assert "opens, week: Cups a day" in copy.made["shown"]


def test_the_review_packet_shows_its_shape_and_word(copy: Copy) -> None:
    soup = copy.page("packet")
    levels = [tag.get_text() for tag in soup.select(".key .level")]
    assert levels == [
        *("\u25a0 Emergency", "\u25b2 Today", "\u25c6 This week", "\u25cf Soon", "\u25cb To read")
    ]
    topic = " ".join(soup.find(id="topic-cups").get_text().split())
    assert "\u25c6 This week after 1.2 drinks: Coffee" in topic
    in_view = soup.select("#results li:-soup-contains('At once') .level")
    assert [tag.get_text() for tag in in_view] == levels[: 3 if copy.is_urgent else 2]


def test_the_results_page_has_its_group(copy: Copy) -> None:
    soup = copy.page("results")
    assert [tag["data-group"] for tag in soup.select("[data-group]")] == ["week"]
    heading = soup.find(id="week").find(id="g-week")
    assert " ".join(heading.get_text().split()) == "Within days: Within a week"
    assert heading.svg
    assert soup.select_one(".jump a")["href"] == "#week"
    card = soup.find(id="week").find(id="topic-cups")
    assert card["data-urgency"] == "week"
    assert "Small cups count too." in card.get_text()


def test_whether_its_cards_fold_is_as_it_says(copy: Copy) -> None:
    soup = copy.page("results")
    card = soup.find(id="topic-cups")
    folded = [tag for tag in card.find_all("details") if "Small cups" in tag.get_text()]
    assert bool(folded) is not copy.is_urgent
    first_line = "Do the first thing today."
    assert (first_line in soup.get_text()) is copy.is_urgent
