"""Histories of thousands of commits, in a tree of thousands of files"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checks import change, open_project
from tests.cli.test_history import CLIENT, commit
from tests.vfs.trees import git, needs_git
from tests.work import count_work
from workflow_ls.cli.history.commit_files import open_commits
from workflow_ls.cli.history.git_repository import open_repository
from workflow_ls.project import source_index
from workflow_ls.project.file_facts import FileFacts, describe
from workflow_ls.status.history import Commit, history_point
from workflow_ls.syntax.parser import Source
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


@pytest.mark.parametrize(
    ("path", "text", "described"),
    [
        ("packages/a/package.json", '{ "name": "a", "version": "1.0.1" }', []),
        ("packages/a/package.json", '{ "name": "a", "dependencies": { "b": "*" }, "scripts": {} }', []),
        ("packages/a/package.json", '{ "name": "renamed", "version": "1.0.0" }', []),
        ("packages/a/package.json", '{ "name": "a", "imports": { "#own/*": "./src/*" } }', ["a", "b"]),
        ("packages/a/tsconfig.json", '{ "compilerOptions": { "strict": false } }', []),
        ("packages/a/package.json", '{ "name": "a", "imports": { "#flow/*": "@shared/workflow/*" } }', ["a", "b"]),
        ("packages/a/src/b.ts", f"{CLIENT}export {{}};\n", ["b"]),
    ],
)
def test_a_commit_of_a_manifest_parses_no_source(
    monkeypatch: pytest.MonkeyPatch, path: str, text: str, described: list[str]
) -> None:
    """Commits that raise versions, of packages with hundreds of files -> no file is parsed anew that stays as it is."""
    found = list[str]()

    def recorded(source: Source, *arguments: Any) -> FileFacts:
        found.append(source.path)
        return describe(source, *arguments)

    monkeypatch.setattr(source_index, "describe", recorded)
    _, workspace = open_project(
        f"//- /packages/a/src/a.ts\n{CLIENT}//- /packages/a/src/b.ts\n{CLIENT}"
        '//- /packages/a/tsconfig.json\n{ "compilerOptions": { "strict": true } }\n'
        '//- /packages/a/package.json\n{ "name": "a", "version": "1.0.0" }'
    )
    commit_of = Commit("1" * 40, "2026-03-01", "first")
    assert history_point(commit_of, workspace).left == 2
    assert {"packages/a/src/a.ts", "packages/a/src/b.ts"} <= set(found)
    found.clear()
    change(workspace, path, text)
    assert history_point(commit_of, workspace).left == 2
    assert sorted(found) == [f"packages/a/src/{name}.ts" for name in described]
