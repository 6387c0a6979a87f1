"""What a whole visit needs on the device, as one JSON file for each edition.

The HTML of every page comes from the templates that answer a POST, so a page that static/pages.js
makes is the page that the server would send. The rules go to static/engine.js as data.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from flask import current_app, render_template

from screener.config import Settings
from screener.content.models.base import PerVoice, Urgency, Voice, Voiced
from screener.content.models.chart import ChartRow
from screener.content.models.conditions import AnyOf, Condition, NoneOf
from screener.content.models.contacts import BECAUSE
from screener.content.models.plans import Plan
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Choice, Question, Sign
from screener.engine.chart import asked_about, facts_of, is_context, is_pertinent
from screener.engine.flow import Stop
from screener.engine.plans import NO_PRESCRIBER, TOPICS_IN_VIEW, Outcome
from screener.engine.signs import Answers, Said
from screener.resources import folder
from screener.web.delivery import Delivery
from screener.web.editions import Edition
from screener.web.messages import CLEARED, SCREEN_CLEARED
from screener.web.papers import PapersView, SheetsView
from screener.web.views import (
    ALSO_IN_VIEW,
    FULL_STOPS,
    Notice,
    PlanView,
    page_view,
    plan_view,
    results_view,
    stop_view,
)

Json = dict[str, Any]

TOPIC = "topic-id"
"""Stands for a topic's id in the path of its page."""

_INDENTED = re.compile(r"\n\s*")


SHOWN_SETTINGS = frozenset(
    "region public_url clinic_name clinic_phone clinic_room clinic_line kiosk_print".split()
)
"""Settings that change a page of a visit. Two replicas may differ in all others."""


def digest_of(
    content: Questionnaire, settings: Settings, delivery: Delivery = Delivery.SERVER
) -> str:
    """A name for all that the bundles are made of: it changes when one of them would."""
    made_of = hashlib.sha256(content.model_dump_json().encode())
    made_of.update(settings.model_dump_json(include=set(SHOWN_SETTINGS)).encode())
    made_of.update(delivery.value.encode())
    for path in _files():
        made_of.update(path.read_bytes())
    return made_of.hexdigest()[:10]


def _files() -> list[Path]:
    """The templates, and the code that decides what they show."""
    package = Path(__file__).parents[1]
    code = (package / name for name in ("content", "engine", "web"))
    modules = (path for layer in code for path in sorted(layer.rglob("*.py")))
    return [*sorted(folder("templates").iterdir()), *modules]


def bundle_of(edition: Edition) -> bytes:
    """The bundle of an edition. Needs an app context and a request for one of its pages."""
    made: Json = {
        "rules": rules(edition),
        "full_stops": FULL_STOPS,
        "also_in_view": ALSO_IN_VIEW,
        "unreviewed": {
            kind: [id for of, id in sorted(edition.unreviewed) if of == kind]
            for kind in ("sections", "plans", "topics")
        },
        "any_unreviewed": bool(edition.unreviewed),
        **{voice.value: _pages(edition.content, voice) for voice in Voice},
        **_shared(edition),
    }
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def rules(edition: Edition) -> Json:
    """What decides which page comes next and what it shows."""
    content = edition.content
    return {
        "sections": [
            {
                "id": section.id,
                "title": _voices(section.title),
                "questions": [question.id for question in section.questions],
            }
            for section in content.sections
        ],
        "questions": {id: _question(content, q) for id, q in content.questions.items()},
        "plans": [_plan(edition, plan) for plan in content.plans],
        "signs": {id: _sign(content, id, sign) for id, sign in content.signs.items()},
        "topics": list(content.topics),
        "variants": {
            id: [_condition(variant.when) for variant in topic.variants]
            for id, topic in content.topics.items()
            if topic.variants
        },
        "sources": list(content.sources),
        "cited": {id: list(topic.sources) for id, topic in content.topics.items()},
        "emergency": content.about.crisis_bar[0],
        "flagging": [level.value for level in Urgency if level.rank <= Urgency.TODAY.rank],
        "blanks": [
            list(dict(content.named_by[blank.sign]) if blank.sign else ())
            for blank in content.results.print.blanks
        ],
        "topic": {v.value: edition.url_for("topic", topic_id=TOPIC, voice=v) for v in Voice},
    }


