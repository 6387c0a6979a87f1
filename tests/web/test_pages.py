"""The pages: every route, the journey in both voices, errors where they were made."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from screener import create_app
from screener.config import Settings
from screener.content.localize import in_region
from screener.content.models.base import PREFER_NOT, STANDARD_CHOICES, Voice
from screener.content.models.contacts import with_numbers
from screener.content.models.questionnaire import Questionnaire
from screener.engine.plans import TOPICS_IN_VIEW, plan_alone, stops_of
from screener.engine.signs import signs_of
from screener.engine.walk import walk
from screener.web.render import day
from screener.web.views import FULL_STOPS
from tests.acceptance.visitors import STOPPING, answers_of, fields_of, proofs, random_answers
from tests.shipped import SHIPPED
from tests.web.page_lint import LintingClient, digits, words

READING = ["/learn", "/learn/tapering", "/learn/tapering/someone", "/help", "/about", "/sources"]
READING += ["/privacy", "/paper", "/paper/someone", "/diary"]
MESSAGES = ["/leave", "/cleared", "/results", "/nope"]
READY = ["/", "/check", "/check/someone", *READING, *MESSAGES[:-1]]


@pytest.mark.parametrize("path", READY)
def test_ready_pages(client: LintingClient, path: str) -> None:
    assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    zipped = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("path", [*READING, *MESSAGES])
@pytest.mark.parametrize("base", ["", "/kiosk"])
def test_the_heading_can_take_the_focus(client: LintingClient, base: str, path: str) -> None:
    """These pages are also opened during a visit, and then the focus moves to their heading."""
    assert client.page(base + path).h1["tabindex"] == "-1"


def test_learn_starts_with_what_is_asked_most(
    client: LintingClient, content: Questionnaire
) -> None:
    most = content.about.asked_most
    assert len(most) == 6
    links = client.page("/learn").select("main a")[: len(most)]
    assert [link["href"] for link in links] == [f"/learn/{id}" for id in most]
    assert [words(link) for link in links] == [content.topics[id].title for id in most]


def test_a_file_that_names_none_has_its_groups_only() -> None:
    about = SHIPPED.about.model_copy(update={"asked_most": ()})
    app = create_app(Settings(), SHIPPED.model_copy(update={"about": about}))
    app.test_client_class = LintingClient
    page = app.test_client().page("/learn")
    assert [words(heading) for heading in page.select("h2")] == ["Topics by kind"]


def test_learn_has_every_topic_in_its_group(client: LintingClient, content: Questionnaire) -> None:
    main = client.page("/learn").main
    every, *kinds = main.select(".groups nav a")
    assert words(main.find(id=every["href"].removeprefix("#"))) == "Topics by kind"
    assert [words(link) for link in kinds] == list(content.about.groups.values())
    listed = {}
    for link in kinds:
        heading = main.find(id=link["href"].removeprefix("#"))
        assert words(heading) == words(link) and heading["tabindex"] == "-1"
        group = heading.find_parent(class_="group")
        for topic in group.select(".links a"):
            listed[topic["href"].removeprefix("/learn/")] = words(heading)
    groups = content.about.groups
    assert listed == {id: groups[topic.group] for id, topic in content.topics.items()}


@pytest.mark.parametrize("voice", Voice)
def test_every_topic_has_a_page_in_each_voice(
    client: LintingClient, content: Questionnaire, voice: Voice
) -> None:
    paths = {Voice.ME: "/learn/{}", Voice.SOMEONE: "/learn/{}/someone"}
    (other,) = set(Voice) - {voice}
    for id, topic in content.topics.items():
        page = client.page(paths[voice].format(id))
        assert words(page.h1) == topic.title
        main = words(page.main)
        for source in topic.sources:
            assert page.find("a", href=content.sources[source].url)
        assert "Topic checked" in main
        for wording in (topic, *topic.variants):
            said, unsaid = (
                with_numbers(wording.action.in_voice(it), content.contacts) for it in (voice, other)
            )
            assert said in main
            assert unsaid not in main or unsaid in said
        assert len(page.select(".facts")) == 1 + len(topic.variants)
        across = [link["href"] for link in page.select("article a[href^='/learn/']")]
        assert across == ([paths[other].format(id)] if topic.differs_by_voice else [])
        assert page.find("a", href=f"/learn#group-{topic.group}")


def test_a_topic_without_a_voice_is_about_me(client: LintingClient) -> None:
    with client.application.test_request_context("/"):
        edition = client.application.extensions["editions"]["gb"]
        paths = [edition.url_for("topic", topic_id="tapering", voice=voice) for voice in Voice]
        assert edition.url_for("topic", topic_id="tapering") == paths[0]
    assert paths == ["/gb/learn/tapering", "/gb/learn/tapering/someone"]


@pytest.mark.parametrize(("base", "code"), [("", "US"), ("/gb", "GB")])
def test_sources_have_a_page_of_their_own(client: LintingClient, base: str, code: str) -> None:
    cited = in_region(SHIPPED, code).sources
    page = client.page(f"{base}/sources")
    assert len(page.select("main li")) == len(cited)
    for id, source in cited.items():
        line = page.find(id=f"source-{id}")
        assert line.a["href"] == source.url
        assert f"Read {day(source.checked)}" in words(line)
        heading = words(line.find_previous("h2"))
        alone = sum(it.publisher == source.publisher for it in cited.values()) == 1
        assert heading == ("Other publishers" if alone else source.publisher)
        assert (source.publisher in words(line).replace(source.title, "")) is alone
    about = client.page(f"{base}/about").main
    assert about.find("a", href=f"{base}/sources")
    assert not about.find("a", href=re.compile("^http"))
    assert client.page(f"{base}/learn/tapering").main.find("a", href=f"{base}/sources")


@pytest.mark.parametrize(
    "path",
    [
        "/nope",
        "/learn/nope",
        "/learn/nope/someone",
        "/learn/tapering/me",
        "/learn/tapering/x",
        "/static/nope.css",
        "/check/nobody",
    ],
)
def test_unknown_addresses(client: LintingClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_static_files_are_named_by_their_content(client: LintingClient) -> None:
    for address in [tag["href"] for tag in client.page("/").select("link[href^='/static/']")]:
        assert re.search(r"\.[0-9a-f]{10}\.(css|svg)$", address)
        assert "immutable" in client.get(address).headers["Cache-Control"]


def test_home_says_what_this_is(client: LintingClient, content: Questionnaire) -> None:
    main = words(client.page("/").main)
    about = content.about
    for line in (about.lead, *about.points, about.duration, about.careful, about.adults):
        assert line.replace("**", "") in main
    assert "Under 18" in main and "988" in main


def test_help_lists_confirmed_lines_only(client: LintingClient, content: Questionnaire) -> None:
    main = client.page("/help").main
    listed = [c for c in content.contacts.values() if c.confirmed and c.listed and not c.is_person]
    assert [words(name) for name in main.select(".line h2")] == [c.name.me for c in listed]
    helpline = content.contacts["helpline"]
    assert helpline.call and digits(helpline.call) in digits(main)


def fill(form: Tag, **picks: str) -> dict[str, list[str]]:
    """What a browser would send for a form, with some choices picked."""
    fields: dict[str, list[str]] = {}
    for control in form.select("input"):
        if control["type"] == "hidden" or control.has_attr("checked"):
            fields.setdefault(control["name"], []).append(control["value"])
    for name, choices in picks.items():
        question = name.replace("_", "-")
        offered = {c["value"] for c in form.select(f"input[name={question}]")}
        assert set(choices.split()) <= offered, f"{question} does not offer {choices}"
        fields[question] = choices.split()
    return fields


def press(client: LintingClient, page: BeautifulSoup, button: str, **picks: str) -> BeautifulSoup:
    """Fill the page's form and press a button, found by the start of its words."""
    pressed = next(b for b in page.select("main button") if words(b).startswith(button))
    form = page.find(id=pressed["form"]) if pressed.get("form") else pressed.find_parent("form")
    fields = fill(form, **picks) | {pressed["name"]: [pressed["value"]]}
    return client.page(pressed.get("formaction") or form["action"], **fields)


