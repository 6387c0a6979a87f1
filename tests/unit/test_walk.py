"""One person's way through the questions of engine.yaml."""

from __future__ import annotations

from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.walk import Page, walk
from tests.unit.conftest import answers

ALWAYS_ASKED = ["smell", "water", "sound", "walls", "heating", "keys", "reading"]


def test_every_question_that_is_asked_is_a_page(flat: Questionnaire) -> None:
    found = walk(flat, Voice.ME, {})
    assert found.pages == tuple(Page(id) for id in ALWAYS_ASKED)
    assert found.answers == answers()
    found = walk(flat, Voice.ME, {"heating": ["boiler"], "keys": ["lost"], "sockets": ["near"]})
    assert [page.question for page in found.pages] == [
        *("smell", "water", "sound", "walls", "heating", "boiler", "keys", "reading")
    ]
    assert found.answers == answers("heating=boiler keys=lost")


def test_plans_stop_after_the_page_that_led_there(flat: Questionnaire) -> None:
    picked = {"smell": ["strong"], "water": ["ceiling"], "sockets": ["near"], "sound": ["calls"]}
    found = walk(flat, Voice.SOMEONE, picked)
    assert found.stops == ["gas-out", "flood", "lift"]
    assert found.pages[:4] == (
        *(Page("smell", ("gas-out",)), Page("water"), Page("sockets", ("flood",))),
        Page("sound", ("lift",)),
    )
    assert found.answers.voice is Voice.SOMEONE


def test_several_plans_of_one_page_stop_once(flat: Questionnaire) -> None:
    (danger, *others) = flat.sections
    smell = flat.questions["smell"].model_copy(update={"type": "tick-all"})
    (strong, faint, fine) = smell.choices
    strong = strong.model_copy(update={"signs": (*strong.signs, "boiler-gas", "crackling")})
    smell = smell.model_copy(update={"choices": (strong, faint, fine)})
    danger = danger.model_copy(update={"questions": (smell, *danger.questions[1:])})
    content = flat.model_construct(**{**dict(flat), "sections": (danger, *others)})
    found = walk(content, Voice.ME, {"smell": ["strong"]})
    assert found.stops == ["gas-out", "fire"]
    assert [page.question for page in found.pages] == ALWAYS_ASKED


def test_a_follow_up_left_blank_is_not_sure(flat: Questionnaire) -> None:
    found = walk(flat, Voice.ME, {"water": ["ceiling"], "walls": ["mould"]})
    assert found.answers == answers("water=ceiling sockets=not-sure walls=mould")
    assert list(found.answers.picked) == ["water", "sockets", "walls"]
    assert found.pages[2] == Page("sockets", ("flood",))


def test_a_stop_before_the_results(flat: Questionnaire) -> None:
    # The last question names what leads to an emergency.
    (*others, wishes) = flat.sections
    last = flat.questions["reading"].model_copy(
        update={"choices": (flat.questions["smell"].choices[0],)}
    )
    wishes = wishes.model_copy(update={"questions": (last,)})
    content = flat.model_construct(**{**dict(flat), "sections": (*others, wishes)})
    found = walk(content, Voice.ME, {"reading": ["strong"]})
    assert found.pages[-1] == Page("reading", ("gas-out",))
    assert len(found.pages) == len(ALWAYS_ASKED)
