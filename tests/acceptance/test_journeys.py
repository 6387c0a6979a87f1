"""What holds for every visitor of the shipped questionnaire: those of its cases, and 2,000 more
with random answers, the same in each run."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import chain, combinations, product
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient

from screener.content.models.base import Urgency, Voice
from screener.engine.flow import CLEAR, NEXT, ON
from screener.engine.plans import Outcome, outcome_of, plans_of, reasons_of, stops_of
from screener.engine.signs import Answers, Signs, holds, said, signs_of, unwanted
from screener.web.views import joined, script_parts
from tests.acceptance.visitors import (
    CONTENT,
    STOPPING,
    answers_of,
    fields_of,
    proofs,
    random_answers,
    unfolded,
)

MOST_WORDS = 250
TOGETHER = Path(__file__).parent / "together.yaml"
BAR = [f"tel:{CONTENT.contacts[id].call}".replace("-", "") for id in CONTENT.about.crisis_bar]


@dataclass(frozen=True)
class Visit:
    """One visitor, who has passed every stop, and the results page."""

    name: str
    answers: Answers
    outcome: Outcome
    html: str

    def __str__(self) -> str:
        plans = " ".join(plan.id for plan in (self.outcome.lead, *self.outcome.also))
        return f"{self.name} ({self.answers.voice.value}: {plans})"


@pytest.fixture(scope="module")
def visitor(app: Flask) -> FlaskClient:
    """A client that checks nothing by itself: other tests do, on fewer pages."""
    return app.test_client()


@pytest.fixture(scope="module")
def visits(visitor: FlaskClient) -> list[Visit]:
    everybody = chain(
        ((case.name, answers_of(case)) for case in proofs().cases),
        ((f"random {n}", answers) for n, answers in enumerate(random_answers(1000, seed=13))),
    )
    found = []
    for name, answers in everybody:
        page = post(visitor, "/results", fields_of(answers, seen=STOPPING))
        assert 'data-at="results"' in page and "data-stop" not in page, name
        found.append(Visit(name, answers, outcome_of(CONTENT, answers), page))
    return found


def post(visitor: FlaskClient, path: str, fields: dict[str, Any]) -> str:
    """The page up to the end of <main>. It has every crisis line, whatever was sent."""
    response = visitor.post(path, data=fields)
    assert response.status_code == 200, fields
    page = response.get_data(as_text=True)
    page = page[: page.index("</main>") + 7]
    header = page[: page.index("<main")]
    assert all(line in header for line in BAR), fields
    return page


# What stops


def stopping(signs: Signs, seen: Sequence[str] = ()) -> list[str]:
    """The plans that have to be shown: one for each page that `seen` names no plan of."""
    pages = {CONTENT.plans_by_id[id].page for id in seen}
    found: dict[str, str] = {}
    for plan in stops_of(CONTENT, signs):
        if plan.page not in pages:
            found.setdefault(plan.page, plan.id)
    return list(found.values())


def shown_stops(page: str) -> list[str]:
    """The plans of a page that stops; [] for any other page."""
    main = page[page.index("<main") :]
    if "data-stop" not in main[: main.index(">")]:
        return []
    return re.findall(r'<section id="plan-([^"]+)"', main)


def without_blanks(answers: Answers) -> Answers:
    """The answers with "Not sure" wherever a blank page counts as that."""
    return Answers(said(CONTENT, answers, blanks_count=True).counted, answers.voice)


def ways_on(at: str | None, dice: random.Random) -> Iterator[tuple[str, str | None, str]]:
    """(path, question just shown, button) of each way on."""
    somewhere = dice.choice(list(CONTENT.questions))
    yield from (("/check", at, go) for go in (NEXT, ON, "nonsense", somewhere))
    yield "/results", at, NEXT
    yield "/results", None, ON
    if at:
        yield "/check", at, CLEAR


def test_a_plan_that_stops_is_shown_from_every_way_on(visitor: FlaskClient) -> None:
    dice = random.Random(1)
    stopped = 0
    for given in random_answers(150, seed=14):
        answers = without_blanks(given)
        at = dice.choice(list(answers.picked)) if answers.picked else None
        for path, just_shown, go in ways_on(at, dice):
            left = answers.without(just_shown) if just_shown and go == CLEAR else answers
            wanted = stopping(said(CONTENT, left).signs)
            fields = fields_of(answers, go=go) | ({"at": just_shown} if just_shown else {})
            assert shown_stops(post(visitor, path, fields)) == wanted, (path, fields)
            stopped += bool(wanted)
    assert stopped > 300


def test_only_what_seen_names_is_passed_over(visitor: FlaskClient) -> None:
    dice = random.Random(2)
    several = 0
    for answers in random_answers(250, seed=15):
        signs = signs_of(CONTENT, answers)
        all_stops = [plan.id for plan in stops_of(CONTENT, signs)]
        if not all_stops:
            continue
        several += len(all_stops) > 1
        seen = dice.sample(all_stops, dice.randint(0, len(all_stops)))
        page = post(visitor, "/results", fields_of(answers, seen=seen))
        assert shown_stops(page) == stopping(signs, seen), (answers, seen)
    assert several > 30


def test_stops_lead_the_results(visits: list[Visit]) -> None:
    for visit in visits:
        first = re.search(r'<section id="plan-([^"]+)" data-level="([^"]+)"', visit.html)
        assert first
        assert first[1] == visit.outcome.lead.id, visit
        stops = stops_of(CONTENT, visit.outcome.signs)
        assert not stops or first[1] == stops[0].id, visit


def fields_on(page: str) -> dict[str, list[str]]:
    """What a browser would send of a question page: hidden fields, and what is checked."""
    form = page[page.index('id="step"') :]
    found: dict[str, list[str]] = {}
    kinds = r'<input type="(hidden|radio|checkbox)"(?: id="[^"]*")?'
    inputs = kinds + r' name="([^"]+)" value="([^"]*)"([^>]*)>'
    for kind, name, value, more in re.findall(inputs, form):
        if kind == "hidden" or " checked" in more:
            found.setdefault(name, []).append(value)
    return found


def test_back_then_next_changes_nothing(visitor: FlaskClient) -> None:
    dice = random.Random(3)
    compared = 0
    for answers in random_answers(150, seed=16):
        at = dice.choice(said(CONTENT, answers).asked)
        page = post(visitor, "/check", fields_of(answers, at=at, go=NEXT, seen=STOPPING))
        if 'id="step"' not in page or shown_stops(page):
            continue  # the results, or a page that stops: they have no Back
        back = post(visitor, "/check", {**fields_on(page), "go": ["back"]})
        assert f'id="q-{at}"' in back
        again = post(visitor, "/check", {**fields_on(back), "go": ["next"]})
        assert again == page
        compared += 1
    assert compared > 80


# The results


def test_results_are_at_most_250_words_unfolded(visits: list[Visit]) -> None:
    counted = sorted(((len(unfolded(v.html).split()), str(v)) for v in visits), reverse=True)
    over = [(words, name) for words, name in counted if words > MOST_WORDS]
    assert not over, f"{len(over)} of {len(visits)} are longer: {over[:10]}"


def test_what_counts_as_unfolded() -> None:
    page = """<main id="main"><h1>One</h1><p class="print">no</p><p>two<span class="vh"> no</span>
    <details class="card"><summary>three</summary>no<details><summary>no</summary>no</details>no
    </details> four &amp; <section class="print notes"><h2>no</h2></section>
    <button type="button" hidden>no</button>five</p></main><footer>no</footer>"""
    assert unfolded(page) == "One two three four & five"


def test_of_each_family_there_is_one_plan_and_one_place(visits: list[Visit]) -> None:
    for visit in visits:
        shown = re.findall(r'id="plan-([^"]+)"', visit.html)
        families = [CONTENT.plans_by_id[id].family for id in shown]
        assert len(set(families)) == len(families), visit
        held = plans_of(CONTENT, visit.outcome.signs)
        assert sorted(shown) == sorted(plan.id for plan in held), visit


def test_beside_an_emergency_only_emergencies_are_in_view(visits: list[Visit]) -> None:
    for visit in visits:
        if visit.outcome.lead.level is not Urgency.EMERGENCY:
            continue
        now, _, later = visit.html.partition('id="later"')
        levels = re.findall(r'id="plan-[^"]+"(?: data-also)? data-level="([^"]+)"', now)
        assert set(levels) == {"emergency"}, visit
        assert "emergency" not in re.findall(r'data-level="([^"]+)"', later), visit


def test_cases_come_out_on_the_pages(visits: list[Visit]) -> None:
    for visit, case in zip(visits, proofs().cases, strict=False):
        assert visit.name == case.name
        assert visit.outcome.lead.id == case.leads, case.name
        plans = re.findall(r'id="plan-([^"]+)"', visit.html)
        assert plans[0] == case.leads, case.name
        assert {*case.also, *case.later} <= set(plans), case.name
        assert not set(plans) & set(case.never), case.name
        in_view = re.findall(r'<section class="card read" id="topic-([^"]+)"', visit.html)
        assert set(case.in_view) <= set(in_view), case.name


def test_every_reason_is_a_sign_that_was_picked(visits: list[Visit]) -> None:
    given = 0
    for visit in visits:
        told = re.search(r'(?s)id="why"[^>]*>.*?<p>(.*?)\.</p>', visit.html)
        if not told:
            continue
        given += 1
        rest = unescape(told[1])
        clauses = (CONTENT.signs[id].said for id in visit.outcome.signs)
        words = {clause.in_voice(visit.answers.voice) for clause in clauses if clause}
        for clause in sorted(words, key=len, reverse=True):
            rest = re.sub(rf"(?:^|(?<= )){re.escape(clause)}(?=,|$| and )", "", rest)
        assert not re.search(r"\w", rest.replace("and", "")), f"{visit}: {told[1]}"
    assert given > 1000


def test_what_was_said_reads_as_one_sentence() -> None:
    for voice in Voice:
        clauses = [sign.said.in_voice(voice) for sign in CONTENT.signs.values() if sign.said]
        others = r"\bthey\b|\bthey'" if voice is Voice.ME else r"\b(?:I|my|me)\b"
        for one, other in combinations(dict.fromkeys(clauses), 2):
            sentence = joined([one, other])
            assert sentence.count(" and ") == 1, sentence
            assert not re.search(r"[,.;:?!]", sentence), sentence
            assert not re.search(others, sentence), sentence


def test_what_to_say_is_whole(visits: list[Visit]) -> None:
    """With reasons, and without any, as on paper."""
    for visit, has_reasons in product(visits, (True, False)):
        plan = visit.outcome.lead
        reasons = reasons_of(CONTENT, visit.outcome.signs, plan) if has_reasons else ()
        words = "".join(script_parts(CONTENT, plan, reasons, visit.answers.voice))
        assert "{because}" not in words
        sentences = re.split(r"(?<=[.?]) ", words.replace(" ...", "."))
        assert all(re.match(r"[A-Z{]", sentence) for sentence in sentences), words
        assert all(sentence.endswith((".", "?")) for sentence in sentences), words
        assert not re.search(r"\s{2}| [.,]", words.replace(" ...", ".")), words


# Plans beside each other


def test_plans_shown_together_may_stand_together(visits: list[Visit]) -> None:
    """together.yaml names for each plan those that may stand beside it in view, less urgent
    ones only. Somebody has read each pair and found that the two don't contradict each other."""
    table = yaml.safe_load(TOGETHER.read_text("utf-8"))
    allowed = {(one, other) for one, others in table.items() for other in others.split()}
    more = (outcome_of(CONTENT, answers) for answers in random_answers(4000, seed=17))
    found = {
        (one.id, other.id)
        for outcome in chain((visit.outcome for visit in visits), more)
        for one, other in combinations((outcome.lead, *outcome.also), 2)
    }
    assert {id for pair in allowed for id in pair} <= CONTENT.plans_by_id.keys()
    assert not sorted(found - allowed)


