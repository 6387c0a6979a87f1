"""A touch screen with a printer: which paper, and the sheets, by touch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from screener.config import Settings
from tests.answers import visitor
from tests.browsing import at, pick, press, served
from tests.kiosk.walking import LANDSCAPE, PORTRAIT, VIEWS
from tests.shipped import SHIPPED

pytestmark = [pytest.mark.browser, pytest.mark.slow]

UPPER_THIRD = PORTRAIT["height"] / 3


@pytest.fixture(scope="module")
def clinic() -> Iterator[str]:
    with served(Settings(kiosk_print=True, clinic_name="Elm Street Clinic")) as address:
        yield address


@pytest.fixture(params=VIEWS)
def screen(request: pytest.FixtureRequest, chromium: Browser, clinic: str) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=clinic,
        viewport=VIEWS[request.param],  # type: ignore[arg-type]
        has_touch=True,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.add_init_script(
        "window.print = () => { window.printed = document.documentElement.className }"
    )
    yield page
    context.close()


def to_papers(page: Page) -> None:
    """The page that asks which paper, for somebody with a sensitive answer."""
    case = visitor("V2")
    page.goto("/kiosk/")
    press(page, SHIPPED.about.me)
    while at(page) != "results":
        if page.locator("main[data-stop]").count():
            press(page, SHIPPED.about.onward)
        else:
            pick(page, at(page), *case.answers.get(at(page), ()))
            press(page, "Next")
    page.wait_for_load_state("networkidle")
    page.locator(".dock [value=print]").tap()
    expect(page.locator("main[data-at=print]")).to_be_visible()


def test_what_is_pressed_is_within_reach(screen: Page) -> None:
    to_papers(screen)
    assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")
    upright = (screen.viewport_size or LANDSCAPE)["height"] == PORTRAIT["height"]
    for control in screen.locator("main :is(button, .row > label):visible").all():
        box = control.bounding_box()
        assert box and box["height"] >= 60, control.inner_text()
        assert not upright or box["y"] >= UPPER_THIRD, control.inner_text()


def test_with_answers_by_touch_and_without_a_request(screen: Page) -> None:
    to_papers(screen)
    asked: list[str] = []
    screen.on("request", lambda request: asked.append(request.url))
    screen.locator("[name=print]").first.check()
    screen.get_by_role("button", name="With answers").tap()
    expect(screen.locator(".sheet")).to_have_count(2)
    expect(screen.locator("h1")).to_be_focused()
    expect(screen.locator("[data-row=mixing] dd")).to_contain_text("Non-prescribed drugs")
    assert "Loose pills" not in (screen.locator(".sheet").first.text_content() or "")
    screen.locator(".dock [data-print]").tap()
    assert "printing" in screen.evaluate("window.printed")
    screen.evaluate("dispatchEvent(new Event('afterprint'))")
    assert "printing" not in (screen.locator("html").get_attribute("class") or "")
    screen.get_by_role("button", name="Choose the other paper").tap()
    screen.get_by_role("button", name="Without answers").tap()
    expect(screen.locator(".sheet")).to_have_count(1)
    screen.get_by_role("button", name="Choose the other paper").tap()
    screen.get_by_role("button", name="Back to what fits").tap()
    assert at(screen) == "results"
    assert asked == []
    assert screen.url.endswith("/kiosk/") and len(screen.title()) > 3


def test_finish_takes_the_sheets_away(screen: Page) -> None:
    to_papers(screen)
    screen.get_by_role("button", name="With answers").tap()
    expect(screen.locator(".sheet")).to_have_count(2)
    screen.locator(".end summary").tap()
    screen.locator(".end a").tap()
    expect(screen.locator("main[data-over]")).to_be_visible()
    assert not screen.locator(".sheet").count()
