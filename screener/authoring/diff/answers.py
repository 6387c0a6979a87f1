"""What changed in the answers to a question: their words, and above all what they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from screener.authoring.diff.changes import Change, Weight
from screener.authoring.diff.compare import Comparer, Naming, Path, Weigher
from screener.content.models.base import Urgency
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Choice, Question

_EFFECT = frozenset("signs topics urgency interruption unsure support".split())
_RAW = ("scale", "opens", "not_sure", "prefer_not")


class Answers:
    """Compares answers by their effect, however the file states it."""

    def __init__(self, old: Questionnaire, new: Questionnaire, name: Naming) -> None:
        self.old, self.new, self.name = old, new, name

    def stops(self, content: Questionnaire, question: str) -> list[str]:
        """The pages that answers to a question stop the journey at."""
        pages = (choice.interruption for choice in content.choices[question].values())
        return [self.name("interruptions", page) for page in dict.fromkeys(pages) if page]

    def changes(self, subject: str, old: Question, new: Question) -> Iterator[Change]:
        """Every change in the answers to one question, standard answers included."""
        found = [*self._changes(subject, old, new)]
        yield from found
        raw = [[getattr(q, key) for key in _RAW] for q in (old, new)]
        if raw[0] != raw[1] and not found:
            yield Change(Weight.NOTE, subject, "states what answers do in another way; same effect")

    def _changes(self, subject: str, old: Question, new: Question) -> Iterator[Change]:
        before, after = self.old.choices[old.id], self.new.choices[new.id]
        own = {choice.id for choice in (*old.choices, *new.choices)}
        for id, choice in before.items():
            answer = f'the answer "{choice.text.me}" ({id})'
            if id not in after:
                yield self._gone(subject, answer, old, choice)
                continue
            yield from self._effects(subject, answer, old.id, choice, after[id])
            skip = frozenset({"id", "sensitive", *_EFFECT})
            # The words of a scale and of the standard answers are told once, for all questions.
            if id in own:
                told = Comparer(subject, self.name, _weigher(choice))
                found = told.fields(choice, after[id], skip)
                yield from (replace(c, what=f"{answer}: {c.what}") for c in found)
            if choice.sensitive != after[id].sensitive:
                yield self.printed(subject, answer, after[id].sensitive)
        for id, choice in after.items():
            if id not in before:
                what = f'new answer "{choice.text.me}" ({id})'
                yield Change(Weight.ASKED, subject, what, new=self._does(self.new, new.id, choice))
        order = Comparer(subject, self.name, lambda *_: Weight.ASKED)
        texts = ([c.text.me for c in choices.values()] for choices in (before, after))
        if sorted(before) == sorted(after) and list(before) != list(after):
            yield from order.order(("answers",), *texts)

    def _gone(self, subject: str, answer: str, question: Question, choice: Choice) -> Change:
        weight = Weight.DANGER if choice.interruption else Weight.ASKED
        stopped = "; it stopped the journey" if choice.interruption else ""
        did = self._does(self.old, question.id, choice)
        return Change(weight, subject, f"{answer} is gone{stopped}", did)

    def _effects(
        self, subject: str, answer: str, question: str, old: Choice, new: Choice
    ) -> Iterator[Change]:
        found = [*self._real_effects(subject, answer, question, old, new)]
        yield from found
        if not found and any(getattr(old, key) != getattr(new, key) for key in _EFFECT):
            what = f"{answer} states what it does in another way; same effect"
            yield Change(Weight.NOTE, subject, what)

    def _real_effects(
        self, subject: str, answer: str, question: str, old: Choice, new: Choice
    ) -> Iterator[Change]:
        yield from self._page(subject, answer, old, new)
        opened = self.old.opened(question, old.id), self.new.opened(question, new.id)
        yield from self._opened(subject, answer, *opened)
        if old.support != new.support:
            weight = Weight.DANGER if old.support else Weight.EFFECT
            what = f"{answer} puts another help line first"
            yield Change(weight, subject, what, *self._named("contacts", old.support, new.support))
        for sign in [s for s in (*old.signs, *new.signs) if (s in old.signs) != (s in new.signs)]:
            now = "now means" if sign in new.signs else "no longer means"
            yield Change(Weight.EFFECT, subject, f"{answer} {now} the sign {self._sign(sign)}")

    def _page(self, subject: str, answer: str, old: Choice, new: Choice) -> Iterator[Change]:
        pages = self._named("interruptions", old.interruption, new.interruption)
        if old.interruption and not new.interruption:
            what = f"{answer} no longer stops the journey"
            yield Change(Weight.DANGER, subject, what, pages[0], "goes on to the next question")
        elif new.interruption and not old.interruption:
            what = f"{answer} now stops the journey"
            yield Change(Weight.EFFECT, subject, what, "went on to the next question", pages[1])
        elif old.interruption != new.interruption:
            what = f"{answer} stops the journey at another page"
            yield Change(Weight.DANGER, subject, what, *pages)
        elif old.unsure != new.unsure:
            forms = ["its full form", "its 'not sure' form"]
            what = f"{answer} shows the page {pages[0]} in another form"
            weight = Weight.DANGER if new.unsure else Weight.EFFECT
            yield Change(weight, subject, what, forms[old.unsure], forms[new.unsure])

    def _opened(
        self, subject: str, answer: str, old: Mapping[str, Urgency], new: Mapping[str, Urgency]
    ) -> Iterator[Change]:
        for topic in [*old, *(topic for topic in new if topic not in old)]:
            before, after = old.get(topic), new.get(topic)
            if before == after:
                continue
            title = self.name("topics", topic)
            if before is None:
                what = f"{answer} now opens the topic {title}"
                weight = Weight.EFFECT
            elif after is None:
                what = f"{answer} no longer opens the topic {title}"
                weight = Weight.DANGER if before.rank <= Urgency.TODAY.rank else Weight.EFFECT
            else:
                less = after.rank > before.rank
                how = "less" if less else "more"
                what = f"{answer} makes the topic {title} {how} urgent"
                weight = Weight.DANGER if less else Weight.EFFECT
            yield Change(
                weight, subject, what, *(str(u.value) if u else "" for u in (before, after))
            )
        if set(old) == set(new) and list(old) != list(new):
            yield Change(Weight.NOTE, subject, f"{answer} opens its topics in another order")

    def printed(self, subject: str, what: str, sensitive: bool) -> Change:
        """A change in whether answers are printed without being asked for."""
        if sensitive:
            return Change(Weight.EFFECT, subject, f"{what}: now printed only when ticked")
        return Change(Weight.DANGER, subject, f"{what}: now printed without being ticked")

    def _does(self, content: Questionnaire, question: str, choice: Choice) -> str:
        """Everything an answer does, a line each."""
        lines = []
        if choice.interruption:
            lines.append(f"stops the journey at {self.name('interruptions', choice.interruption)}")
        for topic, urgency in content.opened(question, choice.id).items():
            lines.append(f"opens, {urgency.value}: {self.name('topics', topic)}")
        lines += [f"means the sign {self._sign(sign)}" for sign in choice.signs]
        if choice.support:
            lines.append(f"puts {self.name('contacts', choice.support)} first")
        return "\n".join(lines) or "no effect of its own"

    def _named(self, kind: str, *ids: str | None) -> list[str]:
        return [self.name(kind, id) if id else "none" for id in ids]

    def _sign(self, id: str) -> str:
        return self.name("signs", id)


def _weigher(choice: Choice) -> Weigher:
    def weigh(path: Path, old: Any, new: Any) -> Weight | None:
        """A red flag that one voice is no longer offered is a danger."""
        lost = path[0] == "voices" and new is None
        return Weight.DANGER if lost and choice.interruption else None

    return weigh
