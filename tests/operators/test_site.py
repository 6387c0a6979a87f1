"""The documentation as a site: what is built, what it loads, and which mistakes stop the build."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt

from tests.paths import ROOT

pytestmark = pytest.mark.slow

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md")])
STRUCTURE = ["h1", "h2", "h3", "ol", "ul", "li", "pre", "table", "tr", "img"]
CODE_HOST = MarkdownIt("commonmark").enable("table")


def build(config: Path, site: Path, source: str = "") -> subprocess.CompletedProcess[str]:
    # Not with -q, which hides warnings from the strict mode too.
    command = [sys.executable, "-m", "properdocs", "build", "-f", config, "-d", site]
    environment = os.environ | {"DOCS_SOURCE": source}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def warnings(done: subprocess.CompletedProcess[str]) -> str:
    return "\n".join(line for line in done.stderr.splitlines() if not line.startswith("INFO"))


Site = dict[Path, BeautifulSoup]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of this repository. `strict` stands in mkdocs.yml."""
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT / "mkdocs.yml", folder)
    assert (done.returncode, warnings(done)) == (0, "")
    return folder


@pytest.fixture(scope="module")
def site(folder: Path) -> Site:
    """Each page of the site, by its path."""
    return {
        file.relative_to(folder): BeautifulSoup(file.read_text("utf-8"), "html.parser")
        for file in folder.rglob("*.html")
    }


def built(page: Path) -> Path:
    """Where the site has a page that is written in Markdown."""
    path = page.relative_to(ROOT)
    path = path.relative_to("docs") if path.parts[0] == "docs" else "repository" / path
    return path.with_name("index.html" if path.name == "README.md" else f"{path.stem}.html")


def structure(html: Tag) -> dict[str, int]:
    found = Counter(tag.name for tag in html.find_all(STRUCTURE))
    return {name: found[name] for name in STRUCTURE}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_page_is_in_the_site_with_the_parts_that_a_code_host_shows(
    site: Site, page: Path
) -> None:
    shown = site[built(page)].select_one("[role=main]")
    assert shown
    there = BeautifulSoup(CODE_HOST.render(page.read_text("utf-8")), "html.parser")
    assert structure(shown) == structure(there)


def test_every_page_is_in_the_menu(site: Site) -> None:
    links = site[Path("index.html")].select(".navbar a[href]")
    assert {str(link["href"]) for link in links} >= {str(built(page)) for page in PAGES}


def test_the_site_loads_nothing_from_elsewhere(site: Site, folder: Path) -> None:
    loaded = set()
    for page in site.values():
        parts = page.select("link[href], [src], object, iframe")
        loaded |= {str(part.get("href") or part["src"]) for part in parts}
    for file in folder.rglob("*.css"):
        text = file.read_text("utf-8")
        loaded |= set(re.findall(r"""(?:url\(|@import )["']?([^"')]+)""", text))
    assert len(loaded) > 10
    assert [path for path in loaded if re.match(r"(?!data:)[a-z]+:|//", path)] == []


# Mistakes, in a site of one page


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The configuration of this repository for a folder with one page."""
    for name in ("tools", "screener", "README.md"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "docs").mkdir()
    config = tmp_path / "mkdocs.yml"
    config.write_text(f"INHERIT: {ROOT}/mkdocs.yml\nnav: [index.md]\n", "utf-8")
    return config


def write(small: Path, text: str) -> None:
    (small.parent / "docs/index.md").write_text(f"# One\n\n{text}\n", "utf-8")


def test_each_broken_link_and_a_page_outside_the_menu_stop_the_build(small: Path) -> None:
    write(small, "[a](gone.md) [b](#none) [c](/far) [d](../screener/gone.py) ![e](gone.png)")
    (small.parent / "docs/lost.md").write_text("# Lost\n", "utf-8")
    done = build(small, small.parent / "site")
    assert done.returncode == 1
    wrong = ["'gone.md'", "'#none'", "'/far'", "'../screener/gone.py'", "'gone.png'", "lost.md"]
    assert [said for said in wrong if said not in warnings(done)] == []
    assert "Aborted with 6 warnings" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("source", "link", "shown"),
    [
        ("", None, "the app (screener/app.py)"),
        ("https://code.example/", "https://code.example/screener/app.py", "the app"),
    ],
)
def test_a_link_to_a_file_of_the_program(
    small: Path, source: str, link: str | None, shown: str
) -> None:
    write(small, "Read [the app](../screener/app.py).\n\n```text\n[x](gone.md)\n```")
    site = small.parent / "site"
    done = build(small, site, source)
    assert (done.returncode, warnings(done)) == (0, "")
    page = BeautifulSoup((site / "index.html").read_text("utf-8"), "html.parser")
    words = page.select_one("[role=main] p")
    assert words and words.get_text() == f"Read {shown}."
    assert [a["href"] for a in words.select("a")] == ([link] if link else [])
    assert "[x](gone.md)" in page.get_text()
