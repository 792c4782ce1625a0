"""Code actions about the rows of workflow-ls.json: their fixes, and new rows for references with a home elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow_ls.config.settings import CONFIG_FILE
from workflow_ls.diagnostics import Diagnostic, Fix, Status
from workflow_ls.mapping.checking.row_fixes import add_rows, fixes_of, rows_elsewhere
from workflow_ls.mapping.checking.table_report import RowFinding
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.text import Span

_MOST = 8  # references whose names are looked for at once


def table_fixes(folder: WorkspaceFolder, selected: Span) -> Iterator[tuple[RowFinding, Fix]]:
    """The fixes of the findings about rows that a span of workflow-ls.json touches.  On the analysis thread only."""
    report, text = folder.table_report(), folder.files.read(CONFIG_FILE)
    for finding in report.findings if report is not None and text is not None else ():
        if finding.span is not None and finding.span.touches(selected):
            yield from ((finding, fix) for fix in fixes_of(text or b"", finding))


def rows_for(folder: WorkspaceFolder, path: str, findings: Sequence[Diagnostic]) -> Iterator[tuple[Diagnostic, Fix]]:
    """For blocked references whose names are public elsewhere: the row that says so.  On the analysis thread only."""
    workspace, text = folder.workspace, folder.files.read(CONFIG_FILE)
    blocked = [each for each in findings if each.deprecated and each.status is Status.BLOCKED]
    facts = workspace.sources.facts(path) if blocked and len(blocked) <= _MOST else None
    for legacy in facts.legacy_references if facts is not None and text is not None else ():
        finding = next((each for each in blocked if each.span == legacy.reference.span), None)
        rows = rows_elsewhere(workspace, path, legacy) if finding is not None else ()
        fix = add_rows(workspace, text or b"", rows) if rows else None
        if fix is not None and finding is not None:
            yield finding, fix
