"""`workflow-ls cutover`: move the legacy tree and all that refers to it, in one step that happens or does not."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow_ls.cli.check import use_color
from workflow_ls.cli.context import Setting, open_workspace
from workflow_ls.cli.errors import UsageError, unknown
from workflow_ls.cli.git import dirty_files, dirty_tree, unfit_files
from workflow_ls.cli.journal import DIRECTORY, change_all, is_pending, recover
from workflow_ls.cli.output import emit
from workflow_ls.diagnostics import Severity
from workflow_ls.printable import counted, visible_path
from workflow_ls.records import replace
from workflow_ls.reporters import PLAN_REPORTERS
from workflow_ls.vfs.files import Query

if TYPE_CHECKING:
    from workflow_ls.moves.model import Plan, Problem


def run(options: argparse.Namespace) -> int:
    """Plan, tell, and unless it is a dry run or something stands in the way, write."""
    if options.format not in PLAN_REPORTERS:
        raise unknown("format", options.format, PLAN_REPORTERS)
    options.path = options.path or options.root or "."
    setting = open_workspace([options.path], options.root, search=False)
    if _recovered(setting, dry_run=options.dry_run):
        setting = open_workspace([options.path], options.root)
    plan = _plan(setting, options)
    plan = replace(plan, problems=(*_unfit(setting), *plan.problems))
    writing = not options.dry_run and not plan.is_empty and not plan.problems
    if writing and not options.allow_dirty:
        _refuse_dirty(setting, plan)
    color = options.output is None and use_color(sys.stdout)
    report = PLAN_REPORTERS[options.format](plan, color)
    if not writing:
        emit(report, options.output)
        if plan.problems:
            if options.dry_run:
                return 1
            raise UsageError(f"nothing was written: {counted(len(plan.problems), 'problem')} in the way")
        return 0 if plan.is_empty and not _loud(plan) else 1
    unstaged = change_all(setting.root, plan.before, plan.after, plan.renamed)
    emit(report, options.output)
    if unstaged is not None:
        print(f"workflow-ls: the moves are not in git's index: {unstaged}", file=sys.stderr)
    _check_again(options, plan)
    return 1 if _loud(plan) else 0


def _recovered(setting: Setting, *, dry_run: bool) -> bool:
    """Finish or drop what a killed run left; a dry run only says that there is something to finish."""
    if dry_run and is_pending(setting.root):
        raise UsageError(
            f"a cutover was interrupted ({DIRECTORY}); `workflow-ls cutover` without --dry-run finishes it"
        )
    found = None if dry_run else recover(setting.root)
    if found is not None:
        told = "finished the cutover that was interrupted" if found == "finished" else "dropped what a killed run left"
        print(f"workflow-ls: {told}", file=sys.stderr)
    return found is not None


def _plan(setting: Setting, options: argparse.Namespace) -> Plan:
    from workflow_ls.analysis import Analysis
    from workflow_ls.moves.plan import make_plan
    from workflow_ls.project.workspace import Workspace

    analysis = Analysis(Workspace(setting.files, setting.table, setting.settings))
    return make_plan(analysis, strict_boundaries=options.strict_boundaries, prefer_canonical=options.prefer_canonical)


def _unfit(setting: Setting) -> Iterator[Problem]:
    """What git says against any plan: a merge that is not done, and files that are not there."""
    from workflow_ls.moves.model import Problem

    conflicts, absent = unfit_files(setting.root)
    for path in conflicts:
        yield Problem(path, "it is in conflict; end the merge first")
    if absent:
        told = counted(len(absent), "file")
        yield Problem(absent[0], f"a sparse checkout leaves out {told}; run `git sparse-checkout disable` first")


def _refuse_dirty(setting: Setting, plan: Plan) -> None:
    dirty = sorted({*(dirty_tree(setting.root) or ()), *(dirty_files(setting.root, plan.before) or ())})
    if dirty:
        more = f" and {len(dirty) - 3} more" if dirty[3:] else ""
        raise UsageError(
            f"uncommitted changes in {', '.join(map(visible_path, dirty[:3]))}{more}; "
            "commit or stash them, or pass --allow-dirty"
        )


def _check_again(options: argparse.Namespace, plan: Plan) -> None:
    """Look at the disk anew: it must hold what was planned, and a second cutover must find nothing to do."""
    setting = open_workspace([options.path], options.root)
    wrong = [path for path, text in plan.after.items() if setting.files.read(path) != text]
    wrong += [path for path in plan.before if path not in plan.after and setting.files.kind(path) == "file"]
    found = set(setting.files.search((Query(("",)),)))
    ignored = [path for path in plan.after if path not in found and path not in wrong]
    if ignored:
        shown = ", ".join(map(visible_path, ignored[:3])) + (f" and {len(ignored) - 3} more" if ignored[3:] else "")
        print(f"workflow-ls: .gitignore excludes what was written: {shown}", file=sys.stderr)
    again = _plan(setting, options)
    wrong += sorted({*again.before, *again.after} - set(wrong))
    if wrong:
        shown = ", ".join(map(visible_path, wrong[:3])) + (f" and {len(wrong) - 3} more" if wrong[3:] else "")
        raise UsageError(
            f"what is on the disk is not what was planned: {shown}; was something else writing there? "
            "Compare with git, put it right, and start again"
        )


def _loud(plan: Plan) -> bool:
    return any(left.finding.severity >= Severity.WARNING for left in plan.remaining)
