"""One table for several legacy trees: those that somebody names, and those of the table in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from workflow_ls.config.module_names import common_directory, nowhere
from workflow_ls.config.table import Table
from workflow_ls.config.table_records import LegacyPart, ModuleRow, NameRow
from workflow_ls.mapping.legacy_frame import NOWHERE
from workflow_ls.records import replace

Row = TypeVar("Row", ModuleRow, NameRow)


def joined_frame(tables: Sequence[Table]) -> Table:
    """The table whose legacy code is that of all `tables`, with the rows of each; the first one is in force.

    Modules get the names that they have below the directory that contains all trees.
    """
    first, *others = tables
    if not others:
        return first
    parts = dict[str, LegacyPart]()
    for part in (part for table in tables for part in table.legacy_parts):
        known = parts.get(part.tree)
        roots = part.roots if known is None else tuple(dict.fromkeys((*known.roots, *part.roots)))
        parts[part.tree] = replace(part, roots=roots)
    named = next((table for table in tables if table.canonical.name not in ("", NOWHERE)), first)
    packages = {package.name: package for table in (named, *tables) for package in table.packages}
    return _with_parts(replace(named, packages=tuple(packages.values())), tuple(parts.values()), tables)


def with_lost_trees(table: Table, gone: Mapping[str, str]) -> Table:
    """The table with the folders that packages had before they were deleted, where it has none for them.

    `gone` has the folder of the sources of each such package, by name.
    """
    found = tuple(
        replace(part, tree=next((gone[root] for root in part.roots if root in gone), part.tree))
        if part.tree == nowhere(part.roots[0])
        else part
        for part in table.legacy_parts
    )
    if found == table.legacy_parts:
        return table
    if table.parts:
        return _with_parts(table, found, [table])
    return replace(table, tree=found[0].tree)


def lost_packages(table: Table) -> tuple[str, ...]:
    """The roots of a table that are in no folder."""
    return tuple(root for part in table.legacy_parts if part.tree == nowhere(part.roots[0]) for root in part.roots)


def _with_parts(table: Table, parts: Sequence[LegacyPart], tables: Sequence[Table]) -> Table:
    frame = replace(
        table,
        roots=tuple(dict.fromkeys(root for part in parts for root in part.roots)),
        tree=common_directory([part.tree for part in parts]),
        legacy_package=next((part.package for part in parts if part.package is not None), None),
        modules=(),
        names=(),
        parts=tuple(parts),
    )
    modules = {row.module: row for each in tables for row in _renamed(frame, each, each.modules)}
    names = {(row.module, row.name): row for each in tables for row in _renamed(frame, each, each.names)}
    return replace(frame, modules=tuple(modules.values()), names=tuple(names.values()))


def _renamed(frame: Table, table: Table, rows: Sequence[Row]) -> Iterator[Row]:
    """The rows of a table with the names that their modules have in another one."""
    for row in rows:
        module = frame.module_of(table.specifier_of(row.module))
        if module is not None:
            yield replace(row, module=module)
