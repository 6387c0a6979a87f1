"""`screener export`: what it writes, what a web server makes of it, and when it refuses."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import Client

from screener import create_app
from screener.config import Settings
from screener.export.one_file import one_script
from screener.web.headers import HEADERS, KEEP_FOREVER, META_CONTENT_SECURITY_POLICY
from tests.exporting import export
from tests.needs import need_program
from tests.paths import SMALL_FILE
from tests.running import free_port, listens, refused, start, wait_until

MANIFEST = ".well-known/screener-manifest.json"
SMALL = ("--questions", SMALL_FILE)
"""Options for a small site, where its content does not matter."""


@dataclass
class Exported:
    """An export of the shipped content."""

    directory: Path
    manifest: Path

    @property
    def site(self) -> Path:
        return self.directory / "site"

    @cached_property
    def pages(self) -> dict[str, BeautifulSoup]:
        """By path of the file."""
        return {str(file.relative_to(self.site)): parsed(file) for file in html_files(self.site)}


def html_files(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def parsed(file: Path) -> BeautifulSoup:
    return BeautifulSoup(file.read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    folder = tmp_path_factory.mktemp("export")
    made = Exported(folder / "made", folder / "manifest.json")
    export(made.directory, "--manifest", made.manifest)
    return made


@pytest.fixture(scope="module")
def one_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("export") / "self-check.html"
    export("--single-file", file)
    return file.read_text("utf-8")


@pytest.fixture(scope="module")
def one_tree(one_page: str) -> BeautifulSoup:
    return BeautifulSoup(one_page, "html.parser")


def addresses(page: BeautifulSoup) -> Iterator[str]:
    """Of everything that a page links to or loads."""
    root = page.html
    assert root
    yield from (root["data-bundle"], root["data-wipe"])
    for attribute in ("href", "src"):
        yield from (tag[attribute] for tag in page.find_all(attrs={attribute: True}))


def missing(site: Path, page: BeautifulSoup, prefix: str = "") -> list[str]:
    """The links within the site that a plain web server has no file for, or that it redirects."""
    broken = []
    for address in addresses(page):
        path, anchor = urldefrag(address)
        if re.match(r"(?:https|tel|sms):", address):
            continue
        target = page
        if path:
            file = site / path.removeprefix("/") / ("index.html" if path.endswith("/") else "")
            if not path.startswith(f"{prefix}/") or not file.is_file():
                broken.append(address)
                continue
            target = parsed(file) if anchor else page
        if anchor and not target.find(id=anchor):
            broken.append(address)
    return broken


@pytest.mark.slow
def test_every_link_leads_to_a_file(exported: Exported) -> None:
    broken = {name: missing(exported.site, page) for name, page in exported.pages.items()}
    assert len(broken) > 100
    assert {name: links for name, links in broken.items() if links} == {}


def test_a_broken_link_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "help").mkdir()
    (tmp_path / "help/index.html").write_text('<h1 id="here">Help</h1>')
    links = ["/help/", "/help/#here", "/help", "/gone/", "/help/#gone", "#gone", "tel:911"]
    html = "".join(f'<a href="{link}">x</a>' for link in links)
    page = BeautifulSoup(f'<html data-bundle="/help/" data-wipe="/help/">{html}', "html.parser")
    assert missing(tmp_path, page) == ["/help", "/gone/", "/help/#gone", "#gone"]


def test_nothing_can_be_sent_where_nothing_answers(exported: Exported) -> None:
    """Browsers refuse to send a form before the script has run, whatever headers the host sends."""
    assert "form-action 'none'" in META_CONTENT_SECURITY_POLICY
    for name, page in exported.pages.items():
        (policy,) = page.select("meta[http-equiv=Content-Security-Policy]")
        assert policy["content"] == META_CONTENT_SECURITY_POLICY, name
        assert not page.select("[data-plain]"), name  # "Go on without" would be a POST


@pytest.mark.parametrize("name", ["index.html", "check/index.html", "check/someone/index.html"])
def test_a_page_with_a_form_says_what_works_without_javascript(
    exported: Exported, name: str
) -> None:
    page = exported.pages[name]
    (note,) = page.select("noscript")
    assert "Answering needs JavaScript here." in note.get_text()
    assert [link["href"] for link in note.select("a")] == ["/learn/", "/help/", "/paper/"]
    assert page.select("nav.crisis a[href^='tel:']")


def test_the_privacy_page_says_that_nothing_can_be_sent(exported: Exported) -> None:
    notes = {
        name: page.find(string=re.compile("no server behind it"))
        for name, page in exported.pages.items()
    }
    assert [name for name, note in notes.items() if note] == ["privacy/index.html"]


def test_the_app_itself_sends_no_such_pages(app_page: str) -> None:
    assert "noscript" not in app_page
    assert "no server behind it" not in app_page
    assert "Content-Security-Policy" not in app_page
    assert "data-plain" in app_page


@pytest.fixture
def app_page() -> str:
    client = create_app(Settings(questions=SMALL_FILE)).test_client()
    return client.get("/check").text + client.get("/privacy").text


def test_numbers_are_those_of_the_country(tmp_path: Path) -> None:
    export(tmp_path / "ca", "--region", "CA", *SMALL)
    home = parsed(tmp_path / "ca/site/index.html")
    assert [link["href"] for link in home.select("nav.crisis a")] == ["tel:112"]
    assert "Phone numbers are for Canada." in home.get_text()
    assert not home.select("[rel=alternate]"), "other countries are not in this export"


def test_a_site_may_live_below_a_path(tmp_path: Path) -> None:
    export(tmp_path, "--prefix", "/apps/self-check", *SMALL)
    site = tmp_path / "site"
    files = html_files(site)
    assert site / "apps/self-check/check/index.html" in files
    for file in files:
        assert missing(site, parsed(file), "/apps/self-check") == [], file


# The manifest


def test_the_manifest_lists_every_file(exported: Exported) -> None:
    listed = json.loads(exported.manifest.read_text())["files"]
    files = {
        f"/{file.relative_to(exported.site)}": file.read_bytes()
        for file in exported.site.rglob("*")
        if file.is_file() and file != exported.site / MANIFEST
    }
    assert listed == {
        path: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in files.items()
    }
    assert (exported.site / MANIFEST).read_text() == exported.manifest.read_text()


def test_the_same_settings_make_the_same_files(tmp_path: Path) -> None:
    """On any machine: a port, or where the content file stands, shows on no page."""
    copy = tmp_path / "copy.yaml"
    copy.write_bytes(SMALL_FILE.read_bytes())
    export(tmp_path / "a", *SMALL)
    export(tmp_path / "b", "--questions", copy, SCREENER_PORT="9000", SCREENER_HOST="::")
    export(tmp_path / "c", *SMALL, SCREENER_CLINIC_NAME="Elm Street Clinic")
    a, b, c = ((tmp_path / name / "site" / MANIFEST).read_text() for name in "abc")
    assert a == b != c


# Headers


def app_headers(app: Flask, path: str) -> dict[str, str]:
    """What the app sends for a path, but for what is about the body alone."""
    response = Client(app).get(path)
    about_body = ("Content-Type", "Content-Length", "Vary", "Server")
    return {name: value for name, value in response.headers if name not in about_body}


@pytest.mark.parametrize("name", ["servers/nginx.conf", "servers/Caddyfile", "site/_headers"])
def test_every_configuration_has_every_header(exported: Exported, name: str) -> None:
    config = (exported.directory / name).read_text().replace("\\'", "'")
    sent = [(name, value) for name, value in HEADERS if value]
    sent += [("Cache-Control", "no-store"), ("Cache-Control", KEEP_FOREVER)]
    sent.append(("Clear-Site-Data", '"cache"'))
    for header, value in sent:
        assert re.search(rf"{header}:? ['`]?{re.escape(value)}['`]?", config), header


def test_no_two_rules_of_underscore_headers_name_the_same_header_for_one_path(
    exported: Exported,
) -> None:
    """Hosts would join the values."""
    rules: dict[str, dict[str, str]] = {}
    for line in (exported.site / "_headers").read_text().splitlines():
        if line.startswith("/"):
            rules[line] = {}
        else:
            header, _, value = line.strip().partition(": ")
            rules[list(rules)[-1]][header] = value
    for file in exported.site.rglob("*"):
        path = f"/{file.relative_to(exported.site)}".removesuffix("index.html")
        fitting = [rule for rule in rules if re.fullmatch(rule.replace("*", ".*"), path)]
        named = [header for rule in fitting for header in rules[rule]]
        assert len(named) == len(set(named)), path
        if path.endswith("/"):
            assert "Cache-Control" in named, path


@contextmanager
def nginx(exported: Exported, folder: Path) -> Iterator[str]:
    """nginx with the exported server block; its address."""
    need_program("nginx")
    port = free_port()
    block = (exported.directory / "servers/nginx.conf").read_text()
    for theirs, ours in {
        "127.0.0.1:8080": f"127.0.0.1:{port}",
        "/srv/screener/site": str(exported.site),
    }.items():
        assert theirs in block
        block = block.replace(theirs, ours)
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log stderr emerg; events {{}}\n"
        f"http {{ include /etc/nginx/mime.types; access_log off;\n{block}}}\n"
    )
    command = ["nginx", "-e", "stderr", "-c", str(config)]
    subprocess.run([*command, "-t", "-q"], check=True)
    process = start(command)
    try:
        wait_until(lambda: listens(port), 20)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_nginx_sends_what_the_app_sends(app: Flask, exported: Exported, tmp_path: Path) -> None:
    listed = json.loads(exported.manifest.read_text())["files"]
    script = next(path for path in listed if path.startswith("/static/app.") and ".js" in path)
    bundle = next(path for path in listed if path.startswith("/visit."))
    with nginx(exported, tmp_path) as address:
        for path in ("/", "/check/", "/learn/do-not-stop-suddenly/", "/wipe.css", script, bundle):
            # The export's bundle has a name of its own: the app's would be answered alike.
            like = script if path == bundle else path.rstrip("/") or "/"
            status, headers, body = get(address + path)
            assert status == 200
            expected = app_headers(app, like)
            assert {n: v for n, v in headers.items() if n in expected} == expected
            file = path + "index.html" if path.endswith("/") else path
            assert hashlib.sha256(body).hexdigest() == listed[file]["sha256"]
        for path, data, refused_with in (("/none", None, 404), ("/check/", b"voice=me", 405)):
            status, headers, body = get(address + path, data)
            assert (status, headers["Cache-Control"]) == (refused_with, "no-store")
            assert "There&#39;s no page here" in body.decode()
            assert "988" in body.decode()


def get(url: str, data: bytes | None = None) -> tuple[int, Any, bytes]:
    """Status, headers and body, whatever the status."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data), timeout=10) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


