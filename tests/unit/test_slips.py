"""Mistakes that a page would show: country marks that are not read, stray markup and quotes."""

from __future__ import annotations

import pytest

from screener.authoring.check.wording import stray_markup
from screener.content.loading.countries import marks_unread

LINE_START = "counts only at the start of a line; is the `|` above missing?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[US] Cups.\n- [CA GB] Cups.\n1. [not US] Cups.", []),
        ("Cups [a lid on] and [lids](https://example.org).", []),
        ("- [GP](https://example.org)", []),
        ("[CA, GB] Cups.", ["`[CA, GB]` is not read as countries; write [CA GB]"]),
        ("- [ca/gb] Cups.", ["`[ca/gb]` is not read as countries; write [CA GB]"]),
        ("[Not US] Cups.", ["`[Not US]` is not read as countries; write [not US]"]),
        (
            "Cups. - [US] Small. - [not US] Big.",
            [f"`[US]` {LINE_START}", f"`[not US]` {LINE_START}"],
        ),
        ("[US] [CA] Cups.", [f"`[CA]` {LINE_START}"]),
    ],
)
def test_mistaken_country_marks_are_reported(text: str, said: list[str]) -> None:
    assert list(marks_unread(text)) == said


@pytest.mark.parametrize(
    ("read", "is_error", "part"),
    [
        ("Call {advice now.", True, "a brace of its own"),
        ("Call advice} now.", True, "a brace of its own"),
        ("**Ask. Then drink.", True, "without its partner"),
        ("\u2018By the bed\u2019", False, "use the straight ones"),
        ("\u201cBy the bed\u201d", False, "use the straight ones"),
        ("By the bed'", False, "ends with a quote"),
        ("By the bed.'", False, "ends with a quote"),
    ],
)
def test_stray_markup_is_reported(read: str, is_error: bool, part: str) -> None:
    [(error, said)] = stray_markup(read)
    assert error is is_error
    assert part in said


@pytest.mark.parametrize(
    "read",
    [
        "Don\u2019t stop. Don't stop.",
        "Say 'help me'",
        'Say "help me"',
        "\u201cYes\u201d and \u201cno\u201d",
        "**Ask.** Then **drink.**",
        "- **Ask**\n- **Drink**",
    ],
)
def test_correct_quotes_and_stars_are_accepted(read: str) -> None:
    assert list(stray_markup(read)) == []
