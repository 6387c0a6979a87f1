"""The touch-screen mode, as the test client sees it: stamps, no way out, staff, take-away."""

from __future__ import annotations

import re
import time

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from screener import create_app
from screener.config import Settings, WrongSetting, from_environment
from screener.content.models.questionnaire import Questionnaire
from screener.engine.plans import stops_of
from screener.engine.signs import Answers, signs_of
from screener.web.markup import qr_code
from screener.web.visits import Visit, is_over, read_visit
from tests.shipped import SHIPPED
from tests.web.page_lint import LintingClient, words

IDLE = 180
NOW = 1_800_000_000


@pytest.mark.parametrize(
    ("fields", "over"),
    [
        ({"issued": str(NOW)}, False),
        ({"issued": str(NOW - IDLE + 1)}, False),
        ({"issued": str(NOW - IDLE)}, True),
        ({"issued": str(NOW - 10 * IDLE + 1), "more": "on"}, False),
        ({"issued": str(NOW - 10 * IDLE), "more": "on"}, True),
        ({"issued": str(NOW + 5)}, False),
        ({"issued": str(NOW + 6)}, True),
        ({}, True),
        ({"issued": ""}, True),
        ({"issued": "yesterday"}, True),
        ({"issued": "9" * 40}, True),
        ({"issued": "-1"}, True),
        pytest.param({"issued": "١٢٣"}, True, id="digits of another script"),
    ],
    ids=str,
)
def test_a_visit_is_over_after_the_idle_limit(fields: dict[str, str], over: bool) -> None:
    assert is_over(fields, IDLE, NOW) is over


def test_what_a_visit_carries() -> None:
    asked_for = {"more": "on", "size": "a2", "contrast": "on"}
    assert read_visit(asked_for, NOW) == Visit(NOW, True, "a2", True)
    nonsense = {"more": "x", "size": "huge", "contrast": "x"}
    assert read_visit(nonsense, NOW) == Visit(NOW, False, "a0", False)
    assert Visit(NOW).html_class == "kiosk"
    assert Visit(NOW, size="a1").html_class == "kiosk a1"
    assert Visit(NOW, size="a2", contrast=True).html_class == "kiosk a2 contrast"


def fresh() -> str:
    return str(int(time.time()))


def stale() -> str:
    return str(int(time.time()) - IDLE - 60)


KIOSK_PAGES = ["/", "/check", "/check/someone", "/learn", "/help", "/about", "/sources"]
KIOSK_PAGES += ["/privacy", "/paper", "/diary", "/cleared", "/leave", "/results"]


STEPS: list[dict[str, str]] = [
    {"at": "right-now", "go": "next"},
    {"at": "right-now", "right-now": "nonsense"},
    {"at": "right-now", "right-now": "slow-breathing", "supply": "few-left"},
    {"at": "supply", "supply": "few-left"},
    {"issued": "1", "supply": "few-left"},
]
END = ["Finish and clear"]
OFFERS = "a[href], area[href], link[href], form[action], button[formaction]"


def _stays_inside(page: BeautifulSoup) -> None:
    assert page.html["class"] == ["kiosk"]
    for tag in page.select(OFFERS):
        target = tag.get("href") or tag.get("action") or tag.get("formaction")
        inside = target.startswith("/kiosk/") or target.startswith("#")
        assert inside or (tag.name == "link" and re.match(r"/(static/|wipe\.css)", target)), tag
    for refresh in page.select("meta[http-equiv=refresh]"):
        assert re.fullmatch(r"\d+; url=/kiosk/(cleared)?", refresh["content"])
    assert not page.select("[target], iframe, object, embed, [download]")
    dock = page.select_one("main > .dock")
    assert not page.select("header a:not(.skip)"), "nothing to press is out of reach"
    ends = dock.select("details a[href='/kiosk/cleared']")
    assert [words(end) for end in ends] == ([] if "data-start" in page.main.attrs else END)
    # Nothing to type, so no keyboard comes up and none learns a word.
    assert {i.get("type") for i in page.select("input")} <= {"radio", "checkbox", "hidden"}
    assert not page.select("textarea, select, [contenteditable]")
    assert "Need help or another format? Ask staff." in words(dock)
    assert dock.select("a[href='/kiosk/paper']"), "the paper form can be reached"
    assert dock.select("a[href='#staff']") and page.select("body > #staff")
    assert len(dock.select("input[name=size]")) == 3
    assert len(dock.select("input[name=contrast]")) == 1
    assert dock.select_one("[data-scroll='1']")


