"""Every kind of response: each route by each method, and each error."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import cycle

from flask import Flask

from screener.resources import folder
from screener.web.assets import load_assets
from screener.web.forms import LARGEST_BODY, MOST_FIELDS
from screener.web.manifest import MANIFEST
from tests.page_paths import page_paths
from tests.privacy.tools import FORM, Reply, ask

METHODS = ("GET", "HEAD", "POST", "PUT", "OPTIONS")


@dataclass(frozen=True)
class Case:
    """What is sent, the status it must get, and the class its headers belong to.

    200 stands for 203 too: the status of a page of questions that is opened by GET.
    """

    kind: str
    status: int
    line: str
    lines: tuple[str, ...] = ("Host: localhost",)
    body: bytes = b""

    def ask(self, port: int) -> Reply:
        """The response to it."""
        reply = ask(port, f"{self.line} HTTP/1.1", *self.lines, body=self.body)
        assert reply, self
        assert reply.status in (self.status, 203 if self.status == 200 else None), self
        return reply


def every_case(app: Flask, bundle_digest: str) -> list[Case]:
    """Each route by each method, and each error. Most pages are topics, of two routes in each
    edition: each is asked for by GET, and by one method in turn, so that each route meets all."""
    rules = {path: {"GET", "HEAD"} for path in ["/static/<name>", "/wipe.css", *page_paths(app)]}
    for rule in app.url_map.iter_rules():
        rules.setdefault(rule.rule, set()).update(rule.methods or ())
    several = ("<topic_id>", ":voice>")  # page_paths has them
    rules = {path: it for path, it in rules.items() if not any(part in path for part in several)}
    posted = [path for path, methods in rules.items() if "POST" in methods]
    turn = cycle(METHODS)  # five, while the two routes alternate
    cases = [
        case
        for path, allowed in rules.items()
        for methods in [{"GET", next(turn)} if "/learn/" in path else METHODS]
        for case in _route(path.replace("<digest>", bundle_digest), allowed, methods)
    ]
    cases += [Case("healthz", 200, f"{method} /healthz") for method in METHODS]
    cases += [Case("page", 404, f"{method} /no-such-page") for method in METHODS]
    cases += [Case("page", 404, "GET /static/no-such-file")]
    cases += [Case("page", 400, "GET /", ()), Case("page", 400, "GET /", ("Host: a b",))]
    return cases + [case for path in posted for case in _errors(path)]


def _route(path: str, allowed: set[str], methods: Collection[str]) -> Iterator[Case]:
    kind = "page"
    paths = [path]
    if path.endswith("<name>"):
        kind = "static"
        paths = [f"/static/{asset.name}" for asset in load_assets(folder("static")).values()]
    elif path.endswith(".json"):
        kind = "static"
    elif path.endswith("/wipe.css"):
        kind = "wipe"
    if path.endswith(MANIFEST):
        kind = "manifest"
    lines = ("Host: localhost", FORM, "Content-Length: 0")
    for each in paths:
        for method in methods:
            here = method in allowed
            yield Case(kind if here else "page", 200 if here else 405, f"{method} {each}", lines)


def _errors(path: str) -> Iterator[Case]:
    def sent(status: int, body: bytes, *lines: str, kind: str = FORM) -> Case:
        length = f"Content-Length: {len(body)}"
        all_lines = ("Host: localhost", kind, length, *lines)
        return Case("page", status, f"POST {path}", all_lines, body)

    yield sent(400, b"a=%00")
    yield sent(400, b"nonsense")
    yield sent(403, b"voice=me", "Sec-Fetch-Site: cross-site")
    yield sent(403, b"voice=me", "Origin: https://evil.example")
    yield Case("page", 411, f"POST {path}", ("Host: localhost", FORM))
    yield sent(413, b"a=" + b"x" * LARGEST_BODY)
    yield sent(413, b"&".join([b"a=1"] * (MOST_FIELDS + 1)))
    yield sent(415, b"{}", kind="Content-Type: application/json")
    if not path.startswith("/kiosk"):
        yield sent(422, b"at=supply&supply=a&supply=b")
