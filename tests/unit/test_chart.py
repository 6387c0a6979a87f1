"""Answers -> the page for a clinician. With engine.yaml, and on the shipped content what must hold
for any answers."""

from __future__ import annotations

import pytest

from screener.content.localize import in_region
from screener.content.models.base import PREFER_NOT, Voice
from screener.content.models.chart import ChartRow
from screener.content.models.questionnaire import Questionnaire
from screener.engine.chart import (
    MOST_FLAGS,
    Chart,
    chart_of,
    facts_of,
    is_context,
    is_pertinent,
    sensitive_answers,
    signs_left_out,
)
from screener.engine.plans import NO_PRESCRIBER, Outcome, outcome_of
from screener.engine.signs import Answers
from tests.acceptance.visitors import random_answers
from tests.answers import CASES
from tests.shipped import SHIPPED
from tests.unit.conftest import answers

ME, SOMEONE = Voice.ME, Voice.SOMEONE
US = in_region(SHIPPED)


def chart(flat: Questionnaire, text: str, voice: Voice = ME, printed: str = "") -> Chart:
    return chart_of(flat, outcome_of(flat, answers(text, voice)), voice, printed.split())


@pytest.mark.parametrize(
    ("given", "rows"),
    [
        ("smell=faint", {"acute": ["Gas"]}),
        ("smell=strong", {"flags": ["Gas, strong"], "acute": ["Gas, strong"]}),  # says Gas too
        ("sound=crackle", {"flags": ["“Crackling”"], "acute": ["“Crackling”"]}),  # both at once
        ("walls=stains", {"effects": ["Stained walls"], "absent": ["Mould"]}),
        ("walls=paint", {"absent": ["Mould"]}),  # its own row is none
        ("heating=electric", {"use": ["Heater"]}),  # not the row of its kind
        ("smell=not-sure", {"flags": ["Gas not known"], "acute": ["Gas not known"]}),
        ("walls=mould,cracks", {"effects": ["Mould", "Cracks"], "flags": ["Cracks", "Mould"]}),
        ("reading=rent", {}),
        ("", {}),
    ],
)
def test_rows(flat: Questionnaire, given: str, rows: dict[str, list[str]]) -> None:
    found = {row.value: list(words) for row, words in chart(flat, given).rows.items()}
    assert {row: words for row, words in found.items() if words} == rows


def test_the_rows_stand_in_clinical_order() -> None:
    for visitor in random_answers(50, seed=11):
        rows = list(chart_of(US, outcome_of(US, visitor), visitor.voice).rows)
        assert rows == [row for row in ChartRow if row in rows]


def test_absent_only_what_was_asked_and_answered(flat: Questionnaire) -> None:
    assert chart(flat, "water=none").rows[ChartRow.ABSENT] == ("Drip",)
    assert ChartRow.ABSENT not in chart(flat, "water=drip").rows
    assert ChartRow.ABSENT not in chart(flat, "water=not-sure").rows
    assert ChartRow.ABSENT not in chart(flat, "smell=faint").rows
    assert chart(flat, "water=not-sure sound=none").rows[ChartRow.ABSENT] == ("“Crackling”",)
    assert ChartRow.ABSENT not in chart(flat, "sound=none", SOMEONE).rows, "only tenants hear it"
    single = chart(flat, "heating=boiler boiler=air")
    assert ChartRow.ABSENT not in single.rows, "one answer takes the place of all others"


def test_what_is_sensitive_is_never_absent(flat: Questionnaire) -> None:
    """Nor is what the same answer says besides."""
    lock, mould = flat.choices["keys"]["lock"], flat.choices["walls"]["mould"]
    both = lock.model_copy(update={"signs": (*lock.signs, *mould.signs)})
    assert is_pertinent(flat, "walls", mould) and not is_pertinent(flat, "keys", both)


def test_words_for_an_answer_stand_in_one_row(flat: Questionnaire) -> None:
    stains = flat.choices["walls"]["stains"]
    two_rows = stains.model_copy(update={"signs": ("stains", "lost-key")})
    assert [(fact.row, fact.words) for fact in facts_of(flat, two_rows)] == [
        (ChartRow.EFFECTS, "Stained walls")
    ]


def test_circumstances_are_no_red_flags(flat: Questionnaire) -> None:
    assert is_context(flat, "has-boiler") and is_context(flat, "about-me")
    assert not is_context(flat, "mould")


def test_nothing_is_absent_where_an_answer_was_asked_about() -> None:
    """A child was exposed: that the person has no seizure would read as the child's."""
    given = {"right-now": ("child-or-pet",), "swallowed": ("child-unwell",)}
    assert ChartRow.ABSENT not in chart_of(US, outcome_of(US, Answers(given)), ME).rows
    none = {"right-now": ("none",)}
    assert chart_of(US, outcome_of(US, Answers(none)), ME).rows[ChartRow.ABSENT]


def test_blanks_only_for_what_is_not_known(flat: Questionnaire) -> None:
    assert chart(flat, "").unknown == ("Since", "Walls", "Smell")
    assert chart(flat, "walls=none smell=fine").unknown == ("Since",)
    assert chart(flat, "walls=cracks smell=not-sure").unknown == ("Since", "Smell")


def test_what_is_sensitive_is_left_out_unless_asked_for(flat: Questionnaire) -> None:
    given = "keys=lock,lost"
    outcome = outcome_of(flat, answers(given))
    assert sensitive_ids(flat, outcome) == {"keys": ["lock"]}
    assert chart(flat, given).rows == {ChartRow.SUPPLY: ("Key",)}
    assert chart(flat, given, printed="keys").rows == {
        ChartRow.USE: ("Lock",),
        ChartRow.SUPPLY: ("Key",),
    }
    assert signs_left_out(flat, outcome.said.counted) == {"broke-lock"}


