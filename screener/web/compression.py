"""Finished replies: compressed, and padded so that their size says little.

Somebody who watches the line sees sizes even through TLS. So every page that depends on
answers is filled up to one of a few sizes, inside the gzip header, where browsers skip it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import brotli
from isal import isal_zlib

_HEADER = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff"
"""A gzip header that has an extra field, no time and no system (RFC 1952)."""

QUICK = 2
"""For pages made per request: nearly as small as zlib's best, at a tenth of the work."""

_MOST_EXTRA = 65_535
_LENGTH_OF_EXTRA = 2
"""Bytes that tell how long the extra field is."""

_GZIP = 16 + zlib.MAX_WBITS
"""Has zlib write gzip. Its header, without an extra field, is as long as _HEADER."""


@dataclass(frozen=True)
class Reply:
    """What goes out. Each form of it is made when it is first asked for, then kept.

    `sizes` and `plain_sizes` are bytes, rising: the gzip and the plain form are filled up
    to the next of them. One above the largest goes to a multiple of it.
    """

    content: bytes = field(repr=False)
    sizes: Sequence[int] = ()
    plain_sizes: Sequence[int] = ()
    status: int = 200
    media_type: str = "text/html; charset=utf-8"
    cache: str = "no-store"
    _made: dict[str | None, bytes] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def is_page(self) -> bool:
        """Whether it is a page, rather than a file that pages use."""
        return self.media_type.startswith("text/html")

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Its own headers, without those of its encoding."""
        return [("Content-Type", self.media_type), ("Cache-Control", self.cache)]

    def encoded(self, encoding: str | None) -> bytes:
        """Its body as `gzip` or None, which are filled up to a size, or as `br`, which is not."""
        # No cached_property: Python 3.11 has one lock for all replies, held while packing.
        made = self._made.get(encoding)
        if made is None:
            made = self._made[encoding] = self._encode(encoding)
        return made

    def _encode(self, encoding: str | None) -> bytes:
        if encoding == "br":
            return bytes(brotli.compress(self.content))
        if encoding == "gzip":
            return gzip_filled(self.content, self.sizes)
        if not self.plain_sizes:
            return self.content
        return self.content.ljust(_next_size(len(self.content), self.plain_sizes), b"\n")


def gzip_filled(body: bytes, sizes: Sequence[int] = ()) -> bytes:
    """A gzip stream of exactly one of the sizes; without sizes, as small as it gets."""
    stream = isal_zlib.compress(body, QUICK, _GZIP) if sizes else zlib.compress(body, 9, _GZIP)
    if sizes and _LENGTH_OF_EXTRA + len(stream) > sizes[-1]:
        stream = zlib.compress(body, 9, _GZIP)
    length = _LENGTH_OF_EXTRA + len(stream)
    filling = _next_size(length, sizes) - length if sizes else 0
    extra = bytes(min(filling, _MOST_EXTRA))
    head = _HEADER + len(extra).to_bytes(_LENGTH_OF_EXTRA, "little")
    return b"".join((head, extra, stream[len(_HEADER) :]))


def _next_size(length: int, sizes: Sequence[int]) -> int:
    largest = sizes[-1]
    multiple = -(-length // largest) * largest
    return next((size for size in sizes if size >= length), multiple)
