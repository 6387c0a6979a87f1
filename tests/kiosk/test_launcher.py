"""`screener kiosk`: flags, policies, restart back-off, watchdog, and a real Chromium that dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from screener.config import Settings
from screener.kiosk.browser import (
    NoBrowser,
    browser_command,
    find_browser,
    make_root,
    memory_folder,
    policies,
)
from screener.kiosk.launcher import RestartBackoff, server_command
from screener.kiosk.watch import (
    ERROR_PAGE_TIMEOUT,
    PRINT_DIALOG_TIMEOUT,
    RESPONSE_TIMEOUT,
    VISIT_ENDED,
    WINDOW_CLOSED,
    Watchdog,
)
from tests.kiosk.launching import (
    START_WITHIN,
    Kiosk,
    back_within,
    chromium,
    ended,
    launched,
    processes,
    stop,
    with_port,
)
from tests.paths import ROOT
from tests.running import refused as outcome
from tests.running import running, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc and /dev/shm"),
]

PORT = 8000
HERE = f"http://127.0.0.1:{PORT}"
PROFILE = Path("/dev/shm/p")


class Clock:
    """A clock that moves only when a test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


# Flags and policies


@pytest.mark.parametrize(
    "flag",
    [
        "--kiosk",
        "--incognito",
        "--no-first-run",
        "--disable-pinch",
        "--overscroll-history-navigation=0",
        "--noerrdialogs",
        "--disable-session-crashed-bubble",
        "--disable-features=BackForwardCache,Translate,OptimizationHints,MediaRouter",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        "--disable-breakpad",
        "--remote-debugging-pipe",
        f"--user-data-dir={PROFILE}",
    ],
)
def test_every_browser_gets(flag: str) -> None:
    assert flag in browser_command(Settings(), Path("/usr/bin/chromium"), PROFILE)


def test_the_start_page_comes_last_and_nothing_listens_on_a_port() -> None:
    command = browser_command(Settings(port=8123), Path("/usr/bin/chromium"), PROFILE)
    assert command[0] == "/usr/bin/chromium"
    assert command[-1] == "http://127.0.0.1:8123/kiosk/"
    assert not any("debugging-port" in part for part in command)


def test_printing_without_a_dialog_is_for_a_clinic_that_asked_for_it() -> None:
    browser = Path("/usr/bin/chromium")
    assert "--kiosk-printing" not in browser_command(Settings(), browser, PROFILE)
    assert "--kiosk-printing" in browser_command(Settings(kiosk_print=True), browser, PROFILE)


def test_headless_only_when_asked() -> None:
    browser = Path("/usr/bin/chromium")
    assert "--headless" not in browser_command(Settings(), browser, PROFILE)
    assert "--headless" in browser_command(Settings(), browser, PROFILE, headless=True)


