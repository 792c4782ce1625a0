"""Checks what a table says besides its rows: packages, folders and files that it names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workflow_ls.diagnostics import Severity
from workflow_ls.mapping.checking.config_places import ConfigPlaces, items_of, legacy_places
from workflow_ls.mapping.checking.corrections import package_correction
from workflow_ls.mapping.checking.table_report import RowFinding
from workflow_ls.project.workspace import Workspace


def frame_findings(workspace: Workspace, config: ConfigPlaces) -> Iterator[RowFinding]:
    """Directories and packages of the file that do not exist."""
    places = [
        ("canonical",),
        *((*part, "package") for part in legacy_places(config)),
        *(("packages", at) for at in range(len(items_of(config.root, "packages")))),
    ]
    for place in places:
        node = None if config.root is None else config.root.at(*place)
        entry: Any = None if node is None else node.data
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            continue
        fault = package_correction(workspace, entry["name"], entry.get("directory"))
        if fault is not None:
            where = (*place, fault.key)
            yield RowFinding(
                entry["name"],
                fault.message,
                Severity.WARNING if fault.replacement is not None else Severity.INFORMATION,
                where,
                config.span(where),
                fault.replacement,
                place[0] == "packages",
            )
    for part in legacy_places(config):
        place = (*part, "tree")
        node = None if config.root is None else config.root.at(*place)
        written: Any = None if node is None else node.data
        tree = written.removeprefix("./").rstrip("/") if isinstance(written, str) else ""
        if tree and workspace.files.kind(tree) is None:
            message = f"The folder {tree} does not exist. If its modules are gone for good, leave it as it is."
            yield RowFinding("legacy", message, Severity.INFORMATION, place, config.span(place))
