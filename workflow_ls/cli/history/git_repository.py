"""Git, run in a workspace for what it keeps: revisions, the contents of files, who brought a line."""

# Paths are strings here, as in the core and in git's answers.

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence

from workflow_ls.cli.errors import UsageError
from workflow_ls.cli.transaction.git_status import run_git, without_filters
from workflow_ls.records import record
from workflow_ls.vfs.git_process import find_git, repository_of

MISSING = "Fetch the whole history: `git fetch --unshallow`, in GitHub Actions `fetch-depth: 0`."


@record
class GitRepository:
    """The repository of a workspace; `root` is the workspace, to which all paths are relative."""

    git: str
    root: str
    settings: tuple[str, ...]

    def answer(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run git, which runs nothing of the repository; raises UsageError where it can't be started."""
        return run_git(self.git, self.root, arguments, self.settings, stdin=stdin)

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

    def contents(self, blobs: Sequence[str]) -> Iterator[bytes | None]:
        """The contents of blobs, in their order; None for one that is missing, as in a partial clone."""
        output = self.output("cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in blobs).encode())
        at = 0
        for _ in blobs:
            end = output.index(b"\n", at)
            header = output[at:end].split(b" ")
            if header[-1] == b"missing":
                yield None
                at = end + 1
                continue
            size = int(header[2])
            yield output[end + 1 : end + 1 + size]
            at = end + size + 2


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


def decoded(paths: Iterable[bytes]) -> list[str]:
    """Paths as git prints them, without empty ones."""
    return [os.fsdecode(path) for path in paths if path]


def _first_line(text: bytes) -> str:
    return text.decode("utf-8", "replace").strip().partition("\n")[0]