@pytest.mark.parametrize(("user", "flagged"), [(0, True), (1000, False)])
def test_no_sandbox_for_root_alone(
    monkeypatch: pytest.MonkeyPatch, user: int, flagged: bool
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    command = browser_command(Settings(), Path("/usr/bin/chromium"), PROFILE)
    assert ("--no-sandbox" in command) is flagged


def test_edge_has_names_of_its_own() -> None:
    command = browser_command(Settings(), Path("/usr/bin/microsoft-edge-stable"), PROFILE)
    assert "--inprivate" in command
    assert "--edge-kiosk-type=fullscreen" in command
    assert "--incognito" not in command


def test_policies_let_in_the_kiosk_and_nothing_else() -> None:
    found = policies(8123)
    assert found["URLBlocklist"] == ["*"]
    assert found["URLAllowlist"] == ["http://127.0.0.1:8123/kiosk/"]
    for off in ("AutofillAddressEnabled", "AutofillCreditCardEnabled", "PasswordManagerEnabled"):
        assert found[off] is False
    assert found["DownloadRestrictions"] == 3
    assert found["DeveloperToolsAvailability"] == 2
    assert found["PrintHeaderFooter"] is False
    assert found["PrintingEnabled"] is False
    assert policies(8123, printing=True)["PrintingEnabled"] is True


def test_the_shipped_policy_file_is_what_the_command_prints(tmp_path: Path) -> None:
    shipped = ROOT / "deploy/kiosk/policies.json"
    printed = outcome("kiosk", "--policies")
    assert printed.returncode == 0
    assert printed.stdout == shipped.read_text("utf-8")
    file = tmp_path / "ours.json"
    written = outcome("kiosk", "--port", "8123", "--policies", str(file))
    assert (written.returncode, written.stdout) == (0, "")
    assert json.loads(file.read_text("utf-8")) == policies(8123)


def test_a_policy_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    there = tmp_path / "missing" / "ours.json"
    refused = outcome("kiosk", "--policies", str(there))
    assert refused.returncode == 2
    assert refused.stderr == f"cannot write {there}: No such file or directory\n"


# Finding a browser


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("name", ["chromium", "google-chrome", "microsoft-edge-stable"])
def test_a_browser_on_linux(tmp_path: Path, name: str) -> None:
    there = program(tmp_path / name)
    assert find_browser(None, "linux", {"PATH": str(tmp_path)}) == there


def test_chromium_comes_first(tmp_path: Path) -> None:
    program(tmp_path / "a/google-chrome")
    there = program(tmp_path / "b/chromium")
    path = f"{tmp_path}/a:{tmp_path}/b"
    assert find_browser(None, "linux", {"PATH": path}) == there


def test_a_snap_is_passed_over(tmp_path: Path) -> None:
    snap = program(tmp_path / "usr/bin/snap")
    (tmp_path / "chromium").symlink_to(snap)
    with pytest.raises(NoBrowser, match="snap"):
        find_browser(None, "linux", {"PATH": str(tmp_path)})
    there = program(tmp_path / "google-chrome")
    assert find_browser(None, "linux", {"PATH": str(tmp_path)}) == there


@pytest.mark.parametrize("app", ["Chromium", "Google Chrome", "Microsoft Edge"])
def test_a_browser_on_a_mac(tmp_path: Path, app: str) -> None:
    there = program(tmp_path / f"Applications/{app}.app/Contents/MacOS/{app}")
    assert find_browser(None, "darwin", {"HOME": str(tmp_path)}) == there


@pytest.mark.parametrize(
    ("variable", "place"),
    [
        ("LOCALAPPDATA", "Chromium/Application/chrome.exe"),
        ("PROGRAMFILES", "Google/Chrome/Application/chrome.exe"),
        ("PROGRAMFILES(X86)", "Microsoft/Edge/Application/msedge.exe"),
    ],
)
def test_a_browser_on_windows(tmp_path: Path, variable: str, place: str) -> None:
    there = program(tmp_path / place)
    assert find_browser(None, "win32", {variable: str(tmp_path)}) == there


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_no_browser(tmp_path: Path, platform: str) -> None:
    with pytest.raises(NoBrowser, match="--browser"):
        find_browser(None, platform, {"PATH": str(tmp_path)})


def test_a_browser_that_is_named(tmp_path: Path) -> None:
    there = program(tmp_path / "mine")
    assert find_browser(there) == there
    with pytest.raises(NoBrowser, match="not a program"):
        find_browser(tmp_path / "yours")


# Where a profile lives


def test_profiles_live_in_memory(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("tmpfs /run/user/7 tmpfs rw 0 0\n/dev/sda1 / ext4 rw 0 0\n")
    assert memory_folder({}, mounts) is None
    assert memory_folder({"XDG_RUNTIME_DIR": str(tmp_path)}, mounts) is None
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\ntmpfs {tmp_path} tmpfs rw 0 0\n")
    assert memory_folder({"XDG_RUNTIME_DIR": str(tmp_path)}, mounts) == tmp_path
    assert memory_folder({}, tmp_path / "none") is None


def test_what_a_killed_launcher_left_is_removed(tmp_path: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    left = tmp_path / f"screener-kiosk-{gone.pid}-abc"
    (left / "1/profile").mkdir(parents=True)
    alive = tmp_path / f"screener-kiosk-{os.getppid()}-abc"
    other = tmp_path / "screener-kiosk-notes"
    for folder in (alive, other):
        folder.mkdir()
    root = make_root(tmp_path)
    assert {*tmp_path.iterdir()} == {alive, other, root}
    assert root.name.startswith(f"screener-kiosk-{os.getpid()}-")
    assert root.stat().st_mode & 0o777 == 0o700


# Restart back-off


def test_waits_double_up_to_half_a_minute(clock: Clock) -> None:
    backoff = RestartBackoff(clock)
    assert backoff.is_due()
    assert [backoff.record_failure(0) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert not backoff.is_due()
    clock.now += 29.9
    assert not backoff.is_due()
    clock.now += 0.1
    assert backoff.is_due()


def test_after_a_long_life_it_starts_at_once(clock: Clock) -> None:
    backoff = RestartBackoff(clock)
    backoff.record_failure(0)
    backoff.record_failure(0)
    assert backoff.record_failure(10) == 0
    assert backoff.is_due()
    assert backoff.record_failure(9.9) == 1


def test_a_finished_visit_ends_the_waiting(clock: Clock) -> None:
    backoff = RestartBackoff(clock)
    backoff.record_failure(0)
    backoff.record_failure(0)
    backoff.reset()
    assert backoff.record_failure(0) == 1


def test_the_server_listens_on_this_machine_only() -> None:
    command = server_command(Settings(host="0.0.0.0", port=8123))
    serve = command[command.index("serve") :]
    assert serve == ["serve", "--host", "127.0.0.1", "--port", "8123", "--workers", "1"]


# The watchdog


def changed(address: str, title: str) -> dict[str, object]:
    info = {"targetId": "1", "type": "page", "url": address, "title": title}
    return {"method": "Target.targetInfoChanged", "params": {"targetInfo": info}}


def listed(*pages: tuple[str, str]) -> dict[str, object]:
    infos = [{"targetId": "1", "type": "page", "url": url, "title": name} for url, name in pages]
    infos.append({"targetId": "9", "type": "browser_ui", "url": "chrome://omnibox", "title": ""})
    return {"id": 1, "result": {"targetInfos": infos}}


def loads(watchdog: Watchdog, path: str) -> None:
    """A page as Chromium reports it: at first its title is its address."""
    address = HERE + path
    watchdog.handle_message(changed(address, address.removeprefix("http://")))
    watchdog.handle_message(listed((address, "Self-check")))


def test_a_start_page_is_shown_once_it_has_its_title(clock: Clock) -> None:
    watchdog = Watchdog(PORT, clock)
    for title in ("", f"127.0.0.1:{PORT}/kiosk/", "127.0.0.1"):
        watchdog.handle_message(listed((f"{HERE}/kiosk/", title)))
        assert not watchdog.ready
    watchdog.handle_message(listed((f"{HERE}/kiosk/", "Self-check")))
    assert watchdog.ready
    assert watchdog.replace_reason == ""


@pytest.mark.parametrize(
    ("paths", "over"),
    [
        (["/kiosk/", "/kiosk/check", "/kiosk/results"], ""),
        (["/kiosk/", "/kiosk/learn/seizures"], ""),
        (["/kiosk/", "/kiosk/cleared"], VISIT_ENDED),
        (["/kiosk/", "/kiosk/check", "/kiosk/cleared", "/kiosk/"], VISIT_ENDED),
        (["/kiosk/", "/kiosk/check", "/kiosk/"], VISIT_ENDED),
        (["/kiosk/", "/kiosk/leave"], VISIT_ENDED),
        (["/kiosk/", "/kiosk/es/"], ""),
        (["/kiosk/es/", "/kiosk/es/check", "/kiosk/es/cleared"], VISIT_ENDED),
        (["/kiosk/", "/kiosk/es/check", "/kiosk/"], VISIT_ENDED),
        (["/kiosk/", "/kiosk/"], ""),
        (["/kiosk/", "/"], "the page left the kiosk"),
        (["/kiosk/", "/learn"], "the page left the kiosk"),
        (["/kiosk/", "/kiosks"], "the page left the kiosk"),
    ],
    ids=str,
)
def test_when_a_visit_ends(clock: Clock, paths: list[str], over: str) -> None:
    watchdog = Watchdog(PORT, clock)
    for path in paths[:-1]:
        loads(watchdog, path)
        if "cleared" not in path:
            assert watchdog.replace_reason == ""
    loads(watchdog, paths[-1])
    assert watchdog.replace_reason == over


def test_an_address_that_the_script_put_there_ends_no_visit(clock: Clock) -> None:
    watchdog = Watchdog(PORT, clock)
    loads(watchdog, "/kiosk/")
    loads(watchdog, "/kiosk/check")
    watchdog.handle_message(changed(f"{HERE}/kiosk/", "Self-check: part 1 of 6"))
    watchdog.handle_message(listed((f"{HERE}/kiosk/", "Self-check: part 1 of 6")))
    assert watchdog.replace_reason == ""


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/kiosk/",
        f"http://127.0.0.1:{PORT}/",
        f"http://127.0.0.1:{PORT + 1}/kiosk/",
        "file:///etc/passwd",
        f"view-source:http://127.0.0.1:{PORT}/kiosk/",
        "data:text/html,x",
        f"blob:http://127.0.0.1:{PORT}/0b1c",
        "devtools://devtools/bundled/inspector.html",
        "chrome-extension://abc/page.html",
    ],
)
def test_what_is_not_the_kiosk(clock: Clock, address: str) -> None:
    watchdog = Watchdog(PORT, clock)
    loads(watchdog, "/kiosk/")
    watchdog.handle_message(changed(address, "example"))
    assert watchdog.replace_reason == "the page left the kiosk"


@pytest.mark.parametrize("address", ["", "about:blank", "chrome-error://chromewebdata/"])
def test_a_page_that_is_not_loaded_yet_is_waited_for(clock: Clock, address: str) -> None:
    watchdog = Watchdog(PORT, clock)
    watchdog.handle_message(changed(address, ""))
    assert watchdog.replace_reason == ""


def test_a_crashed_page(clock: Clock) -> None:
    watchdog = Watchdog(PORT, clock)
    loads(watchdog, "/kiosk/")
    watchdog.handle_message({"method": "Target.targetCrashed", "params": {"targetId": "9"}})
    assert watchdog.replace_reason == ""
    watchdog.handle_message({"method": "Target.targetCrashed", "params": {"targetId": "1"}})
    assert watchdog.replace_reason == "the page crashed"


def test_a_browser_that_falls_silent(clock: Clock) -> None:
    watchdog = Watchdog(PORT, clock)
    loads(watchdog, "/kiosk/")
    clock.now += RESPONSE_TIMEOUT
    watchdog.check_timeouts(server_ready=False)
    assert watchdog.replace_reason == ""
    clock.now += 0.1
    watchdog.check_timeouts(server_ready=False)
    assert watchdog.replace_reason == "the browser does not answer"


def test_an_error_page_stands_only_while_the_server_is_away(clock: Clock) -> None:
    watchdog = Watchdog(PORT, clock)
    loads(watchdog, "/kiosk/")
    for served, over in ((False, ""), (True, ""), (True, "an error page stayed")):
        clock.now += ERROR_PAGE_TIMEOUT - 0.5
        watchdog.handle_message(listed((f"{HERE}/kiosk/check", "127.0.0.1")))
        watchdog.check_timeouts(served)
        assert watchdog.replace_reason == over


def test_a_print_dialog_does_not_stand_for_ever(clock: Clock) -> None:
    watchdog = Watchdog(PORT, clock)
    loads(watchdog, "/kiosk/")
    for over in ("", "", "", "the print dialog stayed open"):
        watchdog.handle_message(
            listed((f"{HERE}/kiosk/", "Self-check"), ("chrome://print/", "Self-check"))
        )
        watchdog.check_timeouts(server_ready=True)
        assert watchdog.replace_reason == over
        clock.now += PRINT_DIALOG_TIMEOUT / 3 + 1


def test_a_window_that_was_closed(clock: Clock) -> None:
    watchdog = Watchdog(PORT, clock)
    watchdog.handle_message(listed())
    assert watchdog.replace_reason == ""
    loads(watchdog, "/kiosk/")
    watchdog.handle_message(listed())
    assert watchdog.replace_reason == WINDOW_CLOSED


def test_the_last_window_counts(clock: Clock) -> None:
    watchdog = Watchdog(PORT, clock)
    loads(watchdog, "/kiosk/")
    dialog = {"targetId": "2", "type": "page", "url": "chrome://print/", "title": ""}
    watchdog.handle_message({"method": "Target.targetCreated", "params": {"targetInfo": dialog}})
    watchdog.handle_message({"method": "Target.targetDestroyed", "params": {"targetId": "2"}})
    assert watchdog.replace_reason == ""
    watchdog.handle_message({"method": "Target.targetDestroyed", "params": {"targetId": "1"}})
    assert watchdog.replace_reason == WINDOW_CLOSED


# The command


def test_dry_run_shows_both_command_lines_and_the_policies(tmp_path: Path) -> None:
    browser = program(tmp_path / "chromium")
    shown = outcome("kiosk", "--dry-run", "--port", "8123", "--browser", str(browser))
    assert shown.returncode == 0
    serve, kiosk, policy = shown.stdout.split("\n\n")
    assert "serve --host 127.0.0.1 --port 8123" in serve
    assert kiosk.startswith(f"{browser} --kiosk ")
    assert json.loads(policy) == policies(8123)


@pytest.mark.parametrize("option", ["--dry-run", "--headless"])
def test_no_browser_is_one_line(tmp_path: Path, option: str) -> None:
    refused = outcome("kiosk", option, "--browser", str(tmp_path / "none"))
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1


def test_a_wrong_setting_or_content_file_refuses(tmp_path: Path) -> None:
    browser = program(tmp_path / "chromium")
    wrong = outcome("kiosk", "--browser", str(browser), env={"SCREENER_KIOSK_PRINT": "yes"})
    assert wrong.returncode == 2
    assert "SCREENER_KIOSK_PRINT=yes must be on or off" in wrong.stderr
    missing = outcome("kiosk", "--browser", str(browser), "--questions", str(tmp_path / "no.yaml"))
    assert missing.returncode == 2


# With a real browser


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiosk]:
    with launched(with_port(tmp_path_factory.mktemp("browser"))) as kiosk:
        yield kiosk


def test_a_finished_visit_leads_to_another_browser(kiosk: Kiosk) -> None:
    page = kiosk.page()
    first = kiosk.browser()
    page.run("document.body.dataset.mine = 'yes'")
    page.send("document.querySelector('a[href$=cleared]').click()")
    began = time.monotonic()
    fresh = kiosk.page(after=page)
    assert time.monotonic() - began < back_within()
    assert fresh.profile != page.profile
    assert fresh.run("[history.length, document.body.dataset.mine || '']") == [1, ""]
    wait_until(lambda: kiosk.profiles == {fresh.profile}, back_within())
    assert ended(first)
    fresh.close()


def test_a_start_page_that_is_loaded_ends_a_visit_and_one_in_name_only_does_not(
    kiosk: Kiosk,
) -> None:
    page = kiosk.page()
    page.send("location.assign('/kiosk/help')")
    here = "location.pathname + (document.querySelector('#main[data-start]') ? '' : ' is help')"
    wait_until(lambda: page.run(here) == "/kiosk/ is help", START_WITHIN)
    time.sleep(2)
    assert kiosk.profiles == {page.profile}
    page.send("location.assign('/kiosk/')")
    fresh = kiosk.page(after=page)
    wait_until(lambda: kiosk.profiles == {fresh.profile}, back_within())
    fresh.close()


def test_a_browser_that_is_killed_comes_back(kiosk: Kiosk) -> None:
    page = kiosk.page()
    time.sleep(1)
    os.kill(kiosk.browser(), signal.SIGKILL)
    began = time.monotonic()
    fresh = kiosk.page(after=page)
    assert time.monotonic() - began < back_within()
    assert kiosk.profiles == {fresh.profile}
    assert kiosk.said("the browser ended (signal 9)") == 1
    fresh.close()


def test_a_window_that_closes_itself_comes_back_at_once(kiosk: Kiosk) -> None:
    page = kiosk.page()
    page.send("window.close()")
    began = time.monotonic()
    fresh = kiosk.page(after=page)
    assert time.monotonic() - began < back_within()
    assert not any("exit code" in line for line in kiosk.lines)
    fresh.close()


def test_a_page_that_crashes_is_replaced(kiosk: Kiosk) -> None:
    page = kiosk.page()
    for process in processes():
        words = " ".join(process.args)
        if str(page.profile) in words and "--type=renderer" in words and "top-chrome" not in words:
            os.kill(process.pid, signal.SIGKILL)
    fresh = kiosk.page(after=page)
    wait_until(lambda: kiosk.profiles == {fresh.profile}, back_within())
    assert kiosk.said("the page crashed") == 1
    fresh.close()


def test_a_server_that_is_killed_comes_back_and_the_visit_goes_on(kiosk: Kiosk) -> None:
    page = kiosk.page()
    page.run("document.body.dataset.mine = 'yes'")
    server = kiosk.server()
    os.kill(server, signal.SIGKILL)
    wait_until(lambda: kiosk.said("the server answers") == 2, START_WITHIN)
    assert kiosk.server() != server
    status = "fetch('/kiosk/help').then((answer) => answer.status)"
    assert page.run(f"document.body.dataset.mine && {status}") == 200
    page.close()


def test_an_error_page_is_replaced_once_the_server_is_back(kiosk: Kiosk) -> None:
    page = kiosk.page()
    down, up = kiosk.said("the server ended"), kiosk.said("the server answers")
    os.kill(kiosk.server(), signal.SIGKILL)
    wait_until(lambda: kiosk.said("the server ended") > down, 5)
    page.send("document.forms[0].submit()")  # a page that was sent for is not asked for again
    page.close()
    wait_until(lambda: kiosk.said("the server answers") > up, START_WITHIN)
    kiosk.page(after=page).close()
    assert kiosk.said("an error page stayed") == 1


def test_its_lines_hold_no_address_and_no_answer(kiosk: Kiosk) -> None:
    assert kiosk.lines
    for line in kiosk.lines:
        assert not any(word in line for word in ("http", "?", "/kiosk", "[history")), line


def test_it_stops_in_time_and_leaves_nothing(kiosk: Kiosk) -> None:
    """The last one with this kiosk."""
    kiosk.page().close()
    server, browser = kiosk.server(), kiosk.browser()
    assert len(kiosk.folders) == 1
    assert stop(kiosk) < 10
    assert kiosk.process.returncode == 0
    assert kiosk.lines[-1] == "kiosk: stopped"
    assert ended(server)
    assert ended(browser)
    assert kiosk.folders == []


def test_a_launcher_that_is_killed_takes_both_along(tmp_path: Path) -> None:
    with launched(with_port(tmp_path)) as kiosk:
        kiosk.page().close()
        server, browser, (left,) = kiosk.server(), kiosk.browser(), kiosk.folders
        kiosk.process.kill()
        kiosk.process.wait()
        wait_until(lambda: ended(browser) and ended(server), 15)
        make_root(left.parent).rmdir()
        assert not left.exists()


def test_it_waits_longer_and_longer_for_a_browser_that_does_not_start() -> None:
    with launched(Path("/bin/false")) as kiosk:
        wait_until(lambda: kiosk.said("next try in 4 s"), 30)
        waits = [line.rsplit(" ", 2)[1] for line in kiosk.lines if "browser ended" in line]
        assert waits == ["1", "2", "4"]
        assert len(kiosk.profiles) == 0


def test_it_waits_for_a_port_that_is_taken(tmp_path: Path) -> None:
    with (
        running("--workers", "1") as other,
        launched(with_port(tmp_path), "--port", str(other.port)) as kiosk,
    ):
        wait_until(lambda: kiosk.said("another server answers"), START_WITHIN)
        other.stop()
        wait_until(lambda: kiosk.said("the server answers"), START_WITHIN)


def test_chromium_writes_only_its_profile_and_looks_nobody_up(tmp_path: Path) -> None:
    home, log = tmp_path / "home", tmp_path / "net.json"
    home.mkdir()
    browser = program(tmp_path / "browser")
    browser.write_text(f'#!/bin/sh\nexec {chromium()} --log-net-log={log} "$@"\n')
    env = {"HOME": str(home), "XDG_CONFIG_HOME": "", "XDG_RUNTIME_DIR": ""}
    with launched(browser, env=env) as kiosk:
        wait_until(lambda: kiosk.said("shows the start page"), START_WITHIN)
        time.sleep(5)
    assert [path for path in home.rglob("*") if path.is_file()] == []
    first, _, *events = log.read_text().splitlines()  # cut short, as the browser was ended
    kinds = json.loads(first.rstrip(",") + "}")["constants"]["logEventTypes"]
    happened = {json.loads(line[:-1])["type"] for line in events if line.endswith("},")}
    assert kinds["TCP_CONNECT_ATTEMPT"] in happened
    for lookup in ("DNS_TRANSACTION", "HOST_RESOLVER_SYSTEM_TASK", "UDP_BYTES_SENT"):
        assert kinds[lookup] not in happened
