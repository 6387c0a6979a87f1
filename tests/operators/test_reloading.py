"""`screener serve --reload` as an author uses it."""

from __future__ import annotations

import os
import select
import urllib.error
import urllib.request
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from screener import create_app
from screener.authoring.check.report import Report
from screener.authoring.files import AuthorsFile, paths
from screener.authoring.reload import AUTHOR, SETTLE, Reloader
from screener.config import Settings
from tests.paths import SMALL_FILE
from tests.running import (
    SCREENER,
    START_TIME,
    Server,
    free_port,
    refused,
    running,
    start,
    wait_until,
)

pytestmark = pytest.mark.slow

SMALL = SMALL_FILE.read_text("utf-8")
USED = "beside_help: [cups]"
BROKEN = SMALL.replace(USED, "beside_help: [cupz]")
FAULT = "names no topic `cupz`; did you mean `cups`?"
FAULT_LINE = 1 + SMALL[: SMALL.index(USED)].count("\n")
CASES = paths(SMALL_FILE)[1].read_text("utf-8")
CHECKED = "checked, 4 warnings"
"""What is said of small.yaml without its cases."""

HERE = {"REMOTE_ADDR": "127.0.0.1"}


class Session:
    """A content file, the app that reloads it, and a clock that tests set. Checks do not run
    in the background: `app.check()` runs them."""

    def __init__(self, file: Path, text: str | None = SMALL) -> None:
        self.file = file
        self.log: list[str] = []
        self.now = 0.0
        self.times = count(1_700_000_000)
        if text is not None:
            self.save(text)
        self.app = Reloader(Settings(questions=file), self.log.append, lambda: self.now)

    def save(self, text: str) -> None:
        """Write the file, at a time of its own however fast the test is."""
        self.file.write_text(text, "utf-8")
        now = next(self.times)
        os.utime(self.file, (now, now))

    def settle(self) -> None:
        """Let the time pass that a broken file is given."""
        self.app.update()
        self.now += SETTLE
        self.app.update()

    def get(self, path: str, **environ: Any) -> TestResponse:
        return Client(self.app).get(path, base_url="http://localhost", environ_base=HERE | environ)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path / "ours.yaml")


def test_a_save_shows_at_the_next_page_and_is_one_line(session: Session) -> None:
    assert "Questions about caffeine" in session.get("/").text
    session.save(SMALL.replace("Questions about caffeine", "Questions about tea"))
    assert "Questions about tea" in session.get("/").text
    session.get("/learn")
    assert session.log == ["ours.yaml: read, 2 topics", "ours.yaml: read again, 2 topics"]


def test_a_version_is_in_use_before_it_is_checked(session: Session) -> None:
    session.save(SMALL.replace("Questions about caffeine", "Questions about tea"))
    assert "Questions about tea" in session.get("/").text
    page = session.get(AUTHOR).text
    assert "This version is in use" in page
    assert "2 topics.</p>" in page
    assert "It is being checked" in page
    session.app.check()
    page = session.get(AUTHOR).text
    assert "2 topics, 4 warnings.</p>" in page
    assert "It is being checked" not in page
    session.app.check()  # once is enough
    assert session.log[-2:] == ["ours.yaml: read again, 2 topics", f"ours.yaml: {CHECKED}"]


