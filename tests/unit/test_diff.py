"""`screener diff`: every change is reported, what is dangerous first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from screener.authoring.diff.changes import Change, as_text
from screener.authoring.diff.compare import Comparer
from screener.authoring.diff.names import Names
from screener.authoring.diff.questionnaires import diff
from screener.authoring.diff.renames import Renames, by_kind, with_old_ids
from screener.cli import main
from screener.content.loading.load import load, load_bytes
from screener.content.loading.references import problems
from screener.content.models.base import Model, Urgency
from screener.content.models.policy import FieldPolicy, Weight
from screener.content.models.questionnaire import Questionnaire
from screener.content.texts import texts
from screener.resources import built_in_questions
from tests.unit.test_load import RAW, SMALL, broken
from tests.unit.test_load import Change as Replaced

REAL = load(built_in_questions()).questionnaire
SMALL_CONTENT = load_bytes(RAW).questionnaire
bounded = settings(max_examples=80, deadline=None, derandomize=True)

HEART = 'Question "Is your heart racing?" (heart)'
DRINKS = 'Question "Which drinks, most days?" (drinks)'
CUPS = 'Topic "Cups a day" (cups)'
RACING = 'Topic "A racing heart" (palpitations)'
PAGE = 'Page that stops the journey "Call {emergency} now" (collapse)'
YES = 'the answer "Yes" (yes)'
COFFEE = 'the answer "Coffee" (coffee)'
TEA = 'the answer "Tea" (tea)'


def changes(*replaced: str) -> list[Change]:
    return list(diff(SMALL_CONTENT, load_bytes(broken(*replaced)[0]).questionnaire))


def case(id: str, replaced: Replaced, *found: tuple[Any, ...]) -> object:
    return pytest.param(replaced, [Change(*change) for change in found], id=id)


DANGER, EFFECT, ASKED, WORDING, NOTE = Weight
UNSURE = "    unsure:\n      heading: 'Not sure? Call {emergency}'\n      contacts: [emergency]\n"
SCALE_OPENS = "          signs: [racing-heart]\n          interruption: collapse\n"
TEA_OPENS = "            topics: [cups]\n            urgency: learn\n"
ASK_IF = "        ask_if:\n          - {question: drinks, choices: [coffee]}\n"
DRINKS_CHOICES = "        choices:\n          - id: coffee\n"
MILK_TOO = "        choices:\n          - {id: milk, text: Milk}\n          - id: coffee\n"
NOT_SURE = "        not_sure:\n          interruption: collapse\n          unsure: true\n"
HEART_QUESTION = SMALL[SMALL.index("      - id: heart") : SMALL.index("      - id: drinks")]
VARIANTS = SMALL[SMALL.index("    variants:") : SMALL.index("        body: 'Rest first.'\n")]
VARIANTS += "        body: 'Rest first.'\n"

CASES = [
    case("nothing", ()),
    case("a comment only", ("about:\n  format", "# New.\nabout:\n  format")),
    case(
        "a number",
        ("call: '911'", "call: '912'"),
        (DANGER, 'Help line "Emergency services" (emergency)', "changed: call", "911", "912"),
    ),
    case(
        "an answer no longer stops the journey",
        (SCALE_OPENS, "          signs: [racing-heart]\n          urgency: emergency\n"),
        (
            *(DANGER, HEART, f"{YES} no longer stops the journey"),
            *('"Call {emergency} now" (collapse)', "goes on to the next question"),
        ),
    ),
    case(
        "a page in its weaker form",
        (SCALE_OPENS, SCALE_OPENS + "          unsure: true\n"),
        (
            *(DANGER, HEART),
            f'{YES} shows the page "Call {{emergency}} now" (collapse) in another form',
            *("its full form", "its 'not sure' form"),
        ),
    ),
    case(
        "a topic made less urgent",
        (SCALE_OPENS, SCALE_OPENS + "          urgency: today\n"),
        (
            *(DANGER, HEART, f'{YES} makes the topic "A racing heart" (palpitations) less urgent'),
            *("emergency", "today"),
        ),
    ),
    case(
        "a topic made more urgent",
        (TEA_OPENS, TEA_OPENS.replace("learn", "soon")),
        (
            *(EFFECT, DRINKS, f'{TEA} makes the topic "Cups a day" (cups) more urgent'),
            *("learn", "soon"),
        ),
    ),
    case(
        "an urgency written down that held before",
        (SCALE_OPENS, SCALE_OPENS + "          urgency: emergency\n"),
        (NOTE, HEART, f"{YES} states what it does in another way; same effect"),
    ),
    case(
        "an answer that opens another topic",
        (TEA_OPENS, TEA_OPENS.replace("cups", "go-slowly")),
        (EFFECT, DRINKS, f'{TEA} no longer opens the topic "Cups a day" (cups)', "learn"),
        (EFFECT, DRINKS, f'{TEA} now opens the topic "Go slowly" (go-slowly)', "", "learn"),
    ),
    case(
        "no contact first on the results",
        ("            support: advice\n", ""),
        (
            *(DANGER, DRINKS, f"{COFFEE} puts another help line first"),
            *('"Bean advice" (advice)', "none"),
        ),
    ),
    case(
        "an answer gone",
        ("          - id: tea\n            text: 'Tea'\n" + TEA_OPENS, "", "[tea]", "[coffee]"),
        (
            *(EFFECT, "The results page", "changed: leads, 1, when"),
            *('"Which drinks, most days?" (drinks) is "Tea" (tea)', ""),
        ),
        (ASKED, DRINKS, f"{TEA} is gone", 'opens, learn: "Cups a day" (cups)'),
    ),
    case(
        "an answer added",
        (
            DRINKS_CHOICES,
            MILK_TOO,
        ),
        (ASKED, DRINKS, 'new answer "Milk" (milk)', "", "no effect of its own"),
    ),
    case(
        "an answer reworded",
        ("text: 'Coffee'", "text: 'Hot coffee'"),
        (WORDING, DRINKS, f"{COFFEE}: reworded: text", "Coffee", "Hot coffee"),
    ),
    case(
        "an answer renamed",
        ("- id: tea\n", "- id: green-tea\n", "choices: [tea]", "choices: [green-tea]"),
        (NOTE, DRINKS, 'the answer "Tea" is renamed; the text is the same', "tea", "green-tea"),
    ),
    case(
        "a topic renamed, and every place that names it",
        (
            *(
                "  cups:\n    title",
                "  mugs:\n    title",
                "escorts:\n    cups:",
                "escorts:\n    mugs:",
            ),
            *("topics: [cups]\n    source", "topics: [mugs]\n    source"),
            *(TEA_OPENS, TEA_OPENS.replace("cups", "mugs")),
            *("beside_help: [cups]", "beside_help: [mugs]"),
        ),
        (NOTE, CUPS, "renamed; the text is the same", "cups", "mugs"),
    ),
    case(
        "a question gone that could stop the journey",
        (*(HEART_QUESTION, "", VARIANTS, ""),),
        (
            *(DANGER, HEART, "no longer asked; an answer to it stopped the journey at "),
            "Is your heart racing?\nIs their heart racing?",
        ),
        (DANGER, RACING, "no answer opens it any more"),
        (DANGER, PAGE, "no answer leads to it any more"),
        (EFFECT, CUPS, "gone: variants, 1", "title: With a racing heart\nwhen: "),
        (EFFECT, 'Sign "A racing heart" (racing-heart)', "no question asks it any more"),
    ),
    case(
        "asked of everyone",
        (ASK_IF, ""),
        (
            EFFECT,
            'Question "A headache on days with no coffee?" (headache)',
            "now asked of everyone",
            'asked if "Which drinks, most days?" (drinks) is "Coffee" (coffee)',
            "asked of everyone",
        ),
    ),
    case(
        "a page without its 'not sure' form",
        (
            UNSURE,
            "",
            "        not_sure:\n          interruption: collapse\n          unsure: true\n",
            "",
        ),
        (DANGER, PAGE, "gone: unsure", "heading: Not sure? Call {emergency}\ncontacts: "),
        (DANGER, HEART, 'the answer "Not sure" (not-sure) no longer stops the journey'),
        (EFFECT, HEART, 'the answer "Not sure" (not-sure) now opens the topic "A racing heart"'),
    ),
    case(
        "a step of an emergency page",
        ("    back: 'This is not", "    steps: ['Sit down.']\n    back: 'This is not"),
        (DANGER, PAGE, "new: steps, 1", "", "Sit down."),
    ),
    case(
        "another date",
        ("checked: 2026-11-06", "checked: 2026-12-06"),
        (NOTE, CUPS, "changed: checked", "2026-11-06", "2026-12-06"),
    ),
    case(
        "another text",
        ("body: 'Small cups count too.'", "body: 'All cups count.'"),
        (WORDING, CUPS, "reworded: body", "Small cups count too.", "All cups count."),
    ),
    case(
        "what everybody sees",
        ("  always:\n    - {topic: go-slowly, urgency: learn}\n", "  always: []\n"),
        (
            *(DANGER, "The results page", "gone: always, 1"),
            'topic: "Go slowly" (go-slowly)\nurgency: learn\nvoices: me\nsomeone',
        ),
    ),
]


@pytest.mark.parametrize(("replaced", "found"), CASES)
def test_changes(replaced: Replaced, found: list[Change]) -> None:
    changed = changes(*replaced)
    assert [(c.weight, c.subject) for c in changed] == [(c.weight, c.subject) for c in found]
    for change, expected in zip(changed, found, strict=True):
        for part in ("what", "old", "new"):
            assert getattr(change, part).startswith(getattr(expected, part))


def test_what_is_dangerous_comes_first() -> None:
    found = changes(
        *("checked: 2026-11-06", "checked: 2026-12-06", "title: 'Go slowly'", "title: 'Slowly'"),
        *("call: '911'", "call: '912'", TEA_OPENS, TEA_OPENS.replace("learn", "soon")),
        *(
            DRINKS_CHOICES,
            MILK_TOO,
        ),
    )
    assert [change.weight for change in found] == list(Weight)
    text = as_text(found, "a.yaml", "b.yaml")
    assert text.index("CHECK THESE FIRST") < text.index("Emergency services") < text.index("Milk")
    assert text.endswith("5 changes; to check first: 1")


Parts = list[dict[str, Any]]


def rearranged(change: Callable[[Parts], None]) -> Change:
    """The one change that is reported when parts and questions are put elsewhere."""
    data = REAL.model_dump(by_alias=True)
    parts = [dict(part, questions=list(part["questions"])) for part in data["sections"]]
    change(parts)
    (found,) = diff(REAL, Questionnaire.model_validate({**data, "sections": parts}))
    return found


def test_questions_and_parts_that_stand_elsewhere() -> None:
    def later(parts: Parts) -> None:
        parts[1]["questions"].append(parts[0]["questions"].pop(2))

    def earlier(parts: Parts) -> None:
        parts[0]["questions"].append(parts[1]["questions"].pop(2))

    def within(parts: Parts) -> None:
        parts[0]["questions"].insert(0, parts[0]["questions"].pop(1))

    def calm_parts(parts: Parts) -> None:
        parts.insert(2, parts.pop(3))

    def safety_part(parts: Parts) -> None:
        parts.insert(1, parts.pop(0))

    moved = rearranged(later)
    assert (moved.weight, moved.what) == (DANGER, "moved to another part")
    assert rearranged(earlier).weight is ASKED
    placed = rearranged(within)
    assert (placed.weight, placed.what) == (ASKED, "in another order: questions")
    assert rearranged(calm_parts).weight is EFFECT
    assert rearranged(safety_part).weight is DANGER


def test_the_first_page_of_several_leads() -> None:
    data = REAL.model_dump(by_alias=True)
    first, second, *rest = data["interruptions"].items()
    data["interruptions"] = dict([second, first, *rest])
    (found,) = diff(REAL, Questionnaire.model_validate(data))
    assert (found.weight, found.what) == (DANGER, "in another order: interruptions")
    lines = [line.strip() for line in found.lines()]
    assert lines[1].startswith("was: 1. ") and len(lines) == 5  # only the two that moved


def test_of_a_long_text_only_the_lines_that_differ() -> None:
    change = Change(WORDING, "x", "reworded: body", "One.\nTwo.\nThree.", "One.\n2.\nThree.")
    assert list(change.lines()) == ["  - reworded: body", "      was: Two.", "      now: 2."]


# ---- properties: any single change is reported ----

Place = tuple[Any, ...]


def places(part: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every part of a dumped file, whole mappings and lists included."""
    yield place, part
    if isinstance(part, dict | list | tuple):
        inner = part.items() if isinstance(part, dict) else enumerate(part)
        for key, value in inner:
            yield from places(value, (*place, key))


