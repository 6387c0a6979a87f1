"""`screener diff`: every change is reported, what is dangerous first."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import ValidationError

from screener.authoring.diff.changes import Change, as_text
from screener.authoring.diff.compare import Comparer
from screener.authoring.diff.questionnaires import diff
from screener.authoring.diff.renames import Renames, with_old_ids
from screener.authoring.files import paths, read
from screener.authoring.names import Names, by_kind
from screener.cli import main
from screener.content.loading.load import load_bytes
from screener.content.loading.references import problems
from screener.content.models.base import Model, Urgency
from screener.content.models.policy import FieldPolicy, Weight
from screener.content.models.questionnaire import Questionnaire
from screener.content.texts import texts
from tests.paths import SMALL_FILE
from tests.shipped import SHIPPED_FILE
from tests.unit.conftest import FLAT
from tests.unit.test_load import RAW, SMALL, broken, line_of
from tests.unit.test_load import Change as Replaced

REAL = SHIPPED_FILE.whole
SMALL_CONTENT = read(SMALL_FILE).whole

HEART = 'Question "Is your heart racing?" (heart)'
DRINKS = 'Question "Which drinks, most days?" (drinks)'
HEADACHE = 'Question "A headache on days with no coffee?" (headache)'
CUPS = 'Topic "Cups a day" (cups)'
COLLAPSE = 'Plan "Call {emergency} now" (collapse)'
ASK = 'Plan "Text {advice} today" (ask-today)'
LIKE_ASK = 'Plan "Text {advice} today" (ask-today-unsure)'
YES = 'the answer "Yes" (yes)'
COFFEE = 'the answer "Coffee" (coffee)'
TEA = 'the answer "My own tea" (tea)'
LINE = '"Bean advice" (advice)'
RACING = '"A racing heart" (racing-heart)'
DOUBT = '"Not sure about the heart" (unsure-heart)'
MANY = '"Many cups a day" (many-cups)'


def changes(*replaced: str) -> list[Change]:
    new = load_bytes(broken(*replaced)[0]).questionnaire
    proofs = {"hazards": SMALL_CONTENT.hazards, "cases": SMALL_CONTENT.cases}
    return list(diff(SMALL_CONTENT, new.model_copy(update=proofs)))


def case(id: str, replaced: Replaced, *found: tuple[Any, ...]) -> object:
    return pytest.param(replaced, [Change(*change) for change in found], id=id)


DANGER, EFFECT, ASKED, WORDING, NOTE = Weight
IS_YES = "{id: 'yes', text: 'Yes', signs: [racing-heart]}"
IS_NO = "{id: 'no', text: 'No', signs: []}"
WHEN = "when: [{any: [racing-heart, unsure-heart]}]"
HEART_QUESTION = SMALL[SMALL.index("      - id: heart") : SMALL.index("      - id: drinks")]
TEA_CHOICE = SMALL[SMALL.index("          - id: tea") : SMALL.index("        none: {}\n")]
MILK = "          - {id: milk, text: Milk, signs: []}\n"
LEVEL = "    level: today\n    when: [bad-headache"

CASES = [
    case("nothing", ()),
    case("a comment only", ("about:\n  format", "# New.\nabout:\n  format")),
    case(
        "a number",
        ("call: '911'", "call: '912'"),
        (DANGER, 'Help line "Emergency services" (emergency)', "changed: call", "911", "912"),
    ),
    case(
        "an answer by itself no longer leads to its stopping plan",
        (IS_YES, IS_YES.replace("racing-heart", ""), IS_NO, IS_NO.replace("[]", "[racing-heart]")),
        (
            *(DANGER, HEART, f'{YES} by itself no longer leads to "Call {{emergency}} now"'),
            *("", "no plan that stops"),
        ),
        (DANGER, HEART, f"{YES} no longer names the sign {RACING}"),
        (EFFECT, HEART, f'the answer "No" (no) now names the sign {RACING}'),
    ),
    case(
        "an answer that loses one of the signs that stopping plans want",
        (
            *(IS_YES, IS_YES.replace("racing-heart", "unsure-heart")),
            *(IS_NO, IS_NO.replace("[]", "[racing-heart]")),
        ),
        (DANGER, HEART, f"{YES} no longer names the sign {RACING}"),
        (EFFECT, HEART, f"{YES} now names the sign {DOUBT}"),
        (EFFECT, HEART, f'the answer "No" (no) now names the sign {RACING}'),
    ),
    case(
        "swapped labels",
        (IS_YES, IS_YES.replace("'Yes'", "'No'"), IS_NO, IS_NO.replace("'No'", "'Yes'")),
        (DANGER, HEART, f"{YES}: changed: text", "Yes", "No"),
        (WORDING, HEART, 'the answer "No" (no): changed: text', "No", "Yes"),
    ),
    case(
        "a question that is negated",
        ("me: 'Is your heart racing?'", "me: 'Is your heart not racing?'"),
        (
            *(DANGER, HEART, "reworded: ask (about me)"),
            *("Is your heart racing?", "Is your heart not racing?"),
        ),
    ),
    case(
        "another question reworded",
        ("ask: 'Which drinks, most days?'", "ask: 'Which drinks, each day?'"),
        (WORDING, DRINKS, "reworded: ask", "Which drinks, most days?", "Which drinks, each day?"),
    ),
    case(
        "a question gone that can lead to a stopping plan",
        (
            *(HEART_QUESTION, "", WHEN, "when: [many-cups]"),
            *("    when: [bad-headache, {none: [racing-heart]}]", "    when: [bad-headache]"),
            *(
                SMALL[
                    SMALL.index("    variants:") : SMALL.index(
                        "    sources: [leaflet]\n    checked: 2026-11-06"
                    )
                ],
                "",
            ),
            *(SMALL[SMALL.index("  racing-heart:") : SMALL.index("  many-cups:")], ""),
        ),
        (DANGER, COLLAPSE, "changed: when", f"one of: {RACING}; {DOUBT}", MANY),
        (DANGER, ASK, "changed: when", "", ""),
        (DANGER, HEART, "no longer asked", "Is your heart racing?\nIs their heart racing?"),
        (EFFECT, CUPS, "gone: variants, 1", "title: With a racing heart\nwhen: "),
        (EFFECT, 'Sign "A racing heart" (racing-heart)', "gone", "label: A racing heart"),
        (EFFECT, 'Sign "Not sure about the heart" (unsure-heart)', "gone", "label: "),
    ),
    case(
        'a "not sure" gone that stopped',
        (
            "        not_sure:\n          signs: [unsure-heart]\n",
            "",
            IS_NO,
            IS_NO.replace("[]", "[unsure-heart]"),
        ),
        (DANGER, HEART, 'the answer "Not sure" (not-sure) is gone', f"names {DOUBT}"),
        (EFFECT, HEART, f'the answer "No" (no) now names the sign {DOUBT}'),
    ),
    case(
        "a blank that no longer counts",
        ("        if_blank: not_sure\n", ""),
        (DANGER, HEADACHE, "gone: if blank", "not_sure"),
    ),
    case(
        "a voice that no longer gets the answer",
        (IS_YES, IS_YES.replace("text: 'Yes'", "text: 'Yes', voices: [me]")),
        (DANGER, HEART, f"{YES}: gone: voices, 2", "someone"),
    ),
    case(
        "asked of everyone",
        ("        ask_if: [many-cups]\n", ""),
        (EFFECT, HEADACHE, "gone: ask if, 1", MANY),
    ),
    case(
        "a condition of a stopping plan",
        (WHEN, WHEN.replace("}]", "}, {none: [many-cups]}]")),
        (
            DANGER,
            COLLAPSE,
            "changed: when",
            "one of: ",
            f"one of: {RACING}; {DOUBT}\nnone of: {MANY}",
        ),
    ),
    case(
        "a simple condition",
        ("when: [unsure-headache]", "when: [unsure-headache, many-cups]"),
        (DANGER, LIKE_ASK, "new: when, 2", "", MANY),
    ),
    case(
        "a level",
        (LEVEL, LEVEL.replace("today", "soon")),
        (DANGER, ASK, "changed: level", "today", "soon"),
        (DANGER, LIKE_ASK, "changed: level", "today", "soon"),
    ),
    case(
        "a plan that stops now",
        (LEVEL, LEVEL.replace("today\n", "today\n    stops: true\n")),
        (DANGER, ASK, "changed: stops", "no", "yes"),
        (DANGER, LIKE_ASK, "changed: stops", "no", "yes"),
    ),
    case(
        "whom to call, in one voice",
        ("    contact: advice\n", "    contact: {me: advice, someone: emergency}\n"),
        (DANGER, ASK, "changed: contact (about someone)", LINE, '"Emergency services" (emergency)'),
        (DANGER, LIKE_ASK, "changed: contact (about someone)", LINE, '"Emergency'),
    ),
    case(
        "a step",
        ("do: ['Sit down.', 'Unlock the door.']", "do: ['Sit down.']"),
        (DANGER, COLLAPSE, "gone: do, 2", "Unlock the door."),
    ),
    case(
        "an answer gone",
        (TEA_CHOICE, ""),
        (ASKED, DRINKS, f"{TEA} is gone"),
    ),
    case(
        "an answer added",
        (TEA_CHOICE, TEA_CHOICE + MILK),
        (ASKED, DRINKS, 'new: the answer "Milk" (milk)'),
    ),
    case(
        "an answer reworded",
        ("text: 'Coffee'", "text: 'Hot coffee'"),
        (WORDING, DRINKS, f"{COFFEE}: changed: text", "Coffee", "Hot coffee"),
    ),
    case(
        "an answer renamed",
        ("- id: coffee\n", "- id: espresso\n"),
        (
            NOTE,
            DRINKS,
            'the answer "Coffee" is renamed; the text is the same',
            "coffee",
            "espresso",
        ),
    ),
    case(
        "answers in another order",
        (TEA_CHOICE, "", "          - id: coffee\n", f"{TEA_CHOICE}          - id: coffee\n"),
        (ASKED, DRINKS, "in another order: answers", "1. Coffee\n", "1. My own tea\n"),
    ),
    case(
        "answers that are printed unasked",
        ("chart: 'Tachycardia'", "sensitive: true\n    chart: 'Tachycardia'"),
        (EFFECT, 'Sign "A racing heart" (racing-heart)', "changed: sensitive", "no", "yes"),
    ),
    case(
        "a sign renamed, and every place that names it",
        (
            *("  many-cups:", "  lots:", "ask_if: [many-cups]", "ask_if: [lots]"),
            *("signs: [many-cups]", "signs: [lots]", "tell: [many-cups]", "tell: [lots]"),
        ),
        (NOTE, 'Sign "Many cups a day" (many-cups)', "renamed; the text is the same", "many-cups"),
    ),
    case(
        "another date",
        ("checked: 2026-11-06", "checked: 2026-12-06"),
        (NOTE, CUPS, "changed: checked", "2026-11-06", "2026-12-06"),
    ),
    case(
        "another text",
        ("action: 'Count your cups.'", "action: 'Count all cups.'"),
        (WORDING, CUPS, "reworded: action", "Count your cups.", "Count all cups."),
    ),
    case(
        "a number of another country",
        ("call: '613-555-0199'", "call: '613-555-0190'"),
        (DANGER, "Regions", "changed: regions, CA, contacts, ", "613-555-0199", "613-555-0190"),
    ),
]


@pytest.mark.parametrize(("replaced", "found"), CASES)
def test_changes(replaced: Replaced, found: list[Change]) -> None:
    changed = changes(*replaced)
    assert [(c.weight, c.subject) for c in changed] == [(c.weight, c.subject) for c in found]
    for change, expected in zip(changed, found, strict=True):
        for part in ("what", "old", "new"):
            assert getattr(change, part).startswith(getattr(expected, part))


def test_answers_that_were_private_and_are_printed_are_a_danger() -> None:
    private = SMALL_CONTENT.signs["racing-heart"].model_copy(update={"sensitive": True})
    signs = {**SMALL_CONTENT.signs, "racing-heart": private}
    (found,) = diff(SMALL_CONTENT.model_copy(update={"signs": signs}), SMALL_CONTENT)
    assert (found.weight, found.what) == (DANGER, "changed: sensitive")


def test_what_is_dangerous_comes_first() -> None:
    found = changes(
        *("checked: 2026-11-06", "checked: 2026-12-06", "title: 'Cups a day'", "title: 'Cups'"),
        *("call: '911'", "call: '912'", "confirmed: true", "listed: true\n    confirmed: true"),
        *(TEA_CHOICE, TEA_CHOICE + MILK, "        if_blank: not_sure\n", ""),
        *("ask_if: [many-cups]", "ask_if: []"),
    )
    assert [change.weight for change in found] == [DANGER, DANGER, EFFECT, ASKED, WORDING, NOTE]
    text = as_text(found, "a.yaml", "b.yaml")
    assert text.index("CHECK THESE FIRST") < text.index("Emergency services") < text.index("Milk")
    assert text.endswith("6 changes; to check first: 2")


# ---- the shipped file ----


def with_parts(**parts: Any) -> Questionnaire:
    """The shipped file with other parts."""
    return Questionnaire.model_construct(**{**dict(REAL), **parts})


def test_plans_in_another_order_are_a_danger() -> None:
    first, second, *rest = REAL.plans
    (found,) = diff(REAL, with_parts(plans=(second, first, *rest)))
    assert (found.weight, found.what) == (DANGER, "in another order: plans")
    lines = [line.strip() for line in found.lines()]
    assert lines[1].startswith("was: 1. ") and len(lines) >= 5


def test_a_plan_or_a_promise_that_is_gone_is_a_danger() -> None:
    for kind, subject in (("plans", "Plan"), ("hazards", "Hazard")):
        kept = getattr(REAL, kind)[1:]
        (found,) = diff(REAL, with_parts(**{kind: kept}))
        assert (found.weight, found.what) == (DANGER, "gone")
        assert found.subject.startswith(f'{subject} "')


def test_a_weaker_promise_is_a_danger() -> None:
    first, *rest = REAL.hazards
    assert first.at_least is Urgency.EMERGENCY and first.stops
    for weaker in ({"at_least": Urgency.TODAY}, {"stops": False}, {"when": REAL.hazards[-1].when}):
        hazards = (first.model_copy(update=weaker), *rest)
        found = diff(REAL, with_parts(hazards=hazards))
        assert {change.weight for change in found} == {DANGER}


def rearranged(change: Callable[[list[dict[str, Any]]], None]) -> tuple[Change, ...]:
    """What is reported when parts and questions of the shipped file are changed."""
    data = REAL.model_dump(by_alias=True)
    sections = [dict(part, questions=list(part["questions"])) for part in data["sections"]]
    change(sections)
    return diff(REAL, Questionnaire.model_validate({**data, "sections": sections}))


def suicide_question() -> tuple[int, int]:
    """(part, place) of the question that asks about thoughts of suicide."""
    ((question, _), *_) = REAL.named_by["suicidal-thoughts"]
    for s, section in enumerate(REAL.sections):
        for q, asked in enumerate(section.questions):
            if asked.id == question:
                return s, q
    raise AssertionError


def test_the_question_on_suicide() -> None:
    s, q = suicide_question()

    def removed(sections: list[dict[str, Any]]) -> None:
        del sections[s]["questions"][q]

    def negated(sections: list[dict[str, Any]]) -> None:
        ask = sections[s]["questions"][q]["ask"]
        sections[s]["questions"][q] = {
            **sections[s]["questions"][q],
            "ask": {**ask, "me": f"Not so: {ask['me']}"},
        }

    def swapped(sections: list[dict[str, Any]]) -> None:
        question = sections[s]["questions"][q]
        first, second, *rest = question["choices"]
        texts = {**first, "text": second["text"]}, {**second, "text": first["text"]}
        sections[s]["questions"][q] = {**question, "choices": [*texts, *rest]}

    def later(sections: list[dict[str, Any]]) -> None:
        sections[-1]["questions"].append(sections[s]["questions"].pop(q))

    assert [c.what for c in rearranged(removed) if c.weight is DANGER] == ["no longer asked"]
    assert [c.what for c in rearranged(negated)] == ["reworded: ask (about me)"]
    assert rearranged(negated)[0].weight is DANGER
    swap = rearranged(swapped)
    assert swap and {change.weight for change in swap} == {DANGER}
    moved = {change.what: change.weight for change in rearranged(later)}
    assert moved == {"in another order: questions": DANGER, "moved to another part": ASKED}


def test_questions_that_only_say_what_to_read_may_move() -> None:
    """Of two parts that lead to no plan that stops, the order is no danger."""

    def calm(sections: list[dict[str, Any]]) -> None:
        questions = sections[1]["questions"]
        questions.insert(0, questions.pop(1))

    data = FLAT.model_dump(by_alias=True)
    sections = [dict(part, questions=list(part["questions"])) for part in data["sections"]]
    calm(sections)
    found = diff(FLAT, Questionnaire.model_validate({**data, "sections": sections}))
    assert [change.what for change in found] == ["in another order: questions"]


def test_of_a_long_text_only_the_lines_that_differ() -> None:
    change = Change(WORDING, "x", "reworded: body", "One.\nTwo.\nThree.", "One.\n2.\nThree.")
    assert list(change.lines()) == ["  - reworded: body", "      was: Two.", "      now: 2."]


# ---- any single change is reported ----

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


@pytest.mark.parametrize("content", [SMALL_CONTENT, FLAT, REAL], ids=["small", "flat", "real"])
def test_a_file_does_not_differ_from_itself(content: Questionnaire) -> None:
    copy = Questionnaire.model_validate(content.model_dump(by_alias=True))
    assert diff(content, copy) == ()


@pytest.mark.parametrize("kind", ["topics", "signs", "sources", "contacts", "plans", "sections"])
@pytest.mark.parametrize("content", [SMALL_CONTENT, FLAT], ids=["small", "flat"])
def test_a_new_id_for_the_same_text_is_reported_as_that_alone(
    content: Questionnaire, kind: str
) -> None:
    for id in by_kind(content, kind):
        if id in ("about-me", "about-someone") or _same_page(content, kind, id):
            continue
        renamed = with_old_ids(content, Renames({kind: {id: f"{id}-x"}}))
        assert renamed != content
        assert [(c.what, c.old, c.new) for c in diff(content, renamed)] == [
            ("renamed; the text is the same", id, f"{id}-x")
        ]


def _same_page(content: Questionnaire, kind: str, id: str) -> bool:
    """Whether several plans read the same, so that a new id cannot be told from a new plan."""
    texts = [(plan.heading, plan.do) for plan in content.plans]
    plan = content.plans_by_id.get(id)
    return kind == "plans" and plan is not None and texts.count((plan.heading, plan.do)) > 1


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


def test_any_text_reworded_is_reported_with_old_and_new() -> None:
    read_texts = [(place, text) for place, text in texts(SMALL_CONTENT) if " " in text]
    assert len(read_texts) > 60
    for place, old in read_texts:
        first, _, rest = old.partition("\n")
        new = f"Quite another {first}\n{rest}" if rest else f"Quite another {first}"
        printed = text_of(diff(SMALL_CONTENT, put(SMALL_CONTENT, place, new)))
        assert " ".join(first.split()) in printed
        assert " ".join(f"Quite another {first}".split()) in printed


def test_any_level_changed_is_reported() -> None:
    levels = [
        (place, value)
        for place, value in places(SMALL_CONTENT.model_dump(by_alias=True))
        if isinstance(value, Urgency) and place[-1] != "level_at_most"
    ]
    assert len(levels) >= 5
    for place, old in levels:
        for new in Urgency:
            found = diff(SMALL_CONTENT, put(SMALL_CONTENT, place, new))
            assert bool(found) == (old is not new)
            if found:
                assert {old.value, new.value} <= set(text_of(found).split())
            if new.rank > old.rank:
                assert found[0].weight is Weight.DANGER


def test_any_plain_value_changed_is_reported() -> None:
    changed = 0
    for place, old in places(SMALL_CONTENT.model_dump(by_alias=True)):
        if type(old) is bool:
            new: Any = not old
        elif isinstance(old, date):
            new = old + timedelta(days=9)
        elif type(old) is int:
            new = old + 1
        elif type(old) is str and place[-1] != "format":
            new = f"{old} x"
        else:
            continue
        try:
            other = put(SMALL_CONTENT, place, new)
        except ValidationError:
            continue  # no file that loads
        if not list(problems(other)):
            changed += 1
            assert diff(SMALL_CONTENT, other), place
    assert changed > 150


# ---- the command ----


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new, bad = (tmp_path / name for name in ("old.yaml", "new.yaml", "bad.yaml"))
    action = "    action: 'Count your cups.'"
    old.write_bytes(RAW)
    new.write_bytes(broken("call: '911'", "call: '912'")[0])
    bad.write_bytes(broken(action, "    action: no")[0])
    assert main(["diff", str(old), str(old)]) == 0
    assert capsys.readouterr().out.endswith("none. (Comments and layout are not compared.)\n")
    assert main(["diff", str(old), str(new)]) == 1
    assert "  - changed: call\n      was: 911\n      now: 912\n" in capsys.readouterr().out
    assert main(["diff", str(old), str(bad)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    where = f"bad.yaml:{line_of(action)}:13: "
    assert printed.err.startswith(f"{bad} is broken, so it cannot be compared:\n{where}")
    assert main(["diff", str(tmp_path / "none.yaml"), str(old)]) == 2
    assert "none.yaml: No such file" in capsys.readouterr().err


def test_hazards_and_cases_beside_a_file_are_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_proofs, bare = tmp_path / "a" / "small.yaml", tmp_path / "b" / "small.yaml"
    for path in (with_proofs, bare):
        path.parent.mkdir()
        path.write_bytes(RAW)
    shutil.copy(paths(SMALL_FILE)[1], with_proofs.parent)
    assert main(["diff", str(with_proofs), str(bare)]) == 1
    out = capsys.readouterr().out
    assert 'Hazard "A racing heart"\n  - gone' in out
    assert out.index("Hazard ") < out.index("NEW, GONE OR MOVED") < out.index("Case ")
