"""The HTML of `screener check --html` and `screener show --html`.

Each is one file with its style sheet inside, because it is opened from a disk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from screener.authoring.check.facts import STALE, facts
from screener.authoring.check.reading_level import grades
from screener.authoring.check.report import Report
from screener.authoring.packet import Packet
from screener.content.loading.errors import ContentError
from screener.content.localize import in_region, local_text
from screener.content.models.base import Urgency
from screener.content.models.contacts import with_numbers
from screener.content.models.questionnaire import Questionnaire
from screener.content.reviews import reviewables
from screener.resources import folder
from screener.web.markup import Texts
from screener.web.render import template_environment


@dataclass(frozen=True)
class QuotedError:
    """One error or warning, with the line of the file that it is about."""

    fault: ContentError
    text: str


def check_page(
    report: Report, source: str, content: Questionnaire | None, today: date | None = None
) -> str:
    """The report of `screener check`. `content` is None when the file does not load."""
    lines = source.split("\n")
    today = today or date.today()
    shown: dict[str, Any] = {
        "report": report,
        "findings": {
            "Errors": [_finding(fault, report.file, lines) for fault in report.errors],
            "Warnings": [_finding(fault, report.file, lines) for fault in report.warnings],
        },
        "content": content,
        "today": today,
    }
    if content:
        hardest = sorted(grades(in_region(content)), key=lambda text: -(text.grade or -99))
        shown |= {
            "grades": hardest,
            "reviews": reviewables(content),
            "facts": facts(content),
            "is_stale": lambda day: today - day > STALE,
        }
    return _environment(content).get_template("report_check.html").render(shown)


def show_page(content: Questionnaire, packet: Packet, file: str) -> str:
    """The review packet: what `screener show --html` writes.

    Give the questionnaire as the country of the packet reads it.
    """
    template = _environment(content).get_template("report_show.html")
    return template.render(content=content, file=file, packet=packet)


def _finding(fault: ContentError, file: str, lines: list[str]) -> QuotedError:
    """A fault with its line, if it stands in the file itself and not in the one beside it."""
    known = fault.file == file and fault.where != "file" and 0 < fault.line <= len(lines)
    return QuotedError(fault, lines[fault.line - 1].strip() if known else "")


def _environment(content: Questionnaire | None) -> Environment:
    env = template_environment()
    style = (folder("templates") / "report.css").read_text("utf-8")
    env.globals |= {"style": Markup(style), "levels": list(Urgency)}  # noqa: S704 - our own file
    markdown = Texts({}).markdown  # what is shown has its numbers already
    env.filters |= {"numbers": _numbers(content), "day": _day, "markdown": markdown}
    return env


def _numbers(content: Questionnaire | None) -> Callable[[str], str]:
    if content is None:
        return lambda text: text
    contacts, own = content.contacts, content.about.region
    return lambda text: with_numbers(local_text(text, own), contacts)


def _day(day: date | None) -> str:
    return f"{day:%d %b %Y}".lstrip("0") if day else "\u2013"
