"""The files whose changes git hides: those with one of two bits in its index (git-update-index(1)).

`assume-unchanged` promises that a file is as it was committed, and `skip-worktree` that nobody cares: git looks at
neither.  A change of such a file is in no diff, no commit has it, and nothing could restore what was there before.
"""

# Paths are strings here, as in the core and in git's answers.
# ruff: noqa: PTH118

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.transaction.git_status import by_repository, output_of, run_git, top_of
from workflow_ls.printable import listed, visible_path
from workflow_ls.vfs.git.git_process import find_git

ASSUMED = "assume-unchanged"
SKIPPED = "skip-worktree"


def hidden_files(root: str | os.PathLike[str], paths: Iterable[str]) -> Mapping[str, str]:
    """Those of `paths` (relative to `root`) whose changes git hides, each with the bit that says so.

    Git lists the index once for each repository that holds some of them.  Raises UsageError where it fails.
    """
    top = os.path.realpath(root)
    git = find_git(top)
    hidden = dict[str, str]()
    for directory, pairs in ({} if git is None else by_repository(top, paths)).items():
        if git is None or top_of(git, directory) is None:
            continue
        entries = output_of(run_git(git, directory, ["ls-files", "-v", "-z", "--", "."])).split(b"\0")
        # An entry is a letter, a space and a path from the directory; most letters are `H`.
        marked = {
            os.path.join(directory, os.fsdecode(entry[2:])): SKIPPED if entry[:1] in b"Ss" else ASSUMED
            for entry in entries
            if entry[:1] == b"S" or entry[:1].islower()
        }
        hidden.update((path, marked[real]) for path, real in pairs if real in marked)
    return dict(sorted(hidden.items()))


def refuse_hidden(hidden: Mapping[str, str]) -> None:
    """Raise UsageError where git hides what would be written."""
    for bit in (SKIPPED, ASSUMED):
        paths = [visible_path(path) for path, each in hidden.items() if each == bit]
        if paths:
            raise UsageError(
                f"git hides changes of {listed(paths)} ({bit}), so no diff or commit would have them. "
                f"Run `git update-index --no-{bit}` on {'them' if paths[1:] else 'it'}, or pass --allow-dirty."
            )