def first_answers(content: Questionnaire, voice: Voice) -> dict[str, tuple[str, ...]]:
    """To each question the first answer that is no reason to stop by itself, if there is one."""
    picked = {}
    for question in content.questions:
        choices = list(content.choices_for(question, voice).values())
        calm = [c.id for c in choices if not plan_alone(content, c, voice).stops]
        picked[question] = (calm[0] if calm else choices[0].id,)
    return picked


def past_stop(client: LintingClient, page: BeautifulSoup) -> BeautifulSoup:
    """The page after one that stops."""
    on = page.select_one("main button[value=on]")
    path = on.get("formaction") or page.find(id="step")["action"]
    return client.page(path, **fill(page.find(id="step")), go="on")


class TestJourney:
    """One question a page, from the first one to the results and back into the answers."""

    @pytest.mark.parametrize("voice", Voice)
    def test_a_whole_journey(
        self, client: LintingClient, content: Questionnaire, voice: Voice
    ) -> None:
        picked = first_answers(content, voice) | {"doors": ("door-all",)}
        way = walk(content, voice, picked)
        assert len(way.pages) > len(content.questions) / 2
        page = client.page("/check" if voice is Voice.ME else "/check/someone")
        for step in way.pages:
            question = content.questions[step.question]
            assert page.main["data-at"] == question.id
            title = content.section_of[question.id].title.in_voice(voice)
            part = f"Part {content.part_of[question.id]} of {len(content.parts)}: {title}"
            part += "" if title.endswith("?") else "."
            assert words(page.h1) == f"{part} {question.ask.in_voice(voice)}"
            assert page.h1.parent.name == "legend" and len(page.select("legend")) == 1
            offered = [row["value"] for row in page.select(f"input[name={question.id}]")]
            assert offered == list(content.choices_for(question.id, voice))
            page = press(client, page, "Next", **{question.id: " ".join(picked[question.id])})
            assert page.main.has_attr("data-stop") == bool(step.stops)
            page = past_stop(client, page) if step.stops else page
        assert page.main["data-at"] == "results"
        told = page.select("#told dt")
        assert [words(ask) for ask in told] == [
            content.questions[step.question].ask.in_voice(voice)
            for step in way.pages
            if picked[step.question] != ("prefer-not",)
        ]

    def test_an_answer_can_be_changed_from_the_results(self, client: LintingClient) -> None:
        results = client.page("/results", situation="pregnant", mixing="mat")
        again = press(client, results, "Change these answers: You and")
        assert again.main["data-at"] == "situation"
        assert fill(again.main.form)["situation"] == ["pregnant"]
        changed = press(client, again, "See what fits so far", situation="sixty-five")
        assert "65" in words(changed.find(id="told"))
        assert not changed.find(id="plan-pregnant")

    def test_next_is_the_next_tab_stop_after_the_answers(self, client: LintingClient) -> None:
        main = client.page("/check").main
        controls = main.select("input:not([type=hidden]), button, a:not(.flag a)")
        last = max(n for n, tag in enumerate(controls) if tag.name == "input")
        assert words(controls[last + 1]) == "Next"

    def test_results_from_the_first_page(
        self, client: LintingClient, content: Questionnaire
    ) -> None:
        page = press(client, client.page("/check"), "See what fits so far")
        assert page.find(id=f"plan-{content.fallback.id}")
        assert page.find(id="lines") and "988" in words(page.find(id="lines"))

    def test_clear_takes_back_one_answer(self, client: LintingClient) -> None:
        sent = {"at": "supply", "supply": "soon-out", "mixing": "mat", "go": "clear"}
        page = client.page("/check", **sent)
        assert page.main["data-at"] == "supply"
        assert not page.select("main [checked]")
        assert fill(page.main.form)["mixing"] == ["mat"]

    def test_the_plan_so_far_stands_on_the_page_that_asks_what_to_read(
        self, client: LintingClient, content: Questionnaire
    ) -> None:
        page = client.page("/check", supply="soon-out", go=str(content.first_interest))
        heading = content.plans_by_id["refill-soon"].heading.me
        assert heading in words(page.find(id="so-far"))
        results = press(client, page, "See it now")
        assert results.find(id="plan-refill-soon")
        empty = client.page("/check", go=str(content.first_interest))
        assert not empty.find(id="so-far")

    def test_a_shown_page_left_blank_counts_as_not_sure(
        self, client: LintingClient, content: Questionnaire
    ) -> None:
        for question in content.questions.values():
            if question.blank_choice:
                sent = {"at": question.id, "go": "next"}
                page = client.page("/check", **sent)
                doubts = page.select(f"main form input[name={question.id}][value=not-sure]")
                assert not question.ask_if or doubts, question.id