def _question(content: Questionnaire, question: Question) -> Json:
    choices = content.choices[question.id]
    sensitive = [id for id in choices if id in content.sensitive[question.id]]
    return {
        "ask_if": _condition(question.ask_if),
        **({"blank": question.blank_choice} if question.blank_choice else {}),
        **({"sensitive": sensitive} if sensitive else {}),
        "choices": {choice.id: list(choice.signs) for choice in choices.values()},
        "chart": {
            choice.id: entry
            for choice in choices.values()
            if (entry := _chart_entry(content, question.id, choice))
        },
    }


def _chart_entry(content: Questionnaire, question: str, choice: Choice) -> Json:
    """What an answer says on the clinician's page; words are left out where they are its own."""
    facts = [[fact.row.value, fact.words or 0] for fact in facts_of(content, choice)]
    settled_by = asked_about(content, choice)
    is_absent = is_pertinent(content, question, choice)
    return {
        **({"in": facts} if facts else {}),
        **({"by": list(settled_by)} if settled_by else {}),
        **({"absent": 1} if is_absent else {}),
        **({"only": choice.voices[0].value} if is_absent and len(choice.voices) == 1 else {}),
    }


def _plan(edition: Edition, plan: Plan) -> Json:
    return {
        "id": plan.id,
        "family": plan.family,
        "level": plan.level.value,
        "when": _condition(plan.when),
        "say": {v.value: _say(edition, plan.say.in_voice(v)) for v in Voice},
        "contact": _voices(plan.contact),
        "topics": {v.value: list(plan.topics.in_voice(v)) for v in Voice},
        "tell": list(plan.tell),
        "sources": list(plan.sources),
        **({"stops": True} if plan.stops else {}),
        **({"other_heading": True} if plan.heading_for(True) != plan.heading_for(False) else {}),
        **({"page": plan.like} if plan.like else {}),
    }


def _say(edition: Edition, words: str) -> str:
    """The words to say, with numbers; the place of what was said is left."""
    return BECAUSE.join(edition.texts.plain(part) for part in words.split(BECAUSE))


def _sign(content: Questionnaire, id: str, sign: Sign) -> Json:
    return {
        **({"said": _voices(sign.said)} if sign.said else {}),
        **({"topics": list(sign.topics)} if sign.topics else {}),
        **({"sensitive": True} if sign.sensitive else {}),
        **({"interest": True} if id in content.interests else {}),
        **({"context": True} if is_context(content, id) else {}),
        **({"vaguer": sorted(content.vaguer[id])} if content.vaguer[id] else {}),
    }


def _voices(text: Voiced | PerVoice[str]) -> Json:
    return {voice.value: text.in_voice(voice) for voice in Voice}


def _condition(condition: Condition) -> list[Any]:
    return [_clause(clause) for clause in condition]


def _clause(clause: str | AnyOf | NoneOf) -> Any:
    if isinstance(clause, str):
        return clause
    if isinstance(clause, NoneOf):
        return {"none": list(clause.none)}
    return {"any": [option if isinstance(option, str) else list(option) for option in clause.any]}


# HTML


def _html(html: str) -> str:
    """HTML without its indentation, which would be most of a bundle's bytes."""
    return _INDENTED.sub("\n", str(html)).strip()


def _main(page: str) -> str:
    """The <main> of a page."""
    return _html(page[page.index("<main ") : page.index("</main>")] + "</main>")


def _pages(content: Questionnaire, voice: Voice) -> Json:
    """All pages in one voice."""
    fragment = _context()["fragment"]
    return {
        "who": content.signs[voice.sign].chart,
        "reported": content.results.print.reported.in_voice(voice),
        "questions": {id: _question_page(content, id, voice) for id in content.questions},
        "stop": _main(_stop_page(content, voice)),
        "results": _main(_results_page(content, voice)),
        "plans": dict(item for plan in content.plans for item in _plan_html(content, plan, voice)),
        "topics": {
            id: [
                _html(fragment("topic_card", id, voice, variant))
                for variant in (None, *range(len(topic.variants)))
            ]
            for id, topic in content.topics.items()
        },
    }


def _context() -> Json:
    context: Json = {}
    current_app.update_template_context(context)
    return context


