"""The app that an export is made of: asked for each page once, as a browser would."""

from __future__ import annotations

from flask import Response

from screener.app import create_app
from screener.config import Settings
from screener.web.delivery import Delivery
from screener.web.editions import Edition
from screener.web.routes import bundle_path, file_paths, ready_paths


class SiteError(Exception):
    """The app answered with another status than it should."""


class Site:
    """One edition, for some delivery. `prefix` is where it will live: '' or '/self-check'."""

    def __init__(self, settings: Settings, delivery: Delivery, prefix: str = "") -> None:
        """Raises WrongSetting, BrokenContent, or OSError, as `create_app` does."""
        nobody_listens = {"host": Settings().host, "trusted_hosts": ()}
        settings = settings.model_copy(update=nobody_listens)
        self._app = create_app(settings, delivery=delivery)
        self._base_url = f"http://localhost{prefix}/"
        self._prefix = prefix
        self._edition: Edition
        (self._edition,) = self._app.extensions["editions"].values()

    def get(self, path: str, status: int = 200) -> Response:
        """The app's response to a GET. Raises SiteError for another status."""
        with self._app.test_request_context(path, base_url=self._base_url):
            response = self._app.full_dispatch_request()
        if response.status_code != status:
            raise SiteError(f"{path} is answered with {response.status}")
        return response

    def page_paths(self) -> list[str]:
        """The app's paths of all pages."""
        with self._app.test_request_context("/", base_url=self._base_url):
            addresses = ready_paths(self._edition)
        return [self._path(address) for address in addresses]

    def bundle_path(self) -> str:
        """The app's path of the bundle."""
        with self._app.test_request_context("/", base_url=self._base_url):
            return self._path(bundle_path(self._edition))

    def file_paths(self) -> list[str]:
        """The app's paths of styles, scripts and the icon."""
        with self._app.test_request_context("/", base_url=self._base_url):
            return [self._path(path) for path in file_paths()]

    def _path(self, address: str) -> str:
        return self._edition.delivery.path(address.removeprefix(self._prefix))