class TestOneTitle:
    """Titles land in histories, so none says what was answered, nor how urgent it is."""

    @pytest.mark.parametrize("base", ["", "/kiosk"])
    def test_every_state_has_the_same(
        self, client: LintingClient, content: Questionnaire, base: str
    ) -> None:
        more = {"issued": str(int(time.time()))} if base else {}
        alarm = {"right-now": "slow-breathing"}
        states: list[dict[str, Any]] = [
            {"go": "next"},
            {"at": "supply", "supply": ["enough", "few-left"]},
            {"gone-question": "x"},
            {"at": "supply", "supply": "few-left"},
            alarm,
        ]
        pages = [client.page(f"{base}/check", **state, **more) for state in states]
        pages += [client.page(f"{base}/results", **state, **more) for state in states]
        pages += [client.page(f"{base}/results", **alarm, seen="overdose", **more)]
        pages += [client.page(f"{base}/check"), client.page(f"{base}/check/someone")]
        kinds = {(page.main["data-at"] == "results", page.main.has_attr("data-stop"))
                 for page in pages}  # fmt: skip
        assert kinds == {(True, False), (True, True), (False, True), (False, False)}
        pages += [client.page(base + path) for path in ["/", *MESSAGES]]
        assert {page.title.string for page in pages} == {content.about.title}

    @pytest.mark.parametrize("base", ["", "/kiosk"])
    def test_pages_to_read_add_a_word_or_two_and_no_topic(
        self, client: LintingClient, content: Questionnaire, base: str
    ) -> None:
        titles = {path: client.page(base + path).title.string for path in READING}
        name = re.escape(content.about.title)
        for path, title in titles.items():
            added = "read" if path.startswith("/learn") else "[a-z]+( [a-z]+)?"
            assert re.fullmatch(f"{name}: {added}", title), path


