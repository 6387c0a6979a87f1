"""A test client that checks every page it fetches, whatever the test was about."""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import TemplateString
from flask import Response
from flask.testing import FlaskClient

from screener.authoring.check.words import commercial_names
from screener.web.headers import FILE_HEADERS, HEADERS

WORDS = (NavigableString, TemplateString)
DRUG_NAMES = re.compile(r"clonazepam|klonopin|rivotril|benzodiazepine", re.IGNORECASE)
CRISIS_BARS = {
    "US": ["911", "988", "18002221222"],
    "CA": ["911", "988", "18447647669"],
    "GB": ["999", "116123", "111"],
    "IE": ["112", "116123", "018092166"],
    "AU": ["000", "131114", "131126"],
    "NZ": ["111", "1737", "0800764766"],
}
"""By country: the digits on top of every page, as its services publish them."""


class LintingClient(FlaskClient):
    """Fetches like any test client; raises AssertionError for a page that breaks a promise."""

    home = "US"
    """The country whose pages are at the root."""

    _last = BeautifulSoup()

    def open(self, *args: Any, **kwargs: Any) -> Response:
        response = super().open(*args, **kwargs)
        check_headers(response)
        if response.mimetype == "text/html" and response.data:
            zipped = response.headers.get("Content-Encoding") == "gzip"
            body = gzip.decompress(response.data) if zipped else response.data
            self._last = check_page(body.decode(), self.home)
        return response

    def page(self, path: str, **fields: Any) -> BeautifulSoup:
        """GET, or POST when there are fields; the parsed page."""
        _ = self.post(path, data=fields) if fields else self.get(path)
        return self._last


def check_headers(response: Response) -> None:
    """No cookie, no cache of pages, and the whole set of security headers, once each."""
    headers = response.headers
    assert "Set-Cookie" not in headers
    assert "Cookie" not in headers.get("Vary", "")
    if headers.get("Content-Type", "").startswith("text/plain"):
        return  # /healthz answers before the app
    is_asset = response.request.path.startswith("/static/") and response.status_code == 200
    for name, value in FILE_HEADERS if is_asset else HEADERS:
        assert headers.getlist(name) == [value], name
    immutable = "immutable" in headers["Cache-Control"]
    assert immutable == is_asset
    if not immutable:
        assert headers.getlist("Cache-Control") == ["no-store"]


@lru_cache(200)
def check_page(html: str, home: str = "US") -> BeautifulSoup:
    """Everything a page promises to everyone; the parsed page, which no test may change: one that
    comes again is not checked again. `home`: the country at the root."""
    soup = BeautifulSoup(html, "html.parser")
    assert html.startswith("<!doctype html>")
    assert soup.html and soup.html["lang"] and soup.html["dir"]
    _check_heads(soup, home)
    _check_links(soup)
    _check_forms(soup)
    _check_code(soup, html)
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)), f"ids twice: {sorted(i for i in ids if ids.count(i) > 1)}"
    for tag in soup.find_all(attrs={"aria-describedby": True}):
        assert all(name in ids for name in tag["aria-describedby"].split())
    text = soup.get_text(" ")
    assert not list(commercial_names(text))
    assert not re.search(r"\{[a-z0-9-]+(:name)?\}", text), "a placeholder was left in"
    assert not re.search(r"\[(not )?[A-Z]{2}( [A-Z]{2})*\]", text), "a country mark was left in"
    assert not re.search(r"\d ?mg\b", text)
    return soup


def _check_heads(soup: BeautifulSoup, home: str) -> None:
    assert len(soup.find_all("h1")) == 1
    assert words(soup.h1)
    assert soup.title and soup.title.string
    if soup.main.has_attr("data-at"):
        # Histories keep titles: the pages of a visit all have the same one.
        assert ":" not in soup.title.string
    assert not DRUG_NAMES.search(soup.title.string), "the tab names the medicine"
    bar = [digits(line) for line in soup.select("header nav.crisis li")]
    country = soup.html.get("data-base", "").strip("/").upper()
    assert bar == CRISIS_BARS.get(country, CRISIS_BARS[home])
    assert soup.find("nav", class_="crisis").find_next("main")
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1
    steps = pairwise(levels)
    assert all(after <= before + 1 for before, after in steps), f"a level is skipped: {levels}"


def _check_links(soup: BeautifulSoup) -> None:
    if "kiosk" in soup.html.get("class", []):
        _check_no_way_out(soup)
    for link in soup.find_all("a"):
        address = link["href"]
        parts = urlsplit(address)
        assert words(link), f"a link without words: {address}"
        if parts.scheme in ("tel", "sms"):
            shown = digits(link.select_one(".num") or link)
            assert shown == digits(parts.path), f"{address} shows {words(link)}"
            for word in parse_qs(parts.query).get("body", []):
                assert word in words(link.parent), f"{address} does not say what it sends"
        elif parts.scheme:
            assert parts.scheme == "https" or parts.scheme == "http"
            assert "noreferrer" in link.get("rel", []), address
        elif address.startswith("#"):
            assert soup.find(id=address[1:]), f"{address} leads nowhere"


def _check_no_way_out(soup: BeautifulSoup) -> None:
    """A shared screen leads to itself only, and asks for nothing in free text."""
    for tag in soup.select("a[href], form[action], button[formaction]"):
        address = tag.get("href") or tag.get("action") or tag.get("formaction")
        assert address.startswith(("/kiosk/", "#")), address
    assert not soup.select(
        "textarea, [target], input:not([type=radio], [type=checkbox], [type=hidden])"
    )
    assert "Ask staff" in words(soup.main)


def _check_forms(soup: BeautifulSoup) -> None:
    base = soup.html.get("data-base", "")
    for form in soup.find_all("form"):
        assert form["method"] == "post"
        assert form["action"] in (f"{base}/check", f"{base}/results")
        assert form["autocomplete"] == "off"
    for control in soup.select("input:not([type=hidden]), select, textarea"):
        label = control.find_parent("label") or soup.find("label", attrs={"for": control.get("id")})
        assert label is not None and words(label), f"no label: {control}"
        if len(soup.select(f"input:not([type=hidden])[name='{control.get('name')}']")) > 1:
            fieldset = control.find_parent("fieldset")
            assert fieldset is not None and words(fieldset.legend)
    for button in soup.find_all("button"):
        assert words(button)


def _check_code(soup: BeautifulSoup, html: str) -> None:
    assert not soup.find_all("style") and not soup.find_all(style=True)
    assert all(script.get("src", "").startswith("/static/") for script in soup.find_all("script"))
    assert not re.search(r"\son[a-z]+=", html)
    for tag in soup.select("[src], link[href]"):
        assert (tag.get("src") or tag.get("href")).startswith("/")


def words(tag: Tag | None) -> str:
    """The words of a tag, also within a <template>, on one line."""
    return re.sub(r"\s+", " ", tag.get_text(types=WORDS)).strip() if tag else ""


def digits(value: Tag | str) -> str:
    """The digits of a text."""
    return re.sub(r"\D", "", value if isinstance(value, str) else value.get_text())
