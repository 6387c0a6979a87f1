"""`screener serve` as an operator meets it: starting, refusing to start, serving, stopping."""

from __future__ import annotations

import multiprocessing
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from screener import __version__
from screener.config import settings_docs
from screener.resources import built_in_questions
from screener.server.granian import STOP_TIMEOUT
from tests.paths import SMALL_FILE
from tests.running import (
    SCREENER,
    START_TIME,
    STOP_TIME,
    Server,
    ended,
    free_port,
    refused,
    running,
    start,
    wait_until,
)
from tests.unit.test_config import KUBERNETES

if not Path("/proc/self/stat").exists():
    pytest.skip("finds worker processes through /proc", allow_module_level=True)

FORM = "Content-Type: application/x-www-form-urlencoded"

running_small = partial(running, questions=SMALL_FILE)
"""For what does not depend on the content: it starts in half the time."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as server:
        yield server


def connect(port: int, *lines: str, body: bytes = b"", end: str = "\r\n\r\n") -> socket.socket:
    """A connection over which these lines have been sent as they are."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=12)
    connection.sendall("\r\n".join(lines).encode() + end.encode() + body)
    return connection


def to_the_end(connection: socket.socket) -> bytes:
    """Everything that comes until the server closes the connection."""
    received = b""
    with connection:
        try:
            while piece := connection.recv(65536):
                received += piece
        except ConnectionResetError:
            pass
    return received


