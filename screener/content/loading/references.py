"""Whether the parts of a questionnaire fit together: ids that exist, and exist once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

from screener.content.loading.countries import country_marks, country_sources
from screener.content.loading.errors import Problem
from screener.content.loading.help_lines import (
    placeholders,
    relay_routes,
    shown_contact,
    shown_contacts,
)
from screener.content.loading.unknown_ids import each_known, is_known, unknown
from screener.content.loading.yaml_reader import KEY, Place
from screener.content.models.base import STANDARD_CHOICES, PerVoice, Urgency, Voice
from screener.content.models.chart import ChartRow
from screener.content.models.conditions import AnyOf, Condition, NoneOf
from screener.content.models.plans import Plan
from screener.content.models.proofs import Proofs
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Question, StandardChoice
from screener.content.models.topics import CITATION


def problems(content: Questionnaire) -> Iterator[Problem]:
    """Each reference to something that does not exist, and each id used twice."""
    yield from _names(content)
    yield from _signs(content)
    yield from _questions(content)
    yield from _plans(content)
    yield from _topics(content)
    yield from _pages(content)
    yield from proof_problems(content, content)
    yield from placeholders(content)
    yield from relay_routes(content)
    yield from country_marks(content)
    yield from country_sources(content)


def proof_problems(content: Questionnaire, proofs: Proofs) -> Iterator[Problem]:
    """Hazards and cases that name something the questionnaire does not have."""
    plans = {plan.id for plan in content.plans}
    kinds: dict[str, tuple[str, Collection[str]]] = {
        **dict.fromkeys(("stops", "also", "later", "never"), ("plan", plans)),
        **dict.fromkeys(("asked", "not_asked"), ("question", content.questions)),
        **dict.fromkeys(("in_view", "topics_include", "topics_exclude"), ("topic", content.topics)),
    }
    yield from _twice("hazard", [(("hazards", n), x.name) for n, x in enumerate(proofs.hazards)])
    yield from _twice("case", [(("cases", n), x.name) for n, x in enumerate(proofs.cases)])
    for n, hazard in enumerate(proofs.hazards):
        yield from _condition(content, hazard.when, ("hazards", n, "when"))
    for n, case in enumerate(proofs.cases):
        place: Place = ("cases", n)
        yield from is_known("plan", case.leads, plans, (*place, "leads"))
        for key, (kind, known) in kinds.items():
            yield from each_known(kind, getattr(case, key) or (), known, (*place, key))
        for question, picks in case.answers.items():
            inner = (*place, "answers", question)
            if question not in content.questions:
                yield (*inner, KEY), unknown("question", question, content.questions)
            else:
                known = content.choices_for(question, case.voice)
                yield from each_known("answer", picks, known, inner)


def _names(content: Questionnaire) -> Iterator[Problem]:
    places = [(("sections", s, "id"), x.id) for s, x in enumerate(content.sections)]
    yield from _twice("section", places)
    yield from _twice(
        "question",
        [
            (("sections", s, "questions", q, "id"), question.id)
            for s, section in enumerate(content.sections)
            for q, question in enumerate(section.questions)
        ],
    )
    yield from _twice("plan", [(("plans", p, "id"), x.id) for p, x in enumerate(content.plans)])
    for place, question in _each_question(content):
        ids = [((*place, "choices", c, "id"), x.id) for c, x in enumerate(question.choices)]
        yield from _twice("choice", ids)
        for inner, id in ids:
            if id in STANDARD_CHOICES:
                key = id.replace("-", "_")
                yield inner, f"`{id}` is a standard answer; write `{key}:` beside `choices` instead"
        yield from _same_texts(content, place, question)


def _twice(kind: str, ids: Iterable[tuple[Place, str]]) -> Iterator[Problem]:
    found = list(ids)
    counts = Counter(id for _, id in found)
    for place, id in found:
        if counts[id] > 1:
            yield place, f"{kind} `{id}` stands here twice"


def _each_question(content: Questionnaire) -> Iterator[tuple[Place, Question]]:
    for s, section in enumerate(content.sections):
        for q, question in enumerate(section.questions):
            yield ("sections", s, "questions", q), question


def _same_texts(content: Questionnaire, place: Place, question: Question) -> Iterator[Problem]:
    for voice in Voice:
        seen: dict[str, str] = {}
        for c, choice in enumerate(question.choices):
            if voice not in choice.voices:
                continue
            text = choice.text.in_voice(voice)
            if text in seen:
                message = f"has the same text as `{seen[text]}`"
                yield (*place, "choices", c, "text"), message
            seen.setdefault(text, choice.id)


def _signs(content: Questionnaire) -> Iterator[Problem]:
    voices = {voice.sign for voice in Voice}
    for id in sorted(voices - content.signs.keys()):
        yield ("signs",), f"needs `{id}`, which says whom the answers are about"
    unnamed = [id for id in content.signs if id not in voices and not content.named_by[id]]
    for id, sign in content.signs.items():
        place: Place = ("signs", id)
        yield from each_known("topic", sign.topics, content.topics, (*place, "topics"))
        yield from is_known("source", sign.source, content.sources, (*place, "source"))
        documented: Place = (*place, "documented_in")
        yield from each_known("document", sign.documented_in, content.about.documents, documented)
        if sign.row and not sign.row.takes_signs:
            yield (*place, "row"), f"no sign can stand in `{sign.row.value}`"
        if sign.pertinent and sign.sensitive:
            yield (*place, "pertinent"), "is sensitive, so nothing may say that it is absent"
        if id in unnamed:
            yield place, "is named by no answer"
        elif sign.documented_in and not sign.topics:
            yield place, "is documented, so it needs `topics` that explain it"


def _condition(
    content: Questionnaire, condition: Condition, place: Place, earlier: Iterable[str] | None = None
) -> Iterator[Problem]:
    """Unknown signs; with `earlier`, also signs that no earlier question names."""
    for c, clause in enumerate(condition):
        if isinstance(clause, str):
            found = [((*place, c), clause)]
        elif isinstance(clause, NoneOf):
            found = [((*place, c, "none", n), id) for n, id in enumerate(clause.none)]
        else:
            found = list(_options(clause, (*place, c, "any")))
        for inner, id in found:
            if id not in content.signs:
                yield inner, unknown("sign", id, content.signs)
            elif earlier is not None and id not in earlier:
                yield inner, f"`{id}` is named by no earlier question"


def _options(clause: AnyOf, place: Place) -> Iterator[tuple[Place, str]]:
    for o, option in enumerate(clause.any):
        if isinstance(option, str):
            yield (*place, o), option
        else:
            yield from (((*place, o, n), id) for n, id in enumerate(option))


def _questions(content: Questionnaire) -> Iterator[Problem]:
    earlier = {voice.sign for voice in Voice}
    first = content.sections[0].questions[0]
    if first.ask_if:
        yield ("sections", 0, "questions", 0, "ask_if"), "is on the first question; leave it out"
    for place, question in _each_question(content):
        yield from _condition(content, question.ask_if, (*place, "ask_if"), earlier)
        for c, choice in enumerate(question.choices):
            inner = (*place, "choices", c, "signs")
            yield from each_known("sign", choice.signs, content.signs, inner)
        for key in ("none", "not_sure", "prefer_not"):
            standard: StandardChoice | None = getattr(question, key)
            if standard:
                inner = (*place, key, "signs")
                yield from each_known("sign", standard.signs, content.signs, inner)
        if question.if_blank and not question.not_sure:
            yield (*place, "if_blank"), "needs `not_sure`, which says what the answer names"
        for choice in content.choices[question.id].values():
            earlier.update(choice.signs)


def _plans(content: Questionnaire) -> Iterator[Problem]:
    fallbacks = [p for p, plan in enumerate(content.plans) if not plan.when]
    if not fallbacks:
        yield ("plans",), "needs one plan with `when: []`, for people to whom no other applies"
    for p in fallbacks[1:]:
        yield ("plans", p, "when"), "is empty, and so is that of another plan; only one may be"
    actions: dict[object, str] = {}
    for p, plan in enumerate(content.plans):
        place: Place = ("plans", p)
        yield from _condition(content, plan.when, (*place, "when"))
        yield from each_known("sign", plan.tell, content.signs, (*place, "tell"))
        yield from each_known("source", plan.sources, content.sources, (*place, "sources"))
        for topics in plan.topics.values:
            yield from each_known("topic", topics, content.topics, (*place, "topics"))
        for key in ("contact", "also_contact"):
            contact: PerVoice[str] | None = getattr(plan, key)
            for id in contact.values if contact else ():
                yield from shown_contact(content, id, (*place, key), to_call=True)
        if plan.level.stops and not plan.stops:
            yield (*place, "level"), "is an emergency, so it needs `stops: true`"
        action = (plan.heading, plan.do)
        if not plan.like:
            if action in actions:
                message = f"has the heading and steps of `{actions[action]}`; use `like`"
                yield (*place, "heading"), message
            actions.setdefault(action, plan.id)
    yield from _order(content.plans)


def _order(plans: Iterable[Plan]) -> Iterator[Problem]:
    """Most urgent first, and every plan that stops before those that don't."""
    for p, (before, plan) in enumerate(pairwise(plans), start=1):
        if plan.level.rank < before.level.rank:
            message = f"is more urgent than `{before.id}` above it; move it up"
            yield ("plans", p, "level"), message
        elif plan.stops and not before.stops:
            yield ("plans", p, "stops"), f"stops, and `{before.id}` above it does not; move it up"


