"""What a schema cannot check: coverage, proofs, numbers, words, reading grade, age of facts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from screener.authoring.check.addresses import public_sites
from screener.authoring.check.coverage import coverage
from screener.authoring.check.facts import ages, numbers
from screener.authoring.check.findings import Finding
from screener.authoring.check.proofs import proof_errors
from screener.authoring.check.wording import wording
from screener.content.loading.errors import ContentError
from screener.content.loading.load import Loaded, LoadedProofs
from screener.content.models.questionnaire import Questionnaire
from screener.content.reviews import review_faults

UNPROVED = "are not proved: there are no hazards and no cases, here or in a file beside this one"


@dataclass
class Report:
    """What `screener check` found. Errors fail the check; warnings wait for a person."""

    file: str
    counts: Mapping[str, int]
    errors: list[ContentError] = field(default_factory=list)
    warnings: list[ContentError] = field(default_factory=list)

    def as_text(self) -> str:
        """For people: each finding on a line, then the counts."""
        lines = [f"error: {fault}" for fault in self.errors]
        lines += [f"warning: {fault}" for fault in self.warnings]
        counted = ", ".join(f"{number} {name}" for name, number in self.counts.items())
        lines.append(f"{self.file}: {counted}")
        lines.append(f"{len(self.errors)} errors, {len(self.warnings)} warnings")
        return "\n".join(lines)

    def as_json(self) -> str:
        """For programs."""
        return json.dumps(asdict(self), indent=2)


def check(
    loaded: Loaded,
    today: date | None = None,
    require_review: bool = False,
    proof_files: Sequence[LoadedProofs] = (),
) -> Report:
    """Check a loaded file, not the pages built from it.

    With `require_review`, what no clinician has reviewed as it reads now is an error.
    """
    content = loaded.questionnaire
    report = Report(loaded.file, _counts(content, proof_files))
    if report.counts["hazards"] or report.counts["cases"]:
        report.errors += proof_errors(loaded, proof_files)
    elif proof_files:
        report.warnings.append(loaded.error_at(("plans",), UNPROVED))
    for finding in _findings(content, today or date.today(), require_review):
        found = report.errors if finding.is_error else report.warnings
        found.append(loaded.error_at(finding.place, finding.message))
    return report


def _findings(content: Questionnaire, today: date, require_review: bool) -> Iterator[Finding]:
    """Everything that is checked. A further check is one more line here."""
    yield from coverage(content)
    yield from numbers(content)
    yield from public_sites(content)
    for place, message in review_faults(content):
        yield Finding(place, message, require_review)
    yield from ages(content, today)
    yield from wording(content)


def _counts(content: Questionnaire, proof_files: Sequence[LoadedProofs]) -> dict[str, int]:
    return {
        "sections": len(content.sections),
        "questions": len(content.questions),
        "signs": len(content.signs),
        "plans": len(content.plans),
        "topics": len(content.topics),
        "contacts": len(content.open_contacts),
        "sources": len(content.sources),
        "hazards": sum(len(file.proofs.hazards) for file in proof_files),
        "cases": sum(len(file.proofs.cases) for file in proof_files),
    }
