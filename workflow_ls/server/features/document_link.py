"""textDocument/documentLink: each specifier of workflow code, as a link to the file that it goes to."""

from __future__ import annotations

from lsprotocol import types

from workflow_ls.diagnostics import Status
from workflow_ls.ide.navigation import CanonicalReading, LegacyReading, read_all
from workflow_ls.server.file_view import View, look
from workflow_ls.server.server import WorkflowServer


async def link(ls: WorkflowServer, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
    """The links of a document, in file order, their targets resolved."""

    def find(view: View) -> list[types.DocumentLink]:
        tooltips = ls.session.client.link_tooltips
        readings = sorted(
            read_all(view.folder.analysis.targets, view.facts), key=lambda reading: reading.reference.span
        )
        return [
            types.DocumentLink(
                view.mapper.range(reading.reference.span),
                view.uri(reading.paths[0]),
                tooltip_of(reading) if tooltips else None,
            )
            for reading in readings
            if reading.paths
        ]

    return await look(ls, params.text_document.uri, find) or []


def tooltip_of(reading: LegacyReading | CanonicalReading) -> str:
    """What the link opens, in a line."""
    path = reading.paths[0]
    if isinstance(reading, CanonicalReading):
        return path
    target = reading.outcome.target
    if target.status is Status.VERIFIED:
        return f"{path}, behind {target.replacement}"
    return f"{path}, the legacy module ({'blocked' if target.status is Status.BLOCKED else 'not checked'})"


HANDLERS = ((types.TEXT_DOCUMENT_DOCUMENT_LINK, link, types.DocumentLinkOptions(resolve_provider=False)),)
