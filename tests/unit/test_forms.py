"""POST bodies -> submissions: what is kept, what is refused, what is asked again."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.web.forms import Submission, SubmissionReader


@pytest.fixture(scope="module")
def reader(content: Questionnaire) -> SubmissionReader:
    return SubmissionReader(content)


def read(reader: SubmissionReader, *pairs: tuple[str, str]) -> Submission:
    return reader.read(MultiDict(pair for pair in pairs if pair[1]))


def test_the_section_shown_and_the_ones_carried(reader: SubmissionReader) -> None:
    submission = read(
        reader,
        ("voice", "someone"),
        ("section", "use"),
        ("go", "back"),
        ("seizure", "no-seizure"),
        ("mixing", "mat"),
        ("mixing", "opioids"),
        ("alcohol", ""),
    )
    assert submission.answers.voice is Voice.SOMEONE
    assert submission.answers.picked == {"seizure": ("no-seizure",), "mixing": ("opioids", "mat")}
    assert (submission.section, submission.go) == ("use", "back")
    assert not submission.errors
    assert not submission.lost
    assert not submission.outdated


@pytest.mark.parametrize(
    "pairs",
    [
        [("alcohol", "never"), ("alcohol", "most-days")],
        [("alcohol", "gin")],
        [("mixing", "mat"), ("mixing", "gin")],
    ],
    ids=["two values for one radio", "unknown radio", "unknown tick"],
)
def test_a_bad_answer_is_an_error_here_and_lost_when_carried(
    reader: SubmissionReader, pairs: list[tuple[str, str]]
) -> None:
    question = pairs[0][0]
    here = read(reader, ("section", "use"), *pairs)
    assert list(here.errors) == [question]
    assert not here.lost
    carried = read(reader, ("section", "need"), *pairs)
    assert carried.lost == (question,)
    assert not carried.errors
    for submission in (here, carried):
        assert "gin" not in str(submission.answers)
        assert submission.answers.picked.get("alcohol") is None


def test_known_ticks_survive_an_unknown_one(reader: SubmissionReader) -> None:
    for section in ("use", "need"):
        submission = read(reader, ("section", section), ("mixing", "mat"), ("mixing", "gin"))
        assert submission.answers.picked == {"mixing": ("mat",)}


def test_the_same_value_twice_is_one_answer(reader: SubmissionReader) -> None:
    for section in ("use", "need"):
        submission = read(reader, ("section", section), ("alcohol", "never"), ("alcohol", "never"))
        assert submission.answers.picked == {"alcohol": ("never",)}
        assert not submission.errors and not submission.lost


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (["none", "opioids"], ("opioids",)),
        (["prefer-not", "opioids", "mat"], ("opioids", "mat")),
        (["none", "prefer-not"], ("none",)),
        (["none"], ("none",)),
    ],
)
def test_ticks_beat_none_of_these(
    reader: SubmissionReader, sent: list[str], kept: tuple[str, ...]
) -> None:
    pairs = [("mixing", value) for value in sent]
    assert read(reader, ("section", "use"), *pairs).answers.picked == {"mixing": kept}


def test_shown_counts_only_while_its_flag_is_picked(reader: SubmissionReader) -> None:
    flagged = ("seizure", "other-seizure")
    assert read(reader, ("shown", "seizure"), flagged).shown == ("seizure",)
    assert read(reader, ("shown", "seizure"), ("shown", "nonsense")).shown == ()


def test_fields_of_another_questionnaire_are_noticed(reader: SubmissionReader) -> None:
    assert read(reader, ("gone-question", "yes")).outdated
    assert not read(reader, ("pad", "xxxx"), ("size", "a1")).outdated