# One file


def test_one_file_needs_no_other(one_tree: BeautifulSoup) -> None:
    page = one_tree
    assert page.select("link, [src]") == []
    assert "url(" not in "".join(style.get_text() for style in page.select("style"))
    (policy,) = page.select("meta[http-equiv=Content-Security-Policy]")
    directives = dict(part.split(" ", 1) for part in policy["content"].split("; "))
    hashes = [
        {f"'sha256-{digest(tag)}'" for tag in page.select(kind)}
        for kind in ("script[type=module]", "style")
    ]
    assert set(directives["script-src"].split()) == hashes[0]
    assert set(directives["style-src"].split()) == hashes[1]
    assert {name for name, value in directives.items() if value == "'none'"} == {
        "default-src", "form-action", "base-uri",
    }  # fmt: skip
    assert "'self'" not in policy["content"]
    assert directives["require-trusted-types-for"] == "'script'"


def digest(tag: Any) -> str:
    return base64.b64encode(hashlib.sha256(tag.string.encode()).digest()).decode()


def test_every_link_of_one_file_leads_to_a_page_in_it(
    one_page: str, one_tree: BeautifulSoup
) -> None:
    templates = set(re.findall(r'<template id="page:([^"]*)"', one_page))
    bundle = json.loads(one_tree.find(id="bundle").string)  # type: ignore[union-attr]
    hrefs = re.findall(r'href="#(/[^"#]*)', one_page + json.dumps(bundle).replace('\\"', '"'))
    assert len(templates) > 100
    assert set(hrefs) <= templates
    assert {path for path in hrefs if path.startswith("/learn/")}


