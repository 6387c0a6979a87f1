"""What pages show, as plain data."""

from __future__ import annotations

import pytest

from screener.content.loading.load import load
from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.plans import NO_PRESCRIBER, PRESCRIBER, plan_alone
from screener.web.views import Notice, QuestionView, plan_view
from tests.paths import SMALL_FILE
from tests.shipped import SHIPPED

VISIBLE = frozenset({Voice.ME.sign})


def with_contacts(content: Questionnaire, *ids: str) -> Questionnaire:
    """The content, whose first plan names some contacts."""
    plan = content.plans[0]
    kind = type(plan.contact)
    changed = {
        "contact": kind(me=ids[0], someone=ids[0]),
        "also_contact": kind(me=ids[1], someone=ids[1]),
    }
    plans = (plan.model_copy(update=changed), *content.plans[1:])
    return content.model_copy(update={"plans": plans})


def shown(content: Questionnaire, signs: frozenset[str] = VISIBLE) -> list[str]:
    return list(plan_view(content, content.plans[0], signs, Voice.ME).contacts)


@pytest.fixture
def lines() -> Questionnaire:
    """The small questionnaire with a prescriber, and a second line with the first one's number."""
    small = load(SMALL_FILE).questionnaire
    line = small.contacts["emergency"]
    person = next(contact for contact in small.contacts.values() if contact.is_person)
    more = {"same": line.model_copy(), PRESCRIBER: person}
    return small.model_copy(update={"contacts": {**small.contacts, **more}})


def test_two_lines_with_one_number_are_one_button(lines: Questionnaire) -> None:
    assert shown(with_contacts(lines, "emergency", "same")) == ["emergency"]


def test_nobody_is_told_to_call_a_prescriber_whom_they_lack(lines: Questionnaire) -> None:
    content = with_contacts(lines, PRESCRIBER, "emergency")
    assert shown(content) == [PRESCRIBER, "emergency"]
    assert shown(content, VISIBLE | {NO_PRESCRIBER}) == ["emergency"]


# Questions


def test_parts_are_counted_as_visitors_see_them() -> None:
    """What is asked only by interest is one last part, whatever its sections."""
    assert SHIPPED.first_interest
    interest = SHIPPED.sections.index(SHIPPED.section_of[SHIPPED.first_interest])
    assert len(SHIPPED.sections) - interest > 2, "several sections after it"
    assert [len(part) for part in SHIPPED.parts[:-1]] == [1] * (interest + 1)
    assert SHIPPED.parts[-1] == SHIPPED.sections[interest + 1 :]
    assert SHIPPED.part_of.keys() == SHIPPED.questions.keys()
    assert SHIPPED.part_of[SHIPPED.first_interest] == interest + 1
    last = next(reversed(SHIPPED.questions))
    assert SHIPPED.part_of[last] == len(SHIPPED.parts) == interest + 2


def test_where_nothing_follows_the_interests_every_section_is_a_part(flat: Questionnaire) -> None:
    assert flat.first_interest in {question.id for question in flat.sections[-1].questions}
    assert flat.parts == tuple((section,) for section in flat.sections)


def test_progress_grows_and_each_part_is_as_long_as_any_other(flat: Questionnaire) -> None:
    steps = [flat.progress_at(question) for question in flat.questions]
    assert steps == sorted(set(steps))
    assert steps[0] > 0 and steps[-1] < 1
    for question, part in flat.part_of.items():
        assert (part - 1) / len(flat.parts) < flat.progress_at(question) < part / len(flat.parts)


def test_a_flag_opens_under_each_choice_that_stops_by_itself(flat: Questionnaire) -> None:
    flags = 0
    for question in flat.questions:
        shown = QuestionView(flat, question, Voice.ME)
        for choice in shown.choices:
            signs = flat.choices[question][choice.id].signs
            plan = plan_alone(flat, flat.choices[question][choice.id], Voice.ME)
            assert bool(choice.flag) == bool(signs and plan.level.stops), choice.id
            if choice.flag:
                flags += 1
                assert choice.flag.heading == plan.heading.me
                assert choice.flag.contact == flat.contacts[plan.contact.me]
                assert choice.flag.is_calm is plan.calm
        assert shown.has_flags == any(choice.flag for choice in shown.choices)
    assert flags


def test_a_plan_like_another_is_as_calm() -> None:
    """`like` takes over everything but the names and the condition."""
    calm = [plan for plan in SHIPPED.plans if plan.calm]
    assert calm and not SHIPPED.fallback.calm
    for plan in SHIPPED.plans:
        if plan.like:
            assert plan.calm == SHIPPED.plans_by_id[plan.like].calm, plan.id


@pytest.mark.parametrize(
    ("notice", "spoken"), [(Notice.LOST, False), (Notice.UNDONE, False), (Notice.CLEARED, True)]
)
def test_what_became_of_an_answer_is_said(notice: Notice, spoken: bool) -> None:
    """That an answer was cleared shows by itself."""
    assert notice.words.endswith(".")
    assert notice.is_only_spoken is spoken
