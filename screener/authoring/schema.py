"""The JSON Schema of a content file, which editors use to explain and complete keys."""

from __future__ import annotations

from typing import Any

from screener.content.models.questionnaire import Questionnaire

_REFERENCE = "#/$defs/"
_PER_VOICE = "PerVoice_"
"""How the names of the models begin that pydantic makes of `PerVoice`."""

_FORMS = {
    "string": ("A sign", "The id of a sign that has to be there."),
    "array": ("Signs together", "Signs that all have to be there."),
}
"""How a line of a condition can be written besides `any` and `none`."""


def schema() -> dict[str, Any]:
    """What `screener schema` prints."""
    made: dict[str, Any] = Questionnaire.model_json_schema(by_alias=True)
    found = made["$defs"]
    for name in [name for name in found if name.startswith(_PER_VOICE)]:
        _inline(made, _REFERENCE + name, _per_voice(found.pop(name)["anyOf"]))
    _explain_conditions(made)
    for node in (made, *found.values()):
        node["description"] = " ".join(node["description"].split())  # docstrings are wrapped
        for value in properties_of(node).values():
            _refuse_odd_ids(value)
            if "$ref" in value:  # pydantic leaves out what the target says too
                target = found[value["$ref"].removeprefix(_REFERENCE)]
                for key in ("title", "description"):
                    value.setdefault(key, target[key])
    return made


def properties_of(node: dict[str, Any]) -> dict[str, Any]:
    """The keys of an object; of a text in two voices, those of its longer form."""
    longer: dict[str, Any] = next(
        (form for form in node.get("anyOf", []) if "properties" in form), node
    )
    found: dict[str, Any] = longer.get("properties", {})
    return found


def _per_voice(forms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The two forms of what can differ by voice, in words an author knows."""
    one, mapping = forms
    one = {key: value for key, value in one.items() if key != "title"}
    for voice, title in (("me", "For the person"), ("someone", "For someone who cares")):
        mapping["properties"][voice] = {**one, "title": title}
    mapping["title"] = "One for each voice"
    return [{**one, "title": "One for both"}, mapping]


def _inline(node: Any, reference: str, forms: list[dict[str, Any]]) -> None:
    """Write some forms wherever they are referred to."""
    if isinstance(node, dict):
        if node.get("$ref") == reference:
            del node["$ref"]
            node["anyOf"] = forms
        options = node.get("anyOf", [])
        if {"$ref": reference} in options:
            at = options.index({"$ref": reference})
            options[at : at + 1] = forms
    for inner in node.values() if isinstance(node, dict) else node:
        if isinstance(inner, dict | list):
            _inline(inner, reference, forms)


def _explain_conditions(node: Any) -> None:
    """Titles for the ways to write a line of a condition; references have their own."""
    for inner in node.values() if isinstance(node, dict) else node:
        if isinstance(inner, dict | list):
            _explain_conditions(inner)
    for form in node.get("oneOf", []) if isinstance(node, dict) else []:
        if "type" in form:
            form["title"], form["description"] = _FORMS[form["type"]]


def _refuse_odd_ids(node: dict[str, Any]) -> None:
    """Where keys are ids, refuse every other key, as the models do."""
    if "patternProperties" in node:
        node["additionalProperties"] = False
