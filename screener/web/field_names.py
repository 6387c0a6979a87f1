"""Names of form fields and values that ids of questions and sections must not take."""

from __future__ import annotations

from collections.abc import Iterator

from screener.content.loading.errors import Problem
from screener.content.models.questionnaire import Questionnaire

RESERVED_FIELDS = frozenset(
    "voice section go shown issued more size print full large region pad version".split()
)
"""Form fields with a meaning of their own: never the id of a question."""

RESERVED_SECTIONS = frozenset({"next", "back"})
"""Values of `go` with a meaning of their own: never the id of a section."""


def problems(content: Questionnaire) -> Iterator[Problem]:
    """Each id that is reserved. A check for `load`."""
    for s, section in enumerate(content.sections):
        if section.id in RESERVED_SECTIONS:
            yield ("sections", s, "id"), f"`{section.id}` is reserved; choose another id"
        for q, question in enumerate(section.questions):
            if question.id in RESERVED_FIELDS:
                place = ("sections", s, "questions", q, "id")
                yield place, f"`{question.id}` is reserved; choose another id"
