"""The floor: bare Flask that answers with the same bytes, uncompressed, and no header of its own.

`python -m bench.bare` serves it just as `screener serve` serves the app.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from screener.config import from_environment
from screener.server import workers as serving

FOLDER = "BENCH_PAGES"
"""Names the folder of the pages to serve: a file `check` is what `/check` answers."""


def bare(pages: Mapping[str, bytes]) -> Flask:
    """Flask that answers each path with its bytes, whatever is sent."""
    app = Flask("bare", static_folder=None)

    def answering(body: bytes) -> Any:
        def answer() -> bytes:
            return body

        return answer

    for path, body in pages.items():
        app.add_url_rule(path, path, answering(body), methods=["GET", "POST"])
    return app


def worker() -> Flask:
    """The app of one worker."""
    serving.stop_on_first_signal()
    folder = Path(os.environ[FOLDER])
    pages = {f"/{path.name}": path.read_bytes() for path in folder.iterdir()}
    return bare({**pages, "/healthz": b"ok"})


def main() -> None:
    """Serve the bare app with exactly the app's own server, workers and limits."""
    settings = from_environment(os.environ)
    serving.run("bench.bare:worker", settings, serving.listen_options(settings))


if __name__ == "__main__":
    main()
