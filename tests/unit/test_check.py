"""What `screener check` finds beyond the shape of a file, and the commands around it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from screener.authoring.check import words
from screener.authoring.check.pages import check_with_pages, page_problems, page_texts
from screener.authoring.check.report import Report, check
from screener.cli import main
from screener.content.loading.errors import ContentError
from screener.content.loading.load import load, load_bytes
from screener.resources import built_in_questions
from tests.paths import SMALL_FILE
from tests.unit.test_load import Change, Finding, broken, case, errors_at

TODAY = date(2027, 11, 1)
NOTICE = ("about.review_notice", "no clinician has reviewed this content yet")

DRINKS = "sections.0.questions.1"
ASK = "        ask: 'Which drinks, most days?'"
BODY = "    body: 'Small cups count too.'"
WHY = "    why: 'A racing heart can be serious.'"
UNSURE = "    unsure:\n"
HEART_OPENS = """\
          interruption: collapse
        not_sure:
          interruption: collapse
          unsure: true
"""


def short_words(*sentences: int) -> str:
    """Sentences of so many words, of one syllable each.

    The Flesch-Kincaid grade of such a text is 0.39 x words per sentence - 3.79.
    """
    return " ".join(" ".join(["cup"] * count) + "." for count in sentences)


def report_of(raw: bytes, **given: Any) -> Report:
    return check(load_bytes(raw, "small.yaml"), today=TODAY, **given)


def number(found: str) -> str:
    return f"holds the number {found}; write the contact's id in braces instead"


READER = "asks about the reader in both voices; write `me` and `someone`"
CLEAN = "holds the word 'clean'; write: not using, or in recovery"

ERRORS = [
    case(
        "sign asked by no choice",
        ("            signs: [many-cups]\n", "", "  many-cups:", "  ^^many-cups:"),
        ("signs.many-cups", "is asked by no choice"),
    ),
    case(
        "sign whose own topics are not opened",
        (
            *("signs: [many-cups]\n", "signs: [many-cups]\n            topics: [palpitations]\n"),
            *("  many-cups:", "  ^^many-cups:"),
        ),
        ("signs.many-cups", "none of its topics is opened by an answer that asks for it"),
    ),
    case(
        "interruption that nobody reaches",
        (HEART_OPENS, "", "  collapse:", "  ^^collapse:"),
        ("interruptions.collapse", "no answer leads to it"),
    ),
    case(
        "no page leads to the first line of the crisis bar",
        (
            *("    name: 'Bean advice'", "    name: 'Bean advice'\n    call: '988'"),
            *("crisis_bar: [emergency]", "crisis_bar: [advice, emergency]"),
            *("interruptions:\n", "^^interruptions:\n"),
        ),
        ("interruptions", "no page leads to `advice`, the first of `crisis_bar`"),
    ),
    *(
        case(
            f"one text for both voices: {text}",
            (ASK, f"        ask: ^^'{text}'"),
            (f"{DRINKS}.ask", READER),
        )
        for text in ("Which drinks do you have?", "Does my heart race?", "Your drinks, most days?")
    ),
    case(
        "the same text twice",
        (ASK, "        ^^ask: {me: 'Do you drink tea?', someone: 'Do you drink tea?'}"),
        (f"{DRINKS}.ask", READER),
    ),
    case(
        "no choice for one voice",
        (
            "        choices:\n          - id: dull\n",
            "        ^^choices:\n          - voices: [me]\n            id: dull\n",
        ),
        ("sections.1.questions.0.choices", "has no choice in the voice `someone`"),
    ),
    *(
        case(
            f"phone number {phone}",
            ("call: '911'", f"call: ^^'{phone}'"),
            ("contacts.emergency.call", f"is not a phone number of US: {phone}"),
        )
        for phone in ("1-800-555", "nine one one", "1-555-123-4567-8901")
    ),
    case(
        "text telephone",
        ("    call: '911'", "    call: '911'\n    tty: ^^'12'"),
        ("contacts.emergency.tty", "is not a phone number of US: 12"),
    ),
    case(
        "number to text",
        ("    text: {number: '555-0100'}", "    ^^text: {number: 'BEANS'}"),
        ("contacts.advice.text", "is not a number to text: BEANS"),
    ),
    *(
        case(
            f"{found} in a text",
            (BODY, f"    body: ^^'Call {found} now.'"),
            ("topics.cups.body", number(found)),
        )
        for found in ("911", "1-800-222-1222", "+1 800 222 1222")
    ),
    case(
        "number in one voice",
        (BODY, "    body: {me: 'Rest.', someone: ^^'Call 911.'}"),
        ("topics.cups.body.someone", number("911")),
    ),
    case(
        "short number to text",
        (BODY, "    body: ^^'Text 741741.'", "number: '555-0100'", "number: '741741'"),
        ("topics.cups.body", number("741741")),
    ),
    case("short number of no contact", (BODY, "    body: 'Up to 988 cups.'")),
    case(
        "years are no number",
        (BODY, "    body: 'Counted in 2020-2025.'"),
    ),
    case("banned word", (BODY, "    body: ^^'Keep it clean.'"), ("topics.cups.body", CLEAN)),
    case(
        "banned word, same in both voices",
        (BODY, "    ^^body: {me: 'Keep it clean.', someone: 'Keep it clean.'}"),
        ("topics.cups.body", CLEAN),
    ),
    case(
        "banned words in capitals",
        (BODY, "    body: ^^^^'An Addict failed.'"),
        (
            "topics.cups.body",
            "holds the word 'Addict'; write: person with a substance use disorder",
        ),
        ("topics.cups.body", "holds the word 'failed'; write: did not work"),
    ),
    case(
        "banned word in a name",
        ("name: 'Bean advice'", "name: ^^'Bean abuse'"),
        (
            "contacts.advice.name",
            "holds the word 'abuse'; write: misuse (not as prescribed), or use",
        ),
    ),
    case(
        "banned word outside the place it is allowed in",
        ("body: 'Close the window.'", "body: ^^'A clean window.'"),
        ("about.leave.body", CLEAN),
    ),
    case("banned word where it is allowed", ("body: 'Call {emergency}.'", "body: 'A clean line.'")),
    case(
        "banned word in a topic called `note`",
        (
            "  palpitations:\n",
            "  note: {title: ^^'A clean cup', urgency: learn, group: basics, action: 'Rest.', "
            "body: 'Rest.', sources: [leaflet], checked: 2026-11-07}\n  palpitations:\n",
        ),
        ("topics.note.title", CLEAN),
    ),
    case(
        "grade above 8",
        (BODY, f"    body: ^^'{short_words(33)}'"),
        ("topics.cups.body", "reads at grade 9.1; aim at 6"),
    ),
    case(
        "crisis page above 6",
        (
            *("  collapse:", "  ^^^^collapse:"),
            *(WHY, f"    why: '{short_words(26)}'\n    steps: ['{short_words(26)}']"),
        ),
        ("interruptions.collapse", "reads at grade 6.4 (me); aim at 5"),
        ("interruptions.collapse", "reads at grade 6.4 (someone); aim at 5"),
    ),
    case(
        "unsure form of a crisis page above 6",
        (UNSURE, f"    ^^^^unsure:\n      why: '{short_words(26, 26)}'\n"),
        ("interruptions.collapse.unsure", "reads at grade 6.4 (me); aim at 5"),
        ("interruptions.collapse.unsure", "reads at grade 6.4 (someone); aim at 5"),
    ),
    case(
        "unsure form above 6 by what it shares with the page",
        (
            *(WHY, f"    why: '{short_words(*[2] * 50)}'\n    steps: ['{short_words(26)}']"),
            *(UNSURE, f"    ^^^^unsure:\n      why: '{short_words(26)}'\n"),
        ),
        ("interruptions.collapse.unsure", "reads at grade 6.4 (me); aim at 5"),
        ("interruptions.collapse.unsure", "reads at grade 6.4 (someone); aim at 5"),
    ),
]


@pytest.mark.parametrize(("changes", "findings"), ERRORS)
def test_errors(changes: Change, findings: list[Finding]) -> None:
    raw, spots = broken(*changes)
    assert report_of(raw).errors == errors_at(spots, findings)


WARNINGS = [
    case("nothing else", ()),
    case(
        "grade above 6",
        (BODY, f"    body: ^^'{short_words(30)}'"),
        ("topics.cups.body", "reads at grade 7.9; aim at 6"),
    ),
    case("grade below 6", (BODY, f"    body: '{short_words(24, 24)}'")),
    case("too short for a grade", (BODY, f"    body: '{short_words(29)}'")),
    case(
        "crisis page above 5",
        (
            *("  collapse:", "  ^^^^collapse:"),
            *(WHY, f"    why: '{short_words(23)}'\n    steps: ['{short_words(23)}']"),
        ),
        ("interruptions.collapse", "reads at grade 5.2 (me); aim at 5"),
        ("interruptions.collapse", "reads at grade 5.2 (someone); aim at 5"),
    ),
    case(
        "stale topic",
        ("checked: 2026-11-06", "checked: ^^2026-10-31"),
        ("topics.cups.checked", "was checked more than a year ago"),
    ),
    case(
        "stale source",
        ("checked: 2026-11-02", "checked: ^^2026-10-31"),
        ("sources.leaflet.checked", "was checked more than a year ago"),
    ),
    case(
        "stale contact",
        ("verified: 2026-11-04", "verified: ^^2026-10-31"),
        ("contacts.advice.verified", "was verified more than a year ago: advice"),
    ),
    case(
        "a day to come",
        ("checked: 2026-11-06", "checked: ^^2062-11-06"),
        ("topics.cups.checked", "is in the future: 2062-11-06"),
    ),
    case("a year old to the day", ("checked: 2026-11-06", "checked: 2026-11-01")),
    case(
        "contact not confirmed",
        ("            support: advice\n", "", "  advice:\n", "  ^^advice:\n    confirmed: false\n"),
        ("contacts.advice", "is not confirmed and on no page: Bean advice"),
    ),
    case(
        "source not used",
        (
            "sources:\n",
            "sources:\n  ^^poster: {title: 'Poster', publisher: 'Nobody', "
            "url: 'https://example.org', checked: 2026-11-02}\n",
        ),
        ("sources.poster", "is used by no topic and no sign"),
    ),
]


@pytest.mark.parametrize(("changes", "findings"), WARNINGS)
def test_warnings(changes: Change, findings: list[Finding]) -> None:
    raw, spots = broken("review_notice: '", "review_notice: ^^'", *changes)
    report = report_of(raw)
    assert report.warnings == errors_at(spots, [NOTICE, *findings])
    assert report.errors == []


@pytest.fixture
def bean_sellers(monkeypatch: pytest.MonkeyPatch) -> None:
    """An invented seller with an invented number, as digests."""
    secrets = ("brew bean house", "8005552739")
    digests = frozenset(hashlib.sha256(secret.encode()).hexdigest() for secret in secrets)
    monkeypatch.setattr(words, "_COMMERCIAL_DIGESTS", digests)


@pytest.mark.usefixtures("bean_sellers")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ask Brew-Bean House today.", ["brew bean house"]),
        ("Dial 1-800-555-BREW today.", ["1-800-555-BREW"]),
        ("Brew a bean at your house.", []),
    ],
)
def test_a_seller_is_named_nowhere(text: str, found: list[str]) -> None:
    raw, spots = broken(BODY, f"    body: ^^'{text}'")
    findings = [("topics.cups.body", f"names a seller: {name}") for name in found]
    assert report_of(raw).errors == errors_at(spots[: len(found)], findings)
    raw, spots = broken("publisher: 'The Bean Board'", f"publisher: ^^'{text}'")
    findings = [("sources.leaflet.publisher", message) for _, message in findings]
    assert report_of(raw).errors == errors_at(spots[: len(found)], findings)


@pytest.mark.usefixtures("bean_sellers")
def test_a_page_that_names_a_seller() -> None:
    pages = {"/x": "<p>Brew <b>bean</b> house</p>", "/about": "<p>Brew a bean.</p>"}
    content = load_bytes(broken()[0]).questionnaire
    assert list(page_problems(content, pages)) == ["the page /x names a seller: brew bean house"]


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ("<h1>Tea &amp; milk</h1><p>for <b>two</b></p>", ["Tea & milk", "for two"]),
        (
            '<img alt="A cup" src="tea.png"><a title=\'More >\' href="x">tea</a>',
            ["A cup", "More >", "tea"],
        ),
        ("<style>b{}</style><p>Tea</p><script>if (a < b) x()</script>", ["Tea"]),
        ("<!-- milk --><p data-x='milk'>Tea", ["Tea"]),
    ],
)
def test_the_texts_of_a_page(html: str, read: list[str]) -> None:
    assert page_texts(html) == read


def test_pages_are_checked_with_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A word in a template is no word of the file, and is found on each page."""
    loaded = load_bytes(broken()[0])
    assert check_with_pages(loaded).errors == []
    monkeypatch.setattr(words, "_BANNED", re.compile(r"(?P<w0>\bskip to the page\b)", re.I))
    assert "the page / holds the word 'Skip to the page'" in [
        error.message for error in check_with_pages(loaded).errors
    ]


