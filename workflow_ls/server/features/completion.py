"""textDocument/completion: specifiers between quotes, and names between the braces of an import."""

from __future__ import annotations

from lsprotocol import types

from workflow_ls.ide.completion import Exported, Names, Specifier, complete
from workflow_ls.project.export_index import Meaning
from workflow_ls.server.file_view import View, look
from workflow_ls.server.server import WorkflowServer

_INDEX = ("/index.ts", "/index.tsx", "/index.js")
_KINDS = {
    Meaning(value=True, type=True): types.CompletionItemKind.Class,
    Meaning(value=True, type=False): types.CompletionItemKind.Variable,
}


async def offer(ls: WorkflowServer, params: types.CompletionParams) -> types.CompletionList | None:
    """What can be written at a place; None where it is none of ours."""

    def find(view: View) -> types.CompletionList | None:
        targets = view.folder.analysis.targets
        found = complete(targets, view.facts, view.mapper.offset(params.position))
        if found is None:
            return None
        range_ = view.mapper.range(found.span)
        if isinstance(found, Names):
            return types.CompletionList(is_incomplete=False, items=[_name(item, range_) for item in found.items])
        items = [_specifier(item, range_, place) for place, item in enumerate(found.items)]
        return types.CompletionList(is_incomplete=False, items=items)

    return await look(ls, params.text_document.uri, find)


def _specifier(item: Specifier, range_: types.Range, place: int) -> types.CompletionItem:
    folder = item.path.endswith(_INDEX)
    moved = "" if item.typed == item.specifier else f", where {item.typed} went"
    return types.CompletionItem(
        label=item.specifier,
        kind=types.CompletionItemKind.Module if folder else types.CompletionItemKind.File,
        detail=item.path + moved,
        sort_text=f"{place:05}",
        # Clients compare this with what is there, which may be a legacy specifier.
        filter_text=item.typed,
        text_edit=types.TextEdit(range_, item.specifier),
    )


def _name(item: Exported, range_: types.Range) -> types.CompletionItem:
    return types.CompletionItem(
        label=item.name,
        kind=_KINDS.get(item.meaning, types.CompletionItemKind.Interface),
        detail=item.path,
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
