"""Measure speed and weight, and print each figure beside its budget.

The exit code is 0 when everything was measured, whether or not budgets are met: CPU times depend
on the machine, so a person reads them. It is 1 when something could not be measured.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from importlib import import_module
from pathlib import Path

from bench import table
from bench.needs import missing

ROUNDS = 7
GROUPS = ("inprocess", "wire", "weight", "device", "steady")
"""Modules of this package. Each has `rows(rounds, say)`, and is imported only when it is run,
because each needs other programs."""


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="CPU times of the server alone: a minute, needs no other program",
    )
    parser.add_argument("--only", choices=GROUPS, help="one group of rows")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"{ROUNDS} or more")
    parser.add_argument("--markdown", action="store_true", help="print a Markdown table")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put it between FILE's markers")
    options = parser.parse_args()
    chosen = ["inprocess"] if options.quick else [options.only] if options.only else GROUPS
    if chosen != ["inprocess"]:
        for line in missing():
            print(f"missing: {line}", file=sys.stderr)
    rows = []
    for name in chosen:
        rows += table.measured(name, partial(_measure, name, max(options.rounds, ROUNDS)))
    print(table.markdown(rows) if options.markdown else table.plain(rows))
    print(f"\n{table.summary(rows)}")
    if options.write:
        table.write(options.write, table.markdown(rows))
    return 0 if table.complete(rows) else 1


def _measure(group: str, rounds: int) -> list[table.Row]:
    rows: list[table.Row] = import_module(f"bench.{group}").rows(rounds, _say)
    return rows


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
