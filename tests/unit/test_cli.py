"""The `screener` command: usage, exit codes, one line for each error, and pipes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from screener.cli import cli, main
from tests.paths import SMALL_FILE

COMMANDS = ["check", "diff", "export", "kiosk", "review", "schema", "serve", "show"]


def test_every_command_has_a_line_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert sorted(cli.commands) == COMMANDS
    assert main(["--help"]) == 0
    listed = capsys.readouterr().out.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed] == COMMANDS
    assert not any(line.endswith("...") for line in listed), "a help text that is cut short"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: screener {command}")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing command"),
        (["chek"], "No such command 'chek'"),
        (["serve", "--port", "x"], "'x' is not a valid integer"),
        (["serve", "--colour"], "No such option"),
        (["check", "--json", "--links"], "--links cannot be used with --json"),
        (["check", "a.yaml", "b.yaml"], "unexpected extra argument"),
        (["diff", "a.yaml"], "Missing argument 'NEW'"),
        (["review", "cups", "--by", "A"], "Missing option '--role'"),
    ],
    ids=str,
)
def test_wrong_usage_ends_with_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("Usage: screener ")
    assert message in printed.err


def test_a_wrong_setting_is_one_line_without_a_prefix(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SCREENER_PROT", "1")
    assert main(["serve"]) == 2
    message = "unknown setting SCREENER_PROT; did you mean `SCREENER_PORT`?\n"
    assert capsys.readouterr() == ("", message)


def in_a_shell(command: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """A command line in which $SCREENER is the program; the file `status` gets its exit code."""
    return subprocess.run(
        ["sh", "-c", f"{{ {sys.executable} -m screener.cli {command}"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs a Unix shell")
@pytest.mark.parametrize("file", ["", str(SMALL_FILE)], ids=["more", "less than a buffer"])
def test_a_reader_that_closes_the_pipe_ends_it_quietly(file: str, tmp_path: Path) -> None:
    piped = in_a_shell(f"show {file}; echo $? >status; }} | head -c 0", tmp_path)
    assert piped.stderr == ""
    assert piped.stdout == ""
    assert (tmp_path / "status").read_text() == "1\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    refused = in_a_shell("schema; echo $? >status; } >/dev/full", tmp_path)
    assert refused.stderr.splitlines()[0] == "cannot write the output: No space left on device"
    assert (tmp_path / "status").read_text() == "2\n"
