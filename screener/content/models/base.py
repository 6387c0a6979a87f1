"""The words every part of the content shares: ids, texts, urgency, voice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    StringConstraints,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from screener.content.models.policy import FieldPolicy, Weight

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""A country, as ISO 3166-1 writes it in two letters."""

WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]

T = TypeVar("T")

NONE, NOT_SURE, PREFER_NOT = "none", "not-sure", "prefer-not"
STANDARD_CHOICES = (NONE, NOT_SURE, PREFER_NOT)


def _not_a_number(value: Any) -> Any:
    if isinstance(value, int | float):  # pydantic would count it in seconds from 1970
        raise PydanticCustomError("date_type", "must be a date like 2026-11-22")
    return value


Day = Annotated[date, BeforeValidator(_not_a_number)]


class Urgency(StrEnum):
    """How soon to act, and all that depends on it. Members stand from most to least urgent."""

    EMERGENCY = "emergency", "phone", "\u25a0", "Emergency", "Call the emergency number now."
    TODAY = "today", "phone", "\u25b2", "Today", "Call someone today."
    SOON = "soon", "speech", "\u25cf", "Soon", "Talk to someone in the next days or weeks."
    LEARN = "learn", "book", "\u25cb", "To read", "Reading; nothing to do now."

    rank: int
    """0 for the most urgent; greater numbers can wait longer."""
    icon: str
    """The icon beside its heading: a macro of templates/_icons.html."""
    shape: str
    """A character that stands for it on paper, which is often black and white."""
    word: str
    """Its name in the authors' reports."""
    meaning: str
    """What it means, for authors."""

    def __new__(cls, name: str, icon: str, shape: str, word: str, meaning: str) -> Urgency:
        """A member, ranked by how many come before it."""
        level = str.__new__(cls, name)
        level._value_ = name
        level.rank = len(cls.__members__)
        level.icon, level.shape, level.word, level.meaning = icon, shape, word, meaning
        return level

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The values and what each means."""
        meanings = {level.value: level.meaning for level in cls}
        words = FieldPolicy("How urgent", "How soon to act.", ["today"], meanings=meanings)
        return words.__get_pydantic_json_schema__(core_schema, handler)

    @property
    def stops(self) -> bool:
        """Whether every plan of this level must be a page of its own, shown at once."""
        return self is Urgency.EMERGENCY


class Voice(StrEnum):
    """Whom the answers are about: the reader, or someone the reader cares about."""

    ME = "me"
    SOMEONE = "someone"

    @property
    def sign(self) -> str:
        """Id of the sign that it sets."""
        return f"about-{self.value}"

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The values and what each means."""
        meanings = {
            "me": "The person who takes the medicine.",
            "someone": "A person who cares about them.",
        }
        words = FieldPolicy(
            "Who is asked", "Whom the questions are about.", ["me"], meanings=meanings
        )
        return words.__get_pydantic_json_schema__(core_schema, handler)


class Model(BaseModel):
    """Frozen, and refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Voiced(Model):
    """One text for both voices, or one for each."""

    me: Annotated[
        Text,
        FieldPolicy(
            "For the person",
            "How it reads to the person who takes the medicine.",
            ["Are you sleepy?"],
        ),
    ]
    someone: Annotated[
        Text,
        FieldPolicy(
            "For someone who cares",
            "How it reads to a person who cares about them.",
            ["Are they sleepy?"],
        ),
    ]

    @model_validator(mode="before")
    @classmethod
    def _one_text_for_both(cls, value: Any) -> Any:
        return {"me": value, "someone": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """A plain string, or a mapping with `me` and `someone`."""
        mapping = handler.resolve_ref_schema(handler(core_schema))
        return {
            "title": "Text",
            "description": "One text for both, or `me` for the person and `someone` for a person "
            "who cares about them.",
            "anyOf": [{"type": "string", "minLength": 1}, dict(mapping)],
        }

    def in_voice(self, voice: Voice) -> str:
        """The text for one voice."""
        return self.me if voice == Voice.ME else self.someone

    @property
    def texts(self) -> tuple[str, ...]:
        """The different texts: one, or two."""
        return (self.me,) if self.me == self.someone else (self.me, self.someone)


class PerVoice(Model, Generic[T]):
    """One value for both voices, or one for each. Ids, mostly; texts are `Voiced`."""

    me: T
    someone: T

    @model_validator(mode="before")
    @classmethod
    def _one_value_for_both(cls, value: Any) -> Any:
        if isinstance(value, PerVoice) or (
            isinstance(value, Mapping) and value.keys() & set(Voice)
        ):
            return value
        return {"me": value, "someone": value}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The plain value, or a mapping with `me` and `someone`."""
        mapping = dict(handler.resolve_ref_schema(handler(core_schema)))
        return {"anyOf": [mapping["properties"]["me"], mapping]}

    def in_voice(self, voice: Voice) -> T:
        """The value for one voice."""
        return self.me if voice == Voice.ME else self.someone

    @property
    def values(self) -> tuple[T, ...]:
        """The different values: one, or two."""
        return (self.me,) if self.me == self.someone else (self.me, self.someone)


class Review(Model, title="A signature"):
    """Who read one part of this file, and what it said then."""

    by: Annotated[Text, FieldPolicy("Name", "Who read it.", ["Dr. A. Example"])]
    role: Annotated[Text, FieldPolicy("Profession", "What they are.", ["pharmacist"])]
    on: Annotated[Day, FieldPolicy("Day", "When they read it.", ["2026-11-22"])]
    of: Annotated[
        str,
        FieldPolicy(
            "Fingerprint",
            "Eight letters and digits that `screener review` prints. They change with the text.",
            ["a0eeceab"],
            shown=False,
        ),
    ]


Signature = Annotated[
    Review | None,
    FieldPolicy(
        "Who signed it",
        "A clinician who read this part and found it right. `screener review` prints "
        "the lines to put here. It stops counting when the part changes.",
        weight=Weight.NOTE,
        reviewed=False,
    ),
]
"""The field of a part that can be reviewed."""
