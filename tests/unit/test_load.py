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
from screener.resources import built_in_questions
from screener.web import field_names
from tests.paths import SMALL_FILE

SMALL = SMALL_FILE.read_text(encoding="utf-8")
RAW = SMALL.encode()
MARK = "^^"

TITLE = "  title: 'Small check'"
UNSURE_FORM = """\
    unsure:
      heading: 'Not sure? Call {emergency}'
      contacts: [emergency]
"""
TEA = "sections.0.questions.1.choices.1"
HEART = "sections.0.questions.0"
COLON = "cannot be read as YAML: could not find expected ':'"
EXPECTED = "cannot be read as YAML: did not find expected key"
MAPPING = "cannot be read as YAML: mapping values are not allowed in this context"
OUT_OF_PLACE = (
    "this line or the one above starts too far left or right, or a line between them is gone"
)
QUOTES = "not as text; write '{}' in quotes"

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
        *("- id: cutting-down", "- id: next"),
        *("topics: [go-slowly]", "topics: [go-slow]"),
        *("    title: 'Go slowly'", "    title: no"),
    )
    found = [(error.line, error.where) for error in faults(raw)]
    assert [where for _, where in found] == [
        "sections.1.id",
        "sections.1.questions.0.choices.0.topics.0",
        "topics.go-slowly.title",
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
        ("  cups:\n", "  ^^go-slowly: {}\n  cups:\n"),
        ("topics.go-slowly", "stands here twice; first on line 137"),
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
        ("            urgency: learn", "            ^^urgencies: learn"),
        (f"{TEA}.urgencies", "is not a known key; did you mean `urgency`?"),
    ),
    case(
        "unknown key, nothing near",
        ("scales:\n", "^^zebra: {}\nscales:\n"),
        ("zebra", "is not a known key"),
    ),
    case(
        "missing key",
        ("  duration: 'One minute'\n", "", "about:\n  format", "^^about:\n  format"),
        ("about.duration", "is needed here"),
    ),
    case(
        "missing key in a list",
        ("        subject: 'headache'\n", "", "id: headache", "^^id: headache"),
        ("sections.1.questions.0.subject", "is needed here"),
    ),
    case(
        "missing group of urgency",
        ("  groups:\n    emergency: {title: 'Now', prefix: 'First:'}\n", "  ^^groups:\n"),
        ("results.groups", "needs a group for `emergency`"),
    ),
    case(
        "rule topic without a strip",
        ("    strip: 'Do not stop all at once.'\n", "", "  go-slowly:\n", "  ^^go-slowly:\n"),
        ("topics.go-slowly", "is `results.rule_topic`, so it needs a `strip`"),
    ),
    case(
        "sign with no document and no source",
        ("    source: leaflet\n", "", "  many-cups:\n", "  ^^many-cups:\n"),
        ("signs.many-cups", "needs `documented_in` or a `source`"),
    ),
]

