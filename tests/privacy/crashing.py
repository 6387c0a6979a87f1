"""`screener serve` with a fault built in: the engine raises, and its text quotes the answers."""

from __future__ import annotations

import sys

import screener.web.routes
from screener.cli import main


def crash(content: object, answers: object, *more: object) -> None:
    """Stands where `next_step` does."""
    raise RuntimeError(f"no page for {answers}")


screener.web.routes.next_step = crash  # type: ignore[assignment]

if __name__ == "__main__":
    sys.exit(main())
