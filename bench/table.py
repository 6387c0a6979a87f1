"""The table: what was measured, how much it varied, the budget, and whether it is met."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from statistics import median, quantiles

START, END = "<!-- bench: start -->", "<!-- bench: end -->"
HEADINGS = ("what", "median of the rounds", "middle half", "x bare Flask", "budget")


@dataclass(frozen=True)
class Limit:
    """The most that a figure may be; with `least`, the least."""

    value: float
    unit: str
    least: bool = False

    def met(self, value: float) -> bool:
        """Whether a figure is within the limit."""
        return value >= self.value if self.least else value <= self.value

    def __str__(self) -> str:
        return f"{'≥' if self.least else '≤'} {self.value:g} {self.unit}"


@dataclass(frozen=True)
class Row:
    """One line. Without values it could not be measured, and `note` says why."""

    group: str
    what: str
    values: Sequence[float] = ()
    """One for each round."""
    unit: str = ""
    note: str = ""
    budget: Limit | None = None
    multiples: Sequence[float] = ()
    """Of bare Flask, in the same rounds."""
    multiple_budget: Limit | None = None

    @property
    def value(self) -> float | None:
        """The median of the rounds."""
        return median(self.values) if self.values else None

    @property
    def cells(self) -> tuple[str, ...]:
        """The text of each column."""
        if self.value is None:
            measured = f"NOT MEASURED: {self.note}"
        else:
            measured = f"{_figure(self.value)} {self.unit}".strip()
            measured += f" ({self.note})" if self.note else ""
        multiple = median(self.multiples) if self.multiples else None
        limits = (self.budget, self.value), (self.multiple_budget, multiple)
        return (
            self.what,
            measured,
            _middle_half(self.values),
            "" if multiple is None else _figure(multiple),
            "; ".join(_verdict(limit, value) for limit, value in limits if limit),
        )


def _middle_half(values: Sequence[float]) -> str:
    """From the first to the third quartile."""
    if len(values) < 4:
        return ""
    low, _, high = quantiles(values, n=4)
    return f"{_figure(low)} to {_figure(high)}"


def _verdict(limit: Limit, value: float | None) -> str:
    if value is None:
        return f"{limit}: not known"
    return f"{limit}: {'met' if limit.met(value) else 'NOT MET'}"


def measured(group: str, measure: Callable[[], list[Row]]) -> list[Row]:
    """The rows of one group; if it fails, one row with the reason."""
    try:
        return measure()
    except Exception as error:  # the other groups are still measured
        lines = str(error).strip().splitlines()
        why = f"{type(error).__name__}: {lines[0][:200] if lines else 'no reason given'}"
        return [Row(group, "all of it", note=why)]


def complete(rows: Iterable[Row]) -> bool:
    """Whether everything could be measured."""
    return all(row.value is not None for row in rows)


def summary(rows: Iterable[Row]) -> str:
    """How many budgets are met, and each that is not."""
    verdicts = [
        (f"{row.group}: {row.what}", verdict)
        for row in rows
        for verdict in filter(None, row.cells[-1].split("; "))
    ]
    missed = [f"  {what}: {verdict}" for what, verdict in verdicts if not verdict.endswith(": met")]
    count = f"{len(verdicts) - len(missed)} of {len(verdicts)} budgets are met."
    return "\n".join([f"{count} Not met:" if missed else count, *missed])


def plain(rows: Sequence[Row]) -> str:
    """For a terminal."""
    lines = [HEADINGS, *(row.cells for row in rows)]
    widths = [min(max(len(line[n]) for line in lines), 64) for n in range(len(HEADINGS))]
    printed = [_line(HEADINGS, widths)]
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            printed += ["", f"{group}:"]
        printed.append(_line(row.cells, widths))
    return "\n".join(printed)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """One row for the terminal; long cells are wrapped."""
    columns = [textwrap.wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    lines = (
        "  ".join(piece.ljust(width) for piece, width in zip(pieces, widths, strict=True))
        for pieces in zip_longest(*columns, fillvalue="")
    )
    return "\n".join(line.rstrip() for line in lines)


def markdown(rows: Sequence[Row]) -> str:
    """For the docs."""
    printed = [_markdown_line(HEADINGS), _markdown_line(["---"] * len(HEADINGS))]
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            printed.append(_markdown_line([f"**{group}**", *[""] * (len(HEADINGS) - 1)]))
        printed.append(_markdown_line(row.cells))
    return "\n".join(printed)


def _markdown_line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def write(path: Path, text: str) -> None:
    """Replace the text between the markers of a file. Raises ValueError without them."""
    before, start, rest = path.read_text("utf-8").partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError(f"{path} has no {START} and {END}")
    path.write_text(f"{before}{START}\n{text}\n{END}{after}", "utf-8")


def _figure(value: float) -> str:
    """Three significant digits, or a whole number."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
