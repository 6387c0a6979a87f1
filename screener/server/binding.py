"""Where the server listens: an address and port, or a Unix socket; and whether it can."""

from __future__ import annotations

import os
import socket
import stat
import sys
from pathlib import Path

from screener.config import Settings

UNIX = "unix:"
"""Begins a `host` that is the path of a Unix socket."""

SOCKET_MODE = 0o666
"""Whoever reaches the socket's folder may ask, as with a port: the folder is the fence."""


class PortTaken(Exception):  # noqa: N818 - read by people as it is
    """The address cannot be listened on; the message is one line for the operator."""


def socket_path(settings: Settings) -> Path | None:
    """The Unix socket to listen on; None where there is an address and a port instead."""
    host = settings.host
    return Path(host.removeprefix(UNIX)).absolute() if host.startswith(UNIX) else None


def reserve(host: str, port: int) -> str:
    """Bind the address once and let it go, because granian shares a taken port silently.

    Returns the numeric address of the host, which is all that granian takes.
    Raises PortTaken.
    """
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)
        found.sort(key=lambda entry: entry[0] != socket.AF_INET)
        family, kind, proto, _, address = found[0]
        with socket.socket(family, kind, proto) as probe:
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise PortTaken(f"cannot listen on {host or 'no host'} port {port}: {reason}") from None
    return str(address[0])


def reserve_socket(path: Path) -> None:
    """Take away a socket that a killed server left, which granian would stumble over.

    Raises PortTaken where a server still answers there, or no socket can be made.
    """
    if not hasattr(socket, "AF_UNIX"):
        raise PortTaken(f"cannot listen on {UNIX}{path}: this system has no Unix sockets")
    try:
        if path.exists() and _is_left_over(path):
            path.unlink()
        with socket.socket(socket.AF_UNIX) as probe:
            probe.bind(os.fspath(path))
        path.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise PortTaken(f"cannot listen on {UNIX}{path}: {reason}") from None


def _is_left_over(path: Path) -> bool:
    """Whether this is a socket that nobody listens on. A file of another kind is not ours."""
    if not stat.S_ISSOCK(path.stat().st_mode):
        return False
    with socket.socket(socket.AF_UNIX) as caller:
        try:
            caller.connect(os.fspath(path))
        except ConnectionRefusedError:
            return True
    return False


def address_of(settings: Settings) -> str:
    """The address to open in a browser, or the socket that a proxy is to be told."""
    path = socket_path(settings)
    if path:
        return f"{UNIX}{path}"
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - read, not bound
    host = everywhere.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host and '[' not in host else host}:{settings.port}/"
