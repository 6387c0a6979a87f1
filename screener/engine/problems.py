"""Faults of a content file that show only when its rules are followed. Checks for `load`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from screener.content.loading.errors import Problem
from screener.content.loading.yaml_reader import Place
from screener.content.models.base import NOT_SURE, Urgency, Voice
from screener.content.models.conditions import Condition
from screener.content.models.plans import Plan
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Category, Choice
from screener.engine.plans import plan_alone
from screener.engine.reachability import Reachability, ways
from screener.engine.signs import Signs, holds, unwanted, wanted


def problems(content: Questionnaire) -> Iterator[Problem]:
    """Conditions that never hold, plans that never come up, and undecided "not sure" answers."""
    reach = Reachability(content)
    yield from _conditions(content, reach)
    yield from _plans(content, reach)
    yield from _doubts(content)


def _conditions(content: Questionnaire, reach: Reachability) -> Iterator[Problem]:
    places: list[tuple[Place, Condition]] = [
        (("sections", s, "questions", q, "ask_if"), question.ask_if)
        for s, section in enumerate(content.sections)
        for q, question in enumerate(section.questions)
    ]
    places += [(("plans", p, "when"), plan.when) for p, plan in enumerate(content.plans)]
    places += [
        (("topics", id, "variants", v, "when"), variant.when)
        for id, topic in content.topics.items()
        for v, variant in enumerate(topic.variants)
    ]
    for place, condition in places:
        if _is_known(content, condition) and not _can_hold(condition, reach):
            yield place, "can never hold: no person can give these answers together"


def _is_known(content: Questionnaire, condition: Condition) -> bool:
    """Whether all of its signs exist; those that don't are reported elsewhere."""
    return content.signs.keys() >= {*wanted(condition), *unwanted(condition)}


def _can_hold(condition: Condition, reach: Reachability) -> bool:
    never = set(unwanted(condition))
    return any(
        reach.possible(way, voice) and not reach.closed(way | {voice.sign}) & never
        for voice, way in product(Voice, ways(condition))
    )


def _plans(content: Questionnaire, reach: Reachability) -> Iterator[Problem]:
    """A plan that is never shown, because earlier ones of its family hold whenever it does."""
    families: dict[str, list[Plan]] = {}
    for p, plan in enumerate(content.plans):
        if not (plan.when and _is_known(content, plan.when)):
            continue
        earlier = families.setdefault(plan.family, [])
        if _can_hold(plan.when, reach) and not any(
            _comes_up(plan, earlier, way, voice, reach)
            for voice, way in product(Voice, ways(plan.when))
        ):
            message = "is never shown: whenever it holds, an earlier plan of its family does too"
            yield ("plans", p, "id"), message
        earlier.append(plan)


def _comes_up(
    plan: Plan, earlier: Sequence[Plan], signs: Signs, voice: Voice, reach: Reachability
) -> bool:
    """Whether a plan can be shown to somebody who names some signs: no earlier one holds, or
    what such a one excludes can be named too."""
    named = reach.closed(signs | {voice.sign})
    if not (reach.possible(signs, voice) and holds(plan.when, named)):
        return False
    before = next((other for other in earlier if holds(other.when, named)), None)
    return before is None or any(
        _comes_up(plan, earlier, signs | {sign}, voice, reach) for sign in unwanted(before.when)
    )


def _doubts(content: Questionnaire) -> Iterator[Problem]:
    """Where an answer by itself is an emergency, "Not sure" is an answer too, and never a fact."""
    for s, section in enumerate(content.sections):
        for q, question in enumerate(section.questions):
            place = ("sections", s, "questions", q)
            doubt = content.choices[question.id].get(NOT_SURE)
            if doubt is None:
                for choice in content.choices[question.id].values():
                    if _states_emergency(content, choice):
                        yield (
                            place,
                            (
                                f"`{choice.id}` is an emergency, so the question needs `not_sure`: "
                                "write which doubt it names, or {} for none"
                            ),
                        )
                        break
            elif any(content.signs[id].category is not Category.DOUBT for id in doubt.signs):
                yield (*place, "not_sure"), "names a sign that is a fact, not a doubt"


def _states_emergency(content: Questionnaire, choice: Choice) -> bool:
    if all(content.signs[id].category is Category.DOUBT for id in choice.signs):
        return False
    leads = (plan_alone(content, choice, voice) for voice in choice.voices)
    return any(plan.level is Urgency.EMERGENCY for plan in leads)
