"""What differs between two parts of the models, field by field.

How much a change matters, and what its ids are ids of, is the FieldPolicy of the field. A field
without one is compared too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from pydantic import BaseModel

from screener.authoring.diff.changes import Change
from screener.authoring.in_words import in_words, plain
from screener.authoring.names import Names
from screener.content.models.base import PerVoice, Urgency, Voice, Voiced
from screener.content.models.conditions import AnyOf, NoneOf
from screener.content.models.policy import UNSPECIFIED, FieldPolicy, Weight, fields


@dataclass(frozen=True)
class Spot:
    """A value within its subject: the path to it, and the policy that applies there."""

    path: tuple[str, ...] = ()
    policy: FieldPolicy = UNSPECIFIED

    def field(self, key: str, policy: FieldPolicy) -> Spot:
        """A field of the model here. A weight it does not state is that of the field around."""
        if policy.weight is None:
            outer = self.policy
            if_lost = outer.if_lost if policy.if_lost is None else policy.if_lost
            policy = replace(policy, weight=outer.weight, if_lost=if_lost)
        return Spot((*self.path, key), policy)

    def item(self, name: str) -> Spot:
        """An item of the list or mapping here."""
        return Spot((*self.path, name), self.policy)

    @property
    def words(self) -> str:
        """The path for people: 'steps, 3', 'unsure form, heading'."""
        return ", ".join(part.replace("_", " ") for part in self.path)


@dataclass(frozen=True)
class Comparer:
    """Compares parts of one subject. `name` turns an id into its text."""

    subject: str
    name: Names

    def fields(
        self,
        old: BaseModel,
        new: BaseModel,
        skip: frozenset[str] = frozenset(),
        spot: Spot | None = None,
    ) -> Iterator[Change]:
        """Every field in which two models of one kind differ."""
        for field, key, policy in fields(type(old)):
            if field not in skip:
                inner = (spot or Spot()).field(key, policy)
                yield from self.values(inner, getattr(old, field), getattr(new, field))

    def values(self, spot: Spot, old: Any, new: Any) -> Iterator[Change]:
        """How two values of one field differ."""
        if repr(old) == repr(new):  # as ==, but the order of keys counts too
            return
        if isinstance(old, Voiced | PerVoice) and type(old) is type(new):
            yield from self._voiced(spot, old, new)
        elif _is_condition(old) or _is_condition(new):
            yield self.change(spot, "changed", old, new)
        elif isinstance(old, BaseModel) and type(old) is type(new):
            yield from self.fields(old, new, spot=spot)
        elif isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from self._mappings(spot, old, new)
        elif isinstance(old, tuple) and isinstance(new, tuple):
            yield from self._lists(spot, old, new)
        else:
            yield self.change(spot, _verb(old, new), old, new)

    def change(self, spot: Spot, verb: str, old: Any, new: Any) -> Change:
        """One change of one field, in words."""
        weight = weight_of(spot.policy, old, new)
        texts = (in_words(value, spot.policy, self.name) for value in (old, new))
        return Change(weight, self.subject, f"{verb}: {spot.words}", *texts)

    def _voiced(self, spot: Spot, old: Any, new: Any) -> Iterator[Change]:
        values = [(part.in_voice(Voice.ME), part.in_voice(Voice.SOMEONE)) for part in (old, new)]
        if all(me == someone for me, someone in values):
            yield from self.values(spot, values[0][0], values[1][0])
            return
        *outer, last = spot.path
        for voice, before, after in zip(Voice, *values, strict=True):
            where = replace(spot, path=(*outer, f"{last} (about {voice.value})"))
            yield from self.values(where, before, after)

    def _mappings(
        self, spot: Spot, old: Mapping[Any, Any], new: Mapping[Any, Any]
    ) -> Iterator[Change]:
        for key in [*old, *(key for key in new if key not in old)]:
            inner = spot.item(self._key(spot.policy, key))
            if key not in new:
                yield self.change(inner, "gone", old[key], None)
            elif key not in old:
                yield self.change(inner, "new", None, new[key])
            else:
                yield from self.values(inner, old[key], new[key])
        yield from self.order(keys_at(spot), list(old), list(new))

    def order(self, spot: Spot, old: list[Any], new: list[Any]) -> Iterator[Change]:
        """Whether what both lists hold stands in another order."""
        before, after = [i for i in old if i in new], [i for i in new if i in old]
        if before != after:
            yield self._reordered(spot, before, after)

    def _reordered(self, spot: Spot, old: Iterable[Any], new: Iterable[Any]) -> Change:
        change = self.change(spot, "in another order", tuple(old), tuple(new))
        # Numbered, so that of a long list only what moved is printed.
        lists = [
            "\n".join(
                f"{n}. {in_words(part, spot.policy, self.name)}" for n, part in enumerate(parts, 1)
            )
            for parts in (old, new)
        ]
        return replace(change, old=lists[0], new=lists[1])

    def _key(self, policy: FieldPolicy, key: Any) -> str:
        return self.name(policy.keys_of, key) if policy.keys_of else plain(key)

    def _lists(self, spot: Spot, old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[Change]:
        """Parts that were added, taken out, changed in place, or put in another order."""
        before = [in_words(part, spot.policy, self.name) for part in old]
        after = [in_words(part, spot.policy, self.name) for part in new]
        if sorted(before) == sorted(after) and before != after:
            yield self._reordered(spot, old, new)
            return
        steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        for _, i1, i2, j1, j2 in (step for step in steps if step[0] != "equal"):
            # One id is not another one reworded.
            pairs = 0 if spot.policy.ids_of else min(i2 - i1, j2 - j1)
            for n in range(pairs):
                yield from self.values(spot.item(str(i1 + n + 1)), old[i1 + n], new[j1 + n])
            for n in range(i1 + pairs, i2):
                yield self.change(spot.item(str(n + 1)), "gone", old[n], None)
            for n in range(j1 + pairs, j2):
                yield self.change(spot.item(str(n + 1)), "new", None, new[n])


def keys_at(spot: Spot) -> Spot:
    """The keys of the mapping at a spot."""
    return replace(spot, policy=replace(spot.policy, ids_of=spot.policy.keys_of))


def weight_of(policy: FieldPolicy, old: Any, new: Any) -> Weight:
    """How much a change of a value matters, by the policy of its field."""
    if policy.if_lost is not None and not new:
        return policy.if_lost
    if isinstance(old, Urgency) and isinstance(new, Urgency):
        return Weight.DANGER if new.rank > old.rank else Weight.EFFECT
    if policy.weight is not None:
        return policy.weight
    value = new if old is None else old
    is_text = isinstance(value, Voiced) or (type(value) is str and policy.ids_of is None)
    return Weight.WORDING if is_text else Weight.EFFECT


def _verb(old: Any, new: Any) -> str:
    if new in (None, ""):
        return "gone"
    if old in (None, ""):
        return "new"
    return "reworded" if type(old) is str and " " in old else "changed"


def _is_condition(value: Any) -> bool:
    return isinstance(value, tuple) and any(isinstance(part, AnyOf | NoneOf) for part in value)
