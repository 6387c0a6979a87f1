"""Countries: marked lines, whose pages are where, and no page with another country's numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape

import pytest
import yaml
from flask import Flask, Response
from flask.testing import FlaskClient

from screener import create_app
from screener.cli import main
from screener.config import Settings, WrongSetting
from screener.content.loading.load import load, load_bytes
from screener.content.localize import in_region, local_text, regions_of
from screener.content.models.base import STANDARD_CHOICES, Voice
from screener.content.models.contacts import Region
from screener.content.models.questionnaire import Questionnaire
from screener.resources import built_in_questions
from screener.web.editions import make_editions
from tests.page_paths import page_paths
from tests.paths import ROOT, SMALL_FILE
from tests.unit.test_load import broken, faults
from tests.web.page_lint import CRISIS_BARS, LintingClient, digits, words

COUNTRIES = list(CRISIS_BARS)
ELSEWHERE = COUNTRIES[1:]
PERSONAS = yaml.safe_load((ROOT / "tests/acceptance/personas.yaml").read_text("utf-8"))


@cache
def questionnaire() -> Questionnaire:
    return load(built_in_questions()).questionnaire


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
    gb = in_region(questionnaire(), "GB")
    assert (gb.about.region, gb.about.region_name) == ("GB", "the United Kingdom")
    assert gb.contacts["emergency"].call == "999"
    assert gb.sources["nida-words"] == questionnaire().sources["nida-words"], "not respelled"
    assert "lifeline-988" not in gb.sources
    assert all(source in gb.sources for topic in gb.topics.values() for source in topic.sources)
    assert [q.id for q in gb.questions.values()] == list(questionnaire().questions)
    assert len(gb.interruptions["suicide"].steps) == 5, "one more than in the United States"
    assert len(in_region(questionnaire()).interruptions["suicide"].steps) == 4
    with pytest.raises(KeyError):
        in_region(questionnaire(), "FR")


OF_LINE = "hours: 'x', languages: 'x', for: 'x', verified: 2026-11-03}"
ADVICE = f"      advice: {{name: 'A', call: '811', {OF_LINE}\n"
CANADA = f"""\
regions:
  CA:
    name: 'Canada'
    contacts:
      emergency: {{name: 'E', call: '911', {OF_LINE}
{ADVICE}scales:
"""
CUPS = "body: 'Small cups count too.'"


@pytest.mark.parametrize(
    ("region", "body", "said"),
    [
        (CANADA, "[CA US] Small.\\n[not CA] Cups.", []),
        (
            CANADA,
            "[UK] Small cups.",
            [
                "has no line for CA; write one",
                "has no line for US; write one",
                "names no country `UK`; there are US, CA",
            ],
        ),
        (CANADA, "[AC] Small.\\nCups.", ["names no country `AC`; there are US, CA"]),
        (CANADA, "[US] Small cups.", ["has no line for CA; write one"]),
        (CANADA, "[CA] Cups.\\n[not CA] Ask {emergncy}.", ["names no contact `emergncy`"]),
        (
            CANADA.replace(ADVICE, ""),
            "[CA] Cups.\\n[not CA] Ask {advice}.",
            ["in CA: names no contact `advice`"],  # a question's, not the marked line's
        ),
        (CANADA.replace(ADVICE, ""), "Ask {advice}.", ["in CA: names no contact `advice`"] * 2),
        (
            CANADA.replace("  CA:", "  US:"),
            "Cups.",
            ["is `about.region`, whose lines are `contacts`"],
        ),
    ],
)
def test_a_wrong_mark_or_line_is_found(region: str, body: str, said: list[str]) -> None:
    raw, _ = broken("scales:\n", region, CUPS, f'body: "{body}"')
    if not said:
        assert load_bytes(raw)
        return
    found = sorted(error.message for error in faults(raw))
    assert len(found) == len(said)
    assert all(message.startswith(start) for message, start in zip(found, said, strict=True))


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
    raw, _ = broken("scales:\n", CANADA, day, f"{day}    only: {countries}\n")
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
        made = list(make_editions(questionnaire(), code).values())
        bases = {edition.content.about.region: edition.prefix for edition in made[2:]}
        root, screen = made[:2]
        assert (root.content.about.region, root.prefix) == (code, "")
        assert (screen.content.about.region, screen.prefix) == (code, "/kiosk")
        assert bases == {other: f"/{other.lower()}" for other in COUNTRIES if other != code}
        assert not screen.other_countries
        assert len(root.other_countries) == len(COUNTRIES) - 1

    def test_one_that_is_not_there(self) -> None:
        with pytest.raises(WrongSetting) as refused:
            make_editions(questionnaire(), "UK")
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
        pages = [
            client.page("/gb/check", voice="me", section="safety", go="next"),
            client.page("/gb/check", voice="me", suicide="might-act", section="safety"),
            client.page("/gb/check", voice="someone", section="safety", seizure="gone"),
            client.page("/gb/results", voice="me", supply="out-now", suicide="prefer-not"),
            client.page("/gb/results", voice="someone", shown="suicide", suicide="thoughts"),
            client.page("/gb/nope"),
            client.page("/gb/learn/nope"),
            client.page("/gb/leave"),
            client.page("/gb/cleared"),
        ]
        for page in pages:
            assert page.html["data-base"] == "/gb"
            for tag in page.select("body a[href]:not(main .src a)"):
                assert tag["href"].startswith(own), tag
        assert words(pages[1].h1).endswith("Call 116 123 now. Call 999 if you might act now.")
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
    app = create_app(Settings(region="GB"))
    app.test_client_class = type("British", (LintingClient,), {"home": "GB"})
    return app


def questionnaire_name(code: str) -> str:
    return regions_of(questionnaire())[code].name


# ---- every page of every country


def numbers_of(code: str) -> set[str]:
    """The digits of every help line that a country's pages may show."""
    found = set()
    for contact in regions_of(questionnaire())[code].contacts.values():
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

_CITATIONS = re.compile(r'<p class="src.*?</p>|<section[^>]* id="sources">.*?</section>', re.DOTALL)


def visible(html: str) -> str:
    """What a page shows."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def said(html: str) -> str:
    """What a page says in its own words: a source keeps its title."""
    return visible(_CITATIONS.sub(" ", html))


def every_page(client: FlaskClient, code: str) -> Iterator[tuple[str, str]]:
    """Path or answers -> HTML: ready pages, sections, interruptions and results."""
    base = base_of(code)
    ready = re.compile(rf"{base}/(?!(?:kiosk|static|[a-z]{{2}})/)[a-z/-]*")
    for path in page_paths(client.application):
        if ready.fullmatch(path):
            yield path, client.get(path).get_data(as_text=True)
    for path, fields in journeys(in_region(questionnaire(), code)):
        response = client.post(base + path, data=fields)
        yield f"{path} {fields}", response.get_data(as_text=True)


def journeys(content: Questionnaire) -> Iterator[tuple[str, dict[str, object]]]:
    for voice in Voice:
        for section in content.sections:
            yield "/check", {"voice": voice.value, "go": section.id, "stopping": "on-own"}
        stops: dict[tuple[str, bool], dict[str, object]] = {}
        for question, options in content.choices.items():
            for choice in options.values():
                if choice.interruption and voice in choice.voices:
                    form = (choice.interruption, choice.unsure)
                    stops.setdefault(form, {question: choice.id, "voice": voice.value})
        yield from (("/results", fields) for fields in stops.values())
        everything: dict[str, object] = {
            question: [id for id in options if id not in STANDARD_CHOICES]
            if content.questions[question].type == "tick-all"
            else next(iter(options))
            for question, options in content.choices.items()
        }
        shown = list(content.interruptions)
        yield "/results", everything | {"voice": voice.value, "shown": shown}
    for persona in PERSONAS:
        fields = persona["answers"] | {"voice": persona.get("voice", "me")}
        yield "/results", fields | {"shown": list(content.interruptions)}


@pytest.mark.parametrize("code", COUNTRIES)
def test_no_page_shows_what_is_for_another_country(client: LintingClient, code: str) -> None:
    browser = (
        FlaskClient(client.application, Response) if code == "US" else client
    )  # linted elsewhere
    own = NUMBERS[code]
    foreign = set().union(*NUMBERS.values()) - own
    strange = re.compile(NOT_HERE.get(code, r"\bRivotril\ \(|A&E|\bNHS\ 111"), re.VERBOSE)
    crisis = regions_of(questionnaire())[code].contacts["crisis"]
    texted = crisis.text.number if crisis.text else None
    seen = 0
    for name, html in every_page(browser, code):
        seen += 1
        text = said(html)
        runs = {digits(run) for run in re.findall(r"\d(?:[\d ().-]*\d)?", visible(html))}
        long = {number for number in foreign if len(number) > 5}
        assert not runs & foreign, name
        assert not [n for n in long if any(n in run for run in runs if len(run) > 5)], name
        assert set(re.findall(r"(?:tel|sms):(\d+)", html)) <= own, name
        assert not strange.search(text), (name, strange.findall(text))
        if texted != crisis.call:
            assert not re.search(rf"[Tt]ext {crisis.call}", text), name
    assert seen >= len(questionnaire().topics) + 45


def test_a_foreign_number_would_be_found(client: LintingClient) -> None:
    """The test above can fail: what it looks for is there in the country it belongs to."""
    us = said(client.get("/learn/out-of-pills").text)
    for code in ELSEWHERE:
        assert re.search(NOT_HERE[code], us, re.VERBOSE)
        assert NUMBERS["US"] - NUMBERS[code]


@pytest.mark.parametrize("code", COUNTRIES)
def test_the_first_help_lines_take_calls(code: str) -> None:
    """They are the ones on results and on paper, where only their number to call is shown."""
    contacts = in_region(questionnaire(), code).open_contacts.values()
    assert all(contact.call for contact in [c for c in contacts if c.listed][:4])
