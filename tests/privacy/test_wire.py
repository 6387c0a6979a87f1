"""Sizes can be seen through TLS, so they must not depend on answers (traffic analysis)."""

from __future__ import annotations

import gzip
import random
import re
import shutil
import subprocess
import zlib
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from screener.content.models.base import Voice
from screener.engine.signs import Answers
from screener.web.compression import RESULTS_SIZES, STEP_SIZES, TOPIC_SIZES
from screener.web.papers import PAPERS
from tests.acceptance.visitors import STOPPING, fields_of
from tests.answers import alone, body, everything, offered, several_stops
from tests.browser.states import STATES
from tests.needs import need_program
from tests.page_paths import page_paths
from tests.privacy.tools import CONTENT, post, valid_fields
from tests.running import Server
from tests.web.test_properties import answers, few

GZIP = "Accept-Encoding: gzip"
QUESTIONS = list(CONTENT.questions)
TWO_AT_ONCE = "at=supply&supply=enough&supply=few-left"


@pytest.fixture(scope="module")
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


def sizes(client: FlaskClient, path: str, sent: dict[str, Any] | str) -> tuple[int, int, bytes]:
    """Bytes of a page, compressed and not, and the page; both forms are the same page."""
    kind = "application/x-www-form-urlencoded"
    zipped = client.post(path, data=sent, content_type=kind, headers={"Accept-Encoding": "gzip"})
    plain = client.post(path, data=sent, content_type=kind)
    assert zipped.content_encoding == "gzip"
    assert plain.content_encoding is None
    assert gzip.decompress(zipped.data) == plain.data.rstrip(b"\n")
    reader = zlib.decompressobj(31)
    assert reader.decompress(zipped.data) and reader.eof and not reader.unused_data
    return len(zipped.data), len(plain.data), plain.data


def is_results(page: bytes) -> bool:
    """Also a page on the way to paper."""
    return bool(
        re.search(rb'<main[^>]* data-at="(results|print|with|without)"(?! data-stop)', page)
    )


ONE_STEP = (STEP_SIZES.gzip[0], STEP_SIZES.plain[0])


@settings(few, max_examples=100)
@given(
    given_answers=answers(),
    at=st.sampled_from(QUESTIONS),
    go=st.sampled_from(["next", "back", "clear", "undo", "on", *QUESTIONS]),
    seen=st.sets(st.sampled_from(STOPPING)),
    more=st.sampled_from([{}, {"no-such-question": "yes"}, {"supply": ["a", "b"]}]),
)
def test_every_step_is_as_long_as_every_other(
    visitor: FlaskClient,
    given_answers: Answers,
    at: str,
    go: str,
    seen: set[str],
    more: dict[str, Any],
) -> None:
    sent = fields_of(given_answers, at=at, go=go, seen=list(seen)) | more
    zipped, plain, page = sizes(visitor, "/check", sent)
    if is_results(page):
        assert zipped in RESULTS_SIZES.gzip and plain in RESULTS_SIZES.plain
    else:
        assert (zipped, plain) == ONE_STEP


@pytest.mark.parametrize("voice", Voice)
def test_stops_and_errors_are_as_long_as_questions(visitor: FlaskClient, voice: Voice) -> None:
    full = everything(voice)
    bodies = [
        body({question: [choice]}, voice, (), at=question)
        for question in QUESTIONS
        for choice in offered(question, voice)
        if alone(question, choice, voice).stops
    ]
    bodies += [body(several_stops(voice), voice, ()), TWO_AT_ONCE]
    bodies += [f"{body({}, voice)}&at={question}&go=clear" for question in QUESTIONS]
    bodies += [f"{body(full, voice)}&at={question}&go=clear" for question in QUESTIONS]
    steps = 0
    for sent in bodies:
        zipped, plain, page = sizes(visitor, "/check", sent)
        if is_results(page):
            continue  # the question is not asked, and none comes after it
        assert (zipped, plain) == ONE_STEP, sent
        steps += 1
    assert steps > 2 * len(QUESTIONS)


@few
@given(given_answers=answers(), go=st.sampled_from(["next", *PAPERS]))
def test_results_are_as_long_as_each_other(
    visitor: FlaskClient, given_answers: Answers, go: str
) -> None:
    sent = fields_of(given_answers, seen=STOPPING, go=go)
    zipped, plain, page = sizes(visitor, "/results", sent)
    if b'id="notice"' in page:
        return  # a choice of the other voice: its question is asked again
    assert is_results(page)
    assert zipped in RESULTS_SIZES.gzip
    assert plain in RESULTS_SIZES.plain


@pytest.mark.parametrize("voice", Voice)
def test_results_of_nothing_and_of_everything(visitor: FlaskClient, voice: Voice) -> None:
    assert len(RESULTS_SIZES.gzip) == len(RESULTS_SIZES.plain) == 1
    for sent, go in product((body({}, voice), body(everything(voice), voice)), ("next", *PAPERS)):
        all_printed = "".join(f"&print={question}" for question in QUESTIONS)
        zipped, plain, page = sizes(visitor, "/results", f"{sent}&go={go}{all_printed}")
        assert is_results(page)
        assert zipped in RESULTS_SIZES.gzip
        assert plain in RESULTS_SIZES.plain


# On the wire itself


@pytest.mark.parametrize("encoding", ["", "gzip", "br", "gzip, deflate, br, zstd"])
def test_all_topics_are_as_long_as_each_other(app: Flask, encoding: str) -> None:
    """In every country, on a touch screen, and in both voices."""
    client = app.test_client()
    header = {"Accept-Encoding": encoding}
    topics = [path for path in page_paths(app) if "/learn/" in path]
    assert len(topics) >= 2 * len(CONTENT.topics) * len(app.extensions["editions"])
    replies = [client.get(path, headers=header) for path in topics]
    size = TOPIC_SIZES.gzip if "gzip" in encoding else TOPIC_SIZES.plain
    assert {len(reply.data) for reply in replies} == set(size)
    assert len({tuple(reply.headers) for reply in replies}) == 1


def test_whole_responses_have_one_length(server: Server) -> None:
    dice = random.Random(3)
    for lines in ([GZIP], []):
        lengths = set()
        for _ in range(60):
            reply = post(server.port, "/check", urlencode(valid_fields(dice)), *lines)
            assert reply.status == 200
            if not is_results(gzip.decompress(reply.body) if lines else reply.body):
                lengths.add(reply.length)
        assert len(lengths) == 1


def test_curl_reads_every_page(server: Server) -> None:
    need_program("curl")
    for state in STATES:
        if state.headers or state.status == 405:
            continue
        send = ["--data", state.body] if state.body is not None else []
        command = [str(shutil.which("curl")), "-sS", *send, f"{server.url}{state.path}"]
        plain = subprocess.run(command, capture_output=True, check=True).stdout
        zipped = subprocess.run([*command, "--compressed"], capture_output=True, check=True)
        assert zipped.stdout.startswith(b"<!doctype html>"), state
        assert zipped.stderr == b""
        assert zipped.stdout.rstrip() == plain.rstrip(), state
