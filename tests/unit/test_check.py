"""What `screener check` finds beyond the shape of a file, and the commands around it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import asdict
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from screener.authoring.check import words
from screener.authoring.check.pages import check_with_pages, page_problems, page_texts
from screener.authoring.check.report import UNPROVED, Report, check
from screener.authoring.files import paths, read
from screener.cli import main
from screener.content.loading.errors import ContentError
from screener.content.loading.load import load_bytes
from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.web.views import joined
from tests.paths import SMALL_FILE
from tests.unit.test_load import Change, Finding, broken, case, errors_at, line_of

TODAY = date(2027, 11, 1)
CASES_FILE = paths(SMALL_FILE)[1]

DRINKS = "sections.0.questions.1"
ASK = "        ask: 'Which drinks, most days?'"
RACING = "said: {me: 'my heart is racing', someone: 'their heart is racing'}"
ACTION = "    action: 'Count your cups.'"
HEADING = "    heading: 'Text {advice} today'"
WHY = "    why: 'A racing heart can be serious.'"
WHY_TODAY = "    why: 'A bad headache can come from a sudden stop.'"


def short_words(*sentences: int) -> str:
    """Sentences of so many words, of one syllable each.

    The Flesch-Kincaid grade of such a text is 0.39 x words per sentence - 3.79.
    """
    return " ".join(" ".join(["cup"] * count) + "." for count in sentences)


def report_of(raw: bytes, **given: Any) -> Report:
    return check(load_bytes(raw, "small.yaml"), today=TODAY, **given)


def number(found: str) -> str:
    return f"holds the number {found}; write the contact's id in braces instead"


def patient(found: str) -> str:
    return f"says '{found}' to somebody who cares; write `me` and `someone`"


READER = "asks about the reader in both voices; write `me` and `someone`"
CLEAN = "holds the word 'clean'; write: not using, or in recovery"


def heading(text: str) -> Change:
    return (HEADING, f"    heading: ^^{text}")


def said(voice: str, text: str) -> Change:
    """Another clause of one voice."""
    usual = {"me": "'my heart is racing'", "someone": "'their heart is racing'"}
    texts = usual | {voice: f'^^"{text}"'}
    return (RACING, f"said: {{me: {texts['me']}, someone: {texts['someone']}}}")


ERRORS = [
    *(
        case(
            f"one text for both voices: {text}",
            (ASK, f"        ask: ^^'{text}'"),
            (f"{DRINKS}.ask", READER),
        )
        for text in ("Which drinks do you have?", "Does my heart race?", "Your drinks, most days?")
    ),
    case("a wish of the reader", (ASK, "        ask: 'What would you like to drink?'")),
    case(
        "the same text twice",
        (ASK, "        ^^ask: {me: 'Do you drink tea?', someone: 'Do you drink tea?'}"),
        (f"{DRINKS}.ask", READER),
    ),
    case(
        "no choice for one voice",
        (
            "        choices:\n          - id: bad\n",
            "        ^^choices:\n          - voices: [me]\n            id: bad\n",
            "          - id: dull\n",
            "          - id: dull\n            voices: [me]\n",
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
        "phone number of another country",
        ("call: '613-555-0199'", "call: ^^'020 7946 0958'"),
        ("regions.CA.contacts.advice.call", "is not a phone number of CA: 020 7946 0958"),
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
            (ACTION, f"    action: ^^'Call {found} now.'"),
            ("topics.cups.action", number(found)),
        )
        for found in ("911", "1-800-222-1222", "+1 800 222 1222")
    ),
    case(
        "number in one voice",
        (ACTION, "    action: {me: 'Rest.', someone: ^^'Call 911.'}"),
        ("topics.cups.action.someone", number("911")),
    ),
    *(
        case(
            f"the reader's own medicine, told to somebody who cares: {found}",
            (ACTION, f"    action: ^^'Rest {found} today.'"),
            ("topics.cups.action", patient(found)),
        )
        for found in ("if you feel", "your last dose", "when you stop", "I took")
    ),
    case(
        "the reader's own medicine in the wrong voice",
        (ACTION, "    action: {me: 'Rest.', someone: ^^'Count your pills.'}"),
        ("topics.cups.action.someone", patient("your pills")),
    ),
    case(
        "the reader's own medicine in the right voice, and quoted",
        (
            ACTION,
            "    action: {me: 'Count your pills.', someone: 'Ask: \"Your pills?\"'}",
        ),
    ),
    case(
        "number in a line for another country",
        (
            "[CA] A mug holds more.",
            "[CA] Call 112.",
            "    body: |\n      Tea",
            "    body: ^^|\n      Tea",
        ),
        ("topics.cups.body", number("112")),
    ),
    case("short number of no contact", (ACTION, "    action: 'Up to 988 cups.'")),
    case("years are no number", (ACTION, "    action: 'Counted in 2020-2025.'")),
    case("banned word", (ACTION, "    action: ^^'Keep it clean.'"), ("topics.cups.action", CLEAN)),
    case(
        "banned word, same in both voices",
        (ACTION, "    ^^action: {me: 'Keep it clean.', someone: 'Keep it clean.'}"),
        ("topics.cups.action", CLEAN),
    ),
    case(
        "banned words in capitals",
        (ACTION, "    action: ^^^^'An Addict failed.'"),
        (
            "topics.cups.action",
            "holds the word 'Addict'; write: person with a substance use disorder",
        ),
        ("topics.cups.action", "holds the word 'failed'; write: did not work"),
    ),
    *(
        case(
            f"banned word: {word}",
            (ACTION, f"    action: ^^'We say {word} here.'"),
            ("topics.cups.action", f"holds the word '{word}'; write: {instead}"),
        )
        for word, instead in [
            ("tick", "check"),
            ("as told", "as prescribed"),
            ("score", "never a score"),
            ("risk level", "say what to do; never a level"),
            ("milligrams", "no amounts: the prescriber decides them"),
            ("you have a problem", "never say what the reader has"),
        ]
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
    *(
        case(
            f"no clause: {text}",
            said("me", text),
            ("signs.racing-heart.said.me", f"'{text}' holds {what}; write one short clause"),
        )
        for text, what in [
            ("it races, a lot", "a mark"),
            ("it races.", "a mark"),
            ("it races and jumps", "'and' or 'or'"),
            ("it races or jumps", "'and' or 'or'"),
        ]
    ),
    *(
        case(
            f"`{word}` where `{voice}` speaks",
            said(voice, text),
            (
                f"signs.racing-heart.said.{voice}",
                f"says '{word}' where `{voice}` speaks: '{text}'",
            ),
        )
        for voice, word, text in [
            ("me", "they", "they race"),
            ("me", "your", "your heart races"),
            ("someone", "I", "I race"),
            ("someone", "my", "my heart races"),
            ("someone", "your", "your heart races"),
        ]
    ),
    case(
        "topic above grade 8",
        (
            "  palpitations:\n    title",
            "  ^^palpitations:\n    title",
            "body: 'It often stops by itself.[@leaflet]'",
            f"body: '{short_words(45, 45)}[@leaflet]'",
        ),
        ("topics.palpitations", "reads at grade 8.2; aim at 6"),
    ),
    case(
        "plan that stops above grade 6",
        ("  - id: collapse", "  - ^^id: collapse", WHY, f"    why: '{short_words(*[55] * 4)}'"),
        ("plans.0", "reads at grade 6.5; aim at 5"),
    ),
]


@pytest.mark.parametrize(("changes", "findings"), ERRORS)
def test_errors(changes: Change, findings: list[Finding]) -> None:
    raw, spots = broken(*changes)
    assert report_of(raw).errors == errors_at(spots, findings)


USUAL = {
    ("contacts", "hold 3 numbers that nobody has called; write the day as `called`"),
    ("about.review_notice", "no clinician has reviewed this content yet"),
    ("plans.2.why", "says 'are not'; write it as people say it, such as don't"),
}
"""The warnings about small.yaml as it is."""

WARNINGS = [
    case("nothing else", ()),
    case(
        "a documented sign that only one voice can name",
        (
            "  racing-heart:\n",
            "  ^^racing-heart:\n",
            "{id: 'yes', text: 'Yes',",
            "{id: 'yes', text: 'Yes', voices: [me],",
        ),
        ("signs.racing-heart", "is documented, and asked in the voice `me` only"),
    ),
    case(
        "a documented sign whose question only one voice gets",
        (
            "documented_in: [a]",
            "documented_in: []",
            "    chart: 'Cephalgia'\n",
            "    chart: 'Cephalgia'\n    documented_in: [a]\n    topics: [cups]\n",
            "ask_if: [many-cups]",
            "ask_if: [many-cups, about-someone]",
            "  bad-headache:",
            "  ^^bad-headache:",
        ),
        ("signs.bad-headache", "is documented, and asked in the voice `someone` only"),
    ),
    case(
        "a source that no text cites",
        (
            "It often stops by itself.[@leaflet]",
            "It often stops by itself.",
            "    sources: [leaflet]\n    checked: 2026-11-07",
            "    ^^sources: [leaflet]\n    checked: 2026-11-07",
        ),
        (
            "topics.palpitations.sources",
            "lists `leaflet`, but no text has [@leaflet] behind a fact",
        ),
    ),
    case(
        "a source that a variant cites",
        ("'Rest first.'", "'Rest first.[@leaflet]'", "coffee.[@leaflet]", "coffee."),
    ),
    case(
        "a source not used",
        (
            "sources:\n  leaflet",
            "sources:\n  ^^poster: {title: 'Poster', publisher: 'Nobody', "
            "url: 'https://example.org', checked: 2027-11-01}\n  leaflet",
        ),
        ("sources.poster", "is used by no plan, no topic and no sign"),
    ),
    case(
        "an article of no sign",
        ("    a: 'Article a'\n", "    a: 'Article a'\n    b: ^^'Article b'\n"),
        ("about.documents.b", "is an article that no sign is documented in"),
    ),
    case(
        "a group of no topic",
        ("    basics: 'The basics'\n", "    basics: 'The basics'\n    more: ^^'More'\n"),
        ("about.groups.more", "is a heading without topics"),
    ),
    case(
        "topic above grade 6",
        (
            "  palpitations:\n    title",
            "  ^^palpitations:\n    title",
            "body: 'It often stops by itself.[@leaflet]'",
            f"body: '{short_words(38, 38)}[@leaflet]'",
        ),
        ("topics.palpitations", "reads at grade 6.4; aim at 6"),
    ),
    case(
        "question above grade 6",
        (
            "      - id: headache",
            "      - ^^id: headache",
            "'Before noon.'",
            f"'{short_words(*[40] * 4)}'",
        ),
        ("sections.1.questions.0", "reads at grade 6.1; aim at 6"),
    ),
    case(
        "plan that stops above grade 5",
        ("  - id: collapse", "  - ^^id: collapse", WHY, f"    why: '{short_words(*[50] * 4)}'"),
        ("plans.0", "reads at grade 5.6; aim at 5"),
    ),
    case("another plan below grade 6", (WHY_TODAY, f"    why: '{short_words(*[45] * 4)}'")),
    case(
        "another plan above grade 6",
        (
            "  - id: ask-today\n",
            "  - ^^id: ask-today\n",
            WHY_TODAY,
            f"    why: '{short_words(*[50] * 4)}'",
        ),
        ("plans.1", "reads at grade 6.6; aim at 6"),
    ),
    case(
        "a page above grade 6",
        ("body: 'Close the window.'", f"body: ^^'{short_words(30)}'"),
        ("about.leave.body", "reads at grade 7.9; aim at 6"),
    ),
    case("too short for a grade", ("body: 'Close the window.'", f"body: '{short_words(29)}'")),
    case(
        "a long form",
        (ACTION, "    action: ^^'Do not drink what you cannot see.'"),
        ("topics.cups.action", "says 'Do not', 'cannot'; write it as people say it, such as don't"),
    ),
    case("a stressed word", (ACTION, "    action: 'Do **not** drink it. You can. Not now.'")),
    case(
        "a heading that starts with no verb",
        heading("'Your barista helps'"),
        ("plans.1.heading", "starts with 'your'; start with what to do, such as Call"),
    ),
    case(
        "a heading for one country that starts with no verb",
        heading('"[CA] Your barista\\n[not CA] Text {advice} today"'),
        ("plans.1.heading", "starts with 'your'; start with what to do, such as Call"),
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
        ("checked: 2026-11-04", "checked: ^^2026-10-31"),
        ("contacts.advice.checked", "was checked more than a year ago"),
    ),
    case(
        "a stale call",
        ("checked: 2026-11-04", "checked: 2026-11-04\n    called: ^^2026-10-31"),
        ("contacts.advice.called", "was called more than a year ago"),
    ),
    case(
        "a day to come",
        ("checked: 2026-11-06", "checked: ^^2062-11-06"),
        ("topics.cups.checked", "is in the future: 2062-11-06"),
    ),
    case("a year old to the day", ("checked: 2026-11-06", "checked: 2026-11-01")),
]


@pytest.mark.parametrize(("changes", "findings"), WARNINGS)
def test_warnings(changes: Change, findings: list[Finding]) -> None:
    raw, spots = broken(*changes)
    report = report_of(raw)
    found = [error for error in report.warnings if (error.where, error.message) not in USUAL]
    assert found == errors_at(spots, findings)
    assert report.errors == []
    assert len(report.warnings) - len(found) == len(USUAL)


def warnings(raw: bytes) -> set[tuple[str, str]]:
    return {(error.where, error.message) for error in report_of(raw).warnings} - USUAL


def test_numbers_that_were_called_are_not_counted() -> None:
    raw, _ = broken("checked: 2026-11-03\n", "checked: 2026-11-03\n    called: 2027-01-01\n")
    message = "hold 2 numbers that nobody has called; write the day as `called`"
    assert warnings(raw) == {("contacts", message)}


def test_a_line_that_nobody_has_confirmed() -> None:
    raw, _ = broken(
        "contacts:\n  emergency:\n    name: 'Emergency services'\n    call: '911'",
        "contacts:\n  old: {name: 'Old line', call: '911', hours: 'Daily', languages: 'English', "
        "for: 'Help.', checked: 2027-01-01, called: 2027-01-01, confirmed: false}\n"
        "  emergency:\n    name: 'Emergency services'\n    call: '911'",
    )
    assert warnings(raw) == {("contacts.old", "is not confirmed and on no page: Old line")}


def test_every_pair_of_clauses_reads_as_one_sentence(content: Questionnaire) -> None:
    for voice, other in ((Voice.ME, "they"), (Voice.SOMEONE, "i")):
        said = {sign.said.in_voice(voice) for sign in content.signs.values() if sign.said}
        assert len(said) > 100
        for pair in permutations(said, 2):
            sentence = joined(pair).lower()
            assert sentence.count(" and ") == 1, sentence
            assert not re.search(r"[,.]| or ", sentence), sentence
            assert not re.search(rf"\b{other}\b", sentence), sentence


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
    raw, spots = broken(ACTION, f"    action: ^^'{text}'")
    findings = [("topics.cups.action", f"names a seller: {name}") for name in found]
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


def written(folder: Path, *changes: str) -> Path:
    """small.yaml with changes, and its cases beside it."""
    path = folder / "small.yaml"
    path.write_bytes(broken(*changes)[0])
    shutil.copy(CASES_FILE, folder)
    return path


def test_pages_are_checked_when_the_file_is_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word in a template is no word of the file, and is found on each page."""
    found = read(written(tmp_path))
    assert check_with_pages(found).errors == []
    monkeypatch.setattr(words, "_BANNED", re.compile(r"(?P<w0>\bskip to the page\b)", re.I))
    assert "the page / holds the word 'Skip to the page'" in [
        error.message for error in check_with_pages(found).errors
    ]


