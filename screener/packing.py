"""Finished pages: compressed, and padded so that their size says little.

Somebody who watches the line sees sizes even through TLS. So every page that depends on
answers is filled up to one of a few sizes, inside the gzip header, where browsers skip it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

_FIXED = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff"
"""A gzip header that has an extra field, no time and no system (RFC 1952)."""

_MOST_EXTRA = 65_535
_OVERHEAD = len(_FIXED) + 2 + 8
"""Bytes of a gzip stream that are neither filling nor compressed data."""


@dataclass(frozen=True)
class Page:
    """A finished page, plain and compressed, both filled up alike."""

    body: bytes
    zipped: bytes = field(repr=False)
    status: int = 200


def pack(html: str, level: int, sizes: Sequence[int] = (), plain_sizes: Sequence[int] = ()) -> Page:
    """Compress a page at a gzip level, and fill both forms up to the next of their sizes.

    Sizes are in bytes, rising. A page above the largest goes to a multiple of it.
    """
    body = html.encode()
    if plain_sizes:
        body += b"\n" * (_next_size(len(body), plain_sizes) - len(body))
    return Page(body, gzip_filled(html.encode(), level, sizes))


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
