"""Which page comes next."""

from __future__ import annotations

import pytest

from screener.content.models.questionnaire import Questionnaire
from screener.engine.flow import Ask, Finish, Stop, next_step
from screener.engine.matching import Answers

SECTIONS = ["safety", "use", "need", "effects", "cutting-down", "you"]
SKIPS_PART_5 = {
    "stopping": ("no-plan",),
    "how-taken": ("as-label",),
    "supply": ("enough",),
    "missed-dose": ("never",),
}


@pytest.mark.parametrize(
    ("where", "go", "expected"),
    [
        ("safety", "next", Ask("use")),
        ("use", "back", Ask("safety")),
        ("safety", "back", Ask("safety")),
        ("you", "next", Finish()),
        ("safety", "results", Finish()),
        ("you", "need", Ask("need")),
        (None, "next", Ask("safety")),
        (None, "effects", Ask("effects")),
        ("use", "no-such-place", Ask("need")),
        ("no-such-section", "next", Ask("safety")),
    ],
)
def test_next(content: Questionnaire, where: str | None, go: str, expected: object) -> None:
    assert next_step(content, Answers(), (), where, go) == expected


def test_a_section_with_nothing_to_ask_is_passed_over_both_ways(content: Questionnaire) -> None:
    answers = Answers(SKIPS_PART_5)
    assert next_step(content, answers, (), "effects", "next") == Ask("you")
    assert next_step(content, answers, (), "you", "back") == Ask("effects")
    assert next_step(content, answers, (), "you", "cutting-down") == Ask("you")


@pytest.mark.parametrize("go", ["next", "back", "results", *SECTIONS, "nonsense"])
@pytest.mark.parametrize("where", [None, *SECTIONS])
def test_a_red_flag_stops_every_way(content: Questionnaire, where: str | None, go: str) -> None:
    answers = Answers({"seizure": ("other-seizure",)})
    step = next_step(content, answers, (), where, go)
    assert isinstance(step, Stop)
    assert step.back_to == "safety"
    shown = next_step(content, answers, ("seizure",), where, go)
    assert not isinstance(shown, Stop)
    assert step.then == (shown.section if isinstance(shown, Ask) else "results")


def test_only_new_flags_stop_again(content: Questionnaire) -> None:
    answers = Answers({"seizure": ("other-seizure",), "suicide": ("thoughts",)})
    step = next_step(content, answers, ("seizure",), "safety", "next")
    assert isinstance(step, Stop)
    assert [flag.interruption for flag in step.flags] == ["suicide"]
