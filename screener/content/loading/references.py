"""Whether the parts of a questionnaire fit together: ids that exist, and exist once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from screener.content.loading.countries import country_marks, country_sources
from screener.content.loading.errors import Problem
from screener.content.loading.help_lines import placeholders, shown_contact, shown_contacts
from screener.content.loading.unknown_ids import each_known, is_known, unknown
from screener.content.loading.yaml_reader import KEY, Place
from screener.content.models.base import STANDARD_CHOICES, Urgency
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import AskIf, Choice, Effect, Question
from screener.content.models.topics import Condition


def problems(content: Questionnaire) -> Iterator[Problem]:
    """Each reference to something that does not exist, and each id used twice."""
    yield from _names(content)
    yield from _asking(content)
    yield from _interruptions(content)
    yield from _library(content)
    yield from _results(content)
    yield from placeholders(content)
    yield from country_marks(content)
    yield from country_sources(content)


def _names(content: Questionnaire) -> Iterator[Problem]:
    sections = Counter(section.id for section in content.sections)
    questions = Counter(q.id for section in content.sections for q in section.questions)
    for s, section in enumerate(content.sections):
        place: Place = ("sections", s)
        if sections[section.id] > 1:
            yield (*place, "id"), f"section `{section.id}` stands here twice"
        for q, question in enumerate(section.questions):
            inner = (*place, "questions", q)
            if questions[question.id] > 1:
                yield (*inner, "id"), f"question `{question.id}` stands here twice"
            choices = Counter(choice.id for choice in question.choices)
            for c, choice in enumerate(question.choices):
                if choices[choice.id] > 1:
                    yield (*inner, "choices", c, "id"), f"choice `{choice.id}` stands here twice"
                if choice.id in STANDARD_CHOICES:
                    message = f"`{choice.id}` is added to every question; leave it out"
                    yield (*inner, "choices", c, "id"), message
    for name, scale in content.scales.items():
        options = Counter(option.id for option in scale.choices)
        for c, option in enumerate(scale.choices):
            if options[option.id] > 1:
                message = f"choice `{option.id}` stands here twice"
                yield ("scales", name, "choices", c, "id"), message
            if option.id in STANDARD_CHOICES:
                message = f"`{option.id}` is added to every question; leave it out"
                yield ("scales", name, "choices", c, "id"), message


def _asking(content: Questionnaire) -> Iterator[Problem]:
    for name, sign in content.signs.items():
        yield from each_known("topic", sign.topics, content.topics, ("signs", name, "topics"))
        yield from is_known("source", sign.source, content.sources, ("signs", name, "source"))
        documented: Place = ("signs", name, "documented_in")
        yield from each_known("document", sign.documented_in, content.about.documents, documented)
    earlier: dict[str, set[str] | None] = {}
    for s, section in enumerate(content.sections):
        for q, question in enumerate(section.questions):
            place: Place = ("sections", s, "questions", q)
            yield from is_known("scale", question.scale, content.scales, (*place, "scale"))
            for key, effect in _effects(question):
                yield from _effect(content, effect, (*place, *key))
            for a, ask_if in enumerate(question.ask_if):
                yield from _ask_if(content, ask_if, earlier, (*place, "ask_if", a))
        earlier |= {question.id: _choice_ids(content, question) for question in section.questions}


def _effects(question: Question) -> Iterator[tuple[Place, Effect]]:
    for c, choice in enumerate(question.choices):
        yield ("choices", c), choice
    for key in ("opens", "not_sure", "prefer_not"):
        effect = getattr(question, key)
        if effect:
            yield (key,), effect


def _effect(content: Questionnaire, effect: Effect, place: Place) -> Iterator[Problem]:
    yield from each_known("sign", effect.signs, content.signs, (*place, "signs"))
    yield from each_known("topic", effect.topics or (), content.topics, (*place, "topics"))
    known = content.interruptions
    yield from is_known("interruption", effect.interruption, known, (*place, "interruption"))
    if effect.support:
        yield from shown_contact(content, effect.support, (*place, "support"))
    if effect.unsure:
        page = known.get(effect.interruption or "")
        if not page or not page.unsure:
            yield (*place, "unsure"), "needs an interruption that has an `unsure` form"
    if isinstance(effect, Choice) and not effect.voices:
        yield (*place, "voices"), "must not be empty"


def _ask_if(
    content: Questionnaire, ask_if: AskIf, earlier: dict[str, set[str] | None], place: Place
) -> Iterator[Problem]:
    ids = {question.id for section in content.sections for question in section.questions}
    if ask_if.question not in earlier:
        if ask_if.question in ids:
            message = f"`{ask_if.question}` is not in an earlier section"
            yield (*place, "question"), message
        else:
            yield (*place, "question"), unknown("question", ask_if.question, ids)
        return
    known = earlier[ask_if.question]
    if known is not None:
        yield from each_known("choice", ask_if.choices, known, (*place, "choices"))


def _choice_ids(content: Questionnaire, question: Question) -> set[str] | None:
    """The ids of a question's choices; None if its scale does not exist."""
    if question.scale and question.scale not in content.scales:
        return None
    options = content.scales[question.scale].choices if question.scale else question.choices
    return {option.id for option in options} | set(STANDARD_CHOICES)


