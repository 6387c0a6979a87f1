"""One finding of `screener check`, and the texts that checks read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from screener.content.loading.yaml_reader import Place
from screener.content.models.base import Voice
from screener.content.models.contacts import BECAUSE, with_numbers
from screener.content.models.plans import Plan
from screener.content.models.policy import fields
from screener.content.models.questionnaire import Questionnaire
from screener.content.texts import texts


@dataclass(frozen=True)
class Finding:
    """What is wrong at one place of the file. An error fails the check; a warning waits for a
    person."""

    place: Place
    message: str
    is_error: bool = False


def own_texts(content: Questionnaire) -> Iterator[tuple[Place, str]]:
    """Every text with its place, without what a plan takes over from another one."""
    taken_over = {
        (p, key)
        for p, plan in enumerate(content.plans)
        for name, key, _ in fields(Plan)
        if plan.like
        if getattr(plan, name) == getattr(content.plans_by_id[plan.like], name)
    }
    for place, text in texts(content):
        if place[0] != "plans" or place[1:3] not in taken_over:
            yield place, text


def in_one_voice(part: Any, voice: Voice) -> Iterator[str]:
    """Every text of a part as one of the two reads it."""
    other = Voice.SOMEONE if voice is Voice.ME else Voice.ME
    return (text for place, text in texts(part) if not place or place[-1] != other.value)


def as_read(text: str, content: Questionnaire) -> str:
    """A text with its numbers filled in, and without what is said only later."""
    return with_numbers(text.replace(BECAUSE, ""), content.contacts)
