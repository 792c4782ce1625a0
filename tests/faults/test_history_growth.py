"""Histories of thousands of commits, in a tree of thousands of files"""

from __future__ import annotations

from pathlib import Path

from tests.cli.test_history import CLIENT, commit
from tests.vfs.trees import git, needs_git
from tests.work import count_work
from workflow_ls.cli.history.commit_files import open_commits
from workflow_ls.cli.history.git_repository import open_repository
from workflow_ls.vfs.files import Query

pytestmark = needs_git
SEARCH = (Query((".ts",), ("@shared",)),)


def test_a_commit_of_one_file_in_a_large_tree(tmp_path: Path) -> None:
    """A history has thousands of commits of a file each -> a search of a commit looks at what that changed."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src/ignored.ts").write_text(CLIENT)
    for number in range(400):
        (tmp_path / f"src/f{number}.ts").write_text(f"export const a = {number};\n")
    git(tmp_path, "init", "-q")
    commit(tmp_path, "first", 1)
    steps: list[dict[str, str | None]] = [
        {"src/f1.ts": CLIENT},
        {"src/f2.ts": CLIENT},
        {"src/f1.ts": "export {};"},
        {"src/f2.ts": None},
        {".gitignore": "ignored.ts"},
        {"src/f3.ts": CLIENT, ".gitignore": None},
    ]
    own = "src/ignored.ts"
    expected = [[own], ["src/f1.ts", own], ["src/f1.ts", "src/f2.ts", own], ["src/f2.ts", own], [own], []]
    expected.append(["src/f3.ts", own])
    for day, step in enumerate(steps, 2):
        for path, text in step.items():
            (tmp_path / path).unlink() if text is None else (tmp_path / path).write_text(text)
        commit(tmp_path, "next", day)
    repository = open_repository(str(tmp_path), "--history")
    names = git(tmp_path, "rev-list", "--reverse", "HEAD").split()
    with open_commits(repository) as files:
        for number, (name, paths) in enumerate(zip(names, expected, strict=True)):
            files.show(name, files.changes(name))
            found = list[str]()
            work = count_work(lambda: found.extend(files.search(SEARCH)))  # noqa: B023 - at once
            assert found == paths
            # Only what is ignored is looked for in all files, where that changes.
            assert number in (0, 5, 6) or work < 200