def _interruptions(content: Questionnaire) -> Iterator[Problem]:
    for name, page in content.interruptions.items():
        place: Place = ("interruptions", name)
        yield from shown_contacts(content, page.contacts, (*place, "contacts"))
        yield from each_known("topic", page.topics, content.topics, (*place, "topics"))
        if page.unsure:
            below: Place = (*place, "unsure", "contacts")
            yield from shown_contacts(content, page.unsure.contacts, below)


def _library(content: Questionnaire) -> Iterator[Problem]:
    yield from shown_contacts(content, content.about.crisis_bar, ("about", "crisis_bar"))
    for name, topic in content.topics.items():
        place: Place = ("topics", name)
        yield from each_known("source", topic.sources, content.sources, (*place, "sources"))
        yield from is_known("group", topic.group, content.about.groups, (*place, "group"))
        for v, variant in enumerate(topic.variants):
            yield from _condition(content, variant.when, (*place, "variants", v, "when"))


def _results(content: Questionnaire) -> Iterator[Problem]:
    results = content.results
    place: Place = ("results",)
    yield from is_known("topic", results.rule_topic, content.topics, (*place, "rule_topic"))
    rule = content.topics.get(results.rule_topic)
    if rule and not rule.strip:
        yield ("topics", results.rule_topic), "is `results.rule_topic`, so it needs a `strip`"
    for level in Urgency:
        if level not in results.groups:
            yield (*place, "groups"), f"needs a group for `{level.value}`"
    for level, group in results.groups.items():
        order: Place = (*place, "groups", level.value, "order")
        yield from each_known("topic", group.order, content.topics, order)
    for a, always in enumerate(results.always):
        yield from is_known("topic", always.topic, content.topics, (*place, "always", a, "topic"))
    yield from each_known("topic", results.beside_help, content.topics, (*place, "beside_help"))
    for topic, escort in results.escorts.items():
        inner = (*place, "escorts", topic)
        yield from is_known("topic", topic, content.topics, (*inner, KEY))
        yield from is_known("topic", escort, content.topics, inner)
    for n, lead in enumerate(results.leads):
        yield from _condition(content, lead.when, (*place, "leads", n, "when"))
        for u, unless in enumerate(lead.unless):
            yield from _condition(content, unless, (*place, "leads", n, "unless", u))


def _condition(content: Questionnaire, condition: Condition, place: Place) -> Iterator[Problem]:
    question = content.questions.get(condition.question)
    if question is None:
        known = content.questions
        yield (*place, "question"), unknown("question", condition.question, known)
    else:
        known_choices = _choice_ids(content, question)
        if known_choices is not None:
            yield from each_known("choice", condition.choices, known_choices, (*place, "choices"))
