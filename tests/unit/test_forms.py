"""POST bodies -> submissions: what is refused, what is kept, what is asked again.

All with engine.yaml.
"""

from __future__ import annotations

from io import BytesIO
from itertools import product
from typing import Any

import pytest
from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    LengthRequired,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)

from screener.content.loading.load import load_bytes
from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.web.forms import Submission, SubmissionReader, read_body
from tests.unit.conftest import ENGINE_FILE

FORM = "application/x-www-form-urlencoded"
LARGEST = 64 * 1024
MOST = 300


def post(body: bytes, kind: str | None = FORM, length: int | None = -1, **headers: str) -> Request:
    """A request with a body. Its declared length is the body's own unless another is given.

    With `wsgi.input_terminated`, which granian sets, werkzeug does not compare the two.
    """
    declared = len(body) if length == -1 else length
    return Request(
        {
            "REQUEST_METHOD": "POST",
            "wsgi.input": BytesIO(body),
            "wsgi.input_terminated": True,
            **({} if kind is None else {"CONTENT_TYPE": kind}),
            **({} if declared is None else {"CONTENT_LENGTH": str(declared)}),
            **headers,
        }
    )


class TestReadBody:
    @pytest.mark.parametrize(
        ("body", "fields"),
        [
            (b"voice=me&at=walls", [("voice", "me"), ("at", "walls")]),
            (b"walls=stains&walls=paint", [("walls", "stains"), ("walls", "paint")]),
            (b"a=1+2&b=%C3%A9%26&c%3D=x%3Dy", [("a", "1 2"), ("b", "é&"), ("c=", "x=y")]),
            (b"smell=&voice=me", [("voice", "me")]),
            (b"smell=", []),
            (b"", []),
        ],
    )
    def test_the_fields_with_a_value_in_order(
        self, body: bytes, fields: list[tuple[str, str]]
    ) -> None:
        assert list(read_body(post(body)).items(multi=True)) == fields

    def test_a_type_with_parameters(self) -> None:
        assert read_body(post(b"a=1", f"{FORM}; charset=utf-8")) == MultiDict([("a", "1")])

    def test_an_empty_body_needs_no_type(self) -> None:
        assert read_body(post(b"", None)) == MultiDict()

    def test_the_body_is_not_kept_in_the_request(self) -> None:
        request = post(b"smell=faint")
        read_body(request)
        assert request.get_data() == b""

    def test_the_largest_body(self) -> None:
        assert len(read_body(post(b"a=" + b"x" * (LARGEST - 2)))["a"]) == LARGEST - 2

    def test_the_most_fields(self) -> None:
        body = b"&".join([b"a=1"] * MOST)
        assert read_body(post(body)).getlist("a") == ["1"] * MOST

    @pytest.mark.parametrize(
        ("body", "others", "error"),
        [
            (b"a=1", {"length": None}, LengthRequired),
            (b"a=1", {"HTTP_TRANSFER_ENCODING": "chunked"}, LengthRequired),
            (b"a=1", {"HTTP_TRANSFER_ENCODING": "gzip"}, LengthRequired),
            (b"a=" + b"x" * (LARGEST - 1), {}, RequestEntityTooLarge),
            (b"a=1", {"length": LARGEST + 1}, RequestEntityTooLarge),
            (b"&".join([b"a=1"] * (MOST + 1)), {}, RequestEntityTooLarge),
            (b"a=1", {"kind": None}, UnsupportedMediaType),
            (b"{}", {"kind": "application/json"}, UnsupportedMediaType),
            (b"", {"kind": "application/json"}, UnsupportedMediaType),
            (b"--x\r\n", {"kind": "multipart/form-data; boundary=x"}, UnsupportedMediaType),
            (b"a=1", {"length": 4}, BadRequest),
            (b"", {"length": 1}, BadRequest),
            (b"nonsense", {}, BadRequest),
            (b"a=1&&b=2", {}, BadRequest),
            (b"a=%ff%fe", {}, BadRequest),
            (b"a=1&%ff=", {}, BadRequest),
            (b"a=\xc3\xa9", {}, BadRequest),
            (b"a=\0", {}, BadRequest),
            (b"a=%00", {}, BadRequest),
        ],
        ids=[
            "no length",
            "chunked",
            "another transfer encoding",
            "one byte over the limit",
            "a declared length over the limit",
            "one field over the limit",
            "a body without a type",
            "JSON",
            "an empty body of another type",
            "multipart",
            "a body that ends early",
            "a body that never begins",
            "a name without a value",
            "an empty field",
            "a value that is not UTF-8",
            "a blank field with a name that is not UTF-8",
            "bytes that are not encoded",
            "NUL",
            "encoded NUL",
        ],
    )
    def test_what_is_refused(
        self, body: bytes, others: dict[str, Any], error: type[HTTPException]
    ) -> None:
        with pytest.raises(error):
            read_body(post(body, **others))


