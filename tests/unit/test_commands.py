"""Commands in the documentation: each block is run by a test or says why not, and programs, make
targets, modules and options that are named exist."""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from screener.cli import cli
from tests.commands import FENCE, PAGES, SHELLS, Block, blocks, blocks_in, inline
from tests.paths import ROOT

BIN = Path(sys.executable).parent
TARGETS = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
OURS = ("tests", "tools", "bench", "screener")
NAMED = re.compile(
    r"(?:(?:^|[;&|(]\s*|=\S*\s+|\.venv/bin/)(?P<screener>screener) "
    r"|\.venv/bin/(?P<program>(?!python)[\w-]+)|(?<![\w-])python3? -m (?P<module>[\w.]+)"
    r"|(?<![\w-])make (?P<target>[a-z]+)|(?<![\w-])bash (?P<script>\.ci/\w+))"
    r"(?P<rest>[^|&;>#\n]*)",
    re.MULTILINE,
)
"""A command of ours, wherever it stands in a line, with its arguments."""


def options(arguments: str) -> list[str]:
    return re.findall(r"(?<![\w-])--[a-z][\w-]*", arguments)


def source_of(module: str) -> str:
    """The code of a module or package of ours, to look for its options in."""
    place = ROOT / module.replace(".", "/")
    files = [place.with_suffix(".py")] if place.with_suffix(".py").exists() else place.glob("*.py")
    return "".join(file.read_text("utf-8") for file in files)


def wrong(command: str) -> list[str]:
    """What a line of code names that does not exist."""
    missing = []
    for named in NAMED.finditer(command):
        rest = named["rest"]
        if named["screener"]:
            name, _, arguments = rest.strip().partition(" ")
            known = {"--version", "--help"}
            if name in cli.commands:
                known = {"--help"}.union(
                    *(p.opts + p.secondary_opts for p in cli.commands[name].params)
                )
            elif name not in known:
                missing.append(f"screener {name}")
            missing += [option for option in options(arguments) if option not in known]
        elif named["program"] and not (BIN / named["program"]).exists():
            missing.append(named["program"])
        elif named["target"] and named["target"] not in TARGETS:
            missing.append(f"make {named['target']}")
        elif named["script"] and not (ROOT / named["script"]).exists():
            missing.append(named["script"])
        elif module := named["module"]:
            if module.partition(".")[0] not in OURS:
                missing += [] if find_spec(module) else [module]
            else:
                code = source_of(module)
                missing += [] if code else [module]
                missing += [option for option in options(rest) if f'"{option}"' not in code]
    return missing


def test_every_block_is_run_or_says_why_not() -> None:
    found = blocks()
    assert len(found) > 20
    unsaid = [f"{block.page}:{block.line}" for block in found if not (block.test or block.reason)]
    assert unsaid == []


@pytest.mark.parametrize(
    "block",
    [block for block in blocks() if block.test],
    ids=lambda block: f"{block.page}:{block.line}",
)
def test_the_test_that_runs_a_block_exists_and_takes_its_text(block: Block) -> None:
    file, _, name = block.test.partition("::")
    text = (ROOT / file).read_text("utf-8")
    if file == ".ci/run":
        assert block.page == "README.md" and "awk" in text
    else:
        body = text.partition(f"\ndef {name}(")[2].partition("\n\n\n")[0]
        assert f'block_of(__file__, "{name}")' in body


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_commands_name_exists(page: Path) -> None:
    shown = FENCE.finditer(page.read_text("utf-8"))
    fenced = [block["text"] for block in shown if block["kind"] in (*SHELLS, "")]
    assert [name for code in [*inline(page), *fenced] for name in wrong(code)] == []


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ("screener serv --port 1", ["screener serv", "--port"]),
        (".venv/bin/screener serve --prot 1 --reload", ["--prot"]),
        ("screener check --links >links.txt", []),
        ("screener --version", []),
        ("make chekc", ["make chekc"]),
        ("SCREENER_PORT=1 .venv/bin/pytset -q && make unit", ["pytset"]),
        (".venv/bin/python -m tools.gone", ["tools.gone"]),
        ("python -m tools.capacity --right", ["--right"]),
        ("python3 -m http.servre 8000", ["http.servre"]),
        ("bash .ci/runs", [".ci/runs"]),
    ],
)
def test_what_is_missing_would_be_found(command: str, missing: list[str]) -> None:
    assert wrong(command) == missing


def test_marks_are_read() -> None:
    page = """
1. A list.

    <!-- run: tests/a.py::test_b -->

    ```sh
    one \\
      two    # 200
    ```

<!-- not run: no engine -->

```sh
three
```

```sh
four
```
"""
    first, second, third = blocks_in(page, "page.md")
    assert (first.test, first.line) == ("tests/a.py::test_b", 6)
    assert first.commands() == ["one    two"]
    assert first.results() == ["200"]
    assert (second.reason, third.reason, third.test) == ("no engine", "", "")
