"""`python -m bench`: measures everything, and prints one table."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from bench import table
from bench.needs import missing

ROUNDS = 7
GROUPS = ("process", "wire", "weight", "run")


def main() -> int:
    """Measure and print. 0 unless something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only what is measured in process")
    parser.add_argument("--only", choices=GROUPS, help="only one of the groups")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"at least {ROUNDS}")
    parser.add_argument("--markdown", action="store_true", help="print a Markdown table")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put it between FILE's markers")
    options = parser.parse_args()
    rounds = max(options.rounds, ROUNDS)
    chosen = ["process"] if options.quick else [options.only] if options.only else list(GROUPS)
    for line in missing(quick=chosen == ["process"]):
        print(f"missing: {line}", file=sys.stderr)
    rows = []
    for name in chosen:
        rows += table.measured(name, partial(_measure, name, rounds))
    print(table.markdown(rows) if options.markdown else table.plain(rows))
    if options.write:
        table.write(options.write, table.markdown(rows))
    return 0 if table.complete(rows) else 1


def _measure(name: str, rounds: int) -> list[table.Row]:
    if name == "process":
        from bench import inprocess, shares

        return [*inprocess.rows(rounds, _say), *shares.rows()]
    if name == "wire":
        from bench import wire

        return wire.rows(rounds, _say)
    if name == "weight":
        from bench import weight

        return weight.rows(rounds, _say)
    if name == "run":
        from bench import steady

        return steady.rows(rounds, _say)
    raise ValueError(name)


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
