"""What a results page says of answers: the line that tells one, and why a card is shown."""

from __future__ import annotations

from collections.abc import Callable

from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.matching import Reason
from screener.web.frames import Frame, escaped


class AnswerLines:
    """The lines of one voice. `piece` gives the frame of a name, and of what it is about.

    Most questions have one answer and most cards one reason, so what is said of one is ready.
    """

    def __init__(self, piece: Callable[..., Frame], content: Questionnaire, voice: Voice) -> None:
        self._piece = piece
        self._voice = voice
        self._answer = {
            (question, choice.id): escaped(choice.text.in_voice(voice))
            for question, options in content.choices.items()
            for choice in options.values()
        }
        single = [Reason(question, (choice,)) for question, choice in self._answer]
        self._ready_told = {reason: self._filled("told_line", reason) for reason in single}
        self._ready_said = {reason: self._filled("said", reason) for reason in single}
        self._ready_why: dict[tuple[Reason, ...], bytes] = {
            (reason,): self._filled_why((reason,)) for reason in single
        }

    def told(self, reason: Reason) -> bytes:
        """A question with what was picked, as an entry of a list."""
        return self._ready_told.get(reason) or self._filled("told_line", reason)

    def why(self, reasons: tuple[Reason, ...]) -> bytes:
        """Why a card is shown."""
        return self._ready_why.get(reasons) or self._filled_why(reasons)

    def _filled_why(self, reasons: tuple[Reason, ...]) -> bytes:
        said = [self._ready_said.get(reason) or self._filled("said", reason) for reason in reasons]
        subjects = [self._piece("subject", reason.question).empty for reason in reasons]
        several = b"s" if len(reasons) > 1 else b""
        parts = {"s": several, "said": b"; ".join(said), "subjects": b", ".join(subjects)}
        return self._piece("why").filled(parts)

    def _filled(self, name: str, reason: Reason) -> bytes:
        answers = b"; ".join([self._answer[reason.question, choice] for choice in reason.choices])
        return self._piece(name, reason.question, self._voice).filled({"answers": answers})
