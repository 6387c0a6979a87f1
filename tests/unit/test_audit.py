"""`.ci/audit`: what is not looked up is neither passed nor failed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.paths import ROOT

PROBES = {"pip-audit": "probe.txt", "npm": "/probe"}
"""A word in the command that asks for packages whose vulnerabilities are known."""


def looked_up(place: Path, *, pip_audit: str, npm: str) -> tuple[int, str]:
    """Exit code and output of `.ci/audit` where both programs are fakes.

    They are `unreachable`, or report the probe and then `clean` or `vulnerable` packages.
    """
    fake = """#!/bin/sh
    case "{state} $*" in
      unreachable*) echo 'no route to host' >&2; exit 1 ;;
      *{probe}*) echo '{found} 0.12.2 has a fault'; exit 1 ;;
      vulnerable*) echo 'one has a fault'; exit 1 ;;
    esac
    echo 'no fault is known'
    """
    programs = {
        "npm": fake.format(state=npm, probe=PROBES["npm"], found="lodash"),
        "pip": "#!/bin/sh\n",
        "pip-audit": fake.format(state=pip_audit, probe=PROBES["pip-audit"], found="flask"),
        "python3": f'#!/bin/sh\nmkdir -p "$3"; ln -s "{place}" "$3/bin"\n',
    }
    for name, text in programs.items():
        (place / name).write_text(text, "utf-8")
        (place / name).chmod(0o755)
    done = subprocess.run(
        ["bash", ROOT / ".ci/audit"],
        env=os.environ | {"PATH": f"{place}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=30,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("pip_audit", "npm", "code", "skips"),
    [
        ("clean", "clean", 0, 0),
        ("unreachable", "clean", 77, 1),
        ("clean", "unreachable", 77, 1),
        ("unreachable", "unreachable", 77, 2),
        ("vulnerable", "clean", 1, 0),
        ("clean", "vulnerable", 1, 0),
        ("unreachable", "vulnerable", 1, 1),
        ("vulnerable", "unreachable", 1, 1),
    ],
)
def test_what_is_not_looked_up_never_passes(
    pip_audit: str, npm: str, code: int, skips: int, tmp_path: Path
) -> None:
    exit_code, output = looked_up(tmp_path, pip_audit=pip_audit, npm=npm)
    assert exit_code == code, output
    assert output.count("SKIPPED: ") == output.count("no route to host") == skips
    assert output.count("one has a fault") == (pip_audit == "vulnerable") + 2 * (
        npm == "vulnerable"
    )


def test_ci_says_at_its_end_what_was_skipped() -> None:
    run = (ROOT / ".ci/run").read_text("utf-8")
    functions = run.partition("heading()")[2].partition("has()")[0]
    end = run.partition("step 'Slow tests'")[2].partition("\n")[2]
    script = (
        f"failed=() skipped=()\nheading(){functions}\nstep audit exit_with 77\nstep lint true\n"
    )
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"exit_with() {{ return $1; }}\n{script}{end}"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert done.stdout.endswith("SKIPPED, so not known to be in order: audit\n")
    assert "lint" not in done.stdout.partition("SKIPPED")[2]
