"""POST bodies -> submissions: what is refused, what is kept, what is asked again.

All with engine.yaml; its sections are danger, rooms, boiler, costs and wishes.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
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

from screener.content.loading.load import load
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
            (b"voice=me&section=rooms", [("voice", "me"), ("section", "rooms")]),
            (b"walls=stains&walls=paint", [("walls", "stains"), ("walls", "paint")]),
            (b"a=1+2&b=%C3%A9%26&c%3D=x%3Dy", [("a", "1 2"), ("b", "é&"), ("c=", "x=y")]),
            (b"tap=&voice=me", [("voice", "me")]),
            (b"tap=", []),
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
        request = post(b"tap=often")
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


def in_section(content: Questionnaire, section: str, *pairs: tuple[str, str]) -> Submission:
    """What is read when `section` was just shown."""
    return read(content, ("section", section), *pairs)


def fields(text: str) -> list[tuple[str, str]]:
    """Form fields written as 'tap=often walls=paint'."""
    return [(name, value) for name, _, value in (pair.partition("=") for pair in text.split())]


class TestTheWholeSubmission:
    def test_the_section_shown_and_the_ones_carried(self, flat: Questionnaire) -> None:
        text = "voice=someone section=rooms go=back reading=keys smell=fine walls=paint tap=often"
        submission = read(flat, *fields(text))
        assert submission.answers.voice is Voice.SOMEONE
        assert submission.answers.picked == {
            "smell": ("fine",),
            "tap": ("often",),
            "walls": ("paint",),
            "reading": ("keys",),
        }
        assert (submission.section, submission.go) == ("rooms", "back")
        assert (submission.errors, submission.lost) == ({}, ())
        assert (submission.outdated, submission.ask_again) == (False, None)

    def test_nothing_at_all(self, flat: Questionnaire) -> None:
        submission = read(flat)
        assert submission.answers.voice is Voice.ME
        assert submission.answers.picked == {}
        assert (submission.section, submission.go, submission.shown) == (None, "next", ())
        assert (submission.errors, submission.lost) == ({}, ())
        assert (submission.outdated, submission.ask_again) == (False, None)

    def test_the_answers_are_in_the_order_of_the_file(self, flat: Questionnaire) -> None:
        sent = fields("reading=rent walls=paint tap=often smell=fine mould=rarely")
        for section in ("rooms", "wishes"):
            picked = in_section(flat, section, *sent).answers.picked
            assert list(picked) == ["smell", "mould", "tap", "walls", "reading"]

    @pytest.mark.parametrize("voice", ["me", "nobody", "Someone"])
    def test_any_other_voice_is_me(self, flat: Questionnaire, voice: str) -> None:
        assert read(flat, ("voice", voice)).answers.voice is Voice.ME

    def test_a_section_that_does_not_exist_is_none(self, flat: Questionnaire) -> None:
        submission = in_section(flat, "attic", ("tap", "often"))
        assert submission.section is None
        assert submission.answers.picked == {"tap": ("often",)}

    def test_any_button_is_passed_on(self, flat: Questionnaire) -> None:
        assert read(flat, ("go", "boiler")).go == "boiler"


@pytest.mark.parametrize(
    "text",
    ["tap=often tap=rarely", "tap=gin", "walls=paint walls=gin"],
    ids=["two values for one radio", "unknown radio", "unknown tick"],
)
def test_a_bad_answer_is_an_error_here_and_lost_when_carried(
    flat: Questionnaire, text: str
) -> None:
    question = text.partition("=")[0]
    here = in_section(flat, "rooms", *fields(text))
    assert here.errors == {question: "We could not read this answer. Pick one, or leave it blank."}
    assert here.lost == ()
    carried = in_section(flat, "wishes", *fields(text))
    assert (carried.errors, carried.lost) == ({}, (question,))
    for submission in (here, carried):
        assert "gin" not in str(submission.answers)
        assert submission.answers.picked.get("tap") is None


@pytest.mark.parametrize("section", ["rooms", "wishes"])
class TestHereAndCarried:
    """The same whether the section was just shown or is carried along."""

    def test_known_ticks_survive_an_unknown_one(self, flat: Questionnaire, section: str) -> None:
        submission = in_section(flat, section, *fields("walls=paint walls=gin"))
        assert submission.answers.picked == {"walls": ("paint",)}

    def test_a_bad_answer_takes_no_other_one_with_it(
        self, flat: Questionnaire, section: str
    ) -> None:
        submission = in_section(flat, section, *fields("mould=gin tap=often walls=gin smell=fine"))
        assert submission.answers.picked == {"smell": ("fine",), "tap": ("often",)}

    def test_the_same_value_twice_is_one_answer(self, flat: Questionnaire, section: str) -> None:
        submission = in_section(flat, section, *fields("tap=often tap=often"))
        assert submission.answers.picked == {"tap": ("often",)}
        assert (submission.errors, submission.lost) == ({}, ())

    def test_the_same_tick_twice_is_one_answer(self, flat: Questionnaire, section: str) -> None:
        submission = in_section(flat, section, *fields("walls=paint walls=paint"))
        assert submission.answers.picked == {"walls": ("paint",)}
        assert (submission.errors, submission.lost) == ({}, ())

    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ("none paint", ("paint",)),
            ("prefer-not paint stains", ("stains", "paint")),
            ("prefer-not none", ("none",)),
            ("none", ("none",)),
            ("prefer-not", ("prefer-not",)),
        ],
    )
    def test_ticks_beat_none_of_these(
        self, flat: Questionnaire, section: str, sent: str, kept: tuple[str, ...]
    ) -> None:
        pairs = [("walls", value) for value in sent.split()]
        assert in_section(flat, section, *pairs).answers.picked == {"walls": kept}

    def test_every_choice_of_the_file_is_taken(self, flat: Questionnaire, section: str) -> None:
        for question, choices in flat.choices.items():
            for choice in choices:
                submission = in_section(flat, section, (question, choice))
                assert submission.answers.picked == {question: (choice,)}
                assert (submission.errors, submission.lost) == ({}, ())


def test_a_question_may_be_named_like_a_part_of_a_form(tmp_path: Path) -> None:
    for name in ("validate", "errors", "data", "populate-obj", "meta"):
        file = tmp_path / f"{name}.yaml"
        file.write_text(ENGINE_FILE.read_text("utf-8").replace("id: noise", f"id: {name}"), "utf-8")
        content = load(file).questionnaire
        submission = in_section(content, "danger", (name, "quiet"))
        assert submission.answers.picked == {name: ("quiet",)}
        assert submission.errors == {}


class TestShown:
    """Interruptions that the person has been led to."""

    def test_it_counts_only_while_its_flag_is_picked(self, flat: Questionnaire) -> None:
        sent = fields("shown=gas shown=flood shown=nonsense")
        assert read(flat, *sent, ("smell", "strong")).shown == ("gas",)
        assert read(flat, *sent).shown == ()

    def test_each_once_in_the_order_they_were_shown(self, flat: Questionnaire) -> None:
        sent = fields("smell=strong water=ceiling shown=flood shown=gas shown=flood")
        assert read(flat, *sent).shown == ("flood", "gas")


class TestOutdated:
    """A field of another version of the file: the section it may have been in is asked again."""

    def test_every_field_of_our_own_is_known(self, flat: Questionnaire) -> None:
        own = "voice section go shown issued more size print full large region pad version"
        assert not read(flat, *((name, "x") for name in own.split())).outdated

    def test_an_unknown_field_without_a_section(self, flat: Questionnaire) -> None:
        submission = read(flat, ("attic", "yes"))
        assert (submission.outdated, submission.ask_again) == (True, None)

    @pytest.mark.parametrize(
        ("section", "text", "expected"),
        [
            # Between the fields before and after it: the first section with no answer yet.
            ("wishes", "smell=fine attic=yes tap=often", "danger"),
            ("wishes", "smell=fine water=none noise=quiet attic=yes tap=often", "rooms"),
            # In the section of the field before it, or later, not earlier.
            ("wishes", "tap=often attic=yes reading=rent", "rooms"),
            ("wishes", "boiler-age=new attic=yes", "boiler"),
            # Up to the section of the field after it, not later.
            ("wishes", "attic=yes smell=fine water=none noise=quiet", None),
            ("wishes", "attic=yes smell=fine", "danger"),
            # Up to the section just shown where no field is after it.
            ("danger", "smell=fine water=none noise=quiet attic=yes", None),
            ("rooms", "smell=fine water=none noise=quiet attic=yes", "rooms"),
            # A section that does not apply is passed over.
            (
                "wishes",
                "mould=often tap=often heating=electric walls=cracks attic=yes bills=low",
                None,
            ),
            (
                "wishes",
                "mould=often tap=often heating=electric walls=cracks attic=yes reading=rent",
                "costs",
            ),
            # The nearest fields decide, and fields of the form itself do not count.
            ("wishes", "smell=fine tap=often attic=yes voice=me bills=low reading=rent", "rooms"),
            ("wishes", "smell=fine boiler-age=old boiler-smell=air voice=me attic=yes", "costs"),
            # Of several unknown fields the first.
            ("wishes", "smell=fine attic=yes bills=low cellar=yes", "danger"),
        ],
    )
    def test_where_it_may_have_been(
        self, flat: Questionnaire, section: str, text: str, expected: str | None
    ) -> None:
        submission = in_section(flat, section, *fields(text))
        assert submission.outdated
        assert submission.ask_again == expected
