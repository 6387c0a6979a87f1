"""The lock files and pyproject.toml agree, and CI tests what is locked."""

from __future__ import annotations

import os
import re
import tomllib
from importlib.metadata import requires, version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DEPLOYED, TESTED = "requirements.lock", "requirements-test.lock"
ASKED = {
    DEPLOYED: PROJECT["dependencies"],
    TESTED: PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"],
}
UPDATE = "run: bash .ci/lock"


def pinned(file: str) -> dict[str, tuple[Requirement, list[str]]]:
    """Name -> what is pinned, and the hashes of its files. Only what this machine needs."""
    text = re.sub(r"#.*", "", (ROOT / file).read_text("utf-8")).replace("\\\n", " ")
    found = {}
    for line in filter(str.strip, text.splitlines()):
        words = line.split()
        first = next(n for n, word in enumerate([*words, "--"]) if word.startswith("--"))
        requirement = Requirement(" ".join(words[:first]))
        if applies(requirement):
            name = canonicalize_name(requirement.name)
            assert name not in found, f"{name} stands in {file} twice"
            found[name] = (requirement, words[first:])
    return found


def applies(requirement: Requirement, extra: str = "") -> bool:
    return not requirement.marker or requirement.marker.evaluate({"extra": extra})


def locked_version(requirement: Requirement) -> str:
    (exactly,) = requirement.specifier
    assert exactly.operator == "==", requirement
    return exactly.version


def needed(requirement: Requirement, known: set[tuple[str, str]]) -> None:
    """A package and all that it needs on this machine, by what is installed. `known`: names
    already gone through, each once for every extra, the empty one too.
    """
    name = canonicalize_name(requirement.name)
    for extra in {"", *requirement.extras} - {extra for seen, extra in known if seen == name}:
        known.add((name, extra))
        for inner in map(Requirement, requires(name) or []):
            if applies(inner, extra):
                needed(inner, known)


@pytest.mark.parametrize("file", ASKED)
def test_everything_that_is_asked_for_is_locked_in_its_range(file: str) -> None:
    lock = pinned(file)
    for asked in filter(applies, map(Requirement, ASKED[file])):
        name = canonicalize_name(asked.name)
        assert name in lock, f"{file} lacks {asked}; {UPDATE}"
        locked = locked_version(lock[name][0])
        assert asked.specifier.contains(locked), f"{file} has {locked}, not {asked}; {UPDATE}"


@pytest.mark.parametrize("file", ASKED)
def test_nothing_is_locked_that_is_not_needed_and_nothing_is_missing(file: str) -> None:
    known: set[tuple[str, str]] = set()
    for asked in filter(applies, map(Requirement, ASKED[file])):
        needed(asked, known)
    assert set(pinned(file)) == {name for name, _ in known}, UPDATE


def test_what_is_tested_is_what_is_deployed() -> None:
    tested = pinned(TESTED)
    for name, (deployed, hashes) in pinned(DEPLOYED).items():
        assert tested[name][0].specifier == deployed.specifier, UPDATE
        assert tested[name][1] == hashes, UPDATE


def test_ci_has_installed_what_is_locked() -> None:
    if not os.environ.get("CI"):
        pytest.skip("only CI installs from the lock")
    locked = {name: locked_version(lock[0]) for name, lock in pinned(TESTED).items()}
    assert [f"{n} {version(n)}, not {v}" for n, v in locked.items() if version(n) != v] == []


@pytest.mark.parametrize("file", ASKED)
def test_every_package_is_pinned_with_the_hashes_of_its_files(file: str) -> None:
    for requirement, hashes in pinned(file).values():
        assert re.fullmatch(r"==[0-9][^*]*", str(requirement.specifier)), requirement
        assert hashes, requirement
        for word in hashes:
            assert re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", word), requirement
    assert "://" not in (ROOT / file).read_text("utf-8")
