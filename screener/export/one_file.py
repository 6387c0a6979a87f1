"""An export as one HTML file, for a USB stick or a mail: it opens from a disk, without a server.

Modules and `fetch` do not work there. So the file holds every page in a <template>, the bundle as
JSON, and the scripts as one; templates/one_file.js stands in for the server.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping

from markupsafe import escape

from screener.config import Settings
from screener.content.models.base import Voice
from screener.export.site import Site, SiteError
from screener.resources import folder
from screener.web.delivery import Delivery
from screener.web.headers import META_CONTENT_SECURITY_POLICY

MODULES = ("engine", "chart", "papers", "pages")
"""What app.js imports; a module comes after those that it imports itself."""

NOT_TO_READ = ("/", "/check", "/results", "/cleared")
SCREEN, PRINT = "app.css", "paper.css"

_MAIN = re.compile(r"<main .*?</main>", re.DOTALL)
_FOOT = re.compile(r'<(\w+) [^>]*id="not-a-test".*?</\1>', re.DOTALL)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const) (\w+))", re.MULTILINE)
_IMPORT = re.compile(r'^import (\{[^}]+\}) from "\./(\w+)\.js";$', re.MULTILINE)
_LAZY_IMPORT = re.compile(r'\bimport\("\./(\w+)\.js"\)')
_OF_MODULES = re.compile(r"^\s*(?:import|export)\b|\bimport\s*\(", re.MULTILINE)
_ENDS_EARLY = re.compile(r"</(?:script|style)|<!--", re.IGNORECASE)
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
_LINKED = re.compile(r"<link [^>]*>\n?|<script [^>]*src=[^>]*></script>\n?")
_LINK_WITHIN = re.compile(r'<a [^>]*href="#([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_IN_MAIN = re.compile(r"^<main [^>]*>|</main>$")
_NAMES = re.compile(r' (?:id|tabindex|aria-(?:labelledby|describedby|label))="[^"]*"')


def one_file(settings: Settings) -> str:
    """The file's HTML. Raises what `create_app` raises."""
    site = Site(settings, Delivery.FILE)
    pages = {path: _text(site, path) for path in site.page_paths()}
    script = one_script()
    screen, paper = (_static(name) for name in (SCREEN, PRINT))
    head = (
        f'<style>{screen}</style>\n<style media="print">{paper}</style>\n'
        f'<script type="module">{script}</script>'
    )
    bundle = _text(site, site.bundle_path()).replace("<", "\\u003c")
    body = [
        f"<noscript>{_to_read(pages)}</noscript>",
        *(
            f'<template id="page:{path}">{_main_and_foot(page)}</template>'
            for path, page in pages.items()
        ),
        f'<script type="application/json" id="bundle">{bundle}</script>',
    ]
    page = _replaced(_LINKED, pages["/"], "")
    policy = escape(_policy([script], [screen, paper]))
    page = _replaced(
        _POLICY, page, f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    )
    page = _replaced(re.compile("(?=</head>)"), page, f"{head}\n")
    return _replaced(re.compile("(?=</body>)"), page, "\n".join([*body, ""]))


def one_script() -> str:
    """The scripts of static/ as one: each module a function, whose names stay its own."""
    parts = [_static("one_file.js", "templates")]
    parts += [f"const {name}Module = {_as_function(_static(f'{name}.js'))};" for name in MODULES]
    app = _LAZY_IMPORT.sub(r"\1Module", _static("app.js"))
    parts.append(f"{{\n{_without_imports(app)}}}")
    script = "\n".join(parts)
    if found := _OF_MODULES.search(script):
        raise SiteError(f"one file cannot hold {found[0]!r}")
    return script


def _as_function(module: str) -> str:
    names = _EXPORT.findall(module)
    body = _EXPORT.sub("", _without_imports(module))
    return f"(() => {{\n{body}return {{ {', '.join(names)} }};\n}})()"


def _without_imports(module: str) -> str:
    return _IMPORT.sub(r"const \1 = \2Module;", module)


def _static(name: str, of: str = "static") -> str:
    text = (folder(of) / name).read_text("utf-8")
    if found := _ENDS_EARLY.search(text):
        raise SiteError(f"{name} holds {found[0]!r}, which would end its element")
    return text


def _text(site: Site, path: str) -> str:
    return site.get(path).get_data(as_text=True)


def _replaced(pattern: re.Pattern[str], page: str, html: str) -> str:
    replaced, count = pattern.subn(lambda _: html, page)
    if not count:
        raise SiteError(f"the page has no {pattern.pattern}")
    return replaced


def _main_and_foot(page: str) -> str:
    """What differs from page to page: <main>, and the note whether it was reviewed."""
    return _found(_MAIN, page) + _found(_FOOT, page)


def _found(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    if not found:
        raise SiteError(f"a page has no {pattern.pattern}")
    return found[0]


def _to_read(pages: Mapping[str, str]) -> str:
    """For a browser without scripts: what can be read, one page below the other, each where the
    links to it lead. Links into the middle of another page become plain words."""
    read = {path: page for path, page in pages.items() if _is_to_read(path)}
    parts = []
    for path, page in read.items():
        inner = _IN_MAIN.sub("", _found(_MAIN, page))
        inner = _LINK_WITHIN.sub(lambda a: a[0] if a[1] in read else a[2], inner)
        parts.append(f'<section id="{path}">{_NAMES.sub("", inner)}</section>')
    return "\n".join(parts)


def _is_to_read(path: str) -> bool:
    """Whether a page needs no script and isn't the other voice of one that is there."""
    return path not in NOT_TO_READ and not path.endswith(f"/{Voice.SOMEONE}")


def _policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """As strict as the app's: only what is in the file, by its hash, and no form is sent."""
    policy = META_CONTENT_SECURITY_POLICY.replace(
        "script-src 'self'", f"script-src {_hashes(scripts)}"
    ).replace("style-src 'self'", f"style-src {_hashes(styles)}")
    return "; ".join(part for part in policy.split("; ") if not part.endswith(" 'self'"))


def _hashes(texts: Iterable[str]) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
