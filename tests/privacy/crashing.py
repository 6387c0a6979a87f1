"""`screener serve` with a fault built in: matching raises, and its text quotes the answers."""

from __future__ import annotations

import sys

import screener.web.routes
from screener.cli import main


def crash(content: object, answers: object) -> None:
    """Stands where `match` does."""
    raise RuntimeError(f"cannot match {answers}")


screener.web.routes.match = crash  # type: ignore[assignment]

if __name__ == "__main__":
    sys.exit(main())
