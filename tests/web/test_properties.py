"""What must hold for every set of answers and every body. Bounded, and the same each run."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from screener.content.loading.load import load
from screener.content.localize import in_region
from screener.content.models.base import PREFER_NOT, STANDARD_CHOICES, Voice
from screener.engine.matching import Answers, Reason, match, red_flags
from screener.resources import built_in_questions
from screener.web.forms import SubmissionReader
from tests.web.page_lint import LintingClient, words

CONTENT = load(built_in_questions()).questionnaire
IN_US = in_region(CONTENT)
RULE = "do-not-stop-suddenly"
few = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
many = settings(few, max_examples=300)


def answer_to(question: str) -> st.SearchStrategy[tuple[str, ...]]:
    options = list(CONTENT.choices[question])
    if CONTENT.questions[question].type == "single":
        return st.sampled_from(options).map(lambda choice: (choice,))
    ticks = st.lists(st.sampled_from(options), unique=True, min_size=1)
    return ticks.map(lambda picked: tuple(c for c in options if c in picked))


@st.composite
def answers(draw: st.DrawFn) -> Answers:
    questions = draw(st.lists(st.sampled_from(list(CONTENT.questions)), unique=True))
    picked = {question: draw(answer_to(question)) for question in questions}
    return Answers(picked, draw(st.sampled_from(Voice)))


def fields(given_answers: Answers, **more: Any) -> dict[str, Any]:
    picked = {question: list(choices) for question, choices in given_answers.picked.items()}
    return {**picked, "voice": given_answers.voice.value, **more}


places = st.one_of(
    st.sampled_from(["next", "back", *(section.id for section in CONTENT.sections)]), st.text()
)


@few
@given(given_answers=answers())
def test_any_answers_give_the_interruption_or_results(
    client: LintingClient, given_answers: Answers
) -> None:
    response = client.post("/results", data=fields(given_answers))
    assert response.status_code == 200
    page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    if red_flags(CONTENT, given_answers.picked):
        assert page.select_one(".stop h1")
    else:
        assert page.find(id=f"topic-{RULE}")
        assert page.find(id="lines").select("a[href='tel:988']")


@few
@given(given_answers=answers())
def test_the_results_tell_each_answer_once_and_name_it_as_the_reason(
    client: LintingClient, given_answers: Answers
) -> None:
    sent = fields(given_answers, shown=list(IN_US.interruptions))
    page = BeautifulSoup(client.post("/results", data=sent).get_data(as_text=True), "html.parser")
    counted = SubmissionReader(IN_US).read(MultiDict(sent)).answers
    outcome = match(IN_US, counted)

    def ask(reason: Reason) -> str:
        return IN_US.questions[reason.question].ask.in_voice(counted.voice)

    def said(reason: Reason, choices: Iterable[str]) -> str:
        options = IN_US.choices[reason.question]
        return "; ".join(options[choice].text.in_voice(counted.voice) for choice in choices)

    def entry(line: Tag) -> str:
        return f"{words(line.dt)} {words(line.dd)}"

    for card in outcome.cards:
        why = page.select_one(f"#topic-{card.topic} .said")
        reasons = "; ".join(f"{ask(why)} {said(why, why.choices)}" for why in card.reasons)
        plural = "s" if len(card.reasons) > 1 else ""
        told = f"You see this because of your answer{plural}: {reasons}." if reasons else ""
        assert words(why) == told
    lines = []
    for reason in outcome.answered:
        sensitive = IN_US.sensitive[reason.question]
        kept = [choice for choice in reason.choices if choice != PREFER_NOT]
        for ticked in (True, False):
            some = [choice for choice in kept if (choice not in sensitive) is ticked]
            lines += [(f"{ask(reason)} {said(reason, some)}", ticked)] if some else []
    on_screen = [entry(line) for line in page.select("#told .told > div")]
    assert on_screen == [line for line, _ in lines]
    on_paper = [
        (entry(line), block.input.has_attr("checked"))
        for block in page.select(".mine .block")
        for line in block.select(".told > div")
    ]
    assert sorted(on_paper) == sorted(lines)


@few
@given(given_answers=answers(), place=places, path=st.sampled_from(["/check", "/results"]))
def test_a_red_flag_leads_to_its_page_from_any_path(
    client: LintingClient, given_answers: Answers, place: str, path: str
) -> None:
    flags = red_flags(CONTENT, given_answers.picked)
    page = BeautifulSoup(
        client.post(path, data=fields(given_answers, go=place)).get_data(as_text=True),
        "html.parser",
    )
    stops = [tag["id"].removeprefix("stop-") for tag in page.select("[id^=stop-]")]
    assert stops == [flag.interruption for flag in flags]
    if flags:
        shown = [flag.interruption for flag in flags]
        response = client.post("/results", data=fields(given_answers, shown=shown))
        results = BeautifulSoup(response.get_data(as_text=True), "html.parser")
        first = results.select("main [data-crisis], main [data-urgency], main #support")
        led = [tag.get("data-crisis") for tag in first[: len(flags)]]
        assert led == shown


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
    section = CONTENT.section_of[question].id
    sent: dict[str, Any] = {question: two}
    response = client.post("/check", data={**sent, "section": section} if posted else sent)
    assert response.status_code == (422 if posted else 200)
    page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    assert page.find(id="oops" if posted else "notice")
    assert not page.select(f"input[name={question}][checked]")
    assert not page.select(f"input[type=hidden][name={question}]")


FORM = "application/x-www-form-urlencoded"


@settings(few, max_examples=250)
@given(
    body=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: text.encode()),
        st.lists(
            st.tuples(
                st.sampled_from([*CONTENT.questions, "voice", "section", "go", "shown", "x", ""]),
                st.sampled_from(["next", "back", "someone", "safety", *STANDARD_CHOICES, "%00"]),
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


@pytest.mark.parametrize("question", list(CONTENT.questions))
def test_each_answer_alone_gives_a_page(client: LintingClient, question: str) -> None:
    for choice, voice in zip(CONTENT.choices[question], cycle(Voice), strict=False):
        response = client.post("/results", data={question: choice, "voice": voice.value})
        assert response.status_code == 200
