"""Content files that are wrong in one way each: what is reported, and where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screener.content.loading.load import (
    LARGEST_FILE,
    BrokenContent,
    ContentError,
    load,
    load_bytes,
)
from screener.content.loading.yaml_hints import explain
from screener.content.models.questions import Category
from screener.resources import built_in_questions
from screener.web import field_names
from tests.paths import SMALL_FILE

SMALL = SMALL_FILE.read_text(encoding="utf-8")
RAW = SMALL.encode()
MARK = "^^"

TITLE = "  title: 'Small check'"
TEA = "sections.0.questions.1.choices.1"
HEART = "sections.0.questions.0"
COLON = "cannot be read as YAML: could not find expected ':'"
EXPECTED = "cannot be read as YAML: did not find expected key"
MAPPING = "cannot be read as YAML: mapping values are not allowed in this context"
OUT_OF_PLACE = (
    "this line or the one above starts too far left or right, or a line between them is gone"
)
LOST = "loses what stands after ` #`; put the whole text in quotes"
QUOTES = "not as text; write '{}' in quotes"
LEVELS = "must be one of emergency, today, soon, learn"
CATEGORIES = f"must be one of {', '.join(Category)}"

HOTLINE = """\
  hotline:
    {name: 'Hotline', call: '555-0103', hours: 'Daily', languages: 'English', for: 'Calls.',
     checked: 2026-11-04}
"""
OTHER_QUESTION = """\
      - {id: ^^heart, type: single, ask: 'How?', choices: [{id: well, text: 'Well', signs: []}]}
"""
UNCONFIRMED_RELAY = """\
  hotline:
    {name: 'Hotline', call: '555-0103', hours: 'Daily', languages: 'English', for: 'Calls.',
     checked: 2026-11-04, relay: true, confirmed: false}
  barista:
"""
LIKE_OF_LIKE = """\
  - id: ask-later
    family: head
    like: ^^ask-today-unsure
    when: [bad-headache]
  - id: fewer-cups
