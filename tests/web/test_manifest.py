"""The manifest: hashes of what a server sends to everybody."""

from __future__ import annotations

import hashlib
import json

import pytest
from flask import Flask
from werkzeug.test import Client

from screener.web.manifest import MANIFEST
from tests.page_paths import page_paths


@pytest.mark.parametrize("prefix", ["", "/gb"])
def test_it_lists_what_the_server_sends_everybody(app: Flask, prefix: str) -> None:
    client = Client(app)
    response = client.get(prefix + MANIFEST)
    assert response.mimetype == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    listed = json.loads(response.get_data())["files"]
    assert {"/wipe.css", f"{prefix}/", f"{prefix}/check/someone"} <= listed.keys()
    assert [path for path in listed if path.startswith(f"{prefix}/visit.")]
    loaded = ("/static/app.", "/static/engine.", "/static/pages.", "/static/paper.")
    assert all(any(path.startswith(start) for path in listed) for start in loaded)
    for path, file in listed.items():
        body = client.get(path).get_data()
        assert file == {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}, path


def test_every_page_of_the_country_at_the_root_is_listed(app: Flask) -> None:
    listed = json.loads(Client(app).get(MANIFEST).get_data())["files"]
    editions = app.extensions["editions"].values()
    others = tuple(f"{edition.prefix}/" for edition in editions if edition.prefix)
    own = {path for path in page_paths(app) if not path.startswith(others)}
    assert own <= listed.keys()


def test_what_was_changed_on_the_way_has_another_hash(app: Flask) -> None:
    listed = json.loads(Client(app).get(MANIFEST).get_data())["files"]
    body = Client(app).get("/help").get_data().replace(b"988", b"989")
    assert hashlib.sha256(body).hexdigest() != listed["/help"]["sha256"]
