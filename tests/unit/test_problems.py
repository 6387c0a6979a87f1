"""Faults that show only when the rules of a file are followed: engine.yaml, wrong in one way."""

from __future__ import annotations

import pytest

from screener.content.loading.errors import BrokenContent
from screener.content.loading.load import load_bytes
from screener.engine import problems
from tests.unit.conftest import ENGINE_FILE

TEXT = ENGINE_FILE.read_text("utf-8")
NO_WAY = "can never hold: no person can give these answers together"
NEVER_SHOWN = "is never shown: whenever it holds, an earlier plan of its family does too"


def said_of(*changes: tuple[str, str]) -> list[tuple[str, str]]:
    """(where, message) of each error after some changes to engine.yaml."""
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1, f"{text.count(old)} times: {old}"
        text = text.replace(old, new)
    try:
        load_bytes(text.encode(), "engine.yaml", [problems.problems])
    except BrokenContent as broken:
        return [(error.where, error.message) for error in broken.errors]
    return []


def test_nothing_is_wrong_with_the_file() -> None:
    assert said_of() == []


RENT = "when: [wants-rent, about-me]"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (
            "ask_if: [has-boiler, {none: [wet-ceiling]}]",
            "ask_if: [strong-gas, unsure-gas]",
            "sections.1.questions.2.ask_if",
        ),
        (RENT, "when: [wants-rent, about-me, about-someone]", "plans.11.when"),
        (RENT, "when: [wants-rent, lift-calls, crackling]", "plans.11.when"),
        (RENT, "when: [wants-rent, {none: [wants-rent]}]", "plans.11.when"),
        # A sign that is always named along with one that is wanted.
        (RENT, "when: [strong-gas, {none: [smells-gas]}]", "plans.11.when"),
        (RENT, "when: [about-me, {none: [about-me]}]", "plans.11.when"),
        # Every way of `any` is ruled out.
        (RENT, "when: [unsure-gas, {any: [strong-gas, [smells-gas, mould]]}]", "plans.11.when"),
        (
            "when: [mould], action",
            "when: [dripping, unsure-water], action",
            "topics.damp.variants.1.when",
        ),
    ],
    ids=[
        "question",
        "both voices",
        "answers of both voices",
        "a sign and none of it",
        "none of an implied sign",
        "none of the voice",
        "no way",
        "wording",
    ],
)
def test_a_condition_that_can_never_hold(old: str, new: str, where: str) -> None:
    assert said_of((old, new)) == [(where, NO_WAY)]


@pytest.mark.parametrize(
    "when",
    [
        "[unsure-gas, {any: [strong-gas, mould]}]",
        "[about-someone, {none: [about-me, crackling]}]",
        "[smells-gas, {none: [strong-gas]}]",
    ],
)
def test_a_condition_that_can_hold_in_one_way(when: str) -> None:
    assert said_of((RENT, f"when: {when}")) == []


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (RENT, "when: [about-me, wants-rant]", "plans.11.when.1"),
        (
            "ask_if: [has-boiler, {none",
            "ask_if: [wants-rant, {none",
            "sections.1.questions.2.ask_if.0",
        ),
        ("ask_if: [wet-ceiling]", "ask_if: [wants-rant]", "sections.0.questions.2.ask_if.0"),
        ("{none: [fresh-paint]}", "{none: [wants-rant]}", "plans.7.when.1.none.0"),
    ],
)
def test_a_sign_that_does_not_exist_is_the_only_fault(old: str, new: str, where: str) -> None:
    said = "names no sign `wants-rant`; did you mean `wants-rent`?"
    assert said_of((old, new))[0] == (where, said)
    assert len(said_of((old, new))) == 1


def test_the_sign_of_a_voice_that_does_not_exist_is_the_only_fault() -> None:
    own = "  about-me: {label: 'A tenant', chart: 'Tenant', category: circumstance}\n"
    found = said_of((own, ""), (RENT, "when: [wants-rent]"))
    assert [where for where, _ in found] == ["signs"]


WALLS = "when: [{any: [mould, stains, cracks]}]"
WALLS_TODAY = "when: [{any: [cracks, [mould, stains]]}, {none: [fresh-paint]}]"


@pytest.mark.parametrize(
    ("old", "new", "plan"),
    [
        # `gas-out` holds whenever its `when` does.
        ("when: [smells-gas]\n", "when: [strong-gas]\n", 8),
        # The sign that it wants is always named along with that of an earlier plan.
        ("when: [unsure-gas]\n", "when: [strong-gas, smells-gas]\n", 1),
        # Only one voice could name it, and in that voice the earlier plan holds.
        (RENT, "when: [crackling]\n    family: fire", 11),
        (WALLS, "when: [mould, stains, {none: [fresh-paint]}]", 9),
    ],
    ids=["same condition", "narrower", "another voice", "excluding the same"],
)
def test_a_plan_that_is_never_shown(old: str, new: str, plan: int) -> None:
    change = (old, new)
    extra = [("    family: rent\n", "")] if "family" in new else []
    assert said_of(change, *extra) == [(f"plans.{plan}.id", NEVER_SHOWN)]


def test_a_plan_that_is_shown_because_an_earlier_one_excludes_a_sign() -> None:
    assert said_of((WALLS, "when: [cracks]")) == []


def test_a_plan_below_the_one_for_everybody_else_is_looked_at_too() -> None:
    again = f"  - id: rent-again\n    family: rent\n    like: rent\n    {RENT}\n"
    airing = "  - id: airing\n    family: all\n    like: rent\n    when: [wants-airing]\n"
    assert said_of(("\ntopics:\n  gas:", f"{again}{airing}\ntopics:\n  gas:")) == [
        ("plans.13.id", NEVER_SHOWN)
    ]


def test_a_plan_that_is_shown_when_two_earlier_ones_exclude_different_signs() -> None:
    other = (
        "  - id: gas-soon\n",
        "  - id: walls-other\n    family: walls\n    like: walls-today\n"
        "    when: [cracks, {none: [dripping]}]\n  - id: gas-soon\n",
    )
    assert said_of(other, (WALLS, "when: [cracks]")) == []
    # Not if nobody can name both of them.
    clash = (WALLS_TODAY, "when: [cracks, {none: [unsure-water]}]")
    assert said_of(other, clash, (WALLS, "when: [cracks]")) == [("plans.10.id", NEVER_SHOWN)]


NOT_SURE = "        not_sure: {signs: [unsure-gas]}\n"


def test_an_answer_that_is_an_emergency_needs_a_not_sure() -> None:
    gas = "        not_sure: {}\n      - id: keys\n"
    assert said_of((gas, "      - id: keys\n")) == [
        (
            "sections.1.questions.2",
            "`gas` is an emergency, so the question needs `not_sure`: write which doubt it "
            "names, or {} for none",
        )
    ]


def test_each_question_without_one_is_named_also_for_an_answer_of_one_voice() -> None:
    sound = "        none: {}\n        not_sure: {}\n  - id: rooms\n"
    gas = "        not_sure: {}\n      - id: keys\n"
    found = said_of((sound, "        none: {}\n  - id: rooms\n"), (gas, "      - id: keys\n"))
    assert [(where, message.split(",")[0]) for where, message in found] == [
        ("sections.0.questions.3", "`crackle` is an emergency"),
        ("sections.1.questions.2", "`gas` is an emergency"),
    ]


def test_a_question_whose_answers_are_no_emergency_by_themselves_needs_none() -> None:
    # `lift` stops too, but is no emergency.
    sound = "        none: {}\n        not_sure: {}\n  - id: rooms\n"
    together = ("when: [crackling]", "when: [crackling, mould]")
    assert said_of(together, (sound, "        none: {}\n  - id: rooms\n")) == []


def test_a_doubt_that_is_an_answer_needs_no_not_sure() -> None:
    answer = "          - {id: unsure, text: 'I can not tell', signs: [unsure-gas]}\n"
    electric = "          - {id: electric, text: 'By electricity', signs: [has-power]}\n"
    assert said_of((electric, electric + answer), (NOT_SURE, "        not_sure: {}\n")) == []


def test_not_sure_names_no_fact() -> None:
    change = (NOT_SURE, "        not_sure: {signs: [unsure-gas, mould]}\n")
    assert said_of(change) == [
        ("sections.0.questions.0.not_sure", "names a sign that is a fact, not a doubt")
    ]
