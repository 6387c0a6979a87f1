"""Error pages, and the one log line of an error."""

from __future__ import annotations

import logging

from flask import Flask, Response, make_response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from screener.web.hosts import UnknownHost
from screener.web.messages import ERRORS, UNKNOWN_HOST
from screener.web.routes import render_message


def register_error_pages(app: Flask) -> None:
    """Answer every error with a page that shows the crisis lines."""

    @app.errorhandler(Exception)
    def show_error(error: Exception) -> Response:
        status = (error.code or 500) if isinstance(error, HTTPException) else 500
        if not isinstance(error, HTTPException):
            log_error(error)
        message = ERRORS.get(status) or ERRORS[400 if status < 500 else 500]
        if isinstance(error, UnknownHost):
            message = UNKNOWN_HOST
        response = make_response(render_message(message), message.status)
        if isinstance(error, MethodNotAllowed):
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return response


def log_error(error: Exception) -> None:
    """One line: route and kind of error. Exception texts can quote what was sent."""
    route = request.url_rule or "no route"
    logging.getLogger("screener").error("%s at %s", type(error).__name__, route)
