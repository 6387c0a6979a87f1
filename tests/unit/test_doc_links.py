"""Every file and heading that the documentation names exists, by the rules of a code host. That
links work in the site too: tests/operators/test_site.py."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.commands import PAGES
from tests.paths import ROOT

LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:screener|templates|static|tests|tools|bench|deploy|\.ci)/[\w./@-]*\w)")
FENCE = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)


def prose(page: Path) -> str:
    """The text without code blocks."""
    return FENCE.sub("", page.read_text("utf-8"))


def anchors(page: Path) -> set[str]:
    """The ids that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_only_what_exists(page: Path) -> None:
    text = prose(page)
    broken = []
    for link in LINK.findall(text):
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = page.parent / target if target else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(link)
    broken += [path for path in PATH.findall(text) if not (ROOT / path).exists()]
    assert broken == []


def test_a_broken_link_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A title: with a colon\n\n[x](gone.md) [y](#a-title-with-a-colon)\n")
    assert anchors(page) == {"a-title-with-a-colon"}
    with pytest.raises(AssertionError, match=r"gone\.md"):
        test_a_page_names_only_what_exists(page)
