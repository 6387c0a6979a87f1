"""The commands in the documentation: blocks of shell commands, and what is said of each of them.

Before each block a comment says which test runs it, or why none does:

    <!-- run: tests/operators/test_commands.py::test_one_pc -->
    <!-- not run: needs a container engine -->

A test that is named gets the text of its block with `block_of`, so the two cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from tests.paths import ROOT

PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "deploy/**/*.md", ".github/**/*.md")
    for page in ROOT.glob(pattern)
)
FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>\w*)[^\n]*\n(?P<text>.*?)^ *```$", re.M | re.S)
SHELLS = ("sh", "bash", "shell", "console", "powershell")
MARK = re.compile(r"<!-- (?P<says>run|not run): (?P<what>[^>]+) -->\s*\Z")


@dataclass(frozen=True)
class Block:
    """One block of commands. `test` runs it, or `reason` says why none does; or neither is said."""

    page: str
    line: int
    text: str
    test: str = ""
    reason: str = ""

    def commands(self) -> list[str]:
        """Each command, on one line and without its comment."""
        joined = self.text.replace("\\\n", " ")
        lines = (re.sub(r"(^|\s+)#.*", "", line) for line in joined.splitlines())
        return [line for line in lines if line]

    def results(self) -> list[str]:
        """The comments behind commands: what each prints."""
        return re.findall(r"\S\s+# (.+)$", self.text, re.MULTILINE)


def blocks_in(text: str, page: str) -> Iterator[Block]:
    """The blocks of shell commands of one page."""
    for found in FENCE.finditer(text):
        if found["kind"] in SHELLS:
            mark = MARK.search(text, 0, found.start())
            says, what = (mark["says"], mark["what"]) if mark else ("", "")
            yield Block(
                page=page,
                line=text.count("\n", 0, found.start()) + 1,
                text=dedent(found["text"]),
                test=what if says == "run" else "",
                reason=what if says == "not run" else "",
            )


def blocks() -> list[Block]:
    """Every block of shell commands in the documentation."""
    return [
        block
        for page in PAGES
        for block in blocks_in(page.read_text("utf-8"), str(page.relative_to(ROOT)))
    ]


def block_of(file: str, test: str) -> Block:
    """The one block that a test runs: `block_of(__file__, "test_one_pc")`."""
    name = f"{Path(file).relative_to(ROOT)}::{test}"
    (found,) = (block for block in blocks() if block.test == name)
    return found


def inline(page: Path) -> list[str]:
    """What a page shows as code in its sentences and tables."""
    prose = FENCE.sub("", page.read_text("utf-8"))
    return [code.replace("\\|", "|") for code in re.findall(r"`([^`\n]+)`", prose)]
