"""Compression, and padding against traffic analysis.

Somebody who watches the line sees the size of each response even through TLS. So a page
that depends on answers, or says what somebody reads about, is padded to one of a few sizes:
with line feeds when it is sent uncompressed, else with zeros in the gzip header's extra field,
which browsers skip. Brotli has no such field, so it is used only for pages that need no padding.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import brotli
from flask import Request, Response
from isal import isal_zlib
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

_GZIP_HEADER = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff"
"""With an extra field, without time and system (RFC 1952)."""

_GZIP = 16 + zlib.MAX_WBITS
"""Has zlib write a gzip stream. Its header, without an extra field, is as long as ours."""

ISAL_LEVEL = 2
"""ISA-L's level nearest to zlib's best size, at about a tenth of the time."""

_LONGEST_EXTRA = 65_535
_LENGTH_FIELD = 2
"""Bytes that hold the length of the extra field."""


@dataclass(frozen=True)
class Sizes:
    """Bytes, rising, to which a body is padded; beyond the last, to a multiple of it."""

    gzip: tuple[int, ...]
    plain: tuple[int, ...]


STEP_SIZES = Sizes(gzip=(5 * 1024 + 512,), plain=(32 * 1024,))
"""One size for every page that answers a step."""

RESULTS_SIZES = Sizes(gzip=(24 * 1024,), plain=(128 * 1024,))
"""One size for all results of the built-in file, a touch screen's with their codes too."""


TOPIC_SIZES = Sizes(gzip=(5 * 1024,), plain=(16 * 1024,))
"""One size for every topic to read, in every country and on a touch screen."""


class PaddedResponse(Response):
    """A page that depends on answers, so that its size must say little."""

    def __init__(self, html: str, sizes: Sizes, status: int = 200) -> None:
        super().__init__(html, status)
        self.sizes = sizes


@lru_cache(maxsize=64)
def accepted_encoding(header: str, known: tuple[str, ...]) -> str | None:
    """The first of some encodings that an Accept-Encoding header allows; None for none."""
    accepted: Any = parse_accept_header(header, Accept)
    return next((encoding for encoding in known if accepted[encoding] > 0), None)


def compress(request: Request, response: Response) -> None:
    """Compress the body if the browser accepts gzip, and pad a PaddedResponse either way."""
    response.headers.add("Vary", "Accept-Encoding")
    encoding = accepted_encoding(request.headers.get("Accept-Encoding", ""), ("gzip",))
    body = response.get_data()
    sizes = response.sizes if isinstance(response, PaddedResponse) else None
    if encoding:
        response.headers.set("Content-Encoding", encoding)
        response.set_data(gzip_padded(body, sizes.gzip) if sizes else gzip_best(body))
    elif sizes:
        response.set_data(plain_padded(body, sizes.plain))


def brotli_best(body: bytes) -> bytes:
    """As small as Brotli gets it; slow."""
    return bytes(brotli.compress(body))


def gzip_best(body: bytes) -> bytes:
    """As small as gzip gets it; slow."""
    return zlib.compress(body, 9, _GZIP)


def plain_padded(body: bytes, sizes: tuple[int, ...]) -> bytes:
    """A page with line feeds after it, of exactly one of the sizes."""
    return body.ljust(_padded_length(len(body), sizes), b"\n")


def gzip_padded(body: bytes, sizes: tuple[int, ...]) -> bytes:
    """A gzip stream of exactly one of the sizes."""
    stream = isal_zlib.compress(body, ISAL_LEVEL, _GZIP)
    if _LENGTH_FIELD + len(stream) > sizes[-1]:
        stream = gzip_best(body)
    length = _LENGTH_FIELD + len(stream)
    extra = bytes(min(_padded_length(length, sizes) - length, _LONGEST_EXTRA))
    header = _GZIP_HEADER + len(extra).to_bytes(_LENGTH_FIELD, "little")
    return header + extra + stream[len(_GZIP_HEADER) :]


def _padded_length(length: int, sizes: tuple[int, ...]) -> int:
    largest = sizes[-1]
    multiple = -(-length // largest) * largest
    return next((size for size in sizes if size >= length), multiple)
