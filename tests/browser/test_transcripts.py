"""The journeys of six visitors are spoken as the committed transcripts say."""

from __future__ import annotations

from difflib import unified_diff

import pytest

from tests.browser.journeys import FOLDER, Journey, journeys
from tests.browsing import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

JOURNEYS = journeys()


@pytest.mark.parametrize("journey", JOURNEYS, ids=str)
def test_a_journey_is_spoken_as_committed(open_page: OpenPage, journey: Journey) -> None:
    spoken = journey.transcript(open_page("about:blank")).splitlines()
    committed = journey.file.read_text("utf-8").splitlines() if journey.file.exists() else []
    changes = list(unified_diff(committed, spoken, "committed", "spoken", lineterm="", n=1))
    assert not changes, "\n".join(["`python -m tools.transcripts` renews them.", *changes])


def test_each_transcript_has_its_journey() -> None:
    assert {file.name for file in FOLDER.iterdir()} == {j.file.name for j in JOURNEYS}