def ask(port: int, *lines: str, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer to a request that is sent as it is."""
    reply = to_the_end(connect(port, *lines, "Connection: close", body=body))
    head, _, rest = reply.partition(b"\r\n\r\n")
    first, *fields = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (f.partition(":") for f in fields)}
    return int(first.split()[1]), headers, rest


def get(url: str) -> int:
    with urllib.request.urlopen(url, timeout=5) as response:
        response.read()
        return int(response.status)


def one_line(text: str) -> str:
    """The only line of a text."""
    assert text.endswith("\n")
    assert text.count("\n") == 1
    return text.rstrip("\n")


# Starting


def test_it_prints_its_address_and_serves_and_stops_quietly() -> None:
    """Also with what Kubernetes adds to the environment."""
    with running(env=KUBERNETES) as server:
        assert server.answers()
        assert get(f"{server.url}/") == 200
        assert len(server.pids()) == 2
    assert one_line(server.stdout) == f"Serving on {server.url}/ - press Ctrl+C to stop"
    assert server.stderr == ""
    assert server.process.returncode == 0


def test_settings_reach_every_worker_and_the_command_line_beats_them() -> None:
    settings = {
        "SCREENER_PORT": "1",
        "SCREENER_WORKERS": "5",
        "SCREENER_EXIT_URL": "https://elsewhere.example",
        "SCREENER_TRUSTED_HOSTS": "clinic.example,127.0.0.1",
        "SCREENER_HSTS": "on",
    }
    with running_small("--workers", "3", env=settings) as server:
        assert len(server.pids()) == 3
        for _ in range(12):
            status, headers, body = ask(server.port, "GET /leave HTTP/1.1", "Host: clinic.example")
            assert status == 200
            assert b"https://elsewhere.example" in body
            assert headers["strict-transport-security"].startswith("max-age=")
            assert ask(server.port, "GET / HTTP/1.1", "Host: other.example")[0] == 400


def test_a_content_file_of_ones_own_is_served(tmp_path: Path) -> None:
    ours = tmp_path / "ours.yaml"
    text = built_in_questions().read_text("utf-8")
    assert "\n  heading: " in text
    ours.write_text(text.replace("\n  heading: ", "\n  heading: 'Our clinic asks' #", 1), "utf-8")
    with running("--workers", "1", questions=ours) as server:
        assert b"Our clinic asks" in ask(server.port, "GET / HTTP/1.1", "Host: localhost")[2]


def test_flask_run_works_too() -> None:
    flask_run = [sys.executable, "-m", "flask", "--app", "screener", "run"]
    with running(command=flask_run, env=KUBERNETES) as server:
        assert get(f"{server.url}/") == 200
        assert get(f"{server.url}/learn") == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "localhost"])
def test_it_listens_on_the_given_host(host: str) -> None:
    names = {"SCREENER_TRUSTED_HOSTS": f"{host},127.0.0.1"}
    with running_small("--workers", "1", env=names, host=host) as server:
        assert get(f"{server.url}/") == 200
    shown = one_line(server.stdout).split()[2]
    assert shown == f"{server.url}/".replace("0.0.0.0", "127.0.0.1")


def test_version() -> None:
    assert ended("--version").stdout == f"screener {__version__}\n"


def test_the_help_lists_every_setting() -> None:
    lines = refused("serve", "--help").stdout.splitlines()
    for setting in settings_docs():
        (line,) = (line for line in lines if line.split()[:1] == [setting.variable])
        assert setting.description in line


# Refusing to start


@pytest.mark.parametrize(
    ("variable", "text", "message"),
    [
        ("SCREENER_PROT", "1", "unknown setting SCREENER_PROT; did you mean `SCREENER_PORT`?"),
        ("SCREENER_WORKERS", "no", "SCREENER_WORKERS=no must be a whole number from 1 to 64"),
        ("SCREENER_HSTS", "yes", "SCREENER_HSTS=yes must be on or off"),
    ],
)
def test_a_wrong_setting_is_one_line(variable: str, text: str, message: str) -> None:
    said = refused("serve", "--port", str(free_port()), env={variable: text})
    assert one_line(said.stderr) == message
    assert said.stdout == ""
    assert said.returncode == 2


def test_a_port_on_the_command_line_is_checked() -> None:
    said = refused("serve", "--port", "65536")
    assert "65536 must be a whole number from 1 to 65535" in one_line(said.stderr)
    assert said.returncode == 2


def assert_says_taken(port: int) -> None:
    said = refused("serve", "--port", str(port), "--questions", str(SMALL_FILE))
    assert one_line(said.stderr).startswith(f"cannot listen on 127.0.0.1 port {port}: ")
    assert said.stdout == ""
    assert said.returncode == 2


def test_a_port_taken_by_another_program() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert_says_taken(other.getsockname()[1])


def test_a_port_taken_by_another_screener(server: Server) -> None:
    """Also as a program of its own."""
    assert_says_taken(server.port)
    assert ended("serve", "--port", str(server.port)).returncode == 2
    assert server.answers()


@pytest.mark.parametrize("kind", ["missing", "folder", "unreadable"])
def test_a_content_file_that_cannot_be_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    if kind == "folder":
        path.mkdir()
    if kind == "unreadable":
        path.touch(mode=0)
        if os.access(path, os.R_OK):
            pytest.skip("root reads every file")
    said = refused("serve", "--port", str(free_port()), "--questions", str(path))
    assert one_line(said.stderr).startswith(f"cannot read {path}: ")
    assert said.stdout == ""
    assert said.returncode == 2


def test_a_broken_content_file_shows_every_error_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    text = built_in_questions().read_text("utf-8")
    path.write_text(f"{text}colour: red\nflavour: sweet\n", "utf-8")
    last = text.count("\n") + 1
    said = refused("serve", "--port", str(free_port()), "--questions", str(path))
    first, second = said.stderr.splitlines()
    assert first.startswith(f"ours.yaml:{last}:1: colour: ")
    assert second.startswith(f"ours.yaml:{last + 1}:1: flavour: ")
    assert said.stdout == ""
    assert said.returncode == 2


# Serving


@pytest.mark.parametrize(
    "lines",
    [
        ("GET /healthz HTTP/1.0",),
        ("GET /healthz HTTP/1.1",),
        ("GET /healthz HTTP/1.1", "Host: no such//host?"),
        ("GET /healthz HTTP/1.1", "Host: a.example", "Host: b.example"),
    ],
)
def test_probes_need_no_host(server: Server, lines: tuple[str, ...]) -> None:
    status, _, body = ask(server.port, *lines)
    assert (status, body) == (200, b"ok")


@pytest.mark.parametrize("page", ["/", "/check", "/learn"])
@pytest.mark.parametrize(
    "hosts",
    [
        (),
        ("Host:",),
        ("Host: localhost", "Host: b.example"),
        ("Host: localhost", "Host: localhost"),
        ("Host: a.example, b.example",),
        ("Host: a b",),
        ("Host: a/b",),
        ("Host: user@a.example",),
        ("Host: a.example:port",),
    ],
)
def test_pages_need_one_good_host(server: Server, page: str, hosts: tuple[str, ...]) -> None:
    assert ask(server.port, f"GET {page} HTTP/1.1", *hosts)[0] == 400


def test_a_request_of_http_1_0_needs_a_host_too(server: Server) -> None:
    assert ask(server.port, "GET / HTTP/1.0")[0] == 400
    assert ask(server.port, "GET / HTTP/1.0", "Host: localhost")[0] == 200


@pytest.mark.parametrize(
    ("request_line", "expected"),
    [
        ("GET / HTTP/1.1", 200),
        ("GET /healthz HTTP/1.1", 200),
        ("GET /wipe.css HTTP/1.1", 200),
        ("GET /no-such-page HTTP/1.1", 404),
        ("DELETE / HTTP/1.1", 405),
        ("POST /results HTTP/1.1", 411),
    ],
)
def test_the_server_does_not_name_itself(server: Server, request_line: str, expected: int) -> None:
    status, headers, _ = ask(server.port, request_line, "Host: localhost")
    assert status == expected
    assert headers["server"] == ""
    assert "granian" not in str(headers).lower()


@pytest.mark.parametrize("page", ["/check", "/results"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_post_without_a_length_is_411(server: Server, page: str, version: str) -> None:
    assert ask(server.port, f"POST {page} HTTP/{version}", "Host: localhost", FORM)[0] == 411


@pytest.mark.parametrize("page", ["/check", "/results"])
def test_a_chunked_post_is_411(server: Server, page: str) -> None:
    lines = (f"POST {page} HTTP/1.1", "Host: localhost", FORM, "Transfer-Encoding: chunked")
    assert ask(server.port, *lines, body=b"8\r\nvoice=me\r\n0\r\n\r\n")[0] == 411


@pytest.mark.parametrize("fields", [1, 100])
def test_20_kb_of_headers_are_refused(server: Server, fields: int) -> None:
    many = [f"X-{number}: {'a' * (20_000 // fields)}" for number in range(fields)]
    reply = to_the_end(connect(server.port, "GET / HTTP/1.1", "Host: localhost", *many))
    assert reply == b"" or reply.startswith(b"HTTP/1.1 431 ")
    assert server.answers()


@pytest.mark.slow
def test_half_sent_headers_block_no_request_and_time_out() -> None:
    with running_small() as server:
        held = [
            connect(server.port, "GET / HTTP/1.1", "Host: localhost", end="\r\n") for _ in range(32)
        ]
        assert [get(f"{server.url}/") for _ in range(5)] == [200] * 5
        assert select.select(held, [], [], 0)[0] == []  # all of them are still waited for
        wait_until(lambda: len(select.select(held, [], [], 0)[0]) == len(held), 12)
        for connection in held:
            reply = to_the_end(connection)
            assert reply == b"" or reply.startswith(b"HTTP/1.1 408 ")


# Losing a worker, and stopping


def test_a_killed_worker_comes_back() -> None:
    with running_small() as server:
        before = server.pids()
        victim = min(before)
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda: len(server.pids() - {victim}) == len(before), 10)
        wait_until(server.ready, 10)
        assert [get(f"{server.url}/") for _ in range(10)] == [200] * 10


def test_a_server_that_loses_every_worker_serves_again() -> None:
    with running_small() as server:
        before = server.pids()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: len(server.pids() - before) == len(before), 10)
        wait_until(server.ready, 10)
        assert [get(f"{server.url}/") for _ in range(10)] == [200] * 10


@pytest.mark.skipif(multiprocessing.get_start_method() != "fork", reason="workers read it anew")
def test_a_worker_that_comes_back_needs_no_file(tmp_path: Path) -> None:
    """It serves what the others serve, even while the content file is being changed."""
    file = tmp_path / "questions.yaml"
    shutil.copy(SMALL_FILE, file)
    with running("--workers", "1", questions=file) as server:
        file.write_text("half a fi", "utf-8")
        before = server.pids()
        os.kill(min(before), signal.SIGKILL)
        wait_until(lambda: server.pids() - before, 10)
        wait_until(server.ready, 10)
        assert get(f"{server.url}/") == 200


BODY = b"voice=me&go=next"


def begin_a_post(port: int) -> socket.socket:
    """A POST that is being worked on and whose body has come only in part, 7 bytes."""
    connection = connect(
        port,
        "POST /results HTTP/1.1",
        "Host: localhost",
        FORM,
        f"Content-Length: {len(BODY)}",
        "Expect: 100-continue",
        "Connection: close",
    )
    # The app asks for the body, so it has the request.
    assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.sendall(BODY[:7])
    return connection


def test_a_request_in_flight_is_answered_before_it_stops() -> None:
    with running_small("--workers", "1") as server:
        connection = begin_a_post(server.port)
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            server.process.wait(1)  # it waits for the rest
        connection.sendall(BODY[7:])
        head, _, page = to_the_end(connection).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ")
        assert f"content-length: {len(page)}".encode() in head
        assert page.rstrip().endswith(b"</html>")
        server.process.wait(20)  # a second signal, at the end of `running`, would kill it
    assert server.process.returncode == 0
    assert server.stderr == ""


# Several workers and rounds, because a signal is missed only now and then.
@pytest.mark.parametrize("rounds", [1, pytest.param(3, marks=pytest.mark.slow)])
def test_nothing_new_is_accepted_while_it_stops(rounds: int) -> None:
    for _ in range(rounds):
        with running_small("--workers", "4") as server:
            connections = [begin_a_post(server.port) for _ in range(12)]
            server.process.send_signal(signal.SIGTERM)
            wait_until(lambda: not server.answers(), 5)
            for connection in connections:
                connection.sendall(BODY[7:])
                assert to_the_end(connection).startswith(b"HTTP/1.1 200 ")


# A worker that hangs does so only now and then.
@pytest.mark.parametrize("rounds", [1, pytest.param(6, marks=pytest.mark.slow)])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_at_once_when_every_process_gets_the_signal(
    number: signal.Signals, rounds: int
) -> None:
    """As Ctrl+C in a terminal does, and systemd. Each worker then gets it twice."""
    for _ in range(rounds):
        with running_small() as server:
            assert get(f"{server.url}/") == 200
            begun = time.monotonic()
            os.killpg(server.process.pid, number)
            server.process.wait(STOP_TIME)
            assert time.monotonic() - begun < STOP_TIMEOUT - 2, "a worker had to be killed"
        assert server.process.returncode == 0
        assert server.stderr == ""


def test_no_worker_stops_before_the_main_process_has_got_the_signal() -> None:
    """It would count as lost, and the exit code would be 1."""
    with running_small() as server:
        workers = server.pids()
        for worker in workers:
            os.kill(worker, signal.SIGINT)
        time.sleep(0.5)
        assert server.pids() == workers
        begun = time.monotonic()
        server.process.send_signal(signal.SIGINT)
        server.process.wait(STOP_TIME)
        assert time.monotonic() - begun < 1
    assert server.process.returncode == 0
    assert "ERROR" not in server.stdout + server.stderr


def test_it_stops_at_once_while_it_is_still_starting() -> None:
    port = free_port()
    server = Server(start([*SCREENER, "serve", "--port", str(port)]), port)
    try:
        wait_until(lambda: len(server.pids()) == 2, START_TIME)
        begun = time.monotonic()
    finally:
        server.stop()
    assert time.monotonic() - begun < 5
