"""Telling git of moved files: their entries in the index get the new paths, as `git mv` would give them."""

# Paths are strings here, as in the core and in git's answers.

from __future__ import annotations

import os
from collections.abc import Collection, Mapping

from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.git import run_git, top_of, without_filters
from workflow_ls.workspace.git import find_git, repository_of


def stage_moves(root: str | os.PathLike[str], moves: Mapping[str, str], gone: Collection[str]) -> str | None:
    """Give tracked files their new paths in the index, and take out those that are gone; paths are relative to `root`.

    What the files hold stays as it was staged, so that an edit on top of a move shows as one.  Nothing but the index
    is touched, no filter and no hook runs, and doing it twice does nothing more.  Without git or a repository nothing
    happens.  Returns why it could not be done, None where all is well.
    """
    directory = os.path.realpath(root)
    git = find_git(directory)
    if git is None or repository_of(directory) is None:
        return None
    try:
        return _stage(git, directory, moves, gone)
    except UsageError as error:
        return str(error)


def _stage(git: str, directory: str, moves: Mapping[str, str], gone: Collection[str]) -> str | None:
    top = top_of(git, directory)
    if top is None:
        return None
    prefix = os.path.relpath(directory, top).replace(os.sep, "/")
    prefix = "" if prefix == "." else f"{prefix}/"
    listed = run_git(git, top, ["ls-files", "--stage", "-z", "--full-name"])
    if listed.returncode != 0:
        return _reason(listed.stderr)
    lines = list[bytes]()
    for entry in filter(None, listed.stdout.split(b"\0")):
        facts, _, name = entry.partition(b"\t")
        path = os.fsdecode(name)
        old = path[len(prefix) :] if path.startswith(prefix) else None
        if old is None or (old not in moves and old not in gone):
            continue
        mode, blob, _ = facts.split()
        lines.append(b"0 " + b"0" * len(blob) + b"\t" + name)
        if old in moves:
            lines.append(mode + b" " + blob + b"\t" + os.fsencode(prefix + moves[old]))
    if not lines:
        return None
    # Removals first: a file may come to where another one was.
    lines.sort(key=lambda line: not line.startswith(b"0 "))
    given = b"\0".join(lines) + b"\0"
    done = run_git(git, top, ["update-index", "-z", "--index-info"], without_filters(git, top), given=given)
    return None if done.returncode == 0 else _reason(done.stderr)


def _reason(answer: bytes) -> str:
    return answer.decode("utf-8", "replace").strip().partition("\n")[0] or "git failed"
