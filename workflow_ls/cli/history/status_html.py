"""The page of `status --format html`, from what a check found and, with `--history`, from git."""

# Paths are strings here, as in the core.
# ruff: noqa: PTH100, PTH120

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from workflow_ls import __version__
from workflow_ls.cli.context import CommandContext
from workflow_ls.diagnostics import Report
from workflow_ls.reporters.report_context import ReportContext
from workflow_ls.reporters.status.status_page import PageContent, render

if TYPE_CHECKING:
    from workflow_ls.status import StatusReport
    from workflow_ls.status.history import HistoryPoint


def status_html(context: CommandContext, options: argparse.Namespace, report: StatusReport, checked: Report) -> str:
    """The page.  Its links work where the page lies in the workspace."""
    history: tuple[HistoryPoint, ...] = ()
    if options.history:
        from workflow_ls.cli.history.progress_history import history_by

        history = history_by(context, options)
    sources = ReportContext(sources=lambda path: context.files.read(path) or b"", version=__version__)
    base = None if options.output is None else _way_to(context.root, os.path.dirname(os.path.abspath(options.output)))
    return render(PageContent(report, checked.diagnostics, checked.notices, sources, history, base))


def _way_to(root: str, directory: str) -> str | None:
    """The relative path from a directory below the root to the root, "" or ending in `/`; None for any other."""
    way = os.path.relpath(root, os.path.realpath(directory)).replace(os.sep, "/")
    if way == ".":
        return ""
    return f"{way}/" if set(way.split("/")) == {".."} else None
