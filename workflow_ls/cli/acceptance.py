"""What the baseline of a workspace makes of a report."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence

from workflow_ls import BASELINE_FILE
from workflow_ls.cli.errors import UsageError
from workflow_ls.diagnostics import Report
from workflow_ls.records import replace
from workflow_ls.vfs.files import Files, is_within


def accept(
    report: Report,
    files: Files,
    paths: Sequence[str],
    rules: Collection[str] | None,
    options: argparse.Namespace,
    *,
    counted: bool = True,
) -> Report:
    """The report without what the baseline accepts; the report as it is where there is none.

    `paths` and `rules` are those that were checked: other entries of the baseline count for nothing.  `counted` says
    whether all of their findings are in the report, so that an entry without one is resolved.

    Raises UsageError for a baseline that can't be read.
    """
    text = None if options.no_baseline else files.read(BASELINE_FILE)
    if text is None:
        if BASELINE_FILE in files.unreadable() and not options.no_baseline:
            raise UsageError(f"{BASELINE_FILE}: can't be read: {files.unreadable()[BASELINE_FILE]}")
        return report
    from workflow_ls.baseline.accepted import Baseline, BaselineProblem, read_baseline
    from workflow_ls.baseline.division import divide

    baseline = read_baseline(text)
    if isinstance(baseline, BaselineProblem):
        raise UsageError(f"{BASELINE_FILE}:{baseline.line}: {baseline.message}.")
    skipped = {notice.path for notice in report.notices if notice.skips}
    concerned = {
        key: count
        for key, count in baseline.counts.items()
        if any(is_within(key.path, path) for path in paths)
        and not any(is_within(key.path, path) for path in skipped)
        and (rules is None or key.rule in rules)
    }
    division = divide(report.diagnostics, Baseline(concerned), lambda path: files.kind(path) == "file")
    if not counted:
        return replace(report, diagnostics=division.new)
    resolved = sum(division.resolved.values())
    return replace(report, diagnostics=division.new, accepted=len(division.accepted), resolved=resolved)
