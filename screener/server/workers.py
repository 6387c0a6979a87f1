"""Runs the app under granian: several processes, no access log, strict limits on headers."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from screener import create_app
from screener.config import Settings, as_environment, from_environment
from screener.server.binding import (
    SOCKET_MODE,
    PortTaken,
    address_of,
    reserve,
    reserve_socket,
    socket_path,
)

if TYPE_CHECKING:
    from screener.authoring.reload import Reloader

__all__ = ["PortTaken", "serve", "worker"]

HEADER_TIMEOUT = 5000
"""Milliseconds a client may take to send its headers."""

LARGEST_HEADERS = 16384
"""Bytes of headers."""

_M_ARENA_MAX = -8
"""From malloc.h."""

_STOPPING = (signal.SIGTERM, signal.SIGINT)

LAST_WORDS = 10
"""Seconds a stopping worker has to finish the requests in flight."""


def forbid_core_dumps() -> None:
    """A worker that crashes must not leave its memory, and answers in it, on the disk."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


_inherited: Flask | None = None
"""The app, for workers that are forks of the process that watches them."""


def serve(settings: Settings, reload: bool = False) -> None:
    """Serve until told to stop; with `reload`, follow the content file.

    Raises PortTaken, and without `reload` what `create_app` raises.
    """
    if not reload:
        _make_app_to_inherit(settings)
    place = place_of(settings)
    print(f"Serving on {address_of(settings)} - press Ctrl+C to stop", flush=True)
    if reload:
        print(f"For the author: {address_of(settings)}author", flush=True)
    run(f"screener.server.workers:{'author_worker' if reload else 'worker'}", settings, place)


def _make_app_to_inherit(settings: Settings) -> None:
    """What is made before the fork is made once, and its memory is shared."""
    global _inherited
    _inherited = create_app(settings)
    gc.collect()
    gc.freeze()  # else the collector of each worker writes to all of it, which ends the sharing


def run(target: str, settings: Settings, place: Mapping[str, Any]) -> None:
    """Serve, until told to stop, the app that a function makes in each worker.

    The target is "module:function"; the place comes from `place_of`.
    """
    forbid_core_dumps()
    # A worker that inherits no app reads its settings from the environment.
    os.environ.update(as_environment(settings))
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    if hasattr(os, "register_at_fork"):
        # A worker starts with its parent's handlers, which do nothing there.
        os.register_at_fork(after_in_child=_end_at_signals)
    Granian(
        target,
        factory=True,
        **place,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        http=HTTPModes.http1,
        websockets=False,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_TIMEOUT, max_buffer_size=LARGEST_HEADERS
        ),
        log_access=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=LAST_WORDS,
    ).serve()


def place_of(settings: Settings) -> dict[str, Any]:
    """Where granian is to listen, in its words, once nobody else does. Raises PortTaken."""
    path = socket_path(settings)
    if path:
        reserve_socket(path)
        return {"uds": path, "uds_permissions": SOCKET_MODE}
    return {"address": reserve(settings.host, settings.port), "port": settings.port}


def _end_at_signals() -> None:
    for number in _STOPPING:
        signal.signal(number, signal.SIG_DFL)


def worker() -> Flask:
    """The app of one worker."""
    _stop_when_told()
    _share_memory_pools()
    return _inherited or create_app()


def _share_memory_pools() -> None:
    """Two for all threads. Else glibc gives each its own, which together hold 10 MB more."""
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt:  # musl has none
            mallopt(_M_ARENA_MAX, 2)


def author_worker() -> Reloader:
    """The app of the one worker that follows the content file."""
    from screener.authoring.reload import Reloader

    _stop_when_told()
    reloader = Reloader(from_environment(os.environ))
    reloader.watch()
    return reloader


def _stop_when_told() -> None:
    """A thread that waits for the signal to stop, and stops the worker once.

    A serving worker waits outside Python, where its own handler may run only with the next
    request; and granian's handler may never return when it is called a second time, as it is
    when both the terminal and the first process send the signal.
    """
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)  # for all threads to come, too
        threading.Thread(target=_stop_once, daemon=True).start()


def _stop_once() -> None:
    if sys.platform != "win32":
        number = signal.sigwait(_STOPPING)
        handler = signal.getsignal(number)
        if not callable(handler) or handler is signal.default_int_handler:
            os._exit(0)  # granian has not set its own yet, so nothing is being served
        handler(number, None)
