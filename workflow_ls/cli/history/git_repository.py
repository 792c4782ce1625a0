"""Git, run in a workspace for what it keeps: revisions, the contents of files, who brought a line."""

# Paths are strings here, as in the core and in git's answers.

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.transaction.git_status import run_git, start_git, without_filters
from workflow_ls.records import record, replace
from workflow_ls.vfs.git.git_process import find_git, repository_of

MISSING = "Fetch the whole history: `git fetch --unshallow`, in GitHub Actions `fetch-depth: 0`."

LACKING = "as in a partial clone. Run `git fetch --refetch --no-filter`, and leave `filter` out in GitHub Actions."
"""Why git does not have the content of a commit's file, and what to do; nothing is fetched here."""


@record
class GitRepository:
    """The repository of a workspace; `root` is the workspace, to which all paths are relative.

    `index` is the file in the place of its index that a commit of some files has for as long as its hooks run.
    """

    git: str
    root: str
    settings: tuple[str, ...]
    index: str | None = None

    def answer(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run git, which runs nothing of the repository; raises UsageError where it can't be started."""
        return run_git(self.git, self.root, arguments, self.settings, stdin=stdin, index=self.index)

    def output(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """What git prints; raises UsageError where it fails."""
        answer = self.answer(*arguments, stdin=stdin)
        if answer.returncode != 0:
            raise UsageError(f"git failed: {_first_line(answer.stderr) or f'exit code {answer.returncode}'}")
        return answer.stdout

    def commit(self, revision: str) -> str | None:
        """The name of the commit that a revision means; None if there is none."""
        answer = self.answer("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        return os.fsdecode(answer.stdout).strip() if answer.returncode == 0 else None

    def is_shallow(self) -> bool:
        """Whether the history was cut off when the repository was cloned or fetched."""
        return self.output("rev-parse", "--is-shallow-repository").strip() == b"true"

    def unknown(self, revision: str) -> UsageError:
        """The error for a revision that means no commit, with what to do: a shallow clone may lack it."""
        advice = "Give a branch, a tag or a commit: `git branch --all` lists the branches."
        advice = MISSING if self.is_shallow() else advice
        return UsageError(f"--since {revision or repr(revision)}: git knows no such revision. {advice}")


class BlobReader:
    """A process that gives the contents of blobs, one after the other."""

    def __init__(self, requests: IO[bytes], answers: IO[bytes], largest: int | None) -> None:
        """`requests` and `answers` belong to a `git cat-file`; blobs of more than `largest` bytes have no content."""
        self._requests = requests
        self._answers = answers
        self._largest = largest

    def read(self, blobs: Sequence[bytes]) -> Iterator[bytes | None]:
        """The contents of blobs, in their order; None for one that is missing, or too large."""
        for start in range(0, len(blobs), _BATCH):
            batch = blobs[start : start + _BATCH]
            self._requests.write(b"".join(blob + b"\n" for blob in batch))
            self._requests.flush()
            for _ in batch:
                yield self._next()

    def _next(self) -> bytes | None:
        header = self._answers.readline().split()
        if len(header) != _HEADER_FIELDS:
            if header[-1:] == [b"missing"]:
                return None
            if not header:  # it ends where it would have to fetch the content
                raise UsageError(f"git lacks contents of earlier commits, {LACKING}")
            raise UsageError("git failed: its answer about objects can't be read.")
        size = int(header[2])
        text = self._answers.read(size + 1)[:size]
        return text if self._largest is None or size <= self._largest else None


_BATCH = 64  # names of blobs that fit into a pipe
_HEADER_FIELDS = 3  # of an object in the output of `git cat-file --batch`: its name, its type, its size


@contextmanager
def open_blobs(repository: GitRepository, largest: int | None = None) -> Iterator[BlobReader]:
    """A reader of blobs, of at most `largest` bytes unless that is None; its process ends with the context."""
    with start_git(repository.git, repository.root, ["cat-file", "--batch"]) as process:
        if process.stdin is not None and process.stdout is not None:
            yield BlobReader(process.stdin, process.stdout, largest)
        process.kill()


def open_repository(root: str, purpose: str) -> GitRepository:
    """The repository around the workspace at `root`; raises UsageError, which names the `purpose`, without one."""
    git = find_git(root)
    if git is None:
        raise UsageError(f"{purpose} needs git, which is not on the PATH.")
    if repository_of(root) is None:
        raise UsageError(f"{purpose} needs a git repository, and {root} is in none.")
    repository = GitRepository(git, root, tuple(without_filters(git, root)))
    answer = repository.answer("rev-parse", "--show-toplevel")
    if answer.returncode != 0:
        raise UsageError(f"{purpose} needs git, which failed: {_first_line(answer.stderr)}")
    return repository


def with_index_of_commit(repository: GitRepository) -> GitRepository:
    """The repository with the index of the commit whose hook this is, if it is one, and a commit of this work tree.

    `git commit FILE` and `git commit -p` make one in the git directory, and name it by `GIT_INDEX_FILE`.
    """
    named = os.environ.get("GIT_INDEX_FILE")
    answer = repository.answer("rev-parse", "--absolute-git-dir")
    if not named or answer.returncode != 0:
        return repository
    index, own = Path(named).resolve(), Path(os.fsdecode(answer.stdout).rstrip("\n")).resolve()
    return replace(repository, index=str(index)) if index.parent == own and index.is_file() else repository


def decoded(paths: Iterable[bytes]) -> list[str]:
    """Paths as git prints them, without empty ones."""
    return [os.fsdecode(path) for path in paths if path]


def _first_line(text: bytes) -> str:
    return text.decode("utf-8", "replace").strip().partition("\n")[0]
