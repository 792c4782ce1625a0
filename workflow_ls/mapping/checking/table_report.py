"""What a check of a table finds, as plain data."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_ls.config.validation import ValuePath
from workflow_ls.diagnostics import Severity
from workflow_ls.records import record
from workflow_ls.text import Span


@record
class RowFinding:
    """Something about a row, or another value of the table, that the workspace does not bear out.

    `place` is the place of the value in `workflow-ls.json`, and `span` its text there; both None for a built-in row,
    which `row` names.  `replacement` is the value that would be right, None if that is not known; `is_removable` says
    that the row can go.
    """

    row: str
    message: str
    severity: Severity
    place: ValuePath | None = None
    span: Span | None = None
    replacement: str | None = None
    is_removable: bool = False


@record
class RowService:
    """Where a row leads: its references and the verified ones of them, the targets in use, and the importing files."""

    references: int
    verified: int
    targets: tuple[str, ...]
    importers: tuple[str, ...]


@record
class TableReport:
    """What `map --check` found: the findings, and how many rows and references were looked at.

    `served` is what comes of each row of `workflow-ls.json`, by its place.
    """

    findings: tuple[RowFinding, ...]
    rows: int
    verified: int
    references: int
    served: Mapping[ValuePath, RowService]
