"""The words of the printed pages of every case of questions.cases.yaml, as one text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from screener.content.models.proofs import Case
from screener.web.papers import WITH, WITHOUT
from tests.answers import CASES, body

FILE = Path(__file__).with_name("papers.txt")
ABOUT = (
    "The printed pages of every case. Written by `python -m tools.papers`; read each change by eye."
)
FORM = "application/x-www-form-urlencoded"


def papers(client: FlaskClient) -> str:
    """The text of all of them."""
    return "\n".join([ABOUT, *(line for case in CASES for line in _case(client, case))]) + "\n"


def _case(client: FlaskClient, case: Case) -> Iterator[str]:
    yield f"\n=== {case.name}"
    bare = _sheets(client, case, WITH, printed=False)
    full = _sheets(client, case, WITH, printed=True)
    kept_off = _rows(bare)
    for row, words in _rows(full).items():
        yield f"{row}: {words}"
        if kept_off.get(row) != words:
            yield f"    unless checked: {kept_off.get(row, '(no such row)')}"
    own = full[-1]
    yield "---"
    yield f"[{_words(own.select_one('.level'))}] {_words(own.select_one('.plate h2'))}"
    yield _words(own.select_one(".dials"))
    yield _words(own.select_one(".why"))
    said = [
        _words(sheets[-1].select_one(".say"))
        for sheets in (full, bare, _sheets(client, case, WITHOUT, printed=False))
    ]
    for name, words in zip(("Say", "Say, unless checked", "Say, without"), said, strict=True):
        if name == "Say" or words != said[0]:
            yield f"{name}: {words}"
    yield from (f"{n}. {_words(step)}" for n, step in enumerate(own.select(".steps li"), start=1))
    yield from (f"x  {_words(line)}" for line in own.select(".donts li"))
    yield f"Read: {'; '.join(_words(item) for item in own.select('.reading li'))}"


def _sheets(client: FlaskClient, case: Case, go: str, printed: bool) -> list[Tag]:
    more = "".join(f"&print={question}" for question in case.answers) if printed else ""
    sent = body(case.answers, case.voice, go=go) + more
    page = client.post("/results", data=sent, content_type=FORM).get_data(as_text=True)
    return BeautifulSoup(page, "html.parser").select(".sheet")


def _rows(sheets: list[Tag]) -> dict[str, str]:
    rows = sheets[0].select("[data-row]")
    return {_words(row.dt): _cell(row.dd) for row in rows if row.dt and row.dd}


def _cell(cell: Tag) -> str:
    lines = cell.select(".fill")
    return " | ".join(_words(line) for line in lines) if lines else _words(cell)


def _words(tag: Tag | None) -> str:
    return " ".join(tag.get_text().split()) if tag else ""
