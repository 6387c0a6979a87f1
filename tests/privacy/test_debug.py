"""Flask's debugger shows answers to everybody who can reach it, so it never starts by accident."""

from __future__ import annotations

import subprocess
import sys

import pytest

from screener import create_app
from screener.config import Settings, WrongSetting
from tests.privacy.tools import get
from tests.running import free_port, refused, running, start
from tests.shipped import SHIPPED

FLASK_RUN = [sys.executable, "-m", "flask", "--app", "screener", "run"]
ALLOWED = {"SCREENER_ALLOW_DEBUG": "on"}
REFUSED = "FLASK_DEBUG shows answers to others, so it is refused."


def flask_run(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    """`flask run`, which must end by itself."""
    process = start([*FLASK_RUN, "--port", str(free_port()), *args], env)
    try:
        stdout, stderr = process.communicate(timeout=20)
    finally:
        process.kill()
    return subprocess.CompletedProcess(args, process.returncode, stdout, stderr)


@pytest.mark.parametrize(
    ("args", "env"),
    [
        (["--debug"], {}),
        ([], {"FLASK_DEBUG": "1"}),
        (["--debug", "--host", "0.0.0.0"], ALLOWED),
        (["--debug", "--host", "::"], ALLOWED),
        ([], {"FLASK_DEBUG": "1", "FLASK_RUN_HOST": "0.0.0.0", **ALLOWED}),
    ],
    ids=str,
)
def test_flask_run_refuses_in_one_line(args: list[str], env: dict[str, str]) -> None:
    said = flask_run(*args, **env)
    assert said.returncode == 1
    assert said.stderr.startswith(f"Error: {REFUSED}")
    assert said.stderr.count("\n") == 1
    assert said.stdout == ""


@pytest.mark.parametrize(
    ("args", "env"), [([], {}), (["--host", "0.0.0.0"], ALLOWED)], ids=["plain", "open"]
)
def test_serve_refuses_in_one_line(args: list[str], env: dict[str, str]) -> None:
    debug = {"FLASK_DEBUG": "true", **env}
    said = refused("serve", "--port", str(free_port()), *args, env=debug)
    assert said.returncode == 2
    assert said.stderr.startswith(REFUSED)
    assert said.stderr.count("\n") == 1
    assert said.stdout == ""


@pytest.mark.parametrize("value", ["0", "false", "no", ""])
def test_debug_that_is_off_is_no_debug(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("FLASK_DEBUG", value)
    assert not create_app(Settings(), SHIPPED).debug


def test_create_app_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    for settings in (Settings(), Settings(host="0.0.0.0", allow_debug=True)):
        with pytest.raises(WrongSetting):
            create_app(settings, SHIPPED)
    assert create_app(Settings(allow_debug=True), SHIPPED).debug


def test_a_developer_may() -> None:
    env = {"FLASK_DEBUG": "1", **ALLOWED}
    with running(command=[*FLASK_RUN, "--no-reload"], env=env) as server:
        assert get(server.port, "/").status == 200