NAMES = [
    case(
        "sign",
        ("signs: [many-cups]", "signs: [^^many-cup]"),
        (
            "sections.0.questions.1.choices.0.signs.0",
            "names no sign `many-cup`; did you mean `many-cups`?",
        ),
    ),
    case(
        "topic of a choice",
        ("topics: [go-slowly]", "topics: [^^go-slow]"),
        (
            "sections.1.questions.0.choices.0.topics.0",
            "names no topic `go-slow`; did you mean `go-slowly`?",
        ),
    ),
    case(
        "topic of a sign",
        ("    topics: [cups]\n    source", "    topics: [^^cupps]\n    source"),
        ("signs.many-cups.topics.0", "names no topic `cupps`; did you mean `cups`?"),
    ),
    case(
        "topic of an interruption",
        ("    topics: [palpitations]\n    unsure", "    topics: [^^palpitation]\n    unsure"),
        (
            "interruptions.collapse.topics.0",
            "names no topic `palpitation`; did you mean `palpitations`?",
        ),
    ),
    case(
        "interruption",
        (
            "          interruption: collapse\n        not",
            "          interruption: ^^colapse\n        not",
        ),
        (
            f"{HEART}.opens.interruption",
            "names no interruption `colapse`; did you mean `collapse`?",
        ),
    ),
    case(
        "scale",
        ("scale: yes-no", "scale: ^^yesno"),
        (f"{HEART}.scale", "names no scale `yesno`; did you mean `yes-no`?"),
    ),
    case(
        "source of a sign",
        ("    source: leaflet", "    source: ^^leaflets"),
        ("signs.many-cups.source", "names no source `leaflets`; did you mean `leaflet`?"),
    ),
    case(
        "source of a topic",
        ("[leaflet]\n    checked: 2026-11-07", "[^^leaf]\n    checked: 2026-11-07"),
        ("topics.palpitations.sources.0", "names no source `leaf`; did you mean `leaflet`?"),
    ),
    case(
        "document",
        ("documented_in: [a]", "documented_in: [a, ^^b]"),
        ("signs.racing-heart.documented_in.1", "names no document `b`"),
    ),
    case(
        "contact of the crisis bar",
        ("crisis_bar: [emergency]", "crisis_bar: [^^emergancy]"),
        ("about.crisis_bar.0", "names no contact `emergancy`; did you mean `emergency`?"),
    ),
    case(
        "contact of an interruption",
        (
            "    contacts: [emergency]\n    heading",
            "    contacts: [emergency, ^^advise]\n    heading",
        ),
        ("interruptions.collapse.contacts.1", "names no contact `advise`; did you mean `advice`?"),
    ),
    case(
        "contact of an unsure form",
        ("      contacts: [emergency]\n", "      contacts: [^^zebra]\n"),
        ("interruptions.collapse.unsure.contacts.0", "names no contact `zebra`"),
    ),
    case(
        "contact of an answer's support",
        ("support: advice", "support: ^^advise"),
        (
            "sections.0.questions.1.choices.0.support",
            "names no contact `advise`; did you mean `advice`?",
        ),
    ),
    case(
        "contact in braces",
        ("body: 'Call {emergency}.'", "body: ^^'Call {emergancy}.'"),
        ("about.help.body", "names no contact `emergancy`; did you mean `emergency`?"),
    ),
    case(
        "group",
        ("group: basics\n    action: 'Sit", "group: ^^basic\n    action: 'Sit"),
        ("topics.palpitations.group", "names no group `basic`; did you mean `basics`?"),
    ),
    case(
        "question in ask_if",
        ("{question: drinks, choices: [coffee]}", "{question: ^^drink, choices: [coffee]}"),
        (
            "sections.1.questions.0.ask_if.0.question",
            "names no question `drink`; did you mean `drinks`?",
        ),
    ),
    case(
        "choice in ask_if",
        ("choices: [coffee]}", "choices: [tea, ^^cofee]}"),
        (
            "sections.1.questions.0.ask_if.0.choices.1",
            "names no choice `cofee`; did you mean `coffee`?",
        ),
    ),
    case(
        "question of a variant",
        ("when: {question: heart,", "when: {question: ^^hart,"),
        ("topics.cups.variants.0.when.question", "names no question `hart`; did you mean `heart`?"),
    ),
    case(
        "choice of a variant, from a scale",
        ("choices: ['yes']}", "choices: [^^yess]}"),
        ("topics.cups.variants.0.when.choices.0", "names no choice `yess`; did you mean `yes`?"),
    ),
    case(
        "choice of a lead",
        ("choices: [tea]}", "choices: [^^te]}"),
        ("results.leads.0.when.choices.0", "names no choice `te`; did you mean `tea`?"),
    ),
    case(
        "question of a lead's unless",
        ("choices: [tea]}", "choices: [tea]}\n      unless: [{question: ^^headach, choices: [x]}]"),
        (
            "results.leads.0.unless.0.question",
            "names no question `headach`; did you mean `headache`?",
        ),
    ),
    case(
        "results: order",
        ("order: [palpitations]", "order: [cups, ^^cupss]"),
        ("results.groups.today.order.1", "names no topic `cupss`; did you mean `cups`?"),
    ),
    case(
        "results: always",
        ("{topic: go-slowly,", "{topic: ^^goslowly,"),
        ("results.always.0.topic", "names no topic `goslowly`; did you mean `go-slowly`?"),
    ),
    case(
        "results: escort",
        ("    cups: go-slowly", "    cups: ^^go-slowy"),
        ("results.escorts.cups", "names no topic `go-slowy`; did you mean `go-slowly`?"),
    ),
    case(
        "results: escorted topic",
        ("    cups: go-slowly", "    ^^cupps: go-slowly"),
        ("results.escorts.cupps", "names no topic `cupps`; did you mean `cups`?"),
    ),
    case(
        "results: beside_help",
        ("beside_help: [cups]", "beside_help: [^^cup]"),
        ("results.beside_help.0", "names no topic `cup`; did you mean `cups`?"),
    ),
    case(
        "results: rule_topic",
        ("rule_topic: go-slowly", "rule_topic: ^^go-slowest"),
        ("results.rule_topic", "names no topic `go-slowest`; did you mean `go-slowly`?"),
    ),
]

