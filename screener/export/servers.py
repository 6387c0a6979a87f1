"""Configurations that have a web server send an export with the headers that the app sends.

nginx and Caddy read whole files; Netlify, Cloudflare Pages and others read `_headers`. The
headers are those of the app's own responses (web/headers.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response

from screener.export.site import Site

Headers = list[tuple[str, str]]

ABOUT_ONE_BODY = ("Content-Type", "Content-Length", "Vary")
"""Headers that the web server sets itself."""

CACHE = "Cache-Control"

ROOT = "/srv/screener/site"
"""Where the configurations look for the files until somebody fills in another place."""


@dataclass(frozen=True)
class SiteHeaders:
    """The headers of each class of files."""

    prefix: str
    bundle: str
    """The bundle's path below the prefix. Its name changes with its content, like static files'."""
    folders: tuple[str, ...]
    """The first parts of the pages' paths: 'check', 'learn'."""
    pages: Headers
    files: Headers
    wipe: Headers


def headers_of(response: Response) -> Headers:
    """What a web server has to add to a response."""
    return [
        (name, value) for name, value in response.headers if value and name not in ABOUT_ONE_BODY
    ]


def site_headers(site: Site, prefix: str) -> SiteHeaders:
    """The headers of a site's responses."""
    bundle = site.bundle_path()
    parts = {path.split("/")[1] for path in site.page_paths()}
    return SiteHeaders(
        prefix,
        bundle,
        tuple(sorted(parts - {""})),
        headers_of(site.get("/")),
        headers_of(site.get(bundle)),
        headers_of(site.get("/wipe.css")),
    )


def nginx(of: SiteHeaders) -> str:
    """A server block. Each location names all its headers: one that names any inherits none."""
    at = of.prefix
    lines = [
        "# A server block for nginx. Fill in what is marked HERE. It keeps no log of a visit.",
        "server {",
        "    listen 127.0.0.1:8080;  # HERE: for other machines 443 ssl, with a certificate",
        "    server_name check.example;  # HERE",
        f"    root {ROOT};  # HERE: the folder 'site' that was exported",
        "    access_log off;",
        "    error_log stderr emerg;",
        "    server_tokens off;",
        "    charset utf-8;",
        "    charset_types text/css text/javascript application/javascript;",
        "    gzip on;",
        "    gzip_types text/css text/javascript application/javascript application/json;",
        f"    error_page 403 404 405 {at}/404.html;",
    ]
    for location, headers in _locations(of):
        lines.append(f"    location {location} {{")
        lines += [
            f"        add_header {name} '{_escaped(value)}' always;" for name, value in headers
        ]
        lines.append("    }")
    return "\n".join([*lines, "}", ""])


def _locations(of: SiteHeaders) -> Iterator[tuple[str, Headers]]:
    yield f"{of.prefix}/", of.pages
    yield f"{of.prefix}/static/", of.files
    yield f"= {of.prefix}{of.bundle}", of.files
    yield f"= {of.prefix}/wipe.css", of.wipe


def _escaped(value: str) -> str:
    """For single quotes in nginx's configuration."""
    return value.replace("\\", "\\\\").replace("'", "\\'")


def caddyfile(of: SiteHeaders) -> str:
    """A Caddyfile. Each request is handled by the first block that fits."""
    at = of.prefix
    lines = [
        "# For Caddy 2. Fill in what is marked HERE. Without a `log` directive it logs no visit.",
        "http://127.0.0.1:8080 {  # HERE: a host name, and Caddy gets a certificate for it",
        f"    root * {ROOT}  # HERE: the folder 'site' that was exported",
        "    encode gzip",
        f"    @files path {at}/static/* {at}{of.bundle}",
        "    handle @files {",
        *_caddy_headers(of.files),
        "        file_server",
        "    }",
        f"    handle {at}/wipe.css {{",
        *_caddy_headers(of.wipe),
        "        file_server",
        "    }",
        "    handle {",
        *_caddy_headers(of.pages),
        "        file_server",
        "    }",
        "    handle_errors {",
        *_caddy_headers(of.pages),
        f"        rewrite * {at}/404.html",
        "        file_server",
        "    }",
        "}",
    ]
    return "\n".join([*lines, ""])


def _caddy_headers(headers: Headers) -> list[str]:
    lines = [f"            {name} `{value}`" for name, value in headers]
    return ["        header {", "            -Server", *lines, "        }"]


def underscore_headers(of: SiteHeaders) -> str:
    """`_headers`, as Netlify and Cloudflare Pages read it.

    Where several rules fit, their values are joined. So the rule for everything names no
    Cache-Control, and no other rule names what it does.
    """
    everywhere = [(name, value) for name, value in of.pages if name != CACHE]
    rules = [("/*", everywhere)]
    page_cache, file_cache = _only_cache(of.pages), _only_cache(of.files)
    rules.append((f"{of.prefix}/", page_cache))
    rules += [(f"{of.prefix}/{folder}/*", page_cache) for folder in of.folders]
    rules += [(f"{of.prefix}/static/*", file_cache), (f"{of.prefix}{of.bundle}", file_cache)]
    known = {name for name, _ in everywhere}
    rules.append((f"{of.prefix}/wipe.css", [(n, v) for n, v in of.wipe if n not in known]))
    return "".join(
        f"{path}\n" + "".join(f"  {name}: {value}\n" for name, value in headers)
        for path, headers in rules
    )


def _only_cache(headers: Headers) -> Headers:
    return [(name, value) for name, value in headers if name == CACHE]