def test_the_check_of_a_version_that_has_been_replaced_is_dropped(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(file: AuthorsFile) -> Report:
        session.save(SMALL.replace("Questions about caffeine", "Questions about tea"))
        session.app.update()
        return Report("ours.yaml", {}, [], [])

    monkeypatch.setattr("screener.authoring.reload.check_with_pages", slow)
    session.app.check()
    assert session.log == ["ours.yaml: read, 2 topics", "ours.yaml: read again, 2 topics"]
    assert "It is being checked" in session.get(AUTHOR).text


def test_a_broken_save_keeps_the_last_usable_version_and_lists_every_error(
    session: Session,
) -> None:
    two = BROKEN.replace("group: basics", "group: basiks", 1)
    session.save(two)
    session.settle()
    assert "Questions about caffeine" in session.get("/").text
    first, *rest = session.log[-1].splitlines()
    assert first.startswith("ours.yaml: 2 errors; the version of ")
    assert first.endswith(" stays in use")
    assert rest[1] == f"ours.yaml:{FAULT_LINE}:17: results.beside_help.0: {FAULT}"
    assert "names no group `basiks`; did you mean `basics`?" in rest[0]
    page = session.get(AUTHOR).text
    assert "ours.yaml cannot be used yet" in page
    assert f"<b>Line {FAULT_LINE}, column 17</b>" in page
    assert FAULT in page
    assert "basiks" in page


def test_a_corrected_file_is_used(session: Session) -> None:
    session.save(BROKEN)
    session.settle()
    session.save(SMALL.replace("Questions about caffeine", "Corrected"))
    assert "Corrected" in session.get("/").text
    page = session.get(AUTHOR).text
    assert "This version is in use" in page
    assert "cannot be used" not in page


def test_the_author_page_lists_what_the_check_finds(session: Session) -> None:
    session.save(SMALL.replace("Count your cups.", "Count your cups. Call 555 0100 22."))
    session.get("/")
    session.app.check()
    page = session.get(AUTHOR).text
    assert "2 topics, 1 error, 4 warnings" in page
    assert "Put right before visitors see it" in page
    assert "no clinician has reviewed this content yet" in page
    summary, fault = session.log[-1].splitlines()
    assert summary == "ours.yaml: checked, 1 error, 4 warnings"
    assert fault.endswith("holds the number 555 0100 22; write the contact's id in braces instead")


def test_cases_beside_the_file_are_part_of_it(session: Session) -> None:
    cases = paths(session.file)[1]
    cases.write_text(CASES, "utf-8")
    session.app.update()
    session.app.check()
    assert session.log[1:] == ["ours.yaml: read again, 2 topics", "ours.yaml: checked, 3 warnings"]
    lead = "leads: collapse\n    stops"
    assert CASES.count(lead) == 1
    cases.write_text(CASES.replace(lead, lead.replace("collapse", "fewer-cups")), "utf-8")
    session.app.update()
    session.app.check()
    page = session.get(AUTHOR).text
    assert "Put right before visitors see it" in page
    assert "collapse leads, not fewer-cups" in page
    assert "ours.cases.yaml, line" in page
    assert any(line.startswith("ours.cases.yaml:") for line in session.log[-1].splitlines())


@pytest.mark.parametrize("half", ["", SMALL[: len(SMALL) // 2], None], ids=["empty", "half", "no"])
def test_a_file_that_is_broken_for_a_moment_is_not_reported(
    session: Session, half: str | None
) -> None:
    for round in (1, 2):
        if half is None:
            session.file.unlink()
        else:
            session.save(half)
        assert session.get("/").status_code == 200
        session.now += SETTLE / 2
        assert "This version is in use" in session.get(AUTHOR).text
        session.save(SMALL)
        assert session.get("/").status_code == 200
        assert len(session.log) == 1 + round
        session.now += 10


def test_a_file_renamed_and_renamed_back_is_not_reported(session: Session) -> None:
    aside = session.file.with_suffix(".bak")
    for _ in range(2):
        session.file.rename(aside)
        session.app.update()
        aside.rename(session.file)
        session.app.update()
        session.now += 10
    assert len(session.log) == 1


def test_a_file_that_stays_missing_is_reported_once(session: Session) -> None:
    session.file.unlink()
    session.settle()
    session.settle()
    assert session.get("/").status_code == 200
    assert len(session.log) == 2
    assert session.log[1].endswith("ours.yaml:1:1: file: cannot be read: No such file or directory")


@pytest.mark.parametrize("text", [BROKEN, "", None], ids=["wrong", "empty", "missing"])
def test_a_file_broken_at_the_start_shows_its_errors_on_every_path(
    text: str | None, tmp_path: Path
) -> None:
    session = Session(tmp_path / "ours.yaml", text)
    assert len(session.log) == 1
    assert session.log[0].startswith("ours.yaml: 1 error; nothing in use\n")
    for path in ("/", "/check", "/healthz"):
        shown = session.get(path)
        assert shown.status_code == 503
        assert "There is no version to show" in shown.text
    assert session.get(AUTHOR).status_code == 200
    elsewhere = session.get("/", REMOTE_ADDR="192.0.2.7")
    assert (elsewhere.status_code, elsewhere.text) == (503, "")
    session.save(SMALL)
    assert session.get("/").status_code == 200
    assert session.get("/healthz").text == "ok"


@pytest.mark.parametrize("used", [True, False], ids=["in the check", "before"])
def test_a_file_that_breaks_the_program_is_an_error_like_others(
    used: bool, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("what")

    name = "check_with_pages" if used else "create_app"
    monkeypatch.setattr(f"screener.authoring.reload.{name}", broken)
    session.save(SMALL + "\n")
    session.settle()
    session.app.check()
    message = f"cannot be {'checked' if used else 'shown'}: KeyError: 'what'"
    assert [f"ours.yaml:1:1: file: {message}" in text for text in session.log].count(True) == 1
    assert "KeyError" in session.get(AUTHOR).text
    assert session.get("/").status_code == 200


@pytest.mark.parametrize(
    "environ",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_HOST": "evil.example"},  # a name that leads here: another site could read it
        {"HTTP_HOST": "[::1"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_FORWARDED": "for=192.0.2.7"},
    ],
    ids=str,
)
def test_only_this_machine_sees_the_author_page(session: Session, environ: dict[str, str]) -> None:
    session.save(BROKEN)
    session.settle()
    client = Client(session.app)
    sent = {"HTTP_HOST": "localhost", **HERE, **environ}
    hidden = client.get(AUTHOR, environ_overrides=sent)
    unknown = client.get("/no-such-page", environ_overrides=sent)
    assert hidden.status_code == unknown.status_code
    assert hidden.status_code in (404, 400)
    assert hidden.text == unknown.text


def test_the_author_page_is_not_there_without_reload(client: Client) -> None:
    assert client.get(AUTHOR, environ_base=HERE).status_code == 404


def test_the_author_page_is_escaped_and_has_the_usual_headers(session: Session) -> None:
    session.save(BROKEN.replace("title: 'Small check'", "<script>alert(1)</script>: 'x'"))
    session.settle()
    page = session.get(AUTHOR)
    assert "&lt;script&gt;" in page.text
    assert "<script" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert Client(session.app).post(AUTHOR, environ_base=HERE).status_code == 404


def test_pages_look_as_they_do_to_visitors(session: Session) -> None:
    usual = create_app(Settings(questions=session.file)).test_client()
    for path in ("/", "/check", "/learn", "/kiosk/"):
        assert session.get(path).data == usual.get(path).data


def test_a_form_from_before_a_change_is_accepted_with_a_notice(session: Session) -> None:
    client = Client(session.app)
    form = {"voice": "me", "at": "headache", "heart": "no", "drinks": "coffee", "headache": "dull"}
    form["go"] = "drinks"
    headers = {"Host": "localhost"}
    usual = client.post("/check", data=form, headers=headers)
    assert 'id="a-drinks" name="drinks" value="coffee" checked' in usual.text
    session.save(SMALL.replace("- id: coffee", "- id: espresso"))
    page = client.post("/check", data=form, headers=headers)
    assert page.status_code == 200
    assert "Which drinks, most days?" in page.text
    assert 'name="drinks" value="espresso"' in page.text


# As a program


def fetch(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "ours.yaml"
    path.write_text(SMALL, "utf-8")
    yield path


def test_the_program_follows_the_file_and_stops_quietly(ours: Path) -> None:
    with running("--reload", questions=ours) as server:
        assert len(server.pids()) == 1
        ours.write_text(SMALL.replace("Questions about caffeine", "Now tea"), "utf-8")
        assert "Now tea" in fetch(f"{server.url}/")[1]
        aside = ours.with_suffix(".new")
        aside.write_text(BROKEN, "utf-8")
        aside.replace(ours)  # as many editors save
        author = f"{server.url}{AUTHOR}"
        wait_until(lambda: FAULT in fetch(author)[1], START_TIME)
        assert "Now tea" in fetch(f"{server.url}/")[1]
        ours.write_text(SMALL, "utf-8")
        assert "This version is in use" in fetch(author)[1]
    assert server.process.returncode == 0
    assert server.stderr == ""
    lines = server.stdout.splitlines()
    assert lines[0] == f"Serving on {server.url}/ - press Ctrl+C to stop"
    assert lines[1] == f"For the author: {author}"
    lines = [line for line in lines[2:] if line != f"ours.yaml: {CHECKED}"]
    assert lines[:2] == ["ours.yaml: read, 2 topics", "ours.yaml: read again, 2 topics"]
    assert lines[2].startswith("ours.yaml: 1 error; the version of ")
    assert lines[3].endswith(FAULT)
    assert lines[4:] == ["ours.yaml: read again, 2 topics"]


def test_the_terminal_reports_a_save_though_no_page_is_loaded(ours: Path) -> None:
    with running("--reload", questions=ours) as server:
        assert server.process.stdout
        pipe = server.process.stdout.fileno()
        printed = b""

        def prints(words: str) -> bool:
            nonlocal printed
            if select.select([pipe], [], [], 0)[0]:
                printed += os.read(pipe, 65536)
            return words.encode() in printed

        wait_until(lambda: prints("read, 2 topics"), START_TIME)
        wait_until(lambda: prints(CHECKED), START_TIME)
        ours.write_text(BROKEN, "utf-8")
        wait_until(lambda: prints(FAULT), START_TIME)


def test_the_program_starts_on_a_broken_file_and_recovers(ours: Path) -> None:
    ours.write_text(BROKEN, "utf-8")
    port = free_port()
    command = [*SCREENER, "serve", "--reload", "--questions", str(ours), "--port", str(port)]
    server = Server(start(command), port)
    try:

        def status() -> int:
            try:
                return fetch(f"{server.url}/")[0]
            except OSError:
                return 0

        wait_until(lambda: status() == 503, START_TIME)
        assert FAULT in fetch(f"{server.url}/")[1]
        ours.write_text(SMALL, "utf-8")
        assert status() == 200
    finally:
        server.stop()
    assert server.stderr == ""


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--host", "0.0.0.0"], "--reload is for this machine alone: 127.0.0.1, not 0.0.0.0"),
        (["--workers", "2"], "--reload needs one worker, not 2: leave --workers out"),
    ],
)
def test_what_reload_refuses(ours: Path, more: list[str], message: str) -> None:
    said = refused("serve", "--reload", "--questions", str(ours), *more)
    assert said.stderr == f"{message}\n"
    assert said.stdout == ""
    assert said.returncode == 2


def test_a_mistyped_file_name_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "no.yaml"
    said = refused("serve", "--reload", "--questions", str(path))
    assert said.stderr == f"cannot read {path}: No such file or directory\n"
    assert said.returncode == 2
