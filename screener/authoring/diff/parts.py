"""What changed outside the questions: plans, help lines, topics, signs, promises, pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from screener.authoring.diff.changes import Change
from screener.authoring.diff.compare import Comparer, Spot, keys_at
from screener.authoring.in_words import in_words
from screener.authoring.names import Names, by_kind
from screener.content.models.policy import FieldPolicy, Weight, fields
from screener.content.models.questionnaire import Questionnaire

_POLICIES = {key: policy for _, key, policy in fields(Questionnaire)}

_KEYED = ("plans", "contacts", "hazards", "topics", "signs", "cases", "sources")
"""Fields of a file whose parts have ids or names. The order of plans alone has a meaning."""

_SUBJECTS = {
    "about": "The start page and the words of every page",
    "results": "The results page",
}


def part_changes(old: Questionnaire, new: Questionnaire, name: Names) -> Iterator[Change]:
    """Every difference that is in no question."""
    for kind in _KEYED:
        yield from _keyed(kind, by_kind(old, kind), by_kind(new, kind), name)
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
    policy = _POLICIES[kind]
    for id, part in old.items():
        subject = name.subject(kind, id)
        if id in new:
            inside = Spot(policy=FieldPolicy(weight=policy.weight))
            yield from Comparer(subject, name).fields(part, new[id], spot=inside)
        else:
            weights = (policy.if_lost, policy.weight, Weight.ASKED)
            weight = next(weight for weight in weights if weight is not None)
            yield Change(weight, subject, "gone", in_words(part, policy, name))
    for id, part in new.items():
        if id not in old:
            weight = Weight.NOTE if policy.weight is Weight.NOTE else Weight.ASKED
            subject = name.subject(kind, id)
            yield Change(weight, subject, "new", new=in_words(part, policy, name))
    order = FieldPolicy(weight=Weight.DANGER if kind == "plans" else Weight.NOTE, keys_of=kind)
    comparer = Comparer(f"The {policy.title.lower()}", name)
    yield from comparer.order(keys_at(Spot((kind,), order)), list(old), list(new))
