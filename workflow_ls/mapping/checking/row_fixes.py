"""Fixes of rows: the right value for a wrong one, or no row; and a new row for what has a home elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ls.config.settings import CONFIG_FILE
from workflow_ls.config.table_records import ModuleRow
from workflow_ls.diagnostics import FileEdit, Fix
from workflow_ls.jsonc.document import parse_json
from workflow_ls.jsonc.formatting import to_json
from workflow_ls.mapping.checking.table_report import RowFinding
from workflow_ls.mapping.demand import Demand
from workflow_ls.mapping.gathering import gather, surroundings_of
from workflow_ls.mapping.public_names import workspace_packages
from workflow_ls.mapping.rows.choice_of_rows import ModuleProposal, Proposed, package_name, propose_rows
from workflow_ls.mapping.rows.config_edits import with_rows_written
from workflow_ls.project.file_facts import LegacyReference
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.text_edits.item_removal import remove_items
from workflow_ls.text import Edit, edit_between


def fixes_of(text: bytes, finding: RowFinding) -> Iterator[Fix]:
    """The fixes of a finding in the text of `workflow-ls.json`: the right value, and the removal of the row."""
    if finding.place is None or finding.span is None:
        return
    if finding.replacement is not None:
        edit = Edit(finding.span, to_json(finding.replacement))
        yield Fix(f"Replace with '{finding.replacement}'", (FileEdit(CONFIG_FILE, (edit,), text),))
    root = parse_json(text, comments=True).root
    row = None if root is None else root.at(*finding.place[:2])
    if finding.is_removable and row is not None:
        yield Fix("Remove this row", (FileEdit(CONFIG_FILE, remove_items(text, [row.span]), text),))


def rows_elsewhere(workspace: Workspace, path: str, legacy: LegacyReference) -> tuple[Proposed, ...]:
    """The rows that lead the names of one reference to where they are public; none if one of them has no such place."""
    names = {name.name: 1 for name in legacy.names}
    file = workspace.resolver.legacy_file(legacy.module)
    if file is not None and not names:
        names = dict.fromkeys(workspace.exports.exports(file).names, 0)
    if not names:
        return ()
    demand = Demand(legacy.module, file, names, (path,), (path,))
    clues = gather(workspace, workspace_packages(workspace), [demand], None)
    proposal: ModuleProposal = propose_rows(clues, surroundings_of(workspace, clues), demand)
    in_force = workspace.table.row_for(legacy.module)
    rows = proposal.certain
    if proposal.homeless or proposal.doubtful or not rows:
        return ()
    if in_force is not None and len(rows) == 1 and rows[0].target in in_force.to:
        return ()  # something else than the table is in the way
    return rows


def add_rows(workspace: Workspace, text: bytes, rows: tuple[Proposed, ...]) -> Fix | None:
    """The fix that writes rows into the text of `workflow-ls.json`; None if they can't be written there."""
    known = {package.name: package for package in workspace_packages(workspace)}
    used = dict.fromkeys(package_name(row.target) for row in rows)
    packages = [known[name] for name in used if name in known and workspace.table.split(name) is None]
    try:
        after = with_rows_written(text, workspace.table, packages, [row.row for row in rows])
    except ValueError:
        return None
    targets = " and ".join(dict.fromkeys(f"'{row.target}'" for row in rows))
    what = "Add the row" if len(rows) == 1 and isinstance(rows[0].row, ModuleRow) else "Add the rows"
    title = f"{what} to workflow-ls.json: {targets} has it ({rows[0].row.note})"
    return Fix(title, (FileEdit(CONFIG_FILE, (edit_between(text, after),), text),))
