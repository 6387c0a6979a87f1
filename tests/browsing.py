"""Fixtures for tests with a real server and a real Chromium.

Only the conftest.py of a folder that needs them imports them, so that other tests run without
Playwright. The server and the browser are shared by all folders of one process.
"""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from screener import create_app
from screener.config import Settings
from tests.needs import need
from tests.running import Server, running
from tests.shipped import SHIPPED


def _first(*names: str) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


CHROMIUM = _first("chromium", "chromium-browser", "google-chrome", "chrome")
SHELL = _first("chromium-headless-shell", "chrome-headless-shell") or CHROMIUM
"""Chromium without its windows and menus: the same pages for less processor time.
Tests of profiles, session files and the touch screen's program use CHROMIUM itself."""

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


@functools.cache
def _server(config: pytest.Config) -> Server:
    """One server for this process, stopped at the end of the run."""
    stack = ExitStack()
    config.add_cleanup(stack.close)
    return stack.enter_context(running("--workers", "1"))


@functools.cache
def _chromium(config: pytest.Config) -> Browser:
    """One browser for this process: Playwright can be started only once in a thread."""
    need(SHELL, "Chromium")
    playwright = sync_playwright().start()
    config.add_cleanup(playwright.stop)  # ends the browser, too
    return playwright.chromium.launch(executable_path=SHELL, args=FLAGS)


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config) -> Server:
    return _server(pytestconfig)


@pytest.fixture(scope="session")
def chromium(pytestconfig: pytest.Config) -> Browser:
    return _chromium(pytestconfig)


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


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The app in this process with the shipped content, and settings that no operator could
    choose; its address."""
    server = make_server("127.0.0.1", 0, create_app(settings, SHIPPED), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def at(page: Page) -> str:
    """The question that stands, or 'results'."""
    return page.locator("#main").get_attribute("data-at") or ""


def pick(page: Page, question: str, *choices: str) -> None:
    """Pick answers to the question that stands."""
    for choice in choices:
        page.locator(f"main [name='{question}'][value='{choice}']:not([type=hidden])").check()


def to_question(page: Page, question: str) -> None:
    """Press Next until a question stands."""
    for _ in range(30):
        if at(page) == question:
            return
        press(page, "Next")
    raise AssertionError(f"never came to {question}")


def press(page: Page, words: str) -> None:
    """Press a button or link and wait until the next page stands."""
    button, link = (page.get_by_role(role, name=words) for role in ("button", "link"))
    arrives(page, button.or_(link).first.click)


def arrives(page: Page, action: Callable[[], object]) -> None:
    """Do what leads to another page and wait for it, be it a new document or a new <main>."""
    page.locator("#main").evaluate("main => main.setAttribute('data-left', '')")
    action()
    page.locator("#main:not([data-left])").wait_for()
    page.wait_for_load_state()
