"""A table with several legacy folders and files as tables with one each."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import TypeVar

from workflow_ls.config.table import Table
from workflow_ls.config.table_records import LegacyPart, ModuleRow, NameRow
from workflow_ls.records import replace

Row = TypeVar("Row", ModuleRow, NameRow)


def part_tables(table: Table) -> tuple[Table, ...]:
    """A table for each legacy folder or file, in their order, with the rows for its modules; the table itself for one.

    What lies in another one counts with that.
    """
    return tuple(_part_table(table, part) for part in table.parts) if table.parts else (table,)


def _part_table(table: Table, part: LegacyPart) -> Table:
    tree = posixpath.dirname(part.tree) if part.is_file else part.tree
    frame = replace(
        table,
        roots=part.roots,
        tree=tree,
        legacy_package=part.package,
        modules=(),
        names=(),
        parts=(part,),
    )
    modules, names = _rows(table, frame, table.modules), _rows(table, frame, table.names)
    return replace(frame, modules=tuple(modules), names=tuple(names))


def _rows(table: Table, frame: Table, rows: Sequence[Row]) -> Iterator[Row]:
    """The rows for the modules of a part, with the names that these have in it."""
    for row in rows:
        found = (frame.module_of(specifier) for specifier in table.specifiers_of(row.module))
        module = next((each for each in found if each is not None), None)
        if module is not None:
            yield replace(row, module=module)
