"""`workflow-ls fix`: make the changes that resolve findings, or show them as a diff."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from stat import S_ISREG
from typing import TYPE_CHECKING, TextIO

from workflow_ls.analysis import Analysis, FileFix, FixOptions, resolved_by
from workflow_ls.cli.context import CommandContext, open_context, selected_rules
from workflow_ls.cli.output import use_color
from workflow_ls.cli.transaction.git_status import dirty_files, refuse_uncommitted
from workflow_ls.cli.transaction.write import write_all
from workflow_ls.cli.verification import verify_options
from workflow_ls.diagnostics import Severity
from workflow_ls.printable import visible, visible_path
from workflow_ls.project.workspace import Workspace
from workflow_ls.records import replace
from workflow_ls.reporters.diff import for_readers, unified_diff
from workflow_ls.reporters.fix_summary import render

if TYPE_CHECKING:
    from workflow_ls.cli.verify.verified_fix import OmittedGroup


def run(options: argparse.Namespace) -> int:
    """Fix, and print what was fixed and what is left; returns the exit code."""
    rules = selected_rules(options.select, options.ignore)
    context = open_context(options.paths, options.root)
    analysis = Analysis(Workspace(context.files, context.table, context.settings), rules)
    fix_options = FixOptions(unsafe=options.unsafe, require_verified=options.require_verified)
    verify = verify_options(options)
    fix_run = analysis.fix_all(context.paths, fix_options)
    if fix_run.changes and not options.diff and not options.allow_dirty:
        refuse_uncommitted(dirty_files(context.root, [change.path for change in fix_run.changes]))
    omitted: Sequence[OmittedGroup] = ()
    if verify is not None and fix_run.changes:
        from workflow_ls.cli.verify.trials import refuse_outdated
        from workflow_ls.cli.verify.verified_fix import verify_fix

        verified = verify_fix(analysis, fix_run, context.root, context.paths, fix_options, verify)
        fix_run, omitted = verified.run, verified.omitted
        refuse_outdated(context.files.outdated(), verify)
    changes = fix_run.changes
    if options.diff:
        _print_diff(changes)
        failed: dict[str, str] = {}
        out = sys.stderr  # standard output holds the patch
    else:
        failed = _write(context, changes)
        out = sys.stdout
    written = [change for change in changes if change.path not in failed]
    fixed = set(resolved_by(written))
    fixed -= set(resolved_by(change for change in changes if change.path in failed))
    analysis = fix_run.after
    if failed:
        # Not all changes are there: what is left is checked anew, for its places.
        context = open_context(options.paths, context.root)
        analysis = Analysis(Workspace(context.files, context.table, context.settings), rules)
    report = replace(fix_run, after=analysis).report(context.paths)
    for notice in report.notices:
        print(f"{visible_path(notice.path)}: {visible(notice.message)}", file=sys.stderr)
    text_of, findings = analysis.workspace.files.read, report.diagnostics
    text = render(fixed, len(written), findings, text_of, dry_run=options.diff)
    if verify is not None and omitted:
        from workflow_ls.cli.verify.verified_fix import render_omitted, with_reasons

        findings = with_reasons(findings, omitted, verify)
        text = render(fixed, len(written), findings, text_of, dry_run=options.diff) + render_omitted(omitted, verify)
    print(text, end="", file=out)
    for path, reason in failed.items():
        print(f"{visible_path(path)}: not written: {visible(reason)}", file=sys.stderr)
    if failed or any(notice.fatal for notice in report.notices):
        return 2
    has_warnings = any(finding.severity >= Severity.WARNING for finding in report.diagnostics)
    return 1 if has_warnings or (options.diff and changes) else 0


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


def _write(context: CommandContext, changes: Sequence[FileFix]) -> dict[str, str]:
    """Write the changes; returns the files that were not written, each with the reason."""
    results = write_all(context.root, [(change.path, change.before, change.after) for change in changes])
    return {path: result.reason for path, result in results.items() if not result.written}
