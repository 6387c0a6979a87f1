"""A live check of every address in a content file, before a release: `screener check --links`.

It needs a network, and a person who reads the report, calls each number and signs. It sends at most
one request a second to a host, HEAD before GET, with a User-Agent that identifies it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from pydantic import BaseModel

from screener.content.models.contacts import Contact
from screener.content.models.questionnaire import Questionnaire

_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+")
MOST_HOPS = 5
LARGEST_PAGE = 2_000_000
REFUSED = (401, 403, 405, 406, 429, 451, 503)
"""Statuses of sites that refuse programs; they say nothing about the page."""


def addresses(content: Questionnaire) -> dict[str, list[str]]:
    """Every web address in the content -> where it stands."""
    found: dict[str, list[str]] = {}
    for place, value in _parts(content):
        if isinstance(value, str):
            for address in _ADDRESS.findall(value):
                found.setdefault(address.rstrip(".,;:"), []).append(place)
    return found


def contacts(content: Questionnaire) -> Iterator[tuple[str, Contact]]:
    """Every help line, and where it stands."""
    for place, value in _parts(content):
        if isinstance(value, Contact):
            yield place, value


def _parts(value: object, place: str = "") -> Iterator[tuple[str, object]]:
    yield place, value
    inner: Iterator[tuple[object, object]] = iter(())
    if isinstance(value, BaseModel):
        inner = iter(value)
    elif isinstance(value, dict):
        inner = iter(value.items())
    elif isinstance(value, list | tuple):
        inner = iter(enumerate(value))
    for key, part in inner:
        yield from _parts(part, f"{place}.{key}" if place else str(key))


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


class _NoRedirect(HTTPRedirectHandler):
    """Redirects are followed by Caller, which counts, reports and delays them."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


@dataclass
class Caller:
    """Sends requests, with a pause between two to the same host."""

    agent: str
    pause: float = 1.0
    timeout: float = 20.0
    sleep: Callable[[float], None] = time.sleep
    _last: dict[str, float] = field(default_factory=dict)

    def find(self, address: str, whole: bool = False) -> Found:
        """What an address answers, after redirects. With `whole`, GET is used and the page kept."""
        final, trouble, status, page = address, "", None, ""
        for _ in range(MOST_HOPS):
            try:
                status, onward, page = self._ask("GET" if whole else "HEAD", final)
                if status >= 400 and not whole:
                    status, onward, page = self._ask("GET", final)
            except (OSError, HTTPException, ValueError) as error:
                return Found(address, None, final, f"{type(error).__name__}: {error}")
            if not onward:
                break
            final = urljoin(final, onward)
            if urlsplit(final).scheme not in ("http", "https"):
                return Found(address, None, final, "leads to something that is no web page")
        else:
            status, trouble = None, f"more than {MOST_HOPS} redirects"
        return Found(address, status, final, trouble, page)

    def _ask(self, method: str, address: str) -> tuple[int, str, str]:
        """Status, target of a redirect, and for GET the page."""
        host = urlsplit(address).netloc
        wait = self._last.get(host, -self.pause) + self.pause - time.monotonic()
        if wait > 0:
            self.sleep(wait)
        if urlsplit(address).scheme not in ("http", "https"):
            raise ValueError("no web address")
        headers = {"User-Agent": self.agent, "Accept": "text/html,*/*;q=0.5"}
        request = Request(address, method=method, headers=headers)  # noqa: S310 - checked above
        try:
            with build_opener(_NoRedirect).open(request, timeout=self.timeout) as response:
                page = response.read(LARGEST_PAGE).decode("utf-8", "replace")
                return response.status, "", page
        except HTTPError as error:
            with error:
                moved = error.headers.get("Location", "") if 300 <= error.code < 400 else ""
                return error.code, moved, ""
        finally:
            self._last[host] = time.monotonic()


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
        report.append(f"        in {', '.join(where[each.asked])}")
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
