"""Writes proposed rows into the text of a `workflow-ls.json`, whose comments and order stay."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from workflow_ls.config.table import Table
from workflow_ls.config.table_records import LegacyPart, ModuleRow, NameRow, TargetPackage
from workflow_ls.jsonc.array_edits import append_item
from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.formatting import formatter_at, line_indent
from workflow_ls.jsonc.property_edits import set_properties
from workflow_ls.jsonc.tree import Node
from workflow_ls.mapping.inference import DoubtfulRow, Proposal
from workflow_ls.mapping.legacy_frame import NOWHERE
from workflow_ls.text import Edit, Span, apply_edits


def written_config(text: bytes | None, proposal: Proposal, in_force: Table) -> bytes:
    """The text of `workflow-ls.json` with the rows of a proposal; `text` is the present one, None without a file.

    `in_force` is the table that the present file makes.  A row for the same module or name gets the new targets.  Rows
    in doubt become comments.  Raises ValueError for a text that is no JSON object.
    """
    table = proposal.table
    text = b"{\n}\n" if text is None or not text.strip() else text
    rows = [proved.proposed.row for proved in proposal.rows]
    if set(table.roots) <= set(in_force.roots):
        known = {package.name for package in in_force.packages}
        further = [package for package in proposal.packages if package.name not in known]
        text = with_rows_written(text, table, further, rows)
    elif in_force.is_builtin:
        text = with_rows_written(_with_frame(text, table), table, (), rows)
    else:
        text = with_rows_written(_with_trees(text, table, in_force), table, proposal.packages, rows)
    replaces = _root(text).at("replaceModules")
    if (not rows or (replaces is not None and replaces.data is True)) and _root(text).at("modules") is None:
        text = apply_edits(text, set_properties(text, _root(text), [("modules", [])]))  # a table without it is none
    return _with_comments(text, table, proposal.doubtful)


def with_rows_written(
    text: bytes, table: Table, packages: Iterable[TargetPackage], rows: Iterable[ModuleRow | NameRow]
) -> bytes:
    """The text of a `workflow-ls.json` with these packages and rows; raises ValueError if it is no JSON object."""
    items = _root(text).at("packages")
    names = (item.at("name") for item in (items.items if items is not None else ()))
    listed = {node.data for node in names if node is not None}
    for package in packages:
        if package.name not in listed:
            text = _with_item(text, "packages", package_json(package))
    for row in rows:
        text = _with_row(text, "modules" if isinstance(row, ModuleRow) else "names", row_json(table, row))
    return text


def row_json(table: Table, row: ModuleRow | NameRow) -> dict[str, Any]:
    """A row as it is written in a file; its legacy module by the first of its specifiers."""
    specifier = table.specifier_of(row.module)
    if isinstance(row, ModuleRow):
        entry: dict[str, Any] = {"from": specifier, "to": list(row.to), "note": row.note}
        if row.stays:
            entry = {"from": specifier, "stays": True, "note": row.note}
    else:
        entry = {"module": specifier, "name": row.name, "to": row.to, "as": row.new_name, "note": row.note}
    return {key: value for key, value in entry.items() if value is not None}


def package_json(package: TargetPackage) -> dict[str, str]:
    """A package as it is written in a file."""
    entry = {"name": package.name, "directory": package.directory}
    entry |= {} if package.sources == "src" else {"sources": package.sources or "."}
    return {**entry, "output": package.output} if package.output else entry


def frame_json(table: Table) -> dict[str, Any]:
    """The keys of a table besides its rows: what is legacy, the packages, and nothing of the built-in table."""
    data: dict[str, Any] = {"replaceModules": True, "legacy": legacy_json(table)}
    if table.canonical.name != NOWHERE:
        data["canonical"] = package_json(table.canonical)
    others = [package_json(package) for package in table.packages if package != table.canonical]
    data |= {"packages": others} if others else {}
    return {**data, "core": [], "ee": {"directories": [], "specifiers": []}, "tsconfigs": []}


def legacy_json(table: Table) -> Any:
    """What a table says is legacy, as it is written in a file: an object, or a list of them for several trees."""
    parts = [_part_json(part) for part in table.legacy_parts]
    return parts if table.parts else parts[0]


def _part_json(part: LegacyPart) -> dict[str, Any]:
    entry: dict[str, Any] = {"roots": list(part.roots), "tree": part.tree}
    if part.package is not None and part.package.directory:
        entry["package"] = package_json(part.package)
    return entry


def _with_trees(text: bytes, table: Table, in_force: Table) -> bytes:
    """The text with the trees that the table in force does not have; those that it has stay as they are written."""
    node = _root(text).at("legacy")
    known = {root for part in in_force.legacy_parts for root in part.roots}
    new = [_part_json(part) for part in table.legacy_parts if not known.intersection(part.roots)]
    if node is None or node.kind != "array":
        present = [] if node is None else [node.data]
        return apply_edits(text, set_properties(text, _root(text), [("legacy", [*present, *new])]))
    for entry in new:
        text = _with_item(text, "legacy", entry)
    return text


def _with_frame(text: bytes, table: Table) -> bytes:
    return apply_edits(text, set_properties(text, _root(text), [*frame_json(table).items()]))


def _root(text: bytes) -> Node:
    document = parse_json(text, comments=True)
    if document.problems or document.root is None or document.root.kind != "object":
        raise ValueError("it is no JSON object")
    return document.root


def _with_item(text: bytes, key: str, data: object) -> bytes:
    root = _root(text)
    array = root.at(key)
    if array is None:
        text = apply_edits(text, set_properties(text, root, [(key, [])]))
        array = _root(text).at(key)
    if array is not None and array.kind == "array" and not array.items:
        # Each row has a line of its own, as the rows after it will have.
        indent, unit = line_indent(text, array.span.start), formatter_at(text, array).indent_unit
        row = formatter_at(text, array).value(data, (), indent + unit, multiline=False)
        return apply_edits(text, (Edit(array.span, f"[\n{indent}{unit}{row}\n{indent}]"),))
    if array is None:
        return text
    return apply_edits(text, append_item(text, array, data))


def _with_row(text: bytes, key: str, data: dict[str, Any]) -> bytes:
    """The text with a row: in the place of the one that it replaces, else at the end."""
    names = ("from",) if key == "modules" else ("module", "name")
    array = _root(text).at(key)
    for node in array.items if array is not None else ():
        if all((found := node.at(name)) is not None and found.data == data[name] for name in names):
            return apply_edits(text, set_properties(text, node, [*data.items()], after=_ROW_KEYS))
    return _with_item(text, key, data)


_ROW_KEYS = ("from", "to", "module", "name", "as")


def _with_comments(text: bytes, table: Table, doubtful: Sequence[DoubtfulRow]) -> bytes:
    """The text with a comment for each row in doubt, at the end of its list."""
    for key, kind in (("modules", ModuleRow), ("names", NameRow)):
        lines = [*_comments(table, [each for each in doubtful if isinstance(each.proposed.row, kind)])]
        lines = [line for line in lines if line.encode() not in text]
        if not lines:
            continue
        if _root(text).at(key) is None:  # a row that is taken has to be in its list
            text = apply_edits(text, set_properties(text, _root(text), [(key, [])]))
        root = _root(text)
        array = root.at(key)
        if array is not None and array.kind == "array" and not array.items:
            indent, unit = line_indent(text, array.span.start), formatter_at(text, array).indent_unit
            inner = "".join(f"\n{indent}{unit}{line}" for line in lines)
            text = apply_edits(text, (Edit(array.span, f"[{inner}\n{indent}]"),))
            continue
        node = array.items[-1] if array is not None and array.items else None
        if node is None and root.properties:
            node = root.properties[-1].value
        if node is None:
            continue
        indent = line_indent(text, node.span.start)
        end = text.find(b"\n", node.span.end)
        inside = array.span.end if array is not None and array.items else root.span.end
        at = end if 0 <= end < inside else node.span.end
        written = "".join(f"\n{indent}{line}" for line in lines) + ("" if at == end else f"\n{indent}")
        text = apply_edits(text, (Edit(Span(at, at), written),))
    return text


def _comments(table: Table, doubtful: Iterable[DoubtfulRow]) -> Iterable[str]:
    for each in doubtful:
        row = json.dumps(row_json(table, each.proposed.row), ensure_ascii=False)
        reason = each.reason.partition(" (")[0] if " > " in each.reason else each.reason
        yield f"// in doubt, since {reason}: {row}".replace("\n", " ")
