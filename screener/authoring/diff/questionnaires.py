"""What changed between two content files, for a person who has to say yes to it."""

from __future__ import annotations

from collections.abc import Iterator

from screener.authoring.diff.answers import Answers
from screener.authoring.diff.changes import Change, Weight
from screener.authoring.diff.compare import Comparer, subject_of
from screener.authoring.diff.library import crisis_changes, library_changes
from screener.authoring.diff.renames import Renames, by_kind, find_renames, with_old_ids
from screener.content.models.library import Condition
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import AskIf, Question, Section

_KIND_WORDS = {
    "topics": "Topic",
    "signs": "Sign",
    "sources": "Source",
    "contacts": "Help line",
    "interruptions": "Page that stops the journey",
    "questions": "Question",
    "sections": "Part",
    "scales": "Scale",
}
_TITLES = ("title", "label", "name", "heading", "ask")


def diff(old: Questionnaire, new: Questionnaire) -> tuple[Change, ...]:
    """Every difference, worst first. Equal files give none; different ones at least one."""
    renames = find_renames(old, new)
    same_ids = with_old_ids(new, renames)
    namer = Names(old, same_ids)
    changes = [
        *crisis_changes(old, same_ids, namer),
        *_Asking(old, same_ids, namer).changes(),
        *library_changes(old, same_ids, namer),
        *_renamed(old, renames, namer),
    ]
    if not changes and repr(old) != repr(new):
        what = "changed in a way that has no words here; compare the two files line by line"
        changes.append(Change(Weight.EFFECT, "The file", what))
    return tuple(sorted(dict.fromkeys(changes), key=lambda change: change.weight))


class Names:
    """The text that belongs to an id, in either file."""

    def __init__(self, old: Questionnaire, new: Questionnaire) -> None:
        self._contents = (old, new)
        self._kinds = [by_kind(old), by_kind(new)]

    def __call__(self, kind: str, id: str) -> str:
        """'"Naloxone: carry it" (naloxone)'."""
        text = self.text(kind, id)
        return f'"{text}" ({id})' if text else id

    def text(self, kind: str, id: str) -> str:
        """The title, label, name or question of an id; '' where it has none."""
        for kinds in self._kinds:
            item = kinds.get(kind, {}).get(id)
            title = next((getattr(item, key) for key in _TITLES if hasattr(item, key)), None)
            if title is not None:
                return str(getattr(title, "me", title))
        return ""

    def condition(self, condition: Condition | AskIf) -> str:
        """'"Do you ...?" (heart) is "Yes" (yes)'."""
        picked = " or ".join(self._choice(condition.question, id) for id in condition.choices)
        return f"{self('questions', condition.question)} is {picked}"

    def _choice(self, question: str, id: str) -> str:
        for content in self._contents:
            choice = content.choices.get(question, {}).get(id)
            if choice:
                return f'"{choice.text.me}" ({id})'
        return id

    def subject(self, kind: str, id: str) -> str:
        """'Topic "Naloxone: carry it" (naloxone)'."""
        text = self.text(kind, id)
        word = _KIND_WORDS[kind]
        return subject_of(word, text, id) if text else f"{word} `{id}`"


def _renamed(old: Questionnaire, renames: Renames, name: Names) -> Iterator[Change]:
    note = "renamed; the text is the same"
    for kind, ids in renames.ids.items():
        for new_id, old_id in ids.items():
            yield Change(Weight.NOTE, name.subject(kind, old_id), note, old_id, new_id)
    for question, ids in renames.choices.items():
        for new_id, old_id in ids.items():
            text = old.choices[question][old_id].text.me
            what = f'the answer "{text}" is {note}'
            yield Change(Weight.NOTE, name.subject("questions", question), what, old_id, new_id)


class _Asking:
    """Parts and questions: what is asked, when, and in which order."""

    def __init__(self, old: Questionnaire, new: Questionnaire, name: Names) -> None:
        self.old, self.new, self.name = old, new, name
        self.answers = Answers(old, new, name)

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
        order = Comparer("The parts", self.name, lambda *_: weight)
        yield from order.order(("parts",), *([before[id].title for id in ids] for ids in places))

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
        told = Comparer(self.name.subject("sections", old.id), self.name, lambda *_: Weight.ASKED)
        asks = [{q.id: q.ask.me for q in section.questions} for section in (old, new)]
        ids = [[id for id in asks[0] if id in asks[1]], [id for id in asks[1] if id in asks[0]]]
        if ids[0] != ids[1]:
            yield from told.order(("questions",), *([asks[0][id] for id in side] for side in ids))

    @staticmethod
    def _number(content: Questionnaire, section: str) -> int:
        return [s.id for s in content.sections].index(section)

    @staticmethod
    def _part(section: Section) -> str:
        return f'part "{section.title}" ({section.id})'

    def _subject(self, id: str) -> str:
        return self.name.subject("questions", id)
