"""The JSON Schema of a content file, with words for the person who edits it.

The shapes come from the models, the words from `guide.yaml`, which an editor of texts can
change without reading any code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import yaml

from screener.content.models.base import Model
from screener.content.models.questionnaire import Questionnaire

ITSELF = "_"
"""In the guide, the entry of a model or list of values as a whole."""

Words = Mapping[str, Mapping[str, Any]]


def read_guide() -> dict[str, Words]:
    """Model -> key as it stands in a content file -> its words."""
    text = files("screener.authoring").joinpath("guide.yaml").read_text("utf-8")
    guide: dict[str, Words] = yaml.safe_load(text)
    return guide


def schema() -> dict[str, Any]:
    """What `screener schema` prints."""
    made = Questionnaire.model_json_schema(by_alias=True)
    guide = read_guide()
    built_on = {cls.__name__: [base.__name__ for base in cls.__mro__] for cls in _models()}
    for name, node in {Questionnaire.__name__: made, **made["$defs"]}.items():
        words = [guide.get(model, {}) for model in built_on.get(name, [name])]
        _explain(node, words[0].get(ITSELF, {}))
        for key, value in properties_of(node).items():
            _explain(value, next((found[key] for found in words if key in found), {}))
            _refuse_odd_ids(value)
    return made


def properties_of(node: dict[str, Any]) -> dict[str, Any]:
    """The keys of an object; of a text in two voices, those of its longer form."""
    longer: dict[str, Any] = next(
        (form for form in node.get("anyOf", []) if "properties" in form), node
    )
    found: dict[str, Any] = longer.get("properties", {})
    return found


def _models(cls: type[Model] = Model) -> Iterator[type[Model]]:
    for model in cls.__subclasses__():
        yield model
        yield from _models(model)


def _explain(node: dict[str, Any], words: Mapping[str, Any]) -> None:
    if "title" in words:
        node |= {"title": words["title"], "description": words["text"]}
    if "examples" in words:
        node["examples"] = words["examples"]
    if "values" in words:  # VS Code shows these while one picks a value
        node["enumDescriptions"] = [words["values"][value] for value in node["enum"]]


def _refuse_odd_ids(node: dict[str, Any]) -> None:
    """Where keys are ids, mark every other key; the models refuse it too."""
    if "patternProperties" in node:
        node["additionalProperties"] = False
