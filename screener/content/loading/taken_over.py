"""What a plan takes over from another by `like`: wrong ids, and errors that belong to the other.

Works on the data as written, because a plan whose `like` is wrong lacks keys and has no model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from screener.content.loading.errors import Problem
from screener.content.loading.unknown_ids import unknown
from screener.content.loading.yaml_reader import Place
from screener.content.models.plans import OWN_KEYS


def wrong_likes(data: Any) -> Iterator[Problem]:
    """Each `like` that names no plan, or one that takes over from another plan itself."""
    plans = [plan for plan in _plans(data) if isinstance(plan, Mapping)]
    likes = {id: _like(plan) for plan in plans if isinstance(id := plan.get("id"), str)}
    for p, plan in enumerate(_plans(data)):
        like = _like(plan)
        if like is None:
            continue
        if like not in likes:
            yield ("plans", p, "like"), unknown("plan", like, likes)
        elif likes[like] is not None:
            message = f"`{like}` takes over from another plan; name that one"
            yield ("plans", p, "like"), message


def is_taken_over(data: Any, place: Place) -> bool:
    """Whether a part of a plan stands in another plan, where its errors are reported."""
    if place[:1] != ("plans",) or len(place) < 3:
        return False
    plan = _plans(data)[int(place[1])]
    return _like(plan) is not None and place[2] not in {*plan, *OWN_KEYS}


def _plans(data: Any) -> list[Any]:
    plans = data.get("plans") if isinstance(data, Mapping) else None
    return plans if isinstance(plans, list) else []


def _like(plan: Any) -> str | None:
    like = plan.get("like") if isinstance(plan, Mapping) else None
    return like if isinstance(like, str) else None
