"""nginx as the tests of this folder run it: a shipped configuration, started for real."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.running import free_port, listens, start, throwaway_certificate, wait_until
from tools.docs_tables import ROOT, UPSTREAM, for_compose

COMMAND = ("nginx", "-e", "stderr", "-c")


@dataclass
class Front:
    """A running nginx; `said` holds what it printed, once it has stopped."""

    port: int
    pid: int = 0
    said: str = ""


def filled_in(config: str, replacements: Mapping[str, str]) -> str:
    """A configuration with a test's ports and paths in place of its own, each of them once."""
    for theirs, ours in replacements.items():
        assert config.count(theirs) == 1, theirs
        config = config.replace(theirs, ours)
    return config


def certificate(folder: Path) -> dict[str, str]:
    """A certificate made for this run: what in the compose configuration it stands for."""
    made, key = throwaway_certificate(folder)
    return {"/run/secrets/certificate.pem": str(made), "/run/secrets/key.pem": str(key)}


def before_servers(folder: Path, ports: list[int]) -> tuple[str, int]:
    """The shipped configuration in front of servers on these ports; and its own port, TLS.

    Without its limit of requests: visitors who do not read what they press all have one address.
    """
    shipped = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    servers = "".join(f"        server 127.0.0.1:{port} max_fails=0;\n" for port in ports)
    config = UPSTREAM.sub("", for_compose(shipped))
    config = re.sub(r"        server unix:\S+a\.sock[^\n]*\n", lambda _: servers, config)
    config = re.sub(r"        server unix:[^\n]*\n", "", config)
    plain, tls = free_port(), free_port()
    listens = {
        "listen 8080;": f"listen 127.0.0.1:{plain};",
        "listen 8443 ssl http2;": f"listen 127.0.0.1:{tls} ssl http2;",
    }
    unlimited = {"rate=100r/s": "rate=100000r/s"}
    return filled_in(config, listens | certificate(folder) | unlimited), tls


@contextmanager
def error_pages() -> Iterator[Path]:
    """The shipped error pages in a folder that nginx's own user may enter."""
    with tempfile.TemporaryDirectory() as name:
        pages = Path(name)
        pages.chmod(0o755)
        shutil.copytree(ROOT / "deploy/error-pages", pages, dirs_exist_ok=True)
        yield pages


@contextmanager
def nginx(folder: Path, config: str, port: int) -> Iterator[Front]:
    """nginx with this configuration, its temporary files in the folder; stopped at the end."""
    path = folder / "nginx.conf"
    config = re.sub(r"(?<= )/tmp/(?=\w+(\.pid)?;)", f"{folder}/", config)
    with error_pages() as pages:
        path.write_text(
            re.sub(r"root /etc/(screener|nginx)/\S+;", f"root {pages};", config), "utf-8"
        )
        command = [*COMMAND, str(path)]
        tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        said = [line for line in tried.stderr.splitlines() if "user" not in line]
        assert tried.returncode == 0, tried.stderr
        assert all(line.endswith(("syntax is ok", "test is successful")) for line in said), said
        process = start([*command, "-g", "daemon off;"])
        front = Front(port, process.pid)
        try:
            wait_until(lambda: process.poll() is not None or listens(port), 10)
            yield front
        finally:
            process.send_signal(signal.SIGTERM)
            stdout, stderr = process.communicate(timeout=15)
            front.said = stdout + stderr
