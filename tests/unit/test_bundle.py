"""The bundle: all that a visit needs on the device, in one file for each edition."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import Flask

from screener import create_app
from screener.config import Settings
from screener.content.loading.load import load
from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.plans import NO_PRESCRIBER
from screener.resources import folder
from screener.web import bundle as bundles
from screener.web.bundle import SHOWN_SETTINGS, digest_of
from screener.web.editions import make_editions
from screener.web.routes import bundle_path
from tests.shipped import SHIPPED
from tests.unit.conftest import FLAT

SMALL_FILE = Path(__file__).parents[1] / "small.yaml"
FILES = {"shipped": SHIPPED, "small": load(SMALL_FILE).questionnaire, "engine": FLAT}
LARGEST = 80_000
"""Bytes of the bundle of the United States in English, compressed."""


@cache
def app_of(name: str) -> Flask:
    return create_app(Settings(), FILES[name])


def raw_of(app: Flask, edition: str, **headers: str) -> bytes:
    with app.test_request_context():
        path = bundle_path(app.extensions["editions"][edition])
    response = app.test_client().get(path, headers=headers)
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    assert "immutable" in response.headers["Cache-Control"]
    return response.data


@cache
def bundle_of(name: str, edition: str) -> dict[str, Any]:
    made = json.loads(raw_of(app_of(name), edition))
    assert isinstance(made, dict)
    return made


def content_of(name: str, edition: str) -> Questionnaire:
    content = app_of(name).extensions["editions"][edition].content
    assert isinstance(content, Questionnaire)
    return content


def begins(html: str) -> tuple[str, str]:
    """The name and the id of the element that some HTML is."""
    found = re.match(r'<([a-z]+)[^>]*? id="([^"]+)"', html)
    assert found, html[:200]
    assert html.endswith(f"</{found[1]}>")
    return found[1], found[2]


EVERY = [(name, id) for name, content in FILES.items() for id in make_editions(content)]
QUICK = ["us", "gb", "kiosk"]
EDITIONS = [
    pytest.param(name, id, id=f"{name}-{id}", marks=[] if id in QUICK else [pytest.mark.slow])
    for name, id in EVERY
]


# Its shape


@pytest.mark.parametrize(("name", "edition"), EDITIONS)
def test_every_page_is_there_in_both_voices(name: str, edition: str) -> None:
    content, made = content_of(name, edition), bundle_of(name, edition)
    for voice in Voice:
        pages = made[voice.value]
        assert list(pages["questions"]) == list(content.questions)
        for id, html in pages["questions"].items():
            rows = re.findall(r'<input type="(?:radio|checkbox)" id="a-[^>]*>', html)
            assert f' data-at="{id}"' in html.split(">")[0]
            assert [row.split('value="')[1].split('"')[0] for row in rows] == [
                *content.choices_for(id, voice)
            ]
            assert not [row for row in rows if " checked" in row]
        assert {id.split()[0] for id in pages["plans"]} == {plan.id for plan in content.plans}
        for id, parts in pages["plans"].items():
            plan = content.plans_by_id[id.split()[0]]
            assert id.split()[1:] in ([], [NO_PRESCRIBER])
            assert begins(parts["lead"]) == ("section", f"plan-{plan.id}")
            assert ("stop" in parts) is plan.stops
            assert not plan.stops or begins(parts["stop"]) == ("section", f"plan-{plan.id}")
            assert parts["body"].startswith('<div class="body">')
            assert parts["body"].count('<p class="say">“”</p>') == 1
        assert list(pages["topics"]) == list(content.topics)
        for id, cards in pages["topics"].items():
            assert len(cards) == 1 + len(content.topics[id].variants)
            assert {begins(card) for card in cards} == {("section", f"topic-{id}")}
        sheets = [made["sheets"], made["papers"]] if edition != "kiosk" else []
        assert ("sheets" in made) is ("papers" in made) is bool(sheets)
        for frame in (pages["stop"], pages["results"], made["cleared"], *sheets):
            assert begins(frame) == ("main", "main")
    assert list(made["sources"]) == list(content.sources)


@pytest.mark.parametrize(("name", "edition"), EDITIONS)
def test_the_rules_name_only_what_is_there(name: str, edition: str) -> None:
    content, made = content_of(name, edition), bundle_of(name, edition)
    rules = made["rules"]
    signs, topics = set(rules["signs"]), set(rules["topics"])
    assert signs == set(content.signs)
    assert list(rules["questions"]) == list(content.questions)
    for id, question in rules["questions"].items():
        assert set(question["choices"]) == set(content.choices[id])
        assert signs.issuperset(sign for named in question["choices"].values() for sign in named)
        assert set(question["chart"]) <= set(question["choices"])
        for entry in question["chart"].values():
            assert {row for row, _ in entry.get("in", ())} <= set(content.results.print.rows)
            assert set(entry.get("by", ())) <= set(content.questions)
    assert [plan["id"] for plan in rules["plans"]] == [plan.id for plan in content.plans]
    for plan in rules["plans"]:
        assert topics.issuperset(id for ids in plan["topics"].values() for id in ids)
    cited = {id for ids in rules["cited"].values() for id in ids}
    assert cited <= set(rules["sources"]) == set(made["sources"])
    waiting = app_of(name).extensions["editions"][edition].unreviewed
    assert {(kind, id) for kind, ids in made["unreviewed"].items() for id in ids} == {
        (kind, id) for kind, id in waiting if kind in made["unreviewed"]
    }


def test_nothing_of_a_request_is_inside() -> None:
    """It is kept and sent to everybody."""
    app = app_of("small")
    for edition in app.extensions["editions"].values():
        made = set()
        for path, host, query in (("/check", "127.0.0.1", ""), ("/results", "evil.example", "a=b")):
            with app.test_request_context(
                f"{edition.prefix}{path}", base_url=f"https://{host}:9", query_string=query
            ):
                made.add(bundles.bundle_of(edition))
        (raw,) = made
        for hidden in re.findall(r'<input type=\\"hidden\\"[^>]*>', raw.decode()):
            assert re.search(r'name=\\"(voice|at|seen)\\"', hidden), hidden


def test_a_name_of_another_time_is_not_found() -> None:
    client = app_of("small").test_client()
    assert client.get("/visit.0123456789.json").status_code == 404


# Its name


def test_the_name_changes_with_the_settings_that_pages_show_only() -> None:
    """So replicas whose other settings differ serve the same bundle, and a browser's copy is used
    again after a restart."""
    content = FILES["small"]
    unseen: dict[str, Any] = {
        "host": "0.0.0.0", "port": 9000, "workers": 7, "questions": SMALL_FILE,
        "exit_url": "https://example.org", "trusted_hosts": ("localhost",), "proxy_count": 1,
        "kiosk_idle": 90, "kiosk_warning": 30, "hsts": True, "allow_debug": True,
        "worker_lifetime": 600, "security_contact": "mailto:security@example.org",
    }  # fmt: skip
    shown: dict[str, Any] = {
        "public_url": "https://example.com", "clinic_name": "North Clinic",
        "clinic_phone": "555-0100", "clinic_room": "Room 7", "clinic_line": "Ask for Jo",
        "kiosk_print": True,
    }  # fmt: skip
    assert {"region", *unseen, *shown} == set(Settings.model_fields)
    assert {"region", *shown} == SHOWN_SETTINGS

    def all_of(settings: Settings) -> list[bytes]:
        app = create_app(settings, content)
        app.extensions["bundle_digest"] = "same"
        client = app.test_client()
        prefixes = [edition.prefix for edition in app.extensions["editions"].values()]
        return [client.get(f"{prefix}/visit.same.json").data for prefix in prefixes]

    usual = Settings()
    made, name_of = all_of(usual), digest_of(content, usual)
    assert [json.loads(bundle) for bundle in made]
    for name, value in unseen.items():
        if name != "kiosk_warning":
            assert digest_of(content, Settings.model_validate({name: value})) == name_of, name
    assert all_of(Settings.model_validate(unseen)) == made
    for name, value in shown.items():
        changed = Settings.model_validate({name: value})
        assert digest_of(content, changed) != name_of, name
        assert all_of(changed) != made, name
    assert digest_of(content, Settings.model_validate({"region": "CA"})) != name_of


def test_the_name_changes_with_the_content() -> None:
    content = load(SMALL_FILE).questionnaire
    again = load(SMALL_FILE).questionnaire
    assert digest_of(content, Settings()) == digest_of(again, Settings())
    about = content.about.model_copy(update={"onward": "Go on now"})
    changed = content.model_copy(update={"about": about})
    assert digest_of(changed, Settings()) != digest_of(content, Settings())


def test_the_name_changes_with_a_template_and_with_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names = {path.relative_to(path.parents[1]).as_posix() for path in bundles._files()}
    assert {path.name for path in folder("templates").iterdir()} <= {n.split("/")[1] for n in names}
    assert {"engine/plans.py", "web/views.py", "content/texts.py", "models/plans.py"} <= names
    file = tmp_path / "question.html"
    monkeypatch.setattr(bundles, "_files", lambda: [file])
    found = set()
    for text in ("one", "two", "one"):
        file.write_text(text)
        found.add(digest_of(SHIPPED, Settings()))
    assert len(found) == 2


# Its size


def test_it_is_light() -> None:
    assert len(raw_of(app_of("shipped"), "us", **{"Accept-Encoding": "br"})) <= LARGEST


@pytest.mark.parametrize(
    ("names", "most"),
    [(("engine.js",), 3_000), (("app.js", "pages.js"), 8_000), (("chart.js", "papers.js"), 3_000)],
)
def test_the_scripts_are_light(names: tuple[str, ...], most: int) -> None:
    files = [Path(folder("static") / name).read_bytes() for name in names]
    assert sum(len(brotli.compress(file)) for file in files) <= most
