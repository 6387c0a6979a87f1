"""What changed outside the questions: crisis pages, help lines, topics, signs, rules, pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from screener.authoring.diff.changes import Change, Weight
from screener.authoring.diff.compare import NOTES, Comparer, Naming, Path, Weigher, in_words
from screener.content.models.base import Urgency
from screener.content.models.questionnaire import Questionnaire

_GONE: dict[str, Weight] = {
    "interruptions": Weight.DANGER,
    "contacts": Weight.DANGER,
    "topics": Weight.ASKED,
    "signs": Weight.EFFECT,
    "scales": Weight.EFFECT,
    "sources": Weight.NOTE,
}


_CRISIS = ("interruptions", "contacts")


def crisis_changes(old: Questionnaire, new: Questionnaire, name: Naming) -> Iterator[Change]:
    """Every difference in the pages that stop the journey and in the help lines."""
    for kind in _CRISIS:
        yield from _kind(kind, getattr(old, kind), getattr(new, kind), name)


def library_changes(old: Questionnaire, new: Questionnaire, name: Naming) -> Iterator[Change]:
    """Every difference that is in no question, crisis page or help line."""
    for kind in _GONE:
        if kind not in _CRISIS:
            yield from _kind(kind, getattr(old, kind), getattr(new, kind), name)
    yield from _openings(old, new, name)
    done = {*_GONE, "sections"}
    for field in type(old).model_fields:
        if field not in done:
            before, after = getattr(old, field), getattr(new, field)
            subject = _PAGES.get(field, field.capitalize())
            weigher = _weigh_results if field == "results" else _weigh_about
            told = Comparer(subject, name, weigher)
            if hasattr(type(before), "model_fields"):
                yield from told.fields(before, after)
            else:
                yield from told.values((field,), before, after)


_PAGES = {"about": "The start page and the words of every page", "results": "The results page"}


def _kind(
    kind: str, old: Mapping[str, Any], new: Mapping[str, Any], name: Naming
) -> Iterator[Change]:
    for id, item in old.items():
        subject = name.subject(kind, id)
        if id in new:
            told = Comparer(subject, name, _WEIGH.get(kind, _usual))
            yield from told.fields(item, new[id])
        else:
            yield Change(_gone_weight(kind, item), subject, "gone", in_words(item, (kind,), name))
    for id, item in new.items():
        if id not in old:
            words = in_words(item, (kind,), name)
            weight = Weight.NOTE if kind == "sources" else Weight.ASKED
            yield Change(weight, name.subject(kind, id), "new", new=words)
    weight = Weight.DANGER if kind == "interruptions" else Weight.NOTE
    order = Comparer(_ORDERS[kind], name, lambda *_: weight)
    yield from order.order((kind,), list(old), list(new))


_ORDERS = {
    "interruptions": "The pages that stop the journey (the first of several leads)",
    "contacts": "The help lines",
    "topics": "The topics",
    "signs": "The signs",
    "scales": "The scales",
    "sources": "The sources",
}


def _gone_weight(kind: str, item: Any) -> Weight:
    urgent = kind == "topics" and item.urgency.rank <= Urgency.TODAY.rank
    return Weight.DANGER if urgent else _GONE[kind]


def _openings(old: Questionnaire, new: Questionnaire, name: Naming) -> Iterator[Change]:
    """Topics and crisis pages that no answer leads to any more, whatever the reason."""
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


def _usual(path: Path, old: Any, new: Any) -> Weight | None:
    if isinstance(old, Urgency) and isinstance(new, Urgency):
        return Weight.DANGER if new.rank > old.rank else Weight.EFFECT
    return None


def _weigh_interruption(path: Path, old: Any, new: Any) -> Weight | None:
    """All of it is read in an emergency; only the two buttons are mere words."""
    if set(path) & NOTES:
        return None
    return Weight.WORDING if path[0] in ("back", "onward") else Weight.DANGER


def _weigh_contact(path: Path, old: Any, new: Any) -> Weight | None:
    if path[0] in ("confirmed", "listed"):
        return Weight.EFFECT if new else Weight.DANGER
    if path[0] in ("call", "text", "tty", "chat", "web"):
        return Weight.DANGER
    return Weight.EFFECT if path[0] in ("hours", "languages") else None


def _weigh_about(path: Path, old: Any, new: Any) -> Weight | None:
    reaches_help = path[0] in ("regions", "region", "crisis_bar") and not set(path) & NOTES
    return Weight.DANGER if reaches_help else None


def _weigh_results(path: Path, old: Any, new: Any) -> Weight | None:
    if path[0] in ("always", "escorts") and new is None:
        return Weight.DANGER  # what everybody saw, not everybody sees now
    if path[0] == "rule_topic" or path[-1] in ("topic", "voices"):
        return Weight.DANGER
    if "order" in path:
        return Weight.EFFECT
    return _usual(path, old, new)


_WEIGH: dict[str, Weigher] = {
    "interruptions": _weigh_interruption,
    "contacts": _weigh_contact,
}
