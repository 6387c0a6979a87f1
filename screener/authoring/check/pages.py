"""The pages built from a content file: words that stand in a template rather than in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

from screener.app import create_app
from screener.authoring.check.report import Report, check
from screener.authoring.check.words import banned_words, commercial_names
from screener.config import Settings
from screener.content.loading.load import Loaded
from screener.content.models.questionnaire import Questionnaire
from screener.web.routes import ready_paths

_READ_ATTRIBUTES = ("alt", "aria-label", "placeholder", "title")
_UNREAD_ELEMENTS = ("script", "style")


def check_with_pages(loaded: Loaded, require_review: bool = False) -> Report:
    """What `screener check` says about a file, and about every page built from it."""
    report = check(loaded, require_review=require_review)
    content = loaded.questionnaire
    for message in page_problems(content, built_pages(content)):
        report.errors.append(loaded.error_at((), message))
    return report


def built_pages(content: Questionnaire) -> dict[str, str]:
    """The HTML of every page of every country that is the same for everybody, by path."""
    app = create_app(Settings(), content)
    with app.test_request_context():
        editions = app.extensions["editions"].values()
        paths = [path for e in editions if not e.is_kiosk for path in ready_paths(e)]
    client = app.test_client()
    return {path: client.get(path).get_data(as_text=True) for path in paths}


def page_problems(content: Questionnaire, pages: Mapping[str, str]) -> Iterator[str]:
    """Sellers' names and words not to write in pages, given as path -> HTML."""
    allowed = {word.lower() for words in content.about.allowed_words.values() for word in words}
    for path, html in pages.items():
        text = page_text(html)
        problems = [f"names a seller: {name}" for name in commercial_names(text)]
        problems += [
            f"holds the word '{word}'"
            for word, _ in banned_words(text)
            if word.lower() not in allowed
        ]
        for problem in dict.fromkeys(problems):
            yield f"the page {path} {problem}"


def page_text(html: str) -> str:
    """What people can see or hear of a page, without its markup."""
    parser = _TextParser()
    parser.feed(html)
    parser.close()
    return " ".join(parser.texts)


class _TextParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unread = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread = tag in _UNREAD_ELEMENTS
        self.texts += [value for name, value in attrs if value and name in _READ_ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        self._unread = False

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.texts.append(data)
