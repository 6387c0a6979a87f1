"""The headers of every kind of response, exactly, and what they do in a real browser."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser

from screener.web.headers import NO_FEATURES, NOT_NAMED
from tests.browsing import NODE_MODULES
from tests.needs import need, need_program
from tests.privacy.responses import Case
from tests.privacy.tools import CONTENT, Reply, ask, get, post
from tests.running import Server, running

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types screener"
)
SAFE = {
    "content-security-policy": CSP,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "permissions-policy": ", ".join(f"{feature}=()" for feature in NO_FEATURES),
    "x-robots-tag": "noindex",
    "server": "",
}
FILES = ("x-content-type-options", "server")
"""Those of SAFE that say something of a file that is not a page."""
HTML = {"content-type": "text/html; charset=utf-8", "vary": "Accept-Encoding"}
TABLE = {
    "page": {**SAFE, **HTML, "cache-control": "no-store"},
    "manifest": {**SAFE, **HTML, "content-type": "application/json", "cache-control": "no-store"},
    "static": {
        **{name: SAFE[name] for name in FILES},
        "vary": "Accept-Encoding",
        "cache-control": "public, max-age=31536000, immutable",
    },
    "wipe": {
        **SAFE,
        "content-type": "text/css; charset=utf-8",
        "vary": "Accept-Encoding",
        "cache-control": "no-store",
        "clear-site-data": '"cache"',
    },
    "healthz": {"content-type": "text/plain", "cache-control": "no-store", "server": ""},
}
"""Class of response -> all its headers, but for those that say how it is sent."""

STATIC_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "json": "application/json",
}
TRANSPORT = {"date", "content-length", "connection", "transfer-encoding"}


def expected(case: Case) -> dict[str, str]:
    headers = dict(TABLE[case.kind])
    if case.kind == "static":
        headers["content-type"] = STATIC_TYPES[case.line.rpartition(".")[2]]
    return headers


def test_every_response_has_exactly_these_headers(replies: list[tuple[Case, Reply]]) -> None:
    assert {case.kind for case, _ in replies} == set(TABLE)
    for case, reply in replies:
        sent = [(name, value) for name, value in reply.headers if name not in TRANSPORT]
        allow = reply.header("allow")
        if case.status == 405:
            assert len(allow) == 1
            assert set(allow[0].split(", ")) <= {"GET", "HEAD", "POST"}, case
            assert case.line.split()[0] not in allow[0].split(", "), case
            sent.remove(("allow", allow[0]))
        assert len(sent) == len(dict(sent)), f"twice: {case}"
        assert dict(sent) == expected(case), case


BAR = CONTENT.about.crisis_bar
LINES = {"": (b"911", b"988")} | {
    f"/{code.lower()}/": tuple(
        region.contacts[id].number.encode() for id in CONTENT.about.crisis_bar
    )
    for code, region in CONTENT.regions.items()
}
"""The first part of a path -> the numbers that stand on its pages."""


def test_every_error_is_a_page_with_the_crisis_lines(replies: list[tuple[Case, Reply]]) -> None:
    for case, reply in replies:
        if case.line.startswith("HEAD"):
            assert reply.body == b"", case
        elif case.status >= 400:
            lines = LINES.get(case.line.split()[1][:4], LINES[""])
            assert all(line in reply.body for line in lines), case
            assert b"</html>" in reply.body, case


# Grammars: a value that a browser does not know is worse than none, for nobody notices

DIRECTIVES = set(
    "default-src script-src style-src img-src connect-src font-src object-src media-src frame-src "
    "worker-src manifest-src form-action base-uri frame-ancestors".split()
)
TRUSTED_TYPES = {
    "require-trusted-types-for": re.compile("'script'"),
    "trusted-types": re.compile(r"'none'|[\w-]+( [\w-]+)*"),
}
"""Directives that name no source."""
SOURCE = re.compile(r"'(none|self)'|https?:|[a-z0-9.*-]+")
GRAMMARS = {
    "referrer-policy": r"no-referrer|same-origin|strict-origin|strict-origin-when-cross-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY|SAMEORIGIN",
    "cross-origin-opener-policy": "same-origin|same-origin-allow-popups|noopener-allow-popups",
    "cross-origin-resource-policy": "same-origin|same-site",
    "cross-origin-embedder-policy": "require-corp|credentialless",
    "permissions-policy": r"[a-z\d-]+=\(\)(, [a-z\d-]+=\(\))*",
    "x-robots-tag": "noindex",
    "clear-site-data": r'"(cache|cookies|storage|\*)"(, "(cache|cookies|storage)")*',
    "cache-control": r"no-store|public, max-age=\d+, immutable",
    "content-type": r"[a-z]+/[a-z+-]+(; charset=utf-8)?",
    "vary": "Accept-Encoding",
    "server": "",
    "strict-transport-security": r"max-age=\d{8,}; includeSubDomains",
}


def csp_faults(policy: str) -> Iterator[str]:
    """What is wrong with a Content-Security-Policy."""
    names = []
    for directive in policy.split("; "):
        name, *sources = directive.split(" ")
        names.append(name)
        if name in TRUSTED_TYPES:
            if not TRUSTED_TYPES[name].fullmatch(" ".join(sources)):
                yield f"not of trusted types: {directive}"
            continue
        if name not in DIRECTIVES:
            yield f"unknown: {name}"
        if not sources:
            yield f"empty: {name}"
        if "'none'" in sources and len(sources) > 1:
            yield f"none and more: {name}"
        for source in sources:
            if source in ("none", "self") or not SOURCE.fullmatch(source):
                yield f"not a source: {source}"
    if len(names) != len(set(names)):
        yield "a directive twice"


def test_every_value_is_one_that_browsers_know(replies: list[tuple[Case, Reply]]) -> None:
    pairs = {pair for _, reply in replies for pair in reply.headers if pair[0] not in TRANSPORT}
    for name, value in pairs - {pair for pair in pairs if pair[0] == "allow"}:
        if name == "content-security-policy":
            assert list(csp_faults(value)) == []
        else:
            assert re.fullmatch(GRAMMARS[name], value), f"{name}: {value}"


@pytest.mark.parametrize(
    "policy", ["default-src none", "default-scr 'self'", "img-src", "img-src 'none' 'self'",
               "img-src 'self'; img-src 'self'", "script-src 'unsafe-inline'",
               "trusted-types", "require-trusted-types-for script"],
)  # fmt: skip
def test_the_grammar_finds_faults(policy: str) -> None:
    assert list(csp_faults(policy))


@pytest.mark.browser
def test_no_feature_of_the_browser_is_left_to_pages(chromium: Browser, server: Server) -> None:
    """A feature that is new in Chromium fails here: add it to one of the two lists."""
    page = chromium.new_page()
    page.goto(server.url)
    policy = "(document.permissionsPolicy || document.featurePolicy)"
    allowed = set(page.evaluate(f"{policy}.allowedFeatures()"))
    assert {name for name in allowed if not name.startswith("ch-")} <= set(NOT_NAMED)
    known = set(page.evaluate(f"{policy}.features()"))
    assert {"camera", "geolocation", "usb"} <= known & set(NO_FEATURES)
    page.close()


@pytest.mark.browser
def test_html_can_only_be_made_by_the_one_policy(chromium: Browser, server: Server) -> None:
    page = chromium.new_page()
    page.goto(f"{server.url}/check")
    for attempt in (
        "document.body.innerHTML = '<b>x</b>'",
        "new DOMParser().parseFromString('<b>x</b>', 'text/html')",
        "document.createElement('script').text = 'x'",
        "trustedTypes.createPolicy('another', {})",
        "trustedTypes.createPolicy('screener', {})",  # static/app.js has made it already
    ):
        tried = f"() => {{ try {{ {attempt} }} catch (e) {{ return e.name }} }}"
        assert page.evaluate(tried) == "TypeError", attempt
    page.close()


def test_hsts_when_asked_for() -> None:
    with running("--workers", "1", env={"SCREENER_HSTS": "on"}) as server:
        for path in ("/", "/no-such-page", "/wipe.css"):
            (value,) = get(server.port, path).header("strict-transport-security")
            assert re.fullmatch(GRAMMARS["strict-transport-security"], value)


# A judge from outside

NEED_HTTPS = {"redirection", "strict-transport-security"}
"""What cannot pass on plain HTTP."""


def test_the_http_observatory_finds_nothing(server: Server) -> None:
    need_program("node")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    if int(version.stdout.strip("v\n").split(".")[0]) < 20:
        pytest.skip(
            f"the HTTP Observatory needs Node 20 or newer, here is {version.stdout.strip()}"
        )
    observatory = NODE_MODULES / "@mdn/mdn-http-observatory"
    need(observatory.exists(), "the HTTP Observatory (npm ci --ignore-scripts in tests/browser)")
    # It comes without this list, and would fetch it.
    (observatory / "conf/hsts-preload.json").write_text("{}", "utf-8")
    command = ["node", str(observatory / "src/scan.js"), f"127.0.0.1:{server.port}"]
    scan = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    tests = json.loads(scan.stdout)["tests"]
    assert len(tests) == 10
    assert {name for name, test in tests.items() if not test["pass"]} == NEED_HTTPS


# Other sites, and hosts that are not ours


class _OtherSite(BaseHTTPRequestHandler):
    """A page whose form is for us, and sends itself."""

    target = ""

    def do_GET(self) -> None:
        form = f"<form method=post action={self.target}><input name=supply value=enough>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"{form}</form><script>document.forms[0].submit()</script>".encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/check", "/results"])
@pytest.mark.parametrize("other", ["127.0.0.1", "localhost"])
def test_a_form_of_another_site_gets_a_helpful_403(
    chromium: Browser, server: Server, path: str, other: str
) -> None:
    site = type("_Site", (_OtherSite,), {"target": f"{server.url}{path}"})
    elsewhere = ThreadingHTTPServer(("127.0.0.1", 0), site)
    threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
    page = chromium.new_page()
    try:
        with page.expect_response(f"{server.url}{path}") as answer:
            page.goto(f"http://{other}:{elsewhere.server_port}/")
        assert answer.value.status == 403
        page.wait_for_url(f"{server.url}{path}")
        assert page.get_by_role("heading", level=1).inner_text() == "That came from another site"
        assert page.get_by_role("link", name="988").count()
        assert page.get_by_role("link", name="Go to the start").get_attribute("href") == "/"
    finally:
        page.close()
        elsewhere.shutdown()


BAD_HOSTS = [
    (),
    ("Host:",),
    ("Host: check.example", "Host: check.example"),
    ("Host: check.example", "Host: evil.example"),
    ("Host: evil.example",),
    ("Host: check.example.evil.example",),
    ("Host: evil.example#check.example",),
    ("Host: check.example@evil.example",),
    ("Host: check.example:80@evil.example",),
    ("Host: check.example, evil.example",),
    ("Host: check.example/evil",),
    ("Host: check.example:port",),
    ("Host: check.example\tevil",),
    ("Host: check.ex\xe4mple",),
    ("Host: evil.example", "X-Forwarded-Host: check.example"),
    ("Host: evil.example", "X-Host: check.example", "X-Original-Host: check.example"),
    ("Host: evil.example", 'Forwarded: host="check.example"'),
]


def test_trusted_hosts_over_the_wire() -> None:
    with running("--workers", "1", env={"SCREENER_TRUSTED_HOSTS": "check.example"}) as server:
        for host in ("check.example", "CHECK.example", "check.example:8000"):
            assert get(server.port, "/", host=host).status == 200
        for lines in BAD_HOSTS:
            reply = ask(server.port, "GET / HTTP/1.1", *lines)
            assert reply and reply.status == 400, lines
            assert b"evil" not in reply.body
        absolute = ask(server.port, "GET http://check.example/ HTTP/1.1", "Host: evil.example")
        assert absolute and absolute.status == 400


def test_a_proxy_is_believed_only_when_it_is_declared() -> None:
    settings = {"SCREENER_TRUSTED_HOSTS": "check.example", "SCREENER_PROXY_COUNT": "1"}
    ours, evil = "X-Forwarded-Host: check.example", "X-Forwarded-Host: evil.example"
    with running("--workers", "1", env=settings) as server:
        assert get(server.port, "/", ours, host="10.0.0.5:8000").status == 200
        assert get(server.port, "/", evil, host="check.example").status == 400
        both = f"{evil}, check.example"  # the proxy adds its word at the end
        assert get(server.port, "/", both, host="10.0.0.5:8000").status == 200
        assert get(server.port, "/", f"{ours}, evil.example", host="check.example").status == 400
        for origin, status in (("check.example", 200), ("evil.example", 403)):
            lines = (ours, "X-Forwarded-Proto: https", f"Origin: https://{origin}")
            assert post(server.port, "/check", "voice=me", *lines).status == status
