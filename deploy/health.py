"""Asks the app whether it serves, for health checks in a container: exit code 0 if it does.

Standard library only, because a check that imports the app would cost more than a visit.
"""

from __future__ import annotations

import os
import socket
import sys
from contextlib import closing

REQUEST = b"GET /healthz HTTP/1.0\r\n\r\n"
LONGEST_WAIT = 4


def connection() -> socket.socket:
    """A connection to where the settings say that the app listens."""
    host = os.environ.get("SCREENER_HOST", "127.0.0.1")
    if host.startswith("unix:"):
        caller = socket.socket(socket.AF_UNIX)
        caller.settimeout(LONGEST_WAIT)
        caller.connect(host.removeprefix("unix:"))
        return caller
    port = os.environ.get("SCREENER_PORT", "8000")
    number = int(port) if port.isdecimal() else 8000  # Kubernetes may put tcp://... there
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read, not bound
    return socket.create_connection((here, number), timeout=LONGEST_WAIT)


def healthy() -> bool:
    """Whether the app answers, and says that it is well."""
    try:
        with closing(connection()) as caller:
            caller.sendall(REQUEST)
            reply = b""
            while piece := caller.recv(4096):
                reply += piece
    except OSError:
        return False
    return b" 200 " in reply.partition(b"\r\n")[0] and reply.endswith(b"ok")


if __name__ == "__main__":
    sys.exit(0 if healthy() else 1)
