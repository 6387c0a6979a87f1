"""The rows of the leak matrix that are run."""

from __future__ import annotations

from tests.privacy.leaks.matrix import CLEAN, KNOWN, ROWS, all_pairs


def test_every_pair_of_values_is_covered() -> None:
    assert all_pairs([row for row in ROWS if row in CLEAN]) == all_pairs(CLEAN)
    assert set(KNOWN) <= {str(row) for row in ROWS}
