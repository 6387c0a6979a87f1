"""What docs/stability.md freezes is what it was."""

from __future__ import annotations

from tests.paths import ROOT
from tools.surface import surface

GOLDEN = ROOT / "tests/web/surface.txt"


def test_commands_settings_addresses_and_fields_are_what_they_were() -> None:
    """After 1.0.0, a line that goes or changes needs a new major version; one more, a minor."""
    assert surface().splitlines() == GOLDEN.read_text("utf-8").splitlines(), (
        "docs/stability.md says what may change. If it may: "
        "python -m tools.surface >tests/web/surface.txt, and a line in CHANGELOG.md"
    )
