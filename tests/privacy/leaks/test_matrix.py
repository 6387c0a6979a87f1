"""The rows of the leak matrix that are run."""

from __future__ import annotations

from tests.privacy.leaks.matrix import CLEAN, KNOWN, LEAKING, ROWS, all_pairs


def test_every_pair_of_values_is_covered() -> None:
    assert all_pairs([row for row in ROWS if row in CLEAN]) == all_pairs(CLEAN)


def test_every_kind_of_row_that_shows_something_is_run() -> None:
    assert set(KNOWN) == {row.kind for row in LEAKING}
    assert set(KNOWN) <= {row.kind for row in ROWS}
