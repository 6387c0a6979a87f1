"""The visitor's own machine: nothing of a visit stays in the browser or on its disk."""

from __future__ import annotations

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from tests.browsing import CHROMIUM, FLAGS
from tests.privacy.files import found
from tests.privacy.tools import CANARY, CONTENT, PICKED, browsing, walk
from tests.running import Server

STORED = """async () => ({
    cookie: document.cookie,
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map((it) => it.name),
    caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    history: JSON.stringify(history.state),
})"""
NOTHING = {
    "cookie": "", "local": [], "session": [], "databases": [], "caches": [], "workers": 0,
}  # fmt: skip


def picked() -> list[tuple[str, str]]:
    """The id and the words of everything that the journey picks."""
    return [
        (id, CONTENT.choices[question][id].text.me)
        for question, ids in PICKED.items()
        for id in ids
    ]


@pytest.mark.browser
def test_the_browser_stores_nothing(chromium: Browser, server: Server) -> None:
    context = chromium.new_context(base_url=server.url)
    page = context.new_page()
    places: list[str] = []

    def look() -> None:
        stored = page.evaluate(STORED)
        places.append(stored.pop("history"))
        assert stored == NOTHING
        assert context.cookies() == []
        assert context.storage_state() == {"cookies": [], "origins": []}

    walk(page, look)
    page.goto("/leave", wait_until="commit")
    context.close()
    assert len(places) >= 8  # home, questions, a page that stops, results
    assert not [id for id, _ in picked() if id in str(places)]
    # A question may be asked because of an answer, and a browser keeps history entries on its disk.
    assert not [id for id in CONTENT.questions if f'"{id}"' in str(places)]


# What the search of a profile finds


class _Careless(BaseHTTPRequestHandler):
    """A site that lets the browser keep a compressed page and stores a word in it."""

    def do_GET(self) -> None:
        page = f"<title>x</title><p>{CANARY} zipped</p><script>localStorage.a = '\u2026{CANARY}'"
        body = gzip.compress(f"{page}</script>{'<p>filling' * 999}".encode())
        self.send_response(200)
        for name, value in {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Encoding": "gzip",
            "Content-Length": str(len(body)),
            "Cache-Control": "public, max-age=9999",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def test_the_search_finds_what_another_site_leaves(tmp_path: Path) -> None:
    site = ThreadingHTTPServer(("127.0.0.1", 0), _Careless)
    threading.Thread(target=site.serve_forever, daemon=True).start()

    def visit(playwright: Playwright) -> None:
        url = f"http://127.0.0.1:{site.server_port}/"
        context = playwright.chromium.launch_persistent_context(
            tmp_path, executable_path=CHROMIUM, args=FLAGS
        )
        context.pages[0].goto(url)
        context.close()

    try:
        browsing(visit)
    finally:
        site.shutdown()
    zipped, stored = f"{CANARY} zipped", f"\u2026{CANARY}"
    assert found(tmp_path, {zipped, stored}) == {zipped, stored}