"""

Change = tuple[str, ...]
Finding = tuple[str, str]


def broken(*changes: str) -> tuple[bytes, list[tuple[int, int]]]:
    """small.yaml with old texts replaced by new ones, given in pairs.

    Also the line and column of each `^^` in the new texts, which itself is left out.
    """
    text = SMALL
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert text.count(old) == 1, f"{text.count(old)} times in small.yaml: {old}"
        text = text.replace(old, new)
    spots = []
    while MARK in text:
        before, _, after = text.partition(MARK)
        spots.append((before.count("\n") + 1, len(before) - before.rfind("\n")))
        text = before + after
    return text.encode(), spots


def line_of(start: str) -> int:
    """The line of small.yaml that starts so."""
    (before, _) = f"\n{SMALL}".split(f"\n{start}")
    return before.count("\n") + 1


def errors_at(spots: list[tuple[int, int]], findings: list[Finding]) -> list[ContentError]:
    return [
        ContentError("small.yaml", line, column, where, message)
        for (line, column), (where, message) in zip(spots, findings, strict=True)
    ]


def faults(raw: bytes) -> list[ContentError]:
    with pytest.raises(BrokenContent) as caught:
        load_bytes(raw, "small.yaml", [field_names.problems])
    return caught.value.errors


def test_further_checks_are_reported_with_the_others() -> None:
    raw, _ = broken(
        *("- id: cutting-down\n", "- id: cutting-down\n    titel: x\n"),
        *("- id: headache", "- id: seen"),
        *("beside_help: [cups]", "beside_help: [cup]"),
    )
    found = [(error.line, error.where) for error in faults(raw)]
    assert [where for _, where in found] == [
        *("sections.1.titel", "sections.1.questions.0.id", "results.beside_help.0")
    ]
    assert found == sorted(found)
    with pytest.raises(BrokenContent) as caught:
        load_bytes(raw)
    assert len(caught.value.errors) == len(found) - 1


def case(id: str, changes: Change, *findings: Finding) -> object:
    """One broken file and everything that is said of it."""
    return pytest.param(changes, list(findings), id=id)


def test_the_small_file_loads() -> None:
    loaded = load(SMALL_FILE)
    assert loaded.file == "small.yaml"
    assert list(loaded.questionnaire.questions) == ["heart", "drinks", "headache"]


KEYS = [
    case(
        "duplicate key",
        (TITLE, f"{TITLE}\n  ^^title: 'Again'"),
        ("about.title", "stands here twice; first on line 5"),
    ),
    case(
        "duplicate topic",
        ("  palpitations:\n", "  ^^cups: {}\n  palpitations:\n"),
        ("topics.cups", f"stands here twice; first on line {line_of('  cups:')}"),
    ),
    case(
        "unknown key",
        (TITLE, f"{TITLE}\n  ^^headng: 'x'"),
        ("about.headng", "is not a known key; did you mean `heading`?"),
    ),
    case(
        "unknown key under an alias",
        ("    for: 'Danger right now.'", "    for: 'Danger.'\n    ^^fro: 'x'"),
        ("contacts.emergency.fro", "is not a known key; did you mean `for`?"),
    ),
    case(
        "unknown key in a list",
        ("    family: rest", "    family: rest\n    ^^conta: advice"),
        ("plans.3.conta", "is not a known key; did you mean `contact`?"),
    ),
    case(
        "unknown key, nothing near",
        ("signs:\n  about-me", "^^zebra: {}\nsigns:\n  about-me"),
        ("zebra", "is not a known key"),
    ),
    case(
        "unknown kind of condition",
        ("when: [unsure-headache]", "when: [^^{^^al: [unsure-headache]}]"),
        ("plans.2.when.0.any", "is needed here"),
        ("plans.2.when.0.al", "is not a known key"),
    ),
    case(
        "missing key",
        ("  duration: 'One minute'\n", "", "about:\n  format", "^^about:\n  format"),
        ("about.duration", "is needed here"),
    ),
    case(
        "answer that does not say what it names",
        ("'Their own tea'}\n            signs: []", "'x'}", "- id: tea", "- ^^id: tea"),
        (f"{TEA}.signs", "is needed here"),
    ),
    case(
        "what a plan with `like` has to say itself",
        ("    when: [unsure-headache]\n", "", "- id: ask-today-unsure", "- ^^id: ask-today-unsure"),
        ("plans.2.when", "is needed here"),
    ),
    case(
        "what a plan has to say that is like none",
        (
            *("    like: ask-today\n", "    level: today\n"),
            *("- id: ask-today-unsure", f"- {7 * MARK}id: ask-today-unsure"),
        ),
        *(
            (f"plans.2.{key}", "is needed here")
            for key in "contact do do_not heading say sources topics".split()
        ),
    ),
    case(
        "missing level",
        ("    soon: 'Soon'\n", "", "  levels:", "  ^^levels:"),
        ("results.levels", "needs words for `soon`"),
    ),
    case(
        "help line that is not described",
        (
            "    hours: 'Weekdays'\n",
            "",
            "  advice:\n    name: 'Bean",
            "  ^^advice:\n    name: 'Bean",
        ),
        ("contacts.advice", "has a number or an address, so it needs `hours`"),
    ),
]

NAMES = [
    case(
        "sign of an answer",
        ("            signs: [many-cups]", "            signs: [many-cups, ^^many-cup]"),
        (
            "sections.0.questions.1.choices.0.signs.1",
            "names no sign `many-cup`; did you mean `many-cups`?",
        ),
    ),
    case(
        "sign of a standard answer",
        ("        none: {}", "        none: {signs: [^^many-cup]}"),
        (
            "sections.0.questions.1.none.signs.0",
            "names no sign `many-cup`; did you mean `many-cups`?",
        ),
    ),
    case(
        "sign of ask_if",
        ("ask_if: [many-cups]", "ask_if: [^^many-cup]"),
        (
            "sections.1.questions.0.ask_if.0",
            "names no sign `many-cup`; did you mean `many-cups`?",
        ),
    ),
    case(
        "signs of a plan",
        (
            "when: [{any: [racing-heart, unsure-heart]}]",
            "when: [{any: [racing-heart, ^^racing, [unsure-heart, ^^unsure]]}, ^^zebra]",
        ),
        ("plans.0.when.0.any.1", "names no sign `racing`; did you mean `racing-heart`?"),
        ("plans.0.when.0.any.2.1", "names no sign `unsure`; did you mean `unsure-heart`?"),
        ("plans.0.when.1", "names no sign `zebra`"),
    ),
    case(
        "sign that a plan excludes",
        ("{none: [racing-heart]}", "{none: [racing-heart, ^^zebra]}"),
        ("plans.1.when.1.none.1", "names no sign `zebra`"),
    ),
    case(
        "sign that a plan tells",
        ("tell: [many-cups]", "tell: [^^many-cup]"),
        ("plans.1.tell.0", "names no sign `many-cup`; did you mean `many-cups`?"),
    ),
    case(
        "sign of another wording",
        ("when: [racing-heart]", "when: [^^racing-hart]"),
        (
            "topics.cups.variants.0.when.0",
            "names no sign `racing-hart`; did you mean `racing-heart`?",
        ),
    ),
    case(
        "topic of a sign",
        ("    topics: [cups]\n    source:", "    topics: [^^cupps]\n    source:"),
        ("signs.many-cups.topics.0", "names no topic `cupps`; did you mean `cups`?"),
    ),
    case(
        "topic of a plan, for one voice",
        (
            'more coffee."]\n    topics: [palpitations]',
            'more coffee."]\n    ^^topics: {me: [cups], someone: [cups, palpitation]}',
        ),
        (
            "plans.0.topics.1",
            "names no topic `palpitation`; did you mean `palpitations`?",
        ),
    ),
    case(
        "topic beside the help lines",
        ("beside_help: [cups]", "beside_help: [^^cup]"),
        ("results.beside_help.0", "names no topic `cup`; did you mean `cups`?"),
    ),
    case(
        "plan",
        ("like: ask-today\n", "like: ^^ask-tody\n    level: today\n"),
        ("plans.2.like", "names no plan `ask-tody`; did you mean `ask-today`?"),
    ),
    case(
        "source of a sign",
        ("    source: leaflet", "    source: ^^leaflets"),
        ("signs.many-cups.source", "names no source `leaflets`; did you mean `leaflet`?"),
    ),
    case(
        "source of a topic",
        ("[leaflet]\n    checked: 2026-11-07", "[leaflet, ^^leaf]\n    checked: 2026-11-07"),
        ("topics.palpitations.sources.1", "names no source `leaf`; did you mean `leaflet`?"),
    ),
    case(
        "source of a plan",
        (
            "    topics: [cups]\n    sources: [leaflet]\n\ntopics:",
            "    topics: [cups]\n    sources: [^^leaf]\n\ntopics:",
        ),
        ("plans.3.sources.0", "names no source `leaf`; did you mean `leaflet`?"),
    ),
    case(
        "source behind a fact",
        ("body: 'It often stops by itself.[@leaflet]'", "body: ^^'It often stops.[@leaf]'"),
        ("topics.palpitations.body", "cites `leaf`, which is not among its `sources`"),
    ),
    case(
        "article",
        ("documented_in: [a]", "documented_in: [a, ^^b]"),
        ("signs.racing-heart.documented_in.1", "names no document `b`"),
    ),
    case(
        "topic that is asked for most",
        ("asked_most: [cups]", "asked_most: [^^cup]"),
        ("about.asked_most.0", "names no topic `cup`; did you mean `cups`?"),
    ),
    case(
        "contact of the bar",
        ("crisis_bar: [emergency]", "crisis_bar: [^^emergancy]"),
        ("about.crisis_bar.0", "names no contact `emergancy`; did you mean `emergency`?"),
    ),
    case(
        "contact in braces",
        ("body: 'Call {emergency}.'", "body: ^^'Call {emergancy}.'"),
        ("about.help.body", "names no contact `emergancy`; did you mean `emergency`?"),
    ),
    case(
        "contact of a plan for one voice, and a second one, missing in a country",
        (
            *("    contact: advice\n", "    ^^contact: {me: hotline, someone: advice}\n"),
            *("also_contact: emergency", "also_contact: ^^hotline"),
            *("  barista:\n", f"{HOTLINE}  barista:\n"),
        ),
        ("plans.1.contact", "in CA: names no contact `hotline`"),
        ("plans.1.also_contact", "in CA: names no contact `hotline`"),
    ),
    case(
        "group",
        ("group: basics\n    action: 'Sit", "group: ^^basic\n    action: 'Sit"),
        ("topics.palpitations.group", "names no group `basic`; did you mean `basics`?"),
    ),
]

BAD_ID = "must be an id of small letters, digits and hyphens; did you mean"

IDS = [
    case(
        "section twice",
        ("- id: today\n", "- id: ^^part\n", "- id: cutting-down", "- id: ^^part"),
        ("sections.0.id", "section `part` stands here twice"),
        ("sections.1.id", "section `part` stands here twice"),
    ),
    case(
        "question twice",
        ("      - id: heart\n", f"{OTHER_QUESTION}      - id: ^^heart\n"),
        ("sections.0.questions.0.id", "question `heart` stands here twice"),
        ("sections.0.questions.1.id", "question `heart` stands here twice"),
    ),
    case(
        "choice twice",
        (
            *("{id: 'yes',", "{id: ^^'yes',"),
            *(
                "{id: 'no', text: 'No', signs: []}",
                "{id: ^^'yes', text: 'x', signs: [racing-heart]}",
            ),
        ),
        (f"{HEART}.choices.0.id", "choice `yes` stands here twice"),
        (f"{HEART}.choices.1.id", "choice `yes` stands here twice"),
    ),
    case(
        "plan twice",
        ("- id: fewer-cups", "- id: ^^collapse", "- id: collapse", "- id: ^^collapse"),
        ("plans.0.id", "plan `collapse` stands here twice"),
        ("plans.3.id", "plan `collapse` stands here twice"),
    ),
    *(
        case(
            f"reserved question {name}",
            ("- id: headache", f"- id: ^^{name}"),
            ("sections.1.questions.0.id", f"`{name}` is reserved; choose another id"),
        )
        for name in ("at", "seen", "undo")
    ),
    *(
        case(
            f"standard choice {name}",
            ("- id: dull", f"- id: ^^{name}"),
            (
                "sections.1.questions.0.choices.1.id",
                f"`{name}` is a standard answer; write `{key}:` beside `choices` instead",
            ),
        )
        for name, key in {"none": "none", "not-sure": "not_sure"}.items()
    ),
    *(
        case(
            f"bad form of id {value}",
            ("- id: cutting-down", f"- id: ^^{value}"),
            ("sections.1.id", f"{BAD_ID} `cutting-down`?"),
        )
        for value in ("Cutting-Down", "cutting_down", "'cutting down'", "cutting--down")
    ),
    case(
        "bad form of a key",
        ("  leaflet:", "  ^^Leaf_Let:"),
        ("sources.Leaf_Let", f"{BAD_ID} `leaf-let`?"),
    ),
    case(
        "bad form of a key with a plain value",
        ("    basics: 'The basics'", "    basics: 'The basics'\n    ^^The_Rest: 'x'"),
        ("about.groups.The_Rest", f"{BAD_ID} `the-rest`?"),
    ),
]

NOT_CONFIRMED = (
    "`barista` is not confirmed, so no page may lead to it; "
    "call the number, then write `confirmed: true`"
)
OTHER_SIGN = "shaking: {label: 'Shaking', chart: 'Tremor', category: withdrawal}\n"

RULES = [
    case(
        "sign of a voice missing",
        (
            "  about-me: {label: 'The person', chart: 'Patient', category: circumstance}\n",
            "",
            "signs:\n",
            "^^signs:\n",
        ),
        ("signs", "needs `about-me`, which says whom the answers are about"),
    ),
    case(
        "sign that no answer names",
        ("  many-cups:\n", f"  ^^{OTHER_SIGN}  many-cups:\n"),
        ("signs.shaking", "is named by no answer"),
    ),
    case(
        "documented sign that no topic explains",
        (
            "    topics: [palpitations]\n  unsure",
            "  unsure",
            "  racing-heart:",
            "  ^^racing-heart:",
        ),
        ("signs.racing-heart", "is documented, so it needs `topics` that explain it"),
    ),
    case(
        "topic that nothing names",
        (
            *("  palpitations:\n", "  ^^palpitations:\n"),
            *("    topics: [palpitations]\n  unsure", "    topics: [cups]\n  unsure"),
            *('more coffee."]\n    topics: [palpitations]', 'more coffee."]\n    topics: []'),
        ),
        ("topics.palpitations", "is named by no sign and no plan"),
    ),
    case(
        "same text twice",
        ("text: 'A dull one'", "text: ^^'A bad one'"),
        ("sections.1.questions.0.choices.1.text", "has the same text as `bad`"),
    ),
    case(
        "same text twice in one voice",
        (
            "text: {me: 'My own tea', someone: 'Their own tea'}",
            "^^text: {me: Tea, someone: Coffee}",
        ),
        (f"{TEA}.text", "has the same text as `coffee`"),
    ),
    case(
        "ask_if on the first question",
        ("- id: heart\n", "- id: heart\n        ^^ask_if: [about-me]\n"),
        (f"{HEART}.ask_if", "is on the first question; leave it out"),
    ),
    case(
        "ask_if on a sign of the question itself and of a later one",
        (
            "        ask: 'Which drinks, most days?'",
            "        ask: 'Which drinks?'\n        ask_if:\n"
            "          - any: [^^many-cups, racing-heart, about-me, ^^bad-headache]",
        ),
        (
            "sections.0.questions.1.ask_if.0.any.0",
            "`many-cups` is named by no earlier question",
        ),
        (
            "sections.0.questions.1.ask_if.0.any.3",
            "`bad-headache` is named by no earlier question",
        ),
    ),
    case(
        "if_blank without not_sure",
        ("        none: {}", "        none: {}\n        if_blank: ^^not_sure"),
        (
            "sections.0.questions.1.if_blank",
            "needs `not_sure`, which says what the answer names",
        ),
    ),
    case(
        "no plan for everybody else",
        ("    when: []", "    when: [many-cups]", "plans:\n", "^^plans:\n"),
        ("plans", "needs one plan with `when: []`, for people to whom no other applies"),
    ),
    case(
        "two plans for everybody else",
        ("    when: []", "    ^^when: []", "when: [unsure-headache]", "when: []"),
        ("plans.3.when", "is empty, and so is that of another plan; only one may be"),
    ),
    case(
        "like of like",
        ("  - id: fewer-cups\n", LIKE_OF_LIKE),
        ("plans.3.like", "`ask-today-unsure` takes over from another plan; name that one"),
    ),
    case(
        "two plans with the same action",
        (
            *("heading: 'Talk with your barista'", "heading: ^^'Text {advice} today'"),
            *("do: ['Count the cups of a day.']", "do: ['Text {advice}.', 'Have one cup.']"),
        ),
        ("plans.3.heading", "has the heading and steps of `ask-today`; use `like`"),
    ),
    case(
        "more urgent below",
        ("    level: learn", "    level: ^^soon", "    level: today", "    level: learn"),
        ("plans.3.level", "is more urgent than `ask-today-unsure` above it; move it up"),
    ),
    case(
        "stops below one that does not",
        ("    level: learn", "    level: learn\n    stops: ^^true"),
        ("plans.3.stops", "stops, and `ask-today-unsure` above it does not; move it up"),
    ),
    case(
        "emergency that does not stop",
        ("    level: emergency\n    stops: true", "    level: ^^emergency"),
        ("plans.0.level", "is an emergency, so it needs `stops: true`"),
    ),
    case(
        "what was said, outside the words to say",
        ("why: 'If you are not sure, ask.'", "why: ^^'Because {because}.'"),
        ("plans.2.why", "names no contact `because`"),
    ),
    case(
        "no confirmed line for deaf people, in the own country",
        (
            *("  barista:\n", UNCONFIRMED_RELAY),
            "    relay: true\n    checked: 2026-11-04",
            "    checked: 2026-11-04",
            "contacts:\n  e",
            "^^contacts:\n  e",
        ),
        ("contacts", "needs a line with `relay: true`, for people who can't hear or speak"),
    ),
    case(
        "no line for deaf people, in another country",
        (
            *("        relay: true\n", ""),
            *("name: 'Canada'\n    contacts:", "name: 'Canada'\n    ^^contacts:"),
        ),
        (
            "regions.CA.contacts",
            "needs a line with `relay: true`, for people who can't hear or speak",
        ),
    ),
    case(
        "help line of the bar with no number",
        (
            *("    text: {number: '555-0100'}", "    web: 'https://example.org'"),
            *("crisis_bar: [emergency]", "crisis_bar: [emergency, ^^advice]"),
            *("    contact: advice", "    contact: ^^advice"),
        ),
        ("about.crisis_bar.1", "`advice` has no number to call or text"),
        ("plans.1.contact", "`advice` has no number to call or text"),
    ),
    case(
        "mark of a country without help lines",
        ("    body: |", "    body: ^^|", "      [CA] A mug", "      [GB] A mug"),
        ("topics.cups.body", "names no country `GB`; there are US, CA"),
    ),
    case(
        "text that is empty in a country",
        ("lead: 'Two short parts.'", "lead: ^^'[US] Two short parts.'"),
        ("about.lead", "has no line for CA; write one"),
    ),
    case(
        "no voices",
        (
            "            signs: [many-cups]",
            "            signs: [many-cups]\n            ^^voices: []",
        ),
        ("sections.0.questions.1.choices.0.voices", "must not be empty"),
    ),
    case(
        "too many steps",
        ("do: ['Sit down.', 'Unlock the door.']", "^^do: [a, b, c, d, e]"),
        ("plans.0.do", "must have at most 4 entries"),
    ),
    case(
        "one sign together",
        ("when: [unsure-headache]", "when: [{any: [^^[unsure-headache]]}]"),
        ("plans.2.when.0.any.0", "must have at least 2 entries"),
    ),
]

VALUES = [
    case(
        "level of a plan",
        ("    level: learn", "    level: ^^lern"),
        ("plans.3.level", f"{LEVELS}; did you mean `learn`?"),
    ),
    case(
        "level of the results",
        ("    soon: 'Soon'", "    soon: 'Soon'\n    son: ^^'x'"),
        ("results.levels.son", f"{LEVELS}; did you mean `soon`?"),
    ),
    case(
        "kind of sign",
        ("category: dependence", "category: ^^dependance"),
        ("signs.many-cups.category", f"{CATEGORIES}; did you mean `dependence`?"),
    ),
    case(
        "type of a question",
        ("type: tick-all", "type: ^^tickall"),
        (
            "sections.0.questions.1.type",
            "must be one of single, tick-all; did you mean `tick-all`?",
        ),
    ),
    case(
        "voice",
        ("'Coffee'\n", "'Coffee'\n            voices: [me, ^^somone]\n"),
        (
            "sections.0.questions.1.choices.0.voices.1",
            "must be one of me, someone; did you mean `someone`?",
        ),
    ),
    case(
        "web address",
        ("url: 'https://example.org/caffeine'", "url: ^^'www.example.org'"),
        ("sources.leaflet.url", "must be a web address that starts with https://"),
    ),
    case(
        "day that is not in the calendar",
        ("checked: 2026-11-06", "checked: ^^2026-02-30"),
        ("topics.cups.checked", "is not a day of the calendar: 2026-02-30"),
    ),
    *(
        case(
            f"date written {value}",
            ("checked: 2026-11-06", f"checked: ^^{value}"),
            ("topics.cups.checked", "must be a date like 2026-11-22"),
        )
        for value in ("5 November 2026", "2026-1-5", "'2026-02-30'", "2026")
    ),
    case(
        "date written 0",
        ("checked: 2026-11-06", "checked: ^^0"),
        ("topics.cups.checked", "must be a date like 2026-11-22"),
    ),
    case(
        "text instead of a list",
        ("points: ['You can skip any question.']", "points: ^^'You can skip any question.'"),
        ("about.points", "must be a list"),
    ),
    case(
        "list instead of text",
        (TITLE, "  ^^title: ['Small check']"),
        ("about.title", "must be text; put it in quotes"),
    ),
    case(
        "text instead of a mapping",
        ("  privacy: {title: 'Privacy', body: 'Nothing is kept.'}", "  privacy: ^^'Nothing'"),
        ("about.privacy", "must be a mapping of keys and values"),
    ),
    case(
        "text instead of true or false",
        ("confirmed: true", "confirmed: ^^perhaps"),
        ("contacts.emergency.confirmed", "must be true or false"),
    ),
    case(
        "topic that is asked for most twice",
        ("asked_most: [cups]", "asked_most: [^^cups, ^^cups]"),
        ("about.asked_most.0", "topic `cups` stands here twice"),
        ("about.asked_most.1", "topic `cups` stands here twice"),
    ),
    case(
        "seven topics that are asked for most",
        ("asked_most: [cups]", "^^asked_most: [a, b, c, d, e, f, g]"),
        ("about.asked_most", "must have at most 6 entries"),
    ),
    case("empty text", (TITLE, "  title: ^^''"), ("about.title", "must not be empty")),
    case(
        "empty text for both voices",
        ("action: 'Sit down.'", "action: ^^''"),
        ("topics.palpitations.action", "must not be empty"),
    ),
    case("blank text", (TITLE, "  title: ^^'  '"), ("about.title", "must not be empty")),
    case(
        "empty list",
        ("crisis_bar: [emergency]", "^^crisis_bar: []"),
        ("about.crisis_bar", "must not be empty"),
    ),
    case(
        "one voice only",
        ("          someone: 'Is their heart racing?'\n", "", "        ask:\n", "        ^^ask:\n"),
        (f"{HEART}.ask.someone", "is needed here"),
    ),
    case(
        "region",
        ("region: US", "region: ^^Usa"),
        ("about.region", "must be two capital letters, like US"),
    ),
]

YAML = [
    *(
        case(
            f"{value} as a value",
            (TITLE, f"  title: ^^{value}"),
            ("about.title", f"is read by YAML as a {kind}, {QUOTES.format(value)}"),
        )
        for value, kind in {
            "no": "bool",
            "on": "bool",
            "yes": "bool",
            "1:30": "int",
            "010": "int",
            "1_000": "int",
            "1.5": "float",
            "~": "null",
            "=": "value",
        }.items()
    ),
    case(
        "1 as a value", (TITLE, "  title: ^^1"), ("about.title", "must be text; put it in quotes")
    ),
    case("no value", (TITLE, "  title:^^"), ("about.title", "must be text; put it in quotes")),
    *(
        case(
            f"{key} as a key",
            ("    basics: 'The basics'", f"    basics: 'The basics'\n    ^^{key}: 'x'"),
            (f"about.groups.{key}", f"is a yes/no word to YAML; put it in quotes: '{key}'"),
        )
        for key in ("no", "on", "yes")
    ),
    case(
        "number not quoted",
        ("format: '2.0'", "format: ^^2.0"),
        ("about.format", f"is read by YAML as a float, {QUOTES.format('2.0')}"),
    ),
    case(
        "time of day in a date",
        ("checked: 2026-11-06", "checked: ^^2026-11-05 10:00:00"),
        ("topics.cups.checked", "must be a date like 2026-11-22"),
    ),
    case("tab", (TITLE, "^^\ttitle: 'x'"), ("indentation", "holds a tab; use spaces")),
    case("tab after spaces", (TITLE, f"^^  \t{TITLE}"), ("indentation", "holds a tab; use spaces")),
    case(
        "two tabs",
        (TITLE, f"^^\t{TITLE}", "  region: US", "^^\tregion: US"),
        ("indentation", "holds a tab; use spaces"),
        ("indentation", "holds a tab; use spaces"),
    ),
    case(
        "syntax: colon in text",
        (TITLE, "  title: Small^^: check"),
        ("file", f"{MAPPING}; line 5: a text that holds a colon needs quotes"),
    ),
    case(
        "syntax: comment inside a text",
        (TITLE, "  title: Small check # of\n    ^^caffeine"),
        ("file", f"{EXPECTED}; line 5: a text that holds ` #` needs quotes"),
    ),
    case(
        "syntax: wrong indentation, below a comment that cuts nothing",
        (
            TITLE,
            f"{TITLE} # x\n  version: 2026-11-01  # y\n   ^^up: 'x'",
            "  version: 2026-11-01\n",
            "",
        ),
        ("file", f"{EXPECTED}; {OUT_OF_PLACE}"),
    ),
    case(
        "syntax: wrong indentation",
        ("  duration: 'One minute'", "   ^^duration: 'One minute'"),
        ("file", f"{EXPECTED}; {OUT_OF_PLACE}"),
    ),
    case(
        "syntax: too far right",
        ("        hint: 'Before noon.'", "          ^^hint: 'Before noon.'"),
        ("file", f"{EXPECTED}; {OUT_OF_PLACE}"),
    ),
    case(
        "syntax: a sign that YAML keeps",
        (TITLE, "  title: ^^@home"),
        (
            "file",
            "cannot be read as YAML: found character that cannot start any token; "
            "put the text in quotes",
        ),
    ),
    case(
        "syntax: quote not closed",
        (TITLE, "  title: 'Small check", "  heading: 'Qu", "  heading: '^^Qu"),
        ("file", f"{EXPECTED}; the quote that opens on line 5 is not closed there"),
    ),
    case(
        "syntax: quote not closed, and a quote at the start of a line of a long text",
        (
            TITLE,
            "  title: 'Small check",
            "  heading: 'Questions about caffeine'",
            "  lesson: |\n    \"Tea\" too\n  heading: '^^Questions about caffeine'",
        ),
        ("file", f"{EXPECTED}; the quote that opens on line 5 is not closed there"),
    ),
    case(
        "syntax: apostrophe",
        (TITLE, "  title: 'Don'^^t panic'"),
        ("file", f"{EXPECTED}; line 5: inside quotes an apostrophe is written twice: ''"),
    ),
    case(
        "syntax: text after a quote",
        (TITLE, '  title: "Small" ^^check'),
        ("file", f"{EXPECTED}; line 5: text stands after the closing quote"),
    ),
    case(
        "syntax: no colon",
        (TITLE, "  title 'Small'", "  heading: 'Qu", "  ^^heading: 'Qu"),
        ("file", f"{COLON}; line 5 has no colon after its key"),
    ),
    case(
        "syntax: no space after a colon",
        (TITLE, "  title:'Small'", "  heading: 'Qu", "  ^^heading: 'Qu"),
        ("file", f"{COLON}; line 5 needs a space after the colon"),
    ),
    case(
        "syntax: list not closed",
        (
            "crisis_bar: [emergency]",
            "crisis_bar: [emergency",
            "  standard_choices:",
            "  standard_choices^^:",
        ),
        (
            "file",
            "cannot be read as YAML: did not find expected ',' or ']'; "
            "the list above is not closed, or a comma is missing",
        ),
    ),
    case(
        "syntax: two documents",
        ("topics:\n  cups", "^^---\ntopics:\n  cups"),
        ("file", "cannot be read as YAML: but found another document"),
    ),
    case(
        "control character",
        (TITLE, "  title: 'Small^^\x00'"),
        ("file", "holds a control character"),
    ),
    case(
        "alias of nothing",
        (TITLE, "  title: ^^*small"),
        ("file", "cannot be read as YAML: found undefined alias"),
    ),
    case(
        "anchor and alias of a mapping",
        (
            "  about: {title: 'About', body: 'For tests only.'}\n"
            "  privacy: {title: 'Privacy', body: 'Nothing is kept.'}",
            "  about: &page {title: 'About', body: 'For tests only.'}\n  ^^privacy: *page",
        ),
        ("about.privacy", "repeats an anchor (`*name`); write it out instead"),
    ),
    case(
        "anchor inside itself",
        ("points: ['You can skip any question.']", "points: ^^&points [*points]"),
        ("about.points.0", "repeats an anchor (`*name`); write it out instead"),
    ),
    case(
        "anchor and alias of a text",
        (
            "  title: 'Small check'\n  heading: 'Questions about caffeine'",
            "  title: &small 'Small check'\n  ^^heading: *small",
        ),
        ("about.heading", "repeats an anchor (`*name`); write it out instead"),
    ),
    case(
        "merge key with an alias",
        (
            "  about: {title: 'About', body: 'For tests only.'}\n",
            "  about: &page {title: 'About', body: 'For tests only.'}\n  ^^<<: *page\n",
        ),
        ("about.<<", "merges an anchor (`<<`); write it out instead"),
    ),
    case(
        "tag on a text",
        (TITLE, "  title: ^^!mine 'Small check'"),
        ("about.title", "has a tag this file does not use: !mine"),
    ),
    case(
        "python tag on a text",
        (TITLE, "  title: ^^!!python/name:os.system x"),
        (
            "about.title",
            "has a tag this file does not use: tag:yaml.org,2002:python/name:os.system",
        ),
    ),
    case(
        "python tag on a mapping",
        ("  about: {title: 'About',", "  ^^about: !!python/object:os.X {title: 'About',"),
        ("about.about", "has a tag this file does not use: tag:yaml.org,2002:python/object:os.X"),
    ),
    case(
        "tag on a list",
        ("points: ['You", "^^points: !!omap ['You"),
        ("about.points", "has a tag this file does not use: tag:yaml.org,2002:omap"),
    ),
    case(
        "text cut off by a comment",
        (TITLE, "  title: Small check ^^# about caffeine"),
        ("about.title", LOST),
    ),
    case(
        "number in a text that is no number",
        (TITLE, "  title: Check ^^#1"),
        ("about.title", LOST),
    ),
    case(
        "long text cut off by a comment",
        (TITLE, "  title: Small\n    check ^^# about caffeine"),
        ("about.title", LOST),
    ),
    case(
        "text in a list cut off by a comment",
        ("do: ['Count the cups of a day.']", "do: [Count the cups ^^# of a day\n      ]"),
        ("plans.3.do.0", LOST),
    ),
    *(
        case(
            f"folded text, {sign}",
            ("body: 'Rest first.'", f"body: ^^{sign}\n          Rest.\n\n          - First."),
            (
                "topics.cups.variants.0.body",
                "is folded by `>`, which joins lines and lists; write `|` instead",
            ),
        )
        for sign in (">", ">-")
    ),
    *(
        case(
            f"list inside {name}",
            ("body: 'Rest first.'", f"body: ^^{quote}Rest.\n          {item} First.{quote}"),
            (
                "topics.cups.variants.0.body",
                "holds a list whose lines YAML joins; write `|` and the text below it",
            ),
        )
        for name, quote, item in (
            ("single quotes", "'", "-"),
            ("double quotes", '"', "1."),
            ("no quotes", "", "-"),
        )
    ),
    case(
        "key that is a list",
        ("  groups:\n    basics:", "  ^^groups:\n    [a, b]: 'x'\n    basics:"),
        ("about.groups", "has a key that is not a word"),
    ),
]


@pytest.mark.parametrize(("changes", "findings"), [*KEYS, *NAMES, *IDS, *RULES, *VALUES, *YAML])
def test_what_is_wrong_is_reported_with_its_position(
    changes: Change, findings: list[Finding]
) -> None:
    raw, spots = broken(*changes)
    assert faults(raw) == errors_at(spots, findings)


def test_comments_and_long_texts_that_lose_nothing() -> None:
    raw, _ = broken(
        *("region: US", "region: US # where most readers live"),
        *("version: 2026-11-01", "version: 2026-11-01 # a day"),
        *("crisis_bar: [emergency]", "crisis_bar: [emergency] # one line"),
        *("confirmed: true", "confirmed: true # called twice"),
        *(TITLE, f"{TITLE} # neutral"),
        *("- id: cutting-down", "- id: cutting-down #later"),
        *("if_blank: not_sure", "if_blank: not_sure  #safe"),
        *("lead: 'Two short parts.'", "lead: Two short parts.\n  # a comment below"),
        *("      Tea has less", "      Tea #1 # has less"),
        *("body: 'Close the window.'}", "body: 'Close\n    the window - and\n    go.'}"),
        *("body: 'For tests only.'", "body: 'For # tests\n\n    only.'"),
    )
    about = load_bytes(raw).questionnaire.about
    assert (about.lead, about.about.body) == ("Two short parts.", "For # tests\nonly.")


@pytest.mark.parametrize(
    ("raw", "where", "message"),
    [
        pytest.param(b"- a\n- b\n", "file", "must be a mapping of keys and values", id="a list"),
        pytest.param(b"some text", "file", "must be a mapping of keys and values", id="a text"),
        pytest.param(RAW + b"#" * LARGEST_FILE, "file", "is larger than 2 MB", id="too large"),
        pytest.param(
            SMALL.encode("utf-16"), "file", "is not UTF-8 text; save the file as UTF-8", id="UTF-16"
        ),
        *(
            pytest.param(raw, "file", "is empty", id=f"empty: {raw!r}")
            for raw in (b"", b"# only this\n", b"\xef\xbb\xbf")
        ),
    ],
)
def test_a_file_that_is_wrong_as_a_whole(raw: bytes, where: str, message: str) -> None:
    assert faults(raw) == [ContentError("small.yaml", 1, 1, where, message)]


def test_a_file_of_the_largest_size_loads() -> None:
    assert load_bytes(RAW + b"#" * (LARGEST_FILE - len(RAW)))


def test_a_file_that_is_not_utf_8_is_refused_at_the_byte() -> None:
    raw, spots = broken(TITLE, "  title: 'Caf^^\u00e9'")
    latin = raw.decode().encode("latin-1")
    assert faults(latin) == errors_at(
        spots, [("file", "is not UTF-8 text; save the file as UTF-8")]
    )


def test_an_error_reads_as_file_line_column_where_message(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(broken(TITLE, "  title: ''")[0])
    with pytest.raises(BrokenContent, match=r"^mine\.yaml:5:10: about\.title: must not be empty$"):
        load(path)


def test_a_file_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.yaml")


SEVERAL = (
    *("  duration: 'One minute'", "  ^^durations: 'One minute'", "about:\n  f", "^^about:\n  f"),
    *("    basics: 'The basics'", "    basics: ^^no"),
    *("checked: 2026-11-02", "checked: ^^2026-13-01"),
    *("    level: learn", "    level: ^^later"),
)
SEVERAL_FINDINGS = [
    ("about.duration", "is needed here"),
    ("about.durations", "is not a known key; did you mean `duration`?"),
    ("about.groups.basics", f"is read by YAML as a bool, {QUOTES.format('no')}"),
    ("sources.leaflet.checked", "is not a day of the calendar: 2026-13-01"),
    ("plans.3.level", f"{LEVELS}; did you mean `learn`?"),
]
UNKNOWN_IDS = ("tell: [many-cups]", "tell: [^^cups]", "beside_help: [cups]", "beside_help: [^^x]")
UNKNOWN_ID_FINDINGS = [
    ("plans.1.tell.0", "names no sign `cups`; did you mean `many-cups`?"),
    ("results.beside_help.0", "names no topic `x`"),
]


@pytest.mark.parametrize(
    ("changes", "findings"),
    [
        case("shape", SEVERAL, *SEVERAL_FINDINGS),
        case("ids", UNKNOWN_IDS, *UNKNOWN_ID_FINDINGS),
        case(
            "YAML words and ids",
            (TITLE, "  title: ^^no", *UNKNOWN_IDS),
            ("about.title", f"is read by YAML as a bool, {QUOTES.format('no')}"),
            *UNKNOWN_ID_FINDINGS,
        ),
        case(
            "shape and ids",
            (TITLE, "  title: ^^''", *UNKNOWN_IDS),
            ("about.title", "must not be empty"),
            *UNKNOWN_ID_FINDINGS,
        ),
    ],
)
def test_several_errors_come_at_once_in_the_order_of_the_file(
    changes: Change, findings: list[Finding]
) -> None:
    raw, spots = broken(*changes)
    assert faults(raw) == errors_at(spots, findings)


def test_errors_of_one_place_come_in_a_fixed_order() -> None:
    keys = "about sources contacts signs sections plans topics results".split()
    missing = [error.where for error in faults(b"version: '2.0'\n") if error.where != "version"]
    assert missing in (keys, sorted(keys))


def test_a_byte_order_mark_is_accepted() -> None:
    assert load_bytes(b"\xef\xbb\xbf" + RAW) == load_bytes(RAW)


def test_windows_line_ends_are_accepted() -> None:
    assert load_bytes(RAW.replace(b"\n", b"\r\n")) == load_bytes(RAW)


@pytest.mark.parametrize("changes", [SEVERAL, UNKNOWN_IDS], ids=["shape", "ids"])
def test_windows_line_ends_and_a_byte_order_mark_move_no_error(changes: Change) -> None:
    raw, _ = broken(*changes)
    assert faults(b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n")) == faults(raw)


def test_a_contact_that_is_not_confirmed_stands_nowhere() -> None:
    raw, _ = broken(
        *("    night: 'Closed? Text {advice}.'", "    confirmed: false"),
        *("heading: 'Talk with your barista'", "heading: 'Talk with {barista}'"),
    )
    found = [(error.where, error.message) for error in faults(raw)]
    wheres = ("plans.3.heading", "plans.3.contact")
    assert found == [
        (where, f"{country}{NOT_CONFIRMED}") for where in wheres for country in ("", "in CA: ")
    ]


ODD_BYTES = [
    *(text.encode() for text in "\t \n \r \0 \f \u2028 \u0085 \ufeff".split(" ")),
    *b"\xff|&a |*a|*a: |<<: |!!set |!x |? |- |: |{|}|[|]|'|\"|>-\n|%|---\n|...\n|~|no|#".split(
        b"|"
    ),
]
EDITS = st.tuples(
    st.sampled_from(["insert", "replace", "delete", "drop line", "double line"]),
    st.integers(0, len(RAW) - 1),
    st.sampled_from(ODD_BYTES) | st.binary(min_size=1, max_size=8),
)


def edited(raw: bytes, how: str, at: int, piece: bytes) -> bytes:
    if how in ("drop line", "double line"):
        lines = raw.splitlines(keepends=True)
        number = at % max(len(lines), 1)
        lines[number : number + 1] = lines[number : number + 1] * (how == "double line") * 2
        return b"".join(lines)
    inserted = b"" if how == "delete" else piece
    removed = 0 if how == "insert" else len(piece)
    return raw[:at] + inserted + raw[at + removed :]


@settings(max_examples=50, deadline=None)
@given(st.lists(EDITS, min_size=1, max_size=4))
def test_whatever_is_done_to_a_file_it_loads_or_says_where(
    edits: list[tuple[str, int, bytes]],
) -> None:
    raw = RAW
    for edit in edits:
        raw = edited(raw, *edit)
    # YAML ends a line at each of these.
    last = len(re.split("\r\n|[\n\r\x85\u2028\u2029]", raw.decode(errors="replace")))
    try:
        load_bytes(raw)
    except BrokenContent as broken_content:
        assert broken_content.errors
        for error in broken_content.errors:
            assert 1 <= error.line <= last
            assert error.column >= 1
            assert error.where
            assert error.message


def test_an_unknown_key_in_a_part_that_an_alias_repeats() -> None:
    with pytest.raises(BrokenContent) as refused:
        load_bytes(RAW.replace(b"    also_contact: em", b"    lso_contact: em"))
    assert "plans.1.lso_contact" in str(refused.value)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(
            broken("checked: 2026-11-06", f"checked: {'1' * 5000}")[0],
            id="a number of 5000 digits",
        ),
        pytest.param(b"[" * 2000 + b"]" * 2000, id="2000 lists in each other"),
        pytest.param(b"a: ['b'", id="no end of the last line"),
        pytest.param(b"topics: {Go_Slowly: []}", id="a list under a key of bad form"),
        pytest.param(b"a: 'x\x0cy'\n\tb: 1", id="form feed before a tab"),
    ],
)
def test_hostile_files_are_refused_too(raw: bytes) -> None:
    assert all(error.line <= raw.count(b"\n") + 1 for error in faults(raw))


@pytest.mark.parametrize(
    "path",
    [built_in_questions(), SMALL_FILE],
    ids=lambda path: path.name,
)
def test_no_slip_is_seen_where_there_is_none(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = path.read_text("utf-8")
    monkeypatch.setattr("screener.content.loading.yaml_hints.LINES_ABOVE", 1_000_000)
    assert explain("why", text, text.count("\n") + 1) == "cannot be read as YAML: why"
