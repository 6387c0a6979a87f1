"""With JavaScript, a lost connection changes nothing on the screen once a visit is loaded; before,
the page says what it waits for, and keeps the answer and the crisis lines."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.answers import FIRST, SINGLE, alone, calm, offered
from tests.browsing import OpenPage, arrives, at, pick, press, to_question
from tests.shipped import SHIPPED

pytestmark = pytest.mark.browser

BUNDLE = re.compile(r"/visit\.[0-9a-f]+\.json$")
STOPPING = next(id for id in offered(FIRST) if alone(FIRST, id).stops)
TROUBLE = "The next page can\u2019t be loaded."
UNREACHABLE = "That page can\u2019t be loaded now."

FAILURES = {
    "lost": lambda route: route.abort("connectionreset"),
    "500": lambda route: route.fulfill(status=500, body="broken"),
    "503": lambda route: route.fulfill(status=503, body="{}"),
    "broken": lambda route: route.fulfill(status=200, body='{"rules": {'),
    "another": lambda route: route.fulfill(status=200, body="{}"),
}


def begun(open_page: OpenPage) -> Page:
    """A visit at its first question, with everything loaded, then without a network."""
    page = open_page("/check")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    return page


def helped(page: Page) -> None:
    """The crisis lines are on the screen, and the browser's own error page is not."""
    expect(page.locator("nav.crisis .num").first).to_have_text("911")
    expect(page.locator("nav.crisis .num").first).to_be_visible()


# Before the bundle is there


def test_next_waits_for_the_bundle_and_says_so(open_page: OpenPage) -> None:
    waiting: list[Route] = []
    page = open_page("about:blank")
    page.route(BUNDLE, lambda route: waiting.append(route))
    page.goto("/check")
    pick(page, FIRST, calm(FIRST))
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".message")).to_contain_text("The next page is loading.")
    expect(page.locator("#say")).to_contain_text("The next page is loading.")
    assert at(page) == FIRST
    expect(page.locator(f"[value={calm(FIRST)}]")).to_be_checked()
    helped(page)
    arrives(page, waiting[0].continue_)
    assert at(page) != FIRST
    press(page, "Back")
    expect(page.locator(f"[value={calm(FIRST)}]")).to_be_checked()
    expect(page.locator(".message")).to_have_count(0)


