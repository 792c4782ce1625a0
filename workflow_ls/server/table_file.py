"""Hover and completion in workflow-ls.json: where a row leads, and what may be written in one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from lsprotocol import types

from workflow_ls.config.settings import CONFIG_FILE
from workflow_ls.config.validation import ValuePath
from workflow_ls.ide.table_completion import Completed, complete_in_table, place_at
from workflow_ls.jsonc.document import parse_json
from workflow_ls.mapping.checking.table_report import RowService
from workflow_ls.mapping.public_names import PublicIndex, workspace_packages
from workflow_ls.printable import counted, visible
from workflow_ls.reporters.markdown import code
from workflow_ls.server.protocol.convert import Mapper
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.session.snapshot import SessionSnapshot
from workflow_ls.server.session.workspace_folder import WorkspaceFolder

T = TypeVar("T")
_SHOWN = 8  # importing files of a row


async def hover_row(ls: WorkflowServer, params: types.HoverParams) -> types.Hover | None:
    """Where the row at a position leads; None anywhere else."""
    markdown = ls.session.client.markdown_hover

    def job(folder: WorkspaceFolder, text: bytes, mapper: Mapper) -> types.Hover | None:
        root = parse_json(text, comments=True).root
        place = None if root is None else place_at(root, mapper.offset(params.position))
        report = folder.table_report()
        if root is None or place is None or report is None or len(place) < 2:
            return None
        key: ValuePath = place[:2]
        row, served = root.at(*key), report.served.get(key)
        if row is None or served is None:
            return None
        kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
        lines = ("\n\n" if markdown else "\n").join(_lines(served, markdown=markdown))
        return types.Hover(types.MarkupContent(kind, lines), mapper.range(row.span))

    return await _in_table(ls, params.text_document.uri, job)


def _lines(served: RowService, *, markdown: bool) -> Iterator[str]:
    shown = code if markdown else visible
    if not served.references:
        yield "No reference uses this row."
        return
    targets = ", ".join(shown(target) for target in served.targets)
    yield f"{served.verified} of {counted(served.references, 'reference')} verified{': ' + targets if targets else ''}"
    more = len(served.importers) - _SHOWN
    files = ", ".join(visible(path) for path in served.importers[:_SHOWN])
    yield f"In {files}{f' and {more} more' if more > 0 else ''}"


async def complete_row(ls: WorkflowServer, params: types.CompletionParams) -> types.CompletionList | None:
    """The modules, specifiers, packages and keys that fit at a position."""

    def job(folder: WorkspaceFolder, text: bytes, mapper: Mapper) -> types.CompletionList | None:
        workspace = folder.workspace
        packages = workspace_packages(workspace)

        def served() -> tuple[str, ...]:
            return tuple(each.specifier for each in workspace.component(PublicIndex).served(packages))

        found = complete_in_table(workspace, text, mapper.offset(params.position), packages, served)
        if found is None:
            return None
        range_ = mapper.range(found.span)
        return types.CompletionList(is_incomplete=False, items=[_item(each, range_) for each in found.items])

    return await _in_table(ls, params.text_document.uri, job)


def _item(item: Completed, range_: types.Range) -> types.CompletionItem:
    kind = types.CompletionItemKind.Property if item.is_key else types.CompletionItemKind.Module
    return types.CompletionItem(
        item.text, kind=kind, detail=visible(item.detail) or None, text_edit=types.TextEdit(range_, item.text)
    )


async def _in_table(
    ls: WorkflowServer, uri: str, work: Callable[[WorkspaceFolder, bytes, Mapper], T | None]
) -> T | None:
    location = ls.session.locate(uri)
    if location is None or location.path != CONFIG_FILE:
        return None
    directory = location.directory

    def job(snapshot: SessionSnapshot) -> T | None:
        folder = snapshot.folder(directory)
        text = folder.files.read(CONFIG_FILE)
        return None if text is None else work(folder, text, snapshot.mapper(folder, CONFIG_FILE))

    return await ls.session.run(job)