def test_a_report_for_programs() -> None:
    raw, spots = broken(
        *("review_notice: '", "review_notice: ^^'", BODY, "    body: ^^'Keep it clean.'")
    )
    found = json.loads(report_of(raw).as_json())
    assert found["file"] == "small.yaml"
    assert found["counts"] == {
        "sections": 2,
        "questions": 3,
        "signs": 2,
        "interruptions": 1,
        "topics": 3,
        "contacts": 2,
        "sources": 1,
    }
    assert [(e["line"], e["where"], e["message"]) for e in found["errors"]] == [
        (spots[1][0], "topics.cups.body", CLEAN)
    ]
    assert [(w["line"], w["where"], w["message"]) for w in found["warnings"]] == [
        (spots[0][0], *NOTICE)
    ]


def test_a_report_for_people() -> None:
    lines = report_of(broken(BODY, "    body: 'Keep it clean.'")[0]).as_text().splitlines()
    assert lines[0] == f"error: small.yaml:151:11: topics.cups.body: {CLEAN}"
    assert lines[1].startswith("warning: small.yaml:16:18: about.review_notice: ")
    assert lines[-1] == "1 errors, 1 warnings"


@pytest.fixture
def file_with(tmp_path: Path) -> Any:
    def write(*changes: str) -> str:
        path = tmp_path / "mine.yaml"
        path.write_bytes(broken(*changes)[0])
        return str(path)

    return write