def read(content: Questionnaire, *pairs: tuple[str, str]) -> Submission:
    return SubmissionReader(content).read(MultiDict(pairs))


def fields(text: str) -> list[tuple[str, str]]:
    """Form fields written as 'smell=faint walls=paint'."""
    return [(name, value) for name, _, value in (pair.partition("=") for pair in text.split())]


def shown(content: Questionnaire, at: str, text: str) -> Submission:
    """What is read when the question `at` was just shown."""
    return read(content, ("at", at), *fields(text))


def is_fine(submission: Submission) -> bool:
    """Whether nothing is wrong with any answer, or lost."""
    found = (submission.error, submission.lost, submission.outdated, submission.ask_again)
    return found == ("", (), False, None)


class TestTheWholeSubmission:
    def test_the_question_shown_and_the_ones_carried(self, flat: Questionnaire) -> None:
        text = "voice=someone at=walls go=back reading=rent smell=fine walls=paint walls=mould"
        submission = read(flat, *fields(text))
        assert submission.answers.voice is Voice.SOMEONE
        assert submission.answers.picked == {
            "smell": ("fine",),
            "walls": ("mould", "paint"),
            "reading": ("rent",),
        }
        assert (submission.at, submission.go) == ("walls", "back")
        assert is_fine(submission)

    def test_nothing_at_all(self, flat: Questionnaire) -> None:
        submission = read(flat)
        assert submission.answers.voice is Voice.ME
        assert submission.answers.picked == {}
        assert (submission.at, submission.go, submission.seen) == (None, "next", ())
        assert is_fine(submission)

    def test_a_question_shown_and_left_blank(self, flat: Questionnaire) -> None:
        for at in ("smell", "walls"):
            submission = shown(flat, at, "keys=lost")
            assert (submission.at, submission.answers.picked) == (at, {"keys": ("lost",)})
            assert is_fine(submission)

    def test_the_answers_are_in_the_order_of_the_file(self, flat: Questionnaire) -> None:
        for at in ("walls", "reading"):
            picked = shown(flat, at, "reading=rent walls=paint keys=lost smell=fine").answers.picked
            assert list(picked) == ["smell", "walls", "keys", "reading"]

    @pytest.mark.parametrize("voice", ["me", "nobody", "Someone"])
    def test_any_other_voice_is_me(self, flat: Questionnaire, voice: str) -> None:
        assert read(flat, ("voice", voice)).answers.voice is Voice.ME

    def test_a_question_that_does_not_exist_was_not_shown(self, flat: Questionnaire) -> None:
        submission = shown(flat, "attic", "smell=fine")
        assert submission.at is None
        assert submission.answers.picked == {"smell": ("fine",)}

    def test_any_button_is_passed_on(self, flat: Questionnaire) -> None:
        assert read(flat, ("go", "boiler")).go == "boiler"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("smell=fine smell=faint", None),
        ("smell=gin", None),
        ("smell=fine smell=gin", None),
        ("walls=paint walls=gin", ("paint",)),
        ("walls=gin", None),
        ("sound=calls", None),
        ("voice=someone sound=calls sound=crackle", ("calls",)),
        ("keys=not-sure", None),
    ],
    ids=[
        "two values for one radio",
        "unknown radio",
        "known and unknown radio",
        "known and unknown tick",
        "unknown tick",
        "choice of the other voice",
        "choices of both voices",
        "standard choice that is not offered",
    ],
)
def test_a_bad_answer_is_an_error_here_and_lost_when_carried(
    flat: Questionnaire, text: str, kept: tuple[str, ...] | None
) -> None:
    question = text.split()[-1].partition("=")[0]
    here = shown(flat, question, text)
    assert here.error == "We couldn't read this answer. Pick one, or leave it blank."
    assert (here.lost, here.ask_again) == ((), None)
    carried = shown(flat, "reading", text)
    assert (carried.error, carried.lost, carried.ask_again) == ("", (question,), question)
    for submission in (here, carried):
        assert submission.answers.picked.get(question) == kept
        assert not submission.outdated


