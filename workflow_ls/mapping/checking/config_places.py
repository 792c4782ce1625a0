"""Where the values of a table are in `workflow-ls.json`."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_ls.config.settings import CONFIG_FILE
from workflow_ls.config.table import Table
from workflow_ls.config.validation import ValuePath
from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.tree import Node
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import record, replace
from workflow_ls.text import Span


@record
class ConfigPlaces:
    """The values of `workflow-ls.json` with their places: the rows by what they are for."""

    root: Node | None
    modules: Mapping[str, int]
    names: Mapping[tuple[str, str], int]

    def span(self, place: ValuePath) -> Span | None:
        """The text of a value; of an object, that of its first value."""
        node = None if self.root is None else self.root.at(*place)
        if node is not None and node.kind == "object" and node.properties:
            node = node.properties[0].value
        return None if node is None else node.span


def read_config_places(workspace: Workspace) -> ConfigPlaces:
    """The places of the rows in the `workflow-ls.json` of a workspace."""
    text = workspace.files.read(CONFIG_FILE)
    root = None if text is None else parse_json(text, comments=True).root
    table = replace(workspace.table, modules=())  # which names what stays, too
    modules, names = dict[str, int](), dict[tuple[str, str], int]()
    for index, node in enumerate(items_of(root, "modules")):
        module = _module(table, node.at("from"))
        if module is not None:
            modules[module] = index
    for index, node in enumerate(items_of(root, "names")):
        module, name = _module(table, node.at("module")), node.at("name")
        if module is not None and name is not None and isinstance(name.data, str):
            names[module, name.data] = index
    return ConfigPlaces(root, modules, names)


def items_of(root: Node | None, key: str) -> tuple[Node, ...]:
    """The values of a list; none if it is not there."""
    node = None if root is None else root.at(key)
    return () if node is None else node.items


def _module(table: Table, node: Node | None) -> str | None:
    return table.module_of(node.data) if node is not None and isinstance(node.data, str) else None


def legacy_places(config: ConfigPlaces) -> tuple[ValuePath, ...]:
    """The places of the objects that say what is legacy: one, or those of a list."""
    node = None if config.root is None else config.root.at("legacy")
    if node is None or node.kind != "array":
        return (("legacy",),)
    return tuple(("legacy", at) for at in range(len(node.items)))
