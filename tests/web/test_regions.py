"""Countries: marked lines, whose pages are where, and no page with another country's numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from screener import create_app
from screener.cli import main
from screener.config import Settings, WrongSetting
from screener.content.loading.load import load, load_bytes
from screener.content.localize import in_region, local_text, regions_of
from screener.content.models.base import Voice
from screener.content.models.contacts import Region, with_numbers
from screener.engine.plans import plans_of
from screener.engine.signs import Answers, signs_of
from screener.web.editions import make_editions
from tests.acceptance.visitors import STOPPING, answers_of, fields_of, proofs, random_answers
from tests.page_paths import page_paths
from tests.paths import SMALL_FILE
from tests.shipped import SHIPPED
from tests.unit.test_load import broken, faults
from tests.web.page_lint import CRISIS_BARS, LintingClient, digits, words

COUNTRIES = list(CRISIS_BARS)
ELSEWHERE = COUNTRIES[1:]


def base_of(code: str) -> str:
    return "" if code == "US" else f"/{code.lower()}"


class TestMarkedLines:
    """What one country is left with of a text."""

    @pytest.mark.parametrize(
        ("text", "us", "gb", "nz"),
        [
            ("All.", "All.", "All.", "All."),
            ("[US] Here.\n[not US] There.", "Here.", "There.", "There."),
            ("One.\n[GB NZ] Two.\nThree.", "One.\nThree.", *["One.\nTwo.\nThree."] * 2),
            ("[not GB NZ] Only.", "Only.", "", ""),
            ("- [US] a\n- [GB] b\n- c", "- a\n- c", "- b\n- c", "- c"),
            ("1. [US] a\n2. [not US] b", "1. a", "2. b", "2. b"),
            ("- a\n  [GB] more", "- a", "- a\n  more", "- a"),
            ("Top\n\n[US] Middle\n\nEnd", "Top\n\nMiddle\n\nEnd", *["Top\n\nEnd"] * 2),
            ("[US]No space.", "No space.", "", ""),
            ("- [US] **Bold.** Text", "- **Bold.** Text", "", ""),
        ],
    )
    def test_lines(self, text: str, us: str, gb: str, nz: str) -> None:
        assert [local_text(text, code) for code in ("US", "GB", "NZ")] == [us, gb, nz]

    @pytest.mark.parametrize(
        "text",
        ["See [US] here.", "[us] Small.", "[USA] Long.", "[K] One letter.", "[a link](/help)"],
    )
    def test_what_is_no_mark_stays(self, text: str) -> None:
        assert local_text(text, "US") == local_text(text, "GB") == text

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("Go to the ER.", "Go to A&E."),
            ("Go to the ER (now).", "Go to A&E (now)."),
            ("Never. NEVERMORE ERA", "Never. NEVERMORE ERA"),
            ("the ER room", "the A&E room"),
            ("Call {poison:name} now", "Call the {poison:name} now"),
            ("apnea", "apnoea"),
        ],
    )
    def test_words(self, text: str, said: str) -> None:
        say = {"ER": "A&E", "the ER": "A&E", "ER room": "A&E room", "apnea": "apnoea"}
        say |= {"Call {poison:name}": "Call the {poison:name}", "the ER room": "the A&E room"}
        assert local_text(text, "GB", say) == said


def test_the_words_of_a_country_change_no_id() -> None:
    own = load(SMALL_FILE).questionnaire
    abroad = Region(name="Elsewhere", contacts=own.contacts, words={"cups": "mugs", "heart": "h"})
    there = in_region(own.model_copy(update={"regions": {"GB": abroad}}), "GB")
    assert list(there.topics) == list(own.topics)
    assert list(there.questions) == list(own.questions)
    assert there.signs["many-cups"].topics == ("cups",)
    assert there.topics["cups"].action.me == "Count your mugs."


def test_one_country_of_the_whole_file() -> None:
    own, gb = in_region(SHIPPED), in_region(SHIPPED, "GB")
    assert (gb.about.region, gb.about.region_name) == ("GB", "the United Kingdom")
    assert gb.contacts["emergency"].call == "999"
    assert gb.sources["nida-words"] == SHIPPED.sources["nida-words"], "not respelled"
    assert "lifeline-988" not in gb.sources
    assert all(source in gb.sources for topic in gb.topics.values() for source in topic.sources)
    assert list(gb.questions) == list(SHIPPED.questions)
    assert list(gb.plans_by_id) == list(SHIPPED.plans_by_id)
    steps = ("\n".join(step.me for step in c.plans_by_id["suicide-now"].do) for c in (own, gb))
    assert ["A gun at home?" in text for text in steps] == [True, False]
    with pytest.raises(KeyError):
        in_region(SHIPPED, "FR")


BODY = """\
      Tea has less than coffee.[@leaflet]
      [CA] A mug holds more.
