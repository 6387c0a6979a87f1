"""What a page that stops the journey shows, as plain data. Pure; knows no Flask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from screener.content.models.base import Voice
from screener.content.models.library import Contact
from screener.content.models.questionnaire import Questionnaire
from screener.content.models.questions import Interruption
from screener.engine.flow import RESULTS, Stop
from screener.engine.matching import Answers, RedFlag
from screener.web.views import Fields, carried


@dataclass(frozen=True)
class Crisis:
    """One interruption as shown: on its page, and again at the head of the results."""

    id: str
    heading: str
    why: str
    say: str
    """Words for the phone; none in the unsure form, which leads to a line that asks."""
    contacts: tuple[Contact, ...]
    page: Interruption


@dataclass(frozen=True)
class InterruptionView:
    """The page that stops the journey. `crises` holds at least one."""

    voice: Voice
    crises: tuple[Crisis, ...]
    back_to: str
    then: str
    carried: Fields
    again: Fields
    """What was carried here: sent once more, it leads to this page."""

    @property
    def to_results(self) -> bool:
        """Whether the way on leads to the results rather than to a section."""
        return self.then == RESULTS


def crises(content: Questionnaire, flags: Iterable[RedFlag], voice: Voice) -> tuple[Crisis, ...]:
    """Each red flag with the words of its interruption, in the order given."""
    return tuple(_crisis(content, flag, voice) for flag in flags)


def _crisis(content: Questionnaire, flag: RedFlag, voice: Voice) -> Crisis:
    page = content.interruptions[flag.interruption]
    form = page.unsure if flag.unsure and page.unsure else page
    return Crisis(
        id=flag.interruption,
        heading=form.heading.in_voice(voice),
        why=form.why.in_voice(voice) if form.why else "",
        say=page.say.in_voice(voice) if page.say and form is page else "",
        contacts=tuple(content.contacts[id] for id in form.contacts),
        page=page,
    )


def interruption_view(
    content: Questionnaire, stop: Stop, answers: Answers, shown: Sequence[str]
) -> InterruptionView:
    """The interruption page, which from now on counts as shown."""
    now_shown = (*shown, *(flag.interruption for flag in stop.flags))
    return InterruptionView(
        voice=answers.voice,
        crises=crises(content, stop.flags, answers.voice),
        back_to=stop.back_to,
        then=stop.then,
        carried=carried(answers, now_shown),
        again=carried(answers, shown),
    )
