"""The short pages: errors, 'cleared', 'we don't keep answers'. Calm words, and never a fault
of the reader's."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Message:
    """One short page. `outward` is where it leads at once; `wipes` empties the page cache."""

    status: int
    heading: str
    lines: tuple[str, ...]
    wipes: bool = False
    outward: str | None = None


_KEPT_NOTHING = "We don't keep what you pick, so you may have to start again."

CLEARED = Message(
    200,
    "Your answers are cleared",
    (
        "We kept nothing you picked, here or anywhere.",
        "To be safe, close this window or tab now.",
        "Your browser may still list this site in its history.",
    ),
    wipes=True,
)
SCREEN_CLEARED = replace(
    CLEARED,
    lines=(CLEARED.lines[0], "This screen is ready for the next person."),
)
"""On a shared screen, which nobody can close."""

RESULTS_NOT_KEPT = Message(
    200,
    "We don't keep answers",
    ("So this page can't show you yours again. You can start over any time.",),
)

ERRORS: dict[int, Message] = {
    message.status: message
    for message in (
        Message(
            400,
            "That didn't reach us in one piece",
            ("We couldn't read what your browser sent. " + _KEPT_NOTHING,),
        ),
        Message(
            403,
            "That came from another site",
            (
                "Your browser says another site sent this, so we didn't take it.",
                "Start here instead. " + _KEPT_NOTHING,
            ),
        ),
        Message(
            404,
            "There's no page here",
            ("The address may have a typo, or the page has moved.",),
        ),
        Message(
            405,
            "This page doesn't work that way",
            ("Go to the start and follow the buttons.",),
        ),
        Message(
            411,
            "That didn't reach us in one piece",
            ("Your browser didn't say how long its message was. " + _KEPT_NOTHING,),
        ),
        Message(
            413,
            "That was too much at once",
            ("What your browser sent was bigger than any set of answers. " + _KEPT_NOTHING,),
        ),
        Message(
            415,
            "We couldn't read that",
            ("Use the buttons on these pages to send your answers. " + _KEPT_NOTHING,),
        ),
        Message(
            500,
            "Something went wrong on our side",
            ("It's not your fault. We kept nothing you picked, and wrote nothing down.",),
        ),
    )
}
"""Status -> its page. Every other error status is shown as 400 or 500."""

UNKNOWN_HOST = Message(
    400,
    "This site has another address",
    (
        "Nothing is shown under the name that your browser asked for.",
        "For whoever runs this site: the name must be one of SCREENER_TRUSTED_HOSTS.",
    ),
)
"""The first page of somebody who puts a proxy in front and forgets the setting."""


def leaving(address: str) -> Message:
    """The page that wipes, then goes to another site."""
    lines = ("Opening another site.",)
    return Message(200, "Leaving", lines, wipes=True, outward=address)
