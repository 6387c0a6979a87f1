"""A visit on exported pages: from the simplest of web servers, and from a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from tests.answers import FIRST
from tests.browsing import arrives, at, pick, press
from tests.exporting import export, plain_server
from tests.kiosk.walking import STOPPING

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PREFIX = "/apps/self-check"


@dataclass
class Visitor:
    """A window, and all that it asked for or complained about."""

    page: Page
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Method and address."""
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.asked.append((request.method, request.url)))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("requestfailed", lambda request: self._fail(request.failure, request.url))
        self.page.on("response", lambda response: self._see(response.status, response.url))

    def _fail(self, why: str | None, url: str) -> None:
        if why != "net::ERR_ABORTED":  # a new document ends what the old one was loading
            self.faults.append(f"{why}: {url}")

    def _see(self, status: int, url: str) -> None:
        if status >= 300 and status != 304:
            self.faults.append(f"{status}: {url}")


@contextmanager
def visitor(chromium: Browser, address: str, java_script: bool = True) -> Iterator[Visitor]:
    context = chromium.new_context(
        viewport={"width": 390, "height": 800}, java_script_enabled=java_script
    )
    found = Visitor(context.new_page())
    found.page.goto(address)
    yield found
    context.close()


@pytest.fixture(
    scope="module",
    params=["", PREFIX],
    ids=["at the root", "below a path"],
)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an exported home page."""
    folder = tmp_path_factory.mktemp("export")
    export(folder, "--prefix", request.param)
    with plain_server(folder / "site") as address:
        yield f"{address}{request.param}/"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a self-check in one file."""
    path = tmp_path_factory.mktemp("export") / "self-check.html"
    export("--single-file", path)
    return path.as_uri()


def walk(page: Page) -> None:
    """From home to a stop, the results, reading, back, and Finish."""
    press(page, "About me")
    assert at(page) == FIRST
    page.evaluate("mark = 'the same document'")
    pick(page, FIRST, STOPPING)
    press(page, "Next")
    page.locator("main[data-stop]").wait_for()
    stop = page.locator("h1").inner_text()
    arrives(page, page.locator("[name=go][value=on]").click)
    for _ in range(3):
        if page.locator("main.results").count():
            break
        if page.locator("[name=go][value=on]").count():
            arrives(page, page.locator("[name=go][value=on]").click)
        else:
            press(page, "See what fits so far")
    assert page.locator("#lead").inner_text() == stop
    for link in ("On paper", "Help lines", "Read all topics", "Privacy"):
        arrives(page, page.locator(".foot").get_by_role("link", name=link).click)
        assert not at(page)
        arrives(page, page.go_back)
        assert page.locator("#lead").inner_text() == stop
    page.locator("#lines summary").first.click()
    arrives(page, page.locator("#lines .links a").first.click)
    assert page.locator("article.topic h1").count() == 1
    arrives(page, page.go_back)
    assert page.evaluate("mark") == "the same document", "a page was loaded on the way"


def finish(page: Page) -> None:
    """Press Finish: a new document, in which nothing is left, not even after Back."""
    page.locator("details.finish summary").click()
    page.get_by_role("link", name="Finish and clear").click()
    page.wait_for_function("() => typeof mark === 'undefined'")
    assert page.locator("h1").inner_text() == "Your answers are cleared"
    page.go_back()
    page.wait_for_function("() => document.querySelector('.q')")
    assert page.locator(":checked").count() == 0


def test_a_visit_on_static_files(chromium: Browser, site: str) -> None:
    with visitor(chromium, site) as visiting:
        walk(visiting.page)
        assert visiting.page.url == f"{site}check/"
        loaded = [url.removeprefix(site) for _, url in visiting.asked if "static/" not in url]
        bundle = next(path for path in loaded if path.startswith("visit."))
        after = loaded[loaded.index(bundle) + 1 :]
        topic = after.pop()
        assert after == ["paper/", "help/", "learn/", "privacy/"]
        assert topic.startswith("learn/")
        finish(visiting.page)
        assert {method for method, _ in visiting.asked} == {"GET"}
        assert [url for _, url in visiting.asked if not url.startswith(site)] == []
        assert visiting.faults == []


def test_static_files_can_be_read_without_a_visit(chromium: Browser, site: str) -> None:
    with visitor(chromium, site) as visiting:
        page = visiting.page
        for link in ("I just want to read", "Don't stop suddenly", "All topics"):
            arrives(page, page.get_by_role("link", name=link).first.click)
        assert page.url == f"{site}learn/"
        assert visiting.faults == []


def test_nothing_is_sent_without_javascript(chromium: Browser, site: str) -> None:
    with visitor(chromium, site, java_script=False) as visiting:
        page = visiting.page
        for place, button in (("", "About me"), ("check/", "Next")):
            page.goto(site + place)
            assert page.locator("noscript .careful").is_visible()
            # Not click(): that waits for the navigation which does not come.
            page.get_by_role("button", name=button).press("Enter", no_wait_after=True)
            page.wait_for_timeout(300)
            assert page.url == site + place
        assert {method for method, _ in visiting.asked} == {"GET"}


def test_a_visit_in_one_file(chromium: Browser, file: str) -> None:
    with visitor(chromium, file) as visiting:
        walk(visiting.page)
        assert visiting.page.url == f"{file}#/check"
        assert visiting.asked == [("GET", file)]
        finish(visiting.page)
        assert {url.partition("#")[0] for _, url in visiting.asked} == {file}
        assert visiting.faults == []


def test_one_file_is_read_like_a_site(chromium: Browser, file: str) -> None:
    """Links, Back and an address with '#' lead to the pages that they name."""
    with visitor(chromium, f"{file}#/help") as visiting:
        page = visiting.page
        assert page.locator("h1").inner_text() == "Help lines"
        follow(page, "a.name")
        assert page.locator("main.home").count() == 1
        follow(page, ".just a")
        topics = page.locator("h1").inner_text()
        follow(page, ".starts a")
        assert page.locator("article.topic").count() == 1
        page.evaluate("mark = 1")
        page.go_back()
        page.wait_for_function("() => typeof mark === 'undefined'")
        assert page.locator("h1").inner_text() == topics
        assert visiting.faults == []


def follow(page: Page, link: str) -> None:
    """Press a link and wait for the document that it makes."""
    page.evaluate("mark = 1")
    page.locator(link).first.click()
    page.wait_for_function("() => typeof mark === 'undefined' && document.querySelector('h1')")


def test_one_file_leaves_for_another_site(chromium: Browser, file: str) -> None:
    with visitor(chromium, file) as visiting:
        press(visiting.page, "About me")
        with visiting.page.expect_request("https://www.weather.gov/"):
            visiting.page.locator("a.leave").click()


def test_one_file_is_read_without_javascript(chromium: Browser, file: str) -> None:
    with visitor(chromium, file, java_script=False) as visiting:
        page = visiting.page
        page.locator("noscript .careful a[href='#/paper']").click()
        assert page.url == f"{file}#/paper"
        assert page.get_by_role("heading", name="on paper").is_visible()
        page.get_by_role("button", name="About me").press("Enter", no_wait_after=True)
        page.wait_for_timeout(300)
        assert visiting.asked == [("GET", file)]