"""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([BODY, "      [CA US] Small.\n      [not CA] Cups.\n"], []),
        (
            [BODY, "      [UK] Small cups.\n"],
            [
                "has no line for CA; write one",
                "has no line for US; write one",
                "names no country `UK`; there are US, CA",
            ],
        ),
        ([BODY, "      [AC] Small.\n      Cups.\n"], ["names no country `AC`; there are US, CA"]),
        ([BODY, "      [US] Small cups.\n"], ["has no line for CA; write one"]),
        (
            [BODY, "      [CA] Cups.\n      [not CA] Ask {emergncy}.\n"],
            ["names no contact `emergncy`"],
        ),
        (["  CA:\n", "  US:\n", "[CA] ", ""], ["is `about.region`, whose lines are `contacts`"]),
    ],
)
def test_a_wrong_mark_or_line_is_found(changes: list[str], said: list[str]) -> None:
    raw, _ = broken(*changes)
    if not said:
        assert load_bytes(raw)
        return
    found = sorted(error.message for error in faults(raw))
    assert len(found) == len(said), found
    assert all(message.startswith(start) for message, start in zip(found, said, strict=True))


def test_a_line_that_a_country_lacks_is_found_wherever_a_text_names_it() -> None:
    text = SMALL_FILE.read_text("utf-8")
    start = text.index("      advice:", text.index("  CA:"))
    raw, _ = broken(text[start : text.index("    words:", start)], "")
    messages = [error.message for error in faults(raw)]
    assert messages.count("in CA: names no contact `advice`") >= 3
    assert any("relay" in message for message in messages)


@pytest.mark.parametrize(
    ("countries", "where", "said"),
    [
        ("[US, CA]", [], []),
        ("[UK, US, CA]", ["sources.leaflet.only.0"], ["names no country `UK`; there are US, CA"]),
        ("[US]", None, ["has no source for CA"]),
    ],
)
def test_a_source_of_some_countries(
    countries: str, where: list[str] | None, said: list[str]
) -> None:
    day = "    checked: 2026-11-02\n"
    raw, _ = broken(day, f"{day}    only: {countries}\n")
    if not said:
        assert load_bytes(raw)
        return
    found = faults(raw)
    assert {error.message for error in found} == set(said)
    if where is not None:
        assert [error.where for error in found] == where


class TestWhichCountry:
    """It is set, or picked on screen; nothing guesses it."""

    @pytest.mark.parametrize("code", ["US", "GB"])
    def test_the_set_one_is_at_the_root(self, code: str) -> None:
        made = list(make_editions(SHIPPED, code).values())
        bases = {edition.content.about.region: edition.prefix for edition in made[2:]}
        root, screen = made[:2]
        assert (root.content.about.region, root.prefix) == (code, "")
        assert (screen.content.about.region, screen.prefix) == (code, "/kiosk")
        assert bases == {other: f"/{other.lower()}" for other in COUNTRIES if other != code}
        assert not screen.other_countries
        assert len(root.other_countries) == len(COUNTRIES) - 1

    def test_one_that_is_not_there(self) -> None:
        with pytest.raises(WrongSetting) as refused:
            make_editions(SHIPPED, "UK")
        known = f"it has {', '.join(COUNTRIES)}"
        assert str(refused.value) == f"SCREENER_REGION=UK is not in the content file; {known}"

    @pytest.mark.parametrize("command", [["serve"], ["kiosk", "--browser", "/bin/true"]])
    def test_the_commands_say_so_and_do_not_start(
        self,
        command: list[str],
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("SCREENER_REGION", "XX")
        assert main(command) == 2
        said = capsys.readouterr().err
        assert said.startswith("SCREENER_REGION=XX is not in the content file")
        assert said.count("\n") == 1

    def test_a_reviewer_reads_the_file_as_one_country_does(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["show", "--region", "GB"]) == 0
        shown = capsys.readouterr().out
        assert "Call 999 or go to A&E now" in shown and "all 911" not in shown
        assert main(["show", "--region", "UK"]) == 2
        assert f"there are {', '.join(COUNTRIES)}" in capsys.readouterr().err

    @pytest.mark.parametrize("path", ["/", "/help"])
    def test_each_can_be_picked_on_screen(self, client: LintingClient, path: str) -> None:
        for code in COUNTRIES:
            page = client.page(base_of(code) + path)
            assert questionnaire_name(code) in words(page.main)
            links = {words(a): a["href"] for a in page.select("main a[rel=alternate]")}
            others = [other for other in COUNTRIES if other != code]
            assert list(links.values()) == [base_of(other) + path for other in others]
            assert "United Kingdom" in links or code == "GB"
            for address in links.values():
                assert client.get(address).status_code == 200

    def test_no_header_chooses_it(self, client: LintingClient) -> None:
        hints = {
            "Accept-Language": "en-GB,en-NZ;q=0.9",
            "X-Forwarded-For": "81.2.69.142",
            "CF-IPCountry": "GB",
            "X-Country-Code": "AU",
            "X-AppEngine-Country": "NZ",
        }
        for path in ("/", "/help", "/check", "/gb/", "/leave"):
            plain = client.get(path)
            hinted = client.get(path, headers=hints, environ_base={"REMOTE_ADDR": "81.2.69.142"})
            assert hinted.data == plain.data
            assert hinted.headers.get("Vary") == plain.headers.get("Vary")

    def test_a_journey_stays_where_it_began(self, client: LintingClient) -> None:
        start = client.page("/gb/")
        assert {form["action"] for form in start.select("form")} == {"/gb/check"}
        own = ("/gb/", "#", "https://", "tel:", "sms:", "/ca/", "/ie/", "/au/", "/nz/")
        alarm = {"right-now": "suicide", "suicide": "might-act"}
        pages = [
            client.page("/gb/check", voice="me", at="right-now", go="next"),
            client.page("/gb/check", at="suicide", **alarm),
            client.page("/gb/check", voice="someone", at="supply", supply="gone"),
            client.page("/gb/results", voice="me", supply="few-left"),
            client.page("/gb/results", voice="someone", seen="suicide-now", **alarm),
            client.page("/gb/nope"),
            client.page("/gb/learn/nope"),
            client.page("/gb/leave"),
            client.page("/gb/cleared"),
        ]
        for page in pages:
            assert page.html["data-base"] == "/gb"
            for tag in page.select("body a[href]:not(main .src a)"):
                assert tag["href"].startswith(own), tag
        gb = in_region(SHIPPED, "GB")
        heading = with_numbers(gb.plans_by_id["suicide-now"].heading.me, gb.contacts)
        assert words(pages[1].h1) == heading and "116 123" in heading
        assert client.get("/gb/nope").status_code == 404
        assert client.put("/gb/check").status_code == 405

    def test_a_touch_screen_shows_the_set_one_and_offers_no_other(self, british: Flask) -> None:
        client = british.test_client()
        assert isinstance(client, LintingClient)
        for path in ("/kiosk/", "/kiosk/help", "/kiosk/check", "/kiosk/about", "/kiosk/nope"):
            page = client.page(path)
            assert digits(page.select_one("header nav.crisis li")) == "999"
            assert not page.select("a[rel=alternate]")
            assert not re.search(r"\b(?:911|988)\b", visible(str(page)))
        assert client.get("/gb/").status_code == client.get("/kiosk/gb/").status_code == 404
        assert digits(client.page("/").select_one("header nav.crisis li")) == "999"
        assert digits(client.page("/us/").select_one("header nav.crisis li")) == "911"


@pytest.fixture(scope="module")
def british() -> Flask:
    app = create_app(Settings(region="GB"), SHIPPED)
    app.test_client_class = type("British", (LintingClient,), {"home": "GB"})
    return app


def questionnaire_name(code: str) -> str:
    return regions_of(SHIPPED)[code].name


# ---- every page of every country


def numbers_of(code: str) -> set[str]:
    """The digits of every help line that a country's pages may show."""
    found = set()
    for contact in regions_of(SHIPPED)[code].contacts.values():
        texted = contact.text.number if contact.text else None
        found |= {digits(n) for n in (contact.call, contact.tty, texted) if n and contact.confirmed}
    return found


