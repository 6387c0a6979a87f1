"""Versions of the content file: what loads, and what is said of a file that does not."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from screener.content.loading import versions as formats
from screener.content.loading.errors import BrokenContent
from screener.content.loading.load import load_bytes
from screener.content.models.about import About
from tests.paths import ROOT, SMALL_FILE

SMALL = SMALL_FILE.read_text("utf-8")


def written_in(given: str) -> bytes:
    """The small file in this format, and otherwise wrong in many ways."""
    text = SMALL.replace("format: '2.0'", f"format: '{given}'")
    assert text != SMALL
    return f"{text.replace('title:', 'titel:')}colour: red\n".encode()


def said_of(given: str) -> str:
    """The one error about a file of this format; nothing else that is wrong is said."""
    with pytest.raises(BrokenContent) as refused:
        load_bytes(written_in(given))
    (error,) = refused.value.errors
    assert (error.where, error.line) == ("about.format", 3)
    assert "\n" not in error.message
    return error.message


@pytest.mark.parametrize("given", ["2.1", "2.25", "3.0", "10.0"])
def test_a_newer_file_asks_for_a_newer_program(given: str) -> None:
    assert said_of(given) == (
        f"is {given}, and this program reads up to 2.0: the program is older than the file; "
        "update the program"
    )


@pytest.mark.parametrize("given", ["0.9", "1.0", "1.3"])
def test_the_message_for_an_older_file_says_how_to_change_it(given: str) -> None:
    how = formats.HOW_TO_CHANGE[int(given[0])]
    assert said_of(given) == (
        f"is {given}, which this program, of format 2.0, no longer reads: {how}"
    )


def test_the_page_on_how_to_change_a_file_of_format_1_is_there() -> None:
    page, _, heading = formats.HOW_TO_CHANGE[1].partition(', "')
    (path,) = re.findall(r"docs/\S+\.md", page)
    title = heading.partition('"')[0]
    assert re.search(rf"^#+ .*{re.escape(title)}", (ROOT / path).read_text("utf-8"), re.MULTILINE)


def test_a_real_file_of_format_1_is_refused_and_the_page_names_each_key_that_changed() -> None:
    """With its format alone changed, every key that is unknown or missing is on that page."""
    old = (ROOT / "tests/unit/format-1.yaml").read_text("utf-8")
    with pytest.raises(BrokenContent, match=r'docs/authors\.md, "From format 1 to format 2"'):
        load_bytes(old.encode())
    with pytest.raises(BrokenContent) as refused:
        load_bytes(old.replace("format: '1.0'", "format: '2.0'").encode())
    places = {
        error.where
        for error in refused.value.errors
        if re.search(r"is not a known key|is needed here|must be", error.message)
    }
    assert len(places) == len(refused.value.errors) > 50
    page = (ROOT / "docs/authors.md").read_text("utf-8")
    page = page.partition("## 12. ")[2].partition("\n## ")[0]
    names = {name for code in re.findall(r"`(.+?)`", page) for name in re.findall(r"[a-z_]+", code)}
    assert "all other keys go" in page  # results, but for those that are needed
    assert "`print` has other keys" in page
    changed = {place.rpartition(".")[2] for place in places if not place.startswith("results.")} | {
        "levels",
        "diary",
    }
    assert changed - names == set()


@pytest.mark.parametrize("given", ["one", "2", "2.0.0", "v2.0", "2.x", "-2.0", "99999.0"])
def test_an_unknown_format_is_answered_with_those_there_are(given: str) -> None:
    assert said_of(given) == "must be one of 2.0: the shape this file is written in"


def test_our_format_loads() -> None:
    assert load_bytes(SMALL.encode()).questionnaire.about.format == "2.0"


def test_every_lower_minor_is_read_and_no_higher_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "NEWEST", (3, 2))
    assert formats.supported() == ("3.0", "3.1", "3.2")
    assert [formats.problem({"about": {"format": each}}) for each in formats.supported()] == [
        None
    ] * 3
    assert "update the program" in str(formats.problem({"about": {"format": "3.3"}}))
    assert "change log" in str(formats.problem({"about": {"format": "2.9"}}))


def test_every_older_major_has_its_way_and_the_model_names_what_is_read() -> None:
    assert set(formats.HOW_TO_CHANGE) == set(range(formats.NEWEST[0]))
    assert get_args(About.model_fields["format"].annotation) == formats.supported()
