"""docs/security.md: each promise and each sentence of the privacy page name a test that exists."""

from __future__ import annotations

import re

import yaml

from tests.paths import ROOT

PAGE = (ROOT / "docs/security.md").read_text("utf-8")
TEST = re.compile(r"`(tests/[\w/]+\.py)?(?:::(test_\w+))?`")
NOT_PROVED = re.compile(r"a warning|advice|a fact about browsers")
"""What the second column says of a sentence that promises nothing."""


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    """The cells of a section's tables, without their heads."""
    lines = [line for line in section(title).splitlines() if line.startswith("| ")]
    table = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [cells for cells in table if cells[0] not in ("promise", "the page says", "attack")]


def sentences(markdown: str) -> list[str]:
    """The sentences of a page, in order. Headings are none."""
    plain = re.sub(r"\*\*|^- ", "", markdown, flags=re.MULTILINE)
    split = re.split(r"""(?<=[.!?])\s+|(?<=[.!?]")\s+""", plain.replace("\n\n", "\n"))
    return [sentence.rpartition("\n")[2] for sentence in split if sentence]


def missing_tests(text: str) -> list[str]:
    """Tests that a text names, and that are not there."""
    missing, file = [], ""
    for path, test in TEST.findall(text):
        file = path or file
        if not (ROOT / file).exists():
            missing.append(file)
        elif test and f"\ndef {test}(" not in (ROOT / file).read_text("utf-8"):
            missing.append(f"{file}::{test}")
    return missing


def test_every_test_that_is_named_exists() -> None:
    assert len(TEST.findall(PAGE)) > 40
    assert missing_tests(PAGE) == []


def test_a_missing_test_would_be_found() -> None:
    text = (
        "`tests/paths.py`, `tests/unit/test_docs.py::test_gone`, `::test_gone_too`, `tests/no.py`"
    )
    gone = ["test_docs.py::test_gone", "test_docs.py::test_gone_too"]
    assert missing_tests(text) == [*(f"tests/unit/{test}" for test in gone), "tests/no.py"]


def test_every_promise_names_a_test() -> None:
    promises = rows("The promise")
    assert len(promises) >= 12
    assert [promise for promise, proof in promises if not TEST.search(proof)] == []


def test_every_attack_names_its_defence_and_a_test() -> None:
    attacks = rows("Attacks that were tried")
    assert sorted({attack.partition(". ")[0] for attack, _, _ in attacks}) == list("12345678")
    assert [attack for attack, _, test in attacks if not TEST.search(test)] == []


def test_every_sentence_of_the_privacy_page_is_proved_or_promises_nothing() -> None:
    content = yaml.safe_load((ROOT / "questions.yaml").read_text("utf-8"))
    listed = rows("Each sentence of the privacy page")
    assert [said for said, _ in listed] == sentences(content["about"]["privacy"]["body"])
    assert [
        said for said, proof in listed if not TEST.search(proof) and not NOT_PROVED.match(proof)
    ] == []


def test_sentences_are_found() -> None:
    page = '**A b.** C d. Press "Go."\n\n**What**\n\n- E f.\n- G, h.\n\n**To i:** do j.\n'
    assert sentences(page) == ["A b.", "C d.", 'Press "Go."', "E f.", "G, h.", "To i: do j."]