class TestStop:
    """The page that stops the journey, and the ways out of it."""

    def test_number_first(self, client: LintingClient, content: Questionnaire) -> None:
        page = press(client, client.page("/check"), "Next", right_now="slow-breathing")
        heading = content.plans_by_id["overdose"].heading.me
        assert words(page.h1) == with_numbers(heading, content.contacts)
        first = page.main.find("a")
        assert first["href"] == "tel:911" and "dial" in first["class"]

    def test_it_does_not_fit_goes_back_with_that_answer_cleared(
        self, client: LintingClient
    ) -> None:
        picks = {"right_now": "slow-breathing child-or-pet"}
        page = press(client, client.page("/check"), "Next", **picks)
        assert page.main.has_attr("data-stop")
        back = client.page("/check", **fill(page.find(id="step")), go="undo")
        assert back.main["data-at"] == "right-now"
        assert fill(back.main.form)["right-now"] == ["child-or-pet"]
        on = press(client, back, "Next")
        assert on.main["data-at"] == "swallowed"
        assert not fill(on.main.form).get("seen")

    def test_on_goes_on_and_the_results_begin_with_it(self, client: LintingClient) -> None:
        page = press(client, client.page("/check"), "Next", right_now="slow-breathing")
        onward = past_stop(client, page)
        assert onward.main["data-at"] == "situation"
        results = press(client, onward, "See what fits so far")
        assert results.select_one("main section[data-level]")["id"] == "plan-overdose"

    def test_from_the_results_it_leads_to_the_results(self, client: LintingClient) -> None:
        page = client.page("/results", **{"right-now": "slow-breathing"})
        on = next(b for b in page.select("main button") if b["value"] == "on")
        assert on["formaction"] == "/results"
        results = past_stop(client, page)
        assert results.main["data-at"] == "results" and not results.main.has_attr("data-stop")

    def test_a_stop_that_is_taken_back_comes_up_again(self, client: LintingClient) -> None:
        page = press(client, client.page("/check"), "Next", right_now="slow-breathing")
        back = client.page("/check", **fill(page.find(id="step")), go="undo")
        second = press(client, back, "Next", right_now="none")
        assert second.main["data-at"] == "situation"
        again = press(client, press(client, second, "Back"), "Next", right_now="slow-breathing")
        assert again.main.has_attr("data-stop")

    def test_several_make_one_page_with_the_most_urgent_first(
        self, client: LintingClient, content: Questionnaire
    ) -> None:
        most = 0
        for answers in random_answers(60, seed=3):
            stops = stops_of(content, signs_of(content, answers))
            pages = list({plan.page: plan for plan in reversed(stops)}.values())[::-1]
            if len(pages) < 3:
                continue
            most = max(most, len(pages))
            page = client.page("/results", **fields_of(answers))
            shown = [tag["id"].removeprefix("plan-") for tag in page.select("main section[id]")]
            assert shown == [plan.id for plan in pages]
            assert len(page.select(".steps")) == min(len(pages), FULL_STOPS)
            numbers = page.select("main section .dials")
            assert len(numbers) == len(pages) and all(words(number) for number in numbers)
            carried = [tag["value"] for tag in page.select("#step input[name=seen]")]
            assert carried == shown[::-1]
        assert most > FULL_STOPS

    def test_every_plan_that_stops(self, client: LintingClient, content: Questionnaire) -> None:
        left = {(id, voice) for id in STOPPING for voice in Voice}
        visitors = [*map(answers_of, proofs().cases), *random_answers(2500, seed=4)]
        for answers in visitors:
            plans = stops_of(content, signs_of(content, answers))
            if not plans or (plans[0].id, answers.voice) not in left:
                continue
            plan, voice = plans[0], answers.voice
            left.remove((plan.id, voice))
            page = client.page("/results", **fields_of(answers))
            heading = with_numbers(plan.heading.in_voice(voice), content.contacts)
            assert words(page.h1) == heading
            first = page.select_one("main section")
            assert first["id"] == f"plan-{plan.id}" and first["data-level"] == plan.level.value
            contact = content.contacts[plan.contact.in_voice(voice)]
            dial = first.select_one(".dials > *")
            assert digits(dial) == digits(contact.call or contact.text.number
                                          if contact.call or contact.text else "")  # fmt: skip
            steps = [words(step) for step in first.select(".steps li")]
            wanted = [words_of(step.in_voice(voice), content) for step in plan.do]
            assert steps[-len(wanted) :] == wanted
            assert first.select_one(".say")
        assert not left


