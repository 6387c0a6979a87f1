"""What is printed: which paper to choose, and the sheets, as plain data. Pure; no Flask."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from screener.content.models.base import Voice
from screener.content.models.chart import ChartRow
from screener.content.models.questionnaire import Questionnaire
from screener.engine.chart import Chart, chart_of, sensitive_answers, signs_left_out
from screener.engine.plans import Outcome
from screener.web.views import Fields, PlanView, plan_view

PRINT, WITH, WITHOUT = "print", "with", "without"
"""Values of `go` on the way to paper: choose one, with answers, without."""

PAPERS = (PRINT, WITH, WITHOUT)


@dataclass(frozen=True)
class PapersView:
    """The page that asks which paper to print."""

    voice: Voice
    sensitive: tuple[tuple[str, str], ...]
    """(question id, what was picked there) of the answers that are printed only when checked."""
    carried: Fields


def papers_view(
    content: Questionnaire, outcome: Outcome, voice: Voice, carried: Fields
) -> PapersView:
    """The page before printing."""
    found = sensitive_answers(content, outcome.said.counted)
    lines = []
    for question, choices in found.items():
        words = "; ".join(choice.text.in_voice(voice) for choice in choices)
        asked = content.questions[question]
        is_single = asked.type == "single"  # its answers may be "No"
        lines.append((question, f"{asked.ask.in_voice(voice)} {words}" if is_single else words))
    return PapersView(voice, tuple(lines), carried)


@dataclass(frozen=True)
class SheetsView:
    """The sheets: one for the clinician, if answers are printed, and the person's own."""

    voice: Voice
    lead: PlanView
    rows: dict[ChartRow, tuple[str, ...]]
    """What stands in each row of the clinician's sheet; empty for no such sheet."""
    topics: tuple[str, ...]
    """Ids of what to read: the plan's own, which say no more of the answers than the plan."""
    is_large: bool
    carried: Fields

    @property
    def paper(self) -> str:
        """`with` or `without`."""
        return WITH if self.rows else WITHOUT


def sheets_with(
    content: Questionnaire,
    outcome: Outcome,
    voice: Voice,
    printed: Collection[str],
    is_large: bool,
    carried: Fields,
) -> SheetsView:
    """Both sheets. `printed`: the questions whose sensitive answers are on them; nothing that
    rests on the others is."""
    chart = chart_of(content, outcome, voice, printed)
    unsaid = signs_left_out(content, outcome.said.counted, printed)
    lead = plan_view(content, outcome.lead, outcome.signs, voice, unsaid)
    rows = all_rows(content, chart, voice)
    return SheetsView(voice, lead, rows, lead.plan.topics.in_voice(voice), is_large, carried)


def sheet_without(
    content: Questionnaire, outcome: Outcome, voice: Voice, is_large: bool, carried: Fields
) -> SheetsView:
    """The person's own sheet, whose words to say hold nothing that was answered."""
    lead = plan_view(content, outcome.lead, outcome.signs, voice, unsaid=None)
    return SheetsView(voice, lead, {}, lead.plan.topics.in_voice(voice), is_large, carried)


def all_rows(content: Questionnaire, chart: Chart, voice: Voice) -> dict[ChartRow, tuple[str, ...]]:
    """Every row that has something to say, in order."""
    rows = {
        **chart.rows,
        ChartRow.WHO: (content.signs[voice.sign].chart,),
        ChartRow.UNKNOWN: chart.unknown,
        ChartRow.TOLD: (chart.told.in_voice(voice),) if chart.told else (),
    }
    return {row: rows[row] for row in ChartRow if rows.get(row)}