def _question_page(content: Questionnaire, question: str, voice: Voice) -> str:
    view = page_view(content, question, Answers(voice=voice))
    if question == content.first_interest:  # with the place for the plan that leads so far
        view = replace(view, plan_so_far=content.plans[0])
    return _main(render_template("question.html", view=view))


def _stop_page(content: Questionnaire, voice: Voice) -> str:
    """With a plan whose place the real ones take."""
    stop = Stop((content.plans[0],), next(iter(content.questions)), False, Answers(voice=voice))
    return render_template("stop.html", view=stop_view(content, stop, ()))


def _results_page(content: Questionnaire, voice: Voice) -> str:
    """With one of everything, whose place the real parts take."""
    plans, topics = cycle(content.plans), cycle(content.topics)
    question = next(iter(content.questions))
    counted = {question: tuple(content.choices_for(question, voice))[:1]}
    now = Said((question,), counted, frozenset())
    outcome = Outcome(
        said=now,
        lead=next(plans),
        also=tuple(islice(plans, ALSO_IN_VIEW + 1)),
        later=(next(plans),),
        topics=tuple(islice(topics, TOPICS_IN_VIEW + 1)),
    )
    view = results_view(content, Answers(voice=voice), outcome, ())
    view = replace(view, lead=replace(view.lead, because=("",)))
    return render_template("results.html", view=view)


def _papers_page(content: Questionnaire) -> str:
    """With one sensitive answer."""
    view = PapersView(Voice.ME, ((next(iter(content.questions)), ""),), ())
    return render_template("papers.html", view=view)


def _sheets_page(content: Questionnaire) -> str:
    """With every row and line, and one topic."""
    voice = Voice.ME
    lead = plan_view(content, content.plans[0], frozenset(), voice, unsaid=None)
    rows: dict[ChartRow, tuple[str, ...]] = {row: ("",) for row in ChartRow if row.is_printed}
    rows[ChartRow.WHO] = (content.signs[voice.sign].chart,)
    rows[ChartRow.UNKNOWN] = tuple(blank.line for blank in content.results.print.blanks)
    topic = next(iter(content.topics))
    view = SheetsView(voice, lead, rows, (topic,), False, ())
    return _with_placeholder(render_template("sheets.html", view=view), topic)


def _with_placeholder(page: str, topic: str) -> str:
    """A page with another id in the address of a topic."""
    return page.replace(f"/learn/{topic}<", f"/learn/{TOPIC}<")


def _plan_html(content: Questionnaire, plan: Plan, voice: Voice) -> list[tuple[str, Json]]:
    """A plan's HTML by its id, and by id and sign for who has no prescriber where that differs."""
    usual, without = (
        _plan_parts(content, plan_view(content, plan, frozenset(signs), voice))
        for signs in ((), (NO_PRESCRIBER,))
    )
    found = [(plan.id, usual)]
    return found if without == usual else [*found, (f"{plan.id} {NO_PRESCRIBER}", without)]


def _plan_parts(content: Questionnaire, shown: PlanView) -> Json:
    """The HTML of one plan. What to say and to do is the same on every page, so it is held once,
    as `body`."""
    plans = _context()["plans"]
    shown = replace(shown, script_parts=("", "", ""))
    body = _html(plans.lead_body(shown))
    parts: Json = {
        "lead": _html(plans.lead_section(shown)),
        "body": body,
    }
    if shown.plan.stops:
        parts["stop"] = _html(plans.stop_section(shown, True, False))
        parts["back"] = (shown.plan.back or content.about.back).in_voice(shown.voice)
    return parts


def _shared(edition: Edition) -> Json:
    """What is the same in both voices."""
    context = _context()
    macros, fragment, plans = context["macros"], context["fragment"], context["plans"]
    cleared = SCREEN_CLEARED if edition.is_kiosk else CLEARED
    papers: Json = {}
    if context["may_print"]:
        papers["papers"] = _main(_papers_page(edition.content))
        papers["sheets"] = _main(_sheets_page(edition.content))
    return {
        **papers,
        "notices": {notice.value: _html(macros.notice(notice)) for notice in Notice},
        "sources": {id: _html(fragment("source", id)) for id in edition.content.sources},
        "why": [_html(plans.because_section("", folded)) for folded in (False, True)],
        "also": ["Also", "Later"],
        "foot": [_html(macros.not_a_test(waits)) for waits in (False, True)],
        "cleared": _main(render_template("message.html", message=cleared)),
    }