def test_of_several_lost_answers_the_first_is_asked_again(flat: Questionnaire) -> None:
    submission = shown(flat, "reading", "keys=gin smell=gin water=drip")
    assert submission.lost == ("smell", "keys")
    assert submission.ask_again == "smell"
    assert submission.answers.picked == {"water": ("drip",)}


def test_an_error_takes_no_other_answer_with_it(flat: Questionnaire) -> None:
    submission = shown(flat, "walls", "walls=gin keys=lost smell=fine")
    assert submission.answers.picked == {"smell": ("fine",), "keys": ("lost",)}


@pytest.mark.parametrize("at", ["same", "reading"])
class TestHereAndCarried:
    """The same whether the question was just shown or is carried along."""

    @pytest.mark.parametrize("text", ["smell=faint smell=faint", "walls=paint walls=paint"])
    def test_the_same_value_twice_is_one_answer(
        self, flat: Questionnaire, at: str, text: str
    ) -> None:
        question, _, value = text.split()[0].partition("=")
        submission = shown(flat, question if at == "same" else at, text)
        assert submission.answers.picked == {question: (value,)}
        assert is_fine(submission)

    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ("water=none water=drip", ("drip",)),
            ("water=ceiling water=none water=drip", ("drip", "ceiling")),
            ("water=none water=not-sure", ("not-sure",)),
            ("water=not-sure water=drip", ("drip", "not-sure")),
            ("water=none", ("none",)),
            ("heating=prefer-not", ("prefer-not",)),
        ],
    )
    def test_ticks_beat_the_answers_that_say_nothing(
        self, flat: Questionnaire, at: str, sent: str, kept: tuple[str, ...]
    ) -> None:
        question = sent.partition("=")[0]
        submission = shown(flat, question if at == "same" else at, sent)
        assert submission.answers.picked == {question: kept}
        assert is_fine(submission)

    def test_every_choice_of_the_file_is_taken(self, flat: Questionnaire, at: str) -> None:
        for voice, question in product(Voice, flat.questions):
            for choice in flat.choices_for(question, voice):
                submission = shown(
                    flat,
                    question if at == "same" else at,
                    f"voice={voice.value} {question}={choice}",
                )
                assert submission.answers.picked == {question: (choice,)}
                assert is_fine(submission)


def test_none_of_these_and_prefer_not_to_say_together(flat: Questionnaire) -> None:
    water = flat.questions["water"]
    offered = water.model_copy(update={"prefer_not": water.none})
    (danger, *others) = flat.sections
    danger = danger.model_copy(update={"questions": (offered,)})
    content = flat.model_construct(**{**dict(flat), "sections": (danger, *others)})
    submission = shown(content, "water", "water=prefer-not water=none")
    assert submission.answers.picked == {"water": ("none",)}


