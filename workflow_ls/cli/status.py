"""`workflow-ls status`: the requirements and acceptance criteria, each met or with its count, and the progress."""

from __future__ import annotations

import argparse
import sys

from workflow_ls.cli.check import use_color
from workflow_ls.cli.context import open_workspace
from workflow_ls.cli.errors import unknown
from workflow_ls.cli.output import emit
from workflow_ls.printable import visible, visible_path
from workflow_ls.reporters import STATUS_REPORTERS


def run(options: argparse.Namespace) -> int:
    """Check all of the workspace, and print how far it is."""
    if options.format not in STATUS_REPORTERS:
        raise unknown("format", options.format, STATUS_REPORTERS)
    setting = open_workspace([options.path or options.root or "."], options.root)
    from workflow_ls.analysis import Analysis
    from workflow_ls.project.workspace import Workspace
    from workflow_ls.status import status_of

    analysis = Analysis(Workspace(setting.files, setting.table, setting.settings))
    checked = analysis.check()
    report = status_of(analysis, checked.diagnostics)
    color = options.output is None and use_color(sys.stdout)
    emit(STATUS_REPORTERS[options.format](report, color), options.output)
    for notice in checked.notices:
        line = "" if notice.line is None else f":{notice.line}"
        print(f"{visible_path(notice.path)}{line}: {visible(notice.message)}", file=sys.stderr)
    if any(notice.fatal for notice in checked.notices):
        return 2
    return 1 if report.open and not options.exit_zero else 0
