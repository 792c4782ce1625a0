"""textDocument/documentLink: each specifier of workflow code, as a link to its file."""

from __future__ import annotations

from lsprotocol import types

from workflow_ls.diagnostics import Status
from workflow_ls.ide.navigation import CanonicalSymbol, LegacySymbol, all_symbols
from workflow_ls.rewrite.target import Target
from workflow_ls.server.file_view import FileView, with_file
from workflow_ls.server.server import WorkflowServer


async def link(ls: WorkflowServer, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
    """The links of a document, in file order, their targets resolved."""

    def job(file: FileView) -> list[types.DocumentLink]:
        tooltips = file.snapshot.client.link_tooltips
        readings = sorted(
            all_symbols(file.folder.analysis.targets, file.facts), key=lambda reading: reading.reference.span
        )
        return [
            types.DocumentLink(
                file.mapper.range(reading.reference.span),
                file.uri(reading.paths[0]),
                tooltip_of(reading) if tooltips else None,
            )
            for reading in readings
            if reading.paths
        ]

    return await with_file(ls, params.text_document.uri, job, unsaved=True) or []


def tooltip_of(reading: LegacySymbol | CanonicalSymbol) -> str:
    """The file that the link opens, and why."""
    path = reading.paths[0]
    if isinstance(reading, CanonicalSymbol):
        return path
    target = reading.outcome.target
    if isinstance(target, Target) and target.status is Status.VERIFIED:
        return f"{path} ({', '.join(target.replacements)})"
    return f"{path} (legacy module, {'blocked' if target.status is Status.BLOCKED else 'not checked'})"


HANDLERS = ((types.TEXT_DOCUMENT_DOCUMENT_LINK, link, types.DocumentLinkOptions(resolve_provider=False)),)