IDS = [
    case(
        "section twice",
        ("- id: today", "- id: ^^part", "- id: cutting-down", "- id: ^^part"),
        ("sections.0.id", "section `part` stands here twice"),
        ("sections.1.id", "section `part` stands here twice"),
    ),
    case(
        "question twice",
        (
            *("- id: heart\n", "- id: ^^headache\n", "- id: headache", "- id: ^^headache"),
            *("{question: heart, choices: ['yes']}", "{question: drinks, choices: [tea]}"),
        ),
        ("sections.0.questions.0.id", "question `headache` stands here twice"),
        ("sections.1.questions.0.id", "question `headache` stands here twice"),
    ),
    case(
        "choice twice",
        ("- id: coffee", "- id: ^^tea", "- id: tea", "- id: ^^tea", "[coffee]", "[tea]"),
        ("sections.0.questions.1.choices.0.id", "choice `tea` stands here twice"),
        ("sections.0.questions.1.choices.1.id", "choice `tea` stands here twice"),
    ),
    case(
        "choice of a scale twice",
        ("{id: 'yes'", "{id: ^^'yes'", "{id: 'no'", "{id: ^^'yes'"),
        ("scales.yes-no.choices.0.id", "choice `yes` stands here twice"),
        ("scales.yes-no.choices.1.id", "choice `yes` stands here twice"),
    ),
    *(
        case(
            f"reserved question {name}",
            ("- id: headache", f"- id: ^^{name}"),
            ("sections.1.questions.0.id", f"`{name}` is reserved; choose another id"),
        )
        for name in (
            "voice section go shown issued more size print full large region pad version".split()
        )
    ),
    *(
        case(
            f"reserved section {name}",
            ("- id: cutting-down", f"- id: ^^{name}"),
            ("sections.1.id", f"`{name}` is reserved; choose another id"),
        )
        for name in ("next", "back")
    ),
    *(
        case(
            f"standard choice {name}",
            ("- id: dull", f"- id: ^^{name}"),
            (
                "sections.1.questions.0.choices.0.id",
                f"`{name}` is added to every question; leave it out",
            ),
        )
        for name in ("none", "not-sure", "prefer-not")
    ),
    case(
        "standard choice in a scale",
        ("{id: 'no', text", "{id: ^^not-sure, text"),
        ("scales.yes-no.choices.1.id", "`not-sure` is added to every question; leave it out"),
    ),
    *(
        case(
            f"bad form of id {value}",
            ("- id: cutting-down", f"- id: ^^{value}"),
            (
                "sections.1.id",
                "must be an id of small letters, digits and hyphens; did you mean `cutting-down`?",
            ),
        )
        for value in ("Cutting-Down", "cutting_down", "'cutting down'", "cutting--down")
    ),
    case(
        "bad form of a key",
        ("  leaflet:", "  ^^Leaf_Let:"),
        (
            "sources.Leaf_Let",
            "must be an id of small letters, digits and hyphens; did you mean `leaf-let`?",
        ),
    ),
    case(
        "bad form of a key with a plain value",
        ("    basics: 'The basics'", "    basics: 'The basics'\n    ^^The_Rest: 'x'"),
        (
            "about.groups.The_Rest",
            "must be an id of small letters, digits and hyphens; did you mean `the-rest`?",
        ),
    ),
]