def test_a_line_opens_under_a_red_flag_without_the_bundle(open_page: OpenPage) -> None:
    page = open_page("about:blank")
    page.route(BUNDLE, lambda route: route.abort())
    page.goto("/check")
    pick(page, FIRST, STOPPING)
    expect(page.locator(".flag > div:visible a[href^='tel:']")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(
    "failure", ["lost", *(pytest.param(it, marks=pytest.mark.slow) for it in [*FAILURES][1:])]
)
def test_a_bundle_that_fails(open_page: OpenPage, failure: str) -> None:
    posted: list[str] = []
    page = open_page("about:blank")
    page.on("request", lambda it: posted.append(it.url) if it.method == "POST" else None)
    page.route(BUNDLE, FAILURES[failure])
    page.goto("/check")
    pick(page, FIRST, STOPPING)
    for button in ("Next", "Try again"):
        page.get_by_role("button", name=button).click()
        expect(page.locator(".message")).to_contain_text(TROUBLE)
        expect(page.locator(".message")).to_be_focused()
        assert at(page) == FIRST
        expect(page.locator(f"[value={STOPPING}]")).to_be_checked()
        helped(page)
    assert posted == []
    page.unroute(BUNDLE)
    press(page, "Try again")
    expect(page.locator("main[data-stop]")).to_have_count(1)
    assert posted == []


@pytest.mark.parametrize(("button", "path"), [("Next", "/check"), ("What fits so far", "/results")])
def test_going_on_without_the_bundle(open_page: OpenPage, button: str, path: str) -> None:
    """The form is sent as the button that was pressed would, and the server's page comes with the
    answer."""
    page = open_page("about:blank")
    page.route(BUNDLE, FAILURES["503"])
    page.goto("/check")
    pick(page, FIRST, calm(FIRST))
    page.get_by_role("button", name=button).click()
    expect(page.locator(".message")).to_be_focused()
    with page.expect_request(lambda it: it.method == "POST") as sent:
        press(page, "Go on without")
    assert sent.value.url.endswith(path)
    assert f"{FIRST}={calm(FIRST)}" in (sent.value.post_data or "")
    assert at(page) != FIRST
    expect(page.locator(f"[type=hidden][name={FIRST}][value={calm(FIRST)}]").first).to_be_attached()


# Once it is there


def test_a_visit_without_a_network_reaches_stop_results_and_paper(open_page: OpenPage) -> None:
    page = begun(open_page)
    pick(page, FIRST, STOPPING)
    press(page, "Next")
    expect(page.locator("main[data-stop] h1")).to_be_focused()
    helped(page)
    press(page, SHIPPED.about.onward)
    while at(page) != "results":
        helped(page)
        if page.locator("main[data-stop]").count():
            press(page, SHIPPED.about.onward)
            continue
        pick(page, at(page), calm(at(page)))
        press(page, "Next")
    expect(page.locator("main section").first).to_have_attribute("data-level", "emergency")
    helped(page)
    page.evaluate("window.print = () => { window.printed = true }")
    press(page, "Print")
    press(page, "With answers")
    expect(page.locator(".sheet")).to_have_count(2)
    expect(page.locator(".today")).to_contain_text("20")
    page.locator("[data-print]").click()
    assert page.evaluate("window.printed")
    press(page, "Choose the other paper")
    press(page, "Without answers")
    expect(page.locator(".sheet")).to_have_count(1)
    press(page, "Choose the other paper")
    press(page, "Back to what fits")
    assert at(page) == "results"
    arrives(page, page.go_back)
    assert at(page) != "results"
    arrives(page, page.go_forward)
    assert at(page) == "results"


def test_a_page_to_read_cannot_be_opened_without_a_network(open_page: OpenPage) -> None:
    page = begun(open_page)
    press(page, "Next")
    here = at(page)
    page.locator(".q input").first.check()
    address = page.url
    page.get_by_role("link", name="Read all topics").click()
    expect(page.locator(".message")).to_contain_text(UNREACHABLE)
    expect(page.locator(".message")).to_be_focused()
    assert (at(page), page.url) == (here, address)
    expect(page.locator(".q input").first).to_be_checked()
    helped(page)
    page.context.set_offline(False)
    press(page, "Try again")
    expect(page.locator("h1")).to_be_focused()
    assert page.url.endswith("/learn")
    page.context.set_offline(True)
    arrives(page, page.go_back)
    assert at(page) == here
    expect(page.locator(".q input").first).to_be_checked()


def test_finish_needs_no_network(open_page: OpenPage) -> None:
    page = begun(open_page)
    finish(page)
    expect(page.locator("h1")).to_have_text("Your answers are cleared")
    expect(page.locator("h1")).to_be_focused()
    helped(page)
    html = page.content()
    assert f'"{calm(SINGLE)}"' not in html
    assert SHIPPED.choices[SINGLE][calm(SINGLE)].text.me not in html


def test_leave_needs_no_network(open_page: OpenPage) -> None:
    """The page is wiped first, whatever becomes of the other site."""
    page = begun(open_page)
    page.route("https://**", lambda route: route.fulfill(status=204))  # nothing comes
    pick(page, FIRST, calm(FIRST))
    press(page, "Next")
    with page.expect_request(lambda it: it.is_navigation_request()) as left:
        page.get_by_role("link", name="Leave").click(no_wait_after=True)
    assert left.value.url.startswith("https://www.weather.gov")
    assert page.evaluate("document.body.childNodes.length") == 0


# One document


def finish(page: Page) -> None:
    """Give one answer, see the results, and finish."""
    to_question(page, SINGLE)
    pick(page, SINGLE, calm(SINGLE))
    press(page, "See what fits so far")
    expect(page.locator("#told dd").first).to_be_attached()
    page.locator("details.finish summary").click()
    press(page, "Finish and clear")


def test_history_holds_numbers_and_one_title(open_page: OpenPage) -> None:
    page = open_page("/check")
    title = page.title()
    pages = 0
    pick(page, FIRST, STOPPING)
    while at(page) != "results" or page.locator("main[data-stop]").count():
        state = page.evaluate("history.state")
        assert set(state) == {"n", "born"}
        assert all(isinstance(value, int | float) for value in state.values())
        assert page.url.endswith("/check")
        assert page.title() == title
        stops = page.locator("main[data-stop]").count()
        press(page, SHIPPED.about.onward if stops else "Next")
        pages += 1
    assert page.url.endswith("/check")
    assert page.title() == title
    assert pages > 5
    page.reload()
    assert at(page) == FIRST
    expect(page.locator(":checked")).to_have_count(0)


def test_after_finish_neither_back_nor_forward_nor_reload_shows_an_answer(
    open_page: OpenPage,
) -> None:
    page = open_page("/check")
    finish(page)
    page.wait_for_url("**/cleared")
    for move in (page.go_back, page.go_forward, page.go_back, page.reload):
        move()
        page.locator("h1").wait_for()
        assert at(page) in ("", FIRST)
        expect(page.locator(":checked")).to_have_count(0)
        expect(page.locator("#told")).to_have_count(0)
