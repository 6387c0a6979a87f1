"""`screener check --links`, against a web server on this machine only."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from screener.authoring.check.addresses import addresses, public_sites
from screener.authoring.links import (
    Caller,
    IPAddress,
    check_links,
    contacts,
    is_public,
    stands_in,
)
from screener.content.loading.load import load, load_bytes
from tests.paths import ROOT, SMALL_FILE
from tests.running import refused

SMALL = SMALL_FILE.read_text("utf-8")
AGENT = "screener/test (checks the sources of its own pages)"


def anywhere(_: object) -> bool:
    """In place of `is_public`: the web server of these tests is on this machine."""
    return True


Resolver = Callable[..., list[Any]]


@dataclass
class Web:
    """A web server, and every request it got: when, how, for what, and from whom."""

    url: str = ""
    location: str = ""
    """Where `/302-given` leads."""
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
            elif self.path == "/302-given":
                self.send_header("Location", web.location)
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
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
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
    found = Caller(AGENT, pause=0, may_ask=anywhere).find(f"{web.url}{path}")
    assert found.verdict == verdict
    assert [method for _, method, _, _ in web.asked] == requests
    assert {agent for *_, agent in web.asked} == {AGENT}
    if verdict == "moved":
        assert found.final == f"{web.url}/good"


def test_what_does_not_answer_is_a_failure_and_no_more() -> None:
    found = Caller(AGENT, timeout=1, may_ask=anywhere).find("http://127.0.0.1:9/")
    assert (found.verdict, found.trouble[:22]) == ("FAILED", "ConnectionRefusedError")


def test_a_host_is_asked_once_in_each_second(web: Web) -> None:
    waited: list[float] = []
    caller = Caller(AGENT, sleep=waited.append, may_ask=anywhere)
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
    caller = Caller(AGENT, pause=0, may_ask=anywhere)
    report = check_links(content, caller, "small.yaml", date(2026, 11, 22))
    for address, places in addresses(content).items():
        assert address in report.text
        assert all(".".join(map(str, place)) in report.text for place in places)
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
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "small.yaml"
    text = local(web).decode().replace("127.0.0.1", "small.example")
    url = web.url.replace("127.0.0.1", "small.example")
    first = re.findall(rf"{url}\S*?(?=')", text)[0]
    path.write_text(text.replace(first, f"{url}/404"), "utf-8")
    ours = partial(Caller, pause=0, resolve=leading_to("127.0.0.1"), may_ask=anywhere)
    monkeypatch.setattr("screener.authoring.links.Caller", ours)
    done = refused("check", "--links", str(path))
    assert f"GONE    404  {url}/404" in done.stdout
    assert done.returncode == 1
    assert {agent.split("/")[0] for *_, agent in web.asked} == {"screener"}


# A content file, or a page that it names, wants the network asked that the check runs in


def leading_to(*answers: str) -> Resolver:
    """A resolver that gives the first answer, then the second ... and the last one ever after."""
    left = list(answers)

    def resolve(host: str, port: int, **_: object) -> list[Any]:
        answer = left.pop(0) if len(left) > 1 else left[0]
        return [(0, 0, 0, "", (number, port)) for number in answer.split()]

    return resolve


NOT_PUBLIC = """
127.0.0.1 127.9.9.9 0.0.0.0 10.0.0.5 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254
100.100.100.200 168.63.129.16 192.0.0.192 192.0.2.7 198.18.0.1 224.0.0.1 239.255.255.250 240.0.0.1
255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 fe80::1 fe80::1%lo
fec0::1 fd00:ec2::254 fc00::1 ff02::1 100::1 2001:db8::1 2002:7f00:1:: 2002:a9fe:a9fe::
64:ff9b::a00:5 64:ff9b::a9fe:a9fe 64:ff9b:1::1 2001:0:7f00:1::1 4000::1
""".split()
PUBLIC = "8.8.8.8 172.32.0.1 193.0.0.1 2606:4700::1111 64:ff9b::808:808 ::ffff:8.8.8.8".split()


@pytest.mark.parametrize("number", NOT_PUBLIC)
def test_no_address_of_a_network_within_is_asked(number: str) -> None:
    caller = Caller(AGENT, pause=0, timeout=1, resolve=leading_to(number))
    found = caller.find("https://source.example/")
    assert found.verdict == "FAILED"
    assert f"{number} is not on the public internet" in found.trouble


@pytest.mark.parametrize("number", PUBLIC)
def test_hosts_of_the_public_internet_may_be_asked(number: str) -> None:
    assert is_public(ip_address(number))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "[::1]",
     "[::ffff:127.0.0.1]", "good.example@127.0.0.1", "0"],
)  # fmt: skip
def test_however_this_machine_is_written_it_is_not_asked(web: Web, host: str) -> None:
    port = web.url.rpartition(":")[2]
    found = Caller(AGENT, pause=0).find(f"http://{host}:{port}/good")
    assert (found.verdict, web.asked) == ("FAILED", [])


def only_the_web(address: IPAddress) -> bool:
    """`is_public`, and the web server of these tests, which stands for a public one."""
    return str(address) == "127.0.0.1" or is_public(address)


def test_one_address_within_among_public_ones_is_enough_to_refuse(web: Web) -> None:
    resolve = leading_to("127.0.0.1 169.254.169.254")
    caller = Caller(AGENT, pause=0, resolve=resolve, may_ask=only_the_web)
    found = caller.find(web.url.replace("127.0.0.1", "mixed.example"))
    assert (found.verdict, web.asked) == ("FAILED", [])


def test_a_name_is_resolved_once_for_check_and_connection(web: Web) -> None:
    """DNS rebinding: a second answer leads within."""
    caller = Caller(
        AGENT, pause=0, resolve=leading_to("127.0.0.1", "10.0.0.5"), may_ask=only_the_web
    )
    address = web.url.replace("127.0.0.1", "rebinding.example") + "/good"
    assert caller.find(address).verdict == "ok"
    found = caller.find(address)
    assert "10.0.0.5 is not on the public internet" in found.trouble
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    ("target", "trouble"),
    [
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254 is not on the public"),
        ("http://2852039166/", "169.254.169.254 is not on the public"),
        ("http://[::ffff:a9fe:a9fe]/", "is not on the public"),
        ("//10.0.0.5/", "10.0.0.5 is not on the public"),
        ("https://192.168.1.1:8443/", "192.168.1.1 is not on the public"),
        ("ftp://127.0.0.1/", "no web page"),
        ("gopher://127.0.0.1:25/_QUIT", "no web page"),
        ("data:text/html,x", "no web page"),
        ("https:///", "no web address"),
        ("http://[broken", "ValueError"),
        ("http://source.example:99999/", "ValueError"),
    ],
)
def test_each_redirect_is_checked_like_the_first_address(
    web: Web, target: str, trouble: str
) -> None:
    web.location = target
    found = Caller(AGENT, pause=0, may_ask=only_the_web).find(f"{web.url}/302-given")
    assert found.verdict == "FAILED"
    assert trouble in found.trouble
    assert [path for *_, path, _ in web.asked] == ["/302-given"]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://a.example/", "javascript:1", ""])
def test_only_the_web_is_asked(address: str) -> None:
    assert "no web address" in Caller(AGENT, pause=0).find(address).trouble


def test_no_proxy_of_the_environment_is_asked_instead(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would resolve the name itself, after the check."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, web.url)
    caller = Caller(AGENT, pause=0, timeout=1, resolve=leading_to("10.0.0.5"))
    assert caller.find("http://source.example/").verdict == "FAILED"
    assert web.asked == []


def test_the_command_asks_nothing_within(web: Web, tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_bytes(local(web))
    done = refused("check", "--links", str(path))
    assert done.stdout.count("127.0.0.1 is not on the public internet") == 1
    assert (done.returncode, web.asked) == (1, [])


@pytest.mark.parametrize(
    ("host", "message", "is_error"),
    [
        ("169.254.169.254", "must name a site, not a machine", True),
        ("10.0.0.5:8000", "must name a site, not a machine", True),
        ("8.8.8.8", "must name a site, not a machine", True),
        ("2852039166", "must name a site, not a machine", True),
        ("0xa9fea9fe", "must name a site, not a machine", True),
        ("[::1]", "must name a site, not a machine", True),
        ("localhost", "leads each reader to their own device", True),
        ("a.localhost.", "leads each reader to their own device", True),
        ("intranet", "opens within one network only", False),
        ("printer.local", "opens within one network only", False),
        ("metadata.google.internal", "opens within one network only", False),
    ],
)
def test_the_check_names_a_source_that_readers_cannot_open(
    host: str, message: str, is_error: bool
) -> None:
    address = re.findall(r"https?://[^/\s'\"]+", SMALL)[0]
    content = load_bytes(SMALL.replace(address, f"https://{host}").encode()).questionnaire
    found = list(public_sites(content))
    assert found
    assert all(each.message.startswith(f"{message}: https://{host.rstrip(']')}") for each in found)
    assert {each.is_error for each in found} == {is_error}
    assert list(public_sites(load_bytes(SMALL.encode()).questionnaire)) == []


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
