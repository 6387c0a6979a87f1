"""The engine of the device (static/engine.js) says the same as screener/engine, for any answers."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from screener import create_app
from screener.config import Settings
from screener.content.localize import in_region
from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.chart import chart_of, sensitive_answers, signs_left_out
from screener.engine.flow import (
    BACK,
    CLEAR,
    NEXT,
    ON,
    RESULTS,
    UNDO,
    Ask,
    Stop,
    next_step,
)
from screener.engine.plans import TOPICS_IN_VIEW, outcome_of
from screener.engine.signs import Answers, said
from screener.resources import folder
from screener.web.bundle import rules
from screener.web.forms import still_holding
from screener.web.views import plan_view
from tests.needs import need_program
from tests.shipped import SHIPPED, SHIPPED_FILE
from tests.unit.conftest import FLAT

QUICK = 300
MANY = 5_000

ENGINE = Path(folder("static")) / "engine.js"
CHART = ENGINE.with_name("chart.js")
PROGRAM = f"""
import * as engine from {json.dumps(ENGINE.as_uri())};
import * as papers from {json.dumps(CHART.as_uri())};
import {{ readFileSync }} from "node:fs";
const {{ rules, visits, texts }} = JSON.parse(readFileSync(0, "utf8"));
const ids = (plans) => plans.map((plan) => plan.id);
const found = visits.map(({{ voice, picked, seen, at, go, printed }}) => {{
  const answers = {{ voice, picked }};
  const step = engine.nextStep(rules, answers, seen, at, go);
  const outcome = engine.outcomeOf(rules, answers);
  const {{ signs, lead }} = outcome;
  const plans = [lead, ...outcome.also, ...outcome.later];
  const clauses = engine.because(rules, signs, lead, voice);
  const off = papers.signsLeftOut(rules, outcome.counted, printed);
  const own = (question, choice) => texts[voice][question][choice];
  const chart = papers.chartOf(rules, outcome, voice, printed, own);
  return {{
    step: {{
      ask: () => ["ask", step.question],
      stop: () => ["stop", ids(step.plans), step.at, step.toResults],
      results: () => ["results"],
    }}[step.kind](),
    picked: step.answers.picked,
    kept: engine.stillHolding(rules, seen, step.answers),
    lead: lead.id,
    also: ids(outcome.also),
    later: ids(outcome.later),
    topics: outcome.topics,
    asked: outcome.asked,
    counted: outcome.counted,
    signs: [...signs].sort(),
    signsSoFar: [...engine.said(rules, answers).signs].sort(),
    because: clauses,
    sentence: engine.joined(clauses),
    scripts: plans.map((plan) => engine.script(rules, plan, signs, voice).join("")),
    sensitive: papers.sensitiveAnswers(rules, outcome.counted),
    off: [...off].sort(),
    rows: chart.rows,
    told: chart.told,
    unknown: chart.unknown,
    onPaper: [off, null].map((unsaid) => engine.script(rules, lead, signs, voice, unsaid).join("")),
  }};
}});
console.log(JSON.stringify({{ found, inView: engine.TOPICS_IN_VIEW }}));
"""


@dataclass(frozen=True)
class Visit:
    """Answers, and what is pressed on which page."""

    answers: Answers
    seen: tuple[str, ...]
    at: str | None
    go: str
    printed: tuple[str, ...] = ()
    """Questions whose sensitive answers are printed."""

    def as_json(self) -> dict[str, Any]:
        picked = {question: list(picks) for question, picks in self.answers.picked.items()}
        here: dict[str, Any] = {"seen": list(self.seen), "at": self.at, "go": self.go}
        here["printed"] = list(self.printed)
        return {"voice": self.answers.voice.value, "picked": picked, **here}


def random_visits(content: Questionnaire, count: int, seed: int) -> Iterator[Visit]:
    """Visits with few and with many answers, some to questions that are not asked."""
    dice = random.Random(seed)
    stops = [plan.id for plan in content.plans if plan.stops]
    ways = [NEXT, NEXT, BACK, CLEAR, UNDO, ON, RESULTS, RESULTS]
    for _ in range(count):
        voice = dice.choice(list(Voice))
        share = dice.choice([0.1, 0.3, 0.6, 1])
        picked: dict[str, tuple[str, ...]] = {}
        for id, question in content.questions.items():
            if dice.random() < share:
                ids = list(content.choices_for(id, voice))
                most = 1 if question.type == "single" else min(3, len(ids))
                ticked = dice.sample(ids, dice.randint(1, most))
                picked[id] = tuple(choice for choice in ids if choice in ticked)
        seen = dice.sample(stops, min(len(stops), dice.choice([0, 0, 1, 3, len(stops)])))
        at = dice.choice([None, *content.questions])
        go = dice.choice([*ways, dice.choice(list(content.questions))])
        printed = tuple(id for id in content.questions if dice.random() < 0.4)
        yield Visit(Answers(picked, voice), tuple(seen), at, go, printed)


def in_python(content: Questionnaire, visit: Visit) -> dict[str, Any]:
    """What the server's engine says of a visit."""
    voice = visit.answers.voice
    step = next_step(content, visit.answers, visit.seen, visit.at, visit.go)
    if isinstance(step, Ask):
        page = ["ask", step.question]
    elif isinstance(step, Stop):
        page = ["stop", [plan.id for plan in step.plans], step.at, step.to_results]
    else:
        page = ["results"]
    outcome = outcome_of(content, visit.answers)
    shown = [plan_view(content, plan, outcome.signs, voice) for plan in outcome.plans]
    chart = chart_of(content, outcome, voice, visit.printed)
    sensitive = sensitive_answers(content, outcome.said.counted)
    off = signs_left_out(content, outcome.said.counted, visit.printed)
    on_paper = [plan_view(content, outcome.lead, outcome.signs, voice, o) for o in (off, None)]
    return {
        "step": page,
        "picked": lists(step.answers.picked),
        "kept": list(still_holding(content, visit.seen, step.answers)),
        "lead": outcome.lead.id,
        "also": [plan.id for plan in outcome.also],
        "later": [plan.id for plan in outcome.later],
        "topics": list(outcome.topics),
        "asked": list(outcome.said.asked),
        "counted": lists(outcome.said.counted),
        "signs": sorted(outcome.signs),
        "signsSoFar": sorted(said(content, visit.answers).signs),
        "because": list(shown[0].because),
        "sentence": shown[0].because_sentence,
        "scripts": [view.script for view in shown],
        "sensitive": {question: [c.id for c in choices] for question, choices in sensitive.items()},
        "off": sorted(off),
        "rows": {row.value: list(words) for row, words in chart.rows.items()},
        "told": chart.told is not None,
        "unknown": [blank.line in chart.unknown for blank in content.results.print.blanks],
        "onPaper": [view.script for view in on_paper],
    }