COMMANDS = [
    pytest.param((), 0, "", id="right"),
    pytest.param((BODY, "    body: 'Keep it clean.'"), 1, CLEAN, id="found by check"),
    pytest.param((BODY, "    body: no"), 1, "write 'no' in quotes", id="does not load"),
]


@pytest.mark.parametrize(("changes", "code", "message"), COMMANDS)
def test_check_of_a_file(
    changes: Change, code: int, message: str, file_with: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", file_with(*changes)]) == code
    output = capsys.readouterr().out
    assert message in output
    assert ("mine.yaml:151:11: topics.cups.body" in output) == bool(code)


@pytest.mark.parametrize(("changes", "code", "message"), COMMANDS)
def test_check_of_a_file_for_programs(
    changes: Change, code: int, message: str, file_with: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--json", file_with(*changes)]) == code
    found = json.loads(capsys.readouterr().out)
    assert [error["line"] for error in found["errors"]] == [151] * code
    assert all(error["message"].endswith(message) for error in found["errors"])


def unreadable(tmp_path: Path) -> list[tuple[str, str]]:
    """Each path that is no readable file, with the reason."""
    none, folder = str(tmp_path / "none.yaml"), str(tmp_path)
    return [(none, "No such file or directory"), (folder, "Is a directory")]


def test_check_of_a_file_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, reason in unreadable(tmp_path):
        assert main(["check", path]) == 1
        printed = capsys.readouterr()
        assert printed.out.startswith(f"{path}:1:1: file: cannot be read: {reason}\n")
        assert printed.err == ""


def test_check_of_a_file_that_cannot_be_read_for_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, reason in unreadable(tmp_path):
        assert main(["check", "--json", path]) == 1
        printed = capsys.readouterr()
        error = ContentError(path, 1, 1, "file", f"cannot be read: {reason}")
        assert json.loads(printed.out)["errors"] == [asdict(error)]
        assert printed.err == ""


def test_show_of_a_file_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, reason in unreadable(tmp_path):
        assert main(["show", path]) == 2
        assert capsys.readouterr() == ("", f"cannot read {path}: {reason}\n")


@pytest.mark.parametrize("path", [built_in_questions(), SMALL_FILE], ids=lambda path: path.name)
def test_show_names_every_question_and_topic(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", str(path)]) == 0
    shown = capsys.readouterr().out
    content = load(path).questionnaire
    for question in content.questions:
        assert f"\n  {question} (" in shown
    for id, topic in content.topics.items():
        assert f"{topic.title}  [{id}]" in shown


def test_show_says_what_each_answer_does(capsys: pytest.CaptureFixture[str]) -> None:
    main(["show", str(SMALL_FILE)])
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    heart = lines[lines.index("heart (pick one)") : lines.index("drinks (tick all)")]
    assert heart[3:] == [
        "( ) Yes",
        "STOPS THE JOURNEY: collapse",
        "sign: A racing heart",
        "opens, emergency: A racing heart",
        "( ) No",
        "( ) Not sure",
        "STOPS THE JOURNEY: collapse (not-sure form)",
        "( ) Prefer not to say",
        "",
    ]
    assert "asked if drinks is coffee, or is not clear" in lines
    assert "<- heart: Yes (emergency)" in lines


def test_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    printed = capsys.readouterr().out
    schema = json.loads(printed)
    keys = "about sources contacts scales signs sections interruptions topics results".split()
    assert sorted(schema["required"]) == sorted(keys)
    assert sorted(schema["properties"]) == sorted([*keys, "regions"])
    assert schema["type"] == "object"
    assert "for" in schema["$defs"]["Contact"]["required"]
    for reference in set(references(schema)):
        assert reference.removeprefix("#/$defs/") in schema["$defs"]


def references(part: Any) -> list[str]:
    """Each `$ref` in a JSON Schema."""
    if isinstance(part, list):
        return [found for inner in part for found in references(inner)]
    if not isinstance(part, dict):
        return []
    own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
    return own + references(list(part.values()))
