"""docs/authors.md, done step by step as an author would, and every message it promises.

A fenced block says in its first line what is done with it:

    yaml find, yaml replace     the first is looked for, the second written in its place
    yaml above LINE             written above that line
    yaml keep                   stands in the file already
    text see PATH [pick Q=C]    each line is then on that page
    sh settings                 holds SCREENER_ settings that are in force from here on
    yaml right, yaml wrong      a mistake in the finished file, and in `text says` what the
                                program answers; `text shows` is for `screener show`
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import Client

from screener.authoring.reload import Reloader
from screener.cli import main
from screener.config import from_environment
from screener.resources import built_in_questions
from tests.paths import ROOT

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs/authors.md").read_text("utf-8")
MISTAKES = "## 6. When something is wrong"
_BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<kind>\w+)(?P<rest>[^\n]*)\n(?P<text>.*?)^ *```$", re.M | re.S
)
SOFT = (
    "A phone number in a text",
    "A word that hurts",
    "A text that is too hard to read",
    "A brace or a pair of stars that is not closed",
    "A quote that is missing at the start, or a curly one",
)
"""The mistakes that leave the pages running, as the page says."""


@dataclass(frozen=True)
class Block:
    """One fenced block: `does` is what is done with it, `where` the words after that."""

    does: str
    where: str
    text: str


def blocks(page: str) -> Iterator[Block]:
    for found in _BLOCK.finditer(page):
        does, _, where = found["rest"].strip().partition(" ")
        yield Block(f"{found['kind']} {does}".strip(), where, found["text"])


@dataclass
class Author:
    """Somebody who does what the page says, with a copy of the real file."""

    file: Path
    settings: dict[str, str] = field(default_factory=dict)
    sought: str = ""
    said: list[str] = field(default_factory=list)
    saves: int = 0

    def save(self, text: str) -> None:
        self.file.write_text(text, "utf-8")
        self.saves += 1
        os.utime(self.file, (self.saves, self.saves))

    def start(self) -> None:
        self.settings["SCREENER_QUESTIONS"] = str(self.file)
        self.app = Reloader(from_environment(self.settings), self.said.append)

    def do(self, block: Block) -> None:
        """One step. By the next look at a page, the program must use the file."""
        text = self.file.read_text("utf-8")
        match block.does:
            case "yaml keep":
                assert text.splitlines()[2] == block.text.strip()
            case "yaml find":
                assert text.count(block.text) == 1, block.text
                self.sought = block.text
            case "yaml replace":
                self.save(text.replace(self.sought, block.text))
            case "yaml above":
                lines = text.splitlines(keepends=True)
                found = [line for line in lines if line.rstrip() == block.where]
                found = found or [line for line in lines if line.strip() == block.where]
                assert len(found) == 1, block.where
                at = lines.index(found[0])
                self.save("".join([*lines[:at], block.text, *lines[at:]]))
            case "sh settings":
                words = shlex.split(block.text)
                self.settings |= dict(w.split("=", 1) for w in words if w.startswith("SCREENER_"))
                self.start()
            case "text see":
                self.app.update(settle=0)
                assert ": read" in self.said[-1].splitlines()[0], self.said[-1]
                shown = self.page(block.where)
                for line in block.text.splitlines():
                    assert line in shown, f"{line!r} is not on {block.where}"
            case "sh":
                return
            case other:
                raise AssertionError(f"what is {other!r}?")

    def page(self, where: str) -> str:
        """The words of a page, after picking an answer if `where` says so."""
        path, _, picked = where.partition(" pick ")
        client = Client(self.app)
        if picked:
            answers = dict(pair.split("=") for pair in picked.split())
            shown = client.post(path, data=answers, base_url="http://localhost")
        else:
            shown = client.get(path, base_url="http://localhost")
        assert shown.status_code == 200, where
        return " ".join(BeautifulSoup(shown.data, "html.parser").get_text(" ").split())


TUTORIAL, _, REST = PAGE.partition(MISTAKES)


@pytest.fixture(scope="module")
def author(tmp_path_factory: pytest.TempPathFactory) -> Author:
    """An author who has done the whole tutorial."""
    author = Author(tmp_path_factory.mktemp("author") / "my.yaml")
    author.save(built_in_questions().read_text("utf-8"))
    author.start()
    for block in blocks(TUTORIAL):
        author.do(block)
    author.app.check()
    assert ": checked" in author.said[-1].splitlines()[0], author.said[-1]
    assert " error" not in author.said[-1], author.said[-1]
    return author


def test_the_tutorial_works_as_it_is_written(author: Author) -> None:
    done = [block.does for block in blocks(TUTORIAL)]
    assert done.count("text see") >= 5
    assert author.saves > 6
    assert len(author.said) > 5


def mistakes() -> list[Any]:
    """Each mistake of the page: its heading and its three blocks."""
    found = []
    for part in REST.split("\n### ")[1:]:
        heading, _, text = part.partition("\n")
        right, wrong, answer = list(blocks(text.partition("\n## ")[0]))
        assert (right.does, wrong.does) == ("yaml right", "yaml wrong")
        found.append(pytest.param(heading, right.text, wrong.text, answer, id=heading))
    return found


def numbers_aside(text: str) -> str:
    """Without the numbers of lines, which move whenever a sentence is added anywhere."""
    return re.sub(r"\b([Ll]ine) \d+", r"\1 N", re.sub(r"my\.yaml:\d+:", "my.yaml:N:", text))


@pytest.mark.parametrize(("heading", "right", "wrong", "answer"), mistakes())
def test_a_mistake_is_reported_as_the_page_says(
    author: Author,
    heading: str,
    right: str,
    wrong: str,
    answer: Block,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = author.file.read_text("utf-8")
    assert text.count(right) == 1, right
    file = tmp_path / "my.yaml"
    file.write_text(text.replace(right, wrong), "utf-8")
    command = "show" if answer.does == "text shows" else "check"
    main([command, str(file)])
    out = capsys.readouterr().out
    said = {numbers_aside(re.sub("^(?:error|warning): ", "", line)) for line in out.splitlines()}
    promised = numbers_aside(answer.text).splitlines()
    assert promised, out
    for line in promised:
        assert line in said, out
    stops = "the app would not start on this file" in out
    assert stops is (heading not in SOFT and command == "check")
