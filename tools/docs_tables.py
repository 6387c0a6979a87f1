"""Writes the files that are generated from others.

    python -m tools.docs_tables

The settings table of docs/operators.md comes from screener/config.py, the nginx configurations
for containers from deploy/nginx.conf, the words of docs/privacy.md and the error pages of a
proxy from questions.yaml.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from screener.authoring.files import read
from screener.config import Settings, settings_docs
from screener.export.error_pages import error_pages
from screener.resources import built_in_questions

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs/operators.md"
MARKS = "<!-- settings -->", "<!-- end of settings -->"
PRIVACY = ROOT / "docs/privacy.md"
PRIVACY_MARKS = "<!-- privacy page -->", "<!-- end of privacy page -->"
COMMAND = "python -m tools.docs_tables"
UPSTREAM = re.compile(r"        # HERE: one line for each.*?(?=        keepalive)", re.DOTALL)
REDIRECT = re.compile(r"    server \{\n        listen 80;.*?\n    \}\n\n", re.DOTALL)
TLS = re.compile(r"        ssl_certificate .*?ssl_session_tickets off;\n\n", re.DOTALL)
LIMITS = re.compile(r"    # Limits for one address\..*?limit_req_log_level info;\n\n", re.DOTALL)
MODULE = re.compile(r"# Debian's package libnginx.*?\.so;\n\n", re.DOTALL)
NO_SERVER_NAME = re.compile(r" +more_clear_headers Server;\n")
HEAD = re.compile(r"\A#.*?(?=\nworker_processes)", re.DOTALL)
TEMPORARY = "".join(
    f"    {kind}_temp_path /tmp/{kind};\n"
    for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
)


def settings_table() -> str:
    """Every setting as a row of a Markdown table."""
    rows = [
        f"| `{setting.variable}` | {f'`{setting.default}`' if setting.default else 'not set'} "
        f"| {setting.description} |"
        for setting in settings_docs()
    ]
    return "\n".join(["| variable | default | what it is |", "|---|---|---|", *rows])


def privacy_page() -> str:
    """What the shipped content says at `/privacy`."""
    about = read(built_in_questions()).content.about
    pages = about.privacy, about.leave
    return "\n\n".join(f"## {page.title}\n\n{page.body.strip()}" for page in pages)


def between(text: str, marks: tuple[str, str], new: str) -> str:
    """A text with something new between its marks."""
    first, last = marks
    before, _, rest = text.partition(first)
    _, _, after = rest.partition(last)
    return f"{before}{first}\n\n{new}\n\n{last}{after}"


def _replace_each(text: str, changes: list[tuple[str | re.Pattern[str], str]]) -> str:
    for old, new in changes:
        pattern = re.compile(re.escape(old)) if isinstance(old, str) else old
        text, count = pattern.subn(lambda _, new=new: new, text)  # type: ignore[misc]
        assert count == 1, f"{count} times: {pattern.pattern}"
    return text


def _container_changes(head: str, sockets: list[str]) -> list[tuple[str | re.Pattern[str], str]]:
    servers = "".join(
        f"        server unix:/run/screener/{name} max_fails=0;\n" for name in sockets
    )
    return [
        (HEAD, f"{head}\n# Made from ../nginx.conf, which says why, by `{COMMAND}`.\n"),
        ("pid /run/nginx.pid;", "pid /tmp/nginx.pid;"),
        ("    server_tokens off;\n", f"    server_tokens off;\n{TEMPORARY}"),
        (UPSTREAM, servers),
        # The official image has no such module.
        (MODULE, ""),
    ]


def for_compose(shipped: str) -> str:
    """The configuration for compose.yaml: nginx ends TLS; the two servers listen on sockets."""
    head = "# nginx beside the servers of compose.yaml: TLS outside, sockets inside, no root."
    return _replace_each(
        NO_SERVER_NAME.sub("", shipped),
        [
            *_container_changes(head, ["a.sock", "b.sock"]),
            ("listen 80;", "listen 8080;"),
            ("        listen [::]:80;\n", ""),
            ("listen 443 ssl http2;", "listen 8443 ssl http2;"),
            ("        listen [::]:443 ssl http2;\n", ""),
            ("/etc/ssl/check.example.pem", "/run/secrets/certificate.pem"),
            ("/etc/ssl/check.example.key", "/run/secrets/key.pem"),
        ],
    )


def for_kubernetes(shipped: str) -> str:
    """The configuration for the app's pod: an ingress controller ends TLS."""
    head = "# nginx in the app's pod. TLS ends at the ingress controller."
    return _replace_each(
        NO_SERVER_NAME.sub("", shipped),
        [
            *_container_changes(head, ["app.sock"]),
            # Every visitor comes from the controller's address, which can limit them itself.
            (LIMITS, ""),
            (REDIRECT, ""),
            (re.compile(r"listen 443 ssl http2;[^\n]*"), "listen 8080;"),
            ("        listen [::]:443 ssl http2;\n", ""),
            (TLS, ""),
            (re.compile(r"server_name check.example;  # HERE"), "server_name _;"),
            ("X-Forwarded-Proto $scheme", "X-Forwarded-Proto https"),
            # A ConfigMap is one folder.
            ("/etc/screener/error-pages", "/etc/nginx/screener"),
        ],
    )


@cache
def generated() -> dict[Path, str]:
    """The content of each generated file."""
    shipped = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    pages = error_pages(Settings())
    return {
        **{ROOT / "deploy/error-pages" / name: page for name, page in pages.items()},
        **{ROOT / "deploy/kubernetes/error-pages" / name: page for name, page in pages.items()},
        ROOT / "deploy/compose/nginx.conf": for_compose(shipped),
        ROOT / "deploy/kubernetes/nginx.conf": for_kubernetes(shipped),
        GUIDE: between(GUIDE.read_text("utf-8"), MARKS, settings_table()),
        PRIVACY: between(PRIVACY.read_text("utf-8"), PRIVACY_MARKS, privacy_page()),
    }


if __name__ == "__main__":
    for path, text in generated().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