NUMBERS = {code: numbers_of(code) for code in COUNTRIES}

AMERICAN = r"""
    ZIP | Medicaid | [Ii]nsurance | EMTALA | HIPAA | \bDEA\b | \bFDA\b | Schedule\ IV | SAMHSA
    | Poison\ Help | (?<!PANDA\ )National\ Helpline | FindTreatment | HELP4U | ASL\ Now | SafeSpot
    | Klonopin | K-pins | (?<!mental\ )health\ plan | [Ff]ederal | take-back | trash | press\ [123]
    | by\ state | [Mm]ost\ states | State\ (?:rules|or) | your\ state's | (?:if|about)\ your\ state
    | In\ the\ United\ States | Good\ Samaritan | financial\ help | legal\ aid\ office
    | urgent\ care(?!\ clinic) | counsel(?:or|ing)\b | behavior | neighbor | \bgray\b | \bcenters?\b
"""
BRITISH_ISLES_AND_SOUTH = r"""
    emergency\ room | \bERs?\b | apnea | epinephrine | \bcrib\b | [Rr]efill | Narcan | hydrocodone
    | [Bb]utalbital | [Ss]tore-bought | judgment | smaller\ fills? | walk-in
"""
NOT_HERE = {
    "CA": AMERICAN,
    "GB": rf"{AMERICAN} | {BRITISH_ISLES_AND_SOUTH} | programs?\b | [Bb]ottle",
    "IE": rf"{AMERICAN} | {BRITISH_ISLES_AND_SOUTH} | programs?\b | [Bb]ottle | \bNHS\b | A&E",
    "AU": rf"{AMERICAN} | {BRITISH_ISLES_AND_SOUTH} | [Bb]ottle | \bNHS\b | A&E",
    "NZ": rf"{AMERICAN} | {BRITISH_ISLES_AND_SOUTH} | programs?\b | \bNHS\b | A&E",
}
"""Words of another country's laws, services and spelling. Citations are looked past."""