def put(content: Questionnaire, place: Place, value: Any) -> Questionnaire:
    """A copy with another value at one place."""
    data = holder = content.model_dump(by_alias=True)
    for key in place[:-1]:
        if isinstance(holder[key], tuple):
            holder[key] = list(holder[key])
        holder = holder[key]
    holder[place[-1]] = value
    return Questionnaire.model_validate(data)


def text_of(found: tuple[Change, ...]) -> str:
    return " ".join(as_text(found, "a", "b").split())


READ = [(place, text) for place, text in texts(REAL) if " " in text and place[0] != "contacts"]
LEVELS = [
    (place, value)
    for place, value in places(REAL.model_dump(by_alias=True))
    if isinstance(value, Urgency)
]
PLAIN = [
    (place, value)
    for place, value in places(SMALL_CONTENT.model_dump(by_alias=True))
    if type(value) in (bool, int, date) or (type(value) is str and place[-1] != "format")
]


@bounded
@given(st.sampled_from([SMALL_CONTENT, REAL]))
def test_a_file_does_not_differ_from_itself(content: Questionnaire) -> None:
    copy = Questionnaire.model_validate(content.model_dump(by_alias=True))
    assert diff(content, copy) == ()


RENAMED = [(kind, id) for kind, items in by_kind(REAL).items() for id in items]


