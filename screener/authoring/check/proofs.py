"""Hazards and cases as errors of the files they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from screener.authoring.check.cases import run_case, uncovered
from screener.authoring.check.hazards import Counterexample, Verdict, prove
from screener.content.loading.errors import ContentError
from screener.content.loading.load import Loaded, LoadedProofs
from screener.content.loading.yaml_reader import Place
from screener.content.models.questionnaire import Questionnaire
from screener.engine.signs import Answers


def proof_errors(loaded: Loaded, files: Sequence[LoadedProofs]) -> Iterator[ContentError]:
    """Each hazard that does not hold, each case that comes out otherwise, and each answer that
    is an emergency by itself and in no case."""
    content = loaded.questionnaire
    runs = []
    for file in files:
        for n, verdict in enumerate(prove(content, file.proofs.hazards)):
            if not verdict.holds:
                yield file.error_at(("hazards", n), hazard_message(content, verdict))
        for n, case in enumerate(file.proofs.cases):
            run = run_case(content, case)
            runs.append(run)
            for fault in run.faults:
                yield file.error_at(("cases", n), f"'{case.name}': {fault}")
    for question, choice, voice in uncovered(content, runs):
        place = _place_of(content, question)
        message = f"`{choice}` ({voice.value}) is an emergency, and no case gives this answer"
        yield loaded.error_at(place, message)


def hazard_message(content: Questionnaire, verdict: Verdict) -> str:
    """Why a hazard is not proved."""
    name = f"'{verdict.hazard.name}'"
    if verdict.failure is None:
        return f"{name} {verdict.problem}"
    return f"{name} does not hold: `{verdict.failure.leads}` leads for {_who(verdict.failure)}"


def _who(failure: Counterexample) -> str:
    if failure.answers is None:
        signs = ", ".join(failure.signs)
        return f"{failure.voice.value} with the signs {signs} (no answers found that name them)"
    return answers_as_text(failure.answers)


def answers_as_text(answers: Answers) -> str:
    """'me, right-now: had-seizure, mind; seizure: other-seizure'."""
    given = (f"{question}: {', '.join(picks)}" for question, picks in answers.picked.items())
    return f"{answers.voice.value}, {'; '.join(given) or 'no answers'}"


def _place_of(content: Questionnaire, question: str) -> Place:
    for s, section in enumerate(content.sections):
        for q, other in enumerate(section.questions):
            if other.id == question:
                return ("sections", s, "questions", q)
    raise KeyError(question)
