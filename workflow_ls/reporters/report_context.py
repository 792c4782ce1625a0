"""What the reporters share: the context, places in files, and the advice on a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from workflow_ls.diagnostics import Applicability, Diagnostic, Report, Severity, Status
from workflow_ls.records import field, record
from workflow_ls.text import BOM, LineIndex, Span

TOOL = "workflow-ls"


@record
class RuleInfo:
    """What a report says about a rule; `page` is its documentation, in Markdown."""

    code: str
    summary: str
    severity: Severity
    page: str


@record(slots=False)
class ReportContext:
    """What a reporter is given besides the report.

    `sources` gives the bytes of a file as it was checked, by its path from the root.  `color` allows ANSI colours,
    `statistics` replaces the findings by counts; both concern text only.  `fail_on` is the least severity that fails
    the run.
    """

    sources: Callable[[str], bytes]
    color: bool = False
    statistics: bool = False
    version: str = ""
    rules: Mapping[str, RuleInfo] = field(default_factory=dict)
    fail_on: Severity = Severity.WARNING
    _files: dict[str, SourceFile] = field(default_factory=dict, init=False, repr=False, compare=False)

    def file(self, path: str) -> SourceFile:
        """A file with its line index, which is made once."""
        if path not in self._files:
            text = self.sources(path)
            self._files[path] = SourceFile(text, LineIndex(text), text.startswith(BOM))
        return self._files[path]


Reporter = Callable[[Report, ReportContext], str]


@record
class SourceFile:
    """The bytes of a file, where its lines start, and whether it starts with a byte order mark."""

    text: bytes
    lines: LineIndex
    marked: bool

    @property
    def start(self) -> int:
        """The offset of the first byte that is text."""
        return len(BOM) if self.marked else 0


class Region(NamedTuple):
    """A range by line and column, all from 1, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


def region(file: SourceFile, span: Span) -> Region:
    """The range of a span, columns in Unicode code points.

    A byte order mark has no column, as in editors and in SARIF (2.1.0, 3.30.2).
    """
    start, end = file.lines.position(span.start, "utf-32"), file.lines.position(span.end, "utf-32")
    return Region(
        start.line + 1,
        start.column + (0 if _past_mark(file, start.line, start.column) else 1),
        end.line + 1,
        end.column + (0 if _past_mark(file, end.line, end.column) else 1),
    )


def _past_mark(file: SourceFile, line: int, column: int) -> bool:
    return file.marked and line == 0 and column > 0


def byte_region(file: SourceFile, span: Span) -> Region:
    """The range of a span, columns in UTF-8 bytes of the line as it is in the file, byte order mark included."""
    start, end = file.lines.position(span.start, "utf-8"), file.lines.position(span.end, "utf-8")
    return Region(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def ordered(report: Report) -> list[Diagnostic]:
    """The findings by path and place, the same in every run."""
    return sorted(report.diagnostics, key=lambda finding: (finding.path, finding.span, finding.rule, finding.message))


def files_with_findings(report: Report) -> int:
    """How many files have a finding."""
    return len({finding.path for finding in report.diagnostics})


def advice(finding: Diagnostic) -> Iterator[str]:
    """The advice on a finding, a line each: its fix, and why that is unverified or blocked."""
    change = _change(finding)
    if change:
        yield f"→ {change}"
    if finding.reason is not None:
        yield f"{finding.status.value if finding.status is not None else 'note'}: {finding.reason}"
    elif finding.status is Status.BLOCKED:
        yield finding.status.value
    if finding.origin is not None:
        yield finding.origin.sentence


def _change(finding: Diagnostic) -> str:
    fix = finding.fix
    if finding.status is Status.BLOCKED or not (finding.replacements or fix):
        return ""
    if finding.replacements:
        change = ", ".join(f"'{specifier}'" for specifier in finding.replacements)
    else:
        change = fix.title if fix is not None else ""
    if fix is None:
        return change
    others = [edited.path for edited in fix.files if edited.path != finding.path]
    also = f", with a change to {' and '.join(others)}" if others else ""
    return change + also + (" (only with `fix --unsafe`)" if fix.applicability is Applicability.UNSAFE else "")


def explained(finding: Diagnostic) -> str:
    """The message and the advice, a line each."""
    return "\n".join((finding.message, *advice(finding)))