@bounded
@given(st.sampled_from(RENAMED))
def test_a_new_id_for_the_same_text_is_reported_as_that_alone(spot: tuple[str, str]) -> None:
    kind, id = spot
    renamed = with_old_ids(REAL, Renames({kind: {id: f"{id}-x"}}))
    assert renamed != REAL
    assert [(c.what, c.old, c.new) for c in diff(REAL, renamed)] == [
        ("renamed; the text is the same", id, f"{id}-x")
    ]


class Signed(Model):
    """A field that the model does not have yet."""

    by: str
    on: date


class Later(Model):
    """A part of a later model."""

    reviewed: Annotated[Signed | None, FieldPolicy(weight=Weight.NOTE)] = None
    regions: Annotated[tuple[str, ...], FieldPolicy(weight=Weight.DANGER)] = ()
    colour: str = ""
    size: int = 0


def test_a_new_field_is_reported_with_its_name() -> None:
    old = Later(colour="green", reviewed=Signed(by="A. Nurse", on=date(2026, 1, 2)))
    new = Later(
        regions=("US",), size=3, colour="red", reviewed=Signed(by="B. Doctor", on=date(2026, 1, 2))
    )
    names = Names(SMALL_CONTENT, SMALL_CONTENT)
    assert list(Comparer("Topic", names).fields(old, new)) == [
        Change(NOTE, "Topic", "reworded: reviewed, by", "A. Nurse", "B. Doctor"),
        Change(DANGER, "Topic", "new: regions, 1", "", "US"),
        Change(WORDING, "Topic", "changed: colour", "green", "red"),
        Change(EFFECT, "Topic", "changed: size", "0", "3"),
    ]
    (signed,) = Comparer("Topic", names).fields(Later(), Later(reviewed=old.reviewed))
    assert signed == Change(NOTE, "Topic", "new: reviewed", "", "by: A. Nurse\non: 2026-01-02")


