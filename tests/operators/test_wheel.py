"""The wheel holds the whole app: installed in an empty folder, it serves every page. It can be
made again, byte for byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup

from screener.content.models.questionnaire import Questionnaire
from tests.paths import ROOT
from tests.running import running

BUILD_TIME, INSTALL_TIME = 60, 180
"""Seconds; with the start and the crawl, under five minutes."""

MOST_PAGES = 1000


NOT_SOURCE = shutil.ignore_patterns(".git", ".venv", "node_modules", "__pycache__", ".*_cache")


def build(source: Path, target: Path, *kinds: str, **changes: str) -> list[Path]:
    """What `python -m build` makes of a folder; `changes` to the environment."""
    kept = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    command = [sys.executable, "-m", "build", *kinds, "--no-isolation", "--outdir", str(target)]
    subprocess.run(command, cwd=source, check=True, timeout=BUILD_TIME, env=kept | changes)
    return sorted(target.iterdir())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (built,) = build(ROOT, tmp_path_factory.mktemp("wheel"), "--wheel")
    return built


@pytest.mark.slow
def test_another_person_builds_the_same_files(wheel: Path, tmp_path: Path) -> None:
    """Elsewhere, years earlier, with other permissions; and the wheel by way of the sdist."""
    copy = tmp_path / "a copy"
    shutil.copytree(ROOT, copy, ignore=NOT_SOURCE)
    for path in [copy, *copy.rglob("*")]:
        path.chmod(0o700 if path.stat().st_mode & 0o100 else 0o600)
        os.utime(path, (981_173_106, 981_173_106))
    (sdist,) = build(ROOT, tmp_path / "here", "--sdist")
    there = build(copy, tmp_path / "there", TZ="Asia/Tokyo", PYTHONHASHSEED="5", LANG="C")
    assert [path.name for path in there] == [wheel.name, sdist.name]
    assert [path.read_bytes() for path in there] == [wheel.read_bytes(), sdist.read_bytes()]
    if (ROOT / ".git").exists():  # not in an unpacked sdist
        assert files_of(sdist) == tracked_files() | {"PKG-INFO"}


def files_of(sdist: Path) -> set[str]:
    """The files of an sdist, without its outermost folder."""
    with tarfile.open(sdist) as packed:
        return {member.name.partition("/")[2] for member in packed if member.isfile()}


def tracked_files() -> set[str]:
    """What git tracks or would: all that somebody needs who builds and tests a package."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {name for name in listed.split("\0") if name and (ROOT / name).exists()}


def test_the_wheel_holds_the_data_and_nothing_else(wheel: Path) -> None:
    data = [path for folder in ("templates", "static") for path in (ROOT / folder).rglob("*")]
    data = [path for path in [*data, ROOT / "questions.yaml"] if path.is_file()]
    with ZipFile(wheel) as packed:
        names = packed.namelist()
        for path in data:
            inside = f"screener/{path.relative_to(ROOT).as_posix()}"
            assert packed.read(inside) == path.read_bytes()
        (sbom,) = (name for name in names if ".dist-info/sboms/" in name)
        assert packed.read(sbom) == (ROOT / "sbom.cdx.json").read_bytes()
    tops = {name.split("/")[0] for name in names}
    assert "screener" in tops
    assert all(top == "screener" or top.endswith(".dist-info") for top in tops)
    unwanted = {"tests", "docs", "bench", "deploy", "__pycache__"}
    assert [name for name in names if unwanted & set(Path(name).parts)] == []


@pytest.mark.slow  # installs from the package index
def test_the_wheel_alone_serves_every_page(
    wheel: Path, tmp_path: Path, content: Questionnaire
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", str(wheel)]
    subprocess.run(install, cwd=empty, check=True, timeout=INSTALL_TIME)
    command = [str(python.with_name("screener")), "serve"]
    with running(command=command, cwd=empty) as server:
        statuses = crawl(server.port)
    assert server.stderr == ""
    assert {path: status for path, status in statuses.items() if status != 200} == {}
    paths = [path.removesuffix("/someone") for path in statuses]
    topics = {path.removeprefix("/learn/") for path in paths if path.startswith("/learn/")}
    assert topics == set(content.topics)
    assert any(path.startswith("/static/") for path in statuses)
    assert list(empty.iterdir()) == []


def crawl(port: int) -> dict[str, int]:
    """The status of `/` and of everything on the same site that links lead to from there."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    base = f"http://127.0.0.1:{port}"
    statuses: dict[str, int] = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
        if path in statuses:
            continue
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        statuses[path] = response.status
        assert len(statuses) <= MOST_PAGES
        if response.headers.get_content_type() == "text/html":
            waiting += links(body, base, path)
    connection.close()
    return statuses


def links(page: bytes, base: str, path: str) -> list[str]:
    """The paths on the same site that a page links to or loads."""
    tags = BeautifulSoup(page, "html.parser").select("[href], [src]")
    found = [urldefrag(urljoin(base + path, tag.get("href") or tag["src"])).url for tag in tags]
    return [urlsplit(url).path for url in found if url.startswith(f"{base}/")]