RULES = [
    case(
        "ask_if on the same section",
        (
            "        ask: 'Which drinks, most days?'",
            "        ask: 'Which drinks?'\n        ask_if: [{question: ^^heart, choices: ['yes']}]",
        ),
        ("sections.0.questions.1.ask_if.0.question", "`heart` is not in an earlier section"),
    ),
    case(
        "ask_if on a later section",
        (
            "        ask: 'Which drinks, most days?'",
            "        ask: 'Which drinks?'\n"
            "        ask_if: [{question: ^^headache, choices: [dull]}]",
        ),
        ("sections.0.questions.1.ask_if.0.question", "`headache` is not in an earlier section"),
    ),
    case(
        "contact not confirmed",
        (
            *("crisis_bar: [emergency]", "crisis_bar: [^^emergency]"),
            *("body: 'Call {emergency}.'", "body: ^^'Call {emergency}.'"),
            *("    contacts: [emergency]\n    heading", "    contacts: [^^emergency]\n    heading"),
            *("'Call {emergency} now'", "^^'Call {emergency} now'"),
            *("'Not sure? Call {emergency}'", "^^'Not sure? Call {emergency}'"),
            *("      contacts: [emergency]\n", "      contacts: [^^emergency]\n"),
            *("'When to call {emergency}'", "^^'When to call {emergency}'"),
            *("confirmed: true", "confirmed: false"),
        ),
        *(
            (
                where,
                "`emergency` is not confirmed, so no page may lead to it; "
                "call the number, then write `confirmed: true`",
            )
            for where in (
                "about.crisis_bar.0",
                "about.help.body",
                "interruptions.collapse.contacts.0",
                "interruptions.collapse.heading",
                "interruptions.collapse.unsure.heading",
                "interruptions.collapse.unsure.contacts.0",
                "results.when_to_call",
            )
        ),
    ),
    case(
        "contact of the crisis bar with no number to call",
        ("crisis_bar: [emergency]", "crisis_bar: [emergency, ^^advice]"),
        ("about.crisis_bar.1", "`advice` has no number to call"),
    ),
    case(
        "scale together with choices",
        ("      - id: heart\n", "      - ^^id: heart\n        choices: [{id: one, text: 'One'}]\n"),
        (HEART, "needs either `choices` or a `scale`, not both"),
    ),
    case(
        "neither scale nor choices",
        ("        scale: yes-no\n", "", "- id: heart\n", "- ^^id: heart\n"),
        (HEART, "needs either `choices` or a `scale`, not both"),
    ),
    case(
        "scale without opens",
        (
            "        opens:\n          signs: [racing-heart]\n          interruption: collapse\n",
            "",
            "- id: heart\n",
            "- ^^id: heart\n",
        ),
        (HEART, "has a `scale`, so it needs `opens`"),
    ),
    case(
        "scale on a tick-all",
        ("- id: heart\n        type: single", "- ^^id: heart\n        type: tick-all"),
        (HEART, "has a `scale`, so its `type` must be `single`"),
    ),
    case(
        "unsure without an unsure form",
        ("          unsure: true", "          unsure: ^^true", UNSURE_FORM, ""),
        (f"{HEART}.not_sure.unsure", "needs an interruption that has an `unsure` form"),
    ),
    case(
        "unsure without an interruption",
        ("          interruption: collapse\n          unsure: true", "          unsure: ^^true"),
        (f"{HEART}.not_sure.unsure", "needs an interruption that has an `unsure` form"),
    ),
    case(
        "no voices",
        ("            urgency: learn", "            urgency: learn\n            ^^voices: []"),
        (f"{TEA}.voices", "must not be empty"),
    ),
]

