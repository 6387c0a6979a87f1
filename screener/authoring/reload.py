"""`screener serve --reload`: the app follows the content file while it is being written.

Each save shows at the next page load. A file that cannot be used leaves the last usable version
in use. A version is checked in the background once it is in use. Errors and warnings are shown
in the terminal and on the author page, which only this machine can open.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

from screener import create_app
from screener.authoring.check.pages import check_with_pages
from screener.authoring.check.report import Report
from screener.authoring.files import AuthorsFile, paths, read
from screener.config import Settings, from_environment, is_loopback
from screener.content.loading.errors import BrokenContent, ContentError
from screener.resources import built_in_questions, folder
from screener.server.binding import displayed_address
from screener.server.granian import listen_options, print_address, run, stop_on_first_signal
from screener.web.assets import load_assets
from screener.web.headers import HEADERS, NO_STORE
from screener.web.render import template_environment

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AUTHOR = "/author"
"""The path of the author page."""

SETTLE = 0.3
"""Seconds before a broken file is reported: editors empty or remove a file as they save it."""

POLL_INTERVAL = 0.3
"""Seconds between two looks at the file when no page is loaded."""

CHECK_AFTER = 1.0
"""Seconds from the use of a version to its check, which would slow down the first pages."""

_PROXY_HEADERS = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA")

_Signature = tuple[int, ...]


def serve(settings: Settings) -> None:
    """Serve the pages of a content file while it is written, until SIGINT or SIGTERM.

    Raises CannotListen.
    """
    listen = listen_options(settings)
    print_address(settings)
    print(f"For the author: {displayed_address(settings).rstrip('/')}{AUTHOR}", flush=True)
    run("screener.authoring.reload:worker", settings, listen)


def worker() -> Reloader:
    """The app of the one worker."""
    stop_on_first_signal()
    reloader = Reloader(from_environment(os.environ))
    reloader.start_threads()
    return reloader


@dataclass(frozen=True)
class Version:
    """A content file that could be used, and its app."""

    app: WSGIApplication
    file: AuthorsFile
    since: str
    """The time of day at which it was read."""

    report: Report | None = None
    """None until the check has run."""

    @property
    def summary(self) -> str:
        """'61 topics, 1 error, 4 warnings'; the errors and warnings once they are known."""
        counts = [_count(len(self.file.content.topics), "topic")]
        if self.report:
            counts.append(_findings(self.report))
        return ", ".join(counts)


class Reloader:
    """A WSGI app that serves the last usable version of a content file."""

    def __init__(
        self,
        settings: Settings,
        log: Callable[[str], None] = lambda text: print(text, flush=True),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._path = settings.questions or built_in_questions()
        self._log = log
        self._clock = clock
        self._lock = threading.Lock()
        self._to_check = threading.Event()
        self._version: Version | None = None
        self._errors: list[ContentError] = []
        """Why the file as it is now cannot be used."""
        self._seen: _Signature | None = None
        """The file that was last used or reported as broken."""
        self._unsettled: tuple[_Signature, float] | None = None
        """A broken file, and when it is to be reported."""
        self._page = template_environment().get_template("author.html")
        self._stylesheet = load_assets(folder("static"))["app.css"].name
        self.update(settle=0)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Update, then answer with the version in use."""
        self.update()
        version = self._version
        local = _is_local(environ)
        request = environ.get("REQUEST_METHOD"), environ.get("PATH_INFO")
        if local and request in (("GET", AUTHOR), ("HEAD", AUTHOR)):
            return self._author_page(start_response, HTTPStatus.OK)
        if version:
            return version.app(environ, start_response)
        if local:
            return self._author_page(start_response, HTTPStatus.SERVICE_UNAVAILABLE)
        return _respond(start_response, HTTPStatus.SERVICE_UNAVAILABLE, "", "text/plain")

    def start_threads(self) -> None:
        """Check each version, and notice a save though no page is loaded, in the background."""
        for target in (self._poll, self._check_versions):
            threading.Thread(target=target, daemon=True).start()

    def _poll(self) -> NoReturn:
        while True:
            time.sleep(POLL_INTERVAL)
            self.update()

    def _check_versions(self) -> NoReturn:
        while True:
            self._to_check.wait()
            time.sleep(CHECK_AFTER)
            self._to_check.clear()
            self.check()

    def update(self, settle: float = SETTLE) -> None:
        """Use the file if it has changed and can be used; else log its errors.

        Errors are logged when the file has not changed for `settle` seconds.
        """
        with self._lock:
            signature = self._signature()
            if signature == self._seen:
                self._unsettled = None
                return
            unsettled, until = self._unsettled or (None, 0)
            if signature == unsettled and self._clock() < until:
                return
            errors = self._try_to_use()
            if errors and settle and signature != unsettled:
                self._unsettled = signature, self._clock() + settle
                return
            self._seen, self._errors, self._unsettled = signature, errors, None
            if errors:
                self._log("\n".join([self._refusal(), *map(str, errors)]))

    def check(self) -> None:
        """Check the version in use, unless that is done. Takes seconds."""
        version = self._version
        if not version or version.report:
            return
        try:
            report = check_with_pages(version.file)
        except Exception as error:  # the author must see it, whatever it is
            report = Report(self._path.name, {}, [self._failed("checked", error)])
        with self._lock:
            if version is self._version:
                self._version = replace(version, report=report)
                summary = f"{self._path.name}: checked, {_findings(report)}"
                self._log("\n".join([summary, *map(str, report.errors)]))

    def _signature(self) -> _Signature:
        """What differs after each save of the file or of its cases; empty without files."""
        return tuple(number for path in paths(self._path) for number in _signature(path))

    def _try_to_use(self) -> list[ContentError]:
        """Put the file into use. Returns the errors because of which it cannot be."""
        try:
            file = read(self._path)
            app = create_app(self._settings, file.content)
        except BrokenContent as error:
            return error.errors
        except OSError as error:
            return [self._fault(f"cannot be read: {error.strerror}")]
        except Exception as error:  # the author must see it, whatever it is
            return [self._failed("shown", error)]
        again = "read again" if self._version else "read"
        self._version = Version(app, file, f"{datetime.now():%H:%M:%S}")
        self._to_check.set()
        self._log(f"{self._path.name}: {again}, {self._version.summary}")
        return []

    def _failed(self, done: str, error: Exception) -> ContentError:
        return self._fault(f"cannot be {done}: {type(error).__name__}: {error}")

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
        return _respond(start_response, status, html, "text/html")


def _signature(path: Path) -> _Signature:
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _is_local(environ: WSGIEnvironment) -> bool:
    """Whether the request comes from a browser on this machine, for this machine's own name."""
    if any(name in environ for name in _PROXY_HEADERS):
        return False
    try:
        host = urlsplit(f"//{environ.get('HTTP_HOST', '')}").hostname or ""
    except ValueError:
        return False
    return is_loopback(host) and is_loopback(environ.get("REMOTE_ADDR", ""))


def _respond(
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


def _findings(report: Report) -> str:
    """'1 error, 4 warnings'; without the errors when there are none."""
    errors = [_count(len(report.errors), "error")] if report.errors else []
    return ", ".join([*errors, _count(len(report.warnings), "warning")])


def _count(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
