"""Commands of the documentation, run as they stand there: tests/commands.py says how a block names
its test. tests/unit/test_commands.py holds that each block has one, or a reason why not."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.commands import block_of
from tests.needs import need_program, need_root
from tests.operators.fronts import before_servers, nginx
from tests.operators.test_wheel import NOT_SOURCE
from tests.paths import ROOT, SMALL_FILE
from tests.running import Server, free_port, running, start, wait_until

pytestmark = pytest.mark.slow

INSTALL_TIME = 240
"""Seconds: pip may wait for the package index."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of an author: `.venv` of these tests, and a small `my.yaml`."""
    (tmp_path / ".venv").symlink_to(sys.prefix)
    shutil.copy(SMALL_FILE, tmp_path / "my.yaml")
    shutil.copy(SMALL_FILE.with_name("small.cases.yaml"), tmp_path / "my.cases.yaml")
    return tmp_path


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this repository, as `git clone` makes one. What one test has installed there, the
    other finds."""
    copy = tmp_path_factory.mktemp("checkout") / "screener"
    shutil.copytree(ROOT, copy, ignore=NOT_SOURCE)
    return copy


def bash(text: str, folder: Path, *before: str) -> subprocess.CompletedProcess[str]:
    """What a script does and prints; it ends at the first command that fails. `before` it stands
    what starts it, such as `unshare`."""
    path = f"{Path(sys.prefix) / 'bin'}:{os.environ['PATH']}"
    process = start([*before, "bash", "-ec", text], {"PATH": path}, folder)
    stdout, stderr = process.communicate(timeout=120)
    return subprocess.CompletedProcess(text, process.returncode, stdout, stderr)


@contextmanager
def serving(text: str, folder: Path, seconds: float = 30) -> Iterator[str]:
    """A script that ends with a server; its address, once it answers."""
    port = free_port()
    process = start(["bash", "-ec", text], {"SCREENER_PORT": str(port)}, folder)
    server = Server(process, port)
    try:
        wait_until(lambda: process.poll() is not None or server.answers(), seconds)
        assert process.poll() is None, process.stderr and process.stderr.read()
        yield server.url
    finally:
        with suppress(ProcessLookupError):  # it has ended, and the error above says so
            os.killpg(process.pid, signal.SIGTERM)
        said = process.communicate(timeout=30)[0]
    assert f"Serving on {server.url}/" in said


def page(address: str) -> str:
    with urlopen(address, timeout=30) as response:
        return str(response.read().decode())


# README.md and the first way of docs/operators.md: both install from the package index


def test_one_pc(checkout: Path) -> None:
    block = block_of(__file__, "test_one_pc")
    with serving(block.text, checkout, INSTALL_TIME) as address:
        assert "clonazepam" in page(f"{address}/")


def test_readme_start(checkout: Path) -> None:
    block = block_of(__file__, "test_readme_start")
    with serving(block.text, checkout, INSTALL_TIME) as address:
        assert "clonazepam" in page(f"{address}/")


# docs/authors.md


def test_an_author_starts(folder: Path) -> None:
    block = block_of(__file__, "test_an_author_starts")
    with serving(block.text, folder) as address:
        assert "my.yaml" in page(f"{address}/author")


def test_a_clinic_sets_its_name(folder: Path) -> None:
    block = block_of(__file__, "test_a_clinic_sets_its_name")
    with serving(block.text, folder) as address:
        shown = page(f"{address}/help")
    assert "Elm Street Clinic" in shown
    assert "202-555-0143" in shown


def test_an_author_checks(folder: Path) -> None:
    done = bash(block_of(__file__, "test_an_author_checks").text, folder)
    assert done.returncode == 0
    assert "0 errors" in done.stdout.splitlines()[-1]


def test_pages_for_a_reviewer(folder: Path) -> None:
    done = bash(block_of(__file__, "test_pages_for_a_reviewer").text, folder)
    assert done.returncode == 0, done.stderr
    for name in ("journey.html", "report.html"):
        assert "</html>" in (folder / name).read_text("utf-8")


def test_a_clinician_signs(folder: Path) -> None:
    for kind in ("", ".cases"):
        shutil.copy(ROOT / f"questions{kind}.yaml", folder / f"my{kind}.yaml")
    done = bash(block_of(__file__, "test_a_clinician_signs").text, folder)
    assert done.returncode == 0
    signed = done.stdout.partition("reviewed:\n")[2].splitlines()
    assert len(signed) == 4
    assert "by: Dr. A. Example" in signed[0]


def test_what_nobody_has_signed_stops_the_check(folder: Path) -> None:
    done = bash(block_of(__file__, "test_what_nobody_has_signed_stops_the_check").text, folder)
    assert done.returncode == 1
    assert "review" in done.stdout


def test_what_changed_since_the_review(folder: Path) -> None:
    words = (folder / "my.yaml").read_text("utf-8")
    (folder / "reviewed.yaml").write_text(
        words.replace("drink more coffee", "drink more tea"), "utf-8"
    )
    done = bash(block_of(__file__, "test_what_changed_since_the_review").text, folder)
    assert done.returncode == 1
    assert "drink more tea" in done.stdout


# docs/operators.md


def test_a_certificate_for_a_day(tmp_path: Path) -> None:
    """With a copy of /etc/ssl."""
    need_root()
    need_program("openssl")
    text = block_of(__file__, "test_a_certificate_for_a_day").text
    keys = tmp_path / "ssl"
    shutil.copytree("/etc/ssl", keys, symlinks=True)
    mount = f"mount --bind {keys} /etc/ssl\n"
    done = bash(mount + text, tmp_path, "unshare", "--mount")
    assert done.returncode == 0, done.stderr
    asked = ["openssl", "x509", "-noout", "-subject", "-in", str(keys / "check.example.pem")]
    assert "check.example" in subprocess.check_output(asked, text=True)
    assert "PRIVATE KEY" in (keys / "check.example.key").read_text("utf-8")


def test_files_without_a_server(tmp_path: Path) -> None:
    """On a network of its own, where nobody else has the port."""
    need_root()
    need_program("curl")
    export, look, one_file = block_of(__file__, "test_files_without_a_server").commands()
    asked = "curl -fs --retry 40 --retry-delay 1 --retry-connrefused http://127.0.0.1:8000/check/"
    text = f"ip link set lo up\n{export}\n{look} &\n{asked}\nkill $!\n{one_file}\n"
    done = bash(text, tmp_path, "unshare", "--net")
    assert done.returncode == 0, done.stderr
    assert "<h1" in done.stdout
    assert (tmp_path / "out/site/index.html").exists()
    assert (tmp_path / "out/servers/nginx.conf").exists()
    assert "</html>" in (tmp_path / "self-check.html").read_text("utf-8")


def test_a_look_from_outside(tmp_path: Path) -> None:
    """As shipped, with nginx; each command prints what its comment says."""
    need_program("nginx")
    need_program("curl")
    block = block_of(__file__, "test_a_look_from_outside")
    settings = {"SCREENER_TRUSTED_HOSTS": "check.example", "SCREENER_PROXY_COUNT": "1"}
    with running("--workers", "1", env=settings, questions=SMALL_FILE) as server:
        config, port = before_servers(tmp_path, [server.port])
        with nginx(tmp_path, config, port):
            here = f"command curl -k --connect-to check.example:443:127.0.0.1:{port}"
            told = [
                bash(f'curl() {{ {here} "$@"; }}\n{command}', tmp_path).stdout.strip()
                for command in block.commands()
            ]
    assert [words or "nothing" for words in told] == block.results()


def test_content_of_your_own(folder: Path) -> None:
    """With a copy of /etc, in which the file stands."""
    need_root()
    text = block_of(__file__, "test_content_of_your_own").text
    copied = folder / "etc"
    shutil.copytree("/etc", copied, symlinks=True, ignore=shutil.ignore_patterns("ssl"))
    (copied / "screener").mkdir()
    shutil.copy(SMALL_FILE, copied / "screener/questions.yaml")
    shutil.copy(SMALL_FILE.with_name("small.cases.yaml"), copied / "screener/questions.cases.yaml")
    done = bash(f"mount --bind {copied} /etc\n{text}", folder, "unshare", "--mount")
    assert done.returncode == 0, done.stderr
    checked, _, shown = done.stdout.partition("0 errors")
    assert "questions.yaml: " in checked
    assert len(shown.splitlines()) > 20
