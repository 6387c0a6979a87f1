"""Content texts as HTML: what becomes of links."""

from __future__ import annotations

import pytest

from screener.web.markup import Texts

WEB, TOUCH_SCREEN = Texts({}), Texts({}, links=False)
MARK = '<span class="vh"> (another site)</span>'


@pytest.mark.parametrize(
    ("text", "web", "touch_screen"),
    [
        (
            "See [the *label*](https://www.example.org/a?b=1&c=2).",
            'See <a href="https://www.example.org/a?b=1&amp;c=2" rel="noreferrer">the '
            f"<em>label</em>{MARK}</a>.",
            "See the <em>label</em> (example.org/a?b=1&amp;c=2).",
        ),
        (
            "<https://example.org>",
            f'<a href="https://example.org" rel="noreferrer">https://example.org{MARK}</a>',
            "https://example.org (example.org)",
        ),
        (
            "[a](https://a.example) [b](/help)",
            f'<a href="https://a.example" rel="noreferrer">a{MARK}</a> <a href="/help">b</a>',
            "a (a.example) b",
        ),
        (
            "[x](//a.example)",
            f'<a href="//a.example" rel="noreferrer">x{MARK}</a>',
            "x (//a.example)",
        ),
        ("[x](mailto:a@b.example)", '<a href="mailto:a@b.example">x</a>', "x"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        (
            "<script>alert(1)</script>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
        ),
    ],
)
def test_links_say_where_they_lead(text: str, web: str, touch_screen: str) -> None:
    assert WEB.markdown(text) == f"<p>{web}</p>\n"
    assert TOUCH_SCREEN.markdown(text) == f"<p>{touch_screen}</p>\n"
