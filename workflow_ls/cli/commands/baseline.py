"""`workflow-ls baseline`: accept the findings of now, so that `check` fails only on new ones."""

# Paths are strings here: pathlib takes longer to import than all of this takes to run.
# ruff: noqa: PTH118

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence

from workflow_ls.baseline.accepted import (
    BASELINE_FILE,
    Baseline,
    baseline_of,
    read_baseline,
    write_baseline,
)
from workflow_ls.baseline.division import divide
from workflow_ls.baseline.merging import merge_baselines
from workflow_ls.cli.acceptance import baseline_text, sound_baseline
from workflow_ls.cli.context import open_context
from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.history.git_repository import open_repository
from workflow_ls.cli.output import emit
from workflow_ls.cli.sparse_checkout import absence_notice, absent_files
from workflow_ls.cli.transaction.preflight import content_of
from workflow_ls.cli.transaction.write import create_whole, write_all
from workflow_ls.diagnostics import Report
from workflow_ls.printable import counted, visible

_DRIVER_FILES = 3  # of a merge driver: the common ancestor, ours and theirs


def run(options: argparse.Namespace) -> int:
    """Write the baseline, and say what it accepts; returns 0.

    Raises UsageError where a file could not be checked, for a broken baseline, and where it can't be written.
    """
    if options.merge and len(options.merge) != _DRIVER_FILES:
        raise UsageError("--merge takes no file, or the three of a merge driver: %O %A %B.")
    if options.merge:
        return _drive(options.merge)
    root, report, text, exists = _check(options)
    if options.merge is not None:
        new = _merged(root, report)
        before = new
    else:
        read = Baseline() if text is None else sound_baseline(text) if options.prune else read_baseline(text)
        if not isinstance(read, Baseline) and read.is_newer:
            sound_baseline(text or b"")  # whose entries the others of the team can read
        # A broken one is replaced.
        division = divide(report.diagnostics, read if isinstance(read, Baseline) else Baseline(), exists)
        before = division.baseline
        new = division.pruned if options.prune else baseline_of(report.diagnostics)
    written = write_baseline(new)
    if text is not None and b"\r\n" in text:
        written = written.replace(b"\n", b"\r\n")  # as git checked it out
    if options.prune and text is None:
        if os.path.lexists(os.path.join(root, BASELINE_FILE)):
            raise _in_its_place(root)
        print(f"There is no {BASELINE_FILE}: nothing to prune.")
        return 0
    if written != text:
        _write(root, text, written)
    print(_summary(before, new))
    return 0


def _check(options: argparse.Namespace) -> tuple[str, Report, bytes | None, Callable[[str], bool]]:
    """The root, the findings in all of it, the text of its baseline, and what says whether a file is there."""
    context = open_context([options.path or options.root or "."], options.root)
    from workflow_ls.analysis import Analysis
    from workflow_ls.kept.kept_sources import kept_sources
    from workflow_ls.project.unread_texts import is_pointer
    from workflow_ls.project.workspace import Workspace

    files = context.files
    with kept_sources(context.root) as parsed:
        report = Analysis(Workspace(files, context.table, context.settings, parsed=parsed)).check()
    absent = (notice for notice in report.notices if notice.skips and is_pointer(files.read(notice.path) or b""))
    incomplete = next((notice for notice in report.notices if notice.fatal), None) or next(absent, None)
    if incomplete is not None:
        message = incomplete.message.rstrip(".")
        raise UsageError(f"{incomplete.path}: {message}. A baseline needs the findings of all files.")
    for notice in report.notices:
        if not notice.path:  # about the workspace as a whole: that nothing of the move is in it
            print(f"workflow-ls: {visible(notice.message)}", file=sys.stderr)
    for notice in absence_notice(absent_files(context.root, ("",))):
        raise UsageError(f"{notice.message} A baseline needs the findings of all files.")
    return context.root, report, baseline_text(files), lambda path: files.kind(path) == "file"


def _merged(root: str, report: Report) -> Baseline:
    """The baseline of a conflicted merge, from the three versions in git's index."""
    repository = open_repository(root, "--merge")
    stages = [repository.answer("cat-file", "blob", f":{stage}:./{BASELINE_FILE}") for stage in (1, 2, 3)]
    if all(stage.returncode for stage in stages[1:]):
        raise UsageError(f"{BASELINE_FILE} is in no merge conflict.")
    texts = [stage.stdout if stage.returncode == 0 else b"" for stage in stages]
    base, ours, theirs = (sound_baseline(text) if text else Baseline() for text in texts)
    return merge_baselines(base, ours, theirs, report.diagnostics)


def _drive(paths: Sequence[str]) -> int:
    """Merge the files of a merge driver (gitattributes(5)) into the second."""
    texts = [content_of(path) for path in paths]
    for path, content in zip(paths, texts):
        if content is None:
            raise UsageError(f"--merge: {path} can't be read.")
    # Of a file that both sides added, the ancestor is empty.
    base, ours, theirs = (sound_baseline(text, path) if text else Baseline() for path, text in zip(paths, texts))
    emit(write_baseline(merge_baselines(base, ours, theirs, None)).decode(), paths[1])
    return 0


def _write(root: str, before: bytes | None, after: bytes) -> None:
    """Write the file, unless it is another one by now."""
    path = os.path.join(root, BASELINE_FILE)
    if before is not None:
        result = write_all(root, [(BASELINE_FILE, before, after)])[BASELINE_FILE]
        if not result.written:
            raise UsageError(f"{BASELINE_FILE}: not written: {result.reason}")
        return
    try:
        create_whole(path, after)
    except FileExistsError as error:
        raise _in_its_place(root) from error
    except OSError as error:
        raise UsageError(f"{BASELINE_FILE}: can't be written: {error.strerror}") from error


def _in_its_place(root: str) -> UsageError:
    is_directory = os.path.isdir(os.path.join(root, BASELINE_FILE))  # noqa: PTH112
    what = "is a directory" if is_directory else "leads to no file of the workspace"
    return UsageError(f"{BASELINE_FILE}: {what}. Remove it to have a baseline there.")


def _summary(before: Baseline, after: Baseline) -> str:
    files = len({key.path for key in after.counts})
    total = f"{BASELINE_FILE} accepts {counted(after.total, 'finding')} in {counted(files, 'file')}"
    old, new = Counter(before.counts), Counter(after.counts)
    changes = [f"{(new - old).total()} new"] if new - old else []
    changes += [f"{(old - new).total()} resolved and removed"] if old - new else []
    return f"{total}: {', '.join(changes)}." if changes and before.counts else f"{total}."
