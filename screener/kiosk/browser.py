"""The browser of a touch screen: where it is found, its flags and policies, where it lives."""

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
START = "/kiosk/"
PIPED = sys.platform != "win32"
"""Whether the browser can be given the debugging pipe."""

ROOT_PREFIX = "screener-kiosk-"
"""What the folder of a launcher's profiles begins with; its process id follows."""

LEAST_FREE = 128 * 1024 * 1024
"""Bytes that must be free in memory before a profile goes there. One takes about 15 MB."""

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge-stable",
    "microsoft-edge",
)
MAC_APPS = ("Chromium", "Google Chrome", "Microsoft Edge")
WINDOWS_PLACES = (
    "Chromium/Application/chrome.exe",
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)

FLAGS = (
    "--kiosk",
    "--no-first-run",
    "--no-default-browser-check",
    # Nothing of a visit may come back.
    "--disable-features=BackForwardCache,Translate,OptimizationHints,MediaRouter",
    "--disable-session-crashed-bubble",
    "--hide-crash-restore-bubble",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--password-store=basic",
    # No gesture leads away, no box of the browser's own stands in the way.
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    "--noerrdialogs",
    # Nobody outside hears of a visit. Without the first of these, the others left four Google
    # hosts that Chromium 156 asked for; with it, no name is looked up at all.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-quic",
    "--no-pings",
)


class NoBrowser(Exception):  # noqa: N818 - read by people as it is
    """No browser to show the pages in; the message is one line for the operator."""


def find_browser(
    given: Path | None = None,
    platform: str = sys.platform,
    environ: Mapping[str, str] = os.environ,
) -> Path:
    """The browser that was asked for, or the first one that this machine has.

    Raises NoBrowser.
    """
    if given:
        found = shutil.which(given, path=environ.get("PATH"))
        if found is None:
            raise NoBrowser(f"{given} is not a program that can be started")
        return Path(found).absolute()
    for place in _places(platform, environ):
        if place.is_file() and not _is_snap(place):
            return place
    raise NoBrowser(
        "no Chromium, Chrome or Edge found (a snap cannot be used): install one, or name it "
        "with --browser"
    )


def _places(platform: str, environ: Mapping[str, str]) -> Iterator[Path]:
    if platform == "win32":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            if base := environ.get(variable):
                yield from (Path(base, place) for place in WINDOWS_PLACES)
    elif platform == "darwin":
        for folder in (Path("/Applications"), Path(environ.get("HOME", "/"), "Applications")):
            yield from (folder / f"{app}.app/Contents/MacOS/{app}" for app in MAC_APPS)
    else:
        found = (shutil.which(name, path=environ.get("PATH")) for name in NAMES)
        yield from (Path(path) for path in found if path)


def _is_snap(browser: Path) -> bool:
    """Whether snapd starts it: such a browser cannot use a profile in memory."""
    return "snap" in browser.resolve().parts or browser.resolve().name == "snap"


def is_edge(browser: Path) -> bool:
    """Whether it is Microsoft's, which has names of its own for some flags."""
    return "edge" in browser.name.lower()


def browser_command(
    settings: Settings, browser: Path, profile: Path, headless: bool = False
) -> list[str]:
    """The browser, full-screen on the start page, with a profile that nobody used before."""
    private = ["--inprivate", "--edge-kiosk-type=fullscreen"] if is_edge(browser) else []
    return [
        str(browser),
        *FLAGS,
        *(private or ["--incognito"]),
        f"--user-data-dir={profile}",
        *(["--kiosk-printing"] if settings.kiosk_print else []),
        *(["--headless"] if headless else []),
        *(["--remote-debugging-pipe"] if PIPED else []),
        *([] if sandboxed() else ["--no-sandbox"]),
        f"http://{HOST}:{settings.port}{START}",
    ]


def sandboxed() -> bool:
    """Whether the browser can have its sandbox; for root it refuses to start with it."""
    return sys.platform == "win32" or os.geteuid() != 0


def policy_file(settings: Settings) -> str:
    """The managed policies as JSON, for the browser's own folder of them (docs/kiosk.md)."""
    return json.dumps(policies(settings.port, settings.kiosk_print), indent=2)


def policies(port: int, printing: bool = False) -> dict[str, object]:
    """What the browser must not do, whoever touches it."""
    return {
        # Paths are compared by their beginning; the styles and scripts are not pages.
        "URLBlocklist": ["*"],
        "URLAllowlist": [f"http://{HOST}:{port}{START}"],
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
    """A folder that is in memory and so is gone when the power is, where there is one."""
    try:
        lines = mounts.read_text("utf-8").splitlines()
    except OSError:
        return None
    kinds = {Path(line.split()[1]): line.split()[2] for line in lines}
    for folder in (Path("/dev/shm"), Path(environ.get("XDG_RUNTIME_DIR") or "/dev/null")):  # noqa: S108
        above = next((f for f in (folder, *folder.parents) if f in kinds), None)
        in_memory = above is not None and kinds[above] in ("tmpfs", "ramfs")
        if in_memory and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > LEAST_FREE:
            return folder
    return None


def make_root(folder: Path) -> Path:
    """A folder of this process, for its profiles; what a killed launcher left is removed."""
    for left in folder.glob(f"{ROOT_PREFIX}*"):
        pid = left.name.removeprefix(ROOT_PREFIX).split("-")[0]
        if pid.isdecimal() and (int(pid) == os.getpid() or not _is_running(int(pid))):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{ROOT_PREFIX}{os.getpid()}-", dir=folder))


def _is_running(pid: int) -> bool:
    if sys.platform == "win32":
        return False  # what another launcher uses cannot be removed there
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