def test_every_sensitive_answer_can_be_asked_for() -> None:
    question, ids = next(
        (question, sorted(ids - {PREFER_NOT})[:2])
        for question, ids in US.sensitive.items()
        if len(ids - {PREFER_NOT}) > 1 and US.questions[question].type != "single"
    )
    outcome = outcome_of(US, Answers({question: tuple(ids)}))
    assert sensitive_ids(US, outcome)[question] == ids


def sensitive_ids(content: Questionnaire, outcome: Outcome) -> dict[str, list[str]]:
    """Question -> ids of its sensitive answers."""
    found = sensitive_answers(content, outcome.said.counted)
    return {question: [choice.id for choice in choices] for question, choices in found.items()}


def test_where_something_is_left_out_nothing_is_absent_and_there_is_a_line() -> None:
    """Who leaves fentanyl off the paper must not be said to use no opioid."""
    mixing = US.named_by["with-opioids"][0][0]
    street = next(iter(US.sensitive[mixing]))
    outcome = outcome_of(US, Answers({mixing: ("most-days", street)}))
    hidden, shown = (chart_of(US, outcome, ME, printed) for printed in ([], [mixing]))
    line = next(blank.line for blank in US.results.print.blanks if blank.sign == "with-opioids")
    assert ChartRow.MIXING in hidden.rows
    assert ChartRow.ABSENT not in hidden.rows and line in hidden.unknown
    assert shown.rows[ChartRow.ABSENT] and line not in shown.unknown


def test_a_doubt_that_a_later_answer_settles_is_not_told() -> None:
    for picked, said in [
        ({"right-now": ("had-seizure",)}, "Seizure, last day"),
        ({"right-now": ("had-seizure",), "seizure": ("usual-seizure",)}, "Usual seizure"),
    ]:
        # What is left blank counts as "Not sure", which settles nothing.
        rows = chart_of(US, outcome_of(US, Answers(picked)), ME).rows
        words = " ".join(rows[ChartRow.ACUTE])
        assert said in words
        assert ("Seizure, last day" in words) is ("seizure" not in picked)
        assert ("Unsure" in words) is ("seizure" not in picked)


def test_no_plan_is_told_that_rests_on_what_is_left_out() -> None:
    case = next(case for case in CASES if case.visitor == "V5")
    outcome = outcome_of(US, Answers(case.answers, case.voice))
    hidden = chart_of(US, outcome, case.voice)
    shown = chart_of(US, outcome, case.voice, ["suicide"])
    assert shown.told == outcome.lead.heading and hidden.told is None
    assert ChartRow.MOOD in shown.rows and ChartRow.MOOD not in hidden.rows


def test_a_plan_is_told_that_holds_without_what_is_left_out() -> None:
    case = next(case for case in CASES if case.visitor == "V2")
    outcome = outcome_of(US, Answers(case.answers, case.voice))
    assert signs_left_out(US, outcome.said.counted)
    assert chart_of(US, outcome, case.voice).told == outcome.lead.heading


def test_a_heading_is_not_told_that_rests_on_what_is_left_out() -> None:
    """Without a prescriber the same plan says something else to do."""
    no_prescriber, out = US.named_by[NO_PRESCRIBER], US.named_by["out-of-pills"]
    question, choice = next(pair for pair in no_prescriber if pair[1] in US.sensitive[pair[0]])
    picked = {question: (choice,), out[0][0]: (out[0][1],)}
    outcome = outcome_of(US, Answers(picked))
    lead = outcome.lead
    assert lead.heading_for(True) != lead.heading_for(False)
    assert chart_of(US, outcome, ME).told is None
    assert chart_of(US, outcome, ME, [question]).told == lead.heading_for(True)


def test_whatever_is_said_nothing_sensitive_is_told_unasked() -> None:
    for visitor in random_answers(300, seed=12):
        outcome = outcome_of(US, visitor)
        secret = sensitive_answers(US, outcome.said.counted)
        texts = [w for words in chart_of(US, outcome, visitor.voice).rows.values() for w in words]
        open_texts = {
            fact.words
            for question, picks in outcome.said.counted.items()
            for choice in (US.choices[question][id] for id in picks)
            if choice.id not in US.sensitive[question]
            for fact in facts_of(US, choice)
        }
        for choices in secret.values():
            for choice in choices:
                for fact in facts_of(US, choice):
                    assert fact.words not in texts or fact.words in open_texts


def test_every_answer_that_says_something_is_on_the_page() -> None:
    """So a new sign is on it by itself."""
    for question, choices in US.choices.items():
        for choice in choices.values():
            printed = [id for id in choice.signs if US.signs[id].chart_row.is_printed]
            assert bool(facts_of(US, choice)) == bool(printed), (question, choice.id)


def test_few_flags() -> None:
    for visitor in random_answers(200, seed=13):
        rows = chart_of(US, outcome_of(US, visitor), visitor.voice, US.questions).rows
        assert len(rows.get(ChartRow.FLAGS, ())) <= MOST_FLAGS
        everything = {words for row, told in rows.items() if row.takes_signs for words in told}
        assert everything.issuperset(rows.get(ChartRow.FLAGS, ()))


def test_prefer_not_to_say_is_never_told() -> None:
    picked = {q: (PREFER_NOT,) for q, choices in US.choices.items() if PREFER_NOT in choices}
    found = chart_of(US, outcome_of(US, Answers(picked)), ME, US.questions)
    assert not any(found.rows.values())
