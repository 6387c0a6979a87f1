"""No sessions."""

from __future__ import annotations

from typing import NoReturn

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin


class NoSession(SessionInterface):
    """Any use of `flask.session` raises, so that nobody sets a cookie by accident."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        """None: Flask then answers every write with an error."""
        return None

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> NoReturn:
        """Never called, because no session is ever opened."""
        raise AssertionError("this app has no session")
