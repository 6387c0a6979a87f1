"""For unit tests: no network, and the questionnaire of the tests of engine and forms."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from screener.content.loading.load import load
from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.signs import Answers

ENGINE_FILE = Path(__file__).with_name("engine.yaml")
FLAT = load(ENGINE_FILE).questionnaire


def answers(text: str = "", voice: Voice = Voice.ME) -> Answers:
    """Answers written as 'smell=faint walls=mould,paint'."""
    pairs = (pair.split("=") for pair in text.split())
    return Answers({question: tuple(picks.split(",")) for question, picks in pairs}, voice)


@pytest.fixture(scope="session")
def flat() -> Questionnaire:
    """engine.yaml: about a flat, so that no clinical wording is tested with the engine."""
    return FLAT


@pytest.fixture(scope="module", autouse=True)
def no_network() -> Iterator[None]:
    """A unit test that opens a connection fails."""

    def refuse(*_: object) -> None:
        raise AssertionError("a unit test must not use the network")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        yield
