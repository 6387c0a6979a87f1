"""The pages that a proxy shows when it answers by itself: no server is up, or it took too much.

Each needs no other file and shows the crisis lines of one country. Its name is where the country's
paths begin: `gb.html` for `/gb/`, `kiosk.html`, and `index.html` for everything else.
"""

from __future__ import annotations

from pathlib import Path

from flask import render_template

from screener.app import create_app
from screener.config import Settings
from screener.export.folder import write_file

ROOT = "index"


def error_pages(settings: Settings) -> dict[str, str]:
    """File name -> HTML, for every edition. Raises what `create_app` raises."""
    app = create_app(settings.model_copy(update={"trusted_hosts": ()}))
    pages = {}
    for edition in app.extensions["editions"].values():
        with app.test_request_context(f"{edition.prefix}/"):
            name = edition.prefix.removeprefix("/") or ROOT
            pages[f"{name}.html"] = render_template("error_page.html") + "\n"
    return pages


def write_error_pages(settings: Settings, directory: Path) -> None:
    """Write each into the directory. Raises ClickException when that fails."""
    for name, page in error_pages(settings).items():
        write_file(directory / name, page.encode())
