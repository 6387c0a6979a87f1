"""The short pages: errors, 'cleared', 'answers are not kept'. Calm words, and never a fault
of the reader's."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Message:
    """One short page. `outward` is where it leads at once; `wipes` empties the page cache."""

    status: int
    tab: str
    heading: str
    lines: tuple[str, ...]
    wipes: bool = False
    outward: str | None = None


_KEPT_NOTHING = "What you picked is not kept here, so you may have to start again."

CLEARED = Message(
    200,
    "cleared",
    "Your answers are cleared",
    (
        "Nothing you picked is kept, here or anywhere.",
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
    "start again",
    "Answers are not kept",
    ("Nothing you pick is saved, so this page cannot show it again.", "You can start again."),
)

ERRORS: dict[int, Message] = {
    message.status: message
    for message in (
        Message(
            400,
            "not understood",
            "That did not reach us in one piece",
            ("What your browser sent could not be read. " + _KEPT_NOTHING,),
        ),
        Message(
            403,
            "not accepted",
            "That came from another site",
            (
                "Your browser says that another site sent this, so it was not accepted.",
                "Start here instead. " + _KEPT_NOTHING,
            ),
        ),
        Message(
            404,
            "not found",
            "There is no page here",
            ("The address may be mistyped, or the page may have moved.",),
        ),
        Message(
            405,
            "not this way",
            "This page does not work that way",
            ("Go to the start and follow the buttons.",),
        ),
        Message(
            411,
            "not understood",
            "That did not reach us in one piece",
            ("Your browser did not say how long its message was. " + _KEPT_NOTHING,),
        ),
        Message(
            413,
            "too much",
            "That was too much at once",
            ("What your browser sent was larger than any set of answers. " + _KEPT_NOTHING,),
        ),
        Message(
            415,
            "not understood",
            "That was not in a form we can read",
            ("Use the buttons on these pages to send your answers. " + _KEPT_NOTHING,),
        ),
        Message(
            500,
            "a fault of ours",
            "Something went wrong on our side",
            ("It is not your fault. Nothing you picked was kept or written down.",),
        ),
    )
}
"""Status -> its page. Every other error status is shown as 400 or 500."""


def leaving(address: str) -> Message:
    """The page that wipes, then goes to another site."""
    lines = ("Opening another site.",)
    return Message(200, "leaving", "Leaving", lines, wipes=True, outward=address)
