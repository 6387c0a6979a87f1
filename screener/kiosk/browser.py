"""The touch screen's browser: finding it, its flags and managed policies, its profile folder."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from screener.config import Settings

HOST = "127.0.0.1"
START_PATH = "/kiosk/"
HAS_DEVTOOLS_PIPE = sys.platform != "win32"
"""Whether the browser can be started with the remote-debugging pipe."""

ROOT_PREFIX = "screener-kiosk-"
"""Prefix of the folder that holds a launcher's profiles; the launcher's process id follows."""

MIN_FREE_BYTES = 128 * 1024 * 1024
"""Free space a tmpfs must have to hold profiles. One profile takes about 15 MB."""

LINUX_PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge-stable",
    "microsoft-edge",
)
MAC_APPS = ("Chromium", "Google Chrome", "Microsoft Edge")
WINDOWS_PATHS = (
    "Chromium/Application/chrome.exe",
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)

FLAGS = (
    "--kiosk",
    "--no-first-run",
    "--no-default-browser-check",
    # Nothing of a visit may be restored.
    "--disable-features=BackForwardCache,Translate,OptimizationHints,MediaRouter",
    "--disable-session-crashed-bubble",
    "--hide-crash-restore-bubble",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--password-store=basic",
    # No gesture navigates or zooms, and no error dialog of the browser covers the page.
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    "--noerrdialogs",
    # No request leaves this machine. With all but the first flag, Chromium 156 still asked for
    # four Google hosts; with it, no name is looked up at all.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-quic",
    "--no-pings",
)


class NoBrowser(Exception):  # noqa: N818 - read by people as it is
    """No usable browser was found; the message is one line for the operator."""


def find_browser(
    requested: Path | None = None,
    platform: str = sys.platform,
    environ: Mapping[str, str] = os.environ,
) -> Path:
    """The path of the requested browser, else of the first one found on this machine.

    Raises NoBrowser.
    """
    if requested:
        found = shutil.which(requested, path=environ.get("PATH"))
        if found is None:
            raise NoBrowser(f"{requested} is not a program that can be started")
        return Path(found).absolute()
    for candidate in _candidates(platform, environ):
        if candidate.is_file() and not _is_snap(candidate):
            return candidate
    raise NoBrowser(
        "no Chromium, Chrome or Edge found (a snap cannot be used): install one, or name it "
        "with --browser"
    )


def _candidates(platform: str, environ: Mapping[str, str]) -> Iterator[Path]:
    if platform == "win32":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            if base := environ.get(variable):
                yield from (Path(base, path) for path in WINDOWS_PATHS)
    elif platform == "darwin":
        for folder in (Path("/Applications"), Path(environ.get("HOME", "/"), "Applications")):
            yield from (folder / f"{app}.app/Contents/MacOS/{app}" for app in MAC_APPS)
    else:
        found = (shutil.which(name, path=environ.get("PATH")) for name in LINUX_PROGRAMS)
        yield from (Path(path) for path in found if path)


def _is_snap(browser: Path) -> bool:
    """Whether it is a snap, whose confinement keeps it from a profile in /dev/shm."""
    return "snap" in browser.resolve().parts or browser.resolve().name == "snap"


def is_edge(browser: Path) -> bool:
    """Whether it is Microsoft Edge, where some flags have other names."""
    return "edge" in browser.name.lower()


def browser_command(
    settings: Settings, browser: Path, profile: Path, headless: bool = False
) -> list[str]:
    """The command line of a full-screen browser on the start page, with this profile folder."""
    private = ["--inprivate", "--edge-kiosk-type=fullscreen"] if is_edge(browser) else []
    return [
        str(browser),
        *FLAGS,
        *(private or ["--incognito"]),
        f"--user-data-dir={profile}",
        *(["--kiosk-printing"] if settings.kiosk_print else []),
        *(["--headless"] if headless else []),
        *(["--remote-debugging-pipe"] if HAS_DEVTOOLS_PIPE else []),
        *([] if can_sandbox() else ["--no-sandbox"]),
        f"http://{HOST}:{settings.port}{START_PATH}",
    ]


def can_sandbox() -> bool:
    """Whether Chromium can use its sandbox; run by root it refuses to start with it."""
    return sys.platform == "win32" or os.geteuid() != 0


def policy_file(settings: Settings) -> str:
    """The managed policies as JSON, for the browser's policy folder (docs/kiosk.md)."""
    return json.dumps(policies(settings.port, settings.kiosk_print), indent=2)


def policies(port: int, printing: bool = False) -> dict[str, object]:
    """The managed policies, by name; `printing` allows the print dialog."""
    return {
        # An entry matches by prefix, and only pages are matched, not styles and scripts.
        "URLBlocklist": ["*"],
        "URLAllowlist": [f"http://{HOST}:{port}{START_PATH}"],
        "AutofillAddressEnabled": False,
        "AutofillCreditCardEnabled": False,
        "PasswordManagerEnabled": False,
        "DownloadRestrictions": 3,
        "AllowFileSelectionDialogs": False,
        "DeveloperToolsAvailability": 2,
        "IncognitoModeAvailability": 2,
        "AllowBackForwardCacheForCacheControlNoStorePageEnabled": False,
        "AllowDinosaurEasterEgg": False,
        "SavingBrowserHistoryDisabled": True,
        "PrintingEnabled": printing,
        "PrintHeaderFooter": False,
        "PrinterTypeDenyList": ["pdf"],
        "PrintPreviewUseSystemDefaultPrinter": True,
        "TranslateEnabled": False,
        "SearchSuggestEnabled": False,
        "NetworkPredictionOptions": 2,
        "MetricsReportingEnabled": False,
        "BackgroundModeEnabled": False,
        "BrowserSignin": 0,
        "SyncDisabled": True,
        "ExtensionInstallBlocklist": ["*"],
        "DefaultPopupsSetting": 2,
        "DefaultNotificationsSetting": 2,
        "DefaultGeolocationSetting": 2,
        "AudioCaptureAllowed": False,
        "VideoCaptureAllowed": False,
    }


def memory_folder(
    environ: Mapping[str, str] = os.environ, mounts: Path = Path("/proc/mounts")
) -> Path | None:
    """A writable folder on a tmpfs with enough free space, None where there is none.

    A power cut erases what is in it.
    """
    try:
        lines = mounts.read_text("utf-8").splitlines()
    except OSError:
        return None
    filesystems = {Path(line.split()[1]): line.split()[2] for line in lines}
    for folder in (Path("/dev/shm"), Path(environ.get("XDG_RUNTIME_DIR") or "/dev/null")):  # noqa: S108
        mount = next((f for f in (folder, *folder.parents) if f in filesystems), None)
        in_memory = mount is not None and filesystems[mount] in ("tmpfs", "ramfs")
        if (
            in_memory
            and os.access(folder, os.W_OK)
            and shutil.disk_usage(folder).free > MIN_FREE_BYTES
        ):
            return folder
    return None


def make_root(folder: Path) -> Path:
    """A new folder for this process's profiles; those of launchers that were killed are removed."""
    for existing in folder.glob(f"{ROOT_PREFIX}*"):
        pid = existing.name.removeprefix(ROOT_PREFIX).split("-")[0]
        if pid.isdecimal() and (int(pid) == os.getpid() or not _is_running(int(pid))):
            shutil.rmtree(existing, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{ROOT_PREFIX}{os.getpid()}-", dir=folder))


def _is_running(pid: int) -> bool:
    if sys.platform == "win32":
        return False  # files that another process has open cannot be removed there anyway
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
