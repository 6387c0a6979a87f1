"""A content file with its hazards and cases, as every command for authors reads it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from screener.content.loading.load import Loaded, LoadedProofs, cases_beside, load, load_proofs
from screener.content.models.proofs import Proofs
from screener.content.models.questionnaire import Questionnaire
from screener.engine.problems import problems as engine_problems
from screener.web import field_names


@dataclass(frozen=True)
class AuthorsFile:
    """A content file that the app would start on."""

    loaded: Loaded
    proof_files: tuple[LoadedProofs, ...]
    """Where hazards and cases stand: in it, and in the file beside it."""

    @property
    def content(self) -> Questionnaire:
        """The questionnaire, without what stands in the file beside it."""
        return self.loaded.questionnaire

    @property
    def proofs(self) -> Proofs:
        """All hazards and cases."""
        files = [file.proofs for file in self.proof_files]
        return Proofs(
            hazards=tuple(chain.from_iterable(file.hazards for file in files)),
            cases=tuple(chain.from_iterable(file.cases for file in files)),
        )

    @property
    def whole(self) -> Questionnaire:
        """The questionnaire with all hazards and cases."""
        return self.content.model_copy(update=dict(self.proofs))


def read(path: Path) -> AuthorsFile:
    """Raises BrokenContent with every error found; OSError when a file cannot be read."""
    loaded = load(path, [field_names.problems, engine_problems])
    return AuthorsFile(loaded, tuple(load_proofs(path, loaded)))


def paths(path: Path) -> tuple[Path, ...]:
    """The files that `read` reads, whether or not they exist."""
    return path, cases_beside(path)
