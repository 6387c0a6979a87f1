"""With JavaScript, what a visit sends: nothing that was answered, and after the bundle nothing."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request

from tests.browsing import OpenPage, arrives, at, press
from tests.privacy.tools import CONTENT, PICKED, walk
from tests.running import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def requests(open_page: OpenPage) -> Iterator[tuple[Page, list[Request]]]:
    """A window, and what it asks for."""
    page = open_page("about:blank")
    found: list[Request] = []
    page.context.on("request", lambda request: found.append(request))
    yield page, found


def path(request: Request) -> str:
    return urlsplit(request.url).path


def is_bundle(request: Request) -> bool:
    return path(request).startswith("/visit.")


def test_no_request_holds_an_answer_and_none_follows_the_bundle(
    requests: tuple[Page, list[Request]],
) -> None:
    page, found = requests
    walk(page)
    (bundle,) = [number for number, request in enumerate(found) if is_bundle(request)]
    # The icon is asked for again, from the cache, when the address changes from / to /check.
    after = [path(request) for request in found[bundle + 1 :]]
    assert [each for each in after if not each.startswith("/static/favicon.")] == []
    assert len(after) <= 1
    arrives(page, page.go_back)
    arrives(page, page.go_forward)
    assert at(page) == "results"
    page.get_by_text("Clear everything", exact=True).click()
    page.get_by_role("link", name="Finish and clear").click()
    page.wait_for_url("**/cleared")
    for request in found:
        assert request.method == "GET", request.url
        assert request.post_data_buffer is None
        assert "?" not in request.url
    answered = {id for ids in PICKED.values() for id in ids}
    assert not [id for id in answered if id in " ".join(request.url for request in found)]


def test_a_visit_goes_on_when_the_cable_is_pulled(requests: tuple[Page, list[Request]]) -> None:
    page, found = requests
    page.goto("/check", wait_until="networkidle")
    assert [request for request in found if is_bundle(request)]
    page.context.set_offline(True)
    found.clear()
    stops = 0
    while at(page) != "results" or page.locator("main[data-stop]").count():
        if page.locator("main[data-stop]").count():
            stops += 1
            press(page, CONTENT.about.onward)
            continue
        for choice in PICKED.get(at(page), ()):
            box = page.locator(f"fieldset [name='{at(page)}'][value='{choice}']")
            box.evaluate("box => box.click()")
        press(page, "Next")
    assert stops
    assert page.locator("section[data-level]").count()
    page.emulate_media(media="print")
    assert found == []


def test_answers_are_sent_only_where_somebody_chooses_to_go_on_without(
    requests: tuple[Page, list[Request]], server: Server
) -> None:
    page, found = requests
    page.route("**/visit.*", lambda route: route.abort())
    page.goto("/check", wait_until="networkidle")
    question = at(page)
    page.get_by_role("button", name="Next").first.click()
    page.get_by_role("button", name="Try again").wait_for()
    assert at(page) == question
    assert {request.method for request in found} == {"GET"}
    arrives(page, page.get_by_role("button", name="Go on without").click)
    assert [path(request) for request in found if request.method == "POST"] == ["/check"]