def words_of(text: str, content: Questionnaire) -> str:
    """A text as it stands on a page."""
    return re.sub(r"\s+", " ", with_numbers(text, content.contacts)).strip()


class TestErrors:
    """An answer that cannot be read, on the page just sent or carried along."""

    def test_the_question_again_with_a_summary(self, client: LintingClient) -> None:
        sent = {"at": "supply", "supply": ["enough", "few-left"], "mixing": "mat"}
        response = client.post("/check", data=sent)
        assert response.status_code == 422
        page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
        assert page.main["data-at"] == "supply"
        link = page.select_one("#oops a")
        assert page.find(id=link["href"][1:])["name"] == "supply"
        assert "bad" in page.select_one("#q-supply")["class"]
        assert words(page.main).count(words(link)) == 1, "it would be heard twice"
        assert not page.select("input[name=supply][checked]")
        assert fill(page.main.form)["mixing"] == ["mat"]

    def test_no_sent_byte_is_echoed(self, client: LintingClient) -> None:
        canary = "canary<b>"
        for fields in (
            {"at": "supply", "supply": canary},
            {"supply": canary},
            {canary: canary},
            {"at": canary, "go": canary, "seen": canary, "voice": canary},
        ):
            for path in ("/check", "/results"):
                assert b"canary" not in client.post(path, data=fields).data

    @pytest.mark.parametrize("path", ["/check", "/results"])
    def test_a_lost_answer_is_asked_again(self, client: LintingClient, path: str) -> None:
        page = client.page(path, at="mixing", supply="gone-choice", mixing="mat")
        assert page.main["data-at"] == "supply"
        assert page.find(id="notice")
        assert fill(page.main.form)["mixing"] == ["mat"]

    def test_the_first_lost_answer_comes_first(self, client: LintingClient) -> None:
        sent = {"at": "mixing", "supply": "gone-choice", "right-now": "gone-choice"}
        assert client.page("/check", **sent).main["data-at"] == "right-now"

    def test_a_question_with_another_id_is_asked_again_where_it_was(
        self, client: LintingClient
    ) -> None:
        sent = {"right-now": "none", "situation": "none", "gone-question": "x", "supply": "enough"}
        page = client.page("/check", at="mixing", **sent)
        assert page.main["data-at"] == "how-often"
        assert page.find(id="notice")

    def test_an_alarm_comes_before_a_lost_answer(self, client: LintingClient) -> None:
        sent = {"right-now": "slow-breathing", "supply": "gone-choice"}
        assert client.page("/check", at="mixing", **sent).main.has_attr("data-stop")

    def test_a_question_that_is_gone_is_said_once(self, client: LintingClient) -> None:
        page = client.page("/check", at="supply", **{"gone-question": "yes"})
        assert page.find(id="notice")
        assert "gone-question" not in str(page)
        assert not press(client, page, "Next").find(id="notice")