def test_without_javascript_one_file_can_be_read(one_page: str) -> None:
    """Its links lead to sections of the same names, which a script does not see."""
    within, _, below = one_page.partition("</footer>")
    inside = below.partition("<noscript>")[2].partition("</noscript>")[0]
    sections = BeautifulSoup(inside, "html.parser")
    ids = {section["id"] for section in sections.select("section[id]")}
    links = set(re.findall(r'href="#(/[^"]*)"', within + str(sections)))
    assert {"/help", "/learn", "/paper", "/privacy", "/leave"} <= links <= ids | {"/"}
    assert sections.find(id="/learn/do-not-stop-suddenly")


def test_the_scripts_in_one_are_no_module_any_more() -> None:
    script = one_script()
    assert "import(" not in script
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)
    assert "const engineModule = (() => {" in script


# When it refuses


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    mine, stale = tmp_path / "site/mine.txt", tmp_path / "site/learn/gone/index.html"
    export(tmp_path, *SMALL)
    mine.write_text("mine")
    stale.parent.mkdir()
    stale.write_text("an old topic")
    manifest = tmp_path / "site" / MANIFEST
    listed = json.loads(manifest.read_text())
    listed["files"] |= {"/learn/gone/index.html": {}, "/../../outside.txt": {}}
    manifest.write_text(json.dumps(listed))
    done = refused("export", str(tmp_path), *map(str, SMALL))
    assert done.returncode == 2
    assert done.stderr == f"{tmp_path} is there already; --force writes over it\n"
    assert stale.exists()
    outside = tmp_path.parent / "outside.txt"
    outside.write_text("outside")
    export(tmp_path, "--force", *SMALL)
    assert not stale.exists(), "a topic that was taken out can still be read"
    assert mine.read_text() == "mine"
    assert outside.read_text() == "outside"
    file = tmp_path / "one.html"
    file.write_text("mine")
    assert refused("export", "--single-file", str(file), *map(str, SMALL)).returncode == 2
    assert file.read_text() == "mine"


def test_a_broken_content_file_writes_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(SMALL_FILE.read_text().replace("topics: [cups]", "topics: [cup]"))
    assert broken.read_text() != SMALL_FILE.read_text()
    done = refused("export", str(tmp_path / "out"), "--questions", str(broken))
    assert done.returncode == 2
    assert "broken.yaml" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give a DIRECTORY, or --single-file FILE"),
        (["out", "--single-file", "f.html"], "give a DIRECTORY, or --single-file FILE"),
        (["--single-file", "f.html", "--prefix", "/a"], "--prefix cannot be used"),
        (["out", "--prefix", "/a/"], "must be like /self-check"),
        (["out", "--prefix", "/a'b"], "must be like /self-check"),
        (["out", "--region", "XX"], "SCREENER_REGION=XX is not in the content file"),
        (["/proc/none/out", *map(str, SMALL)], "cannot write /proc/none/out"),
    ],
    ids=str,
)
def test_refusals(arguments: list[str], message: str, tmp_path: Path) -> None:
    if arguments[:1] == ["out"]:
        arguments = [str(tmp_path / "out"), *arguments[1:]]
    done = refused("export", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []
