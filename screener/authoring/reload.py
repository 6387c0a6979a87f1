"""`screener serve --reload`: the pages follow the content file while somebody writes it.

A save shows at the next page load. What cannot be used is not used: the last version that
was in order stays, and the author is told every error, in the terminal and on a page that
only this machine can open.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from screener import create_app
from screener.authoring.check.pages import check_with_pages
from screener.authoring.check.report import Report
from screener.config import Settings
from screener.content.loading.errors import BrokenContent, ContentError
from screener.content.loading.load import load
from screener.resources import built_in_questions, folder
from screener.web import field_names
from screener.web.assets import load_assets
from screener.web.privacy import HEADERS, NO_STORE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AUTHOR = "/author"
"""The page that tells the author what is wrong."""

SETTLE = 0.3
"""Seconds that a broken file is given. Editors empty a file, or take it away, as they save."""

LOOK_EVERY = 0.3
"""Seconds between two looks when nobody loads a page."""

_THROUGH_A_PROXY = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA")

_Signature = tuple[int, ...]


@dataclass(frozen=True)
class Version:
    """A content file that could be used: its app, and what the check says about it."""

    app: WSGIApplication
    report: Report
    since: str

    @property
    def summary(self) -> str:
        """'61 topics, 4 warnings', and the errors of the check if there are any."""
        errors, warnings = len(self.report.errors), len(self.report.warnings)
        found = [_count(errors, "error")] if errors else []
        return ", ".join(
            [_count(self.report.counts["topics"], "topic"), *found, _count(warnings, "warning")]
        )


class Reloader:
    """A WSGI app that serves a content file as it is, or as it last was in order."""

    def __init__(
        self,
        settings: Settings,
        say: Callable[[str], None] = lambda text: print(text, flush=True),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._path = settings.questions or built_in_questions()
        self._say = say
        self._clock = clock
        self._lock = threading.Lock()
        self._version: Version | None = None
        self._errors: list[ContentError] = []
        self._known: _Signature | None = None
        self._doubted: tuple[_Signature, float] | None = None
        self._page = Environment(
            loader=FileSystemLoader(folder("templates")),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        ).get_template("author.html")
        self._stylesheet = load_assets(folder("static"))["app.css"].name
        self.look(settle=0)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Look at the file, then answer with the version in use."""
        self.look()
        version = self._version
        local = _is_from_here(environ)
        asked = environ.get("REQUEST_METHOD"), environ.get("PATH_INFO")
        if local and asked in (("GET", AUTHOR), ("HEAD", AUTHOR)):
            return self._author_page(start_response, HTTPStatus.OK)
        if version:
            return version.app(environ, start_response)
        if local:
            return self._author_page(start_response, HTTPStatus.SERVICE_UNAVAILABLE)
        return _answer(start_response, HTTPStatus.SERVICE_UNAVAILABLE, "", "text/plain")

    def watch(self) -> None:
        """Look every now and then, so that the terminal answers a save by itself."""
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> NoReturn:
        while True:
            time.sleep(LOOK_EVERY)
            self.look()

    def look(self, settle: float = SETTLE) -> None:
        """Use the file if it has changed and can be used; else say what is wrong with it.

        A broken file is believed to be so after `settle` seconds without another change.
        """
        with self._lock:
            signature = self._signature()
            if signature == self._known:
                self._doubted = None
                return
            doubted, until = self._doubted or (None, 0)
            if signature == doubted and self._clock() < until:
                return
            errors = self._try_to_use()
            if errors and settle and signature != doubted:
                self._doubted = signature, self._clock() + settle
                return
            self._known, self._errors, self._doubted = signature, errors, None
            if errors:
                self._say("\n".join([self._refusal(), *map(str, errors)]))

    def _signature(self) -> _Signature:
        """What is different after every save; empty when there is no file."""
        try:
            found = self._path.stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _try_to_use(self) -> list[ContentError]:
        """Put the file into use. What stands in the way, if anything does."""
        try:
            loaded = load(self._path, [field_names.problems])
            app = create_app(self._settings, loaded.questionnaire)
            report = check_with_pages(loaded)
        except BrokenContent as error:
            return error.errors
        except OSError as error:
            return [self._fault(f"cannot be read: {error.strerror}")]
        except Exception as error:  # whatever it is, the author must hear of it
            return [self._fault(f"cannot be shown: {type(error).__name__}: {error}")]
        again = "read again" if self._version else "read"
        self._version = Version(app, report, f"{datetime.now():%H:%M:%S}")
        lines = [f"{self._path.name}: {again}, {self._version.summary}", *map(str, report.errors)]
        self._say("\n".join(lines))
        return []

    def _fault(self, message: str) -> ContentError:
        return ContentError(self._path.name, 1, 1, "file", message)

    def _refusal(self) -> str:
        stays = f"the version of {self._version.since} stays" if self._version else "nothing"
        return f"{self._path.name}: {_count(len(self._errors), 'error')}; {stays} in use"

    def _author_page(self, start_response: StartResponse, status: HTTPStatus) -> list[bytes]:
        html = self._page.render(
            file=self._path.name,
            errors=self._errors,
            version=self._version,
            stylesheet=self._stylesheet,
        )
        return _answer(start_response, status, html, "text/html")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return False
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (inner or address).is_loopback


def _is_from_here(environ: WSGIEnvironment) -> bool:
    """Whether somebody at this machine asks, and not another one's site or proxy."""
    if any(name in environ for name in _THROUGH_A_PROXY):
        return False
    try:
        host = urlsplit(f"//{environ.get('HTTP_HOST', '')}").hostname or ""
    except ValueError:
        return False
    return is_loopback(host) and is_loopback(environ.get("REMOTE_ADDR", ""))


def _answer(
    start_response: StartResponse, status: HTTPStatus, text: str, media_type: str
) -> list[bytes]:
    body = text.encode()
    start_response(
        f"{status.value} {status.phrase}",
        [
            ("Content-Type", f"{media_type}; charset=utf-8"),
            ("Content-Length", str(len(body))),
            NO_STORE,
            *HEADERS,
        ],
    )
    return [body]


def _count(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
