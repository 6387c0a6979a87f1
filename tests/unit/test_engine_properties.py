"""What holds for every set of answers to engine.yaml."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from screener.content.models.base import STANDARD_CHOICES, Voice
from screener.engine.flow import (
    BACK,
    CLEAR,
    NEXT,
    ON,
    RESULTS,
    UNDO,
    Ask,
    Finish,
    Stop,
    next_step,
)
from screener.engine.plans import MOST_REASONS, because, outcome_of, plans_of, reasons_of
from screener.engine.signs import Answers, said, signs_of, unwanted
from tests.unit.conftest import FLAT

QUESTIONS = list(FLAT.questions)
STOPPING = [plan.id for plan in FLAT.plans if plan.stops]
EXCLUDING = {sign for plan in FLAT.plans for sign in unwanted(plan.when)}

AT = st.sampled_from([None, *QUESTIONS])
WAYS_ON = st.sampled_from([NEXT, BACK, CLEAR, ON, RESULTS, "nonsense", *QUESTIONS])

examples = settings(max_examples=50, deadline=None, derandomize=True)


def picks(question: str, voice: Voice) -> list[tuple[str, ...]]:
    """Every way to answer a question, none at first."""
    ids = list(FLAT.choices_for(question, voice))
    alone = [id for id in ids if id in STANDARD_CHOICES]
    ticks = [id for id in ids if id not in alone]
    most = 1 if FLAT.questions[question].type == "single" else len(ticks)
    found = [c for n in range(most + 1) for c in combinations(ticks, n)]
    return [*found, *((id,) for id in alone)]


def in_voice(voice: Voice) -> st.SearchStrategy[Answers]:
    """What one person can pick, also on pages that are asked no more."""

    def answers(given: dict[str, tuple[str, ...]]) -> Answers:
        return Answers({id: picked for id, picked in given.items() if picked}, voice)

    fields = {id: st.sampled_from(picks(id, voice)) for id in QUESTIONS}
    return st.fixed_dictionaries(fields).map(answers)


ANSWERS = in_voice(Voice.ME) | in_voice(Voice.SOMEONE)
SEEN = st.lists(st.sampled_from(STOPPING), unique=True)


def pages(seen: list[str]) -> set[str]:
    """The pages that were shown: plans like one another share theirs."""
    return {FLAT.plans_by_id[id].page for id in seen}


@examples
@given(ANSWERS, SEEN, AT, WAYS_ON)
def test_a_stopping_plan_that_holds_is_shown_unless_it_was_seen(
    answers: Answers, seen: list[str], at: str | None, go: str
) -> None:
    step = next_step(FLAT, answers, seen, at, go)
    blanks_count = isinstance(step, Finish) or (isinstance(step, Stop) and step.to_results)
    signs = said(FLAT, step.answers, blanks_count).signs
    due = [plan for plan in plans_of(FLAT, signs) if plan.stops and plan.page not in pages(seen)]
    if due:
        assert isinstance(step, Stop)
        assert {plan.page for plan in step.plans} == {plan.page for plan in due}
        assert step.plans[0] == due[0]
        shown = [*seen, *(plan.id for plan in step.plans)]
        assert not isinstance(next_step(FLAT, step.answers, shown, at, go), Stop)
        assert outcome_of(FLAT, step.answers).lead.stops
    else:
        assert not isinstance(step, Stop)


@examples
@given(ANSWERS, SEEN, AT, st.sampled_from([UNDO, CLEAR, *QUESTIONS, NEXT, BACK]))
def test_a_page_keeps_every_answer_but_those_taken_back(
    answers: Answers, seen: list[str], at: str | None, go: str
) -> None:
    found = next_step(FLAT, answers, seen, at, go).answers
    changed = {id for id in QUESTIONS if found.picked.get(id, ()) != answers.picked.get(id, ())}
    if go == UNDO:
        assert len(changed) <= 1
        assert all(set(found.picked.get(id, ())) < set(answers.picked[id]) for id in changed)
    else:
        assert changed <= {at}
    assert found.voice == answers.voice


@examples
@given(ANSWERS, st.sampled_from(QUESTIONS))
def test_back_then_next_changes_nothing(answers: Answers, at: str) -> None:
    filled = answers
    for id in QUESTIONS:  # on a way through the questions no follow-up stays blank
        step = next_step(FLAT, filled, STOPPING, id, NEXT)
        filled = step.answers
    asked = said(FLAT, filled).asked
    back = next_step(FLAT, filled, STOPPING, at, BACK)
    assert isinstance(back, Ask)
    ahead = next_step(FLAT, back.answers, STOPPING, back.question, NEXT)
    assert ahead.answers == filled
    if at in asked and at != asked[0]:
        assert ahead == Ask(at, filled)


@examples
@given(ANSWERS)
def test_next_leads_through_what_is_asked_to_the_results(answers: Answers) -> None:
    passed: list[str] = []
    step = next_step(FLAT, answers, STOPPING, None, NEXT)
    while isinstance(step, Ask):
        passed.append(step.question)
        step = next_step(FLAT, step.answers, STOPPING, step.question, NEXT)
    assert isinstance(step, Finish)
    assert passed == list(said(FLAT, step.answers).asked)


@examples
@given(ANSWERS)
def test_one_plan_of_a_family_and_the_most_urgent_leads(answers: Answers) -> None:
    outcome = outcome_of(FLAT, answers)
    shown = [outcome.lead, *outcome.also, *outcome.later]
    assert len({plan.family for plan in shown}) == len(shown)
    assert all(outcome.lead.level.rank <= plan.level.rank for plan in shown)
    assert (FLAT.fallback in shown) is (shown == [FLAT.fallback])
    assert len(set(outcome.topics)) == len(outcome.topics)


@examples
@given(ANSWERS, st.booleans())
def test_every_reason_was_named(answers: Answers, aloud: bool) -> None:
    signs = signs_of(FLAT, answers)
    clauses = {
        said.in_voice(answers.voice) for id in signs if (said := FLAT.signs[id].said) is not None
    }
    for plan in plans_of(FLAT, signs):
        reasons = reasons_of(FLAT, signs, plan)
        told = because(FLAT, reasons, plan, answers.voice, aloud)
        assert set(told) <= clauses
        assert len(set(told)) == len(told) <= MOST_REASONS


@examples
@given(st.sets(st.sampled_from(list(FLAT.signs))), st.sampled_from(list(FLAT.signs)))
def test_one_more_sign_never_lowers_the_level_that_leads(signs: set[str], more: str) -> None:
    before, after = (plans_of(FLAT, frozenset(s))[0].level for s in (signs, {*signs, more}))
    assert after.rank <= before.rank or more in EXCLUDING


@examples
@given(ANSWERS)
def test_what_counts_are_the_answers_to_what_is_asked(answers: Answers) -> None:
    asked = said(FLAT, answers).asked
    kept = {id: picks for id, picks in answers.picked.items() if id in asked}
    assert said(FLAT, Answers(kept, answers.voice)) == said(FLAT, answers)
