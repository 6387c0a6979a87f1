"""Somebody at one address who wants to keep everybody else out.

    python -m tests.privacy.flood PORT SECONDS

From 127.0.0.1, for so long: 2,000 request bodies that never end, and 2,000 TLS handshakes that
stop in the middle of the first message. What the server closes is opened again. Prints what was
open at most and what came of it.
"""

from __future__ import annotations

import resource
import selectors
import socket
import ssl
import sys
import time
from collections import Counter
from contextlib import suppress

EACH = 2000
AGAIN = 20
"""How many bodies that were refused are tried again at once: each costs this machine, which has
the server on it too, a TLS handshake."""

HEAD = (
    b"POST /check HTTP/1.1\r\nHost: check.example\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nvoice="
)


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _half_a_hello(context: ssl.SSLContext) -> bytes:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname="check.example")
    with suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()[:200]


class Flood:
    """All connections of the attacker."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.context = _context()
        self.hello = _half_a_hello(self.context)
        self.watched = selectors.DefaultSelector()
        self.open: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()

    def hold(self, kind: str) -> None:
        """One more."""
        try:
            connection = socket.create_connection(("127.0.0.1", self.port), timeout=2)
            if kind == "hellos":
                connection.sendall(self.hello)
            else:
                connection = self.context.wrap_socket(connection, server_hostname="check.example")
                connection.sendall(HEAD)
        except OSError:
            self.counts[f"{kind} that got no connection"] += 1
            return
        connection.setblocking(False)
        self.watched.register(connection, selectors.EVENT_READ, kind)
        self.open[kind] += 1
        self.counts[f"{kind} opened"] += 1
        most = f"{kind} open at most"
        self.counts[most] = max(self.counts[most], self.open[kind])

    def drop_what_was_closed(self) -> None:
        """Read what the server says, and forget the connections that it has closed."""
        for key, _ in self.watched.select(0.01):
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            try:
                said = connection.recv(65536)
            except (ssl.SSLWantReadError, BlockingIOError):
                continue
            except OSError:
                said = b""
            if said.startswith(b"HTTP/1.1 429 "):
                self.counts["bodies refused"] += 1
            if not said:
                self.watched.unregister(connection)
                connection.close()
                self.open[key.data] -= 1

    def run(self, seconds: float) -> None:
        """Open all, then keep as many open as the server lets."""
        end = time.monotonic() + seconds
        tried = 0
        while time.monotonic() < end:
            for _ in range(min(200, EACH - self.open["hellos"])):
                self.hold("hellos")
            for _ in range(min(AGAIN, EACH - self.open["bodies"])):
                self.hold("bodies")
                tried += 1
            self.drop_what_was_closed()
            if tried >= EACH:
                time.sleep(0.2)


def main() -> None:
    """Attack, and print what happened."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    flood = Flood(int(sys.argv[1]))
    flood.run(float(sys.argv[2]))
    for what, count in sorted(flood.counts.items()):
        print(f"{count:7d}  {what}")


if __name__ == "__main__":
    main()
