"""Exports for tests, made by the command itself, and a web server that knows nothing of them."""

from __future__ import annotations

import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.running import free_port, refused, start, wait_until


def export(*arguments: str | Path, **env: str) -> str:
    """Run `screener export`; what it printed."""
    done = refused("export", *map(str, arguments), env=env)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@contextmanager
def plain_server(folder: Path) -> Iterator[str]:
    """`python -m http.server` for a folder; its address."""
    port = free_port()
    process = start([sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"],
                    cwd=folder)  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: _answers(address), 20)
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _answers(address: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(address, timeout=5):
        return True
    return False
