"""A live check of every address in a content file, before a release: `screener check --links`.

It needs a network, and a person who reads the report, calls each number and signs. It sends at most
one request a second to a host, HEAD before GET, with a User-Agent that identifies it.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from screener.authoring.check.addresses import addresses, parts
from screener.content.loading.yaml_reader import Place
from screener.content.models.contacts import Contact
from screener.content.models.questionnaire import Questionnaire

IPAddress = IPv4Address | IPv6Address

_CLOUD = frozenset(map(ip_address, ("168.63.129.16", "192.0.0.192")))
"""Metadata services that have an address of the public range: Azure's and Oracle's."""

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")

MOST_HOPS = 5
LARGEST_PAGE = 2_000_000
REFUSED = (401, 403, 405, 406, 429, 451, 503)
"""Statuses of sites that refuse programs; they say nothing about the page."""


class NotPublicError(OSError):
    """A name leads to an address that is not on the public internet."""


def is_public(address: IPAddress) -> bool:
    """Whether an address is a host's on the public internet.

    Not so: private, link-local, loopback, shared, multicast and reserved ones, metadata services
    of clouds, and IPv6 addresses that stand for such an IPv4 address.
    """
    if isinstance(address, IPv6Address):
        if inner := _ipv4_within(address):
            return is_public(inner)
        return address.is_global and address in _GLOBAL_UNICAST
    return address.is_global and not address.is_multicast and address not in _CLOUD


def _ipv4_within(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def contacts(content: Questionnaire) -> Iterator[tuple[str, Contact]]:
    """Every help line, and where it stands."""
    for place, value in parts(content):
        if isinstance(value, Contact):
            yield _dotted(place), value


def _dotted(place: Place) -> str:
    return ".".join(map(str, place))


@dataclass(frozen=True)
class Found:
    """What one address answered."""

    asked: str
    status: int | None
    final: str
    trouble: str = ""
    page: str = ""

    @property
    def verdict(self) -> str:
        """One word for the report. Only `ok` and `moved` need no second look."""
        if self.status is None:
            return "FAILED"
        if self.status in REFUSED:
            return "LOOK"
        if self.status >= 400:
            return "GONE"
        return "ok" if self.final == self.asked else "moved"


@dataclass
class Caller:
    """Sends requests, with a pause between two to the same host."""

    agent: str
    pause: float = 1.0
    timeout: float = 20.0
    sleep: Callable[[float], None] = time.sleep
    resolve: Callable[..., Sequence[Any]] = socket.getaddrinfo
    may_ask: Callable[[IPAddress], bool] = is_public
    _last: dict[str, float] = field(default_factory=dict)

    def find(self, address: str, whole: bool = False) -> Found:
        """What an address answers, after redirects. With `whole`, GET is used and the page kept."""
        final, trouble, status, page = address, "", None, ""
        for _ in range(MOST_HOPS):
            try:
                status, onward, page = self._ask("GET" if whole else "HEAD", final)
                if status >= 400 and not whole:
                    status, onward, page = self._ask("GET", final)
                if not onward:
                    break
                final = urljoin(final, onward)
                if urlsplit(final).scheme not in ("http", "https"):
                    return Found(address, None, final, "leads to something that is no web page")
            except (OSError, HTTPException, ValueError) as error:
                return Found(address, None, final, f"{type(error).__name__}: {error}")
        else:
            status, trouble = None, f"more than {MOST_HOPS} redirects"
        return Found(address, status, final, trouble, page)

    def _ask(self, method: str, address: str) -> tuple[int, str, str]:
        """Status, target of a redirect, and for GET the page. Follows no redirect."""
        parts = urlsplit(address)
        wait = self._last.get(parts.netloc, -self.pause) + self.pause - time.monotonic()
        if wait > 0:
            self.sleep(wait)
        headers = {"User-Agent": self.agent, "Accept": "text/html,*/*;q=0.5"}
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            with closing(self._connection(parts)) as connection:
                connection.request(method, target, headers=headers)
                response = connection.getresponse()
                if 300 <= response.status < 400:
                    return response.status, response.headers.get("Location", ""), ""
                page = response.read(LARGEST_PAGE) if response.status < 300 else b""
                return response.status, "", page.decode("utf-8", "replace")
        finally:
            self._last[parts.netloc] = time.monotonic()

    def _connection(self, parts: SplitResult) -> HTTPConnection:
        """A connection to an address of the host, after all of them have been checked.

        The name is resolved once: at a second time it could lead to another place. A proxy of
        the environment is not used, because it would resolve the name itself.
        """
        host, tls = parts.hostname, parts.scheme == "https"
        if not host or parts.scheme not in ("http", "https"):
            raise ValueError("no web address")
        port = parts.port or (443 if tls else 80)
        found = self.resolve(host, port, type=socket.SOCK_STREAM)
        numbers = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for number in numbers:
            if not self.may_ask(ip_address(number.partition("%")[0])):
                raise NotPublicError(f"{number} is not on the public internet, so it is not asked")
        kind = HTTPSConnection if tls else HTTPConnection
        connection = kind(host, port, timeout=self.timeout)
        connection.sock = self._socket(numbers, port)
        if tls:
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(connection.sock, server_hostname=host)
        return connection

    def _socket(self, numbers: list[str], port: int) -> socket.socket:
        """Connected to the first of the addresses that accepts."""
        refused: OSError = OSError("the name has no address")
        for number in numbers:
            try:
                return socket.create_connection((number, port), self.timeout)
            except OSError as error:
                refused = error
        raise refused


def stands_in(number: str, page: str) -> bool:
    """Whether a page shows this number, whatever separates its digits."""
    digits = re.sub(r"\D", "", number)
    between = r"(?:[\s().\-\u2010-\u2015\u00a0+]|&nbsp;)*"
    return bool(digits and re.search(rf"(?<!\d){between.join(digits)}(?!\d)", page))


@dataclass(frozen=True)
class LinkReport:
    """The text that a person completes and signs, and whether every address was reached."""

    text: str
    good: bool


def check_links(content: Questionnaire, caller: Caller, file: str, today: date) -> LinkReport:
    """Ask every address once, and write the report."""
    lines_of = dict(contacts(content))
    with_numbers = {line.source for line in lines_of.values() if line.source}
    where = addresses(content)
    found = {each: caller.find(each, whole=each in with_numbers) for each in where}
    report = [f"Live check of {file}, {today}: {len(found)} addresses", ""]
    for each in sorted(found.values(), key=lambda one: (one.verdict, one.asked)):
        status = each.status or each.trouble
        report.append(f"{each.verdict:6}  {status}  {each.asked}")
        if each.final != each.asked:
            report.append(f"        now {each.final}")
        report.append(f"        in {', '.join(map(_dotted, where[each.asked]))}")
    report += ["", "Phone numbers: call each one, then sign.", ""]
    for place, line in lines_of.items():
        report += _to_sign(place, line, found)
    report += ["", "All of the above read and done on ____________ by ______________________"]
    good = all(each.verdict in ("ok", "moved") for each in found.values())
    return LinkReport("\n".join(report), good)


def tell_links(content: Questionnaire, file: str) -> bool:
    """Check, print the report, and say whether every address was reached."""
    from screener import __version__

    agent = f"screener/{__version__} (checks the sources of its own pages; run by hand)"
    report = check_links(content, Caller(agent), file, date.today())
    print(report.text)
    return report.good


def _to_sign(place: str, line: Contact, found: dict[str, Found]) -> Iterator[str]:
    kinds = {"call": line.call, "text": line.text and line.text.number, "TTY": line.tty}
    page = found[line.source].page if line.source else ""
    for kind, number in kinds.items():
        if number:
            seen = "its page shows the number" if stands_in(number, page) else "NOT SEEN on a page"
            yield f"{kind} {number}  {line.name.me} ({place})"
            days = f"checked {line.checked}, called {line.called or 'never'}"
            yield f"        source {line.source or 'NONE'}, {days}; {seen}"
            yield "        called on ____________ by ______________________ [ ] right [ ] wrong"
