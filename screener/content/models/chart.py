"""The rows of the page that is printed for a clinician."""

from __future__ import annotations

from enum import StrEnum

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from screener.content.models.policy import FieldPolicy


class ChartRow(StrEnum):
    """A row of the clinician's page. Members stand in the order in which they are printed."""

    WHO = "who", False, "Who answered, and when."
    FLAGS = "flags", False, "What made a plan of today or of an emergency hold."
    TOLD = "told", False, "What the person was told to do first."
    ACUTE = "acute", True, "What happened in the last day."
    SUPPLY = "supply", True, "How much is left, and the last dose."
    USE = "use", True, "How, why and since when it is taken, and where it comes from."
    CHANGES = "changes", True, "Changes of the dose."
    MIXING = "mixing", True, "What else is taken or drunk."
    WITHDRAWAL = "withdrawal", True, "Signs since the dose went down."
    EFFECTS = "effects", True, "Effects of the medicine."
    DEPENDENCE = "dependence", True, "Need, control and daily life."
    MOOD = "mood", True, "Mood, sleep and worry."
    SITUATION = "situation", True, "Age, illness, pregnancy, home."
    ABSENT = "absent", False, "Important signs that were asked about and not reported."
    WANTS = "wants", True, "What the person wants."
    UNKNOWN = "unknown", False, "Lines to fill in by hand: what is not known."
    UNPRINTED = "unprinted", True, "Not on paper."

    takes_signs: bool
    """Whether a sign can stand in it."""
    meaning: str
    """What it holds, for authors."""

    def __new__(cls, name: str, takes_signs: bool, meaning: str) -> ChartRow:
        """A member with its meaning."""
        row = str.__new__(cls, name)
        row._value_ = name
        row.takes_signs, row.meaning = takes_signs, meaning
        return row

    @property
    def is_printed(self) -> bool:
        """Whether it has a heading."""
        return self is not ChartRow.UNPRINTED

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The values and what each means."""
        meanings = {row.value: row.meaning for row in cls}
        words = FieldPolicy("Row", "A row of the clinician's page.", ["supply"], meanings=meanings)
        return words.__get_pydantic_json_schema__(core_schema, handler)
