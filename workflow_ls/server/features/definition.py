"""textDocument/definition: from a specifier to its file."""

from __future__ import annotations

from lsprotocol import types

from workflow_ls.ide.navigation import symbol_at
from workflow_ls.server.file_view import FileView, with_file
from workflow_ls.server.server import WorkflowServer
from workflow_ls.syntax.model import Suppression


async def define(
    ls: WorkflowServer, params: types.DefinitionParams
) -> list[types.LocationLink] | list[types.Location] | None:
    """The files of a specifier: for a legacy one the target files where they are verified, else the legacy file."""

    def job(file: FileView) -> list[types.LocationLink] | list[types.Location] | None:
        reading = symbol_at(file.folder.analysis.targets, file.facts, file.mapper.offset(params.position))
        if reading is None or isinstance(reading, Suppression):
            return None
        start = types.Range(types.Position(0, 0), types.Position(0, 0))
        uris = [file.uri(path) for path in reading.paths]
        if file.snapshot.client.location_links:
            origin = file.mapper.range(reading.reference.span)
            return [types.LocationLink(uri, start, start, origin) for uri in uris] or None
        return [types.Location(uri, start) for uri in uris] or None

    return await with_file(ls, params.text_document.uri, job, unsaved=True)


HANDLERS = ((types.TEXT_DOCUMENT_DEFINITION, define, None),)
