"""The files that differ between the workspace and a commit, with their contents there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.history.git_repository import LACKING, MISSING, GitRepository, decoded, open_blobs
from workflow_ls.records import record, replace
from workflow_ls.vfs.files import holds_code, is_configuration

_READ = (".json", ".yaml", ".yml", ".gitignore")
_PLAIN = ("100644", "100755")


@record(slots=False)
class Changes:
    """What changed since a commit.

    `before` are the contents of changed files at the commit, `added` the files that it lacks, and `renames` the old
    paths of renamed files by the new ones.  `base` is the commit, "" for the index and where there is none.
    """

    before: Mapping[str, bytes]
    added: tuple[str, ...]
    renames: Mapping[str, str]
    base: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """The changed files that the workspace has now, and those that it had before."""
        return tuple(dict.fromkeys((*self.before, *self.added)))


class _Entry(NamedTuple):
    """A line of `git diff --raw`: `old` is None for an added file, `new` for a deleted one."""

    old: str | None
    new: str | None
    mode: str
    blob: str


def changes_since(repository: GitRepository, revision: str) -> Changes:
    """The changes of the work tree since its branch left `revision`, whether committed or not.

    Raises UsageError if there is no such revision, or no common ancestor.
    """
    commit = repository.commit(revision)
    if commit is None:
        raise repository.unknown(revision)
    base = repository.answer("merge-base", commit, "HEAD")
    if base.returncode != 0:
        advice = MISSING if repository.is_shallow() else "Give a revision that the branch started from."
        raise UsageError(f"--since {revision}: it has no ancestor in common with HEAD. {advice}")
    name = os.fsdecode(base.stdout).strip()
    return replace(_changes(repository, [*_diff(repository, name)], _untracked(repository)), base=name)


def staged_changes(repository: GitRepository) -> tuple[Changes, Changes]:
    """The changes of the work tree since what is staged, and since HEAD."""
    untracked = _untracked(repository)
    unstaged = _changes(repository, [*_diff(repository)], untracked)
    if repository.commit("HEAD") is None:
        tracked = decoded(repository.output("ls-files", "-z", "--", ".").split(b"\0"))
        return unstaged, Changes({}, (*tracked, *untracked), {})
    return unstaged, _changes(repository, [*_diff(repository, "HEAD")], untracked)


def _untracked(repository: GitRepository) -> list[str]:
    return decoded(repository.output("ls-files", "-z", "--others", "--exclude-standard", "--", ".").split(b"\0"))


def _diff(repository: GitRepository, *commit: str) -> Iterator[_Entry]:
    """The files below the workspace that differ from a commit, or from the index."""
    options = ("--raw", "-z", "--no-abbrev", "--relative", "--find-renames", "--no-ext-diff", "--ignore-submodules=all")
    fields = iter(repository.output("diff", *options, *commit, "--").split(b"\0"))
    for header in fields:
        if not header:
            break
        mode, _, blob, _, status = os.fsdecode(header[1:]).split(" ")
        first = os.fsdecode(next(fields))
        if status[0] in "RC":
            second = os.fsdecode(next(fields))
            yield _Entry(first, second, mode, blob) if status[0] == "R" else _Entry(None, second, mode, blob)
        else:
            yield _Entry(None if status[0] == "A" else first, None if status[0] == "D" else first, mode, blob)


def _changes(repository: GitRepository, entries: list[_Entry], untracked: Iterable[str]) -> Changes:
    old = [(entry.old, entry.blob) for entry in entries if entry.old is not None and entry.mode in _PLAIN]
    wanted = [(path, blob) for path, blob in old if holds_code(path) or is_configuration(path) or path.endswith(_READ)]
    before = {path: b"" for path, _ in old}
    with open_blobs(repository) as blobs:
        for (path, _), content in zip(wanted, blobs.read([blob.encode() for _, blob in wanted])):
            if content is None:
                raise UsageError(f"{path}: git lacks its earlier content, {LACKING}")
            before[path] = content
    added = [entry.new for entry in entries if entry.new is not None and entry.new not in before]
    renames = {entry.new: entry.old for entry in entries if entry.new and entry.old and entry.new != entry.old}
    return Changes(before, (*added, *(path for path in untracked if path not in before)), renames)
