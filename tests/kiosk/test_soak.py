"""A day at the clinic: sixteen visitors in a row, while browser and server are killed.

FULL_MATRIX=1 makes it a hundred.
"""

from __future__ import annotations

import os
import signal
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.kiosk.launching import Kiosk, Page, back_within, launched, processes, with_port
from tests.running import wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc and /dev/shm"),
]

VISITORS = 100 if "FULL_MATRIX" in os.environ else 16
BROWSER_KILLED = {2, 4}
SERVER_KILLED = {3, 5}
MEASURED = (VISITORS // 2, VISITORS * 3 // 4, VISITORS)
"""All of it after the last server was killed, so that one server lives long enough to leak."""

VISIT = """(async (seed) => {
  const wait = async (found) => {
    for (let tries = 0; tries < 600; tries++) {
      const what = found();
      if (what) return what;
      await new Promise((go) => setTimeout(go, 20));
    }
    throw new Error("waited too long on: " + document.title);
  };
  const main = () => document.getElementById("main");
  const next = async () => {
    const before = main();
    const go = "stop" in before.dataset ? "[value=on]" : "[value=next]:not([formaction])";
    const way = "start" in before.dataset ? "[name=voice]" : `[name=go]${go}`;
    document.querySelector(`button${way}`).click();
    await wait(() => main() && main() !== before);
  };
  const pages = [];
  await next();
  while (main().dataset.at !== "results" || "stop" in main().dataset) {
    pages.push(main().dataset.at);
    const calm = [...main().querySelectorAll("fieldset.q .row:not(:has(.flag)) > input")];
    if (calm.length) calm[seed++ % calm.length].click();
    await next();
    if (pages.length > 60) throw new Error("no way out of: " + pages);
  }
  return { pages: pages.length, told: main().querySelectorAll("#told dd").length };
})"""

CLEAN = """({
  entries: history.length,
  start: document.getElementById("main").hasAttribute("data-start"),
  picked: [...document.querySelectorAll("input")].filter((i) => i.checked !== i.defaultChecked)
    .length,
  told: document.querySelectorAll("#told").length,
  stored: localStorage.length + sessionStorage.length + document.cookie.length,
})"""


@dataclass(frozen=True)
class Size:
    """What the kiosk takes up, in bytes, and how many files its launcher holds open."""

    server: int
    launcher: int
    profiles: int
    open_files: int


def memory(pid: int) -> int:
    """The memory of a process, with its share of what it shares."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def measure(kiosk: Kiosk) -> Size:
    wait_until(lambda: len(kiosk.profiles) == 1, back_within())
    server, launcher = kiosk.server(), kiosk.process.pid
    family = [server, *(p.pid for p in processes() if p.parent == server)]
    files = [file for folder in kiosk.folders for file in folder.rglob("*") if file.is_file()]
    return Size(
        sum(map(memory, family)),
        memory(launcher),
        sum(file.lstat().st_blocks * 512 for file in files),
        len(list(Path(f"/proc/{launcher}/fd").iterdir())),
    )


def end_of_visit(kiosk: Kiosk, visitor: int, page: Page) -> Callable[[], None]:
    """How this visit ends."""
    if visitor in BROWSER_KILLED:
        browser = kiosk.browser()
        return lambda: os.kill(browser, signal.SIGKILL)
    server = kiosk.server() if visitor in SERVER_KILLED else 0

    def finish() -> None:
        if server:
            os.kill(server, signal.SIGKILL)
        page.send("document.querySelector('a[href$=cleared]').click()")

    return finish


def test_a_day_of_visitors(tmp_path: Path) -> None:
    waits: list[float] = []
    sizes: dict[int, Size] = {}
    with launched(with_port(tmp_path)) as kiosk:
        page = kiosk.page()
        for visitor in range(1, VISITORS + 1):
            clean = page.run(CLEAN)
            assert clean == {"entries": 1, "start": True, "picked": 0, "told": 0, "stored": 0}
            visit = page.run(f"{VISIT}({visitor})")
            assert visit["pages"] >= 5, visit
            assert visit["told"] >= 3, visit
            end = end_of_visit(kiosk, visitor, page)
            began = time.monotonic()
            end()
            page.close()
            page = kiosk.page(after=page, seconds=4 * back_within())
            waits.append(time.monotonic() - began)
            if visitor in MEASURED:
                sizes[visitor] = measure(kiosk)
        page.close()
        assert kiosk.said("the browser ended (signal 9)") == len(BROWSER_KILLED)
        assert kiosk.said("the server ended (signal 9)") == len(SERVER_KILLED)
    report = (
        f"waits: median {statistics.median(waits):.2f} s, longest {max(waits):.2f} s, "
        f"slowest visitors {sorted(range(1, VISITORS + 1), key=lambda n: -waits[n - 1])[:10]}; "
        f"sizes: {sizes}"
    )
    print(report)
    assert max(waits) < back_within(), report
    assert statistics.median(waits) < back_within() / 2, report
    early, middle, late = (sizes[n] for n in MEASURED)
    assert late.server < 1.1 * early.server + 2e6, report
    assert late.server < 1.05 * middle.server + 2e6, report
    assert late.launcher < early.launcher + 1e6, report
    assert late.profiles < 1.5 * early.profiles + 1e6, report
    assert late.open_files == early.open_files, report
