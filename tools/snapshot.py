"""Save what the app answers, and compare two such files.

`python -m tools.snapshot save FILE` asks for every page of every edition, and for a few
hundred steps and results with random answers, and writes the replies to FILE.
`python -m tools.snapshot compare OLD NEW` prints each request whose reply differs in more
than white space, and exits with 1 if there is one.

To prove that a change leaves every page as it was, save with both versions of the code:
the requests come from questions.yaml and a fixed seed alone, so they are the same for both.
"""

from __future__ import annotations

import difflib
import json
import os
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
SEED = 20261126
VISITS = 40
"""Random sets of answers for each edition; each is posted as a step and for results."""

PAGES = (
    "/ /check /check/someone /results /learn /help /about /sources /privacy "
    "/paper /paper/someone /diary /leave /cleared"
).split()
NOT_FOUND = ["/nope", "/learn/nope", "/static/nope.css"]

CLINIC = {
    "SCREENER_REGION": "CA",
    "SCREENER_CLINIC_NAME": "Elm Street Clinic",
    "SCREENER_CLINIC_PHONE": "555-0100",
    "SCREENER_CLINIC_ROOM": "Room 3",
    "SCREENER_CLINIC_LINE": "Open on weekdays",
    "SCREENER_PUBLIC_URL": "https://check.example",
    "SCREENER_KIOSK_PRINT": "on",
    "SCREENER_HSTS": "on",
}
HEADERS = ("Content-Type", "Cache-Control", "Content-Security-Policy", "Allow", "Vary")


def save(file: Path) -> None:
    """Write one line of JSON for each request: what was asked, and the reply."""
    with file.open("w", encoding="utf-8") as out:
        for name, settings in (("default", {}), ("clinic", CLINIC)):
            for asked, reply in _replies(settings):
                out.write(json.dumps({"asked": f"{name} {asked}", **reply}) + "\n")


def compare(old: Path, new: Path) -> int:
    """Print the differences; how many replies differ."""
    before, after = _read(old), _read(new)
    differ = 0
    for asked in [*before, *(a for a in after if a not in before)]:
        one, two = before.get(asked), after.get(asked)
        if one == two:
            continue
        differ += 1
        print(f"--- {asked}")
        lines = [_lines(reply) for reply in (one, two)]
        print("\n".join([*difflib.unified_diff(*lines, lineterm="", n=1)][2:40]))
    print(f"{len(before)} and {len(after)} replies, {differ} differ")
    return differ


def _replies(settings: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    from screener import create_app

    for name in [name for name in os.environ if name.startswith("SCREENER_")]:
        del os.environ[name]
    os.environ.update(settings)
    client = create_app().test_client()
    data = yaml.safe_load((ROOT / "questions.yaml").read_text("utf-8"))
    own = settings.get("SCREENER_REGION", data["about"]["region"])
    countries = [data["about"]["region"], *data["regions"]]
    bases = ["", "/kiosk", *(f"/{code.lower()}" for code in countries if code != own)]
    topics = [f"/learn/{id}{voice}" for id in data["topics"] for voice in ("", "/someone")]
    random_source = random.Random(SEED)
    for base in bases:
        for path in [*PAGES, *NOT_FOUND, *topics]:
            yield f"GET {base}{path}", _reply(client.get(base + path))
        yield f"PUT {base}/check", _reply(client.put(f"{base}/check"))
        yield f"POST {base}/help", _reply(client.post(f"{base}/help", data={}))
        for number in range(VISITS):
            body = _answers(data, random_source)
            if base == "/kiosk":
                body |= {"issued": [str(_now())], "size": [random_source.choice(["a0", "a2"])]}
            for path in ("/check", "/results"):
                reply = client.post(base + path, data=body)
                yield f"POST {base}{path} {number} {json.dumps(body)}", _reply(reply)


def _now() -> int:
    import time

    return int(time.time())


def _answers(data: dict[str, Any], random_source: random.Random) -> dict[str, list[str]]:
    """Some answers as a browser would send them, now and then with something odd."""
    voice = random_source.choice(["me", "someone"])
    body: dict[str, list[str]] = {"voice": [voice]}
    questions = [question for section in data["sections"] for question in section["questions"]]
    ids = [question["id"] for question in questions]
    if random_source.random() < 0.9:
        body["at"] = [random_source.choice(ids)]
    ways = ["next", "next", "next", "back", "clear", "undo", "on", random_source.choice(ids), "odd"]
    body["go"] = [random_source.choice(ways)]
    share, most = random_source.choice([0.1, 0.4, 1.0]), random_source.choice([1, 2, 5])
    for question in questions:
        if random_source.random() > share:
            continue
        known = [c["id"] for c in question["choices"] if voice in c.get("voices", [voice])]
        standard = [id for id in ("none", "not_sure", "prefer_not") if id in question]
        if standard and random_source.random() < 0.3:
            body[question["id"]] = [random_source.choice(standard).replace("_", "-")]
        else:
            most_here = 1 if question["type"] == "single" else min(most, len(known))
            count = random_source.randint(1, most_here)
            body[question["id"]] = random_source.sample(known, count)
    if random_source.random() < 0.1:
        body[random_source.choice(ids)] = ["gone-choice", "never"]
    if random_source.random() < 0.05:
        body["gone-question"] = ["x"]
    pages = [plan["id"] for plan in data["plans"] if _stops(data, plan)]
    body["seen"] = pages if random_source.random() < 0.6 else random_source.sample(pages, 2)
    return body


def _stops(data: dict[str, Any], plan: dict[str, Any]) -> bool:
    like = next((other for other in data["plans"] if other["id"] == plan.get("like")), {})
    return bool(plan.get("stops", like.get("stops")))


def _reply(response: Any) -> dict[str, Any]:
    html = re.sub(r'(name="issued" value=")\d+', r"\1TIME", response.get_data(as_text=True))
    headers = {name: response.headers.get(name) for name in HEADERS}
    return {"status": response.status_code, "headers": headers, "html": html}


def _read(file: Path) -> dict[str, dict[str, Any]]:
    found = {}
    for line in file.read_text("utf-8").splitlines():
        reply = json.loads(line)
        asked = re.sub(r'"issued": \["\d+"\]', '"issued": "TIME"', reply.pop("asked"))
        found[asked] = reply | {"html": without_white_space(reply["html"])}
    return found


_BLOCKS = (
    "html head meta title link script body header main footer nav section article aside div form "
    "fieldset legend p ul ol li dl dt dd h1 h2 h3 h4 details summary dialog noscript hr br svg path"
)
_AROUND_BLOCKS = re.compile(rf" ?(</?(?:{'|'.join(_BLOCKS.split())})\b[^>]*>) ?")


def without_white_space(html: str) -> str:
    """The page with white space only where it can be seen: within text and beside inline tags."""
    html = re.sub(r"\s+", " ", html)
    html = re.sub(r" (?=>)", "", html)
    return _AROUND_BLOCKS.sub(r"\1", html).strip()


def _lines(reply: dict[str, Any] | None) -> list[str]:
    if reply is None:
        return ["(not asked)"]
    return [
        str(reply["status"]),
        str(reply["headers"]),
        *reply["html"].replace("<", "\n<").split("\n"),
    ]


def main(arguments: list[str]) -> int:
    """Run one of the two commands; the exit code."""
    if len(arguments) == 2 and arguments[0] == "save":
        save(Path(arguments[1]))
        return 0
    if len(arguments) == 3 and arguments[0] == "compare":
        return 1 if compare(Path(arguments[1]), Path(arguments[2])) else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