VALUES = [
    case(
        "urgency of a choice",
        ("            urgency: learn", "            urgency: ^^lern"),
        (f"{TEA}.urgency", "must be one of emergency, today, soon, learn; did you mean `learn`?"),
    ),
    case(
        "urgency of a group",
        ("    soon: {title", "    ^^son: {title"),
        (
            "results.groups.son",
            "must be one of emergency, today, soon, learn; did you mean `soon`?",
        ),
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
        ("            urgency: learn", "            voices: [me, ^^somone]"),
        (f"{TEA}.voices.1", "must be one of me, someone; did you mean `someone`?"),
    ),
    case(
        "format of a later version",
        ("format: '1.0'", "format: ^^'2.0'"),
        (
            "about.format",
            "is 2.0, and this program reads up to 1.0: the program is older than the file; "
            "update the program",
        ),
    ),
    case(
        "web address",
        ("url: 'https://example.org/caffeine'", "url: ^^'www.example.org'"),
        ("sources.leaflet.url", "must be a web address that starts with https://"),
    ),
    case(
        "day that is not in the calendar",
        ("checked: 2026-11-05", "checked: ^^2026-02-30"),
        ("topics.go-slowly.checked", "is not a day of the calendar: 2026-02-30"),
    ),
    *(
        case(
            f"date written {value}",
            ("checked: 2026-11-05", f"checked: ^^{value}"),
            ("topics.go-slowly.checked", "must be a date like 2026-11-22"),
        )
        for value in ("5 November 2026", "2026-1-5", "'2026-02-30'", "2026")
    ),
    case(
        "date written 0",
        ("checked: 2026-11-05", "checked: ^^0"),
        ("topics.go-slowly.checked", "must be a date like 2026-11-22"),
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
        "text instead of a number",
        ("rule_topic: go-slowly", "rule_topic: go-slowly\n  first_view: ^^'six'"),
        ("results.first_view", "must be a whole number"),
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
        ("format: '1.0'", "format: ^^1.0"),
        ("about.format", f"is read by YAML as a float, {QUOTES.format('1.0')}"),
    ),
    case(
        "time of day in a date",
        ("checked: 2026-11-05", "checked: ^^2026-11-05 10:00:00"),
        ("topics.go-slowly.checked", "must be a date like 2026-11-22"),
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
        "syntax: wrong indentation",
        ("  duration: 'One minute'", "   ^^duration: 'One minute'"),
        ("file", f"{EXPECTED}; {OUT_OF_PLACE}"),
    ),
    case(
        "syntax: too far right",
        ("        subject: 'heartbeat'", "          subject^^: 'heartbeat'"),
        ("file", f"{MAPPING}; {OUT_OF_PLACE}"),
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
        ("scales:\n", "^^---\nscales:\n"),
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
    *("            urgency: learn", "            urgency: ^^later"),
)
SEVERAL_FINDINGS = [
    ("about.duration", "is needed here"),
    ("about.durations", "is not a known key; did you mean `duration`?"),
    ("about.groups.basics", f"is read by YAML as a bool, {QUOTES.format('no')}"),
    ("sources.leaflet.checked", "is not a day of the calendar: 2026-13-01"),
    (f"{TEA}.urgency", "must be one of emergency, today, soon, learn; did you mean `learn`?"),
]
UNKNOWN_IDS = ("signs: [many-cups]", "signs: [^^cups]", "beside_help: [cups]", "beside_help: [^^x]")
UNKNOWN_ID_FINDINGS = [
    ("sections.0.questions.1.choices.0.signs.0", "names no sign `cups`; did you mean `many-cups`?"),
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
    keys = "about sources contacts scales signs sections interruptions topics results".split()
    missing = [error.where for error in faults(b"version: '1.0'\n") if error.where != "version"]
    assert missing in (keys, sorted(keys))


def test_a_byte_order_mark_is_accepted() -> None:
    assert load_bytes(b"\xef\xbb\xbf" + RAW) == load_bytes(RAW)


def test_windows_line_ends_are_accepted() -> None:
    assert load_bytes(RAW.replace(b"\n", b"\r\n")) == load_bytes(RAW)


@pytest.mark.parametrize("changes", [SEVERAL, UNKNOWN_IDS], ids=["shape", "ids"])
def test_windows_line_ends_and_a_byte_order_mark_move_no_error(changes: Change) -> None:
    raw, _ = broken(*changes)
    assert faults(b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n")) == faults(raw)


SUPPORT = "            support: advice\n"
HIDDEN_ADVICE = ("    verified: 2026-11-04", "    verified: 2026-11-04\n    confirmed: false")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(HIDDEN_ADVICE, id="as an answer's support"),
        pytest.param(
            (SUPPORT, "", "'Count your cups.'", "'Call {advice}.'", *HIDDEN_ADVICE), id="in braces"
        ),
    ],
)
def test_a_contact_that_is_not_confirmed_stands_nowhere(changes: Change) -> None:
    errors = faults(broken(*changes)[0])
    assert [error.message.split(",")[0] for error in errors] == ["`advice` is not confirmed"]


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


@settings(max_examples=150, deadline=None)
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


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(
            broken("rule_topic: go-slowly", f"rule_topic: go-slowly\n  first_view: {'1' * 5000}")[
                0
            ],
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
