"""How pages reach the browser: from the app, or from files that `screener export` wrote."""

from __future__ import annotations

from enum import Enum


class Delivery(Enum):
    """What answers a request. Only a server can answer a POST."""

    SERVER = "server"
    FOLDER = "folder"
    """Static files: each page is the index.html of a folder, so its address ends with '/'."""
    FILE = "file"
    """One HTML file: the address of a page is what stands behind '#' in the file's own."""

    @property
    def is_static(self) -> bool:
        """Whether nothing answers a POST, so that a visit needs JavaScript."""
        return self is not Delivery.SERVER

    def address(self, path: str) -> str:
        """The address of the page that the app has at a path, which may end with an anchor."""
        page, hash, anchor = path.partition("#")
        if self is Delivery.FOLDER and not page.endswith(("/", ".json")):
            page += "/"
        return ("#" if self is Delivery.FILE else "") + page + hash + anchor

    def path(self, address: str) -> str:
        """The app's path of the page at an address: the reverse of `address`."""
        path = address.removeprefix("#")
        return path.rstrip("/") or "/" if self is Delivery.FOLDER else path
