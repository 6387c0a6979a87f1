"""Bare Flask: one route for each page, which returns fixed bytes.

It reads no body, compresses nothing and adds no header, so no Flask app that sends the same
bytes costs less. `python -m bench.bare` serves it as `screener serve` serves the app.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Flask

from screener.config import from_environment
from screener.server import granian

FOLDER = "BENCH_PAGES"
"""Environment variable: a folder, whose file `check` is what `/check` answers."""


def bare(pages: Mapping[str, bytes]) -> Flask:
    """An app that answers GET and POST of each path with its bytes."""
    app = Flask("bare", static_folder=None)

    def view(body: bytes) -> Callable[[], bytes]:
        return lambda: body

    for path, body in pages.items():
        app.add_url_rule(path, path, view(body), methods=["GET", "POST"])
    return app


def worker() -> Flask:
    """The app of one worker."""
    granian.stop_on_first_signal()
    folder = Path(os.environ[FOLDER])
    pages = {f"/{path.name}": path.read_bytes() for path in folder.iterdir()}
    return bare({**pages, "/healthz": b"ok"})


def main() -> None:
    """Serve it with the server, workers and limits of the app."""
    settings = from_environment(os.environ)
    granian.run("bench.bare:worker", settings, granian.listen_options(settings))


if __name__ == "__main__":
    main()