def _topics(content: Questionnaire) -> Iterator[Problem]:
    yield from shown_contacts(content, content.about.crisis_bar, ("about", "crisis_bar"))
    named = {id for sign in content.signs.values() for id in sign.topics}
    named |= {id for plan in content.plans for topics in plan.topics.values for id in topics}
    for id, topic in content.topics.items():
        place: Place = ("topics", id)
        yield from each_known("source", topic.sources, content.sources, (*place, "sources"))
        yield from is_known("group", topic.group, content.about.groups, (*place, "group"))
        for v, variant in enumerate(topic.variants):
            yield from _condition(content, variant.when, (*place, "variants", v, "when"))
        if id not in named:
            yield place, "is named by no sign and no plan"
        for text in (topic.body, *(variant.body for variant in topic.variants)):
            for cited in CITATION.findall("\n".join(text.texts)):
                if cited not in topic.sources:
                    yield (*place, "body"), f"cites `{cited}`, which is not among its `sources`"


def _pages(content: Questionnaire) -> Iterator[Problem]:
    place: Place = ("about", "asked_most")
    asked_most = content.about.asked_most
    yield from each_known("topic", asked_most, content.topics, place)
    yield from _twice("topic", [((*place, n), id) for n, id in enumerate(asked_most)])
    results = content.results
    for level in Urgency:
        if level not in results.levels:
            yield ("results", "levels"), f"needs words for `{level.value}`"
    place = ("results", "print")
    for row in ChartRow:
        if row.is_printed and row not in results.print.rows:
            yield (*place, "rows"), f"needs words for `{row.value}`"
    for b, blank in enumerate(results.print.blanks):
        if blank.sign:
            yield from is_known("sign", blank.sign, content.signs, (*place, "blanks", b, "sign"))
    yield from each_known("topic", results.beside_help, content.topics, ("results", "beside_help"))
