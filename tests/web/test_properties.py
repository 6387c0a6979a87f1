"""What must hold for every set of answers and every body. Bounded, and the same each run."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from screener.content.models.base import PREFER_NOT, STANDARD_CHOICES, Voice
from screener.engine.plans import stops_of
from screener.engine.signs import Answers, said, signs_of
from screener.web.forms import SubmissionReader
from tests.acceptance.visitors import CONTENT, STOPPING, fields_of
from tests.web.page_lint import LintingClient, words

few = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def answer_to(question: str) -> st.SearchStrategy[tuple[str, ...]]:
    options = list(CONTENT.choices[question])
    if CONTENT.questions[question].type == "single":
        return st.sampled_from(options).map(lambda choice: (choice,))
    ticks = st.lists(st.sampled_from(options), unique=True, min_size=1)
    return ticks.map(lambda picked: tuple(c for c in options if c in picked))


@st.composite
def answers(draw: st.DrawFn) -> Answers:
    """Any answers at all, also to questions that are not asked and of the other voice."""
    questions = draw(st.lists(st.sampled_from(list(CONTENT.questions)), unique=True))
    picked = {question: draw(answer_to(question)) for question in questions}
    return Answers(picked, draw(st.sampled_from(Voice)))


places = st.one_of(
    st.sampled_from(["next", "back", "clear", "undo", "on", *CONTENT.questions]), st.text()
)


@few
@given(
    given_answers=answers(),
    at=st.one_of(st.none(), st.sampled_from(list(CONTENT.questions))),
    place=places,
    path=st.sampled_from(["/check", "/results"]),
    seen=st.lists(st.sampled_from(STOPPING), max_size=5),
)
def test_any_answers_from_anywhere_give_a_page(
    client: LintingClient,
    given_answers: Answers,
    at: str | None,
    place: str,
    path: str,
    seen: list[str],
) -> None:
    sent = fields_of(given_answers, go=place, seen=seen) | ({"at": at} if at else {})
    response = client.post(path, data=sent)
    assert response.status_code == 200


@few
@given(given_answers=answers())
def test_the_results_tell_each_answer_once(client: LintingClient, given_answers: Answers) -> None:
    sent = fields_of(given_answers, seen=STOPPING)
    counted = SubmissionReader(CONTENT).read(MultiDict(sent))
    page = client.page("/results", **sent)
    if counted.lost:
        assert page.find(id="notice") or page.main.has_attr("data-stop")
        return
    voice, lines = counted.answers.voice, []
    picked = said(CONTENT, counted.answers, blanks_count=True).counted
    for question, choice in ((id, choice) for id, choices in picked.items() for choice in choices):
        if choice != PREFER_NOT:
            ask = CONTENT.questions[question].ask.in_voice(voice)
            text = CONTENT.choices[question][choice].text.in_voice(voice)
            lines.append(" ".join(f"{ask} {text}".split()))

    def told(block: Tag) -> list[str]:
        return [
            f"{words(line.dt)} {answer}"
            for line in block.select(".told > div")
            for answer in words(line.dd).split("; ")
        ]

    assert sorted(told(page.find(id="told") or page.new_tag("p"))) == sorted(lines)


@few
@given(
    question=st.sampled_from([q.id for q in CONTENT.questions.values() if q.type == "single"]),
    extra=st.data(),
    posted=st.booleans(),
)
def test_two_values_for_one_radio_never_win(
    client: LintingClient, question: str, extra: st.DataObject, posted: bool
) -> None:
    options = list(CONTENT.choices[question])
    two = extra.draw(st.lists(st.sampled_from(options), min_size=2, max_size=2, unique=True))
    sent: dict[str, Any] = {question: two}
    response = client.post("/check", data={**sent, "at": question} if posted else sent)
    assert response.status_code == (422 if posted else 200)
    page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    assert page.find(id="oops" if posted else "notice")
    assert not page.select(f"input[name={question}][checked]")
    assert not page.select(f"input[type=hidden][name={question}]")


FORM = "application/x-www-form-urlencoded"


@settings(few, max_examples=100)
@given(
    body=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: text.encode()),
        st.lists(
            st.tuples(
                st.sampled_from([*CONTENT.questions, "voice", "at", "go", "seen", "x", ""]),
                st.sampled_from(["next", "back", "someone", "right-now", *STANDARD_CHOICES, "%00"]),
            ),
            max_size=40,
        ).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs).encode()),
    ),
    path=st.sampled_from(["/check", "/results", "/", "/nope"]),
    kind=st.sampled_from([FORM, FORM, FORM, "text/plain", "multipart/form-data; boundary=x", ""]),
)
def test_any_bytes_give_a_page_and_never_a_500(
    client: LintingClient, body: bytes, path: str, kind: str
) -> None:
    response = client.post(path, data=body, content_type=kind, content_length=len(body))
    assert response.status_code < 500
    assert response.mimetype == "text/html"


@pytest.mark.parametrize("voice", Voice)
def test_each_answer_alone_gives_its_page(client: LintingClient, voice: Voice) -> None:
    plain = client.application.test_client()  # pages like these are linted above
    for question in CONTENT.questions:
        for choice in CONTENT.choices_for(question, voice):
            sent = {question: choice, "voice": voice.value}
            response = plain.post("/results", data=sent)
            assert response.status_code == 200
            alone = Answers({question: (choice,)}, voice)
            stops = bool(stops_of(CONTENT, signs_of(CONTENT, alone)))
            assert (b"data-stop" in response.data) == stops, sent