def test_a_question_may_be_named_like_a_part_of_a_form() -> None:
    for name in ("validate", "errors", "data", "populate-obj", "meta"):
        text = ENGINE_FILE.read_text("utf-8").replace("id: sockets", f"id: {name}")
        content = load_bytes(text.encode()).questionnaire
        submission = shown(content, name, f"{name}=near")
        assert submission.answers.picked == {name: ("near",)}
        assert submission.error == ""


class TestSeen:
    """Plans that stopped and that the person was shown."""

    def test_they_count_while_they_stop_and_hold(self, flat: Questionnaire) -> None:
        sent = fields("seen=gas-out seen=flood seen=leak seen=gas-soon seen=nonsense")
        assert read(flat, *sent, *fields("smell=strong water=drip")).seen == ("gas-out",)
        assert read(flat, *sent).seen == ()

    def test_each_once_in_the_order_they_were_shown(self, flat: Questionnaire) -> None:
        sent = fields("smell=strong water=ceiling sockets=near seen=flood seen=gas-out seen=flood")
        assert read(flat, *sent).seen == ("flood", "gas-out")

    def test_what_was_left_blank_counts(self, flat: Questionnaire) -> None:
        assert read(flat, *fields("water=ceiling seen=flood")).seen == ("flood",)
        assert read(flat, *fields("water=ceiling sockets=far seen=flood")).seen == ()


class TestPaper:
    """What is chosen for the printed pages."""

    def test_sensitive_answers_to_print(self, flat: Questionnaire) -> None:
        assert read(flat, ("print", "keys"), ("print", "attic")).printed == {"keys"}
        assert read(flat, ("print", "keys"), ("print", "walls")).printed == {"keys", "walls"}
        assert read(flat).printed == frozenset()

    def test_large_type(self, flat: Questionnaire) -> None:
        assert read(flat, ("large", "on")).is_large is True
        assert read(flat, ("large", "off")).is_large is False
        assert read(flat).is_large is False


class TestOutdated:
    """A field of another version of the file: the question it may have been is asked again."""

    def test_every_field_of_our_own_is_known(self, flat: Questionnaire) -> None:
        own = "voice at go seen issued more size print full large region version"
        assert not read(flat, *((name, "x") for name in own.split())).outdated

    @pytest.mark.parametrize(
        ("at", "text", "expected"),
        [
            # Between the fields before and after it: the first question with no answer yet.
            ("reading", "smell=fine attic=yes walls=none", "water"),
            ("reading", "smell=fine water=none attic=yes walls=none", "sound"),
            ("reading", "smell=fine attic=yes water=none", None),
            ("reading", "walls=none attic=yes", "heating"),
            # Up to the question just shown where no field is after it.
            ("sound", "smell=fine water=none attic=yes", None),
            ("walls", "smell=fine water=none attic=yes", "sound"),
            # That question itself is no neighbour.
            ("keys", "keys=lost attic=yes", "smell"),
            # A question that is not asked is passed over.
            ("keys", "walls=none heating=electric attic=yes", None),
            ("keys", "walls=none heating=boiler attic=yes", "boiler"),
            # Fields of the form itself do not count, wherever they stand.
            ("reading", "smell=fine attic=yes voice=me sound=none", "water"),
            ("reading", "smell=fine voice=me attic=yes sound=none", "water"),
            # Of several unknown fields the first.
            ("reading", "smell=fine attic=yes walls=none cellar=yes", "water"),
            # Without a field before or after.
            ("sound", "attic=yes", "smell"),
            ("nowhere", "attic=yes", "smell"),
            ("nowhere", "walls=none keys=lost attic=yes", "reading"),
        ],
    )
    def test_where_it_may_have_been(
        self, flat: Questionnaire, at: str, text: str, expected: str | None
    ) -> None:
        submission = shown(flat, at, text)
        assert submission.outdated
        assert submission.ask_again == expected

    def test_a_lost_answer_goes_before_it(self, flat: Questionnaire) -> None:
        submission = shown(flat, "reading", "smell=fine attic=yes keys=gin")
        assert (submission.outdated, submission.ask_again) == (True, "keys")
