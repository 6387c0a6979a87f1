"""The address and port, or the Unix socket, that the server listens on."""

from __future__ import annotations

import os
import socket
import stat
import sys
from pathlib import Path

from click import ClickException

from screener.config import Settings

UNIX = "unix:"
"""Begins a `host` that is the path of a Unix socket."""

SOCKET_MODE = 0o666
"""Access is limited by the permissions of the socket's folder."""


class CannotListen(ClickException):
    """The address cannot be listened on; the message is one line for the operator."""


def socket_path(settings: Settings) -> Path | None:
    """The Unix socket to listen on; None for an address and a port."""
    host = settings.host
    return Path(host.removeprefix(UNIX)).absolute() if host.startswith(UNIX) else None


def check_address(host: str, port: int) -> str:
    """Check that the address is free, since granian would share a taken port silently.

    Returns the numeric address of the host, which granian requires. Raises CannotListen.
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
        raise CannotListen(f"cannot listen on {host or 'no host'} port {port}: {reason}") from None
    return str(address[0])


def check_socket(path: Path) -> None:
    """Check that a socket can be made here. Removes the one that a killed server left.

    Raises CannotListen, also when a server still accepts connections on it.
    """
    if not hasattr(socket, "AF_UNIX"):
        raise CannotListen(f"cannot listen on {UNIX}{path}: this system has no Unix sockets")
    try:
        if path.exists() and _is_stale_socket(path):
            path.unlink()
        with socket.socket(socket.AF_UNIX) as probe:
            probe.bind(os.fspath(path))
        path.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotListen(f"cannot listen on {UNIX}{path}: {reason}") from None


def _is_stale_socket(path: Path) -> bool:
    """Whether this is a socket that no process listens on. False for files of other kinds."""
    if not stat.S_ISSOCK(path.stat().st_mode):
        return False
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(os.fspath(path))
        except ConnectionRefusedError:
            return True
    return False


def displayed_address(settings: Settings) -> str:
    """The URL to open in a browser, or the socket as a proxy's configuration names it."""
    path = socket_path(settings)
    if path:
        return f"{UNIX}{path}"
    any_address = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - read, not bound
    host = any_address.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host and '[' not in host else host}:{settings.port}/"
