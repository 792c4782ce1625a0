"""The plan of a cutover of all legacy folders and files: one after the other, as one plan.

Each is planned over what the plans before it leave, as if it were the only one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workflow_ls.analysis import Analysis
from workflow_ls.moves.cutover.manifest_diff import changed_entries
from workflow_ls.moves.cutover.part_tables import part_tables
from workflow_ls.moves.cutover.plan import PlannedCutover, plan_cutover
from workflow_ls.moves.cutover.remaining.leftovers import find_remaining
from workflow_ls.moves.plan_model import Plan, PlannedCriterion
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import replace
from workflow_ls.status import status_of
from workflow_ls.vfs.files import Files
from workflow_ls.vfs.overlay import EditedFiles


def plan_whole_cutover(
    analysis: Analysis,
    *,
    strict_boundaries: bool = False,
    prefer_canonical: bool = False,
    widen_mocks: bool = False,
) -> PlannedCutover:
    """As `plan_cutover`, for a table with any number of legacy folders and files."""

    def plan(each: Analysis) -> PlannedCutover:
        return plan_cutover(
            each, strict_boundaries=strict_boundaries, prefer_canonical=prefer_canonical, widen_mocks=widen_mocks
        )

    workspace = analysis.workspace
    tables = part_tables(workspace.table)
    if tables == (workspace.table,):
        return plan(analysis)
    files, plans, origins = workspace.files.untracked, list[Plan](), dict[str, str]()
    for table in tables:
        parsed = workspace.context.parsed
        found = plan(Analysis(Workspace(files, table, workspace.settings, parsed=parsed))).plan
        plans.append(_with_first_paths(found, origins))
        if found.problems:
            continue
        files = EditedFiles(files, found.after, removed=found.before.keys() - found.after.keys())
        origins = {**origins, **{new: origins.get(old, old) for old, new in found.renamed.items()}}
    return _joined(analysis, files, plans, origins)


def _with_first_paths(plan: Plan, origins: Mapping[str, str]) -> Plan:
    """A plan with the paths that files had before the first plan; `origins` has them by their present path."""
    if not origins:
        return plan
    return replace(
        plan,
        rewrites=tuple(replace(each, path=origins.get(each.path, each.path)) for each in plan.rewrites),
        problems=tuple(replace(each, path=origins.get(each.path, each.path)) for each in plan.problems),
    )


def _joined(analysis: Analysis, files: Files, plans: Sequence[Plan], origins: Mapping[str, str]) -> PlannedCutover:
    """One plan that does what all do; `files` are those afterwards, `origins` the old paths of moved files."""
    workspace = analysis.workspace
    touched = sorted({path for plan in plans for path in (*plan.before, *plan.after)})
    texts = {path: (workspace.files.read(path), files.read(path)) for path in touched}
    changed = {path: pair for path, pair in texts.items() if pair[0] != pair[1]}
    before = {path: old for path, (old, _) in changed.items() if old is not None}
    after = {path: new for path, (_, new) in changed.items() if new is not None}
    rewrites = tuple(dict.fromkeys(each for plan in plans for each in plan.rewrites))
    left = Analysis(Workspace(files, workspace.table, workspace.settings, parsed=workspace.context.parsed))
    findings = left.check().diagnostics
    plan = Plan(
        tuple(each for plan in plans for each in plan.file_moves),
        rewrites,
        tuple(changed_entries(before, after)),
        tuple(dict.fromkeys(each for plan in plans for each in plan.boundaries)),
        tuple(dict.fromkeys(each for plan in plans for each in plan.other_mentions)),
        tuple(dict.fromkeys(each for plan in plans for each in plan.problems)),
        tuple(dict.fromkeys(each for plan in plans for each in plan.notes)),
        tuple(find_remaining(analysis, left.workspace, findings, origins, rewrites)),
        tuple(PlannedCriterion(c.code, c.state, c.count) for c in status_of(left, findings).requirements),
        before,
        after,
        {old: new for new, old in origins.items() if new in after and old in before},
    )
    return PlannedCutover(plan, left)
