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
from screener.authoring.schema import ITSELF, properties_of, read_guide, schema
from screener.content.models import base
from screener.content.models.base import Model
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


def models(cls: type[Model] = Model) -> dict[str, type[Model]]:
    found = {}
    for model in cls.__subclasses__():
        found |= {model.__name__: model, **models(model)}
    return found


def examples() -> list[Any]:
    return [
        pytest.param(name, key, example, id=f"{name}.{key}")
        for name, words in read_guide().items()
        for key, entry in words.items()
        for example in entry.get("examples", [])
    ]


@pytest.mark.parametrize(("name", "key", "example"), examples())
def test_every_example_could_stand_there(name: str, key: str, example: Any) -> None:
    if key == ITSELF:
        kind = models().get(name) or getattr(base, name)
        TypeAdapter(kind).validate_python(example)
        return
    fields = models()[name].model_fields
    (field,) = (info for at, info in fields.items() if key == (info.alias or at))
    TypeAdapter(Annotated[field.annotation, *field.metadata, None]).validate_python(example)


def test_the_guide_explains_only_what_there_is() -> None:
    there = {name: {ITSELF, *properties_of(node)} for name, node in nodes()}
    for name, words in read_guide().items():
        assert set(words) <= there[name], name
        for key, entry in words.items():
            assert set(entry) <= {"title", "text", "values", "examples"}, f"{name}.{key}"


def test_the_guide_is_in_plain_words() -> None:
    words = [entry["text"] for model in read_guide().values() for entry in model.values()]
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
