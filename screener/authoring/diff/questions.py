"""What changed in what is asked, when, and in which order; and in what answers do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from screener.authoring.diff.changes import Change
from screener.authoring.diff.compare import Comparer, Spot
from screener.authoring.names import Names, by_kind
from screener.content.models.base import STANDARD_CHOICES, Voice
from screener.content.models.plans import Plan
from screener.content.models.policy import FieldPolicy, Weight
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Choice, Question, StandardChoice
from screener.engine.plans import plan_alone
from screener.engine.signs import unwanted, wanted

_ANSWERS = frozenset({"id", "choices", "none", "not_sure", "prefer_not"})
"""Fields of a question that are compared as answers."""


class Safety:
    """Which signs and answers decide whether a plan that stops is shown."""

    def __init__(self, content: Questionnaire) -> None:
        self._content = content
        self._stopping = [plan for plan in content.plans if plan.stops]

    @cached_property
    def signs(self) -> frozenset[str]:
        """The signs that plans which stop want, and those for which the questions are asked that
        name such signs."""
        found = {sign for plan in self._stopping for sign in wanted(plan.when)}
        for question in reversed(self._content.questions.values()):
            if any(
                found.intersection(c.signs) for c in self._content.choices[question.id].values()
            ):
                found.update(wanted(question.ask_if))
        return frozenset(found - {voice.sign for voice in Voice})

    @cached_property
    def hindering(self) -> frozenset[str]:
        """The signs that keep some plan that stops from being shown."""
        return frozenset(sign for plan in self._stopping for sign in unwanted(plan.when))

    def counts(self, choice: Choice) -> bool:
        """Whether an answer can lead to a plan that stops."""
        return bool(self.signs.intersection(choice.signs))

    def stops(self, choice: Choice) -> dict[str, Plan]:
        """The plans that stop for somebody who gives this answer alone, by page."""
        plans = (plan_alone(self._content, choice, voice) for voice in choice.voices)
        return {plan.page: plan for plan in plans if plan.stops}


def question_changes(old: Questionnaire, new: Questionnaire, name: Names) -> Iterator[Change]:
    """Every difference in parts, questions and answers."""
    yield from _Questions(old, new, name).changes()


class _Questions:
    def __init__(self, old: Questionnaire, new: Questionnaire, name: Names) -> None:
        self.old, self.new, self.name = old, new, name
        self.safety = Safety(old)

    def changes(self) -> Iterator[Change]:
        yield from self.sections()
        yield from self.order()
        for id in [*self.old.questions, *self.new.questions.keys() - self.old.questions.keys()]:
            subject = self.name.subject("questions", id)
            if id not in self.new.questions:
                asked = "\n".join(self.old.questions[id].ask.texts)
                weight = Weight.ASKED if self.weight(id) is None else Weight.DANGER
                yield Change(weight, subject, "no longer asked", asked)
            elif id not in self.old.questions:
                texts = (choice.text.me for choice in self.new.choices[id].values())
                what = f"new question. Its answers: {'; '.join(texts)}"
                asked = "\n".join(self.new.questions[id].ask.texts)
                yield Change(Weight.ASKED, subject, what, new=asked)
            else:
                yield from self.question(self.old.questions[id], self.new.questions[id])

    def weight(self, question: str) -> Weight | None:
        """DANGER where an answer can lead to a plan that stops."""
        counts = any(self.safety.counts(choice) for choice in self.old.choices[question].values())
        return Weight.DANGER if counts else None

    def sections(self) -> Iterator[Change]:
        before, after = by_kind(self.old, "sections"), by_kind(self.new, "sections")
        for id in [*before, *(id for id in after if id not in before)]:
            subject = self.name.subject("sections", id)
            if id in before and id in after:
                skip = frozenset({"id", "questions"})
                yield from Comparer(subject, self.name).fields(before[id], after[id], skip)
            else:
                yield Change(Weight.ASKED, subject, "new part" if id in after else "gone")
        for id in self.old.questions:
            if id in self.new.questions:
                parts = [content.section_of[id] for content in (self.old, self.new)]
                if parts[0].id != parts[1].id:
                    names = (self.name("sections", part.id) for part in parts)
                    subject = self.name.subject("questions", id)
                    yield Change(Weight.ASKED, subject, "moved to another part", *names)

    def order(self) -> Iterator[Change]:
        """Questions in another order. It is a danger where one that counts comes later."""
        before = [id for id in self.old.questions if id in self.new.questions]
        after = [id for id in self.new.questions if id in self.old.questions]
        later = any(
            self.weight(id) is not None and after.index(id) > before.index(id) for id in before
        )
        spot = _spot("questions", Weight.DANGER if later else Weight.ASKED, ids_of="questions")
        yield from Comparer("The questions", self.name).order(spot, before, after)

    def question(self, old: Question, new: Question) -> Iterator[Change]:
        subject = self.name.subject("questions", old.id)
        comparer = Comparer(subject, self.name)
        spot = Spot(policy=FieldPolicy(weight=self.weight(old.id)))
        yield from comparer.fields(old, new, _ANSWERS, spot)
        before, after = self.old.choices[old.id], self.new.choices[new.id]
        for id, choice in before.items():
            if id in after:
                yield from self.answer(subject, old, new, choice, after[id])
            else:
                weight = Weight.DANGER if self.safety.counts(choice) else Weight.ASKED
                named = "\n".join(f"names {self.name('signs', sign)}" for sign in choice.signs)
                yield Change(weight, subject, f"{_named(choice)} is gone", named)
        for id, choice in after.items():
            if id not in before:
                named = "\n".join(f"names {self.name('signs', sign)}" for sign in choice.signs)
                yield Change(Weight.ASKED, subject, f"new: {_named(choice)}", new=named)
        if sorted(before) == sorted(after):
            texts = ([choice.text.me for choice in found.values()] for found in (before, after))
            if list(before) != list(after):
                yield from comparer.order(_spot("answers", Weight.ASKED), *texts)

    def answer(
        self, subject: str, question: Question, now: Question, old: Choice, new: Choice
    ) -> Iterator[Change]:
        """What changed in one answer. Labels count as much as signs: a label that is negated or
        stands at another answer leads somebody elsewhere."""
        counts = self.safety.counts(old) or Safety(self.new).counts(new)
        comparer = Comparer(subject, self.name)
        found: list[Change] = []
        if old.id not in STANDARD_CHOICES or _own_text(question, old) != _own_text(now, new):
            spot = _spot("text", Weight.DANGER if counts else Weight.WORDING)
            found += comparer.values(spot, old.text, new.text)
        lost = set(old.voices) - set(new.voices)
        spot = _spot("voices", Weight.DANGER if counts and lost else Weight.EFFECT)
        found += comparer.values(spot, old.voices, new.voices)
        yield from (replace(change, what=f"{_named(old)}: {change.what}") for change in found)
        if old.signs != new.signs:
            yield from self.signs(subject, old, new)

    def signs(self, subject: str, old: Choice, new: Choice) -> Iterator[Change]:
        """What another list of signs means for the plans."""
        before, after = self.safety.stops(old), Safety(self.new).stops(new)
        for page, plan in before.items():
            if page not in after:
                what = f"{_named(old)} by itself no longer leads to {self.name('plans', plan.id)}"
                now = "\n".join(self.name("plans", other.id) for other in after.values())
                yield Change(Weight.DANGER, subject, what, new=now or "no plan that stops")
        for sign in [s for s in old.signs if s not in new.signs]:
            weight = Weight.DANGER if sign in self.safety.signs else Weight.EFFECT
            what = f"{_named(old)} no longer names the sign {self.name('signs', sign)}"
            yield Change(weight, subject, what)
        for sign in [s for s in new.signs if s not in old.signs]:
            weight = Weight.DANGER if sign in Safety(self.new).hindering else Weight.EFFECT
            what = f"{_named(old)} now names the sign {self.name('signs', sign)}"
            yield Change(weight, subject, what)
        if set(old.signs) == set(new.signs):
            yield Change(Weight.NOTE, subject, f"{_named(old)} names its signs in another order")


def _named(choice: Choice) -> str:
    return f'the answer "{choice.text.me}" ({choice.id})'


def _own_text(question: Question, choice: Choice) -> object:
    """What a question writes for a standard answer instead of the words of all questions."""
    standard: StandardChoice | None = getattr(question, choice.id.replace("-", "_"), None)
    return standard.text if standard else None


def _spot(what: str, weight: Weight, ids_of: str | None = None) -> Spot:
    return Spot((what,), FieldPolicy(weight=weight, ids_of=ids_of))
