"""web/middleware.py: what many ask for at the same time is made once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from screener.web import middleware
from screener.web.middleware import ReadyPages

VISITORS = 8
SLOW = 0.05
"""Seconds, so that all visitors are there before the first is answered."""


def test_a_page_is_made_and_compressed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundle takes seconds of a processor; for each visitor anew, a server would stand still."""
    made = []

    @Request.application
    def app(request: Request) -> Response:
        made.append(request.path)
        time.sleep(SLOW)
        return Response("rules")

    def compressed(body: bytes) -> bytes:
        made.append("br")
        time.sleep(SLOW)
        return brotli.compress(body)

    monkeypatch.setattr(middleware, "brotli_best", compressed)
    pages = ReadyPages(app, {"/visit.json": None}, ())

    def visit(_: int) -> bytes:
        accept = {"Accept-Encoding": "br", "Host": "localhost"}
        return brotli.decompress(Client(pages).get("/visit.json", headers=accept).data)

    with ThreadPoolExecutor(VISITORS) as visitors:
        assert {*visitors.map(visit, range(VISITORS))} == {b"rules"}
    assert made == ["/visit.json", "br"]
