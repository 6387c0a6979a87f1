"""Finished pages: compressed, and padded so that their size says little.

Somebody who watches the line sees sizes even through TLS. So every page that depends on
answers is filled up to one of a few sizes, inside the gzip header, where browsers skip it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

_FIXED = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff"
"""A gzip header that has an extra field, no time and no system (RFC 1952)."""

_MOST_EXTRA = 65_535
_OVERHEAD = len(_FIXED) + 2 + 8
"""Bytes of a gzip stream that are neither filling nor compressed data."""


@dataclass(frozen=True)
class Page:
    """A finished page. Each form of it is made when it is first asked for, then kept.

    `sizes` and `plain_sizes` are bytes, rising: both forms are filled up to the next of
    them. A page above the largest goes to a multiple of it.
    """

    html: str = field(repr=False)
    level: int
    sizes: Sequence[int] = ()
    plain_sizes: Sequence[int] = ()
    status: int = 200

    @cached_property
    def body(self) -> bytes:
        """The page uncompressed, filled up with line ends."""
        body = self.html.encode()
        if self.plain_sizes:
            body += b"\n" * (_next_size(len(body), self.plain_sizes) - len(body))
        return body

    @cached_property
    def zipped(self) -> bytes:
        """The page as a gzip stream, filled up inside its header."""
        return gzip_filled(self.html.encode(), self.level, self.sizes)


def gzip_filled(body: bytes, level: int, sizes: Sequence[int] = ()) -> bytes:
    """A gzip stream of exactly one of the sizes, where there are any."""
    deflate = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = deflate.compress(body) + deflate.flush()
    length = _OVERHEAD + len(data)
    filling = _next_size(length, sizes) - length if sizes else 0
    extra = bytes(min(filling, _MOST_EXTRA))
    end = zlib.crc32(body).to_bytes(4, "little") + (len(body) & 0xFFFFFFFF).to_bytes(4, "little")
    return _FIXED + len(extra).to_bytes(2, "little") + extra + data + end


def _next_size(length: int, sizes: Sequence[int]) -> int:
    largest = sizes[-1]
    multiple = -(-length // largest) * largest
    return next((size for size in sizes if size >= length), multiple)