LEADS = "leads: collapse\n    stops"


def test_hazards_and_cases_are_errors_of_their_own_file(tmp_path: Path) -> None:
    path = written(tmp_path, "none: [racing-heart]", "none: [unsure-heart]")
    cases = CASES_FILE.read_text("utf-8")
    assert cases.count(LEADS) == 1
    (tmp_path / CASES_FILE.name).write_text(
        cases.replace(LEADS, LEADS.replace("collapse", "ask-today"))
    )
    found = read(path)
    report = check(found.loaded, TODAY, proof_files=found.proof_files)
    assert {error.file for error in report.errors} == {"small.cases.yaml"}
    assert any("collapse leads, not ask-today" in error.message for error in report.errors)
    assert report.counts["hazards"] == len(found.proofs.hazards) == 1
    assert report.counts["cases"] == len(found.proofs.cases) == 5


def test_plans_that_nothing_proves_are_told(tmp_path: Path) -> None:
    path = written(tmp_path)
    (tmp_path / CASES_FILE.name).unlink()
    found = read(path)
    report = check(found.loaded, TODAY, proof_files=found.proof_files)
    assert [error.message for error in report.warnings if error.where == "plans"] == [UNPROVED]


def test_a_report_for_programs() -> None:
    raw, spots = broken(ACTION, "    action: ^^'Keep it clean.'")
    found = json.loads(report_of(raw).as_json())
    assert found["file"] == "small.yaml"
    assert found["counts"] == {
        "sections": 2,
        "questions": 3,
        "signs": 7,
        "plans": 4,
        "topics": 2,
        "contacts": 2,
        "sources": 1,
        "hazards": 0,
        "cases": 0,
    }
    assert [(e["line"], e["where"], e["message"]) for e in found["errors"]] == [
        (spots[0][0], "topics.cups.action", CLEAN)
    ]
    assert {(w["where"], w["message"]) for w in found["warnings"]} == USUAL


