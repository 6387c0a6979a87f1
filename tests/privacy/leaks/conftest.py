"""One app behind two fronts, and one browser at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from screener.config import Settings
from screener.web import routes as pages
from tests.browsing import served
from tests.needs import need
from tests.privacy.leaks.engines import ENGINES, Engine, NotThere
from tests.privacy.leaks.wire import Elsewhere, Front, make_certificate, serving
from tests.running import running


@dataclass(frozen=True)
class Site:
    """The app by plain HTTP and by TLS, one whose touch screen is soon idle, and a site that
    is somebody else's."""

    fronts: dict[str, Front]
    elsewhere: str


HASTY = Settings(kiosk_idle=20, kiosk_warning=10)
"""Seconds. The least that an operator can set is 60, too long to wait for here."""


class Clock:
    """What the time is for the app in this process. A test may put it forward."""

    ahead = 0

    def time(self) -> float:
        return time.time() + self.ahead


@pytest.fixture(scope="session")
def hasty() -> Iterator[Front]:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch, served(HASTY) as address:
        patch.setattr(pages, "time", clock)
        front = Front(int(address.rsplit(":", 1)[1]))
        front.clock = clock
        yield front


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, hasty: Front) -> Iterator[Site]:
    certificate = make_certificate(tmp_path_factory.mktemp("tls"))
    elsewhere = Elsewhere()
    exit_url = {"SCREENER_EXIT_URL": elsewhere.url}
    with running("--workers", "1", env=exit_url) as app:
        fronts = {"http": Front(app.port), "tls": Front(app.port, certificate), "hasty": hasty}
        with serving(elsewhere, *fronts.values()):
            yield Site(fronts, elsewhere.url)


class Browsers:
    """One browser at a time; the same one for as long as the same is asked for."""

    def __init__(self) -> None:
        self._asked: tuple[str, str] | None = None
        self._running: Engine | None = None

    @contextmanager
    def lent(self, name: str, script: str) -> Iterator[Engine]:
        """An engine, with the pages' scripts 'on' or 'off'. One that fails is not lent again:
        it may hang."""
        try:
            yield self._get(name, script)
        except BaseException:
            self.quit()
            raise

    def _get(self, name: str, script: str) -> Engine:
        if self._asked != (name, script):
            self.quit()
            try:
                self._running = ENGINES[name](script == "on")
            except NotThere as missing:
                need(None, str(missing))
            self._asked = (name, script)
        assert self._running
        return self._running

    def quit(self) -> None:
        """End the browser that runs, if any."""
        running, self._running, self._asked = self._running, None, None
        if running:
            running.quit()


@pytest.fixture(scope="session")
def browsers() -> Iterator[Browsers]:
    browsers = Browsers()
    yield browsers
    browsers.quit()