LOWERS = {
    "doctor-raised-dose": "it was the new dose, not an overdose",
    "took-few-times": "the body has not got used to it, so a sudden stop is no danger",
    "takes-now-and-then": "as above, as far as running out is concerned",
    "stopped-over-month-ago": "the days in which a seizure can come are over",
}
"""Signs that can lower the level of the plan that leads, and why. All stand under a `none`."""


def test_plans_stand_from_most_to_least_urgent() -> None:
    levels = [plan.level.rank for plan in CONTENT.plans]
    assert levels == sorted(levels)


def test_one_more_sign_never_lowers_the_level(visits: list[Visit]) -> None:
    dice = random.Random(4)
    excluding = sorted({sign for plan in CONTENT.plans for sign in unwanted(plan.when)})
    lowered: dict[str, str] = {}
    for visit in visits:
        signs, lead = visit.outcome.signs, visit.outcome.lead
        for sign in dice.sample(excluding, 5) + dice.sample(list(CONTENT.signs), 3):
            now = plans_of(CONTENT, signs | {sign})[0]
            if now.level.rank > lead.level.rank:
                assert sign in unwanted(lead.when), f"{visit}: {sign} makes {now.id} lead"
                lowered[sign] = f"{lead.id} -> {now.id}"
    assert lowered.keys() == LOWERS.keys(), lowered


