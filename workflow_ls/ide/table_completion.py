"""What may be written at a place of `workflow-ls.json`: legacy modules, specifiers, packages, directories and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from workflow_ls.config.spec import config_file
from workflow_ls.config.table_records import TargetPackage
from workflow_ls.config.validation import ValuePath
from workflow_ls.config.value_types import ListOf, Object
from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.tree import Node
from workflow_ls.project.workspace import Workspace
from workflow_ls.text import Span
from workflow_ls.vfs.files import SOURCE_EXTENSIONS, Query


class Completed(NamedTuple):
    """One completion: the text between the quotes, what it is, and whether it is a key."""

    text: str
    detail: str = ""
    is_key: bool = False


class TableCompletions(NamedTuple):
    """The completions for the text between two quotes."""

    span: Span
    items: tuple[Completed, ...]


def complete_in_table(
    workspace: Workspace,
    text: bytes,
    offset: int,
    packages: Sequence[TargetPackage],
    served: Callable[[], Iterable[str]],
) -> TableCompletions | None:
    """The completions in the string at an offset; None outside of a string, or where nothing is known.

    `packages` may be named, and `served` gives the specifiers that may be targets.
    """
    root = parse_json(text, comments=True).root
    if root is None:
        return None
    key = _key_at(root, offset)
    if key is not None:
        return TableCompletions(Span(key.start + 1, key.end - 1), tuple(_keys(root, key)))
    place = place_at(root, offset)
    node = None if place is None else root.at(*place)
    if place is None or node is None or node.kind != "string" or not node.span.start < offset < node.span.end:
        return None
    items = tuple(_values(workspace, place, packages, served))
    return TableCompletions(Span(node.span.start + 1, node.span.end - 1), items) if items else None


def place_at(root: Node, offset: int) -> ValuePath | None:
    """The place of the innermost value at an offset; None outside of the root."""
    if not root.span.start <= offset <= root.span.end:
        return None
    path: ValuePath = ()
    node = root
    while True:
        steps: list[tuple[str | int, Node]] = [(each.key, each.value) for each in node.properties]
        steps += enumerate(node.items)
        inner = next((step for step in steps if step[1].span.start <= offset <= step[1].span.end), None)
        if inner is None:
            return path
        path, node = (*path, inner[0]), inner[1]


def _key_at(root: Node, offset: int) -> Span | None:
    todo = [root]
    while todo:
        node = todo.pop()
        for each in node.properties:
            if each.key_span.start < offset < each.key_span.end:
                return each.key_span
        todo += node.children
    return None


def _keys(root: Node, span: Span) -> Iterator[Completed]:
    """The keys that the object around a key may have, and has not yet."""
    type_: object = config_file(())
    node = root
    while isinstance(type_, Object):
        if any(each.key_span == span for each in node.properties):
            present = {each.key for each in node.properties if each.key_span != span}
            yield from (Completed(key.name, key.description, True) for key in type_.keys if key.name not in present)
            return
        step = next((each for each in node.properties if each.value.span.contains(span)), None)
        key = None if step is None else next((each for each in type_.keys if each.name == step.key), None)
        if step is None or key is None:
            return
        type_, node = key.type, step.value
        if isinstance(type_, ListOf):
            item = next((each for each in node.items if each.span.contains(span)), None)
            if item is None:
                return
            type_, node = type_.item, item


def _values(
    workspace: Workspace, place: ValuePath, packages: Sequence[TargetPackage], served: Callable[[], Iterable[str]]
) -> Iterator[Completed]:
    table = workspace.table
    match place:
        case ("modules", _, "from") | ("names", _, "module"):
            queries = tuple(Query(SOURCE_EXTENSIONS, (), under=folder) for folder in table.folders)
            for path in workspace.files.search(queries):
                module = table.module_at(path)
                if module is not None and not path.endswith((".test.ts", ".test.tsx", ".d.ts")):
                    yield from (Completed(specifier, path) for specifier in table.specifiers_of(module))
        case ("modules", _, "to", _) | ("names", _, "to"):
            yield from (Completed(specifier) for specifier in served())
        case ("packages", _, "name") | ("canonical", "name"):
            yield from (Completed(package.name, package.directory) for package in packages)
        case ("packages", _, "directory") | ("canonical", "directory"):
            yield from (Completed(package.directory, package.name) for package in packages)
        case _:
            return
