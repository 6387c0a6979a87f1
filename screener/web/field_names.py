"""Names of form fields and values that ids of questions must not take."""

from __future__ import annotations

from collections.abc import Iterator

from screener.content.loading.errors import Problem
from screener.content.models.questionnaire import Questionnaire
from screener.engine.flow import BACK, CLEAR, NEXT, ON, RESULTS, UNDO
from screener.web.papers import PAPERS

RESERVED_FIELDS = frozenset(
    "voice at go seen issued more size contrast print full large region version".split()
)
"""Form fields with a meaning of their own: never the id of a question."""

RESERVED_QUESTIONS = frozenset({NEXT, BACK, CLEAR, UNDO, ON, RESULTS, *PAPERS})
"""Values of `go` with a meaning of their own: never the id of a question."""


def problems(content: Questionnaire) -> Iterator[Problem]:
    """Each id that is reserved. A check for `load`."""
    for s, section in enumerate(content.sections):
        for q, question in enumerate(section.questions):
            if question.id in RESERVED_FIELDS | RESERVED_QUESTIONS:
                place = ("sections", s, "questions", q, "id")
                yield place, f"`{question.id}` is reserved; choose another id"