HIDES = {
    "stopped-over-month-ago": "how long pills last, and whether the dose went down",
    "found-pills": "how long pills last, and whose prescription it is",
    "wants-results": "mood, sleep and body since the dose went down",
}
"""Signs that keep later questions from being asked, and what those are about."""


def test_one_more_answer_never_lowers_the_level(visits: list[Visit]) -> None:
    """But where it takes the place of "Not sure", which a blank page counts as."""
    dice = random.Random(5)
    assert {s for q in CONTENT.questions.values() for s in unwanted(q.ask_if)} == set(HIDES)
    for visit in visits:
        answers, lead = visit.answers, visit.outcome.lead
        for id, question in CONTENT.questions.items():
            if id in answers.picked or question.blank_choice:
                continue
            if not holds(question.ask_if, visit.outcome.signs) or dice.random() > 0.3:
                continue
            choice = dice.choice(list(CONTENT.choices_for(id, answers.voice).values()))
            if set(choice.signs) & (LOWERS.keys() | HIDES.keys()):
                continue
            more = Answers({**answers.picked, id: (choice.id,)}, answers.voice)
            now = plans_of(CONTENT, signs_of(CONTENT, more))[0]
            assert now.level.rank <= lead.level.rank, f"{visit}: {id} {choice.id} -> {now.id}"