@bounded
@given(st.sampled_from(READ))
def test_any_text_reworded_is_reported_with_old_and_new(spot: tuple[Place, str]) -> None:
    place, old = spot
    first, _, rest = old.partition("\n")
    new = f"Quite another {first}\n{rest}" if rest else f"Quite another {first}"
    printed = text_of(diff(REAL, put(REAL, place, new)))
    assert " ".join(first.split()) in printed
    assert " ".join(f"Quite another {first}".split()) in printed


@bounded
@given(st.sampled_from(LEVELS), st.sampled_from(Urgency))
def test_any_urgency_changed_is_reported(spot: tuple[Place, Urgency], new: Urgency) -> None:
    place, old = spot
    found = diff(REAL, put(REAL, place, new))
    assert bool(found) == (old is not new)
    if found:
        assert {old.value, new.value} <= set(text_of(found).split())
        if new.rank > old.rank:
            assert found[0].weight is Weight.DANGER


CHOICES = [
    (question, choice)
    for question in REAL.questions.values()
    for choice in question.choices
    if len(question.choices) > 1
]


@bounded
@given(st.sampled_from(CHOICES), st.booleans())
def test_any_answer_gone_or_new_is_reported(spot: tuple[Any, Any], gone: bool) -> None:
    question, choice = spot
    section = REAL.section_of[question.id]
    place = (
        "sections",
        REAL.sections.index(section),
        "questions",
        section.questions.index(question),
    )
    left = [c.model_dump() for c in question.choices if c != choice]
    fewer = put(REAL, (*place, "choices"), left)
    assume(not list(problems(fewer)))  # a rule that names the answer
    found = diff(*((REAL, fewer) if gone else (fewer, REAL)))
    what = f'the answer "{choice.text.me}" ({choice.id}) is gone'
    what = what if gone else f'new answer "{choice.text.me}" ({choice.id})'
    (reported,) = [change for change in found if change.what.startswith(what)]
    if gone and choice.interruption:
        assert reported.weight is Weight.DANGER


