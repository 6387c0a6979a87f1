"""Visitors of the shipped questionnaire: those of its cases, and random ones, always the same."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import yaml

from screener.content.localize import in_region
from screener.content.models.base import STANDARD_CHOICES, Urgency, Voice
from screener.content.models.proofs import Case, Proofs
from screener.content.models.questions import Question
from screener.engine.plans import plan_alone
from screener.engine.signs import Answers, holds
from tests.shipped import SHIPPED, SHIPPED_FILE

CONTENT = in_region(SHIPPED)
STOPPING = [plan.id for plan in CONTENT.plans if plan.stops]


@cache
def proofs() -> Proofs:
    """Hazards and cases of the shipped questionnaire."""
    return SHIPPED_FILE.proofs


def read(file: Path) -> Any:
    """A YAML file. With the fast loader, where there is one: this file is long."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(file.read_text("utf-8"), loader)


def answers_of(case: Case) -> Answers:
    """What somebody of a case picks, in the order of the file."""
    picked = {
        question: tuple(id for id in CONTENT.choices[question] if id in case.answers[question])
        for question in CONTENT.questions
        if question in case.answers
    }
    return Answers(picked, case.voice)


def random_answers(count: int, seed: int) -> Iterator[Answers]:
    """Answers of visitors who answer what they are asked, some of it or all of it.

    Half of them pick nothing that is an emergency by itself: else hardly anybody would get a
    calmer page.
    """
    dice = random.Random(seed)
    for _ in range(count):
        yield _visitor(dice)


def _visitor(dice: random.Random) -> Answers:
    voice = dice.choice(list(Voice))
    share, most = dice.choice([0.15, 0.4, 0.7, 1.0]), dice.choice([1, 2, 4])
    calm = dice.random() < 0.5
    signs, picked = {voice.sign}, {}
    for id, question in CONTENT.questions.items():
        if not holds(question.ask_if, signs):
            continue
        if dice.random() > max(share, 0.6 if question.ask_if else 0):
            continue
        choices = _choices(question, voice, calm)
        if choices:
            picked[id] = _pick(dice, question, choices, most)
            for choice in picked[id]:
                signs.update(CONTENT.choices[id][choice].signs)
    return Answers(picked, voice)


@cache
def _choices(question: Question, voice: Voice, calm: bool) -> tuple[str, ...]:
    return tuple(
        choice.id
        for choice in CONTENT.choices_for(question.id, voice).values()
        if not calm or plan_alone(CONTENT, choice, voice).level is not Urgency.EMERGENCY
    )


def _pick(
    dice: random.Random, question: Question, choices: Sequence[str], most: int
) -> tuple[str, ...]:
    if question.type == "single":
        return (dice.choice(choices),)
    own = [id for id in choices if id not in STANDARD_CHOICES]
    if len(own) < len(choices) and (not own or dice.random() < 0.3):
        return (dice.choice([id for id in choices if id in STANDARD_CHOICES]),)
    ticks = set(dice.sample(own, min(len(own), dice.randint(1, most))))
    return tuple(id for id in own if id in ticks)


def fields_of(answers: Answers, **more: Any) -> dict[str, Any]:
    """The form fields that a browser would send for some answers."""
    picked: Mapping[str, Any] = {id: list(choices) for id, choices in answers.picked.items()}
    return {**picked, "voice": answers.voice.value, **more}


_FOLDS = re.compile(r"(<details\b[^>]*>|</details>)")
_UNSEEN = re.compile(
    r'<(section|p|h2|span|button)\b[^>]*(?:class="(?:print|vh)\b[^"]*"| hidden)[^>]*>.*?</\1>',
    re.DOTALL,
)


def unfolded(html: str) -> str:
    """What a page shows in <main> when nothing is unfolded: not what is only printed, nor what
    is only spoken."""
    main = html[html.index("<main") : html.index("</main>")]
    kept, depth = [], 0
    for piece in _FOLDS.split(main):
        if piece.startswith("<details"):
            depth += 1
        elif piece == "</details>":
            depth -= 1
        elif not depth:
            kept.append(piece)
        elif depth == 1 and "</summary>" in piece:
            kept.append(piece[: piece.index("</summary>")])
    text = re.sub(r"<[^>]+>", " ", _UNSEEN.sub(" ", " ".join(kept)))
    return " ".join(unescape(text).split())
