"""Messages for a file that is not valid YAML, in plain words.

The YAML library reports where it stopped, which is often some lines below the mistake. So the
usual mistakes are searched for above that line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LINES_ABOVE = 40
"""How many lines above are searched for a mistake."""

_VALUE = re.compile(r" *(?:- +)*(?:\w[\w-]*: +)?(?P<value>['\"].*)")
_CLOSED = {"'": r"'(?:[^']|'')*'", '"': r'"(?:[^"\\]|\\.)*"'}
_REST = r"\s*(?:#.*|[,\]}:].*)?"
_NO_COLON = re.compile(r" *(?:- +)?\w[\w-]* +['\"|\[{]")
_NO_SPACE = re.compile(r" *(?:- +)?\w[\w-]*:['\"|\[{]")

_COMMENT_IN_TEXT = re.compile(r" *(?:- +)?\w[\w-]*: +[^'\"|>\[{#\s][^#]* [^#\s]+ +#.*")
_COLON_IN_TEXT = re.compile(r" *(?:- +)?\w[\w-]*: +[^'\"|\[{ ].*: .*")

_OUT_OF_PLACE = (
    "this line or the one above starts too far left or right, or a line between them is gone"
)
_BY_PROBLEM = {
    "did not find expected key": _OUT_OF_PLACE,
    "mapping values are not allowed in this context": _OUT_OF_PLACE,
    "could not find expected ':'": "a colon is missing, or a line starts too far left",
    "did not find expected ',' or ']'": "the list above is not closed, or a comma is missing",
    "did not find expected ',' or '}'": "the { } above are not closed, or a comma is missing",
    "found character that cannot start any token": "put the text in quotes",
    "found unexpected end of stream": "a quote is not closed",
}


def explain(problem: str, text: str, line: int) -> str:
    """The library's message, and the probable cause. `line` counts from 1."""
    likely = next(_mistakes(text, line), None) or _BY_PROBLEM.get(problem)
    return f"cannot be read as YAML: {problem}" + (f"; {likely}" if likely else "")


def _mistakes(text: str, line: int) -> Iterator[str]:
    """Mistakes at a line and above it, the nearest first."""
    lines = text.split("\n")[:line]
    in_text = _lines_of_long_texts(lines)
    for number in range(len(lines), max(len(lines) - LINES_ABOVE, 0), -1):
        if number not in in_text:
            yield from _mistakes_in(lines[number - 1].rstrip(), number)


def _mistakes_in(written: str, number: int) -> Iterator[str]:
    if found := _VALUE.fullmatch(written):
        value = found["value"]
        closed = re.match(_CLOSED[value[0]], value)
        if not closed:
            yield f"the quote that opens on line {number} is not closed there"
        elif not re.fullmatch(_REST, value[closed.end() :]):
            if value[0] == "'":
                yield f"line {number}: inside quotes an apostrophe is written twice: ''"
            else:
                yield f"line {number}: text stands after the closing quote"
    elif _NO_COLON.match(written):
        yield f"line {number} has no colon after its key"
    elif _NO_SPACE.match(written):
        yield f"line {number} needs a space after the colon"
    elif _COMMENT_IN_TEXT.fullmatch(written):
        yield f"line {number}: a text that holds ` #` needs quotes"
    elif _COLON_IN_TEXT.fullmatch(written):
        yield f"line {number}: a text that holds a colon needs quotes"


def _lines_of_long_texts(lines: list[str]) -> set[int]:
    """Lines of block texts (below a `|`), where quotes have no meaning."""
    found: set[int] = set()
    border: int | None = None
    for number, written in enumerate(lines, start=1):
        indent = len(written) - len(written.lstrip(" "))
        if border is not None and written.strip() and indent <= border:
            border = None
        if border is not None:
            found.add(number)
        elif re.search(r":\s+[|>][-+]?$", written.rstrip()):
            border = indent
    return found
