"""`workflow-ls status`: the state of each requirement and acceptance criterion, and the migration progress."""

from __future__ import annotations

import argparse
import sys

from workflow_ls.cli.context import open_context
from workflow_ls.cli.errors import unknown
from workflow_ls.cli.output import colors_report, emit
from workflow_ls.cli.verification import verify_options
from workflow_ls.printable import visible, visible_path
from workflow_ls.reporters import HISTORY_REPORTERS, STATUS_REPORTERS


def run(options: argparse.Namespace) -> int:
    """Check the whole workspace, and print its migration progress; returns the exit code."""
    if options.format not in STATUS_REPORTERS:
        raise unknown("format", options.format, STATUS_REPORTERS)
    path = (options.root or ".") if options.path is None else options.path
    if options.history:
        return _history(options, path)
    context = open_context([path], options.root)
    from workflow_ls.analysis import Analysis
    from workflow_ls.project.workspace import Workspace
    from workflow_ls.status import status_of

    verify = verify_options(options)
    analysis = Analysis(Workspace(context.files, context.table, context.settings))
    checked = analysis.check()
    behaviour = None
    if verify is not None:
        from workflow_ls.cli.verify.whole_tree import observe_behaviour

        behaviour = observe_behaviour(context.root, verify)
    report = status_of(analysis, checked.diagnostics, behaviour=behaviour)
    emit(STATUS_REPORTERS[options.format](report, colors_report(options.output)), options.output)
    for notice in checked.notices:
        if not notice.path:
            continue  # the report begins with it
        line = "" if notice.line is None else f":{notice.line}"
        print(f"{visible_path(notice.path)}{line}: {visible(notice.message)}", file=sys.stderr)
    if any(notice.fatal for notice in checked.notices):
        return 2
    return 1 if report.open and not options.exit_zero else 0


def _history(options: argparse.Namespace, path: str) -> int:
    """Print the progress of the commits; returns 0."""
    from workflow_ls.cli.history.git_repository import open_repository
    from workflow_ls.cli.history.progress_history import commits_since, history_of
    from workflow_ls.status.history import EVERY

    every = next((period for period in EVERY if period == options.every), None)
    if every is None:
        raise unknown("period", options.every, EVERY)
    if options.format not in HISTORY_REPORTERS:
        raise unknown("format with --history", options.format, HISTORY_REPORTERS)
    context = open_context([path], options.root, search=False)
    repository = open_repository(context.root, "--history")
    commits = commits_since(repository, options.since, every)
    points = history_of(repository, commits, context.table, context.settings)
    emit(HISTORY_REPORTERS[options.format](points, colors_report(options.output)), options.output)
    return 0
