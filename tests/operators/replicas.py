"""Three servers behind nginx, many visitors, and everything that can happen to a server.

    python -m tests.operators.replicas [--without-retries]

While the visitors are under way one server is killed with all its workers and comes back with
a newer content file; another is asked to stop and comes back with that file; then the third.
`--without-retries` is the control: nginx tries one server only, and visitors see errors.
Only 127.0.0.1 is used. It ends by itself, within about a minute.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import ssl
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from screener.resources import built_in_questions
from tests.operators.fronts import before_servers, filled_in, nginx
from tests.operators.visitor import Tally, Visitor
from tests.running import SCREENER, START_TIME, Server, free_port, start, wait_until

VISITORS = 120
PAUSE = 0.5, 4.0
"""Seconds that a visitor looks at a page."""

SETTLED = 2
"""Seconds between two events."""

SETTINGS = {"SCREENER_PROXY_COUNT": "1", "SCREENER_TRUSTED_HOSTS": "check.example"}
RENAMED_TO = "asked-anew"


@dataclass(frozen=True)
class Newer:
    """A content file in which one question has another id and one choice is gone."""

    path: Path
    question: str
    choice: tuple[str, str]

    def changed(self, question: str, choice: str) -> bool:
        """Whether one of the two files does not know this answer."""
        return question in (self.question, RENAMED_TO) or (question, choice) == self.choice


def _all_strings(part: Any) -> Counter[str]:
    if isinstance(part, dict):
        return sum((_all_strings(value) for value in part.values()), Counter(map(str, part)))
    if isinstance(part, list):
        return sum((_all_strings(value) for value in part), Counter())
    return Counter([str(part)])


# The fast ones, where there are: the file is long.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Literally(_Dumper):  # type: ignore[misc, valid-type]
    """Writes a text of several lines as it is, after a `|`."""


def _literal(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Literally.add_representer(str, _literal)


def newer_file(folder: Path) -> Newer:
    """The content file with a question renamed and a choice taken away, which nothing names."""
    data = yaml.load(built_in_questions().read_text("utf-8"), _Loader)
    named = _all_strings(data)
    asked = [question for section in data["sections"] for question in section["questions"]]
    free = [question for question in asked if named[question["id"]] == 1]
    renamed = next(each for each in free if each["type"] == "single" and "ask_if" not in each)
    signs = Counter(
        sign
        for question in asked
        if isinstance(question.get("choices"), list)
        for choice in question["choices"]
        for sign in choice.get("signs", ())
    )
    shorter, gone = next(
        (question, choice)
        for question in asked
        if question is not renamed and isinstance(question.get("choices"), list)
        for choice in question["choices"]
        if named[choice["id"]] == 1 and len(question["choices"]) > 2
        if all(signs[sign] > 1 for sign in choice.get("signs", ()))
    )
    newer = Newer(folder / "newer.yaml", renamed["id"], (shorter["id"], gone["id"]))
    renamed["id"] = RENAMED_TO
    shorter["choices"].remove(gone)
    newer.path.write_text(yaml.dump(data, Dumper=_Literally, sort_keys=False, width=10**6), "utf-8")
    return newer


@dataclass
class Replica:
    """One of the servers, which can be lost and come back."""

    port: int
    questions: Path
    server: Server = field(init=False)

    def begin(self) -> None:
        """Start it, and wait until it serves."""
        options = ["--port", str(self.port), "--workers", "1", "--questions", str(self.questions)]
        self.server = Server(start([*SCREENER, "serve", *options], SETTINGS), self.port)
        wait_until(lambda: self.server.process.poll() is None and self.server.ready(), START_TIME)

    def kill(self) -> None:
        """End the server and its workers at once. They are a process group of their own."""
        os.killpg(self.server.process.pid, signal.SIGKILL)
        self.server.process.communicate()


@dataclass
class Report:
    """What happened."""

    tally: Tally
    events: list[str]
    seconds: float
    newer: Newer
    nginx_said: str = ""

    def __str__(self) -> str:
        lines = [f"{VISITORS} visitors at once, {len(self.events)} events, {self.seconds:.0f} s"]
        lines += [f"  {event}" for event in self.events]
        counts = {**dict.fromkeys(SHOWN, 0), **self.tally.counts}
        lines += [f"{count:10d}  {what}" for what, count in counts.items()]
        lines += [f"{self.tally.slowest:10.2f}  seconds, the slowest step", *self.tally.wrong[:20]]
        return "\n".join(lines)


MUST_BE_NONE = "journeys lost", "answers 5xx"
SHOWN = "journeys finished", *MUST_BE_NONE, "retries", "steps", "answers carried"


def _visit(front: int, number: int, newer: Newer, over: threading.Event) -> Tally:
    """Journeys one after another, until all has happened; the last one is finished."""
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    tally, dice = Tally(), random.Random(number)
    visitor = Visitor(front, dice, tally, newer.changed, PAUSE, over, trusting)
    time.sleep(dice.uniform(0, PAUSE[1]))  # not all in the same moment
    while visitor.journey() and not over.is_set():
        pass
    return tally


def _events(replicas: list[Replica], newer: Newer, events: list[str], begun: float) -> None:
    def note(what: str) -> None:
        events.append(f"{time.monotonic() - begun:5.1f} s  {what}")
        time.sleep(SETTLED)

    first, second, third = replicas
    time.sleep(SETTLED)
    first.kill()
    note("server 1 and its workers killed")
    for number, replica in enumerate(replicas, start=1):
        replica.questions = newer.path
        if replica is not first:
            replica.server.stop()
            note(f"server {number} asked to stop, and stopped")
        replica.begin()
        note(f"server {number} is back with the newer file")
    assert {second.server.stderr, third.server.stderr} == {""}


def run(folder: Path, retries: bool = True) -> Report:
    """The whole of it. Without `retries` nginx tries one server only, and people are lost."""
    newer = newer_file(folder)
    replicas = [Replica(free_port(), built_in_questions()) for _ in range(3)]
    events: list[str] = []
    tallies: list[Tally] = []
    over = threading.Event()
    config, port = before_servers(folder, [replica.port for replica in replicas])
    if not retries:
        config = filled_in(config, {"error timeout non_idempotent http_404;": "off;"})
    try:
        for replica in replicas:
            replica.begin()
        with nginx(folder, config, port) as front:
            begun = time.monotonic()

            def visit(number: int) -> None:
                tallies.append(_visit(port, number, newer, over))

            visitors = [
                threading.Thread(target=visit, args=(number,)) for number in range(VISITORS)
            ]
            for thread in visitors:
                thread.start()
            try:
                _events(replicas, newer, events, begun)
            finally:
                over.set()
                for thread in visitors:
                    thread.join()
            seconds = time.monotonic() - begun
    finally:
        for replica in replicas:
            if hasattr(replica, "server"):
                replica.server.stop()
    counts = sum((tally.counts for tally in tallies), Counter[str]())
    wrong = [line for tally in tallies for line in tally.wrong]
    tally = Tally(counts, max(tally.slowest for tally in tallies), wrong)
    return Report(tally, events, seconds, newer, front.said)


def main() -> int:
    """Run it and print what happened; 0 if nobody was lost."""
    missing = [program for program in ("nginx", "openssl") if not shutil.which(program)]
    if missing:
        print(f"needs {' and '.join(missing)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        report = run(Path(folder), retries="--without-retries" not in sys.argv)
    print(report)
    return 1 if any(report.tally.counts[what] for what in MUST_BE_NONE) else 0


if __name__ == "__main__":
    sys.exit(main())
