"""Writes a table as JSON, which the loader reads as the same table."""

from __future__ import annotations

from typing import Any

from workflow_ls.config.table import Table
from workflow_ls.config.table_records import LegacyPart, ModuleRow, NameRow, TargetPackage


def table_to_json(table: Table) -> dict[str, Any]:
    """The JSON value of a table file (`table.schema.json`) with exactly this table."""
    parts = [_legacy(part) for part in table.legacy_parts]
    legacy = parts if table.parts else parts[0]
    return {
        "canonical": _package(table.canonical),
        "packages": [_package(package) for package in table.packages if package != table.canonical],
        "legacy": legacy,
        "core": list(table.core),
        "ee": {"directories": list(table.ee), "specifiers": list(table.ee_specifiers)},
        "serverPackages": list(table.server_packages),
        "docs": list(table.docs),
        "tsconfigs": [list(files) for files in table.tsconfigs],
        "modules": [_module_row(table, row) for row in table.modules],
        "names": [_name_row(table, row) for row in table.names],
    }


def _legacy(part: LegacyPart) -> dict[str, Any]:
    package = {} if part.package is None else {"package": _package(part.package)}
    return {"roots": list(part.roots), "tree": part.tree, **package}


def _package(package: TargetPackage) -> dict[str, str]:
    entry = {"name": package.name, "directory": package.directory, "sources": package.sources or "."}
    return {**entry, "output": package.output} if package.output else entry


def _module_row(table: Table, row: ModuleRow) -> dict[str, Any]:
    to = {"stays": True} if row.stays else {"to": list(row.to)}
    return _filled({"from": _specifier(table, row.module), **to, "note": row.note})


def _name_row(table: Table, row: NameRow) -> dict[str, Any]:
    entry = {"module": _specifier(table, row.module), "name": row.name, "to": row.to, "as": row.new_name}
    return _filled({**entry, "note": row.note})


def _filled(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if value is not None}


def _specifier(table: Table, module: str) -> str:
    return table.specifier_of(module)
