"""An export as static files.

DIRECTORY/site is what a web server serves, DIRECTORY/servers its configuration. Every page is
the index.html of a folder and every link to it ends with '/', so the simplest of servers needs
neither rules nor redirects.
"""

from __future__ import annotations

import json
from pathlib import Path

from click import ClickException

from screener.config import Settings
from screener.export.servers import caddyfile, nginx, site_headers, underscore_headers
from screener.export.site import Site
from screener.web.delivery import Delivery
from screener.web.manifest import MANIFEST, manifest_of

NO_SUCH_PAGE = "/404.html"
"""Where hosts look for the page to show when there is none."""


def write_folder(settings: Settings, directory: Path, prefix: str = "") -> str:
    """Write an export, and return its manifest. Files of an earlier export there are deleted first.

    Raises what `create_app` raises, and ClickException for a file that cannot be written.
    """
    site = Site(settings, Delivery.FOLDER, prefix)
    files = {_file_of(path): site.get(path).get_data() for path in _paths(site)}
    files[NO_SUCH_PAGE] = site.get(NO_SUCH_PAGE, status=404).get_data()
    files = {prefix + path: content for path, content in files.items()}
    headers = site_headers(site, prefix)
    files["/_headers"] = underscore_headers(headers).encode()
    manifest = manifest_of(files)
    files[prefix + MANIFEST] = manifest.encode()

    _delete_earlier(directory / "site")
    for path, content in files.items():
        write_file(directory / "site" / path.removeprefix("/"), content)
    write_file(directory / "servers" / "nginx.conf", nginx(headers).encode())
    write_file(directory / "servers" / "Caddyfile", caddyfile(headers).encode())
    return manifest


def _paths(site: Site) -> list[str]:
    return [*site.page_paths(), site.bundle_path(), *site.file_paths()]


def _file_of(path: str) -> str:
    """The file that a web server sends for a path of the app: '/help' is /help/index.html."""
    if "." in path.rpartition("/")[2]:
        return path
    return f"{path.rstrip('/')}/index.html"


def _delete_earlier(site: Path) -> None:
    """Delete what the manifests below a folder list: a topic that was taken out must not stay."""
    for manifest in site.rglob(MANIFEST.rpartition("/")[2]):
        for path in json.loads(manifest.read_text("utf-8"))["files"]:
            file = (site / path.removeprefix("/")).resolve()
            if file.is_relative_to(site.resolve()):
                file.unlink(missing_ok=True)
        manifest.unlink()


def write_file(file: Path, content: bytes) -> None:
    """Write a file and the folders it is in. Raises ClickException when that fails."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as error:
        raise ClickException(f"cannot write {file}: {error.strerror}") from None
