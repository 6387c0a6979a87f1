"""The JSON Schema of a content file, which editors use to explain and complete keys."""

from __future__ import annotations

from typing import Any

from screener.content.models.questionnaire import Questionnaire


def schema() -> dict[str, Any]:
    """What `screener schema` prints."""
    made = Questionnaire.model_json_schema(by_alias=True)
    for node in (made, *made["$defs"].values()):
        node["description"] = " ".join(node["description"].split())  # docstrings are wrapped
        for value in properties_of(node).values():
            _refuse_odd_ids(value)
            if "$ref" in value:  # pydantic leaves out a title that is also that of the target
                target = made["$defs"][value["$ref"].removeprefix("#/$defs/")]
                value.setdefault("title", target["title"])
    return made


def properties_of(node: dict[str, Any]) -> dict[str, Any]:
    """The keys of an object; of a text in two voices, those of its longer form."""
    longer: dict[str, Any] = next(
        (form for form in node.get("anyOf", []) if "properties" in form), node
    )
    found: dict[str, Any] = longer.get("properties", {})
    return found


def _refuse_odd_ids(node: dict[str, Any]) -> None:
    """Where keys are ids, refuse every other key, as the models do."""
    if "patternProperties" in node:
        node["additionalProperties"] = False
