"""What changed in what is asked, when, and in which order; and in what answers do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from screener.authoring.diff.changes import Change
from screener.authoring.diff.compare import Comparer, Spot
from screener.authoring.diff.names import Names
from screener.content.models.base import Urgency
from screener.content.models.policy import FieldPolicy, Weight
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Choice, Effect, Question, Section

_ANSWERS = ("scale", "opens", "not_sure", "prefer_not")
"""Fields of a question that state its answers besides `choices`."""


def question_changes(old: Questionnaire, new: Questionnaire, name: Names) -> Iterator[Change]:
    """Every difference in parts, questions and answers."""
    yield from _Asking(old, new, name).changes()


class _Asking:
    """Compares parts and questions."""

    def __init__(self, old: Questionnaire, new: Questionnaire, name: Names) -> None:
        self.old, self.new, self.name = old, new, name
        self.answers = _AnswerChanges(old, new, name)

    def changes(self) -> Iterator[Change]:
        yield from self._sections()
        for id in [*self.old.questions, *(q for q in self.new.questions if q not in self._both)]:
            if id not in self.new.questions:
                yield self._gone(id)
            elif id not in self.old.questions:
                yield self._added(id)
            else:
                yield from self._question(self.old.questions[id], self.new.questions[id])
        yield from self._moved()

    @property
    def _both(self) -> set[str]:
        return set(self.old.questions) & set(self.new.questions)

    def _sections(self) -> Iterator[Change]:
        before = {section.id: section for section in self.old.sections}
        after = {section.id: section for section in self.new.sections}
        for id, section in before.items():
            subject = self.name.subject("sections", id)
            if id not in after:
                yield Change(Weight.ASKED, subject, "gone")
            else:
                skip = frozenset({"id", "questions"})
                yield from Comparer(subject, self.name).fields(section, after[id], skip)
        for id in after.keys() - before.keys():
            yield Change(Weight.ASKED, self.name.subject("sections", id), "new part")
        places = [[id for id in ids if id in before and id in after] for ids in (before, after)]
        later = any(
            places[1].index(id) > places[0].index(id) and self._stops_in(before[id])
            for id in places[0]
        )
        weight = Weight.DANGER if later else Weight.EFFECT
        titles = ([before[id].title for id in ids] for ids in places)
        yield from Comparer("The parts", self.name).order(_moved_at("parts", weight), *titles)

    def _stops_in(self, section: Section) -> bool:
        return any(self.answers.stops(self.old, question.id) for question in section.questions)

    def _gone(self, id: str) -> Change:
        question = self.old.questions[id]
        stops = self.answers.stops(self.old, id)
        weight = Weight.DANGER if stops else Weight.ASKED
        what = "no longer asked"
        if stops:
            what += f"; an answer to it stopped the journey at {' and '.join(stops)}"
        return Change(weight, self._subject(id), what, "\n".join(question.ask.texts))

    def _added(self, id: str) -> Change:
        question = self.new.questions[id]
        choices = self.new.choices[id].values()
        answers = "; ".join(choice.text.me for choice in choices)
        what = f"new question, in {self._part(self.new.section_of[id])}. Its answers: {answers}"
        return Change(Weight.ASKED, self._subject(id), what, new="\n".join(question.ask.texts))

    def _question(self, old: Question, new: Question) -> Iterator[Change]:
        subject = self._subject(old.id)
        handled = frozenset("id choices opens not_sure prefer_not ask_if sensitive".split())
        yield from Comparer(subject, self.name).fields(old, new, handled)
        if old.sensitive != new.sensitive:
            yield self.answers.printed(subject, "the answers to it", new.sensitive)
        yield from self._ask_if(subject, old, new)
        yield from self.answers.changes(subject, old, new)

    def _ask_if(self, subject: str, old: Question, new: Question) -> Iterator[Change]:
        before, after = self._rules(old), self._rules(new)
        if old.ask_if == new.ask_if:
            return
        what = "asked under another condition"
        if not new.ask_if:
            what = "now asked of everyone"
        elif not old.ask_if:
            what = "no longer asked of everyone"
        fewer = bool(new.ask_if) and not (old.ask_if and set(before) <= set(after))
        danger = fewer and self.answers.stops(self.old, old.id)
        weight = Weight.DANGER if danger else Weight.EFFECT
        yield Change(weight, subject, what, "\n".join(before), "\n".join(after))

    def _rules(self, question: Question) -> list[str]:
        rules = [f"asked if {self.name.condition(rule)}" for rule in question.ask_if]
        return rules or ["asked of everyone"]

    def _moved(self) -> Iterator[Change]:
        for id in (q for q in self.old.questions if q in self._both):
            before, after = self.old.section_of[id], self.new.section_of[id]
            if before.id == after.id:
                continue
            later = self._number(self.new, after.id) > self._number(self.old, before.id)
            danger = later and self.answers.stops(self.old, id)
            parts = self._part(before), self._part(after)
            weight = Weight.DANGER if danger else Weight.ASKED
            yield Change(weight, self._subject(id), "moved to another part", *parts)
        before_by_id = {section.id: section for section in self.old.sections}
        for section in self.new.sections:
            if section.id in before_by_id:
                yield from self._order(before_by_id[section.id], section)

    def _order(self, old: Section, new: Section) -> Iterator[Change]:
        """Questions that changed places within a part."""
        comparer = Comparer(self.name.subject("sections", old.id), self.name)
        asks = [{q.id: q.ask.me for q in section.questions} for section in (old, new)]
        ids = [[id for id in asks[0] if id in asks[1]], [id for id in asks[1] if id in asks[0]]]
        if ids[0] != ids[1]:
            sides = ([asks[0][id] for id in side] for side in ids)
            yield from comparer.order(_moved_at("questions"), *sides)

    @staticmethod
    def _number(content: Questionnaire, section: str) -> int:
        return [s.id for s in content.sections].index(section)

    @staticmethod
    def _part(section: Section) -> str:
        return f'part "{section.title}" ({section.id})'

    def _subject(self, id: str) -> str:
        return self.name.subject("questions", id)


class _AnswerChanges:
    """Compares answers by their effect, however the file states it."""

    def __init__(self, old: Questionnaire, new: Questionnaire, name: Names) -> None:
        self.old, self.new, self.name = old, new, name

    def stops(self, content: Questionnaire, question: str) -> list[str]:
        """The pages that answers to a question stop the journey at."""
        pages = (choice.interruption for choice in content.choices[question].values())
        return [self.name("interruptions", page) for page in dict.fromkeys(pages) if page]

    def changes(self, subject: str, old: Question, new: Question) -> Iterator[Change]:
        """Every change in the answers to one question, standard answers included."""
        found = [*self._changes(subject, old, new)]
        yield from found
        raw = [[getattr(q, key) for key in _ANSWERS] for q in (old, new)]
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
            # The words of a scale and of the standard answers are reported once, for all questions.
            if id in own:
                found = self._words(subject, choice, after[id])
                yield from (replace(c, what=f"{answer}: {c.what}") for c in found)
            if choice.sensitive != after[id].sensitive:
                yield self.printed(subject, answer, after[id].sensitive)
        for id, choice in after.items():
            if id not in before:
                what = f'new answer "{choice.text.me}" ({id})'
                yield Change(Weight.ASKED, subject, what, new=self._does(self.new, new.id, choice))
        texts = ([c.text.me for c in choices.values()] for choices in (before, after))
        if sorted(before) == sorted(after) and list(before) != list(after):
            yield from Comparer(subject, self.name).order(_moved_at("answers"), *texts)

    def _words(self, subject: str, old: Choice, new: Choice) -> Iterator[Change]:
        comparer = Comparer(subject, self.name)
        skip = frozenset({"id", "sensitive", "voices", *Effect.model_fields})
        yield from comparer.fields(old, new, skip)
        # A red flag that one voice is no longer offered is a danger.
        lost = FieldPolicy(if_lost=Weight.DANGER if old.interruption else None)
        yield from comparer.values(Spot(("voices",), lost), old.voices, new.voices)

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
        if not found and any(getattr(old, key) != getattr(new, key) for key in Effect.model_fields):
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
                weight = Weight.DANGER if before.is_urgent else Weight.EFFECT
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


def _moved_at(what: str, weight: Weight = Weight.ASKED) -> Spot:
    return Spot((what,), FieldPolicy(weight=weight))
