"""The check of what a branch, or the staged changes, bring."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from workflow_ls.analysis import Analysis
from workflow_ls.baseline.compared_paths import paths_to_compare
from workflow_ls.baseline.since import new_since
from workflow_ls.cli.history.blame import with_origins
from workflow_ls.cli.history.changes import Changes, changes_since, staged_changes
from workflow_ls.cli.history.git_repository import open_repository, with_index_of_commit
from workflow_ls.diagnostics import Diagnostic, Report
from workflow_ls.vfs.files import Files, is_within


def check_changes(
    analysis: Analysis, root: str, paths: Sequence[str], options: argparse.Namespace
) -> tuple[Report, tuple[Diagnostic, ...], Files]:
    """The findings that were not there before, the others in the same files, and the files as they were checked.

    Raises UsageError without git, and for a revision that it does not know.
    """
    if options.staged:
        repository = with_index_of_commit(open_repository(root, "--staged"))
        unstaged, uncommitted = staged_changes(repository)
        after, changes, since = _as_before(analysis, unstaged), uncommitted, "HEAD"
    else:
        repository = open_repository(root, "--since")
        after, changes, since = analysis, changes_since(repository, options.since), options.since

    def read(path: str) -> bytes:
        return after.workspace.files.read(path) or b""

    before = _as_before(analysis, changes)
    changed = (*changes.paths, *unstaged.paths) if options.staged else changes.paths
    compared = paths_to_compare(before.workspace, after.workspace, dict.fromkeys(changed), paths)
    looked_at = compared.all_paths
    new = new_since(before, after, compared, changes.renames)
    is_new = frozenset(new)
    concerned = dict.fromkeys(finding.path for finding in new)
    others = tuple(each for path in concerned for each in after.check_file(path) if each not in is_new)
    notices = [notice for notice in map(after.unreadable, filter(_is_there(after), looked_at)) if notice is not None]
    notices += [
        notice for notice in after.workspace.notices() if any(is_within(notice.path, path) for path in looked_at)
    ]
    if new and not (options.no_blame or options.staged):
        new = with_origins(repository, new, read, changes.base)
    return Report(new, tuple(notices), len(looked_at), since=since), others, after.workspace.files


def _is_there(analysis: Analysis) -> Callable[[str], bool]:
    candidates = frozenset(analysis.paths())
    return lambda path: path in candidates and analysis.workspace.files.kind(path) == "file"


def _as_before(analysis: Analysis, changes: Changes) -> Analysis:
    return analysis.over(changes.before, removed=changes.added)
