"""Servers are lost, replaced and given a newer content file while people are at work."""

from __future__ import annotations

import re
import shutil
import ssl
from collections.abc import Iterator
from http.client import HTTPSConnection
from pathlib import Path

import pytest

from screener.content.loading.load import load
from screener.content.models.questionnaire import Questionnaire
from tests.needs import need_program
from tests.operators.fronts import before_servers, nginx
from tests.operators.replicas import (
    MUST_BE_NONE,
    RENAMED_TO,
    SETTINGS,
    VISITORS,
    Report,
    newer_file,
    run,
)
from tests.operators.visitor import Form
from tests.paths import ROOT, SMALL_FILE
from tests.privacy.tools import get
from tests.running import Server, running


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    for program in ("nginx", "openssl"):
        need_program(program)
    report = run(tmp_path_factory.mktemp("replicas"))
    print(report)
    return report


@pytest.mark.slow
def test_nobody_is_lost_and_nobody_sees_an_error(report: Report) -> None:
    counts = report.tally.counts
    assert len(report.events) == 6, "each server was lost once and came back"
    assert counts["journeys finished"] >= VISITORS
    assert {what: counts[what] for what in MUST_BE_NONE} == dict.fromkeys(MUST_BE_NONE, 0)
    assert counts["retries"] <= VISITORS // 20
    assert report.nginx_said == ""


@pytest.mark.slow
def test_only_what_changed_is_asked_again_and_all_else_is_carried(report: Report) -> None:
    counts = report.tally.counts
    assert report.tally.wrong == []
    assert counts["answers that the other file does not know"] >= 10
    assert counts["of these, asked again with a notice"] >= 5
    assert counts["answers carried"] > 50 * VISITORS


def test_the_newer_file_differs_in_one_question_and_one_choice(
    tmp_path: Path, content: Questionnaire
) -> None:
    newer = newer_file(tmp_path)
    then = load(newer.path).questionnaire
    assert set(content.questions) - set(then.questions) == {newer.question}
    assert set(then.questions) - set(content.questions) == {RENAMED_TO}
    question, choice = newer.choice
    assert set(content.choices[question]) - set(then.choices[question]) == {choice}


def test_the_visitor_sees_what_a_page_carries() -> None:
    page = Form(
        '<main id="main" data-at="use"><form id="step" action="/check">'
        '<input type="hidden" name="voice" value="me"><input type="hidden" name="a" value="x">'
        '<input type="checkbox" name="b" value="y" checked>'
        '<input type="checkbox" name="b" value="z">'
        '<input type="radio" name="c" value="w"><button name="go" value="next">Next</button></form>'
        '<form><input type="hidden" name="d" value="v"></form>'
    )
    assert page.carried == {"a": {"x"}, "b": {"y"}}
    assert page.offered == {"b": ["y", "z"], "c": ["w"]}
    assert (page.at, page.stop, page.notice) == ("use", False, False)
    assert page.onward.action == "/check"


# Two versions side by side, in the middle of an upgrade


def copy_with(folder: Path, changes: dict[str, tuple[str, str]]) -> Path:
    """A copy of the program in which some files differ."""
    for name in ("screener", "templates", "static", "questions.yaml"):
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder)
    for name, (old, new) in changes.items():
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")
    return folder


NEWER = {
    "static/app.css": ("", "/* newer */"),
    "static/app.js": ("", "// newer\n"),
    "static/engine.js": ("", "// newer\n"),
}


def named_files(port: int, page: bytes) -> dict[str, bytes]:
    """Every file that a page needs, asked from the server that made it."""
    found: dict[str, bytes] = {}
    left = re.findall(rb'(?:href|src|data-bundle)="(/(?:static/|visit)[^"]+)"', page)
    while left:
        path = left.pop().decode()
        if path not in found:
            reply = get(port, path, host="check.example")
            assert reply.status == 200, path
            found[path] = reply.body
            left += [b"/static/" + name for name in re.findall(rb'"\./([\w.]+\.js)"', reply.body)]
    return found


@pytest.fixture(scope="module")
def two_versions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, list[Server]]]:
    """The port of nginx, and the two servers behind it."""
    for program in ("nginx", "openssl"):
        need_program(program)
    folder = tmp_path_factory.mktemp("newer")
    small = folder / "small.yaml"
    text = SMALL_FILE.read_text("utf-8")
    small.write_text(text.replace("Questions about caffeine", "Questions about coffee"), "utf-8")
    settings = {**SETTINGS, "SCREENER_WORKERS": "1"}
    with (
        running(env=settings, questions=SMALL_FILE) as old,
        running(env=settings, questions=small, cwd=copy_with(folder, NEWER)) as new,
    ):
        config, port = before_servers(folder, [old.port, new.port])
        with nginx(folder, config, port):
            yield port, [old, new]


def through(port: int, path: str) -> tuple[int, bytes]:
    """What nginx answers."""
    unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
    visitor = HTTPSConnection("127.0.0.1", port, timeout=20, context=unverified)
    visitor.request("GET", path, headers={"Host": "check.example"})
    response = visitor.getresponse()
    body = response.read()
    visitor.close()
    return response.status, body


@pytest.mark.slow
def test_a_page_of_either_version_gets_the_files_of_its_own_version(
    two_versions: tuple[int, list[Server]],
) -> None:
    port, servers = two_versions
    theirs = []
    for server in servers:
        page = get(server.port, "/check", host="check.example")
        files = named_files(server.port, page.body)
        assert len(files) >= 8
        theirs.append(files)
        for path, content in files.items():
            for _ in range(3):  # nginx takes the servers in turn
                assert through(port, path) == (200, content), path
    only_old, only_new = set(theirs[0]) - set(theirs[1]), set(theirs[1]) - set(theirs[0])
    assert len(only_old) == len(only_new) >= 4, "styles, scripts and the bundle differ"


@pytest.mark.slow
def test_an_address_that_neither_knows_is_still_a_page_that_is_not_there(
    two_versions: tuple[int, list[Server]],
) -> None:
    port, _ = two_versions
    for path in ("/no-such-page", "/static/app.0000000000.css", "/visit.0000000000.json"):
        status, page = through(port, path)
        assert (status, b'href="tel:911"' in page) == (404, True), path
