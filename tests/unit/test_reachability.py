"""Which signs one person can name together. All with engine.yaml."""

from __future__ import annotations

import pytest

from screener.content.models.base import Voice
from screener.content.models.conditions import AnyOf, NoneOf
from screener.content.models.questionnaire import Questionnaire
from screener.engine.reachability import Reachability, ways

ME, SOMEONE = Voice.ME, Voice.SOMEONE


@pytest.fixture(scope="module")
def reach(flat: Questionnaire) -> Reachability:
    return Reachability(flat)


def test_the_ways_to_satisfy_a_condition() -> None:
    assert ways(()) == [frozenset()]
    assert ways(("a", NoneOf(none=("b",)))) == [{"a"}]
    condition = ("a", AnyOf(any=("b", ("c", "d"))), AnyOf(any=("b", "e")))
    assert ways(condition) == [
        {"a", "b"},
        {"a", "b", "e"},
        {"a", "c", "d", "b"},
        {"a", "c", "d", "e"},
    ]
    assert ways((AnyOf(any=("a", "b")), AnyOf(any=("b", "a")))) == [{"a", "b"}, {"a"}, {"b"}]


def test_what_each_voice_can_say(flat: Questionnaire, reach: Reachability) -> None:
    mine, theirs = reach.sayable[ME], reach.sayable[SOMEONE]
    assert mine - theirs == {"about-me", "crackling", "sparks"}
    assert theirs - mine == {"about-someone", "lift-calls"}
    assert mine | theirs == set(flat.signs)


def test_what_is_always_named_along_with_a_sign(reach: Reachability) -> None:
    assert reach.closed(frozenset(["strong-gas", "mould"])) == {"strong-gas", "smells-gas", "mould"}
    assert reach.closed(frozenset(["smells-gas"])) == {"smells-gas"}
    assert reach.closed(frozenset(["sparks"])) == {"sparks", "crackling"}


@pytest.mark.parametrize(
    ("signs", "possible"),
    [
        ("", True),
        ("strong-gas", True),
        # One answer to a single-choice question; two of its answers may name the same sign.
        ("strong-gas smells-gas", True),
        ("strong-gas unsure-gas", False),
        ("smells-gas unsure-gas", False),
        ("has-boiler has-power", False),
        # Several ticks, but "not sure" excludes the others.
        ("dripping wet-ceiling", True),
        ("dripping unsure-water", False),
        ("mould stains cracks fresh-paint", True),
        # A follow-up needs the answer for which it is asked.
        ("near-sockets dripping", True),
        ("near-sockets unsure-water", False),
        ("near-sockets unsure-sockets", False),
        ("boiler-gas has-boiler", True),
        # Answers to different questions.
        ("strong-gas near-sockets lost-key", True),
        # The voices.
        ("about-me crackling", True),
        ("about-someone", False),
        ("lift-calls", False),
    ],
)
def test_what_one_person_can_say(reach: Reachability, signs: str, possible: bool) -> None:
    assert reach.possible(frozenset(signs.split()), ME) is possible


def test_somebody_else_can_say_other_things(reach: Reachability) -> None:
    assert reach.possible(frozenset(["lift-calls", "about-someone"]), SOMEONE)
    assert not reach.possible(frozenset(["crackling"]), SOMEONE)


def test_signs_that_several_answers_name_exclude_each_other_only_if_all_do(
    flat: Questionnaire,
) -> None:
    # With another answer for it elsewhere, being unsure about gas excludes strong gas no longer.
    (danger, *others) = flat.sections
    fine = flat.questions["sound"].model_copy(
        update={"none": flat.questions["smell"].not_sure}  # names unsure-gas
    )
    questions = tuple(fine if q.id == "sound" else q for q in danger.questions)
    danger = danger.model_copy(update={"questions": questions})
    content = flat.model_construct(**{**dict(flat), "sections": (danger, *others)})
    reach = Reachability(content)
    assert reach.possible(frozenset(["strong-gas", "unsure-gas"]), ME)
    assert reach.possible(frozenset(["crackling", "unsure-gas"]), ME)
    assert not reach.possible(frozenset(["crackling", "smells-gas", "unsure-gas"]), SOMEONE)
