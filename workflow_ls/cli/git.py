"""What git says about files before they are written."""

# Paths are strings here, as in the core and in git's answers.
# ruff: noqa: PTH118, PTH120

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence

from workflow_ls.cli.errors import UsageError
from workflow_ls.vfs.git import environment, find_git, is_inside, repository_of

PATIENCE = 120.0  # seconds for one answer of git

# A repository's own settings that would make `git status` run something.
_SETTINGS = ("core.fsmonitor=false", f"core.hooksPath={os.devnull}")


def dirty_files(root: str | os.PathLike[str], paths: Iterable[str]) -> list[str] | None:
    """Those of `paths` (relative to `root`) that git could not give back as they are; None without git or a repository.

    That is a file with staged or unstaged changes, and an untracked one, since it was never committed.  An ignored
    file does not count: whoever ignores a file does without git for it.  Submodules and nested repositories are asked
    for their own files.  Nothing that a repository's settings or attributes name is run, clean filters included.

    Raises UsageError where git fails, such as for a repository that belongs to somebody else.
    """
    top = os.path.realpath(root)
    git = find_git(top)
    if git is None:
        return None
    repositories: dict[str, list[tuple[str, str]]] = {}
    tops: dict[str, str | None] = {}
    for path in paths:
        real = os.path.realpath(os.path.join(top, path))  # git does not look behind a link
        directory = os.path.dirname(real)
        if directory not in tops:
            tops[directory] = repository_of(directory)
        repository = tops[directory]
        if repository is not None:
            repositories.setdefault(repository, []).append((path, real))
    if not repositories:
        return None
    dirty: set[str] = set()
    for repository, asked in repositories.items():
        changed = _changed(git, top if is_inside(top, repository) else repository)
        dirty.update(path for path, real in asked if real in changed)
    return sorted(dirty)


def _changed(git: str, directory: str) -> set[str]:
    """The absolute paths below `directory` that differ from what is committed; none where git sees no repository."""
    top = top_of(git, directory)
    return set() if top is None else set(_status(git, directory, top))


def dirty_tree(root: str | os.PathLike[str]) -> list[str] | None:
    """The files below `root`, relative to it, that differ from what is committed; None without git or a repository.

    Untracked files do not count, nor do nested repositories and submodules.

    Raises UsageError where git fails.
    """
    directory = os.path.realpath(root)
    git = find_git(directory)
    top = None if git is None or repository_of(directory) is None else top_of(git, directory)
    if git is None or top is None:
        return None
    entries = _status(git, directory, top)
    changed = (path for path, code in entries.items() if code != "??" and is_inside(path, directory))
    return sorted(os.path.relpath(path, directory).replace(os.sep, "/") for path in changed)


def unfit_files(root: str | os.PathLike[str]) -> tuple[list[str], list[str]]:
    """The files below `root`, relative to it, that are in conflict; and those that a sparse checkout leaves out.

    Both are empty without git or a repository.  Raises UsageError where git fails.
    """
    directory = os.path.realpath(root)
    git = find_git(directory)
    if git is None or repository_of(directory) is None or top_of(git, directory) is None:
        return [], []
    listed = _output(run_git(git, directory, ["ls-files", "-t", "-z", "--", "."])).split(b"\0")
    # An entry is a letter, a space and a path from the directory.
    tagged = [(entry[:1], os.fsdecode(entry[2:])) for entry in listed if entry]
    conflicts = sorted({path for tag, path in tagged if tag == b"M"})
    absent = (path for tag, path in tagged if tag == b"S" and not os.path.lexists(os.path.join(directory, path)))
    return conflicts, sorted(absent)


def top_of(git: str, directory: str) -> str | None:
    """The work tree that a directory belongs to; None where git sees no repository.  Raises UsageError."""
    answer = run_git(git, directory, ["rev-parse", "--show-toplevel"])
    if b"not a git repository" in answer.stderr:
        return None
    return os.path.realpath(os.fsdecode(_output(answer).removesuffix(b"\n")))


def _status(git: str, directory: str, top: str) -> dict[str, str]:
    """What `git status` says of the files below a directory: absolute paths, and two letters for each."""
    options = ["--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all"]
    answer = run_git(git, directory, ["status", *options, "--", "."], without_filters(git, directory))
    entries = filter(None, _output(answer).split(b"\0"))
    # An entry is two letters, a space and a path from the top.
    return {os.path.join(top, os.fsdecode(entry[3:])): os.fsdecode(entry[:2]) for entry in entries}


def without_filters(git: str, directory: str) -> list[str]:
    """Settings that switch off the filter drivers, which git runs to compare a file with what is committed or staged.

    It does so even where it only writes the index, for files as young as that.  Raises UsageError.
    """
    names = run_git(git, directory, ["config", "-z", "--name-only", "--get-regexp", r"^filter\."]).stdout.split(b"\0")
    drivers = {os.fsdecode(name[len(b"filter.") : name.rfind(b".")]) for name in names if name}
    for driver in drivers:
        if "=" in driver or "\n" in driver:
            raise UsageError(f"git filter `{driver}` can't be switched off; pass --allow-dirty to go without git")
    values = ("clean=", "smudge=", "process=", "required=false")
    return [f"filter.{driver}.{value}" for driver in sorted(drivers) for value in values]


def run_git(
    git: str, directory: str, arguments: Sequence[str], settings: Sequence[str] = (), *, given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a directory, without hooks or a file-system monitor; `given` is what it reads.

    Raises UsageError where git does not come back.
    """
    options = [option for setting in (*_SETTINGS, *settings) for option in ("-c", setting)]
    try:
        return subprocess.run(  # noqa: S603 - the executable lies outside the workspace, and no shell is involved
            [git, "-C", directory, "--no-pager", *options, *arguments],
            env=environment(),
            input=given,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"git gave no answer in {PATIENCE:g} seconds; is a pipe in the place of its files?") from error


def _output(answer: subprocess.CompletedProcess[bytes]) -> bytes:
    if answer.returncode != 0:
        reason = answer.stderr.decode("utf-8", "replace").strip().partition("\n")[0] or f"exit code {answer.returncode}"
        raise UsageError(f"git can't tell what is uncommitted ({reason}); pass --allow-dirty to go without git")
    return answer.stdout
