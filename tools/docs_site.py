"""Hooks of the documentation site (mkdocs.yml): folders in the nav, links that lead out of docs/.

Pages are written for a code host, where every file of the repository can be linked to. In the site

- a folder in the nav, written with a slash at its end, stands for all its pages;
- a Markdown file outside docs/ that the nav names is a page below `repository/`;
- a link to any other file outside docs/ leads to `extra.source`, the address under which the
  repository's files can be read, and is plain text where that is not set;
- a link to a file that does not exist is a warning, so that a strict build fails.
"""

from __future__ import annotations

import logging
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from properdocs.config.defaults import ProperDocsConfig
from properdocs.structure.files import File, Files
from properdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
OUTSIDE = "repository/"
FENCE_OR_LINK = re.compile(
    r"^(?P<indent> *)```.*?^(?P=indent)```$|(?<!\\)\[(?P<text>[^][]*)\]\((?P<link>[^)\s]+)\)",
    re.MULTILINE | re.DOTALL,
)
log = logging.getLogger("properdocs.hooks.docs_site")


def on_config(config: ProperDocsConfig) -> None:
    """Put the pages of a folder in the place of the folder."""
    config.nav = _with_folders(config.nav, Path(config.docs_dir))


def on_files(files: Files, *, config: ProperDocsConfig) -> None:
    """Add the pages outside docs/ that the nav names."""
    for uri in _pages(config.nav):
        if uri.startswith(OUTSIDE):
            source = str(ROOT / uri.removeprefix(OUTSIDE))
            files.append(File.generated(config, uri, abs_src_path=source))


def on_page_markdown(markdown: str, *, page: Page, config: ProperDocsConfig, files: Files) -> str:
    """The text of a page with links that work in the site."""
    uri = page.file.src_uri

    def changed(found: re.Match[str]) -> str:
        link, text = found["link"], found["text"]
        if link is None:  # a block of code: only its language is wanted of the first line
            return re.sub(r"^( *```\w*)[^\n]*", r"\1", found[0])
        if re.match(r"[a-z]+:|#", link):
            return found[0]
        target, mark, anchor = link.partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(_path(uri)), target))
        if files.get_file_from_path(_uri(path)):
            inside = posixpath.relpath(_uri(path), posixpath.dirname(uri))
            return f"[{text}]({inside}{mark}{anchor})"
        if path.startswith("docs/"):  # MkDocs says that it is missing
            return found[0]
        if not (ROOT / path).exists():
            log.warning("'%s' links to '%s', which does not exist", _path(uri), link)
        if config.extra["source"]:
            return f"[{text}]({config.extra['source']}{path}{mark}{anchor})"
        return text if posixpath.basename(path) in text else f"{text} (`{path}`)"

    return FENCE_OR_LINK.sub(changed, markdown)


def _with_folders(nav: Any, docs: Path) -> Any:
    if isinstance(nav, dict):
        return {title: _with_folders(part, docs) for title, part in nav.items()}
    if isinstance(nav, list):
        return [_with_folders(part, docs) for part in nav]
    if isinstance(nav, str) and nav.endswith("/"):
        pages = sorted(path.name for path in (docs / nav).glob("*.md"))
        return [nav + name for name in sorted(pages, key=lambda name: name != "README.md")]
    return nav


def _pages(nav: Any) -> Iterator[str]:
    """Every page that a nav names."""
    if isinstance(nav, str):
        yield nav
    else:
        for part in nav.values() if isinstance(nav, dict) else nav:
            yield from _pages(part)


def _path(uri: str) -> str:
    """Where the source of a page of the site stands in the repository."""
    return uri.removeprefix(OUTSIDE) if uri.startswith(OUTSIDE) else f"docs/{uri}"


def _uri(path: str) -> str:
    """The source in the site of a file of the repository."""
    return path.removeprefix("docs/") if path.startswith("docs/") else OUTSIDE + path
