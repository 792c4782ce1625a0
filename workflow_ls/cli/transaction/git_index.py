"""Moves in git's index: the entries of moved files get the new paths, as `git mv` does it."""

# Paths are strings here, as in the core and in git's answers.
# ruff: noqa: PTH118, PTH120

from __future__ import annotations

import os
from collections.abc import Collection, Mapping

from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.transaction.git_status import run_git, top_of, without_filters
from workflow_ls.printable import counted, listed
from workflow_ls.vfs.git.git_process import find_git, repository_of


def stage_moves(root: str | os.PathLike[str], moves: Mapping[str, str], removed: Collection[str]) -> str | None:
    """Give tracked files their new paths in the index, and remove the entries of `removed`.

    `moves` maps old paths to new ones; all paths are relative to `root`.  The staged content stays the same, so that
    an edit after the move shows as an unstaged change.  Only the index is written, no filter and no hook runs, and a
    second call changes nothing.  A submodule or nested repository has an index of its own: a file that moves from one
    repository to another is untracked there.  Without git or a repository nothing is done.  Returns what could not be
    done and why, None for complete success.
    """
    directory = os.path.realpath(root)
    git = find_git(directory)
    if git is None:
        return None
    repositories = {
        path: repository_of(os.path.dirname(os.path.join(directory, path))) for path in {*removed, *moves.values()}
    }
    problems = list[str]()
    for repository in sorted({repositories[path] or "" for path in removed} - {""}):
        old = {path for path in removed if repositories[path] == repository}
        moved = {path: moves[path] for path in old & moves.keys() if repositories[moves[path]] == repository}
        try:
            problem = _stage(git, directory, repository, moved, old)
        except UsageError as error:
            problem = str(error)
        problems += [problem] if problem is not None else []
    untracked = sorted(new for old, new in moves.items() if repositories[new] not in (None, repositories.get(old)))
    if untracked:
        files = counted(len(untracked), "file")
        problems.append(f"{files} moved to another repository: {listed(untracked)}. Add them there with `git add`.")
    return " ".join(problems) or None


def _stage(git: str, directory: str, repository: str, moves: Mapping[str, str], removed: Collection[str]) -> str | None:
    """Change the index of one repository; paths are relative to `directory`, which may lie in it or hold it."""
    top = top_of(git, repository)
    if top is None:
        return None
    listed = run_git(git, top, ["ls-files", "--stage", "-z", "--full-name"])
    if listed.returncode != 0:
        return _reason(listed.stderr)
    # Index entries are relative to the work tree, our paths to the directory.  One of the two contains the other, so
    # that one of these prefixes is empty.
    from_top, from_directory = _prefix(directory, top), _prefix(top, directory)
    lines = list[bytes]()
    for entry in filter(None, listed.stdout.split(b"\0")):
        metadata, _, name = entry.partition(b"\t")
        path = os.fsdecode(name)
        old = from_directory + path[len(from_top) :] if path.startswith(from_top) else ""
        if old not in removed:
            continue
        mode, blob, stage = metadata.split()
        lines.append(b"0 " + b"0" * len(blob) + b"\t" + name)
        if old in moves and stage == b"0":
            lines.append(mode + b" " + blob + b"\t" + os.fsencode(from_top + moves[old][len(from_directory) :]))
    if not lines:
        return None
    # Removals first: the new path of a file may be the old path of another.
    lines.sort(key=lambda line: not line.startswith(b"0 "))
    stdin = b"\0".join(lines) + b"\0"
    updated = run_git(git, top, ["update-index", "-z", "--index-info"], without_filters(git, top), stdin=stdin)
    return None if updated.returncode == 0 else _reason(updated.stderr)


def _prefix(path: str, directory: str) -> str:
    """The path of a directory relative to another that contains it, with a slash at its end; else empty."""
    relative = os.path.relpath(path, directory).replace(os.sep, "/")
    return "" if relative == "." or relative.startswith("..") else f"{relative}/"


def _reason(stderr: bytes) -> str:
    return stderr.decode("utf-8", "replace").strip().partition("\n")[0] or "git failed"
