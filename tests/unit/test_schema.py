"""The schema that helps an author's editor: complete, plain, and right by another program."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter

from screener.authoring.check.reading_level import grade
from screener.authoring.schema import properties_of, schema
from screener.content.models.base import Model, Urgency, Voice
from screener.content.models.policy import FieldPolicy, fields
from screener.content.models.questionnaire import Questionnaire
from tests.paths import ROOT

KEPT = ROOT / "docs/questions.schema.json"
SMALL = ROOT / "tests/small.yaml"
HIGHEST_GRADE = 6
JARGON = re.compile(
    r"\b(?:boolean|string|null|integer|array|regex|json|schema|object|enum|yaml|markdown|fhir"
    r"|kebab|boolean|validat\w+|parse\w*|default)\b",
    re.IGNORECASE,
)


def nodes() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every model and list of values in the schema, by name."""
    made = schema()
    yield Questionnaire.__name__, made
    yield from made["$defs"].items()


def keys() -> list[tuple[str, str, dict[str, Any]]]:
    return [(name, key, node) for name, of in nodes() for key, node in properties_of(of).items()]


EVERY_KEY = [pytest.param(*found, id=".".join(found[:2])) for found in keys()]


@pytest.mark.parametrize(("model", "key", "node"), EVERY_KEY)
def test_every_key_says_what_it_is(model: str, key: str, node: dict[str, Any]) -> None:
    assert len(node["description"]) > 10
    assert node["description"].endswith((".", "?"))
    assert node["title"]
    if "$ref" not in json.dumps(node):  # those are explained where they are defined
        assert node["examples"]
    if "enum" in node:
        assert len(node["enumDescriptions"]) == len(node["enum"])


@pytest.mark.parametrize(("name", "node"), [pytest.param(*n, id=n[0]) for n in nodes()])
def test_every_model_and_list_of_values_says_what_it_is(name: str, node: dict[str, Any]) -> None:
    assert node["title"]
    assert node["description"]
    if "enum" in node:
        assert len(node["enumDescriptions"]) == len(node["enum"])


def models(cls: type[Model] = Model) -> Iterator[type[Model]]:
    for model in cls.__subclasses__():
        if model.__module__.startswith("screener."):
            yield model
            yield from models(model)


def policies() -> Iterator[tuple[type[Model], str, FieldPolicy]]:
    for model in models():
        for name, _, policy in fields(model):
            yield model, name, policy


EXAMPLES = [
    pytest.param(model, name, example, id=f"{model.__name__}.{name}")
    for model, name, policy in policies()
    for example in policy.examples
]


@pytest.mark.parametrize(("model", "name", "example"), EXAMPLES)
def test_every_example_is_valid(model: type[Model], name: str, example: Any) -> None:
    field = model.model_fields[name]
    TypeAdapter(Annotated[field.annotation, *field.metadata, None]).validate_python(example)


@pytest.mark.parametrize("levels", [Urgency, Voice])
def test_examples_of_lists_of_values_are_valid(levels: type[Urgency] | type[Voice]) -> None:
    for example in TypeAdapter(levels).json_schema()["examples"]:
        levels(example)


def test_every_field_says_what_it_is() -> None:
    """Also fields that are in no schema yet, because nothing refers to their model."""
    assert [(model, name) for model, name, policy in policies() if not policy.title] == []


def test_every_field_with_ids_says_what_they_are_ids_of() -> None:
    """Else a change is reported with bare ids, and ids are read as texts."""
    for model, name, policy in policies():
        field = model.model_fields[name]
        node = TypeAdapter(Annotated[field.annotation, *field.metadata, None]).json_schema()
        node = {key: value for key, value in node.items() if key not in ("$defs", "properties")}
        has_ids = "a-z0-9" in json.dumps(node) and name != "category"
        assert has_ids == bool(policy.ids_of or policy.keys_of), f"{model.__name__}.{name}"


def test_the_words_are_plain() -> None:
    words = [policy.text for _, _, policy in policies()]
    words += [node["description"] for _, node in nodes()]
    for text in words:
        assert not JARGON.search(text), text
    assert (grade("\n\n".join(words)) or 0) <= HIGHEST_GRADE


# By a program that knows nothing of ours


def outcome(*arguments: str) -> tuple[int, str]:
    program = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [program, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_it_is_a_schema() -> None:
    assert outcome("--check-metaschema", str(KEPT))[0] == 0


def test_our_files_hold_to_it() -> None:
    code, said = outcome("--schemafile", str(KEPT), str(ROOT / "questions.yaml"), str(SMALL))
    assert code == 0, said


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ("    action: 'Sit down.'", "    acton: 'Sit down.'", "'acton' was unexpected"),
        ("type: tick-all", "type: tick-any", "'tick-any' is not one of ['single', 'tick-all']"),
        ("urgency: soon", "urgency: later", "'later' is not one of"),
        ("  palpitations:\n    title", "  Palpitations:\n    title", "'Palpitations' does not"),
        ("sources: [leaflet]", "sources: []", "[] should be non-empty"),
    ],
)
def test_it_refuses_what_the_program_refuses(
    right: str, wrong: str, named: str, tmp_path: Path
) -> None:
    text = SMALL.read_text("utf-8")
    assert right in text
    broken = tmp_path / "broken.yaml"
    broken.write_text(text.replace(right, wrong, 1), "utf-8")
    code, said = outcome("--schemafile", str(KEPT), str(broken))
    assert code == 1
    assert named in said
