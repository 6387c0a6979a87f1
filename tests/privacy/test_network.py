"""Where a visit's data goes: to this site, and nowhere else, not even when nothing stops it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, Request, expect

from tests.answers import FIRST, flagged
from tests.browser.states import STATES, State
from tests.browsing import CHROMIUM, FLAGS, arrives, at, pick, press
from tests.needs import need
from tests.page_paths import page_paths
from tests.privacy.tools import CONTENT, PICKED, browsing, walk, without_network
from tests.running import Server, running
from tests.web.page_lint import words

OUTSIDE = [flag for flag in FLAGS if not flag.startswith("--host-resolver-rules")]
"""Without the rule, a request to another site would be seen, and fail for want of a network."""


def record(page: Page, origin: str) -> tuple[list[str], list[str]]:
    """The requests of a window to other sites, and those that fail; both fill up later."""
    outward: list[str] = []
    failed: list[str] = []

    def look(request: Request) -> None:
        if not request.url.startswith(f"{origin}/"):
            outward.append(f"{request.url} from {request.headers.get('referer')}")

    def look_failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # an icon, when the next page came first
            failed.append(f"{request.url} {request.failure}")

    page.on("request", look)
    page.on("requestfailed", look_failed)
    return outward, failed


@pytest.mark.slow
def test_every_page_works_where_there_is_no_network(app: Flask) -> None:
    # Of the other countries one page each, and of the topics two each on the website and on the
    # touch screen: the templates are the same, and page_lint looks at every page that is fetched.
    abroad = re.compile(r"/[a-z]{2}/.+")
    paths = [path for path in page_paths(app) if not path.endswith("/leave")]
    paths = [path for path in paths if not abroad.fullmatch(path)]
    topics = [path for path in paths if "/learn/" in path]
    some = {*topics[:2], *topics[-2:]}
    paths = [path for path in paths if path not in topics or path in some]

    def journey(playwright: Playwright, origin: str) -> None:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OUTSIDE)
        page = browser.new_page(base_url=origin)
        outward, failed = record(page, origin)
        for path in paths:
            response = page.goto(path)
            assert response and response.ok, path
        walk(page)
        assert page.locator("section[data-level]").count() == 1
        assert (outward, failed) == ([], [])
        with page.expect_event("requestfailed", lambda it: it.url.startswith("https:")):
            page.goto("/leave", wait_until="commit")
        assert outward == ["https://www.weather.gov/ from None"]
        browser.close()

    def visit() -> None:
        links = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True)
        assert links.stdout.count("\n") == 1, "there is a way out"
        with running("--workers", "1") as server:
            browsing(lambda playwright: journey(playwright, server.url))

    assert len(paths) > 20
    assert len({path.split("/")[1] for path in some}) == 2
    need(CHROMIUM, "Chromium")
    without_network(visit)


LINK = re.compile(r"<a\s[^>]*>.*?</a\s*>", re.DOTALL | re.IGNORECASE)
"""A whole link: all that is parsed of a page."""


@cache
def outward_link(html: str) -> list[str]:
    """What is wrong with a link that leads to another site."""
    faults = []
    for link in BeautifulSoup(html, "html.parser").select("a[href*='//']"):
        assert urlsplit(str(link["href"])).scheme == "https", link
        if "noreferrer" not in link.get("rel", []):
            faults.append(f"says where from: {link}")
        if "another site" not in words(link):
            faults.append(f"does not say that it is another site: {link}")
    return faults


def outward_links(html: str) -> list[str]:
    """What is wrong with the links of a page that lead to another site."""
    found = LINK.findall(html)
    assert len(found) == len(re.findall(r"<a\s", html, re.IGNORECASE)) > 0
    return [fault for link in found for fault in outward_link(link)]


@pytest.mark.slow
def test_links_outward_say_so_and_do_not_say_where_from(app: Flask) -> None:
    client = app.test_client()
    for path in page_paths(app):
        assert outward_links(client.get(path).text) == [], path


@pytest.mark.parametrize("state", [state for state in STATES if state.body], ids=str)
def test_links_outward_on_pages_that_answer(app: Flask, state: State) -> None:
    response = app.test_client().post(
        state.path,
        data=state.body,
        headers=state.headers,
        content_type="application/x-www-form-urlencoded",
    )
    assert b"</main>" in response.data
    assert outward_links(response.text) == []


# With JavaScript: answers never leave the page

BUNDLE = re.compile(r"/visit\.[0-9a-f]+\.json$")


@dataclass
class Log:
    """What the browser itself says it asked for, not what a script could see."""

    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Method, path with query, and body of each request."""

    @classmethod
    def of(cls, page: Page) -> Log:
        log = cls()

        def sent(event: dict[str, Any]) -> None:
            request = event["request"]
            url = urlsplit(request["url"])
            if "favicon" in url.path:  # Chromium asks for it at every new address
                return
            path = f"{url.path}?{url.query}" if url.query else url.path
            body = request.get("postData", "") + ("body" if request.get("hasPostData") else "")
            log.asked.append((request["method"], path, body))

        network = page.context.new_cdp_session(page)
        network.on("Network.requestWillBeSent", sent)
        network.send("Network.enable")
        return log

    @property
    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]

    def forget(self) -> None:
        self.asked.clear()


