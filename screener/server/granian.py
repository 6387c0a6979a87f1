"""Runs the app under granian: several processes, no access log, strict limits on headers."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any

from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from screener.app import create_app, make_root_pages
from screener.config import Settings, as_environment, variable
from screener.server.binding import (
    SOCKET_MODE,
    check_address,
    check_socket,
    displayed_address,
    socket_path,
)

HEADER_TIMEOUT = 5000
"""Milliseconds a client may take to send its headers."""

LARGEST_HEADERS = 16384
"""Bytes of headers."""

STOP_TIMEOUT = 10
"""Seconds a stopping worker has to finish the requests in flight."""

MAIN_PROCESS_TIME = 1
"""Seconds that the main process has to tell its workers to stop when all have got a signal."""

ONLY_LOOPBACK = "visitors get 400 unless they use the name 127.0.0.1, localhost or [::1]"

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

_preloaded_app: Flask | None = None
"""The app made before the workers are forked."""


def serve(settings: Settings) -> None:
    """Serve the app until SIGINT or SIGTERM.

    Raises CannotListen, and what `create_app` raises.
    """
    _preload_app(settings)
    listen = listen_options(settings)
    print_address(settings)
    if settings.proxy_count and not settings.trusted_hosts:
        print(f"{variable('trusted_hosts')} is not set: {ONLY_LOOPBACK}", file=sys.stderr)
    run("screener.server.granian:worker", settings, listen)


def _preload_app(settings: Settings) -> None:
    """Make the app before the fork, so that the workers share its memory."""
    global _preloaded_app
    _preloaded_app = create_app(settings)
    make_root_pages(_preloaded_app)
    gc.collect()
    gc.freeze()  # a collection would write to the objects, so that their pages are copied


def print_address(settings: Settings) -> None:
    """Print where the app is served, for the operator."""
    print(f"Serving on {displayed_address(settings)} - press Ctrl+C to stop", flush=True)


def listen_options(settings: Settings) -> dict[str, Any]:
    """Granian's options for the address or socket, which has been checked to be free.

    Raises CannotListen.
    """
    path = socket_path(settings)
    if path:
        check_socket(path)
        return {"uds": path, "uds_permissions": SOCKET_MODE}
    return {"address": check_address(settings.host, settings.port), "port": settings.port}


def run(target: str, settings: Settings, listen: Mapping[str, Any]) -> None:
    """Serve a WSGI app until SIGINT or SIGTERM.

    `target` is "module:function"; each worker calls the function to make its app. `listen` is
    the result of `listen_options`.
    """
    forbid_core_dumps()
    # A worker that is not a fork has no preloaded app and reads its settings from here.
    os.environ.update(as_environment(settings))
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    if hasattr(os, "register_at_fork"):
        # The handlers a worker inherits do nothing in it until granian sets its own.
        os.register_at_fork(after_in_child=_reset_signal_handlers)
    Granian(
        target,
        factory=True,
        **listen,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        # A body is read into buffers that are freed, not overwritten.
        workers_lifetime=settings.worker_lifetime,
        http=HTTPModes.http1,
        websockets=False,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_TIMEOUT, max_buffer_size=LARGEST_HEADERS
        ),
        log_access=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=STOP_TIMEOUT,
    ).serve()


def forbid_core_dumps() -> None:
    """Keep a crash from writing the process's memory, with answers in it, to the disk."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _reset_signal_handlers() -> None:
    for number in _STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def worker() -> Flask:
    """The app of one worker."""
    stop_on_first_signal()
    return _preloaded_app or create_app()


def stop_on_first_signal() -> None:
    """Start a thread that stops this worker at the first SIGINT or SIGTERM and ignores others.

    Python's own signal handling does not do: a serving worker waits outside the interpreter,
    where a handler may run only with the next request. And granian's handler may hang when it
    is called twice, as it is when both the terminal and the main process send the signal.
    """
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)  # inherited by later threads
        threading.Thread(target=_wait_for_stop_signal, daemon=True).start()


def _wait_for_stop_signal() -> None:
    if sys.platform != "win32":
        number = _stop_signal()
        handler = signal.getsignal(number)
        if not callable(handler) or handler is signal.default_int_handler:
            os._exit(0)  # granian has not set its handler yet, so no request is in flight
        handler(number, None)


def _stop_signal() -> int:
    """The number of the first signal to stop.

    Ctrl+C and systemd send it to every process. To a main process that has not handled its own
    yet, a worker that ends is lost: it reports an error and exits with 1. So after a signal from
    anybody else a worker waits for the one from the main process.
    """
    if sys.platform in ("win32", "darwin"):  # cannot say who sent it
        return signal.sigwait(_STOP_SIGNALS)
    sent = signal.sigwaitinfo(_STOP_SIGNALS)
    if sent.si_pid != os.getppid():
        signal.sigtimedwait(_STOP_SIGNALS, MAIN_PROCESS_TIME)
    return sent.si_signo
