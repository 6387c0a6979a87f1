"""The visitor's own machine: nothing of a visit stays in the browser or on its disk."""

from __future__ import annotations

import gzip
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.browsing import CHROMIUM, FLAGS
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


# A profile on the disk


def found(folder: Path, words: list[str]) -> set[str]:
    """Which of these words are in a file of the folder, as they are or compressed."""
    forms = {word: (word.encode(), word.encode("utf-16-le")) for word in words}
    seen: set[str] = set()
    for path in folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            texts = [raw, *_unzipped(raw)]
            seen |= {w for w, some in forms.items() if any(f in t for f in some for t in texts)}
    return seen


def _unzipped(raw: bytes) -> Iterator[bytes]:
    """What every gzip stream within some bytes holds."""
    at = -1
    while (at := raw.find(b"\x1f\x8b\x08", at + 1)) >= 0:
        try:
            yield zlib.decompressobj(31).decompress(raw[at:])
        except zlib.error:
            continue


@contextmanager
def profile_window(
    playwright: Playwright, folder: Path, url: str, java_script: bool = True
) -> Iterator[Page]:
    """A window of a browser that is not incognito and keeps its profile in a folder."""
    context = playwright.chromium.launch_persistent_context(
        folder,
        executable_path=CHROMIUM,
        args=FLAGS,
        base_url=url,
        java_script_enabled=java_script,
    )
    yield context.pages[0]
    context.close()


SESSION_FILES = pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="Chromium keeps the body of every POST navigation in its session files, and nothing "
    "that a site sends prevents it; with JavaScript there is no such navigation",
)


@pytest.mark.parametrize("java_script", [True, pytest.param(False, marks=SESSION_FILES)])
def test_a_kept_profile_holds_no_answer(server: Server, tmp_path: Path, java_script: bool) -> None:
    def journey(playwright: Playwright) -> None:
        with profile_window(playwright, tmp_path / "before", server.url) as page:
            page.goto("/")
        with profile_window(playwright, tmp_path / "after", server.url, java_script) as page:
            walk(page)
            html = page.content()
            assert all(words in unescape(html) for _, words in picked())
            page.get_by_text("Clear everything", exact=True).click()
            page.get_by_role("link", name="Finish and clear").click()
            page.wait_for_url("**/cleared")

    browsing(journey)
    canaries = {text for pair in picked() for text in pair if len(text) > 6}
    common = found(tmp_path / "before", [*canaries])  # words that Chromium itself uses
    assert len(canaries - common) > 10
    assert found(tmp_path / "after", [f"127.0.0.1:{server.port}/"]), "nothing was kept at all"
    assert found(tmp_path / "after", [*(canaries - common)]) == set()


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
        with profile_window(playwright, tmp_path, url) as page:
            page.goto("/")

    try:
        browsing(visit)
    finally:
        site.shutdown()
    zipped, stored = f"{CANARY} zipped", f"\u2026{CANARY}"
    assert found(tmp_path, [zipped, stored]) == {zipped, stored}