BUSY = {
    "supply": "few-left",
    "mixing": ["mat", "most-days"],
    "situation": "pregnant",
    "how-often": "most-days",
    "doors": "door-all",
    "mood": "low",
}


class TestResults:
    """What the results page says of itself and of the answers."""

    @pytest.fixture
    def busy(self, client: LintingClient) -> BeautifulSoup:
        return client.page("/results", seen=STOPPING, **BUSY)

    def test_one_plan_leads_and_the_others_are_folded(
        self, busy: BeautifulSoup, content: Questionnaire
    ) -> None:
        main = busy.main
        assert len(main.select("section[data-level]")) == 1
        lead = main.select_one("section[data-level]")
        assert lead.h1 and lead.select_one(".dials") and main.select_one(".body .say")
        others = main.select("details[data-also]")
        assert others
        for other in others:
            plan = content.plans_by_id[other["id"].removeprefix("plan-")]
            assert other["data-level"] == plan.level.value
            assert words(other.summary) and other.select_one(".dials") and other.select_one(".say")
        urgencies = [lead["data-level"], *(other["data-level"] for other in others)]
        ranks = ["emergency", "today", "soon", "learn"]
        assert urgencies == sorted(urgencies, key=ranks.index)

    def test_three_topics_and_the_rest_as_titles(
        self, busy: BeautifulSoup, content: Questionnaire
    ) -> None:
        topics = busy.select("section[id^=topic-]")
        assert len(topics) == TOPICS_IN_VIEW
        for topic in topics:
            title = content.topics[topic["id"][6:]].title
            assert words(topic.h3) == title
            assert words(topic.details.summary) == title
            assert not topic.details.has_attr("open")
        titles = busy.select("#read .links a")
        shown = {topic["id"][6:] for topic in topics}
        assert titles and not shown & {link["href"].rpartition("/")[2] for link in titles}

    def test_a_person_to_call_who_may_be_closed(self, client: LintingClient) -> None:
        page = client.page("/results", supply="soon-out", **{"how-often": "most-days"})
        assert "Closed?" in words(page.select_one("section[data-level] .night"))

    def test_without_a_prescriber(self, client: LintingClient, content: Questionnaire) -> None:
        plan = content.plans_by_id["refill-today"]
        assert plan.no_prescriber and plan.no_prescriber.heading
        sent = {"supply": "few-left", "how-often": "most-days"}
        with_one = client.page("/results", **sent)
        assert words(with_one.h1) == plan.heading.me
        without = client.page("/results", source="not-own", **sent)
        assert words(without.h1) == plan.no_prescriber.heading.me
        first = words(without.select_one(".steps li"))
        assert first == words_of(plan.no_prescriber.do[0].me, content)

    def test_never_a_verdict(self, busy: BeautifulSoup) -> None:
        main = words(busy.main).lower()
        for verdict in ("risk level", "low risk", "high risk", "positive", "you are fine", "%"):
            assert verdict not in main

    def test_a_sign_is_named_only_by_the_words_picked(
        self, client: LintingClient, content: Questionnaire
    ) -> None:
        page = client.page("/results", doors="door-dependence", need="feel-normal")
        assert "I need it to feel normal" in words(page.find(id="told"))
        label = content.signs["needs-it-to-feel-normal"].label
        assert label not in words(page.main)


