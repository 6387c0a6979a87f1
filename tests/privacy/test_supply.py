"""requirements.lock pins all that a deployment installs, and each file by its hash."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.paths import ROOT

LOCK = ROOT / "requirements.lock"
ASKED = [
    Requirement(line)
    for line in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
        "dependencies"
    ]
]


def pinned() -> dict[str, tuple[Requirement, list[str]]]:
    """Name -> what is pinned, and the hashes of its files."""
    text = re.sub(r"#.*", "", LOCK.read_text("utf-8")).replace("\\\n", " ")
    lines = [line.split() for line in text.splitlines() if line.strip()]
    found = {}
    for words in lines:
        first = next(n for n, word in enumerate([*words, "--"]) if word.startswith("--"))
        requirement = Requirement(" ".join(words[:first]))
        found[canonicalize_name(requirement.name)] = (requirement, words[first:])
    assert len(found) == len(lines), "a package twice"
    return found


def needed(requirement: Requirement) -> set[str]:
    """A package and all that it needs on this machine, by what is installed."""
    name = canonicalize_name(requirement.name)
    inner = [Requirement(line) for line in requires(name) or []]
    here = [each for each in inner if not each.marker or each.marker.evaluate({"extra": ""})]
    return {name}.union(*(needed(each) for each in here))


def test_it_holds_exactly_what_the_app_needs() -> None:
    lock = pinned()
    for asked in ASKED:
        requirement, _ = lock[canonicalize_name(asked.name)]
        (version,) = requirement.specifier
        assert asked.specifier.contains(version.version), asked
    here = {name for name, (r, _) in lock.items() if not r.marker or r.marker.evaluate()}
    assert here == set().union(*(needed(asked) for asked in ASKED))


def test_every_file_is_pinned_by_hash_and_no_host_is_named() -> None:
    for requirement, hashes in pinned().values():
        assert re.fullmatch(r"==[0-9][^*]*", str(requirement.specifier)), requirement
        assert hashes, requirement
        for word in hashes:
            assert re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", word), requirement
    assert "://" not in LOCK.read_text("utf-8")


def test_pip_takes_it() -> None:
    options = ["--dry-run", "--ignore-installed", "--quiet", "--require-hashes"]
    command = [sys.executable, "-m", "pip", "install", *options, "-r", str(LOCK)]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if tried.returncode and not os.environ.get("CI") and "hash" not in tried.stderr.lower():
        pytest.skip("pip reaches no package index")
    assert tried.returncode == 0, tried.stderr
