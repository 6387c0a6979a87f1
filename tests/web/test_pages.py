"""The pages: every route, the journey in both voices, errors where they were made."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup, Tag

from screener.content.models.base import Urgency, Voice
from screener.content.models.contacts import with_numbers
from screener.content.models.questionnaire import Questionnaire
from tests.web.page_lint import LintingClient, digits, words

READY = ["/", "/check", "/check/someone", "/learn", "/help", "/about", "/privacy", "/paper"]
READY += ["/leave", "/cleared", "/results"]


@pytest.mark.parametrize("path", READY)
def test_ready_pages(client: LintingClient, path: str) -> None:
    assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    zipped = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"


def test_every_topic_has_a_page_with_its_sources(
    client: LintingClient, content: Questionnaire
) -> None:
    listed = [link["href"] for link in client.page("/learn").select("main .links a")]
    assert sorted(listed) == sorted(f"/learn/{id}" for id in content.topics)
    for id, topic in content.topics.items():
        page = client.page(f"/learn/{id}")
        assert words(page.h1) == topic.title
        for source in topic.sources:
            assert page.find("a", href=content.sources[source].url)
        assert "Checked" in words(page.main)


@pytest.mark.parametrize("path", ["/nope", "/learn/nope", "/static/nope.css", "/check/nobody"])
def test_unknown_addresses(client: LintingClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_static_files_are_named_by_their_content(client: LintingClient) -> None:
    for address in [tag["href"] for tag in client.page("/").select("link[href^='/static/']")]:
        assert re.search(r"\.[0-9a-f]{10}\.(css|svg)$", address)
        assert "immutable" in client.get(address).headers["Cache-Control"]


def test_home_says_what_this_is(client: LintingClient, content: Questionnaire) -> None:
    main = words(client.page("/").main)
    for line in (*content.about.points, content.about.adults, content.about.duration):
        assert line in main
    assert "Under 18" in main and "988" in main


def test_help_lists_confirmed_lines_only(client: LintingClient, content: Questionnaire) -> None:
    main = words(client.page("/help").main)
    for contact in content.contacts.values():
        assert (contact.name in main) == (contact.confirmed and contact.listed), contact.name
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
    form = page.find("form", id=pressed.get("form")) if pressed.get("form") else page.main.form
    fields = fill(form, **picks) | {pressed["name"]: [pressed["value"]]}
    return client.page(pressed.get("formaction") or form["action"], **fields)


@pytest.mark.parametrize("voice", Voice)
def test_a_whole_journey(client: LintingClient, content: Questionnaire, voice: Voice) -> None:
    page = client.page("/check" if voice is Voice.ME else "/check/someone")
    for number, section in enumerate(content.sections, start=1):
        assert words(page.h1) == section.title
        assert f"Part {number} of 6" in words(page.main)
        legends = [words(legend) for legend in page.select("legend")]
        assert legends == [question.ask.in_voice(voice) for question in section.questions]
        picks = {
            question.id: next(
                id
                for id, choice in content.choices[question.id].items()
                if not choice.interruption and voice in choice.voices
            )
            for question in section.questions
        }
        if section.id == "need":
            picks["stopping"] = "on-own"  # else part 5 has nothing to ask
        button = "See what may help" if number == 6 else "Next"
        page = press(client, page, button, **picks)
    assert words(page.h1) == content.results.title.in_voice(voice)
    told = page.find(id="told")
    assert len(told.select("dt")) == 32
    again = press(client, page, "Change part 4")
    assert words(again.h1) == content.sections[3].title
    assert len(again.select("main :checked, main [checked]")) >= 5


def test_back_then_next_changes_nothing(client: LintingClient) -> None:
    page = press(client, client.page("/check"), "Next", seizure="no-seizure", suicide="prefer-not")
    second = press(client, page, "Next", alcohol="never", mixing="mat other-medicine")
    back = press(client, second, "Back")
    assert fill(back.main.form)["mixing"] == ["mat", "other-medicine"]
    again = press(client, back, "Next")
    assert str(again) == str(second)


def test_results_from_the_first_page(client: LintingClient) -> None:
    page = press(client, client.page("/check"), "See my results now")
    assert page.find(id="no-match")
    assert page.find(id="rule")
    assert page.find(id="lines").find("a", href="tel:988")


class TestInterruption:
    """The page that stops the journey, and the ways out of it."""

    def stopped(self, client: LintingClient, **picks: str) -> BeautifulSoup:
        return press(client, client.page("/check"), "Next", **picks)

    def test_number_first(self, client: LintingClient) -> None:
        page = self.stopped(client, took_too_much="yes-unwell")
        assert words(page.h1).endswith("Call 911 now. This may be an overdose.")
        first = page.main.find("a")
        assert first["href"] == "tel:911" and "dial" in first["class"]

    def test_back_keeps_the_answers_and_on_goes_on(self, client: LintingClient) -> None:
        page = self.stopped(client, seizure="other-seizure", danger="danger-no")
        back = press(client, page, "This is not happening")
        assert fill(back.main.form)["seizure"] == ["other-seizure"]
        onward = press(client, page, "Continue when everyone is safe")
        assert "Part 2 of 6" in words(onward.main)
        results = press(client, onward, "See my results now")
        first = results.select_one("main [data-crisis], main [data-urgency]")
        assert first["data-crisis"] == "seizure"

    def test_a_mistake_unpicked_leaves_nothing_behind(self, client: LintingClient) -> None:
        page = self.stopped(client, suicide="might-act")
        back = press(client, page, "I picked this by mistake")
        second = press(client, back, "Next", suicide="no-thoughts")
        assert "Part 2 of 6" in words(second.main)
        assert "suicide-now" not in fill(second.main.form).get("shown", [])
        again = press(client, press(client, second, "Back"), "Next", suicide="might-act")
        assert again.select_one(".stop h1")

    def test_several_flags_make_one_page_with_911_first(self, client: LintingClient) -> None:
        page = self.stopped(client, suicide="thoughts", seizure="other-seizure")
        assert "Seizure" in words(page.h1)
        assert "988" in words(page.select(".stop")[1].h2)

    def test_unsure_form(self, client: LintingClient) -> None:
        page = self.stopped(client, danger="not-sure")
        assert words(page.h1).endswith("Not sure? Call or text 988 now.")
        assert page.main.find("a")["href"] == "tel:988"

    @pytest.mark.parametrize("voice", Voice)
    def test_every_interruption_in_every_form(
        self, client: LintingClient, content: Questionnaire, voice: Voice
    ) -> None:
        seen = set()
        for question, options in content.choices.items():
            for choice in options.values():
                if not choice.interruption or voice not in choice.voices:
                    continue
                sent = {question: choice.id, "voice": voice.value}
                page = client.page("/results", **sent)
                interruption = content.interruptions[choice.interruption]
                form = interruption.unsure if choice.unsure else interruption
                assert form
                heading = with_numbers(form.heading.in_voice(voice), content.contacts)
                assert words(page.h1).endswith(heading)
                number = content.contacts[form.contacts[0]].call
                assert digits(page.select_one("a.dial .num")) == digits(number or "")
                steps = [words(step) for step in page.select(".steps li")]
                assert steps == [
                    with_numbers(step.in_voice(voice), content.contacts)
                    for step in interruption.steps
                ]
                seen.add(choice.interruption)
        assert seen == set(content.interruptions)


class TestErrors:
    """An answer that cannot be read, in the section shown or carried along."""

    def test_the_section_again_with_a_summary(self, client: LintingClient) -> None:
        sent = {"section": "use", "alcohol": ["never", "most-days"], "mixing": "mat"}
        response = client.post("/check", data=sent)
        assert response.status_code == 422
        page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
        assert page.title and page.title.string and page.title.string.startswith("Error:")
        link = page.select_one("#oops a")
        assert "alcohol" in words(link)
        assert page.find(id=link["href"][1:])["name"] == "alcohol"
        assert not page.select("input[name=alcohol][checked]")
        assert page.select_one("input[name=mixing][value=mat]").has_attr("checked")

    def test_no_sent_byte_is_echoed(self, client: LintingClient) -> None:
        canary = "canary<b>"
        for fields in (
            {"section": "use", "alcohol": canary},
            {"alcohol": canary},
            {canary: canary},
            {"section": canary, "go": canary, "shown": canary, "voice": canary},
        ):
            for path in ("/check", "/results"):
                assert b"canary" not in client.post(path, data=fields).data

    @pytest.mark.parametrize("path", ["/check", "/results"])
    def test_a_lost_answer_is_asked_again(self, client: LintingClient, path: str) -> None:
        sent = {"section": "effects", "alcohol": "gone-choice", "mixing": "mat"}
        page = client.page(path, **sent)
        assert words(page.h1) == "How the medicine is used"
        assert page.find(id="notice")
        assert page.select_one("input[name=mixing][value=mat]").has_attr("checked")

    def test_a_lost_answer_of_section_1_comes_first(self, client: LintingClient) -> None:
        sent = {"section": "effects", "alcohol": "gone-choice", "seizure": "gone-choice"}
        assert words(client.page("/check", **sent).h1) == "Is everyone safe right now?"

    def test_a_question_with_another_id_is_asked_again_where_it_was(
        self, client: LintingClient
    ) -> None:
        sent = {
            "seizure": "no-seizure",
            "alcohol": "never",
            "gone-question": "x",
            "balance": "none",
        }
        page = client.page("/check", section="effects", **sent)
        assert words(page.h1) == "How the medicine is used"
        assert page.find(id="notice")
        last = client.page("/check", section="you", mood="low", **{"gone-question": "x"})
        assert words(last.h1) == "Mood and situation"  # not the results, as if all were well
        assert last.select_one("input[name=mood][value=low]").has_attr("checked")

    def test_a_question_that_is_gone_is_said_once(self, client: LintingClient) -> None:
        page = client.page("/check", section="use", **{"gone-question": "yes"})
        assert page.find(id="notice")
        assert "gone-question" not in str(page)
        assert not press(client, page, "Next").find(id="notice")


class TestResults:
    """What the results page says of itself and of the answers."""

    def test_order_and_words(self, client: LintingClient, content: Questionnaire) -> None:
        page = client.page(
            "/results", supply="soon-out", tolerance="yes", how_taken="x", **{"how-taken": "more"}
        )
        cards = page.select("section[id^=topic-]")
        levels = [Urgency(card["data-urgency"]).rank for card in cards]
        assert levels == sorted(levels)
        assert len({card["id"] for card in cards}) == len(cards)
        for card in cards:
            topic = content.topics[card["id"].removeprefix("topic-")]
            assert topic.title in words(card)
            assert "Checked" in words(card)
        assert content.results.first_line in words(page.main)

    def test_every_today_card_has_the_night_line(self, client: LintingClient) -> None:
        page = client.page("/results", supply="soon-out", mood="low")
        for card in page.select("section[data-urgency=today]"):
            assert "Closed?" in words(card)

    def test_never_a_verdict(self, client: LintingClient, content: Questionnaire) -> None:
        everything = {
            q: [c for c in options if c not in ("none", "prefer-not", "not-sure")]
            for q, options in content.choices.items()
            if content.questions[q].type == "tick-all"
        }
        shown = list(content.interruptions)
        main = words(client.page("/results", shown=shown, **everything).main).lower()
        for verdict in ("risk level", "low risk", "high risk", "positive", "you are fine", "%"):
            assert verdict not in main

    def test_a_sign_is_named_only_by_the_words_picked(self, client: LintingClient) -> None:
        page = client.page("/results", **{"feel-normal": "often"})
        assert "thinking a prescribed medicine" not in words(page.main).lower()
        assert "Do you need it to feel normal" in words(page.main)

    def test_support_leads_after_prefer_not_on_suicide(self, client: LintingClient) -> None:
        page = client.page("/results", suicide="prefer-not", supply="out-now")
        first = page.select_one("main #support, main [data-urgency]")
        assert first["id"] == "support"
        assert "Support is there if you ever want it" in words(first)

    def test_as_told_lead(self, client: LintingClient) -> None:
        page = client.page("/results", **{"how-taken": "as-label", "voice": "someone"})
        assert "They take it as told." in words(page.main)


def test_section_page_shows_a_crisis_line_for_each_flag(
    client: LintingClient, content: Questionnaire
) -> None:
    page = client.page("/check")
    for question in content.sections[0].questions:
        box = page.find(id=f"q-{question.id}")
        flags = {tag["data-flag"] for tag in box.select("[data-flag]")}
        assert flags == {tag["data-for"] for tag in box.select(".flag")}
        assert all(tag.find("a", href=re.compile("^tel:")) for tag in box.select(".flag"))


def test_a_choice_for_one_voice_stays_out_of_the_other(client: LintingClient) -> None:
    assert not client.page("/check").select("[value=cannot-wake]")
    assert client.page("/check/someone").select("[value=cannot-wake]")


def test_paper_holds_every_question_and_choice(
    client: LintingClient, content: Questionnaire
) -> None:
    text = words(client.page("/paper").main)
    for question in content.questions.values():
        assert question.ask.me in text
        for choice in question.choices:
            if Voice.ME in choice.voices:
                assert choice.text.me in text
