"""`screener check --links`, against a web server on this machine only."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from screener.authoring.links import Caller, addresses, check_links, contacts, stands_in
from screener.content.loading.load import load, load_bytes
from tests.paths import ROOT, SMALL_FILE
from tests.running import ended

SMALL = SMALL_FILE.read_text("utf-8")
AGENT = "screener/test (checks the sources of its own pages)"


@dataclass
class Web:
    """A web server, and every request it got: when, how, for what, and from whom."""

    url: str = ""
    asked: list[tuple[float, str, str, str]] = field(default_factory=list)


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web()

    class Pages(BaseHTTPRequestHandler):
        def answer(self) -> None:
            agent = self.headers.get("User-Agent", "")
            web.asked.append((time.monotonic(), self.command, self.path, agent))
            status = int((re.findall(r"\d{3}", self.path) or ["200"])[0])
            if self.path == "/get-only":
                status = 200 if self.command == "GET" else 405
            self.send_response(status)
            if self.path == "/302-away":
                self.send_header("Location", "/good")
            elif self.path.startswith("/302-round"):
                self.send_header("Location", f"{self.path}x")
            elif self.path == "/302-file":
                self.send_header("Location", "file:///etc/passwd")
            page = b"Call 2-0-2 555 (0100) now."
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(page)

        do_GET = do_HEAD = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    web.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield web
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("path", "verdict", "requests"),
    [
        ("/good", "ok", ["HEAD"]),
        ("/get-only", "ok", ["HEAD", "GET"]),
        ("/302-away", "moved", ["HEAD", "HEAD"]),
        ("/404", "GONE", ["HEAD", "GET"]),
        ("/403", "LOOK", ["HEAD", "GET"]),
        ("/500", "GONE", ["HEAD", "GET"]),
        ("/302-round", "FAILED", ["HEAD"] * 5),
        ("/302-file", "FAILED", ["HEAD"]),
    ],
)
def test_each_kind_of_answer(web: Web, path: str, verdict: str, requests: list[str]) -> None:
    found = Caller(AGENT, pause=0).find(f"{web.url}{path}")
    assert found.verdict == verdict
    assert [method for _, method, _, _ in web.asked] == requests
    assert {agent for *_, agent in web.asked} == {AGENT}
    if verdict == "moved":
        assert found.final == f"{web.url}/good"


def test_what_does_not_answer_is_a_failure_and_no_more() -> None:
    assert Caller(AGENT, timeout=1).find("http://127.0.0.1:9/").verdict == "FAILED"


def test_a_host_is_asked_once_in_each_second(web: Web) -> None:
    waited: list[float] = []
    caller = Caller(AGENT, sleep=waited.append)
    caller.find(f"{web.url}/302-away")
    caller.find(web.url.replace("127.0.0.1", "localhost"))
    caller.find(f"{web.url}/404")
    assert len(waited) == 3, "the hop, and both requests for the page that is gone"
    assert all(0.5 < seconds <= 1 for seconds in waited)


def local(web: Web) -> bytes:
    """The small content file, in which every address is one of this machine's."""
    text = re.sub(r"https?://[^/\s'\"]+", web.url, SMALL)
    assert web.url in text
    return text.encode()


def test_the_report_names_every_address_and_has_a_line_to_sign_for_every_number(web: Web) -> None:
    content = load_bytes(local(web)).questionnaire
    report = check_links(content, Caller(AGENT, pause=0), "small.yaml", date(2026, 11, 22))
    for address, places in addresses(content).items():
        assert address in report.text
        assert all(place in report.text for place in places)
    numbers = [line.call for _, line in contacts(content) if line.call]
    assert numbers
    assert report.text.count("called on ____________ by ____") >= len(numbers)
    assert all(f"call {number}  " in report.text for number in numbers)
    assert (
        f"source NONE, checked {content.contacts['emergency'].checked}, called never" in report.text
    )
    paths = [path for _, method, path, _ in web.asked]
    assert len(paths) == len(set(paths)) == len(addresses(content)), "each address once"


def test_nothing_in_the_content_is_forgotten() -> None:
    path = ROOT / "questions.yaml"
    text, content = path.read_text("utf-8"), load(path).questionnaire
    shown = re.sub(r"^\s*(#|note:).*$", "", text, flags=re.MULTILINE)
    written = {address.rstrip(".,") for address in re.findall(r"https?://[^\s'\")]+", shown)}
    assert written <= set(addresses(content))
    assert {"911", "988", "999"} <= {line.call for _, line in contacts(content)}


def test_the_command_prints_the_report_and_fails_when_an_address_is_gone(
    web: Web, tmp_path: Path
) -> None:
    path = tmp_path / "small.yaml"
    text = local(web).decode()
    first = re.findall(rf"{web.url}\S*?(?=')", text)[0]
    path.write_text(text.replace(first, f"{web.url}/404"), "utf-8")
    done = ended("check", "--links", str(path))
    assert f"GONE    404  {web.url}/404" in done.stdout
    assert done.returncode == 1
    assert {agent.split("/")[0] for *_, agent in web.asked} == {"screener"}


@pytest.mark.parametrize(
    ("number", "page", "there"),
    [
        ("1-800-222-1222", "call 1 (800) 222-1222", True),
        ("1-800-222-1222", "call 800-222-1222", False),
        ("988", "text 988 now", True),
        ("988", "since 1988", False),
        ("988", "", False),
    ],
)
def test_a_number_is_seen_however_it_is_written(number: str, page: str, there: bool) -> None:
    assert stands_in(number, page) is there
