"""`workflow-ls cutover`: move the legacy tree and update every reference to it, all or nothing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow_ls.cli.context import CommandContext, open_context
from workflow_ls.cli.errors import UsageError, unknown
from workflow_ls.cli.output import colors_report, emit
from workflow_ls.cli.transaction.git_status import (
    conflicted_and_absent_files,
    dirty_files,
    dirty_tree,
    refuse_uncommitted,
)
from workflow_ls.cli.transaction.journal import DIRECTORY, is_pending, recover, replace_files
from workflow_ls.cli.verification import verify_options
from workflow_ls.diagnostics import Blocked, Severity
from workflow_ls.printable import counted, listed, visible_path
from workflow_ls.records import replace
from workflow_ls.reporters import PLAN_REPORTERS
from workflow_ls.vfs.files import Query

if TYPE_CHECKING:
    from workflow_ls.moves.plan_model import Plan, Problem


def run(options: argparse.Namespace) -> int:
    """Print the plan, and carry it out unless it is a dry run or has problems; returns the exit code."""
    if options.format not in PLAN_REPORTERS:
        raise unknown("format", options.format, PLAN_REPORTERS)
    options.path = (options.root or ".") if options.path is None else options.path
    context = open_context([options.path], options.root, search=False)
    if _recovered(context, dry_run=options.dry_run):
        context = open_context([options.path], options.root)
    plan = _plan(context, options)
    plan = replace(plan, problems=(*_git_problems(context), *plan.problems))
    writing = not options.dry_run and not plan.is_empty and not plan.problems
    if writing and not options.allow_dirty:
        _refuse_uncommitted(context, plan)
    verify = verify_options(options)
    if verify is not None and not plan.is_empty and not plan.problems:
        from workflow_ls.cli.verify.whole_tree import verify_plan

        verify_plan(plan, context.root, verify, context.files.outdated)
    report = PLAN_REPORTERS[options.format](plan, colors_report(options.output))
    if not writing:
        emit(report, options.output)
        if plan.problems:
            if options.dry_run:
                return 1
            problems = counted(len(plan.problems), "blocking problem")
            raise UsageError(f"nothing was written: {problems}. The report lists a remedy for each.")
        return 0 if plan.is_empty and not _has_warnings(plan) else 1
    unstaged = replace_files(context.root, plan.before, plan.after, plan.renamed)
    emit(report, options.output)
    if unstaged is not None:
        print(f"workflow-ls: git's index was not updated: {unstaged}", file=sys.stderr)
    _check_again(options, plan)
    return 1 if _has_warnings(plan) else 0


def _recovered(context: CommandContext, *, dry_run: bool) -> bool:
    """Finish or discard an interrupted cutover; whether there was one.  In a dry run, raise UsageError instead."""
    if dry_run and is_pending(context.root):
        raise UsageError(
            f"a cutover was interrupted ({DIRECTORY}). Run `workflow-ls cutover` without --dry-run to finish it."
        )
    outcome = None if dry_run else recover(context.root)
    if outcome is not None:
        verb = "finished" if outcome == "finished" else "rolled back"
        print(f"workflow-ls: {verb} the interrupted cutover", file=sys.stderr)
    return outcome is not None


def _plan(context: CommandContext, options: argparse.Namespace) -> Plan:
    from workflow_ls.analysis import Analysis
    from workflow_ls.moves.cutover.plan import make_plan
    from workflow_ls.project.workspace import Workspace

    analysis = Analysis(Workspace(context.files, context.table, context.settings))
    return make_plan(analysis, strict_boundaries=options.strict_boundaries, prefer_canonical=options.prefer_canonical)


def _git_problems(context: CommandContext) -> Iterator[Problem]:
    """What rules out any plan: merge conflicts, and files that a sparse checkout excludes."""
    from workflow_ls.moves.plan_model import Problem

    conflicts, absent = conflicted_and_absent_files(context.root)
    for path in conflicts:
        yield Problem(path, Blocked("the file has merge conflicts", "finish the merge first"))
    if absent:
        files = counted(len(absent), "file")
        remedy = "run `git sparse-checkout disable` first"
        yield Problem(absent[0], Blocked(f"a sparse checkout excludes {files}", remedy))


def _refuse_uncommitted(context: CommandContext, plan: Plan) -> None:
    dirty = {*(dirty_tree(context.root) or ()), *(dirty_files(context.root, plan.before) or ())}
    refuse_uncommitted(sorted(dirty))


def _check_again(options: argparse.Namespace, plan: Plan) -> None:
    """Check that the disk holds what was planned, and that a second cutover would change nothing; raises UsageError."""
    context = open_context([options.path], options.root)
    different = [path for path, text in plan.after.items() if context.files.read(path) != text]
    different += [path for path in plan.before if path not in plan.after and context.files.kind(path) == "file"]
    listed_files = set(context.files.search((Query(("",)),)))
    ignored = [path for path in plan.after if path not in listed_files and path not in different]
    if ignored:
        shown = listed([*map(visible_path, ignored)])
        print(f"workflow-ls: .gitignore excludes files that were written: {shown}", file=sys.stderr)
    again = _plan(context, options)
    different += sorted({*again.before, *again.after} - set(different))
    if different:
        shown = listed([*map(visible_path, different)])
        raise UsageError(
            f"files on the disk differ from the plan: {shown}. "
            "Another process may have written them. Restore them with git, and run again."
        )


def _has_warnings(plan: Plan) -> bool:
    return any(left.finding.severity >= Severity.WARNING for left in plan.remaining)
