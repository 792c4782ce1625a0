"""`workflow-ls status`: the state of each requirement and acceptance criterion, and the migration progress."""

from __future__ import annotations

import argparse
import os
import sys

from workflow_ls.cli.context import open_context
from workflow_ls.cli.errors import UsageError, unknown
from workflow_ls.cli.last_resort import show_tracebacks
from workflow_ls.cli.output import colors_report, emit
from workflow_ls.cli.progress import reading
from workflow_ls.cli.sparse_checkout import absence_notice, absent_files
from workflow_ls.cli.verification import verify_options
from workflow_ls.printable import visible, visible_path
from workflow_ls.records import replace
from workflow_ls.reporters import HISTORY_REPORTERS, HTML, STATUS_REPORTERS


def run(options: argparse.Namespace) -> int:
    """Check the whole workspace, and print its migration progress; returns the exit code."""
    if options.format not in (*STATUS_REPORTERS, HTML):
        raise unknown("format", options.format, (*STATUS_REPORTERS, HTML))
    if not options.history and (options.since is not None or options.every is not None):
        option = "--every" if options.since is None else "--since"
        raise UsageError(f"{option} is about the commits that --history counts: give both.")
    verify = verify_options(options)
    path = (options.root or ".") if options.path is None else options.path
    if options.history and options.format != HTML:
        return _history(options, path)
    context = open_context([path], options.root)
    from workflow_ls.analysis import Analysis
    from workflow_ls.kept.kept_sources import kept_sources
    from workflow_ls.project.workspace import Workspace
    from workflow_ls.status import status_of

    with kept_sources(context.root) as parsed, reading("Checking the workspace", context.files):
        analysis = Analysis(Workspace(context.files, context.table, context.settings, parsed=parsed))
        checked = analysis.check()
    behaviour = None
    if verify is not None:
        from workflow_ls.cli.verify.whole_tree import observe_behaviour

        behaviour = observe_behaviour(context.root, verify)
    absent = absent_files(context.root, ("",))
    report = status_of(analysis, checked.diagnostics, behaviour=behaviour, absent=absent)
    # An earlier report names the legacy tree, and this one takes its place.
    own = "" if options.output is None else os.path.relpath(os.path.realpath(options.output), context.root)
    report = replace(report, unread=tuple(path for path in report.unread if path != own.replace(os.sep, "/")))
    if options.format == HTML:
        from workflow_ls.cli.history.status_html import status_html

        emit(status_html(context, options, report, checked), options.output)
    else:
        emit(STATUS_REPORTERS[options.format](report, colors_report(options.output)), options.output)
    show_tracebacks(checked.notices)
    for notice in (*checked.notices, *absence_notice(absent)):
        if not notice.path:
            continue  # the report begins with it
        line = "" if notice.line is None else f":{notice.line}"
        print(f"{visible_path(notice.path)}{line}: {visible(notice.message)}", file=sys.stderr)
    if any(notice.fatal for notice in checked.notices):
        return 2
    return 1 if report.open and not options.exit_zero else 0


def _history(options: argparse.Namespace, path: str) -> int:
    """Print the progress of the commits; returns 0."""
    if options.format not in HISTORY_REPORTERS:
        raise unknown("format with --history", options.format, HISTORY_REPORTERS)
    context = open_context([path], options.root, search=False)
    from workflow_ls.cli.history.progress_history import history_by

    points = history_by(context, options)
    emit(HISTORY_REPORTERS[options.format](points, colors_report(options.output)), options.output)
    return 0
