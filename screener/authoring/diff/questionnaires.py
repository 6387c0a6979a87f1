"""All changes between two content files."""

from __future__ import annotations

from collections.abc import Iterator

from screener.authoring.diff.changes import Change
from screener.authoring.diff.parts import part_changes
from screener.authoring.diff.questions import question_changes
from screener.authoring.diff.renames import Renames, find_renames, with_old_ids
from screener.authoring.names import Names
from screener.content.models.policy import Weight
from screener.content.models.questionnaire import Questionnaire


def diff(old: Questionnaire, new: Questionnaire) -> tuple[Change, ...]:
    """Every difference, worst first. Equal files give none; different ones at least one."""
    renames = find_renames(old, new)
    same_ids = with_old_ids(new, renames)
    names = Names(old, same_ids)
    changes = [
        *part_changes(old, same_ids, names),
        *question_changes(old, same_ids, names),
        *_renamed(old, renames, names),
    ]
    if not changes and repr(old) != repr(new):
        what = "changed in a way that has no words here; compare the two files line by line"
        changes.append(Change(Weight.EFFECT, "The file", what))
    return tuple(sorted(dict.fromkeys(changes), key=lambda change: change.weight))


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