def loaded(page: Page) -> None:
    """Wait until all that a visit needs is there."""
    page.wait_for_load_state("networkidle")


@pytest.fixture
def visit(chromium: Browser, server: Server) -> Iterator[tuple[Page, Log]]:
    """A window and what it asks for."""
    context = chromium.new_context(base_url=server.url)
    page = context.new_page()
    yield page, Log.of(page)
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("base", ["", "/gb", "/kiosk"])
def test_a_whole_visit_asks_for_nothing_after_the_bundle(
    visit: tuple[Page, Log], base: str
) -> None:
    page, log = visit
    page.goto(f"{base}/")
    press(page, CONTENT.about.me)
    loaded(page)
    assert len([path for path in log.paths if BUNDLE.search(path)]) == 1
    assert {method for method, _, _ in log.asked} == {"GET"}
    log.forget()
    passed = []
    while at(page) != "results" or stopped(page):
        passed.append(at(page))
        if stopped(page):
            press(page, CONTENT.about.onward)
        else:
            for choice in PICKED.get(at(page), ()):
                box = page.locator(f"fieldset [name='{at(page)}'][value='{choice}']")
                box.evaluate("box => box.click()")
            press(page, "Next")
    assert len(passed) > 8
    if not base.startswith("/kiosk"):  # without a printer, there is no paper
        press(page, "Print")
        press(page, "With answers")
        page.emulate_media(media="print")
        page.emulate_media(media="screen")
        assert page.locator(".sheet").count() == 2
    if not base.startswith("/kiosk"):  # which adds no entry to the history
        for _ in range(5):
            arrives(page, page.go_back)
        arrives(page, page.go_forward)
        assert at(page) in passed
    loaded(page)
    assert log.asked == []


@pytest.mark.browser
def test_every_page_that_stops_comes_without_a_request(visit: tuple[Page, Log]) -> None:
    page, log = visit
    page.goto("/check")
    loaded(page)
    log.forget()
    for choice in flagged():
        pick(page, FIRST, choice)
        press(page, "Next")
        assert stopped(page), choice
        while stopped(page) or at(page) != FIRST:
            press(page, CONTENT.about.onward if stopped(page) else "Back")
        press(page, "Clear my answer")
        expect(page.locator(".q :checked")).to_have_count(0)
    assert log.asked == []


@pytest.mark.browser
def test_what_is_asked_for_in_a_visit_is_the_same_for_everybody(visit: tuple[Page, Log]) -> None:
    """Pages to read that somebody opens, and at the end the page that is left."""
    page, log = visit
    page.goto("/check")
    loaded(page)
    log.forget()
    press(page, "Next")
    press(page, "Read all topics")
    arrives(page, page.locator(".group a").first.click)
    first = urlsplit(page.url).path
    press(page, "Help lines")
    for _ in range(3):  # to the first topic, the list, the question
        arrives(page, page.go_back)
    loaded(page)
    assert log.asked == [("GET", path, "") for path in ("/learn", first, "/help", first, "/learn")]
    log.forget()
    press(page, "See what fits so far")
    page.locator("details.finish summary").click()
    press(page, "Finish and clear")
    page.wait_for_url("**/cleared")
    loaded(page)
    assert {method for method, _, _ in log.asked} == {"GET"}
    others = {path for path in log.paths if not path.startswith("/static/")}
    assert others <= {"/cleared", "/wipe.css"}


def stopped(page: Page) -> bool:
    """Whether plans that stop are on the screen."""
    return bool(page.locator("main[data-stop]").count())
