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

from screener.authoring.check.coverage import dated_facts, gaps, review_rows, sign_rows
from screener.authoring.check.reading_level import grades
from screener.authoring.check.report import STALE, Report
from screener.authoring.packet import packet, source_numbers
from screener.content.loading.errors import ContentError
from screener.content.localize import in_region, local_text
from screener.content.models.base import Urgency
from screener.content.models.contacts import with_numbers
from screener.content.models.questionnaire import Questionnaire
from screener.resources import folder
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
            "Errors": [_finding(fault, lines) for fault in report.errors],
            "Warnings": [_finding(fault, lines) for fault in report.warnings],
        },
        "content": content,
        "today": today,
    }
    if content:
        shown |= {
            "gaps": gaps(content),
            "signs": sign_rows(content),
            "grades": grades(in_region(content)),
            "reviews": review_rows(content),
            "facts": dated_facts(content),
            "sources": source_numbers(content),
            "is_stale": lambda day: today - day > STALE,
        }
    return _environment(content).get_template("report_check.html").render(shown)


def show_page(content: Questionnaire, file: str) -> str:
    """The review packet: what `screener show --html` writes."""
    template = _environment(content).get_template("report_show.html")
    return template.render(
        content=content, file=file, packet=packet(content), sources=source_numbers(content)
    )


def _finding(fault: ContentError, lines: list[str]) -> QuotedError:
    known = fault.where != "file" and 0 < fault.line <= len(lines)
    return QuotedError(fault, lines[fault.line - 1].strip() if known else "")


def _environment(content: Questionnaire | None) -> Environment:
    env = template_environment()
    style = (folder("templates") / "report.css").read_text("utf-8")
    env.globals |= {"style": Markup(style), "urgencies": list(Urgency)}  # noqa: S704 - our own file
    env.filters |= {"numbers": _numbers(content), "day": _day}
    return env


def _numbers(content: Questionnaire | None) -> Callable[[str], str]:
    if content is None:
        return lambda text: text
    contacts, own = content.contacts, content.about.region
    return lambda text: with_numbers(local_text(text, own), contacts)


def _day(day: date | None) -> str:
    return f"{day:%d %b %Y}".lstrip("0") if day else "\u2013"
