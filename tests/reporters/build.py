"""Reports from marked text: a pair of `$0` in a source is the range of a finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.fixture import unmark
from workflow_ls.diagnostics import Blocked, Diagnostic, FileEdit, Fix, Notice, Report, Severity, Status
from workflow_ls.reporters.report_context import ReportContext, RuleInfo
from workflow_ls.text import Edit, Span

RULES = {
    code: RuleInfo(code, summary, severity, f"# {code}\n\n{summary}\n")
    for code, summary, severity in (
        ("deprecated-import", "A module reference names a legacy specifier.", Severity.WARNING),
        ("legacy-proxy", "A canonical module only re-exports the legacy tree.", Severity.INFORMATION),
        ("missing-name", "The canonical module has no such export.", Severity.ERROR),
    )
}

MOVED = Diagnostic(
    "",
    "deprecated-import",
    Severity.WARNING,
    "'@shared/workflow/runtime' is deprecated",
    Span(0, 0),
    specifier="@shared/workflow/runtime",
    replacements=("@alga-psa/workflows/runtime",),
    status=Status.VERIFIED,
    deprecated=True,
)
BLOCKED = replace(
    MOVED,
    replacements=(),
    status=Status.BLOCKED,
    cause=Blocked("`start` is not exported by ee/packages/workflows/src/runtime/index.ts; export it there"),
)
UNVERIFIED = replace(
    MOVED, status=Status.UNVERIFIED, cause=Blocked("the package `@alga-psa/workflows` is not in this workspace")
)
PROXY = Diagnostic("", "legacy-proxy", Severity.INFORMATION, "it only re-exports the legacy tree", Span(0, 0))


class Sample:
    """A report in the making, and the sources it speaks of."""

    def __init__(self, **context: object) -> None:
        self.sources: dict[str, bytes] = {}
        self.findings: list[Diagnostic] = []
        self.notices: list[Notice] = []
        self.checked = 0
        self._context = context

    def file(self, path: str, text: str | bytes, *findings: Diagnostic) -> Sample:
        """A source with a finding per mark; one with a replacement and no fix gets the fix that it stands for."""
        self.checked += 1
        self.sources[path], spans = unmark(text)
        assert len(spans) == len(findings)
        for finding, span in zip(findings, spans):
            if finding.replacement is not None and finding.fix is None:
                edit = FileEdit(path, (Edit(span, finding.replacement),), self.sources[path])
                finding = replace(finding, fix=Fix("Replace the specifier", (edit,)))
            self.findings.append(replace(finding, path=path, span=span))
        return self

    def other(self, path: str, text: str | bytes) -> Span:
        """A source that findings point to, and its marked range."""
        self.sources[path], (span,) = unmark(text)
        return span

    def notice(
        self, path: str, message: str, line: int | None = None, fatal: bool = False, *, skips: bool = False
    ) -> Sample:
        self.notices.append(Notice(path, message, line, fatal, skips=skips))
        return self

    @property
    def report(self) -> Report:
        return Report(tuple(self.findings), tuple(self.notices), self.checked)

    def context(self, **fields: object) -> ReportContext:
        values: dict[str, object] = {"version": "1.2.3", "rules": RULES, **self._context, **fields}
        make: Callable[..., ReportContext] = ReportContext
        return make(self.sources.__getitem__, **values)

    def render(self, reporter: Callable[[Report, ReportContext], str], **fields: object) -> str:
        return reporter(self.report, self.context(**fields))


def everyday() -> Sample:
    """A verified, a blocked and an unverified finding, one without a rewrite, and a notice."""
    return (
        Sample()
        .file(
            "packages/jobs/src/run.ts",
            "import { start } from '$0@shared/workflow/runtime$0';\n"
            'import { stop } from "$0@shared/workflow/runtime$0";\n',
            MOVED,
            BLOCKED,
        )
        .file("ee/packages/workflows/src/runtime/index.ts", "$0export * from '@shared/workflow/runtime';$0\n", PROXY)
        .file("server/a.ts", "\n\njest.mock('$0@shared/workflow/runtime$0');\n", UNVERIFIED)
        .notice("server/latin1.ts", "skipped: it is not UTF-8")
    )
