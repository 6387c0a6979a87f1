"""The list of what is installed (SBOM), its licences, and the file for the updates' robot."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from screener import __version__
from tests.paths import ROOT
from tests.unit.test_lock import DEPLOYED, TESTED, applies, locked_version, pinned
from tools import licences
from tools.sbom import FILE, sbom

MAKE = "run: make docs"
TEXT = FILE.read_text("utf-8")
SBOM: dict[str, Any] = json.loads(TEXT)


def test_the_sbom_is_valid_cyclonedx() -> None:
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(TEXT) is None
    assert validator.validate_str(TEXT.replace('"library"', '"book"')) is not None


def test_the_sbom_lists_what_is_locked_each_with_its_licence() -> None:
    listed = {each["name"]: each["version"] for each in SBOM["components"]}
    assert listed == {n: locked_version(lock[0]) for n, lock in pinned(DEPLOYED).items()}, MAKE
    assert all(each["licenses"] for each in SBOM["components"])
    purls = {each["purl"] for each in SBOM["components"]}
    assert purls == {f"pkg:pypi/{name}@{version}" for name, version in listed.items()}
    assert SBOM["metadata"]["component"]["version"] == __version__, MAKE


def test_the_sbom_says_what_needs_what() -> None:
    """As the installed packages do, and everything is reached from the program."""
    asks = {each["ref"]: set(each.get("dependsOn", [])) for each in SBOM["dependencies"]}
    reached, waiting = set(), ["screener"]
    while waiting:
        waiting += (new := asks[waiting.pop()] - reached)
        reached |= new
    assert reached == set(pinned(DEPLOYED))
    for name in reached:
        assert asks[name] == needed_directly(name), name


def needed_directly(name: str) -> set[str]:
    """What a package itself asks for on this machine."""
    asked = filter(applies, map(Requirement, requires(name) or []))
    return {canonicalize_name(each.name) for each in asked}


def test_the_sbom_is_the_same_whenever_it_is_made() -> None:
    assert json.loads(sbom()) == SBOM, MAKE
    assert "serialNumber" not in SBOM
    assert "timestamp" not in SBOM["metadata"]


def test_the_page_of_licences_is_up_to_date() -> None:
    assert licences.PAGE.read_text("utf-8") == licences.page(), MAKE


def test_what_is_deployed_has_licences_that_are_allowed() -> None:
    assert licences.refused(licences.python_licences(DEPLOYED)) == set()


def test_what_tests_use_too_but_for_what_is_named() -> None:
    others = {(name, spdx) for name, (spdx, _) in licences.TESTS_ONLY.items()}
    used = licences.python_licences(TESTED) | licences.npm_licences()
    assert licences.refused(used) == others
    assert not {name for name, _ in others} & set(pinned(DEPLOYED))


@pytest.mark.parametrize(
    ("spdx", "allowed"),
    [
        ("MIT", True),
        ("(MIT OR CC0-1.0)", True),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND PSF-2.0", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("SEE LICENSE IN LICENSE.md", False),
        ("UNKNOWN", False),
        ("", False),
    ],
)
def test_which_licences_are_allowed(spdx: str, allowed: bool) -> None:
    assert licences.is_allowed(spdx) is allowed


def test_an_unknown_licence_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licences, "READ", {})
    with pytest.raises(ValueError, match="flask-wtf: its metadata names no licence"):
        licences.licence("flask-wtf")
    with pytest.raises(ValueError, match="no-such-package"):
        licences.licence("no-such-package")


def test_nothing_was_read_by_hand_that_the_metadata_says() -> None:
    locked = {each.name for each in licences.locked(TESTED)}
    assert set(licences.READ) <= locked, "no longer installed; take it out of READ"
    assert [name for name in licences.READ if licences.from_metadata(name)] == []


RENOVATE = ROOT / ".github/renovate.json"


@pytest.mark.slow  # starts a program that reads a large schema
def test_renovates_file_is_valid(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("check-jsonschema")
    wrong = tmp_path / "renovate.json"
    wrong.write_text('{"osvVulnerabilityAlerts": "yes"}', "utf-8")
    for file, code in ((RENOVATE, 0), (wrong, 1)):
        command = [program, "--builtin-schema", "vendor.renovate", file]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == code, done.stdout + done.stderr


def test_renovate_knows_how_the_locks_are_made() -> None:
    """It runs the last line of a lock's header, which must have this form."""
    (pattern,) = json.loads(RENOVATE.read_text("utf-8"))["pip-compile"]["managerFilePatterns"]
    for lock in (DEPLOYED, TESTED):
        assert re.search(pattern.strip("/"), lock)
        header = re.match(r"(?:# .+\n)+", (ROOT / lock).read_text("utf-8"))
        assert header
        form = rf"#    uv pip compile (--[a-z-]+(=\S+)? )*--output-file={lock} pyproject\.toml"
        assert re.fullmatch(form, header[0].splitlines()[-1]), header[0]


def test_actions_are_pinned_by_commit() -> None:
    used = [
        action
        for workflow in (ROOT / ".github/workflows").iterdir()
        for action in re.findall(r"uses: (\S+)", workflow.read_text("utf-8"))
    ]
    assert used
    assert [action for action in used if not re.search(r"@[0-9a-f]{40}$", action)] == []
