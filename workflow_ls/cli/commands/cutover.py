"""`workflow-ls cutover`: move the legacy tree and update every reference to it, all or nothing."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from workflow_ls.cli.context import CommandContext, open_context
from workflow_ls.cli.errors import UsageError, unknown
from workflow_ls.cli.output import after_writing, check_output, colors_report, emit
from workflow_ls.cli.progress import reading
from workflow_ls.cli.sparse_checkout import absent_submodules
from workflow_ls.cli.transaction.git_status import (
    committed_and_ignored,
    conflicted_and_absent_files,
    dirty_files,
    dirty_tree,
    refuse_uncommitted,
)
from workflow_ls.cli.transaction.hidden_changes import hidden_files, refuse_hidden
from workflow_ls.cli.transaction.journal import DIRECTORY, is_pending, recover, replace_files
from workflow_ls.cli.transaction.tree_lock import TreeLock
from workflow_ls.cli.transaction.unchanged import look_until_unchanged
from workflow_ls.cli.verification import verify_options
from workflow_ls.diagnostics import Blocked, Notice, Severity
from workflow_ls.printable import counted, listed, visible, visible_path
from workflow_ls.records import replace
from workflow_ls.reporters import PLAN_REPORTERS
from workflow_ls.vfs.files import Query, holds_any

if TYPE_CHECKING:
    from workflow_ls.analysis import Analysis
    from workflow_ls.moves.cutover.plan import PlannedCutover
    from workflow_ls.moves.plan_model import Note, Plan, Problem
    from workflow_ls.vfs.files import Files


def run(options: argparse.Namespace) -> int:
    """Print the plan, and carry it out unless it is a dry run or has problems; returns the exit code."""
    if options.format not in PLAN_REPORTERS:
        raise unknown("format", options.format, PLAN_REPORTERS)
    options.path = (options.root or ".") if options.path is None else options.path
    check_output(options.output)
    with TreeLock() as lock:
        return _cut_over(options, lock)


def _cut_over(options: argparse.Namespace, lock: TreeLock) -> int:
    _recover(open_context([options.path], options.root, search=False), lock, dry_run=options.dry_run)
    verify = verify_options(options)
    look = look_until_unchanged(lambda: _look(options, lock), lambda look: look.context.files)
    context, plan = look.context, look.plan
    writing = not options.dry_run and not plan.is_empty and not plan.problems
    if writing and options.output is not None:
        _refuse_output_in_plan(context, plan, options.output)
    if writing and not options.allow_dirty:
        _refuse_uncommitted(context, plan)
    if verify is not None and not plan.is_empty and not plan.problems:
        from workflow_ls.cli.verify.trials import refuse_outdated
        from workflow_ls.cli.verify.whole_tree import verify_plan

        verify_plan(plan, context.root, verify, context.files.outdated)
        if writing:
            lock.take(context.root)
            refuse_outdated(context.files.outdated(), verify)
    report = PLAN_REPORTERS[options.format](plan, colors_report(options.output))
    if not writing:
        emit(report, options.output)
        if look.missing:
            print(f"workflow-ls: {visible(look.missing)}", file=sys.stderr)
        if plan.problems:
            if options.dry_run:
                return 2 if look.unread else 1
            problems = counted(len(plan.problems), "blocking problem")
            raise UsageError(f"nothing was written: {problems}. The report lists a remedy for each.")
        return 0 if plan.is_empty and not _has_warnings(plan) else 1
    unstaged = replace_files(context.root, plan.before, plan.after, plan.renamed)
    try:
        with after_writing():
            emit(report, options.output)
    finally:  # the files are written, also if the report can't be
        if unstaged is not None:
            print(f"workflow-ls: git's index was not updated: {unstaged}", file=sys.stderr)
        _check_again(options, look)
    return 1 if _has_warnings(plan) else 0


class _Look(NamedTuple):
    """One look at the workspace, the plan for what was seen, and what could not be read.

    `after` are the files as the plan leaves them, and `again` what a second cutover would change in them; both are made
    for a plan that is going to be carried out.  `missing` says why an empty plan means nothing, "" where it does.
    """

    context: CommandContext
    plan: Plan
    unread: tuple[Problem, ...]
    after: Files | None = None
    again: frozenset[str] = frozenset()
    missing: str = ""


def _look(options: argparse.Namespace, lock: TreeLock) -> _Look:
    """Read the workspace, and make a plan; who is going to write holds the lock of the tree from then on.

    With `--verify`, the lock is taken when the command has ended.
    """
    context = open_context([options.path], options.root)
    with reading("Planning the cutover", context.files):
        analysis, (plan, planned) = _plan(context, options)
    unread = tuple(_unread_problem(notice) for notice in analysis.unread())
    plan = replace(plan, problems=(*_git_problems(context, options), *unread, *plan.problems))
    plan = replace(plan, notes=(*plan.notes, *_ignored_notes(context)))
    if options.dry_run or plan.is_empty or plan.problems:
        from workflow_ls.project.missing_facts import missing_facts

        missing = missing_facts(analysis.workspace) if plan.is_empty else None
        return _Look(context, plan, unread, missing="" if missing is None else missing.message)
    second = _plan_of(planned, options).plan
    if not options.verify:
        lock.take(context.root)
    return _Look(context, plan, unread, planned.workspace.files.untracked, frozenset({*second.before, *second.after}))


def _recover(context: CommandContext, lock: TreeLock, *, dry_run: bool) -> None:
    """Finish or discard an interrupted cutover, if there is one.  In a dry run, raise UsageError instead."""
    if dry_run and is_pending(context.root):
        raise UsageError(
            f"a cutover was interrupted ({DIRECTORY}). Run `workflow-ls cutover` without --dry-run to finish it."
        )
    if not dry_run and context.files.kind(DIRECTORY) is not None:
        lock.take(context.root)
    outcome = None if dry_run else recover(context.root)
    if outcome is not None:
        verb = "finished" if outcome == "finished" else "rolled back"
        print(f"workflow-ls: {verb} the interrupted cutover", file=sys.stderr)


def _plan(context: CommandContext, options: argparse.Namespace) -> tuple[Analysis, PlannedCutover]:
    """The analysis of the workspace as it is, and the plan."""
    from workflow_ls.analysis import Analysis
    from workflow_ls.kept.kept_sources import kept_sources
    from workflow_ls.project.workspace import Workspace

    with kept_sources(context.root) as parsed:
        analysis = Analysis(Workspace(context.files, context.table, context.settings, parsed=parsed))
        return analysis, _plan_of(analysis, options)


def _plan_of(analysis: Analysis, options: argparse.Namespace) -> PlannedCutover:
    from workflow_ls.moves.cutover.whole_plan import plan_whole_cutover

    options_of_plan = {
        name: getattr(options, name) for name in ("strict_boundaries", "prefer_canonical", "widen_mocks")
    }
    return plan_whole_cutover(analysis, **options_of_plan)


def _unread_problem(notice: Notice) -> Problem:
    from workflow_ls.moves.plan_model import Problem

    reason, _, remedy = notice.message.removeprefix("skipped: ").rstrip(".").partition(". ")
    return Problem(notice.path, Blocked(reason, remedy))


def _git_problems(context: CommandContext, options: argparse.Namespace) -> Iterator[Problem]:
    """What rules out any plan: merge conflicts, and files that a sparse checkout excludes.

    Where git fails, raises UsageError, except in a dry run and with --allow-dirty.
    """
    from workflow_ls.moves.plan_model import Problem

    try:
        conflicts, absent = conflicted_and_absent_files(context.root)
    except UsageError as error:
        if not options.dry_run and not options.allow_dirty:
            raise
        print(f"workflow-ls: merge conflicts are not looked for: {visible(str(error))}", file=sys.stderr)
        return
    for path in conflicts:
        yield Problem(path, Blocked("the file has merge conflicts", "finish the merge first"))
    if absent:
        files = counted(len(absent), "file")
        remedy = "run `git sparse-checkout disable` first"
        yield Problem(absent[0], Blocked(f"a sparse checkout excludes {files}", remedy))
    for path in absent_submodules(context.root):
        remedy = "run `git submodule update --init --recursive` first"
        yield Problem(path, Blocked("the submodule is not checked out", remedy))


def _ignored_notes(context: CommandContext) -> Iterator[Note]:
    """What names the tree and is committed, although no search finds it; nothing where git fails.

    What is ignored inside the tree has a note by itself.
    """
    from workflow_ls.moves.plan_model import Note
    from workflow_ls.project.candidate_search import names_of_trees

    with suppress(UsageError):
        for path in committed_and_ignored(context.root):
            text = None if context.table.in_tree(path) else context.files.read(path)
            if text is not None and holds_any(text, names_of_trees(context.table, path)):
                message = ".gitignore excludes it, and git has it: it names what moves. Change it by hand."
                yield Note(path, message)


def _refuse_output_in_plan(context: CommandContext, plan: Plan, output: str) -> None:
    """Raise UsageError for a report in the place of a file that is moved or written."""
    place = os.path.relpath(os.path.realpath(output), context.root).replace(os.sep, "/")
    if place in plan.before or place in plan.after:
        raise UsageError(f"{output}: the cutover moves or writes this file. Write the report to another one.")


def _refuse_uncommitted(context: CommandContext, plan: Plan) -> None:
    dirty = {*(dirty_tree(context.root) or ()), *(dirty_files(context.root, plan.before) or ())}
    refuse_uncommitted(sorted(dirty))
    refuse_hidden(hidden_files(context.root, plan.before))


def _check_again(options: argparse.Namespace, look: _Look) -> None:
    """Check that the disk holds what was planned, and that a second cutover would change nothing; raises UsageError.

    Where the disk is as the plan left it in memory, what a second cutover would change is known from there.
    """
    plan, context = look.plan, open_context([options.path], options.root)
    different = [path for path, text in plan.after.items() if context.files.read(path) != text]
    different += [path for path in plan.before if path not in plan.after and context.files.kind(path) == "file"]
    listed_files = set(context.files.search((Query(("",)),)))
    ignored = [path for path in plan.after if path not in listed_files and path not in different]
    if ignored:
        shown = listed([*map(visible_path, ignored)])
        print(f"workflow-ls: .gitignore excludes files that were written: {shown}", file=sys.stderr)
    again = look.again
    if look.after is None or different or not look.context.files.became(look.after):
        plan_again = _plan(context, options)[1].plan
        again = frozenset({*plan_again.before, *plan_again.after})
    different += sorted(again - set(different))
    if different:
        shown = listed([*map(visible_path, different)])
        raise UsageError(
            f"files on the disk differ from the plan: {shown}. "
            "Another process may have written them. Restore them with git, and run again."
        )


def _has_warnings(plan: Plan) -> bool:
    return any(left.finding.severity >= Severity.WARNING for left in plan.remaining)
