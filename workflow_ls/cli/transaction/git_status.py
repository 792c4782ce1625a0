"""What git reports about files before they are written: uncommitted changes, conflicts, sparse checkouts."""

# Paths are strings here, as in the core and in git's answers.
# ruff: noqa: PTH117, PTH118, PTH120

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence

from workflow_ls.cli.errors import UsageError
from workflow_ls.printable import listed, visible_path
from workflow_ls.vfs.access import obstacle
from workflow_ls.vfs.git.git_process import NO_PROGRAMS, environment, find_git, is_inside, repository_of

TIMEOUT_SECONDS = 120.0  # for one run of git
_FIRST_TIMEOUT_SECONDS = 20.0  # for the first one, which reads next to nothing

_SKIP_GIT = "Pass --allow-dirty to skip this check."


def dirty_files(root: str | os.PathLike[str], paths: Iterable[str]) -> list[str] | None:
    """Those of `paths` (relative to `root`) that git could not restore; None without git or a repository.

    These are files with staged or unstaged changes, and untracked files, since they were never committed.  Ignored
    files do not count.  The files of submodules and nested repositories are looked up there.  Nothing that a
    repository's settings or attributes name is run, clean filters included.

    Raises UsageError where git fails, such as for a repository that belongs to somebody else.
    """
    top = os.path.realpath(root)
    git = find_git(top)
    repositories = {} if git is None else by_repository(top, paths)
    if git is None or not repositories:
        return None
    dirty: set[str] = set()
    for directory, pairs in repositories.items():
        changed = _changed(git, directory)
        dirty.update(path for path, real in pairs if real in changed)
    return sorted(dirty)


def by_repository(top: str, paths: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Paths relative to `top`, each with its real path, by the directory to run git in: `top`, or a nested repository.

    Paths that lie in no repository are left out.
    """
    found = dict[str, list[tuple[str, str]]]()
    tops = dict[str, str | None]()
    for path in paths:
        real = os.path.realpath(os.path.join(top, path))  # git reports a link, not its target
        directory = os.path.dirname(real)
        if directory not in tops:
            tops[directory] = repository_of(directory)
        repository = tops[directory]
        if repository is not None:
            found.setdefault(top if is_inside(top, repository) else repository, []).append((path, real))
    return found


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


def refuse_uncommitted(paths: Sequence[str] | None) -> None:
    """Raise UsageError where there are uncommitted changes in `paths`."""
    if paths:
        raise UsageError(
            f"uncommitted changes in {listed([*map(visible_path, paths)])}. "
            "Commit or stash them, or pass --allow-dirty."
        )


def conflicted_and_absent_files(root: str | os.PathLike[str]) -> tuple[list[str], list[str]]:
    """The files below `root`, relative to it, with merge conflicts; and those that a sparse checkout excludes.

    Both are empty without git or a repository.  Raises UsageError where git fails.
    """
    directory = os.path.realpath(root)
    git = find_git(directory)
    if git is None or repository_of(directory) is None or top_of(git, directory) is None:
        return [], []
    entries = output_of(run_git(git, directory, ["ls-files", "-t", "-z", "--", "."])).split(b"\0")
    # An entry is a letter, a space and a path from the directory.
    tagged = [(entry[:1], os.fsdecode(entry[2:])) for entry in entries if entry]
    conflicts = sorted({path for tag, path in tagged if tag == b"M"})
    absent = (path for tag, path in tagged if tag == b"S" and not os.path.lexists(os.path.join(directory, path)))
    return conflicts, sorted(absent)


def committed_and_ignored(root: str | os.PathLike[str]) -> list[str]:
    """The files below `root`, relative to it, that git has although a .gitignore excludes them, so that no search does.

    Empty without git or a repository.  Raises UsageError where git fails.
    """
    directory = os.path.realpath(root)
    git = find_git(directory)
    if git is None or repository_of(directory) is None or top_of(git, directory) is None:
        return []
    command = ["ls-files", "--cached", "--ignored", "--exclude-standard", "-z", "--", "."]
    found = output_of(run_git(git, directory, command, ["core.excludesFile="])).split(b"\0")
    return sorted({os.fsdecode(path) for path in found if path})


def linked_commits(root: str | os.PathLike[str]) -> frozenset[str] | None:
    """The paths below `root`, relative to it, at which git's index has a submodule; None where git does not list it."""
    directory = os.path.realpath(root)
    git = find_git(directory)
    if git is None or repository_of(directory) is None:
        return None
    try:
        entries = output_of(run_git(git, directory, ["ls-files", "--stage", "-z", "--", "."])).split(b"\0")
    except UsageError:
        return None
    split = (entry.partition(b"\t") for entry in entries)
    return frozenset(os.fsdecode(path) for mode, _, path in split if mode.startswith(b"160000 "))


def top_of(git: str, directory: str) -> str | None:
    """The work tree that a directory belongs to; None where git sees no repository.  Raises UsageError."""
    answer = run_git(git, directory, ["rev-parse", "--show-toplevel"], timeout=_FIRST_TIMEOUT_SECONDS)
    if b"not a git repository (or any" in answer.stderr:
        reason = obstacle(os.path.join(repository_of(directory) or directory, ".git"))
        if reason is not None:
            raise UsageError(f"git can't list uncommitted changes (.git: {reason}). {_SKIP_GIT}")
        return None  # with any other text, there is a file `.git` that leads nowhere
    top = os.fsdecode(output_of(answer).removesuffix(b"\n"))
    if not os.path.isabs(top) or not is_inside(os.path.realpath(directory), os.path.realpath(top)):
        raise UsageError(f"git can't list uncommitted changes (its answer can't be read). {_SKIP_GIT}")
    return os.path.realpath(top)


def _status(git: str, directory: str, top: str) -> dict[str, str]:
    """The output of `git status` for the files below a directory: absolute paths, and two letters for each."""
    options = ["--porcelain=v1", "--branch", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all"]
    answer = run_git(git, directory, ["status", *options, "--", "."], without_filters(git, directory))
    branch, *rest = output_of(answer).split(b"\0")
    if not branch.startswith(b"## "):
        raise UsageError(f"git can't list uncommitted changes (its answer is empty). {_SKIP_GIT}")
    entries = filter(None, rest)
    # An entry is two letters, a space and a path from the top.
    return {os.path.join(top, os.fsdecode(entry[3:])): os.fsdecode(entry[:2]) for entry in entries}


def without_filters(git: str, directory: str) -> list[str]:
    """Settings that disable the filter drivers, which git runs to compare a file with its committed or staged content.

    Git runs them even where it only writes the index, for files as new as the index.  Raises UsageError.
    """
    names = run_git(git, directory, ["config", "-z", "--name-only", "--get-regexp", r"^filter\."]).stdout.split(b"\0")
    drivers = {os.fsdecode(name[len(b"filter.") : name.rfind(b".")]) for name in names if name}
    for driver in drivers:
        if "=" in driver or "\n" in driver:
            raise UsageError(f"git filter `{driver}` can't be disabled. {_SKIP_GIT}")
    values = ("clean=", "smudge=", "process=", "required=false")
    return [f"filter.{driver}.{value}" for driver in sorted(drivers) for value in values]


def run_git(
    git: str,
    directory: str,
    arguments: Sequence[str],
    settings: Sequence[str] = (),
    *,
    stdin: bytes = b"",
    timeout: float | None = None,
    index: str | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a directory, without hooks or a file-system monitor; `stdin` is its standard input.

    `index` is a file in the place of the repository's index.
    Raises UsageError where git can't be started, or runs longer than `timeout` seconds (None: TIMEOUT_SECONDS).
    """
    timeout = TIMEOUT_SECONDS if timeout is None else timeout
    options = [option for setting in (*NO_PROGRAMS, *settings) for option in ("-c", setting)]
    try:
        return subprocess.run(  # noqa: S603 - the executable lies outside the workspace, and no shell is involved
            [git, "-C", directory, "--no-pager", *options, *arguments],
            env=environment() if index is None else {**environment(), "GIT_INDEX_FILE": index},
            input=stdin,
            capture_output=True,
            check=False,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"git timed out after {timeout:g} s. {_SKIP_GIT}") from error
    except OSError as error:
        raise UsageError(f"git can't be started ({error.strerror}). {_SKIP_GIT}") from error


def start_git(git: str, directory: str, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start git in a directory as `run_git` does, with pipes to its standard input and from its output."""
    options = [option for setting in NO_PROGRAMS for option in ("-c", setting)]
    try:
        return subprocess.Popen(  # noqa: S603 - as above
            [git, "-C", directory, "--no-pager", *options, *arguments],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise UsageError(f"git can't be started ({error.strerror}).") from error


def output_of(answer: subprocess.CompletedProcess[bytes]) -> bytes:
    """What git printed; raises UsageError where it failed."""
    if answer.returncode != 0:
        reason = answer.stderr.decode("utf-8", "replace").strip().partition("\n")[0] or f"exit code {answer.returncode}"
        raise UsageError(f"git can't list uncommitted changes ({reason}). {_SKIP_GIT}")
    return answer.stdout
