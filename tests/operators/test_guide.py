"""docs/operators.md names nothing that is not there."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from screener.cli import cli
from screener.config import settings_docs
from tests.operators.test_deploy import UNIT
from tools import capacity, small_server
from tools.capacity import Export, Figures, Kind, tables
from tools.docs_tables import GUIDE, ROOT

TEXT = GUIDE.read_text("utf-8")
FIGURES = Figures(
    {"`/healthz`": 0.1, "start page": 0.3},
    scripted=Kind(11, 100.0, 2.0, 3.0),
    plain=Kind(15, 120.0, 40.0, None),
    export=Export(11, 200.0, 125.0),
    bundle_ms=2000.0,
    parent_mb=40.0,
    worker_mb=50.0,
    start=2.0,
    incomplete_bodies=500,
)


def test_every_file_that_it_names_is_there() -> None:
    links = re.findall(r"\]\(([^#)][^#)]*)(?:#[^)]*)?\)", TEXT)
    assert len(links) > 3
    assert [link for link in links if not (GUIDE.parent / link).exists()] == []
    paths = set(re.findall(r"(?:deploy|tests|\.ci)/[\w./@-]*\w", TEXT))
    assert len(paths) > 4
    assert [path for path in paths if not (ROOT / path).exists()] == []
    modules = set(re.findall(r"python -m ((?:tests|tools)\.[\w.]+)", TEXT))
    assert modules >= {"tests.operators.replicas", "tools.capacity"}
    assert all((ROOT / f"{name.replace('.', '/')}.py").exists() for name in modules)


def test_every_heading_that_it_points_to_is_there() -> None:
    headings = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= anchors


def test_every_setting_and_command_that_it_names_exists() -> None:
    settings = {setting.variable for setting in settings_docs()}
    from_kubernetes = {"SCREENER_SERVICE"}
    assert set(re.findall(r"SCREENER_[A-Z_]*[A-Z]", TEXT)) - from_kubernetes == settings
    commands = set(re.findall(r"(?:^|`|/)screener ([a-z]+)", TEXT, re.MULTILINE))
    assert commands
    assert commands <= set(cli.commands)


def test_the_unit_has_what_the_guide_says_of_it() -> None:
    unit = UNIT.read_text("utf-8")
    for line in ("LimitFSIZE=0", "IPAddressAllow=localhost", "LimitNOFILE=8192", "RestartSec=2"):
        assert line in unit
    assert "every 2 seconds" in TEXT


def test_the_guide_can_be_followed_by_a_program(tmp_path: Path) -> None:
    """`python -m tools.small_server` does it, in a Debian that systemd boots."""
    text = small_server.script(TEXT)
    for written in ("pip install --require-hashes -r requirements.lock", "enable --now screener@"):
        assert written in text
    assert "REPOSITORY" not in text
    first, second = small_server.versions(TEXT)
    changed = [f"ln -sfn {version} /opt/screener/venv" for version in (first, second, first)]
    assert re.findall(r"^ln -sfn .*$", text, re.MULTILINE) == changed
    file = tmp_path / "follow.sh"
    file.write_text(text, "utf-8")
    done = subprocess.run(["bash", "-n", str(file)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_readme_points_here() -> None:
    assert "docs/operators.md" in (ROOT / "README.md").read_text("utf-8")


def test_the_guide_has_a_place_for_the_figures_and_they_are_filled_in() -> None:
    first, last = capacity.MARKS
    between = TEXT.partition(first)[2].partition(last)[0]
    headings = [line for line in tables(FIGURES).splitlines() if line.startswith("|---")]
    assert [line for line in between.splitlines() if line.startswith("|---")] == headings


@pytest.mark.parametrize(("milliseconds", "servers"), [(25.0, 2), (250.0, 7)])
def test_more_work_needs_more_servers_and_never_fewer_than_two(
    milliseconds: float, servers: int
) -> None:
    kind = replace(FIGURES.plain, server=milliseconds)
    text = tables(replace(FIGURES, scripted=kind, plain=kind))
    (row,) = (line for line in text.splitlines() if line.startswith("| 10 000 clinics"))
    assert row.split("|")[4].strip() == str(servers)
    (row,) = (line for line in text.splitlines() if line.startswith("| 1 clinic"))
    assert row.split("|")[4].strip() == "2"


def test_a_million_visits_to_an_export_are_a_million_times_one() -> None:
    assert "| one visit | 11 | 200 kB | 125 kB |" in tables(FIGURES)
    assert "| a million visits | 11 million | 200 GB | 125 GB |" in tables(FIGURES)