def test_a_line_appears_for_each_answer_that_is_an_emergency(
    client: LintingClient, content: Questionnaire
) -> None:
    """In the row of the answer, so that CSS shows it; announced, for its region is there before."""
    page = client.page("/check")
    flags = page.select(".row > .flag")
    assert flags and len(flags) == len(page.select(".flag"))
    assert all(tag["role"] == "status" for tag in flags)
    assert all(tag.find("a", href=re.compile("^tel:")) for tag in flags)
    for choice in content.choices_for("right-now", Voice.ME).values():
        row = page.select_one(f"input[name=right-now][value={choice.id}]").parent
        plan = plan_alone(content, choice, Voice.ME)
        assert bool(row.select(".flag")) == bool(plan.level.stops and choice.signs), choice.id
        if row.select(".flag"):
            assert with_numbers(plan.heading.me, content.contacts) in words(row.select_one(".flag"))


def test_a_choice_for_one_voice_stays_out_of_the_other(client: LintingClient) -> None:
    assert not client.page("/check").select("[value=cannot-wake]")
    assert client.page("/check/someone").select("[value=cannot-wake]")
    lost = client.page("/check", **{"right-now": "cannot-wake", "voice": "me"})
    assert lost.find(id="notice")


@pytest.mark.parametrize("voice", list(Voice))
def test_paper_holds_every_question_and_choice_of_one_voice(
    client: LintingClient, content: Questionnaire, voice: Voice
) -> None:
    main = client.page(paper_path(voice)).main
    text, rows = words(main), [words(row) for row in main.select(".boxes li")]
    for question in content.questions.values():
        if question.id == content.first_interest:
            continue  # chooses what is asked next
        assert question.ask.in_voice(voice) in text
        for choice in content.choices[question.id].values():
            is_there = any(choice.text.in_voice(voice) in row for row in rows)
            if choice.id not in STANDARD_CHOICES:
                assert is_there is (voice in choice.voices), choice.text
    assert content.about.standard_choices.prefer_not not in text


def paper_path(voice: Voice) -> str:
    return "/paper" if voice is Voice.ME else f"/paper/{voice.value}"


@pytest.mark.parametrize("base", ["", "/kiosk", "/gb"])
def test_the_forms_lead_to_each_other_and_to_the_diary(client: LintingClient, base: str) -> None:
    mine, theirs = f"{base}/paper", f"{base}/paper/someone"
    for path, other in ((mine, theirs), (theirs, mine)):
        links = {link["href"] for link in client.page(path).main.select("a")}
        assert {other, f"{base}/diary"} <= links
    for path in ("/learn", "/diary"):
        assert client.page(base + path).main.select(f"a[href='{mine}']")
    assert client.page(f"{base}/learn").main.select(f"a[href='{base}/diary']")


