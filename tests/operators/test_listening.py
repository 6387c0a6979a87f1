"""Listening on IPv6 and on a Unix socket, as an operator asks for it."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from screener.server.granian import ONLY_LOOPBACK
from tests.paths import SMALL_FILE
from tests.running import (
    SCREENER,
    START_TIME,
    Server,
    ended,
    free_port,
    refused,
    running,
    start,
    wait_until,
)

pytestmark = pytest.mark.slow

if not hasattr(socket, "AF_UNIX") or not Path("/proc/self/stat").exists():
    pytest.skip("needs Unix sockets and /proc", allow_module_level=True)

SMALL = {"SCREENER_QUESTIONS": str(SMALL_FILE), "SCREENER_TRUSTED_HOSTS": "check.example"}
"""Where one listens does not depend on the content, and with little of it the start is short."""


class OverSocket(HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("check.example", timeout=10)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(10)
        self.sock.connect(str(self.path))


def ask(path: Path, method: str, url: str, body: str | None = None, **headers: str) -> int:
    visitor = OverSocket(path)
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    visitor.request(method, url, body, headers)
    response = visitor.getresponse()
    response.read()
    visitor.close()
    return response.status


def answers(path: Path) -> bool:
    try:
        return ask(path, "GET", "/healthz") == 200
    except OSError:
        return False


@contextmanager
def serving(path: Path, **env: str) -> Iterator[Server]:
    """A server on a Unix socket."""
    env = {**SMALL, "SCREENER_HOST": f"unix:{path}", "SCREENER_WORKERS": "1", **env}
    process = start([*SCREENER, "serve"], env)
    server = Server(process, 0)
    try:
        wait_until(lambda: process.poll() is not None or answers(path), START_TIME)
        yield server
    finally:
        server.stop()


def test_it_serves_on_a_unix_socket_and_takes_it_away(tmp_path: Path) -> None:
    path = tmp_path / "screener.sock"
    with serving(path) as server:
        assert ask(path, "POST", "/check", "voice=me") == 200
        assert ask(path, "GET", "/", Host="other.example") == 400
        assert ask(path, "POST", "/check", "voice=me", Origin="http://check.example") == 200
        assert ask(path, "POST", "/check", "voice=me", Origin="http://evil.example") == 403
    assert server.stdout == f"Serving on unix:{path} - press Ctrl+C to stop\n"
    assert server.stderr == ""
    assert server.process.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_socket_that_a_killed_server_left_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "screener.sock"
    with serving(path) as server:
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait(10)
    assert path.exists()
    with serving(path):
        assert ask(path, "GET", "/") == 200


def test_a_socket_in_use_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "screener.sock"
    with serving(path):
        said = refused("serve", env={**SMALL, "SCREENER_HOST": f"unix:{path}"})
        assert said.stderr == f"cannot listen on unix:{path}: Address already in use\n"
        assert said.returncode == 2
        assert ask(path, "GET", "/") == 200


def test_a_file_at_its_place_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("mine", "utf-8")
    said = refused("serve", env={**SMALL, "SCREENER_HOST": f"unix:{path}"})
    assert said.stderr == f"cannot listen on unix:{path}: Address already in use\n"
    assert path.read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("host", "message"),
    [
        ("unix:/no/such/folder/x.sock", "No such file or directory"),
        (f"unix:/tmp/{'x' * 120}", "path too long"),
        ("unix:x.sock", "must be unix: and then a path that starts with /"),
        ("unix:", "must be unix: and then a path that starts with /"),
    ],
)
def test_a_socket_that_cannot_be_is_one_line(host: str, message: str) -> None:
    said = refused("serve", env={**SMALL, "SCREENER_HOST": host})
    assert message in said.stderr
    assert said.stderr.count("\n") == 1
    assert said.returncode == 2


def test_all_addresses_of_both_kinds() -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        if os.environ.get("CI"):
            pytest.fail("no IPv6 here")
        pytest.skip("no IPv6 here")
    with running("--workers", "1", env=SMALL, host="::") as server:
        for address in ("127.0.0.1", "::1"):
            visitor = HTTPConnection(address, server.port, timeout=5)
            visitor.request("GET", "/", headers={"Host": "check.example"})
            assert visitor.getresponse().status == 200
            visitor.close()
    assert server.stdout == f"Serving on http://[::1]:{server.port}/ - press Ctrl+C to stop\n"


def test_ipv6_alone_does_not_answer_by_ipv4() -> None:
    with (
        running("--workers", "1", env=SMALL, host="::1") as server,
        pytest.raises(ConnectionRefusedError),
    ):
        socket.create_connection(("127.0.0.1", server.port), timeout=5)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "unix:/no/such/folder/a.sock"])
def test_who_listens_to_others_must_name_the_hosts(host: str) -> None:
    said = ended("serve", env={"SCREENER_QUESTIONS": str(SMALL_FILE), "SCREENER_HOST": host})
    assert said.stderr == (
        f"listening on {host} needs SCREENER_TRUSTED_HOSTS: the names that visitors use "
        "for this site, like check.example\n"
    )
    assert (said.returncode, said.stdout) == (2, "")


@pytest.mark.parametrize(
    ("args", "env"), [(["--host", "0.0.0.0"], {}), ([], {"FLASK_RUN_HOST": "192.0.2.7"})], ids=str
)
def test_flask_run_refuses_too(args: list[str], env: dict[str, str]) -> None:
    command = [sys.executable, "-m", "flask", "--app", "screener", "run", *args]
    process = start([*command, "--port", str(free_port())], env)
    stdout, stderr = process.communicate(timeout=20)
    assert stderr.startswith("Error: listening on ")
    assert "SCREENER_TRUSTED_HOSTS" in stderr
    assert (stderr.count("\n"), process.returncode, stdout) == (1, 1, "")


def test_without_names_only_this_machines_own_are_answered_and_a_proxy_is_told() -> None:
    env = {"SCREENER_QUESTIONS": str(SMALL_FILE), "SCREENER_PROXY_COUNT": "1"}
    with running("--workers", "1", env=env) as server:

        def status(host: str, **headers: str) -> int:
            visitor = HTTPConnection("127.0.0.1", server.port, timeout=5)
            visitor.request("GET", "/check", headers={"Host": host, **headers})
            answer = visitor.getresponse()
            answer.read()
            visitor.close()
            return answer.status

        for name in ("127.0.0.1", "localhost", "LocalHost", "[::1]"):
            assert (status(name), status(f"{name}:{server.port}"), status(f"{name}:9")) == (
                200,
            ) * 3
        for name in ("check.example", "127.0.0.1.evil.example", "localhost.evil.example"):
            assert status(name) == 400
            assert status("127.0.0.1", **{"X-Forwarded-Host": name}) == 400
    assert server.stderr == f"SCREENER_TRUSTED_HOSTS is not set: {ONLY_LOOPBACK}\n"
