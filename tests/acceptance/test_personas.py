"""The promises to eight readers, as personas.yaml words them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from screener.content.models.base import Urgency, Voice
from screener.content.models.contacts import with_numbers
from screener.content.models.questionnaire import Questionnaire
from screener.engine.flow import Stop, next_step
from screener.engine.matching import Answers, Outcome, match, should_ask
from tests.web.page_lint import LintingClient, words

PERSONAS = yaml.safe_load((Path(__file__).parent / "personas.yaml").read_text("utf-8"))
KEYS = {
    "name answers voice must_show must_not_show no_today_cards must_show_in_first_view",
    "must_say first_card must_ask must_show_interruption must_not_say",
}


def answers_of(persona: dict[str, Any]) -> Answers:
    picked = {
        question: tuple(choice) if isinstance(choice, list) else (choice,)
        for question, choice in persona["answers"].items()
    }
    return Answers(picked, Voice(persona.get("voice", "me")))


def topics(outcome: Outcome) -> list[str]:
    return [card.topic for card in outcome.cards]


@pytest.fixture(params=PERSONAS, ids=lambda persona: persona["name"])
def persona(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param


def test_persona(persona: dict[str, Any], content: Questionnaire, client: LintingClient) -> None:
    assert set(persona) <= {key for line in KEYS for key in line.split()}
    answers = answers_of(persona)
    for question, choices in answers.picked.items():
        assert set(choices) <= set(content.choices[question])
    outcome = match(content, answers)
    shown = topics(outcome)
    forbidden = set(persona.get("must_not_show", []))
    assert set(persona.get("must_show", [])) <= set(shown)
    assert not forbidden & set(shown)
    if "any-interruption" in forbidden:
        assert not outcome.flags
    if persona.get("no_today_cards"):
        assert not outcome.at(Urgency.TODAY)
        assert not outcome.at(Urgency.EMERGENCY)
    in_view = {card.topic for card in outcome.cards if not card.folded}
    assert set(persona.get("must_show_in_first_view", [])) <= in_view
    if "first_card" in persona:
        assert shown[0] == persona["first_card"]
    for question in persona.get("must_ask", []):
        assert should_ask(content.questions[question], answers.picked)

    fields = {**{q: list(c) for q, c in answers.picked.items()}, "voice": answers.voice.value}
    page = client.page("/results", **fields)
    if "must_show_interruption" in persona:
        step = next_step(content, answers, (), None, "next")
        assert isinstance(step, Stop)
        assert [flag.interruption for flag in step.flags] == [persona["must_show_interruption"]]
        heading = content.interruptions[persona["must_show_interruption"]].heading
        said = with_numbers(heading.in_voice(answers.voice), content.contacts)
        assert words(page.h1).endswith(said)
    else:
        assert page.find(id="topic-do-not-stop-suddenly")
        for topic in persona.get("must_show", []):
            assert page.find(id=f"topic-{topic}")
        for topic in forbidden:
            assert not page.find(id=f"topic-{topic}")
    assert persona.get("must_say", "") in words(page.main)
    if "must_not_say" in persona:
        assert persona["must_not_say"] not in words(page.main)


def test_there_are_eight() -> None:
    assert len(PERSONAS) == 8
