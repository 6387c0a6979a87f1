"""A real server and a real Chromium. Without one, tests skip here and fail in CI."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.running import Server, running

CHROMIUM = next(
    (
        path
        for name in ("chromium", "chromium-browser", "google-chrome", "chrome")
        if (path := shutil.which(name))
    ),
    None,
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing a test does may reach the world outside.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
NODE_MODULES = Path(__file__).parent / "browser" / "node_modules"


def need(found: object, what: str) -> None:
    """Skip on a user's machine, fail in CI, when something the test runs is not there."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not installed")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running("--workers", "1") as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    need(CHROMIUM, "Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, server: Server) -> Iterator[OpenPage]:
    """Opens a fresh window on a path: `open_page("/check", width=320, java_script=False)`."""
    contexts: list[BrowserContext] = []

    def open_one(
        path: str = "/",
        width: int = 390,
        height: int = 800,
        java_script: bool = True,
        **options: object,
    ) -> Page:
        context = chromium.new_context(
            base_url=server.url,
            viewport={"width": width, "height": height},
            java_script_enabled=java_script,
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def stage(chromium: Browser, server: Server) -> Iterator[Page]:
    """One window that many tests share, for looking at states (`states.show`)."""
    context = chromium.new_context(base_url=server.url, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def pick(page: Page, **choices: str) -> None:
    """Pick answers: `pick(page, how_taken="more crushed")`."""
    for name, ids in choices.items():
        for id in ids.split():
            question = name.replace("_", "-")
            page.locator(f"input[name='{question}'][value='{id}']").check()


def press(page: Page, words: str) -> None:
    """Press a button or link and wait until the next page stands."""
    button, link = (page.get_by_role(role, name=words) for role in ("button", "link"))
    arrives(page, button.or_(link).first.click)


def arrives(page: Page, deed: Callable[[], object]) -> None:
    """Do what leads to another page and wait for it, be it a new document or a new <main>."""
    page.locator("#main").evaluate("main => main.setAttribute('data-left', '')")
    deed()
    page.locator("#main:not([data-left])").wait_for()
    page.wait_for_load_state()
