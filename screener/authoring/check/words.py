"""Words, names and numbers that must not appear in texts.

The words follow NIDA's "Words Matter" (nida.nih.gov, checked 2026-11-22): each is
answered with what to write instead. Commercial names and lead lines are kept as
SHA-256 digests only, so that not even this list spreads them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache

INSTEAD_OF: dict[str, str] = {
    r"addicts?": "person with a substance use disorder",
    r"abus(?:e|es|ed|ing|er|ers)": "misuse (not as prescribed), or use",
    r"junkies?": "person who uses",
    r"users?": "person who uses",
    r"addicted": "physically dependent on",
    r"hooked": "physically dependent on",
    r"fix(?:es)?": "dose",
    r"drug habit": "daily use",
    r"clean": "not using, or in recovery",
    r"sober": "not using, or in recovery",
    r"doctor shopping": "getting it from more than one doctor",
    r"drug[- ]seeking": "worried about running out",
    r"forg(?:e|es|ed|ing|ery)": "changed a prescription",
    r"relaps(?:e|es|ed|ing)": "return to use",
    r"alcoholics?": "person with alcohol use disorder",
    r"medication[- ]assisted": "treatment, or medicine for ...",
    r"refus(?:e|es|ed|ing|al)": "said no",
    r"fail(?:s|ed|ure|ures|ing)?": "did not work",
    r"den(?:y|ies|ied)": "said no",
    r"admit(?:s|ted)?": "said",
    r"manipulative|entitled|antisocial": "say what was seen",
    r"commit(?:s|ted)? suicide": "died by suicide",
    r"(?:failed|successful) (?:suicide|attempt)": "attempted suicide, or died by suicide",
    r"recreational(?:ly)?": "for a reason it was not given for",
    r"risk (?:level|score)|low[- ]risk|high[- ]risk": "say what to do; never a level",
    r"scor(?:e|es|ed|ing)": "never a score",
    r"diagnos(?:ed|es|e) you": "a professional decides that",
    r"you are fine|good news": "never reassure: say what to do",
    r"you(?: have|'ve) (?:an? )?(?:substance use )?(?:disorder|addiction|problem|dependence)": (
        "never say what the reader has"
    ),
    r"(?:tested|test|screen(?:ed)?) (?:positive|negative)": "never a test result",
    r"milligrams?|\d+ ?mg": "no amounts: the prescriber decides them",
    r"tick(?:s|ed|ing)?": "check",
    r"as told": "as prescribed",
}
"""Pattern of a word not to write -> what to write instead (shown to the author)."""

_BANNED = re.compile(
    rf"\b(?:{'|'.join(f'(?P<w{number}>{word})' for number, word in enumerate(INSTEAD_OF))})\b",
    re.IGNORECASE,
)
_ADVICE = tuple(INSTEAD_OF.values())

_COMMERCIAL_DIGESTS = frozenset(
    {
        "2e177ed455f223593ee33e46309c46d831a9abdaef8b5c75c7efdf1bbf23fc5a",
        "402f5f976f673bd32d076436ab082c4485f6ae523077c7da79d5fbe84fb28eaf",
        "677dc4acef693e880899848711a00c6f0e5ac4dc50c5753653a6599555b6d0cb",
        "73850ac6ccb5a7f67a157fa09c5928626234e68382aa4b570c7ba92085025e33",
        "973973b964277e1899f076663fff1b4e0c8183488c1928153ea1bf58a04fc0ce",
        "a911b9ab2d711bd3e4fcca764e67733476781f6580c02079f11849cff09eaa46",
        "fa937e8d3def0b75c037aaec8198b9f66413575e4faca8399ed96ee869554234",
    }
)
_LONGEST_NAME = 6
_LEAD_LINE_DIGITS = 10
_TOKEN = re.compile(r"[a-z]+|\d+")
_KEYPAD = {
    letter: str(key)
    for key, group in enumerate(("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"), start=2)
    for letter in group
}
_DIALLED = re.compile(r"(?<![\w])(?:\+?1[\s.-]*)?\(?\d{3}\)?[\s.-]*\d{3}[\s.-]*[\dA-Z]{4}(?!\w)")


def banned_words(text: str) -> Iterator[tuple[str, str]]:
    """Each banned word in the text with what to write instead."""
    for match in _BANNED.finditer(text):
        number = int((match.lastgroup or "w0")[1:])
        yield match.group(), _ADVICE[number]


def commercial_names(text: str) -> Iterator[str]:
    """Each run of words or digits in the text that is a known seller's name or number."""
    tokens = _TOKEN.findall(text.lower())
    for start in range(len(tokens)):
        for end in range(start + 1, min(start + _LONGEST_NAME, len(tokens)) + 1):
            phrase = " ".join(tokens[start:end])
            if _digest(phrase) in _COMMERCIAL_DIGESTS:
                yield phrase
    for match in _DIALLED.finditer(text):
        keyed = (_KEYPAD.get(char.lower(), char) for char in match.group() if char.isalnum())
        if _digest("".join(keyed)[-_LEAD_LINE_DIGITS:]) in _COMMERCIAL_DIGESTS:
            yield match.group()


@lru_cache(maxsize=100_000)
def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
