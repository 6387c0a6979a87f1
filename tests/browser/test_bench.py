"""The bench's taps on the device: each that is measured leads on. No test takes a time."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from bench import bodies, device
from bench.bodies import typical
from bench.needs import NODE_MODULES
from bench.programs import nginx
from tests.needs import need_program
from tests.running import Server

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.mark.skipif(not NODE_MODULES.is_dir(), reason="npm ci --prefix bench was not run")
def test_each_tap_that_is_measured_leads_to_the_next_page(
    chromium: Browser, server: Server
) -> None:
    need_program("nginx")
    content = bodies.content()
    visit = typical(content)
    questions = [page.question for page in visit.pages][:3]
    with device.survey_site(content, questions) as site, nginx([site]) as (port,):
        url = f"{server.url}/check"
        walked = device.walk(chromium, url, visit, is_measured=False)
        assert walked.requests == 0
        assert walked.results > 0
        # Each raises ValueError when a tap leads elsewhere.
        assert len(device.swapped(chromium, url, questions)) == 2
        assert len(device.survey(chromium, f"http://127.0.0.1:{port}/", questions)) == 2
