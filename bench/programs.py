"""Servers and clients that the measurements start, and stop again."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from bench.bare import FOLDER
from bench.needs import program
from screener.export.servers import ROOT
from tests.running import Server, free_port, running, start, wait_until

FORM = "application/x-www-form-urlencoded"
CONNECTIONS = 32
GZIP = "gzip on; gzip_comp_level 6; gzip_types text/css text/javascript image/svg+xml;"

# wrk's own report is hard to parse, so this prints JSON.
_DONE = """
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('\\nJSON{"requests":%d,"us":%d,"errors":%d,"p99":%d}\\n',
    summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(99)))
end
"""


@dataclass(frozen=True)
class Load:
    """The requests that wrk sends in turn: (path, body). A body makes a POST."""

    requests: Sequence[tuple[str, str | None]]
    encodings: str = ""

    def script(self) -> str:
        """The Lua script for wrk."""
        headers = {"Accept-Encoding": self.encodings} if self.encodings else {}
        lines = ["local requests = {}"]
        for path, body in self.requests:
            form = headers if body is None else {**headers, "Content-Type": FORM}
            table = ", ".join(f"[{_lua(name)}] = {_lua(value)}" for name, value in form.items())
            method, sent = ("GET", "nil") if body is None else ("POST", _lua(body))
            call = f'wrk.format("{method}", {_lua(path)}, {{{table}}}, {sent})'
            lines.append(f"requests[#requests + 1] = function() return {call} end")
        return "\n".join([*lines, _ONCE_MADE, _DONE])


# Each request is formatted once, so that wrk itself costs little; wrk knows the host in `init`.
_ONCE_MADE = """
local made, turn = {}, 0
init = function(args)
  for n, make in ipairs(requests) do made[n] = make() end
end
request = function()
  turn = turn % #made + 1
  return made[turn]
end
"""


@dataclass(frozen=True)
class Counted:
    """What wrk measured; times are in microseconds."""

    requests: int
    us: int
    errors: int
    p99: int

    @property
    def rate(self) -> float:
        """Requests in a second. Raises ValueError when some of them failed."""
        if self.errors:
            raise ValueError(f"{self.errors} of {self.requests} requests failed")
        return self.requests / self.us * 1e6


def wrk(port: int, load: Load, seconds: int, connections: int = CONNECTIONS) -> Counted:
    """Send as many requests as possible to 127.0.0.1 for some seconds."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(load.script())
        script.flush()
        options = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s"]
        command = [program("wrk"), *options, "-s", script.name, f"http://127.0.0.1:{port}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    for line in done.stdout.splitlines():
        if line.startswith("JSON"):
            return Counted(**json.loads(line.removeprefix("JSON")))
    raise ValueError(f"wrk printed: {done.stdout.strip()} {done.stderr.strip()}")


@contextmanager
def bare_server(pages: Mapping[str, bytes], workers: int) -> Iterator[Server]:
    """Bare Flask in the app's server. `pages`: name -> bytes."""
    with tempfile.TemporaryDirectory() as folder:
        for name, body in pages.items():
            (Path(folder) / name).write_bytes(body)
        env = {FOLDER: folder, "SCREENER_WORKERS": str(workers)}
        with running(env=env, command=(sys.executable, "-c", _BARE)) as server:
            yield server


# `running` passes `--port`, as to `screener serve`.
_BARE = """
import os, sys
os.environ["SCREENER_PORT"] = sys.argv[sys.argv.index("--port") + 1]
from bench.bare import main
main()
"""


@contextmanager
def nginx(sites: Sequence[Path], extra: str = "", locations: str = "") -> Iterator[list[int]]:
    """nginx that serves each folder at a port of its own, an export as the configuration that was
    exported with it says; yields the ports."""
    ports = [free_port() for _ in sites]
    servers = "\n".join(
        _exported(site, port) or f"server {{ listen 127.0.0.1:{port}; root {site}; {locations} }}"
        for port, site in zip(ports, sites, strict=True)
    )
    with tempfile.TemporaryDirectory() as folder:
        places = " ".join(
            f"{name}_temp_path {folder}/{name};"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        config = Path(folder) / "nginx.conf"
        config.write_text(_NGINX.format(folder=folder, places=places, extra=extra, servers=servers))
        command = [program("nginx"), "-e", "stderr", "-c", str(config), "-g", "daemon off;"]
        process = start(command)
        try:
            wait_until(lambda: process.poll() is not None or _answers(ports[-1]), 10)
            if process.poll() is not None:
                raise OSError(f"nginx ended: {process.communicate()[1].strip()}")
            yield ports
        finally:
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=15)


_NGINX = """
pid {folder}/nginx.pid;
worker_processes 2;
events {{ worker_connections 512; }}
http {{
  types {{ text/html html; text/css css; text/javascript js; image/svg+xml svg; font/woff2 woff2; }}
  default_type text/html;
  charset utf-8;
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  {places}
  {extra}
  {servers}
}}
"""


def _exported(site: Path, port: int) -> str:
    """The server block that `screener export` wrote beside a folder, if it did."""
    config = site.parent / "servers" / "nginx.conf"
    if not config.exists():
        return ""
    return (
        config.read_text().replace("127.0.0.1:8080", f"127.0.0.1:{port}").replace(ROOT, str(site))
    )


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=2) as response:
            return bool(response.status)
    except OSError as error:
        return hasattr(error, "code")  # an error page, so it answers


def _lua(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
