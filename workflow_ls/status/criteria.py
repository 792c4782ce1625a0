"""The functional requirements and acceptance criteria: what each says, and the state that its verdict gives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from workflow_ls.config.table import Table
from workflow_ls.printable import listed
from workflow_ls.status.evidence import Evidence, is_configuration_file
from workflow_ls.status.report import LOCATIONS_SHOWN, CriterionResult, Kind, SourceLine, State
from workflow_ls.status.verdicts import (
    Verdict,
    ai_steps,
    all_references,
    configuration,
    core_imports_ee,
    ee_server_references,
    ee_ui_references,
    legacy_ai_files,
    legacy_files,
    legacy_specifiers,
    missing_exports,
    outside_references,
    runtime_behaviour,
    runtime_references,
    stream_references,
    worker_references,
)

_BY_MENTIONS = ("FR1", "FR11", "FR12", "AC1", "AC2", "M1", "M3")
"""The criteria that a file which is not read may contradict."""
_BY_ALIASES = ("FR11", "M3")
"""The criteria that an alias which is not known may contradict."""


class Criterion(NamedTuple):
    """A criterion: its number in the document, its kind, its wording, and the function that decides it."""

    code: str
    kind: Kind
    text: str
    decide: Callable[[Evidence], Verdict]


def evaluate(criterion: Criterion, evidence: Evidence, missing: str = "") -> CriterionResult:
    """Decide one criterion; `missing` says why nothing can be, "" where something can."""
    verdict = criterion.decide(evidence)
    if missing:
        verdict = verdict._replace(undecidable=missing)
    if not verdict.undecidable and evidence.skipped:
        verdict = verdict._replace(undecidable=f"Not looked at, so unknown: {listed(evidence.skipped)}.")
    if not verdict.undecidable and evidence.unread and criterion.code in _BY_MENTIONS:
        unread = f"Not read, though it names the legacy tree: {listed(evidence.unread)}."
        verdict = verdict._replace(undecidable=unread)
    if not verdict.undecidable and evidence.computed and criterion.code in _BY_ALIASES:
        paths = [each.path for each in evidence.computed]
        verdict = verdict._replace(
            undecidable=f"Configurations with aliases that are known only when they run: {listed(paths)}."
        )
    locations = sorted(set(verdict.locations))
    found_in = {location.path for location in locations}
    is_open = verdict.fails or (locations and verdict.decides)
    state: State = "open" if is_open else "undecidable" if verdict.undecidable else "met"
    return CriterionResult(
        criterion.code,
        criterion.kind,
        criterion.text,
        state,
        len(locations),
        len(found_in),
        tuple(SourceLine(location.path, evidence.line_of(location)) for location in locations[:LOCATIONS_SHOWN]),
        verdict.undecidable if state == "undecidable" else verdict.how,
        tuple(path for path in sorted(found_in) if is_configuration_file(evidence.workspace, path)),
    )


_Row = tuple[str, str, Callable[[Evidence], Verdict]]

_REQUIREMENTS: tuple[_Row, ...] = (
    ("FR1", "Workflow code is imported by its canonical path only", all_references),
    ("FR2", "The canonical package exposes every surface that callers import", missing_exports),
    ("FR3", "The workflow runtime is started through the canonical package", runtime_references),
    ("FR4", "Workers import runtime and worker modules from the canonical package", worker_references),
    ("FR5", "EE server code imports its workflow modules from the canonical package", ee_server_references),
    ("FR6", "The EE user interface imports its helpers from the canonical package", ee_ui_references),
    ("FR7", "Support for AI steps is in the canonical package only", legacy_ai_files),
    ("FR8", "The shared core imports no EE code", core_imports_ee),
    ("FR9", "Other packages import event builders from the canonical package", stream_references),
    ("FR10", "Outside EE, runtime and persistence come from the canonical package", outside_references),
    ("FR11", "Manifests, path aliases and exports use the new namespace", configuration),
    ("FR12", "No code and no test imports a legacy specifier", legacy_specifiers),
)
_ACCEPTANCE_CRITERIA: tuple[_Row, ...] = (
    ("AC1", "All workflow code is imported through the canonical package", all_references),
    ("AC2", "Outside documentation, nothing imports a legacy specifier", legacy_specifiers),
    ("AC3", "The canonical package exports what its callers need", missing_exports),
    ("AC4", "Worker, runtime, designer, bundles, task inbox and streams still work", runtime_behaviour),
    ("AC5", "AI steps behave as before, and belong to the canonical package", ai_steps),
    ("AC6", "No workflow implementation is left in the shared namespace", legacy_files),
)

_CONDITIONS: tuple[_Row, ...] = (
    ("M1", "Nothing imports a legacy module", all_references),
    ("M2", "The target packages export what their callers import", missing_exports),
    ("M3", "Manifests, aliases and exports name nothing legacy", configuration),
    ("M4", "No implementation is left in the legacy tree", legacy_files),
    ("M5", "What moved behaves as before", runtime_behaviour),
)
_BOUNDARY: _Row = ("M6", "No core code imports what it must not", core_imports_ee)


def criteria_of(table: Table) -> tuple[Criterion, ...]:
    """The criteria of a move: those of the requirements document for the built-in rows, and general ones for others."""
    if table.is_builtin:
        return CRITERIA
    rows = (*_CONDITIONS, *((_BOUNDARY,) if table.core else ()))
    return tuple(Criterion(code, "condition", text, decide) for code, text, decide in rows)


CRITERIA = (
    *(Criterion(code, "requirement", text, decide) for code, text, decide in _REQUIREMENTS),
    *(Criterion(code, "acceptance", text, decide) for code, text, decide in _ACCEPTANCE_CRITERIA),
)
