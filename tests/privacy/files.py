"""Searching the files of a folder, as a browser's profile."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

FIREFOX = b"mozLz40\0"
"""Begins a file that Firefox has compressed with LZ4. The length of its content follows."""


def found(
    folder: Path, words: Collection[str], where: Callable[[Path], bool] = lambda path: True
) -> set[str]:
    """Which of these words are in a file of the folder, as they are or compressed."""
    forms = {word: (word.encode(), word.encode("utf-16-le")) for word in words}
    seen: set[str] = set()
    for path in folder.rglob("*"):
        if path.is_file() and where(path.relative_to(folder)):
            try:
                raw = path.read_bytes()
            except FileNotFoundError:  # a running browser has replaced it
                continue
            texts = [raw, *_unzipped(raw)]
            seen |= {w for w, some in forms.items() if any(f in t for f in some for t in texts)}
    return seen


def _unzipped(raw: bytes) -> Iterator[bytes]:
    """What every gzip stream within some bytes holds, and what a file of Firefox's does."""
    at = -1
    while (at := raw.find(b"\x1f\x8b\x08", at + 1)) >= 0:
        try:
            yield zlib.decompressobj(31).decompress(raw[at:])
        except zlib.error:
            continue
    if raw.startswith(FIREFOX):
        yield _lz4(raw[len(FIREFOX) + 4 :])


def _lz4(block: bytes) -> bytes:
    """The content of an LZ4 block (the format's own description: lz4_Block_format.md)."""
    content = bytearray()
    at = 0

    def length(short: int) -> int:
        nonlocal at
        more = short == 15
        while more:
            short += block[at]
            more = block[at] == 255
            at += 1
        return short

    while at < len(block):
        token = block[at]
        at += 1
        literals = length(token >> 4)
        content += block[at : at + literals]
        at += literals
        if at >= len(block):
            break
        back = int.from_bytes(block[at : at + 2], "little")
        at += 2
        for _ in range(length(token & 15) + 4):
            content.append(content[-back])
    return bytes(content)
