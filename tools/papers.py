"""Writes the words of the printed pages of every case: `python -m tools.papers`.

Read the difference by eye, as a clinician would (`git diff tests/acceptance/papers.txt`), before
committing.
"""

from __future__ import annotations

from screener import create_app
from screener.config import Settings
from tests.acceptance.papers import FILE, papers


def main() -> None:
    """Write the file anew."""
    FILE.write_text(papers(create_app(Settings()).test_client()), encoding="utf-8")


if __name__ == "__main__":
    main()
