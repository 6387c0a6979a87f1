"""Each way to run it, started with its own command line and configuration, serves a journey."""

from __future__ import annotations

import os
import random
import re
import shlex
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.needs import need_program, need_root
from tests.operators.fronts import certificate, filled_in, nginx
from tests.operators.test_deploy import DEPLOY, UNIT
from tests.operators.test_listening import answers
from tests.operators.visitor import Tally, Visitor
from tests.paths import ROOT
from tests.privacy.test_server_disk import READ_ONLY
from tests.running import START_TIME, Server, free_port, listens, start, wait_until

pytestmark = pytest.mark.slow

PYTHON = Path(sys.executable)
SCREENER = str(PYTHON.with_name("screener"))
NAMES = "SCREENER_TRUSTED_HOSTS=check.example"
"""What a guide writes into the file of settings."""

HEALTH = [sys.executable, "-I", str(DEPLOY / "health.py")]


def journey(port: int, tls: bool = False) -> None:
    """One visitor gets from the first page to the results, and every answer is carried."""
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    tally = Tally()
    visitor = Visitor(port, random.Random(7), tally, tls=trusting if tls else None)
    assert visitor.journey(), tally.wrong
    assert tally.wrong == []
    assert tally.counts["retries"] == 0
    assert tally.counts["steps"] >= 7


@contextmanager
def started(command: list[str], env: dict[str, str], cwd: Path | None = None) -> Iterator[Server]:
    """A server that is healthy by the check of the container image."""
    server = Server(start(command, env, cwd), int(env.get("SCREENER_PORT", "0")))

    def healthy() -> bool:
        environment = {**os.environ, **env}
        return subprocess.run(HEALTH, env=environment, check=False).returncode == 0

    try:
        wait_until(lambda: server.process.poll() is not None or _listens(env), START_TIME)
        wait_until(lambda: server.process.poll() is not None or healthy(), START_TIME)
        assert server.process.poll() is None
        yield server
    finally:
        server.stop()


def _listens(env: dict[str, str]) -> bool:
    """Whether it is worth asking; a program that asks takes a second of one processor."""
    kind, _, path = env.get("SCREENER_HOST", "").partition(":")
    return Path(path).exists() if kind == "unix" else listens(int(env["SCREENER_PORT"]))


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that nginx's own user may enter, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


# The system service


def unit_lines(key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", UNIT.read_text("utf-8"), re.MULTILINE)


def unit_command(port: int) -> tuple[list[str], dict[str, str]]:
    """What systemd would run for an instance, with this program in the place of the installed."""
    (line,) = unit_lines("ExecStart")
    first, *rest = shlex.split(line)
    assert first == "/opt/screener/venv/bin/screener"
    env = dict(each.split("=", 1) for each in [*unit_lines("Environment"), NAMES])
    return [SCREENER, *rest], {name: value.replace("%i", str(port)) for name, value in env.items()}


def test_the_units_command_serves_a_journey_and_writes_nothing(tmp_path: Path) -> None:
    """As the unit has it: a disk that is read-only, and no file may be longer than nothing."""
    need_root()
    command, env = unit_command(free_port())
    need_program("prlimit")
    limits = [f"--{key[5:].lower()}={unit_lines(key)[0]}" for key in ("LimitFSIZE", "LimitNOFILE")]
    shut = ["unshare", "-m", "sh", "-c", READ_ONLY, "sh", "prlimit", *limits, *command]
    with started(shut, env, tmp_path) as server:
        journey(server.port)
    assert server.process.returncode == 0
    assert server.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_the_units_filters_let_through_all_that_the_program_does(tmp_path: Path) -> None:
    for program in ("strace", "systemd-analyze"):
        need_program(program)
    log = tmp_path / "strace"
    command, env = unit_command(free_port())
    with started(["strace", "-D", "-f", "-qq", "-o", str(log), *command], env) as server:
        journey(server.port)
    calls = log.read_text("utf-8", "replace")
    used = set(re.findall(r"^\d+ +([a-z_0-9]+)\(", calls, re.MULTILINE))
    assert len(used) > 30
    assert used - allowed_calls() == set()
    # MemoryDenyWriteExecute: no memory may be both, nor be made executable later.
    executable = [line for line in calls.splitlines() if "PROT_EXEC" in line]
    assert [line for line in executable if "PROT_WRITE" in line or "mprotect(" in line] == []
    families = set(re.findall(r"\bsocket\((AF_\w+)", calls))
    assert families <= set(unit_lines("RestrictAddressFamilies")[0].split())


def allowed_calls() -> set[str]:
    """The system calls that the unit's SystemCallFilter leaves."""
    listing = ["systemd-analyze", "--no-pager", "syscall-filter"]
    listed = subprocess.run(listing, capture_output=True, text=True, check=True).stdout
    groups: dict[str, set[str]] = {}
    for line in listed.splitlines():
        if line.startswith("@"):
            current = groups.setdefault(line.strip(), set())
        elif line.strip() and not line.strip().startswith("#"):
            current.add(line.strip())

    def within(name: str) -> set[str]:
        return set().union(*(within(n) if n[0] == "@" else {n} for n in groups[name]))

    first, without = unit_lines("SystemCallFilter")
    banned = [within(name) for name in without.removeprefix("~").split()]
    return within(first) - set().union(*banned) | within("@default")


# The container


def containerfile(key: str) -> str:
    """The last instruction of this name, on one line."""
    text = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    return re.findall(rf"^{key} +(.*)$", text, re.MULTILINE)[-1]


def image(folder: Path) -> tuple[list[str], dict[str, str]]:
    """The image's files in a folder, and what would be run there. No engine is used."""
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    for sources, target in re.findall(r"^COPY (?!--from)(.+) (\./?\S*)$", text, re.MULTILINE):
        for source in sources.split():
            if (ROOT / source).is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / source, folder / target, ignore=ignored)
            else:
                shutil.copy(ROOT / source, folder / target)
    env = dict(pair.split("=", 1) for pair in shlex.split(containerfile("ENV")))
    del env["PATH"]
    command = [*yaml_list(containerfile("ENTRYPOINT")), *yaml_list(containerfile("CMD"))]
    assert command[0] == "python"
    return [sys.executable, *command[1:]], env


