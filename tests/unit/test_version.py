"""Wherever the version stands, it is that of screener/__init__.py."""

from __future__ import annotations

import re
from importlib.metadata import version

import pytest

from screener import __version__
from screener.content.loading.versions import NEWEST
from tests.paths import ROOT

PLACES = {
    "deploy/Containerfile": r"screener:(\S+)",
    "deploy/compose/compose.yaml": r"image: screener:(\S+)",
    "deploy/kubernetes/deployment.yaml": r"/screener:(\S+)",
    "docs/accessibility/openacr-kiosk.yaml": r"^  version: (\S+)",
    "docs/accessibility/openacr-web.yaml": r"^  version: (\S+)",
    "docs/operators.md": r"screener:([\d.]+\d)|(?<!fetch --tags && )git checkout v(\S+)",
}
"""File -> what stands around the version there."""


def test_the_installed_package_has_it() -> None:
    assert version("screener") == __version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


@pytest.mark.parametrize("file", PLACES)
def test_every_file_that_names_the_version_has_the_same(file: str) -> None:
    found = re.findall(PLACES[file], (ROOT / file).read_text("utf-8"), re.MULTILINE)
    assert found
    assert {"".join(each) for each in found} == {__version__}


def test_no_other_file_of_the_deployment_names_a_version_of_ours() -> None:
    named = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "deploy").rglob("*")
        if path.is_file() and re.search(r"screener:\d", path.read_text("utf-8"))
    }
    assert named == {place for place in PLACES if place.startswith("deploy/")}


def test_the_guide_installs_this_version_and_then_upgrades_to_another() -> None:
    guide = (ROOT / "docs/operators.md").read_text("utf-8")
    install, _, upgrade = guide.partition("## Upgrades and going back")
    assert set(re.findall(r"/opt/screener/(\d\S*?)(?=[/\s])", install)) == {__version__}
    assert f"with `{__version__}`" in upgrade
    assert "fetch --tags && git checkout v" in upgrade


def test_the_change_log_names_it() -> None:
    """As the newest release, or as what is not released yet."""
    log = (ROOT / "CHANGELOG.md").read_text("utf-8")
    first, *_ = re.findall(r"^## \[(.+?)\]", log, re.MULTILINE)
    assert first == __version__ or f"What becomes {__version__}" in log


def test_the_guide_and_the_change_log_name_the_format_of_the_content_file() -> None:
    newest = ".".join(map(str, NEWEST))
    assert f"(`about.format`, now {newest})" in (ROOT / "docs/operators.md").read_text("utf-8")
    assert f"Content format: {newest}." in (ROOT / "CHANGELOG.md").read_text("utf-8")
