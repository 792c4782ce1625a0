"""textDocument/codeLens: the number of workflow imports to move in a file, and "fix all"."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from workflow_ls.diagnostics import Diagnostic
from workflow_ls.proof.joined_fixes import FixOptions, applies
from workflow_ls.server.features.code_action import FIX_FILE
from workflow_ls.server.file_view import FileView, with_file
from workflow_ls.server.server import WorkflowServer
from workflow_ls.vfs.files import holds_code


async def count(ls: WorkflowServer, params: types.CodeLensParams) -> list[types.CodeLens]:
    """One lens above the statement of the first finding; none without a finding, or where the setting is off."""
    uri = params.text_document.uri
    if not ls.session.options.code_lens:
        return []

    def job(file: FileView) -> list[types.CodeLens]:
        findings = [finding for finding in file.folder.analysis.check_file(file.path) if finding.deprecated]
        if not findings:
            return []
        offset = findings[0].span.start
        if holds_code(file.path):
            source = file.folder.workspace.context.parsed.get(file.path, file.facts.text)
            offset = source.ancestry.statement_start(offset)
        line = file.mapper.position(offset).line
        start, what = types.Position(line, 0), file.folder.workspace.table.moving_import
        return [
            types.CodeLens(types.Range(start, start), types.Command(_title(findings, what), FIX_FILE, arguments=[uri]))
        ]

    return await with_file(ls, uri, job) or []


def _title(findings: Sequence[Diagnostic], what: str) -> str:
    total = len(findings)
    fixable = sum(applies(finding, FixOptions()) for finding in findings)
    moves = f"{total} {what}{'s' if total > 1 else ''} to move"
    return f"{moves}, {fixable} can be fixed — Fix all" if fixable else f"{moves}, none can be fixed yet"


HANDLERS = ((types.TEXT_DOCUMENT_CODE_LENS, count, types.CodeLensOptions(resolve_provider=False)),)
