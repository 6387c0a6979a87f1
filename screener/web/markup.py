"""Content texts -> HTML: numbers in place, Markdown rendered, everything else escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

import segno
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from screener.content.models.contacts import PLACEHOLDER, Contact, filled_in, with_numbers
from screener.content.models.topics import CITATION


def dialled(number: str) -> str:
    """The digits a phone dials for a number as shown."""
    return re.sub(r"\D", "", number)


def call_address(contact: Contact) -> str | None:
    """`tel:` address of a contact, or None when it takes no calls."""
    return f"tel:{dialled(contact.call)}" if contact.call else None


def text_address(contact: Contact) -> str | None:
    """`sms:` address of a contact with its word filled in, or None when it takes no texts."""
    if not contact.text:
        return None
    address = f"sms:{dialled(contact.text.number)}"
    is_word = contact.text.word.isupper()
    return f"{address}?body={quote(contact.text.word)}" if is_word else address


def short_address(url: str) -> str:
    """A web address as people write it down."""
    return url.split("://")[-1].removeprefix("www.")


def qr_code(text: str, name: str) -> Markup:
    """A QR code as inline SVG: error level M, with the quiet zone of 4 modules readers need.

    `name`: what a screen reader says: "Code to call 911 from your own phone".
    """
    code = segno.make_qr(text, error="m")
    svg = code.svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None)
    named = f'<svg role="img" aria-label="{escape(name)}"'
    return Markup(svg.replace("<svg", named, 1))  # noqa: S704 - the name is escaped


def hidden_fields(fields: Iterable[tuple[str, str]]) -> Markup:
    """Hidden inputs of some names and values, one a line."""
    return Markup(  # noqa: S704 - escaped here; a page has hundreds, so not by Markup.format
        "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">\n'
            for name, value in fields
        )
    )


class Texts:
    """Renders content texts, in which `{contact-id}` stands for a number."""

    def __init__(
        self, contacts: Mapping[str, Contact], sources: Iterable[str] = (), links: bool = True
    ) -> None:
        """`links=False` shows numbers and addresses as text, for a screen that can neither dial
        nor leave.
        """
        self._contacts = contacts
        self._source_numbers = {id: number for number, id in enumerate(sources, start=1)}
        self._links = links
        self._markdown = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block"])
        self._markdown.add_render_rule("link_open", _link_open if links else _no_link)
        self._markdown.add_render_rule("link_close", _link_close if links else _address_as_text)

    def plain(self, text: str) -> str:
        """The text with numbers, for headings, labels and checks."""
        return with_numbers(text, self._contacts)

    def linked(self, text: str) -> Markup:
        """The text with numbers that can be pressed."""
        return Markup(self._link(escape(text)))  # noqa: S704 - escaped just above

    def markdown(self, text: str) -> Markup:
        """Markdown as HTML, with numbers that can be pressed."""
        # Braces are plain text to Markdown, so placeholders come through unharmed.
        html = CITATION.sub(self._cite, self._markdown.render(text))
        return Markup(self._link(html))  # noqa: S704 - html is off

    def number(self, contact: Contact) -> Markup:
        """The number of a help line, to press where that is possible."""
        return Markup(self._number(contact))  # noqa: S704 - escaped there

    def source_number(self, source: str) -> int:
        """The number of a source: the same on every page."""
        return self._source_numbers[source]

    def _cite(self, match: re.Match[str]) -> str:
        """The number of a source; nothing where the country's pages don't cite it."""
        number = self._source_numbers.get(match[1])
        return f'<sup class="cite" title="Source {number}">{number}</sup>' if number else ""

    def _link(self, html: str) -> str:
        return PLACEHOLDER.sub(self._link_one, html)

    def _link_one(self, match: re.Match[str]) -> str:
        contact = self._contacts[match[1]]
        if match[2]:
            return escape(filled_in(match, self._contacts))
        return self._number(contact)

    def _number(self, contact: Contact) -> str:
        number = escape(contact.number)
        address = call_address(contact) or text_address(contact)
        if address is None or not self._links:
            return f'<b class="num">{number}</b>'
        return f'<a class="num" href="{escape(address)}">{number}</a>'


# Links within Markdown, as markdown-it-py's render rules


def _link_open(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    if _is_outward(_address(tokens, index)):
        tokens[index].attrSet("rel", "noreferrer")
    return renderer.renderToken(tokens, index, options, env)


def _link_close(_: RendererHTML, tokens: Sequence[Token], index: int, *__: object) -> str:
    outward = _is_outward(_address(tokens, index))
    return '<span class="vh"> (another site)</span></a>' if outward else "</a>"


def _no_link(*_: object) -> str:
    return ""


def _address_as_text(_: RendererHTML, tokens: Sequence[Token], index: int, *__: object) -> str:
    address = _address(tokens, index)
    return f" ({escape(short_address(address))})" if _is_outward(address) else ""


def _address(tokens: Sequence[Token], index: int) -> str:
    """Where the link leads that begins or ends here. There is no link within a link."""
    opening = next(token for token in reversed(tokens[: index + 1]) if token.type == "link_open")
    return str(opening.attrGet("href"))


def _is_outward(address: str) -> bool:
    return "//" in address
