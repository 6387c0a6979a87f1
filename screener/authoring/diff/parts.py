"""What changed outside the questions: crisis pages, help lines, topics, signs, rules, pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from screener.authoring.diff.changes import Change
from screener.authoring.diff.compare import Comparer, Spot, in_words, keys_at
from screener.authoring.diff.names import Names
from screener.content.models.policy import FieldPolicy, Weight, fields
from screener.content.models.questionnaire import Questionnaire

_KEYED = {key: policy for key, _, policy in fields(Questionnaire) if policy.keys_of}
"""The fields of a file that hold things with ids, such as its topics."""

_CRISIS = ("interruptions", "contacts")

_SUBJECTS = {
    "about": "The start page and the words of every page",
    "results": "The results page",
}


def crisis_changes(old: Questionnaire, new: Questionnaire, name: Names) -> Iterator[Change]:
    """Every difference in the pages that stop the journey and in the help lines."""
    for kind in _CRISIS:
        yield from _keyed(kind, getattr(old, kind), getattr(new, kind), name)


def library_changes(old: Questionnaire, new: Questionnaire, name: Names) -> Iterator[Change]:
    """Every difference that is in no question, crisis page or help line."""
    for kind in _KEYED:
        if kind not in _CRISIS:
            yield from _keyed(kind, getattr(old, kind), getattr(new, kind), name)
    yield from _openings(old, new, name)
    for field, key, policy in fields(Questionnaire):
        if field not in _KEYED and field != "sections":
            before, after = getattr(old, field), getattr(new, field)
            comparer = Comparer(_SUBJECTS.get(field, field.capitalize()), name)
            if hasattr(type(before), "model_fields"):
                yield from comparer.fields(before, after)
            else:
                yield from comparer.values(Spot().field(key, policy), before, after)


def _keyed(
    kind: str, old: Mapping[str, Any], new: Mapping[str, Any], name: Names
) -> Iterator[Change]:
    policy = _KEYED[kind]
    for id, item in old.items():
        subject = name.subject(kind, id)
        if id in new:
            inside = Spot(policy=FieldPolicy(weight=policy.weight))
            yield from Comparer(subject, name).fields(item, new[id], spot=inside)
        else:
            words = in_words(item, policy, name)
            yield Change(_weight_of_loss(kind, policy, item), subject, "gone", words)
    for id, item in new.items():
        if id not in old:
            weight = Weight.NOTE if policy.weight is Weight.NOTE else Weight.ASKED
            subject = name.subject(kind, id)
            yield Change(weight, subject, "new", new=in_words(item, policy, name))
    order = Spot((kind,), replace(policy, weight=_first(policy.weight, Weight.NOTE), if_lost=None))
    comparer = Comparer(f"The {policy.title.lower()}", name)
    yield from comparer.order(keys_at(order), list(old), list(new))


def _weight_of_loss(kind: str, policy: FieldPolicy, item: Any) -> Weight:
    if kind == "topics" and item.urgency.is_urgent:
        return Weight.DANGER
    return _first(policy.if_lost, policy.weight, Weight.ASKED)


def _first(*weights: Weight | None) -> Weight:
    return next(weight for weight in weights if weight is not None)


def _openings(old: Questionnaire, new: Questionnaire, name: Names) -> Iterator[Change]:
    """Topics and crisis pages that no answer leads to any more."""
    for kind, word in (("topics", "opens it"), ("interruptions", "leads to it")):
        before, after = _led_to(old, kind), _led_to(new, kind)
        for id in before:
            if id in getattr(new, kind) and id not in after:
                yield Change(Weight.DANGER, name.subject(kind, id), f"no answer {word} any more")
    asked = [
        {s for options in c.choices.values() for o in options.values() for s in o.signs}
        for c in (old, new)
    ]
    for id in new.signs:
        if id in asked[0] - asked[1]:
            yield Change(Weight.EFFECT, name.subject("signs", id), "no question asks it any more")


def _led_to(content: Questionnaire, kind: str) -> dict[str, None]:
    found: dict[str, None] = {}
    for question, options in content.choices.items():
        for choice in options.values():
            if kind == "topics":
                found |= dict.fromkeys(content.opened(question, choice.id))
            elif choice.interruption:
                found[choice.interruption] = None
    return found
