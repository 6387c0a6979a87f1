"""What holds for every set of answers to engine.yaml: tried with many, the same in each run."""

from __future__ import annotations

import random

from screener.content.models.base import Urgency, Voice
from screener.engine.flow import Ask, Finish, Stop, next_step, questions_to_ask
from screener.engine.matching import Answers, applicable, match, red_flags
from tests.unit.conftest import FLAT

RESULTS = FLAT.results
SECTIONS = [section.id for section in FLAT.sections]
INTERRUPTIONS = list(FLAT.interruptions)
NAMED_BY_ASK_IF = {
    rule.question for question in FLAT.questions.values() for rule in question.ask_if
}


def answer_to(question: str, dice: random.Random) -> tuple[str, ...]:
    options = list(FLAT.choices[question])
    count = 1 if FLAT.questions[question].type == "single" else dice.randint(1, len(options))
    picked = dice.sample(options, count)
    return tuple(choice for choice in options if choice in picked)


def some_answers(dice: random.Random) -> Answers:
    """Answers to any number of questions, in any order."""
    questions = dice.sample(list(FLAT.questions), dice.randint(0, len(FLAT.questions)))
    picked = {question: answer_to(question, dice) for question in questions}
    return Answers(picked, dice.choice(list(Voice)))


DICE = random.Random(12)
MANY = [some_answers(DICE) for _ in range(500)]


def test_one_more_answer_never_lowers_an_urgency() -> None:
    for answers in MANY:
        for question in FLAT.questions.keys() - answers.picked.keys() - NAMED_BY_ASK_IF:
            more = {**answers.picked, question: answer_to(question, DICE)}
            after = {card.topic: card for card in match(FLAT, Answers(more, answers.voice)).cards}
            for card in match(FLAT, answers).cards:
                assert after[card.topic].urgency.rank <= card.urgency.rank, (answers, more)


def test_cards_are_in_order_and_never_twice() -> None:
    for answers in MANY:
        outcome = match(FLAT, answers)
        topics = [card.topic for card in outcome.cards]
        assert len(set(topics)) == len(topics), answers
        assert [card for level in Urgency for card in outcome.at(level)] == list(outcome.cards)
        for rule in RESULTS.always:
            assert rule.topic in topics or answers.voice not in rule.voices, answers


def test_an_escort_comes_before_its_topic_and_is_at_least_as_urgent() -> None:
    for answers in MANY:
        cards = match(FLAT, answers).cards
        topics = [card.topic for card in cards]
        for topic, escort in RESULTS.escorts.items():
            if topic in topics:
                first, then = topics.index(escort), topics.index(topic)
                assert first < then, answers
                assert cards[first].urgency.rank <= cards[then].urgency.rank, answers


def test_only_what_can_wait_is_folded_once_the_first_view_is_full() -> None:
    for answers in MANY:
        cards = match(FLAT, answers).cards
        always = {rule.topic for rule in RESULTS.always if answers.voice in rule.voices}
        waits = [card for card in cards if card.urgency in (Urgency.SOON, Urgency.LEARN)]
        waits = [card for card in waits if card.topic not in RESULTS.beside_help]
        others = [card for card in waits if card.topic not in always]
        room = max(RESULTS.first_view - (len(waits) - len(others)), 0)
        assert [card for card in cards if card.folded] == others[room:], answers


def test_every_reason_is_an_answer_that_opens_the_topic() -> None:
    for answers in MANY:
        outcome = match(FLAT, answers)
        given = {
            (card.topic, reason.question, choice)
            for card in outcome.cards
            for reason in card.reasons
            for choice in reason.choices
        }
        assert given == {
            (topic, reason.question, choice)
            for reason in outcome.answered
            for choice in reason.choices
            for topic in FLAT.opened(reason.question, choice)
        }, answers


def test_the_order_of_the_answers_does_not_matter() -> None:
    for answers in MANY:
        shuffled = DICE.sample(list(answers.picked.items()), len(answers.picked))
        assert match(FLAT, Answers(dict(shuffled), answers.voice)) == match(FLAT, answers)


def test_what_counts_are_the_answers_to_what_is_asked() -> None:
    for answers in MANY:
        counted = applicable(FLAT, answers.picked)
        assert applicable(FLAT, counted) == counted
        asked = {id for section in FLAT.sections for id in questions_to_ask(FLAT, section, counted)}
        assert counted.keys() == asked & answers.picked.keys(), answers


def test_back_undoes_next() -> None:
    for answers in MANY:
        for where in SECTIONS:
            ahead = next_step(FLAT, answers, INTERRUPTIONS, where, "next")
            if isinstance(ahead, Ask):
                back = next_step(FLAT, answers, INTERRUPTIONS, ahead.section, "back")
                assert isinstance(back, Ask)
                # A section with something to ask is not passed over.
                if next_step(FLAT, answers, INTERRUPTIONS, None, where) == Ask(where):
                    assert back == Ask(where), answers


def test_next_leads_through_every_section_that_asks_something() -> None:
    for answers in MANY:
        passed: list[str] = []
        step = next_step(FLAT, answers, INTERRUPTIONS, None, "next")
        while isinstance(step, Ask):
            passed.append(step.section)
            step = next_step(FLAT, answers, INTERRUPTIONS, step.section, "next")
        assert step == Finish()
        worth = [s.id for s in FLAT.sections if questions_to_ask(FLAT, s, answers.picked)]
        assert passed == worth, answers


def test_a_red_flag_that_was_not_shown_stops() -> None:
    for answers in MANY:
        shown = DICE.sample(INTERRUPTIONS, DICE.randint(0, len(INTERRUPTIONS)))
        flags = red_flags(FLAT, answers.picked)
        new = tuple(flag for flag in flags if flag.interruption not in shown)
        where = DICE.choice([None, "nowhere", *SECTIONS])
        go = DICE.choice(["next", "back", "results", "nonsense", *SECTIONS])
        step = next_step(FLAT, answers, shown, where, go)
        assert isinstance(step, Stop) == bool(new), answers
        assert not isinstance(step, Stop) or step.flags == new
