"""What a test needs from the machine. Missing: skipped on a user's machine, a failure in CI."""

from __future__ import annotations

import os
import shutil
import sys

import pytest


def need(found: object, what: str) -> None:
    """Skip the test, or fail it in CI, unless `found` is true."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not installed")
    pytest.skip(f"{what} is not installed")


def need_program(name: str) -> None:
    """Require a program on the PATH."""
    need(shutil.which(name), name)


def need_root() -> None:
    """Require root on Linux, for mount and network namespaces."""
    if sys.platform == "linux" and os.geteuid() == 0 and shutil.which("unshare"):
        return
    if os.environ.get("CI"):
        pytest.fail("needs root on Linux")
    pytest.skip("needs root on Linux")
