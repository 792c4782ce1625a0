"""What git remembers of files that moved and of imports that changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.vfs.trees import git, lay_out, needs_git
from workflow_ls.vfs.git.git_history import GitHistory, NoRevisionError

pytestmark = [needs_git, pytest.mark.slow]

BODY = "export function total() {\n  return 1 + 2 + 3;\n}\nexport const tax = 19;\n"


def commit(root: Path, files: Mapping[str, str | None], message: str = "x") -> None:
    """Commit these texts; None deletes a file."""
    lay_out(root, {path: text for path, text in files.items() if text is not None})
    for path, text in files.items():
        if text is None:
            (root / path).unlink()
    if not (root / ".git").exists():
        git(root, "init")
    git(root, "add", "--all")
    git(root, "commit", "--message", message)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "w"
    commit(root, {"old/money.ts": BODY, "app/a.ts": "import { total } from '@old/money';\n", "old/gone.ts": "1;\n"})
    git(root, "tag", "start")
    commit(root, {"old/money.ts": None, "new/sums.ts": BODY.replace("19", "20")})
    commit(root, {"app/a.ts": "import { total } from '@new/sums';\n", "old/gone.ts": None})
    return root


def renames(history: GitHistory) -> dict[str, str]:
    return {old: move.path for old, move in history.renames(("old",)).items()}


def test_a_rename_is_found_by_the_commit_that_deleted_the_file(root: Path) -> None:
    assert renames(GitHistory(str(root))) == {"old/money.ts": "new/sums.ts"}


def test_a_rename_is_found_since_a_revision(root: Path) -> None:
    assert renames(GitHistory(str(root), "start")) == {"old/money.ts": "new/sums.ts"}


def test_a_rename_is_followed_to_where_the_file_is_now(root: Path) -> None:
    commit(root, {"new/sums.ts": None, "far/sums.ts": BODY.replace("19", "20")})
    assert renames(GitHistory(str(root))) == {"old/money.ts": "far/sums.ts"}


def test_a_file_that_came_back_was_not_renamed(root: Path) -> None:
    commit(root, {"old/money.ts": "export * from '../new/sums';\n"})
    assert renames(GitHistory(str(root))) == {}


def test_the_last_text_of_a_deleted_file(root: Path) -> None:
    history = GitHistory(str(root))
    history.renames(("old",))
    assert history.text("old/money.ts") == BODY.encode()
    assert history.text("old/never.ts") is None
    assert sorted(history.files_then("old")) == ["old/gone.ts", "old/money.ts"]


def test_imports_that_changed(root: Path) -> None:
    [change] = GitHistory(str(root), "start").import_changes(["@old"], (".ts",))
    assert change == ("app/a.ts", ("import { total } from '@old/money';",), ("import { total } from '@new/sums';",))
    assert GitHistory(str(root), "start").import_changes(["@other"], (".ts",)) == ()


def test_a_workspace_below_the_top_of_its_repository(root: Path) -> None:
    commit(root, {"ws/old/a.ts": BODY})
    commit(root, {"ws/old/a.ts": None, "ws/new/a.ts": BODY})
    assert renames(GitHistory(str(root / "ws"))) == {"old/a.ts": "new/a.ts"}


def test_packages_that_were_deleted(root: Path) -> None:
    commit(root, {"libs/kit/package.json": '{ "name": "@acme/kit" }', "libs/odd/package.json": "{"})
    commit(root, {"libs/kit/package.json": None, "libs/odd/package.json": None})
    assert GitHistory(str(root)).deleted_packages({"@acme/kit", "@acme/never"}) == {"@acme/kit": "libs/kit"}


def test_without_a_repository_nothing_is_known(tmp_path: Path) -> None:
    history = GitHistory(str(tmp_path))
    assert not history.is_known
    assert (history.renames(("old",)), history.deleted_packages({"a"}), history.text("a")) == ({}, {}, None)


@pytest.mark.parametrize("revision", ["never", "--output=x", "", "start^^^^"])
def test_a_revision_that_there_is_not(root: Path, revision: str) -> None:
    with pytest.raises(NoRevisionError):
        GitHistory(str(root), revision)


def test_many_texts_are_read_by_one_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "w"
    names = [f"old/f{number}.ts" for number in range(30)]
    commit(root, {name: f"export const a{number} = 1;\nexport const b = 2;\n" for number, name in enumerate(names)})
    commit(root, dict.fromkeys(names, "export const b = 2;\n"))
    commit(root, dict.fromkeys(names))
    calls = list[str]()
    run = GitHistory._run

    def counted(self: GitHistory, *arguments: str, stdin: str | None = None) -> bytes | None:
        calls.append(arguments[0])
        return run(self, *arguments, stdin=stdin)

    monkeypatch.setattr(GitHistory, "_run", counted)
    history = GitHistory(str(root))
    history.renames(("old",))
    assert {history.text(name) for name in names} == {b"export const b = 2;\n"}
    found = history.former_texts(("old",), [f"a{number}" for number in range(30)])
    assert found["a7"] == b"export const a7 = 1;\nexport const b = 2;\n"
    assert len(found) == 30
    assert calls.count("cat-file") == 2
    assert "show" not in calls


def test_a_text_that_git_does_not_have_is_none(root: Path) -> None:
    history = GitHistory(str(root))
    assert history.text("old/never.ts") is None
    assert GitHistory(str(root), "start").text("old/never.ts") is None
    assert GitHistory(str(root), "start").text("old/gone.ts") == b"1;\n"


def test_what_a_partial_clone_lacks_is_told(root: Path, tmp_path: Path) -> None:
    git(root, "config", "uploadpack.allowFilter", "true")
    part = tmp_path / "part"
    git(root, "clone", "--filter=blob:none", root.as_uri(), str(part))
    history = GitHistory(str(part))
    assert renames(history) == {}
    assert history.text("old/money.ts") is None
    assert history.import_changes(("@old",), (".ts",)) == ()
    assert history.unread == ("renames", "texts of deleted files", "changes of imports")
    git(part, "fetch", "--refetch", "--no-filter")
    history = GitHistory(str(part))
    assert renames(history) == {"old/money.ts": "new/sums.ts"}
    assert history.unread == ()


def test_what_is_not_there_is_not_unread(root: Path, tmp_path: Path) -> None:
    history = GitHistory(str(root))
    assert history.text("old/never.ts") is None
    assert GitHistory(str(tmp_path)).unread == history.unread == ()
