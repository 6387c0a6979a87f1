"""Where a visit's data goes: to this site, and nowhere else, not even when nothing stops it."""

from __future__ import annotations

import re
import subprocess
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from playwright.sync_api import Page, Playwright, Request

from tests.browser.states import STATES, State
from tests.browsing import CHROMIUM, FLAGS
from tests.needs import need
from tests.page_paths import page_paths
from tests.privacy.tools import browsing, walk, without_network
from tests.running import running
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
def test_every_page_works_where_there_is_no_network(plain_app: Flask) -> None:
    # Of the other countries one page each, and of the topics two each on the website and on the
    # touch screen: the templates are the same, and page_lint looks at every page that is fetched.
    abroad = re.compile(r"/[a-z]{2}/.+")
    paths = [path for path in page_paths(plain_app) if not path.endswith("/leave")]
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


def outward_links(html: bytes) -> list[str]:
    """What is wrong with the links of a page that lead to another site."""
    faults = []
    for link in BeautifulSoup(html, "html.parser").select("a[href*='//']"):
        assert urlsplit(str(link["href"])).scheme == "https", link
        if "noreferrer" not in link.get("rel", []):
            faults.append(f"says where from: {link}")
        if "another site" not in words(link):
            faults.append(f"does not say that it is another site: {link}")
    return faults


def test_links_outward_say_so_and_do_not_say_where_from(plain_app: Flask) -> None:
    client = plain_app.test_client()
    for path in page_paths(plain_app):
        assert outward_links(client.get(path).data) == [], path


@pytest.mark.parametrize("state", [state for state in STATES if state.body], ids=str)
def test_links_outward_on_pages_that_answer(plain_app: Flask, state: State) -> None:
    response = plain_app.test_client().post(
        state.path,
        data=state.body,
        headers=state.headers,
        content_type="application/x-www-form-urlencoded",
    )
    assert b"</main>" in response.data
    assert outward_links(response.data) == []
