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
from screener.content.models.base import Model, PerVoice, Urgency, Voice
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


@pytest.mark.parametrize(("model", "of"), [pytest.param(*n, id=n[0]) for n in nodes()])
def test_every_key_says_what_it_is(model: str, of: dict[str, Any]) -> None:
    for key, node in properties_of(of).items():
        assert len(node["description"]) > 10, key
        assert node["description"].endswith((".", "?")), key
        assert node["title"], key
        if "$ref" not in json.dumps(node):  # those are explained where they are defined
            assert node["examples"], key
        if "enum" in node:
            assert len(node["enumDescriptions"]) == len(node["enum"]), key


@pytest.mark.parametrize(("name", "node"), [pytest.param(*n, id=n[0]) for n in nodes()])
def test_every_model_and_list_of_values_says_what_it_is(name: str, node: dict[str, Any]) -> None:
    assert node["title"]
    assert node["description"]
    if "enum" in node:
        assert len(node["enumDescriptions"]) == len(node["enum"])


def models(cls: type[Model] = Model) -> Iterator[type[Model]]:
    """Every model with fields of its own; what differs by voice has the words of its field."""
    for model in cls.__subclasses__():
        if model.__module__.startswith("screener.") and not issubclass(model, PerVoice):
            yield model
            yield from models(model)


def policies() -> Iterator[tuple[type[Model], str, FieldPolicy]]:
    for model in models():
        for name, _, policy in fields(model):
            yield model, name, policy


@pytest.mark.parametrize("model", list(models()), ids=lambda model: model.__name__)
def test_every_example_is_valid(model: type[Model]) -> None:
    for name, _, policy in fields(model):
        field = model.model_fields[name]
        adapter = TypeAdapter(Annotated[field.annotation, *field.metadata, None])
        for example in policy.examples:
            adapter.validate_python(example)


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
        defined = node.pop("$defs", {})
        printed = json.dumps({key: value for key, value in node.items() if key != "properties"})
        if "/PerVoice" in printed:
            printed += json.dumps([d for name, d in defined.items() if name.startswith("PerVoice")])
        has_ids = "a-z0-9" in printed and name not in ("category", "family")
        assert has_ids == bool(policy.ids_of or policy.keys_of), f"{model.__name__}.{name}"


def test_what_differs_by_voice_and_conditions_are_explained_in_place() -> None:
    """No name of ours is in the schema where an author could read it."""
    printed = json.dumps(schema())
    assert "PerVoice" not in printed
    assert "Annotated" not in printed
    plan = schema()["$defs"]["Plan"]
    assert plan["required"] == ["id", "family", "when"]  # the rest can come by `like`
    assert [form["title"] for form in plan["properties"]["contact"]["anyOf"]] == [
        "One for both",
        "One for each voice",
    ]
    forms = plan["properties"]["when"]["items"]["oneOf"]
    titles = [schema()["$defs"][f["$ref"].split("/")[-1]]["title"] for f in forms if "$ref" in f]
    assert [f["title"] for f in forms if "title" in f] + titles == [
        "A sign",
        "One of these",
        "None of these",
    ]


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


REFUSED = [
    ("    action: 'Sit down.'", "    acton: 'Sit down.'", "'acton' was unexpected"),
    ("type: tick-all", "type: tick-any", "'tick-any' is not one of ['single', 'tick-all']"),
    ("level: today", "level: later", "'later' is not one of"),
    ("drawing: what-to-bring", "drawing: a-cup", "'a-cup' is not one of"),
    ("{any: [racing-heart,", "{some: [racing-heart,", "is not valid under any of the given"),
    ("contact: advice", "contact: {me: advice}", "is not valid under any of the given"),
    ("  palpitations:\n    title", "  Palpitations:\n    title", "'Palpitations' does not"),
    ("sources: [leaflet]", "sources: []", "[] should be non-empty"),
]


def test_it_refuses_what_the_program_refuses(tmp_path: Path) -> None:
    """In one run of the other program, because it takes a second to start."""
    sit = "    action: 'Sit down.'"
    text = SMALL.read_text("utf-8").replace(sit, f"    drawing: what-to-bring\n{sit}")
    (tmp_path / "right.yaml").write_text(text, "utf-8")
    for number, (right, wrong, _) in enumerate(REFUSED):
        assert right in text
        (tmp_path / f"{number}.yaml").write_text(text.replace(right, wrong, 1), "utf-8")
    code, said = outcome("--schemafile", str(KEPT), *map(str, sorted(tmp_path.iterdir())))
    assert code == 1
    assert "right.yaml" not in said
    for number, (_, _, named) in enumerate(REFUSED):
        (about,) = re.findall(rf"/{number}\.yaml::(.*?)(?=\n  /|\Z)", said, re.DOTALL)[:1]
        assert named in " ".join(about.split()), said