def yaml_list(text: str) -> list[str]:
    return re.findall(r'"([^"]*)"', text)


def test_the_images_files_and_command_serve_a_journey(tmp_path: Path) -> None:
    command, env = image(tmp_path)
    env |= {"SCREENER_PORT": str(free_port()), "SCREENER_TRUSTED_HOSTS": "check.example"}
    before = set(tmp_path.rglob("*"))
    with started(command, env, tmp_path) as server:
        journey(server.port)
    assert set(tmp_path.rglob("*")) == before
    assert server.stdout.startswith("Serving on http://127.0.0.1:")
    check = yaml_list(re.findall(r"CMD (\[.*\])", containerfile("HEALTHCHECK"))[0])
    assert check == ["python", "-I", f"/app/{HEALTH[-1].rpartition('/')[2]}"]


@pytest.mark.parametrize("where", ["127.0.0.1", "unix:/no/such.sock"])
def test_the_health_check_fails_where_nothing_serves(where: str) -> None:
    env = {**os.environ, "SCREENER_HOST": where, "SCREENER_PORT": str(free_port())}
    assert subprocess.run(HEALTH, env=env, check=False).returncode == 1


# nginx, as it is shipped for each way


def test_the_compose_files_nginx_reaches_both_servers_by_their_sockets(shared: Path) -> None:
    for program in ("nginx", "openssl"):
        need_program(program)
    config = (DEPLOY / "compose/nginx.conf").read_text("utf-8")
    sockets = {f"/run/screener/{name}.sock": str(shared / f"{name}.sock") for name in "ab"}
    plain, tls = free_port(), free_port()
    listens = {
        "listen 8080;": f"listen 127.0.0.1:{plain};",
        "listen 8443 ssl http2;": f"listen 127.0.0.1:{tls} ssl http2;",
    }
    config = filled_in(config, {**sockets, **listens, **certificate(shared)})
    command, env = image(shared)
    env |= {"SCREENER_WORKERS": "1", "SCREENER_TRUSTED_HOSTS": "check.example"}
    with ExitStack() as stack:
        servers = {
            path: stack.enter_context(
                started(command, env | {"SCREENER_HOST": f"unix:{path}"}, shared)
            )
            for path in sockets.values()
        }
        front = stack.enter_context(nginx(shared, config, tls))
        journey(tls, tls=True)
        for path, server in servers.items():  # one at a time, as in an upgrade
            server.stop()
            assert not answers(Path(path))
            journey(tls, tls=True)
            stack.enter_context(started(command, env | {"SCREENER_HOST": f"unix:{path}"}, shared))
    assert front.said == ""


def test_the_clusters_nginx_reaches_the_app_beside_it(shared: Path) -> None:
    need_program("nginx")
    config = (DEPLOY / "kubernetes/nginx.conf").read_text("utf-8")
    path, port = shared / "app.sock", free_port()
    replacements = {
        "/run/screener/app.sock": str(path),
        "listen 8080;": f"listen 127.0.0.1:{port};",
    }
    settings = (DEPLOY / "kubernetes/settings.env").read_text("utf-8").split()
    env = dict(pair.split("=", 1) for pair in settings)
    env["SCREENER_HOST"] = env["SCREENER_HOST"].replace("/run/screener/app.sock", str(path))
    env["SCREENER_QUESTIONS"] = str(ROOT / "questions.yaml")
    command, of_image = image(shared)
    with nginx(shared, filled_in(config, replacements), port) as front:
        with started(command, of_image | env, shared):
            journey(port)
        status = ["curl", "-s", "-o", "-", "-w", "%{http_code}", f"http://127.0.0.1:{port}/healthz"]
        need_program("curl")
        down = subprocess.run(status, capture_output=True, text=True, check=True).stdout
        assert down[-3:] in ("502", "503")  # so the pod gets no visitors
        assert 'href="tel:988"' in down
    assert front.said == ""


def test_a_proxy_may_reach_a_socket_in_a_folder_that_it_cannot_write(tmp_path: Path) -> None:
    need_root()
    path = tmp_path / "app.sock"
    names = dict([NAMES.split("=")])
    with started([SCREENER, "serve"], {"SCREENER_HOST": f"unix:{path}", **names}):
        asked = [*HEALTH[:1], str(DEPLOY / "health.py")]
        command = ["unshare", "-m", "sh", "-c", READ_ONLY, "sh", *asked]
        env = {**os.environ, "SCREENER_HOST": f"unix:{path}"}
        assert subprocess.run(command, env=env, check=False).returncode == 0
