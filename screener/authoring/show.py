"""The plain text of `screener show`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from screener.authoring.packet import Entry, Group, Packet, Row, Table


def show(packet: Packet) -> str:
    """Every part of a file as text."""
    return "\n".join(_lines(packet))


def _lines(packet: Packet) -> Iterator[str]:
    for group in packet.groups:
        yield from _heading(group)
        for entry in group.entries:
            yield from _entry(entry)
        yield ""
    for table in packet.tables:
        yield from _heading(table)
        for line in table.lines:
            cells = zip(table.head, line, strict=True)
            said = (f"{name}: {' / '.join(cell.splitlines())}" for name, cell in cells if cell)
            yield f"  - {'; '.join(said)}"
        yield ""


def _heading(part: Group | Table) -> Iterator[str]:
    yield f"{part.title}  [{part.id}]"
    yield "=" * len(part.title)


def _entry(entry: Entry) -> Iterator[str]:
    yield f"\n  {' '.join((entry.number, entry.title.me)).strip()}  [{entry.id}]"
    if entry.title.someone != entry.title.me:
        yield f"    someone: {entry.title.someone}"
    if entry.state:
        yield f"    {entry.state}"
    for row in entry.rows:
        yield from _row(row)


def _row(row: Row) -> Iterator[str]:
    if not row.someone and "\n" not in row.me:
        yield f"    {row.name}: {row.me}"
    else:
        yield f"    {row.name}:"
        for voice, text in (("me", row.me), ("someone", row.someone)):
            if text:
                said = f"{voice}: {text}" if row.someone else text
                yield textwrap.indent(said, "      ")
    if row.effect:
        yield textwrap.indent(row.effect, "        ")
