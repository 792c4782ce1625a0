"""`workflow-ls fix`: rewrite what can be rewritten, or show what would change."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from stat import S_ISREG
from typing import TextIO

from workflow_ls.analysis import Analysis, FileFix, FixOptions
from workflow_ls.cli.check import use_color
from workflow_ls.cli.context import Setting, open_workspace, selected_rules
from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.git import dirty_files
from workflow_ls.cli.write import write_all
from workflow_ls.diagnostics import Diagnostic, Severity, Status
from workflow_ls.printable import counted, listed, visible, visible_path
from workflow_ls.project.workspace import Workspace
from workflow_ls.reporters.diff import for_readers, unified_diff
from workflow_ls.text import LineIndex

TextOf = Callable[[str], "bytes | None"]


def run(options: argparse.Namespace) -> int:
    """Fix, and tell what was done and what is left."""
    rules = selected_rules(options.select, options.ignore)
    setting = open_workspace(options.paths, options.root)
    analysis = Analysis(Workspace(setting.files, setting.table, setting.settings), rules)
    how = FixOptions(unsafe=options.unsafe, require_verified=options.require_verified)
    changes = analysis.fix(setting.within, how)
    if options.diff:
        _show(changes)
        failed: dict[str, str] = {}
        told = sys.stderr
    else:
        if changes and not options.allow_dirty:
            _refuse_dirty(setting, [change.path for change in changes])
        failed = _write(setting, changes)
        told = sys.stdout
    done = [change for change in changes if change.path not in failed]
    settled = {finding for change in done for finding in change.settled}
    settled -= {finding for change in changes if change.path in failed for finding in change.settled}
    if options.diff:
        analysis = analysis.over({change.path: change.after for change in changes})
    elif changes:
        # What is left is told as it is now: looked at anew, at its new place.
        setting = open_workspace(options.paths, setting.root)
        analysis = Analysis(Workspace(setting.files, setting.table, setting.settings), rules)
    report = analysis.check(setting.within)
    text_of = analysis.workspace.files.read
    for notice in report.notices:
        print(f"{visible_path(notice.path)}: {visible(notice.message)}", file=sys.stderr)
    left = report.diagnostics
    for line in _summary(text_of, settled, len(done), left, "would be fixed" if options.diff else "fixed"):
        print(line, file=told)
    for path, reason in failed.items():
        print(f"{visible_path(path)}: left alone: {visible(reason)}", file=sys.stderr)
    if failed:
        return 2
    remains = any(finding.severity >= Severity.WARNING for finding in left)
    return 1 if remains or (options.diff and changes) else 0


def _show(changes: Sequence[FileFix]) -> None:
    color = use_color(sys.stdout)
    read = not color and _is_read(sys.stdout)
    for change in changes:
        text = unified_diff(change.path, change.before, change.after, color)
        text = for_readers(text) if read else text
        sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.flush()


_CI = ("GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION")  # systems that take orders from what is printed


def _is_read(stream: TextIO) -> bool:
    """Whether what is printed is shown to someone, rather than kept, byte by byte, in a file or for `git apply`."""
    if stream.isatty():
        return True
    try:
        kept = S_ISREG(os.fstat(stream.fileno()).st_mode)
    except OSError:
        kept = False
    return not kept and any(os.environ.get(name) for name in _CI)


def _refuse_dirty(setting: Setting, paths: Sequence[str]) -> None:
    dirty = dirty_files(setting.root, paths)
    if dirty:
        raise UsageError(
            f"uncommitted changes in {listed([*map(visible_path, dirty)])}; commit or stash them, or pass --allow-dirty"
        )


def _write(setting: Setting, changes: Sequence[FileFix]) -> dict[str, str]:
    """Write the changes; returns the files that were left alone, each with the reason."""
    results = write_all(setting.root, [(change.path, change.before, change.after) for change in changes])
    return {path: result.reason for path, result in results.items() if not result.written}


def _summary(
    text_of: TextOf, settled: Collection[Diagnostic], files: int, left: Sequence[Diagnostic], verb: str
) -> Iterator[str]:
    if not settled:
        yield "Nothing to fix."
    else:
        unverified = sum(finding.status is Status.UNVERIFIED for finding in settled)
        unchecked = f", {unverified} of them unverified" if unverified else ""
        yield f"{counted(len(settled), 'finding')} {verb} in {counted(files, 'file')}{unchecked}."
    loud = [finding for finding in left if finding.severity >= Severity.WARNING]
    quiet = len(left) - len(loud)
    if loud:
        yield f"{counted(len(loud), 'finding')} left:"
        for finding in loud:
            why = f": {finding.reason}" if finding.reason is not None else ""
            yield f"  {_place(text_of, finding)} {visible(finding.message + why)}"
    if quiet:
        them = "it" if quiet == 1 else "them"
        yield f"{counted(quiet, 'finding')} for information; `workflow-ls check` shows {them}."


def _place(text_of: TextOf, finding: Diagnostic) -> str:
    lines = LineIndex(text_of(finding.path) or b"")
    position = lines.position(finding.span.start, "utf-32")
    return f"{visible_path(finding.path)}:{position.line + 1}:{position.column + 1}"