def test_results_lead_to_the_diary(client: LintingClient) -> None:
    page = client.page("/results", voice="me")
    assert page.select("#finish a[href='/diary']")
    assert client.page("/kiosk/learn").select(".dock a[href='/kiosk/diary']")


@pytest.mark.parametrize("voice", list(Voice))
def test_an_emergency_has_its_number_beside_its_box(
    client: LintingClient, content: Questionnaire, voice: Voice
) -> None:
    """And whose number it is stands above the first box."""
    main = client.page(paper_path(voice)).main
    above = words(main.select_one(".flow"))
    for question in main.select(".ask-on-paper"):
        id = question["id"].removeprefix("q-")
        offered = [c for c in content.choices_for(id, voice).values() if c.id != PREFER_NOT]
        rows = question.select(".boxes li")
        assert len(rows) == len(offered)
        for row, choice in zip(rows, offered, strict=True):
            plan = plan_alone(content, choice, voice)
            number = content.contacts[plan.contact.in_voice(voice)].call
            shown = words(row.select_one(".to"))
            assert shown == (f"→ {number}" if choice.signs and plan.stops and number else "")
            assert shown.removeprefix("→ ") in above


@pytest.mark.parametrize("voice", list(Voice))
def test_what_to_do_is_a_table_in_the_order_of_the_plans(
    client: LintingClient, content: Questionnaire, voice: Voice
) -> None:
    main = client.page(paper_path(voice)).main
    codes = {words(code) for code in main.select(".nr")}
    rows = [tuple(words(cell) for cell in row.select("td")) for row in main.select(".to-do tr")]
    cells = [row for row in rows if row]
    shown = [to_do for _, to_do in cells]
    headings = [
        with_numbers(plan.heading.in_voice(voice), content.contacts) for plan in content.plans
    ]
    order = iter(headings)
    for to_do in shown:
        assert any(to_do.startswith(heading) for heading in order), to_do
    assert shown[0].startswith(headings[0]) and cells[-1][0] == "Nothing above"
    for condition, to_do in cells:
        named = set(re.findall(r"\b\d+[a-z]\b", condition))
        assert named <= codes, "a code that no box has"
        assert named or re.search(r"any in \d+|Nothing above", condition), to_do
    assert [words(th) for th in main.select(".to-do thead th")] == ["If you checked", "Do this"]


def test_a_code_stands_at_one_box_only(client: LintingClient) -> None:
    for voice in Voice:
        codes = [words(code) for code in client.page(paper_path(voice)).main.select(".nr")]
        assert len(codes) == len(set(codes)) > 100


def test_the_diary_asks_for_no_dose_and_gives_no_score(
    client: LintingClient, content: Questionnaire
) -> None:
    main = client.page("/diary").main
    heads = [words(th) for th in main.select("thead th")]
    assert heads == ["Day", "Sleep", "Signs", "Notes"]
    rows = main.select("tbody tr")
    assert [words(row.th) for row in rows] == [str(day) for day in range(1, 15)]
    assert all(words(cell) == "" for row in rows for cell in row.select("td"))
    text = words(main)
    diary = content.results.diary
    assert diary.about in text and with_numbers(diary.careful, content.contacts) in text
    assert not main.select("input:not(#large)")
    assert not re.search(r"\b(score|streak|points?|goal)\b", text.replace("18 point", ""))


@pytest.mark.parametrize("may_print", [False, True])
def test_a_touch_screen_prints_a_form_only_with_a_printer(may_print: bool) -> None:
    client = create_app(Settings(kiosk_print=may_print), SHIPPED).test_client()
    for path in ("/paper", "/paper/someone", "/diary"):
        page = BeautifulSoup(client.get(f"/kiosk{path}").get_data(as_text=True), "html.parser")
        assert len(page.select(".dock [data-print]")) == may_print
        assert not page.select("main > .wrap [data-print]")
