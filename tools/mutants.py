"""Mutation score of the engine and of the code that reads requests.

    python -m tools.mutants

mutmut changes one expression at a time and runs the tests that reach it; [tool.mutmut] in
pyproject.toml names the files and the tests. Then prints each mutant that no test noticed, and
the score of each group. Exits with 1 when a score is too low.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
MUTMUT = (sys.executable, "-m", "mutmut")
PROCESSES = 2

GROUPS = {
    "engine": (("screener.engine.",), 95),
    "reading of answers": (("screener.web.forms.",), 95),
    "request checks": (("screener.web.csrf.", "screener.web.hosts.", "screener.web.visits."), 85),
}
"""Name -> prefixes of the mutants' names, lowest score in percent."""

NOTICED = {"killed", "timeout"}


def statuses() -> dict[str, str]:
    """Mutant -> what mutmut found, from the last run."""
    listed = subprocess.run(
        [*MUTMUT, "results", "--all", "true"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return dict(line.strip().rsplit(": ", 1) for line in listed.splitlines() if ": " in line)


def main() -> int:
    """Run, report."""
    # mutmut copies the sources there and does not copy them again when they have changed.
    shutil.rmtree(ROOT / "mutants", ignore_errors=True)
    subprocess.run([*MUTMUT, "run", "--max-children", str(PROCESSES)], cwd=ROOT, check=True)
    found = statuses()
    survivors = [mutant for mutant, status in found.items() if status not in NOTICED]
    for mutant in survivors:
        print(f"\n{mutant}: {found[mutant]}", flush=True)
        subprocess.run([*MUTMUT, "show", mutant], cwd=ROOT, check=True)
    print()
    too_low = False
    for group, (prefixes, lowest) in GROUPS.items():
        total = sum(mutant.startswith(prefixes) for mutant in found)
        noticed = total - sum(mutant.startswith(prefixes) for mutant in survivors)
        score = 100 * noticed / total
        too_low = too_low or score < lowest
        print(f"{group}: {noticed} of {total} mutants noticed, {score:.1f} % (at least {lowest})")
    return int(too_low)


if __name__ == "__main__":
    sys.exit(main())
