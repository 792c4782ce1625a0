"""What the baseline of a workspace makes of a report."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from workflow_ls import BASELINE_FILE
from workflow_ls.cli.errors import UsageError
from workflow_ls.diagnostics import Diagnostic, Report
from workflow_ls.records import replace
from workflow_ls.vfs.files import Files, is_within

if TYPE_CHECKING:
    from workflow_ls.baseline.accepted import Baseline


def baseline_text(files: Files) -> bytes | None:
    """The text of the baseline, None without one; raises UsageError where it can't be read."""
    text = files.read(BASELINE_FILE)
    if text is None and BASELINE_FILE in files.unreadable():
        raise UsageError(f"{BASELINE_FILE}: can't be read: {files.unreadable()[BASELINE_FILE]}")
    return text


def sound_baseline(text: bytes, name: str = BASELINE_FILE) -> Baseline:
    """The baseline in the text of the file `name`; raises UsageError for a broken one."""
    from workflow_ls.baseline.accepted import BaselineProblem, read_baseline

    baseline = read_baseline(text)
    if isinstance(baseline, BaselineProblem):
        raise UsageError(f"{name}:{baseline.line}: {baseline.message}.")
    return baseline


def accept(
    report: Report,
    files: Files,
    paths: Sequence[str],
    rules: Collection[str] | None,
    options: argparse.Namespace,
    *,
    others: Collection[Diagnostic] | None = None,
    absent: Sequence[str] = (),
) -> Report:
    """The report without what the baseline accepts; the report as it is where there is none.

    `paths` and `rules` are those that were checked: other entries of the baseline count for nothing.  `others` are
    findings that count although the report leaves them out, None where it has all, so that an entry without one is
    resolved.  `absent` are files and submodules that are not there, "." where it is not known which.

    Raises UsageError for a baseline that can't be read.
    """
    text = None if options.no_baseline else baseline_text(files)
    if text is None:
        return report
    from workflow_ls.baseline.accepted import Baseline
    from workflow_ls.baseline.division import divide

    baseline = sound_baseline(text)
    # A file that was not looked at has the findings that it had.
    skipped = {notice.path for notice in report.notices if notice.skips} | {path.rstrip("/") for path in absent}

    def is_checked(path: str) -> bool:
        return any(is_within(path, checked) for checked in paths)

    def exists(path: str) -> bool:
        return files.kind(path) == "file"

    # What was renamed may have come from elsewhere.
    is_concerned = {path: is_checked(path) or not exists(path) for path in {key.path for key in baseline.counts}}
    concerned = {
        key: count
        for key, count in baseline.counts.items()
        if is_concerned[key.path]
        and not any(is_within(key.path, path) for path in skipped)
        and (rules is None or key.rule in rules)
    }
    # Of several with one key, the last are new.
    division = divide((*(others or ()), *report.diagnostics), Baseline(concerned), exists)
    if others is not None:
        return replace(report, diagnostics=division.new)
    resolved = sum(count for key, count in division.resolved.items() if is_checked(key.path) and "." not in absent)
    return replace(report, diagnostics=division.new, accepted=len(division.accepted), resolved=resolved)