def test_a_report_for_people() -> None:
    lines = report_of(broken(ACTION, "    action: 'Keep it clean.'")[0]).as_text().splitlines()
    assert lines[0] == f"error: small.yaml:{line_of(ACTION)}:13: topics.cups.action: {CLEAN}"
    assert lines[1].startswith("warning: small.yaml:")
    assert lines[-1] == "1 errors, 3 warnings"


COMMANDS = [
    pytest.param((), 0, "", id="right"),
    pytest.param((ACTION, "    action: 'Keep it clean.'"), 1, CLEAN, id="found by check"),
    pytest.param((ACTION, "    action: no"), 1, "write 'no' in quotes", id="does not load"),
]


@pytest.mark.parametrize(("changes", "code", "message"), COMMANDS)
def test_check_of_a_file(
    changes: Change, code: int, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, line = str(written(tmp_path, *changes)), line_of(ACTION)
    assert main(["check", path]) == code
    output = capsys.readouterr().out
    assert message in output
    assert (f"small.yaml:{line}:13: topics.cups.action" in output) == bool(code)
    assert main(["check", "--json", path]) == code
    found = json.loads(capsys.readouterr().out)
    assert [error["line"] for error in found["errors"]] == [line] * code
    assert all(error["message"].endswith(message) for error in found["errors"])


def unreadable(tmp_path: Path) -> list[tuple[str, str]]:
    """Each path that is no readable file, with the reason."""
    none, folder = str(tmp_path / "none.yaml"), str(tmp_path)
    return [(none, "No such file or directory"), (folder, "Is a directory")]


def test_a_file_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path, reason in unreadable(tmp_path):
        assert main(["check", path]) == 1
        printed = capsys.readouterr()
        assert printed.out.startswith(f"{path}:1:1: file: cannot be read: {reason}\n")
        assert printed.err == ""
        assert main(["check", "--json", path]) == 1
        printed = capsys.readouterr()
        error = ContentError(path, 1, 1, "file", f"cannot be read: {reason}")
        assert json.loads(printed.out)["errors"] == [asdict(error)]
        assert printed.err == ""
        assert main(["show", path]) == 2
        assert capsys.readouterr() == ("", f"cannot read {path}: {reason}\n")
