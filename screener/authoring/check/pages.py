"""The pages built from a content file: words that stand in a template rather than in the file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from html.parser import HTMLParser

from screener.app import create_app
from screener.authoring.check.report import Report, check
from screener.authoring.check.words import banned_words, commercial_names
from screener.authoring.files import AuthorsFile
from screener.config import Settings
from screener.content.models.questionnaire import Questionnaire
from screener.web.routes import ready_paths

_READ_ATTRIBUTES = ("alt", "aria-label", "placeholder", "title")
_UNREAD_ELEMENTS = ("script", "style")
_INLINE_ELEMENTS = ("a", "b", "em", "i", "span", "strong")


def check_with_pages(file: AuthorsFile, require_review: bool = False) -> Report:
    """What `screener check` says about a file and, when that is in order, about its pages."""
    report = check(file.loaded, None, require_review, file.proof_files)
    if not report.errors:
        for message in page_problems(file.content, built_pages(file.content)):
            report.errors.append(file.loaded.error_at((), message))
    return report


def built_pages(content: Questionnaire) -> dict[str, str]:
    """The HTML of every page that is the same for everybody, by path.

    In one country: the others share its templates, and the texts of the file are checked in each.
    """
    app = create_app(Settings(), content)
    with app.test_request_context():
        paths = ready_paths(next(iter(app.extensions["editions"].values())))
    client = app.test_client()
    return {path: client.get(path).get_data(as_text=True) for path in paths}


def page_problems(content: Questionnaire, pages: Mapping[str, str]) -> Iterator[str]:
    """Sellers' names and words not to write in pages, given as path -> HTML."""
    allowed = {word.lower() for words in content.about.allowed_words.values() for word in words}
    known: dict[str, list[str]] = {}  # pages share most of their texts
    for path, html in pages.items():
        found: list[str] = []
        for text in page_texts(html):
            if text not in known:
                known[text] = list(_text_problems(text, allowed))
            found += known[text]
        for problem in dict.fromkeys(found):
            yield f"the page {path} {problem}"


def _text_problems(text: str, allowed: Collection[str]) -> Iterator[str]:
    for name in dict.fromkeys(commercial_names(text)):
        yield f"names a seller: {name}"
    for word in dict.fromkeys(word for word, _ in banned_words(text)):
        if word.lower() not in allowed:
            yield f"holds the word '{word}'"


def page_texts(html: str) -> list[str]:
    """What people can see or hear of a page: the text of each block, and of attributes."""
    parser = _TextParser()
    parser.feed(html)
    parser.close()
    parser.end_block()
    return list(dict.fromkeys(parser.texts))


class _TextParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._block: list[str] = []
        self._unread = False

    def end_block(self) -> None:
        text = " ".join("".join(self._block).split())
        if text:
            self.texts.append(text)
        self._block.clear()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE_ELEMENTS:
            self.end_block()
        self._unread = tag in _UNREAD_ELEMENTS
        self.texts += [value for name, value in attrs if value and name in _READ_ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE_ELEMENTS:
            self.end_block()
        self._unread = False

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self._block.append(data)
