"""textDocument/definition: from a specifier to the file that it goes to."""

from __future__ import annotations

from lsprotocol import types

from workflow_ls.ide.navigation import read_at
from workflow_ls.server.file_view import View, look
from workflow_ls.server.server import WorkflowServer
from workflow_ls.syntax.model import Suppression


async def define(
    ls: WorkflowServer, params: types.DefinitionParams
) -> list[types.LocationLink] | list[types.Location] | None:
    """The files that a specifier goes to: of a legacy one the new ones where that is verified, else the old one."""

    def find(view: View) -> list[types.LocationLink] | list[types.Location] | None:
        reading = read_at(view.folder.analysis.targets, view.facts, view.mapper.offset(params.position))
        if reading is None or isinstance(reading, Suppression):
            return None
        start = types.Range(types.Position(0, 0), types.Position(0, 0))
        uris = [view.uri(path) for path in reading.paths]
        if ls.session.client.location_links:
            origin = view.mapper.range(reading.reference.span)
            return [types.LocationLink(uri, start, start, origin) for uri in uris] or None
        return [types.Location(uri, start) for uri in uris] or None

    return await look(ls, params.text_document.uri, find)


HANDLERS = ((types.TEXT_DOCUMENT_DEFINITION, define, None),)
