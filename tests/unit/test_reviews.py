"""Who reviewed what: the fingerprint, the notice in the app, and what `check` says."""

from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path

import pytest
import yaml

from screener import create_app
from screener.authoring.check.report import check
from screener.cli import main
from screener.config import Settings
from screener.content.loading.load import load
from screener.content.localize import local_text
from screener.content.models.questionnaire import Questionnaire
from screener.content.reviews import reviewables, unreviewed
from tests.paths import ROOT, SMALL_FILE

SMALL = SMALL_FILE


def write(folder: Path, *changes: tuple[str, str]) -> Path:
    text = SMALL.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "mine.yaml"
    path.write_text(text, "utf-8")
    return path


def signed(path: Path, *ids: str) -> Path:
    """The file with these parts reviewed as they read now."""
    text = path.read_text("utf-8")
    for part in reviewables(load(path).questionnaire):
        if part.id in ids:
            review = f"{{by: 'B. Ean', role: taster, on: 2026-11-22, of: {part.fingerprint}}}"
            in_list = part.kind in ("sections", "plans")
            head = f"- id: {part.id}\n    " if in_list else f"\n  {part.id}:\n    "
            assert text.count(head) == 1, head
            text = text.replace(head, f"{head}reviewed: {review}\n    ", 1)
    path.write_text(text, "utf-8")
    return path


def all_ids(path: Path) -> list[str]:
    return [part.id for part in reviewables(load(path).questionnaire)]


def test_a_signed_part_stands_until_its_text_changes(tmp_path: Path) -> None:
    path = write(tmp_path)
    signed(path, "cups")
    assert ("topics", "cups") not in unreviewed(load(path).questionnaire)
    text = path.read_text("utf-8")
    topic = load(path).questionnaire.topics["cups"]
    path.write_text(text.replace(topic.title, "Other words", 1), "utf-8")
    assert ("topics", "cups") in unreviewed(load(path).questionnaire)
    faults = [error.message for error in check(load(path)).warnings]
    assert "has changed since it was reviewed (B. Ean, 2026-11-22)" in faults


def test_a_new_day_of_checking_needs_no_new_review(tmp_path: Path) -> None:
    path = signed(write(tmp_path), "cups")
    topic = load(path).questionnaire.topics["cups"]
    text = path.read_text("utf-8").replace(f"checked: {topic.checked}", "checked: 2026-11-01")
    path.write_text(text, "utf-8")
    assert ("topics", "cups") not in unreviewed(load(path).questionnaire)


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        (
            "category: dependence\n    topics: [cups]",
            "category: dependence\n    topics: []",
            "today",
        ),
        ("none: 'None of these'", "none: 'Nothing'", "today"),
        ("signs: [unsure-headache]", "signs: []", "cutting-down"),
        ("level: learn", "level: soon", "fewer-cups"),
        ("tell: [many-cups]", "tell: []", "ask-today ask-today-unsure"),
        ("when: [racing-heart]", "when: [many-cups]", "cups"),
        ("note: x", "note: y", ""),
    ],
    ids=["sign", "standard answer", "answer", "plan", "plan that another is like", "topic", "note"],
)
def test_what_loses_its_review_when_something_changes(old: str, new: str, changed: str) -> None:
    text = SMALL.read_text("utf-8").replace(
        "    category: doubt", "    note: x\n    category: doubt"
    )
    assert old in text
    parts, changed_parts = (
        reviewables(Questionnaire.model_validate(yaml.safe_load(written)))
        for written in (text, text.replace(old, new))
    )
    assert [
        after.id
        for before, after in zip(parts, changed_parts, strict=True)
        if before.fingerprint != after.fingerprint
    ] == changed.split()


@pytest.mark.parametrize("require", [False, True])
def test_requiring_reviews(
    tmp_path: Path, require: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path)
    flags = ["--require-review"] if require else []
    assert main(["check", str(path), *flags]) == int(require)
    signed(path, *all_ids(path))
    assert main(["check", str(path), *flags]) == 0
    assert "review" not in capsys.readouterr().out.rsplit("mine.yaml:", 1)[-1]


def test_the_notice_stands_where_something_waits_for_review(tmp_path: Path) -> None:
    path = write(tmp_path)
    first, second, *_ = load(path).questionnaire.topics
    signed(path, first)
    browser = create_app(Settings(questions=path)).test_client()
    notice = load(path).questionnaire.about.review_notice
    assert notice not in browser.get(f"/learn/{first}").text
    assert (
        "Reviewed by B. Ean, taster, on November 22, 2026." in browser.get(f"/learn/{first}").text
    )
    assert notice in browser.get(f"/learn/{second}").text
    assert notice in browser.get("/").text
    signed(path, *(set(all_ids(path)) - {first}))
    browser = create_app(Settings(questions=path)).test_client()
    for page in ("/", "/check", f"/learn/{second}", "/about"):
        assert notice not in browser.get(page).text
    assert notice not in browser.post("/results", data={"voice": "me"}).text


def test_the_lines_to_paste(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path)
    assert main(["review", "cups", str(path), "--by", "O'Neil: A", "--role", "taster"]) == 0
    heading, *lines = capsys.readouterr().out.splitlines()
    assert heading.startswith("# Put this into topics.cups (")
    text = path.read_text("utf-8").replace(
        "  cups:\n", "  cups:\n    " + "\n    ".join(lines) + "\n", 1
    )
    path.write_text(text, "utf-8")
    review = load(path).questionnaire.topics["cups"].reviewed
    assert review and review.by == "O'Neil: A"
    assert ("topics", "cups") not in unreviewed(load(path).questionnaire)


def test_an_unknown_part(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", "cupz", str(SMALL), "--by", "A", "--role", "b"]) == 2
    assert "did you mean `cups`?" in capsys.readouterr().err


TUTORIAL = ROOT / "docs" / "authors.md"


def chapter(number: int) -> str:
    return TUTORIAL.read_text("utf-8").split(f"\n## {number}. ")[1].split("\n## ")[0]


def test_the_tutorial_on_reviewing(
    content: Questionnaire,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "tapering" in content.topics
    small = SMALL.read_text("utf-8").replace("[cups]", "[tapering]")
    for name in ("my.yaml", "reviewed.yaml"):
        Path(name).write_text(small.replace("\n  cups:", "\n  tapering:"), "utf-8")
    commands = re.findall(r"^\.venv/bin/screener (.+)$", chapter(8), re.MULTILINE)
    codes = {command.split()[0]: main(shlex.split(command)) for command in commands}
    # The last `check` requires reviews, and nobody has reviewed anything yet.
    assert codes == {"show": 0, "check": 1, "review": 0, "diff": 0}
    assert {path.name for path in tmp_path.iterdir()} >= {"journey.html", "report.html"}
    printed = [line.split(":")[0] for line in capsys.readouterr().out.splitlines()]
    shown = yaml.safe_load(chapter(8).split("```yaml\n")[1].split("```")[0])
    assert printed[printed.index("reviewed") :][:5] == [
        "reviewed",
        "  by",
        "  role",
        "  on",
        "  of",
    ]
    assert len(shown["tapering"]["reviewed"]) == 4


def test_the_tutorial_on_countries() -> None:
    block = chapter(9).split("```yaml\n")[1].split("```")[0]
    body = yaml.safe_load(textwrap.dedent(block))["body"]
    everybody = "Everybody reads this line."
    here, there = local_text(body, "US"), local_text(body, "GB")
    assert here.startswith("- **Police.** Most states") and here.endswith(everybody)
    assert "Most states" not in there and "The law differs" in there
    assert "- Ask at your surgery." in there and there.endswith(everybody)
