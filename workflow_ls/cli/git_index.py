"""Telling git of moved files: their entries in the index get the new paths, as `git mv` would give them."""

# Paths are strings here, as in the core and in git's answers.
# ruff: noqa: PTH118, PTH120

from __future__ import annotations

import os
from collections.abc import Collection, Mapping

from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.git import run_git, top_of, without_filters
from workflow_ls.printable import counted
from workflow_ls.vfs.git import find_git, repository_of


def stage_moves(root: str | os.PathLike[str], moves: Mapping[str, str], gone: Collection[str]) -> str | None:
    """Give tracked files their new paths in the index, and take out those that are gone; paths are relative to `root`.

    What the files hold stays as it was staged, so that an edit on top of a move shows as one.  Nothing but the index
    is touched, no filter and no hook runs, and doing it twice does nothing more.  A submodule or nested repository has
    an index of its own, and a file that moves from one to the other is new there.  Without git or a repository nothing
    happens.  Returns what could not be done and why, None where all is well.
    """
    directory = os.path.realpath(root)
    git = find_git(directory)
    if git is None:
        return None
    places = {path: repository_of(os.path.dirname(os.path.join(directory, path))) for path in {*gone, *moves.values()}}
    problems = list[str]()
    for repository in sorted({places[path] or "" for path in gone} - {""}):
        old = {path for path in gone if places[path] == repository}
        kept = {path: moves[path] for path in old & moves.keys() if places[moves[path]] == repository}
        try:
            problem = _stage(git, directory, repository, kept, old)
        except UsageError as error:
            problem = str(error)
        problems += [problem] if problem is not None else []
    parted = sorted(new for old, new in moves.items() if places[new] is not None and places.get(old) != places[new])
    if parted:
        told = counted(len(parted), "file")
        problems.append(f"{told} moved to another repository, first {parted[0]}; add that there by hand")
    return "; ".join(problems) or None


def _stage(git: str, directory: str, repository: str, moves: Mapping[str, str], gone: Collection[str]) -> str | None:
    """Change the index of one repository; paths are relative to `directory`, which may lie in it or hold it."""
    top = top_of(git, repository)
    if top is None:
        return None
    listed = run_git(git, top, ["ls-files", "--stage", "-z", "--full-name"])
    if listed.returncode != 0:
        return _reason(listed.stderr)
    # One of the two is empty: where the directory lies in the work tree, or the work tree in the directory.
    prefix, lead = _below(directory, top), _below(top, directory)
    lines = list[bytes]()
    for entry in filter(None, listed.stdout.split(b"\0")):
        facts, _, name = entry.partition(b"\t")
        path = os.fsdecode(name)
        old = lead + path[len(prefix) :] if path.startswith(prefix) else ""
        if old not in gone:
            continue
        mode, blob, stage = facts.split()
        lines.append(b"0 " + b"0" * len(blob) + b"\t" + name)
        if old in moves and stage == b"0":
            lines.append(mode + b" " + blob + b"\t" + os.fsencode(prefix + moves[old][len(lead) :]))
    if not lines:
        return None
    # Removals first: a file may come to where another one was.
    lines.sort(key=lambda line: not line.startswith(b"0 "))
    given = b"\0".join(lines) + b"\0"
    done = run_git(git, top, ["update-index", "-z", "--index-info"], without_filters(git, top), given=given)
    return None if done.returncode == 0 else _reason(done.stderr)


def _below(path: str, directory: str) -> str:
    """The way from a directory down to another, with a slash at its end; empty where it does not lead down."""
    way = os.path.relpath(path, directory).replace(os.sep, "/")
    return "" if way == "." or way.startswith("..") else f"{way}/"


def _reason(answer: bytes) -> str:
    return answer.decode("utf-8", "replace").strip().partition("\n")[0] or "git failed"