@pytest.mark.parametrize(
    "path", [*KIOSK_PAGES, "/nowhere", "/learn/tapering", "/learn/tapering/someone"]
)
def test_every_page_stays_inside(client: LintingClient, path: str) -> None:
    _stays_inside(client.page(f"/kiosk{path}"))


@pytest.mark.parametrize("path", ["check", "results"])
@pytest.mark.parametrize("fields", STEPS, ids=str)
def test_every_step_stays_inside(client: LintingClient, path: str, fields: dict[str, str]) -> None:
    _stays_inside(client.page(f"/kiosk/{path}", **{"issued": fresh(), **fields}))


def test_every_topic_page_spells_its_sources_out(
    client: LintingClient, content: Questionnaire
) -> None:
    for id, topic in content.topics.items():
        main = words(client.page(f"/kiosk/learn/{id}").main)
        for source in topic.sources:
            address = content.sources[source].url.split("://")[1].removeprefix("www.")
            assert address in main


def test_errors_stay_inside_too(client: LintingClient) -> None:
    page = BeautifulSoup(client.get("/kiosk/nope").get_data(as_text=True), "html.parser")
    assert page.html["class"] == ["kiosk"]


def test_the_journey_carries_stamp_look_and_time(client: LintingClient) -> None:
    look = {"size": "a2", "contrast": "on"}
    page = client.page("/kiosk/check", voice="someone", more="on", **look)
    assert page.html["class"] == ["kiosk", "a2", "contrast"]
    assert page.select_one("input[name=contrast]").has_attr("checked")
    assert page.main["data-at"] == "right-now"
    assert page.select_one("#step input[name=voice]")["value"] == "someone"
    stamp = int(page.select_one("input[name=issued]")["value"])
    assert abs(stamp - time.time()) < 60
    assert page.select_one("input[type=hidden][name=more]")["value"] == "on"
    assert page.select_one("input[name=size][checked]")["value"] == "a2"
    refresh = page.select_one("noscript meta[http-equiv=refresh]")
    assert refresh["content"] == f"{10 * IDLE}; url=/kiosk/cleared"


@pytest.mark.parametrize("path", ["/kiosk/check", "/kiosk/results"])
def test_an_old_form_sent_again_shows_nothing(client: LintingClient, path: str) -> None:
    for issued in ({"issued": stale()}, {}):
        page = client.page(path, **issued, **{"supply": "few-left", "mood": "low"})
        assert words(page.h1) == "Your answers are cleared"
        assert "few-left" not in str(page)


def test_outside_the_kiosk_there_is_no_time_limit(client: LintingClient) -> None:
    page = client.page("/check", at="right-now", issued=stale(), **{"right-now": "none"})
    assert page.main["data-at"] == "situation"
    assert not page.select("meta[http-equiv=refresh], input[name=issued], noscript")


def more_time(client: LintingClient, page: BeautifulSoup, **picked: str) -> BeautifulSoup:
    """Press "I need more time"."""
    button = page.select_one("button.wait")
    sent: dict[str, list[str]] = {button["name"]: [button["value"]]}
    for field in page.find(id=button["form"]).select("input[type=hidden], input[checked]"):
        sent.setdefault(field["name"], []).append(field["value"])
    return client.page(button["formaction"], **sent, **picked)


def test_more_time_without_script_keeps_the_answers(client: LintingClient) -> None:
    sent = {"at": "situation", "situation": "pregnant", "issued": fresh()}
    page = client.page("/kiosk/check", **sent)
    again = more_time(client, page, **{"how-often": "most-days"})
    assert again.main["data-at"] == page.main["data-at"] == "how-often"
    assert again.select_one("input[name=how-often][value=most-days]").has_attr("checked")
    assert again.select_one("input[type=hidden][name=situation][value=pregnant]")


@pytest.mark.parametrize("path", ["check", "results"])
def test_more_time_on_a_stop_shows_it_again(client: LintingClient, path: str) -> None:
    sent = {"right-now": ["slow-breathing", "danger"], "at": "right-now", "issued": fresh()}
    page = client.page(f"/kiosk/{path}", go="next", **sent)
    again = more_time(client, page)
    stops = [[tag["id"] for tag in each.select("main section[id]")] for each in (page, again)]
    assert stops[0] == stops[1] and len(stops[0]) == 2
    ways = [
        [(b["value"], b.get("formaction")) for b in each.select(".way button")]
        for each in (page, again)
    ]
    assert ways[0] == ways[1]


def test_more_time_on_the_results_shows_them_again(client: LintingClient) -> None:
    sent = {"right-now": "slow-breathing", "seen": "overdose", "issued": fresh()}
    page = client.page("/kiosk/results", **sent)
    assert page.main["data-at"] == "results"
    assert words(more_time(client, page).main) == words(page.main)


