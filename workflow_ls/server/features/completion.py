"""textDocument/completion: specifiers between quotes, and names between the braces of an import."""

from __future__ import annotations

from lsprotocol import types

from workflow_ls.config.settings import CONFIG_FILE
from workflow_ls.ide.specifier_completion import Exported, Names, Specifier, complete
from workflow_ls.printable import visible
from workflow_ls.project.exports.module_exports import Meaning
from workflow_ls.server.file_view import FileView, with_file
from workflow_ls.server.protocol.convert import SOURCE
from workflow_ls.server.server import WorkflowServer
from workflow_ls.server.table_file import complete_row
from workflow_ls.vfs.files import SOURCE_EXTENSIONS

_INDEX = ("/index.ts", "/index.tsx", "/index.js")
_KINDS = {
    Meaning(value=True, type=True): types.CompletionItemKind.Class,
    Meaning(value=True, type=False): types.CompletionItemKind.Variable,
}


async def offer(ls: WorkflowServer, params: types.CompletionParams) -> types.CompletionList | None:
    """The completions at a position; None where it is in no specifier or import of workflow code.

    Beside a server for TypeScript, which completes what is canonical, these are rewrites of legacy specifiers only.
    """
    beside = ls.session.options.beside_typescript and params.text_document.uri.endswith(SOURCE_EXTENSIONS)
    labels = ls.session.client.label_details
    if params.text_document.uri.endswith(f"/{CONFIG_FILE}"):
        return await complete_row(ls, params)

    def job(file: FileView) -> types.CompletionList | None:
        targets = file.folder.analysis.targets
        completions = complete(targets, file.facts, file.mapper.offset(params.position))
        if completions is None:
            return None
        range_ = file.mapper.range(completions.span)
        if isinstance(completions, Names):
            names = () if beside else completions.items
            return types.CompletionList(is_incomplete=False, items=[_name(item, range_) for item in names])
        specifiers = [item for item in completions.items if not beside or item.typed != item.specifier]
        items = [_specifier(item, range_, index) for index, item in enumerate(specifiers)]
        for item in items if labels else ():
            item.label_details = types.CompletionItemLabelDetails(description=SOURCE)
        return types.CompletionList(is_incomplete=False, items=items)

    return await with_file(ls, params.text_document.uri, job, unsaved=True)


def _specifier(item: Specifier, range_: types.Range, index: int) -> types.CompletionItem:
    is_folder = item.path.endswith(_INDEX)
    moved = "" if item.typed == item.specifier else f" (was {item.typed})"
    return types.CompletionItem(
        label=item.specifier,
        kind=types.CompletionItemKind.Module if is_folder else types.CompletionItemKind.File,
        detail=visible(item.path + moved),
        sort_text=f"{index:05}",
        # Clients compare this with the text at the position, which may be a legacy specifier.
        filter_text=item.typed,
        text_edit=types.TextEdit(range_, item.specifier),
    )


def _name(item: Exported, range_: types.Range) -> types.CompletionItem:
    return types.CompletionItem(
        label=item.name,
        kind=_KINDS.get(item.meaning, types.CompletionItemKind.Interface),
        detail=visible(item.path),
        sort_text=item.name,
        text_edit=types.TextEdit(range_, item.text),
    )


HANDLERS = (
    (
        types.TEXT_DOCUMENT_COMPLETION,
        offer,
        types.CompletionOptions(trigger_characters=["'", '"', "`", "/", "@"], resolve_provider=False),
    ),
)
