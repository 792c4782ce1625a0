"""`workflow-ls fix`: make the changes that resolve findings, or show them as a diff."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from stat import S_ISREG
from typing import TYPE_CHECKING, TextIO

from workflow_ls.analysis import Analysis, FixRun
from workflow_ls.cli.context import CommandContext, open_context, selected_rules
from workflow_ls.cli.last_resort import show_tracebacks
from workflow_ls.cli.named_paths import refuse_empty, refuse_unsearched
from workflow_ls.cli.output import after_writing, check_output, use_color
from workflow_ls.cli.progress import reading
from workflow_ls.cli.sparse_checkout import absence_notice, absent_files
from workflow_ls.cli.transaction.git_status import dirty_files, refuse_uncommitted
from workflow_ls.cli.transaction.hidden_changes import hidden_files, refuse_hidden
from workflow_ls.cli.transaction.tree_lock import TreeLock
from workflow_ls.cli.transaction.unchanged import look_until_unchanged
from workflow_ls.cli.transaction.write import WriteOutcome, WriteResult, find_unwritable, write_all
from workflow_ls.cli.verification import verify_options
from workflow_ls.diagnostics import Applicability, Blocked, Diagnostic, Severity, Status
from workflow_ls.kept.kept_sources import kept_sources
from workflow_ls.printable import listed, visible, visible_path
from workflow_ls.project.workspace import Workspace
from workflow_ls.proof.joined_fixes import FileFix, FixOptions
from workflow_ls.proof.resolved_findings import resolved_findings
from workflow_ls.records import record, replace
from workflow_ls.reporters.diff import for_readers, unified_diff
from workflow_ls.reporters.fix_summary import render

if TYPE_CHECKING:
    from workflow_ls.cli.verify.verified_fix import OmittedGroup
    from workflow_ls.project.parsed_sources import ParsedSources


@record
class _Look:
    """One look at the workspace, and what fixes make of it.

    `held` are the files that can't be written, each with the reason; a fix that edits one of them is no part of `run`.
    `dirty` are the files of the run with uncommitted changes, `hidden` those whose changes git hides, and how.
    """

    context: CommandContext
    analysis: Analysis
    options: FixOptions
    run: FixRun
    held: Mapping[str, WriteResult]
    dirty: Sequence[str]
    hidden: Mapping[str, str]


@record
class _Outcome:
    """What was written, or would be: `fixed` are findings, `files` counts files, `failed` says what went wrong."""

    fixed: Collection[Diagnostic]
    files: int
    failed: Mapping[str, WriteResult]


def run(options: argparse.Namespace) -> int:
    """Fix, and print what was fixed and what is left; returns the exit code."""
    rules = selected_rules(options.select, options.ignore)
    verify = verify_options(options)
    omitted: Sequence[OmittedGroup] = ()
    check_output(None)
    with TreeLock() as lock:
        look = look_until_unchanged(lambda: _look(options, rules, lock), lambda look: look.context.files)
        refuse_uncommitted(look.dirty)
        refuse_hidden(look.hidden)
        context = look.context
        if verify is not None and look.run.changes:
            from workflow_ls.cli.verify.trials import refuse_outdated
            from workflow_ls.cli.verify.verified_fix import verify_fix

            verified = verify_fix(look.analysis, look.run, context.root, context.paths, look.options, verify)
            look, omitted = replace(look, run=verified.run), verified.omitted
            if not options.diff:
                lock.take(context.root)
            refuse_outdated(context.files.outdated(), verify)
        if options.diff:
            _print_diff(look.run.changes)
            fixed = resolved_findings(look.run.changes, look.analysis.check_file)
            outcome = _Outcome(fixed, len(look.run.changes), {})
        else:
            outcome = _write(look, is_verified=verify is not None)
    fix_run = look.run
    if outcome.failed:
        # Not all changes are there: what is left is checked anew, for its places.
        context = open_context(options.paths, context.root)
        fix_run = replace(fix_run, after=Analysis(Workspace(context.files, context.table, context.settings), rules))
    report = fix_run.report(context.paths)
    absent = absence_notice(absent_files(context.root, context.paths))
    report = replace(report, notices=(*report.notices, *absent))
    show_tracebacks(report.notices)
    for notice in report.notices:
        if notice.path or notice.fatal or not fix_run.changes:
            print(f"{visible_path(notice.path or 'workflow-ls')}: {visible(notice.message)}", file=sys.stderr)
    unwritten = {**look.held, **outcome.failed}
    findings: Sequence[Diagnostic] = [_with_obstacle(finding, unwritten) for finding in report.diagnostics]
    untried = ""
    if verify is not None and omitted:
        from workflow_ls.cli.verify.verified_fix import render_omitted, with_reasons

        findings, untried = with_reasons(findings, omitted, verify), render_omitted(omitted, verify)
    text_of = fix_run.after.workspace.files.read
    text = (
        render(
            outcome.fixed,
            outcome.files,
            findings,
            text_of,
            dry_run=options.diff,
            hindered=bool(unwritten),
            skipped=len({notice.path for notice in report.notices if notice.skips}),
        )
        + untried
    )
    with after_writing() if outcome.files and not options.diff else nullcontext():
        print(text, end="", file=sys.stderr if options.diff else sys.stdout)  # standard output holds the patch
    for path, result in unwritten.items():
        print(f"{visible_path(path)}: not written: {visible(result.reason)}", file=sys.stderr)
    if unwritten or any(notice.fatal for notice in report.notices):
        return 2
    has_warnings = any(finding.severity >= Severity.WARNING for finding in report.diagnostics)
    return 1 if has_warnings or (options.diff and fix_run.changes) else 0


def _look(options: argparse.Namespace, rules: frozenset[str] | None, lock: TreeLock) -> _Look:
    """Read the workspace, and find its fixes.

    Who is going to write takes the lock of the tree, and holds it from then on; with `--verify`, this is done when the
    command has ended.
    """
    context = open_context(options.paths, options.root)
    with kept_sources(context.root) as parsed:
        return _find_fixes(context, options, rules, lock, parsed)


def _find_fixes(
    context: CommandContext,
    options: argparse.Namespace,
    rules: frozenset[str] | None,
    lock: TreeLock,
    parsed: ParsedSources,
) -> _Look:
    analysis = Analysis(Workspace(context.files, context.table, context.settings, parsed=parsed), rules)
    fix_options = FixOptions(unsafe=options.unsafe, require_verified=options.require_verified)
    refuse_unsearched(context.files, context.root, context.paths)
    with reading("Proving the fixes", context.files):
        fix_run = analysis.fix_all(context.paths, fix_options)
    if not absent_files(context.root, context.paths):
        refuse_empty(context.files, context.paths, analysis.paths(context.paths))
    held, dirty = dict[str, WriteResult](), list[str]()
    hidden: Mapping[str, str] = {}
    if fix_run.changes and not options.diff:
        if options.verify is None:
            lock.take(context.root)
        while found := find_unwritable(context.root, _contents(fix_run)):
            held |= found
            fix_options = replace(fix_options, held=frozenset(held))
            fix_run = analysis.fix_all(context.paths, fix_options)
        if not options.allow_dirty:
            paths = [change.path for change in fix_run.changes]
            dirty, hidden = dirty_files(context.root, paths) or [], hidden_files(context.root, paths)
    return _Look(context, analysis, fix_options, fix_run, held, dirty, hidden)


def _contents(fix_run: FixRun) -> list[tuple[str, bytes, bytes]]:
    return [(change.path, change.before, change.after) for change in fix_run.changes]


def _write(look: _Look, *, is_verified: bool) -> _Outcome:
    """Write the changes.  What one fix edits is written together: where a file fails, the others of its fixes go back.

    After a run of `--verify` all of them do, since the command has not tried the rest alone.
    """
    root, fix_run = look.context.root, look.run
    results = write_all(root, _contents(fix_run))
    failed = {path: result for path, result in results.items() if not result.written}
    if failed:
        kept = look.options.held | failed.keys()
        fix_run = (
            FixRun((), look.analysis, ())
            if is_verified
            else look.analysis.fix_all(look.context.paths, replace(look.options, held=kept))
        )
        wanted = {change.path: change.after for change in fix_run.changes}
        written = [change for change in look.run.changes if change.path not in failed]
        corrections = [
            (change.path, change.after, wanted.get(change.path, change.before))
            for change in written
            if change.after != wanted.get(change.path, change.before)
        ]
        for path, result in (write_all(root, corrections) if corrections else {}).items():
            if not result.written:
                others = listed([*map(visible_path, failed)])
                verb = "are" if len(failed) > 1 else "is"
                why = f"its fix needs that of {others}, which {verb} not written"
                reason = f"{why}, and it can't be put back: {result.reason}"
                failed[path] = replace(result, reason=reason)
    unfixed = resolved_findings(
        (change for change in look.run.changes if change.path in failed), look.analysis.check_file
    )
    fixed = set(resolved_findings(fix_run.changes, look.analysis.check_file)).difference(unfixed)
    return _Outcome(fixed, sum(change.path not in failed for change in fix_run.changes), failed)


def _with_obstacle(finding: Diagnostic, unwritten: Mapping[str, WriteResult]) -> Diagnostic:
    """A finding that is left, blocked where its fix edits a file that was not written, or needs all other fixes."""
    fix = finding.fix
    if fix is None or not unwritten:
        return finding
    path = next((file.path for file in fix.files if file.path in unwritten), None)
    if path is not None:
        reason = "this file was not written" if path == finding.path else f"its fix edits {path}, which was not written"
        cause = Blocked(reason, _REMEDIES.get(unwritten[path].outcome, "see its own line below"))
    elif fix.applicability is Applicability.WORKSPACE_FIX:
        others = listed(sorted(unwritten))
        cause = Blocked(f"its fix needs those of other files, and {others} was not written", "fix these files first")
    else:
        return finding
    return replace(finding, status=Status.BLOCKED, cause=cause, fix=None)


_REMEDIES = {WriteOutcome.CHANGED: "run again", WriteOutcome.READ_ONLY: "make it writable"}


def _print_diff(changes: Sequence[FileFix]) -> None:
    color = use_color(sys.stdout)
    for_people = not color and _is_for_people(sys.stdout)
    for change in changes:
        text = unified_diff(change.path, change.before, change.after, color)
        text = for_readers(text) if for_people else text
        sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.flush()


_CI = ("GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION")  # they obey commands in what is printed


def _is_for_people(stream: TextIO) -> bool:
    """Whether people read the stream, on a terminal or in a CI log, rather than `git apply`, which needs each byte."""
    if stream.isatty():
        return True
    try:
        is_file = S_ISREG(os.fstat(stream.fileno()).st_mode)
    except OSError:
        is_file = False
    return not is_file and any(os.environ.get(name) for name in _CI)