_CITATIONS = re.compile(
    r'<p class="src.*?</p>|<ol class="sources.*?</ol>|<section[^>]* id="sources">.*?</section>',
    re.DOTALL,
)


def visible(html: str) -> str:
    """What a page shows."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def said(html: str) -> str:
    """What a page says in its own words: a source keeps its title."""
    return visible(_CITATIONS.sub(" ", html))


def every_page(client: FlaskClient, code: str) -> Iterator[tuple[str, str]]:
    """Path or answers -> HTML: ready pages, questions, stops and results."""
    base = base_of(code)
    ready = re.compile(rf"{base}/(?!(?:kiosk|static|[a-z]{{2}})/)[a-z/-]*")
    for path in page_paths(client.application):
        if ready.fullmatch(path):
            yield path, client.get(path).get_data(as_text=True)
    for path, fields in journeys():
        response = client.post(base + path, data=fields)
        yield f"{path} {fields}", response.get_data(as_text=True)


@cache
def everybody() -> list[Answers]:
    """Visitors who together are shown every plan, in each voice that it is for."""
    found = [*map(answers_of, proofs().cases), *random_answers(1500, seed=30)]
    shown = [
        {(plan.id, answers.voice) for plan in plans_of(SHIPPED, signs_of(SHIPPED, answers))}
        for answers in found
    ]
    left = set().union(*shown)
    assert {id for id, _ in left} == SHIPPED.plans_by_id.keys()
    chosen = []
    while left:
        best = max(range(len(found)), key=lambda n: len(shown[n] & left))
        left -= shown[best]
        chosen.append(found[best])
    return chosen


def journeys() -> Iterator[tuple[str, dict[str, object]]]:
    """Each question in both voices, stops and results with every plan."""
    for question in SHIPPED.questions:
        for voice in Voice:
            yield "/check", {"at": question, "go": "clear", "voice": voice.value}
    for answers in everybody():
        yield "/results", fields_of(answers, seen=STOPPING)
    for answers in everybody()[:5]:
        yield "/results", fields_of(answers)


@pytest.mark.parametrize("code", COUNTRIES)
def test_no_page_shows_what_is_for_another_country(client: LintingClient, code: str) -> None:
    browser = client.application.test_client()  # pages like these are linted elsewhere
    own = NUMBERS[code]
    foreign = set().union(*NUMBERS.values()) - own
    strange = re.compile(NOT_HERE.get(code, r"\bRivotril\ \(|A&E|\bNHS\ 111"), re.VERBOSE)
    crisis = regions_of(SHIPPED)[code].contacts["crisis"]
    texted = crisis.text.number if crisis.text else None
    seen = 0
    abroad: dict[str, list[str]] = {}
    for name, html in every_page(browser, code):
        seen += 1
        text = said(html)
        runs = {digits(run) for run in re.findall(r"\d(?:[\d ().-]*\d)?", visible(html))}
        long = {number for number in foreign if len(number) > 5}
        assert not runs & foreign, name
        assert not [n for n in long if any(n in run for run in runs if len(run) > 5)], name
        assert set(re.findall(r"(?:tel|sms):(\d+)", html)) <= own, name
        # The list of sources is headed by the names of their publishers.
        if (found := strange.findall(text)) and not name.endswith("/sources"):
            abroad[name] = found
        if texted != crisis.call:
            assert not re.search(rf"[Tt]ext {crisis.call}", text), name
    assert not abroad
    assert seen >= len(SHIPPED.topics) + 2 * len(SHIPPED.questions) + len(everybody())


@pytest.mark.parametrize("code", ELSEWHERE)
def test_the_pages_of_a_country_keep_every_promise(client: LintingClient, code: str) -> None:
    paths = ("/", "/help", "/about", "/paper", "/check/someone", "/learn/who-to-talk-to")
    for path in paths:
        assert client.get(base_of(code) + path).status_code == 200
    for answers in everybody()[:4]:
        client.post(f"{base_of(code)}/results", data=fields_of(answers))
        client.post(f"{base_of(code)}/results", data=fields_of(answers, seen=STOPPING))


def test_a_foreign_number_would_be_found(client: LintingClient) -> None:
    """The test above can fail: what it looks for is there in the country it belongs to."""
    us = said(client.get("/learn/out-of-pills").text)
    for code in ELSEWHERE:
        assert re.search(NOT_HERE[code], us, re.VERBOSE)
        assert NUMBERS["US"] - NUMBERS[code]


@pytest.mark.parametrize("code", COUNTRIES)
def test_the_help_lines_on_paper_have_numbers(client: LintingClient, code: str) -> None:
    lines = client.page(f"{base_of(code)}/paper").select(".paper-lines b")
    assert len(lines) == 4
    assert {digits(words(line).rpartition(":")[2]) for line in lines} <= NUMBERS[code]
