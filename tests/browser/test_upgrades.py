"""A new version is put in place while somebody is in the middle of a visit."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from werkzeug.serving import make_server

from screener import create_app
from screener.config import Settings
from screener.content.loading.load import load
from tests.browsing import arrives, at, pick, press, to_question
from tests.paths import SMALL_FILE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BUNDLE = re.compile(r"/visit\.[0-9a-f]+\.json$")
SMALL = load(SMALL_FILE).questionnaire
FIRST, CALM = "heart", "no"

NEW_HEADING = "A heading of the next version"


@dataclass
class Deployed:
    """One address; the app behind it can be replaced."""

    app: WSGIApplication
    url: str = ""
    asked: list[str] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return self.app(environ, start_response)

    def upgrade(self) -> None:
        """From now on another content file is served. Nothing of the former is known any more."""
        about = SMALL.about.model_copy(update={"heading": NEW_HEADING})
        self.app = create_app(Settings(), SMALL.model_copy(update={"about": about}))
        self.asked.clear()


@pytest.fixture
def deployed() -> Iterator[Deployed]:
    deployed = Deployed(create_app(Settings(), SMALL))
    server = make_server("127.0.0.1", 0, deployed, threaded=True)
    deployed.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield deployed
    server.shutdown()
    thread.join()


@pytest.fixture
def page(chromium: Browser, deployed: Deployed) -> Iterator[Page]:
    context = chromium.new_context(base_url=deployed.url)
    yield context.new_page()
    context.close()


def test_a_visit_on_the_device_goes_on_with_what_it_has_loaded(
    page: Page, deployed: Deployed
) -> None:
    page.goto("/check", wait_until="networkidle")
    before = [each for each in deployed.asked if BUNDLE.search(each)]
    assert len(before) == 1
    deployed.upgrade()
    pick(page, FIRST, CALM)
    to_question(page, "results")
    assert deployed.asked == []
    page.get_by_text("Clear everything", exact=True).click()
    page.get_by_role("link", name="Finish and clear").click()
    page.wait_for_url("**/cleared")
    page.goto("/")
    expect(page.locator("h1")).to_have_text(NEW_HEADING)
    page.goto("/check", wait_until="networkidle")
    after = [each for each in deployed.asked if BUNDLE.search(each)]
    assert len(after) == 1
    assert after != before


def test_a_reading_page_of_the_new_version_opens_within_the_visit(
    page: Page, deployed: Deployed
) -> None:
    page.goto("/check", wait_until="networkidle")
    pick(page, FIRST, CALM)
    deployed.upgrade()
    arrives(page, page.locator("a[href='/help']").first.click)
    arrives(page, page.go_back)
    assert at(page) == FIRST
    expect(page.locator(f"[value={CALM}]")).to_be_checked()


def test_a_bundle_that_no_server_has_any_more(page: Page, deployed: Deployed) -> None:
    """The page came from the former version and the bundle is asked for after it is gone: what was
    picked stays, and whoever goes on without it is served by the new version."""
    waiting: list[Route] = []
    page.route(BUNDLE, lambda route: waiting.append(route))
    page.goto("/check")
    pick(page, FIRST, CALM)
    deployed.upgrade()
    page.wait_for_timeout(100)
    waiting[0].continue_()
    page.unroute(BUNDLE)
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".message")).to_contain_text("can\u2019t be loaded")
    expect(page.locator("nav.crisis .num").first).to_be_visible()
    expect(page.locator(f"[value={CALM}]")).to_be_checked()
    assert not [each for each in deployed.asked if each.startswith("POST")]
    press(page, "Go on without")
    assert at(page) != FIRST
    expect(page.locator(f"[type=hidden][name={FIRST}][value={CALM}]").first).to_be_attached()
    # That page names the bundle of the new version, with which the visit goes on as usual.
    page.wait_for_load_state("networkidle")
    deployed.asked.clear()
    press(page, "Next")
    assert deployed.asked == []
