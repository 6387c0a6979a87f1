"""Conditions over signs: when a plan holds, when a question is asked, when a wording fits."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from screener.content.models.base import Id, Model
from screener.content.models.policy import FieldPolicy

Together = tuple[Id, ...]
"""Signs that have to be there together."""


def _kind_of_option(value: Any) -> str:
    return "[sign]" if isinstance(value, str) else "[together]"


def _kind_of_clause(value: Any) -> str:
    if isinstance(value, str):
        return "[sign]"
    is_none = isinstance(value, NoneOf) or (isinstance(value, Mapping) and "none" in value)
    return "[none]" if is_none else "[any]"


Option = Annotated[
    Annotated[Id, Tag("[sign]")] | Annotated[Together, Field(min_length=2), Tag("[together]")],
    Discriminator(_kind_of_option),
]


class AnyOf(Model, title="One of these"):
    """Holds when one of its signs is there, or one of its lists of signs as a whole."""

    any: Annotated[
        tuple[Option, ...],
        Field(min_length=1),
        FieldPolicy(
            "One of these",
            "Ids of signs. A list in this list means all of its signs together.",
            [["very-sleepy", ["shaking", "vomiting"]]],
            ids_of="signs",
        ),
    ]

    @cached_property
    def singles(self) -> frozenset[str]:
        """The signs one of which is enough."""
        return frozenset(option for option in self.any if isinstance(option, str))

    @cached_property
    def groups(self) -> tuple[frozenset[str], ...]:
        """The signs that are enough together."""
        return tuple(frozenset(option) for option in self.any if not isinstance(option, str))


class NoneOf(Model, title="None of these"):
    """Holds when none of its signs is there."""

    none: Annotated[
        tuple[Id, ...],
        Field(min_length=1),
        FieldPolicy("None of these", "Ids of signs.", [["took-few-times"]], ids_of="signs"),
    ]


Clause = Annotated[
    Annotated[Id, Tag("[sign]")]
    | Annotated[AnyOf, Tag("[any]")]
    | Annotated[NoneOf, Tag("[none]")],
    Discriminator(_kind_of_clause),
]

Condition = tuple[Clause, ...]
"""Holds when all of its clauses hold. The empty condition always holds."""