def lists(picked: Any) -> dict[str, list[str]]:
    return {question: list(picks) for question, picks in picked.items()}


def differences(content: Questionnaire, visits: list[Visit]) -> list[str]:
    """What the two engines say differently."""
    need_program("node")
    with (app := create_app(Settings(), content)).test_request_context():
        root = next(iter(app.extensions["editions"].values()))
        texts = {
            voice.value: {
                question: {id: choice.text.in_voice(voice) for id, choice in choices.items()}
                for question, choices in root.content.choices.items()
            }
            for voice in Voice
        }
        sent = {"rules": rules(root), "visits": [v.as_json() for v in visits], "texts": texts}
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", PROGRAM],
        input=json.dumps(sent),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    said_there = json.loads(ran.stdout)
    assert said_there["inView"] == TOPICS_IN_VIEW
    assert len(said_there["found"]) == len(visits)
    return [
        f"{key} of {visit}:\n  Python: {here[key]}\n  device: {there.get(key)}"
        for visit, there in zip(visits, said_there["found"], strict=True)
        for here in [in_python(root.content, visit)]
        for key in here
        if here[key] != there.get(key)
    ]


def all_kinds(content: Questionnaire, visits: list[Visit]) -> set[str]:
    """Kinds of pages that visits lead to."""
    steps = [next_step(content, v.answers, v.seen, v.at, v.go) for v in visits]
    return {type(step).__name__ for step in steps}


def agree(content: Questionnaire, visits: list[Visit]) -> None:
    assert all_kinds(content, visits[:200]) == {"Ask", "Stop", "Finish"}
    found = differences(content, visits)
    assert not found, "\n".join([f"{len(found)} differences", *found[:3]])


@pytest.mark.parametrize("content", [SHIPPED, FLAT], ids=["shipped", "engine"])
def test_the_engines_agree_on_random_answers(content: Questionnaire) -> None:
    agree(content, list(random_visits(content, QUICK, seed=1)))


@pytest.mark.slow
@pytest.mark.parametrize("content", [SHIPPED, FLAT], ids=["shipped", "engine"])
def test_the_engines_agree_on_very_many_random_answers(content: Questionnaire) -> None:
    agree(content, list(random_visits(content, MANY, seed=2)))


def test_the_engines_agree_on_every_case() -> None:
    """Each case of questions.cases.yaml, at its last question and at its end."""
    us = in_region(SHIPPED)
    visits = []
    for case in SHIPPED_FILE.proofs.cases:
        answers, last = Answers(case.answers, case.voice), [None, *case.answers][-1]
        visits += [Visit(answers, (), at, go) for at, go in ((None, RESULTS), (last, NEXT))]
    found = differences(SHIPPED, visits)
    assert not found, "\n".join(found[:3])
    leads = [in_python(us, v)["lead"] for v in visits if v.go == RESULTS]
    assert leads == [case.leads for case in SHIPPED_FILE.proofs.cases]


def test_a_difference_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    visits = list(random_visits(FLAT, 50, seed=3))
    monkeypatch.setitem(globals(), "PROGRAM", PROGRAM.replace("outcome.topics", "[]"))
    assert any(line.startswith("topics of") for line in differences(FLAT, visits))