def test_a_stop_sends_to_staff_first(client: LintingClient, content: Questionnaire) -> None:
    shown = set()
    for question, choices in content.choices.items():
        for choice in choices.values():
            alone = Answers({question: (choice.id,)}, choice.voices[0])
            stops = stops_of(content, signs_of(content, alone))
            if not stops or stops[0].page in shown:
                continue
            shown.add(stops[0].page)
            sent = {question: choice.id, "voice": alone.voice.value, "issued": fresh()}
            page = client.page("/kiosk/results", **sent)
            stand = page.select_one(".plate .stand")
            assert words(stand.find(["a", "b", "span"])) == "Tell a staff member now"
            assert stand.a["href"] == "#staff"
            contact = content.contacts[stops[0].contact.in_voice(alone.voice)]
            names = [code["aria-label"] for code in stand.select("svg.qr[role=img]")]
            way = f"Code to call {contact.call} from your own phone"
            assert contact.is_person or not contact.call or way in names
    assert len(shown) >= 5


HELP = "Code to open the help lines on your own phone"


def test_what_can_be_taken_away_says_nothing_of_the_answers() -> None:
    app = create_app(Settings(public_url="https://check.example", kiosk_print=True), SHIPPED)
    app.test_client_class = LintingClient
    pages = [
        app.test_client().page("/kiosk/results", issued=fresh(), go="with", **sent)
        for sent in ({"supply": "few-left"}, {"mood": "low", "doors": "door-all"})
    ]
    codes = [
        {code["aria-label"]: code.path["d"] for code in page.select(".qrs svg.qr")}
        for page in pages
    ]
    assert codes[0] == codes[1]
    assert f' d="{codes[0][HELP]}"' in qr_code("https://check.example/help", HELP)
    assert all(page.select("[data-print]") for page in pages)


def test_no_printer_no_button(client: LintingClient) -> None:
    for go in ("next", "print", "with"):
        page = client.page("/kiosk/results", issued=fresh(), supply="few-left", go=go)
        assert page.main["data-at"] == "results"
        assert not page.select("[data-print], [value=print]")


@pytest.fixture(scope="module")
def clinic() -> Flask:
    settings = Settings(
        clinic_name="Elm Street Clinic",
        clinic_phone="555-0100",
        clinic_room="Room 4",
        clinic_line="Open till six",
    )
    app = create_app(settings, SHIPPED)
    app.test_client_class = LintingClient
    return app


@pytest.mark.parametrize("base", ["", "/kiosk"])
def test_the_clinic_is_named(clinic: Flask, base: str) -> None:
    client = clinic.test_client()
    results = client.page(f"{base}/results", issued=fresh(), supply="few-left")
    for page in (client.page(f"{base}/"), results):
        for part in ("Elm Street Clinic", "555-0100", "Room 4", "Open till six"):
            assert part in words(page.body)
    assert "Elm Street Clinic" in words(results.main)


def test_idle_times_are_checked() -> None:
    settings = from_environment({"SCREENER_KIOSK_IDLE": "90", "SCREENER_KIOSK_WARNING": "20"})
    app = create_app(settings, SHIPPED)
    page = BeautifulSoup(app.test_client().get("/kiosk/help").get_data(as_text=True), "html.parser")
    assert (page.html["data-idle"], page.html["data-warning"]) == ("90", "20")
    for wrong in ({"KIOSK_WARNING": "19"}, {"KIOSK_IDLE": "60"}, {"KIOSK_WARNING": "180"}):
        with pytest.raises(WrongSetting, match="SCREENER_KIOSK"):
            from_environment({f"SCREENER_{name}": value for name, value in wrong.items()})


def test_the_start_page_asks_nothing_it_keeps(client: LintingClient) -> None:
    page = client.page("/kiosk/")
    assert not page.select("noscript, input[name=issued]")
    assert re.search(r"clears itself after 3 minutes", words(page.main))
    starts = page.select("form#step button[name=voice]")
    assert [button["value"] for button in starts] == ["me", "someone"]
    assert [field["name"] for field in page.select("form#step input")] == ["more"]
    assert "the screen waits 30 minutes, not 3" in words(page.main)


def test_the_look_survives_every_form_of_a_page(client: LintingClient) -> None:
    """A page has forms that the dock's controls are not part of: they send it along themselves."""
    sent = {"size": "a1", "contrast": "on", "issued": fresh(), "right-now": "slow-breathing"}
    page = client.page("/kiosk/check", at="right-now", go="next", **sent)
    assert page.main.has_attr("data-stop")
    again = more_time(client, page)
    assert again.html["class"] == ["kiosk", "a1", "contrast"]