@bounded
@given(st.sampled_from(PLAIN), st.data())
def test_any_plain_value_changed_is_reported(spot: tuple[Place, Any], data: st.DataObject) -> None:
    place, old = spot
    if isinstance(old, bool):
        new: Any = not old
    elif isinstance(old, date):
        new = data.draw(st.dates().filter(lambda day: day != old))
    elif isinstance(old, int):
        new = old + 1
    else:
        new = f"{old} x"
    try:
        changed = put(SMALL_CONTENT, place, new)
    except ValidationError:
        reject()  # no file that loads
    assume(not list(problems(changed)))
    assert diff(SMALL_CONTENT, changed)


# ---- the command ----


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new, bad = (tmp_path / name for name in ("old.yaml", "new.yaml", "bad.yaml"))
    old.write_bytes(RAW)
    new.write_bytes(broken("call: '911'", "call: '912'")[0])
    bad.write_bytes(broken("    body: 'Small cups count too.'", "    body: no")[0])
    assert main(["diff", str(old), str(old)]) == 0
    assert capsys.readouterr().out.endswith("none. (Comments and layout are not compared.)\n")
    assert main(["diff", str(old), str(new)]) == 1
    assert "  - changed: call\n      was: 911\n      now: 912\n" in capsys.readouterr().out
    assert main(["diff", str(old), str(bad)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"{bad} is broken, so it cannot be compared:\nbad.yaml:151:11: ")
    assert main(["diff", str(tmp_path / "none.yaml"), str(old)]) == 2
    assert "none.yaml: No such file" in capsys.readouterr().err
