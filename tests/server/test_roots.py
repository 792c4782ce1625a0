"""Which changes on disk concern a workspace folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.places import write
from workflow_ls.server.session.workspace_folder import WorkspaceFolder
from workflow_ls.syntax.parser import parse

CLIENT = "import { client } from '@shared/workflow/runtime/client';\n"
FILE = "packages/a/src/a.ts"
TARGET = "ee/packages/workflows/src/runtime/client.ts"


@pytest.fixture
def folder(tmp_path: Path) -> WorkspaceFolder:
    folder = WorkspaceFolder(write(tmp_path, f"//- /{FILE}\n{CLIENT}"))
    assert folder.analysis.check_file(FILE)
    return folder


@pytest.mark.parametrize("name", ["README.md", "a.log", "packages/a/image.png", "packages/a/.cache"])
def test_what_does_not_matter(folder: WorkspaceFolder, name: str) -> None:
    (folder.directory / name).write_text("x")
    folder.changed_on_disk([name])
    assert folder.diagnostics_epoch == 0
    (folder.directory / name).unlink()
    folder.changed_on_disk([name])
    assert folder.diagnostics_epoch == 0


def test_a_file_that_is_saved_while_open(folder: WorkspaceFolder) -> None:
    folder.put(FILE, parse(CLIENT.encode(), FILE))
    before = folder.diagnostics_epoch
    (folder.directory / FILE).write_text("")
    folder.changed_on_disk([FILE])
    assert folder.diagnostics_epoch == before
    assert folder.analysis.check_file(FILE)
    folder.drop(FILE)
    assert not folder.analysis.check_file(FILE)


def test_what_is_ignored(folder: WorkspaceFolder) -> None:
    (folder.directory / "workflow-ls.json").write_text('{"ignore": ["generated/"]}')
    folder.changed_on_disk(["workflow-ls.json"])
    assert folder.diagnostics_epoch == 1
    folder.changed_on_disk(["generated/a.ts", "generated/b.ts"])
    assert folder.diagnostics_epoch == 1


@pytest.mark.parametrize("count", [0, 10, 1000])
def test_a_change_among_many_others(folder: WorkspaceFolder, count: int) -> None:
    (folder.directory / TARGET).write_text("export const other = 1;\n")
    others = [f"packages/p{number}/a.ts" for number in range(count)]
    epoch = folder.diagnostics_epoch
    folder.changed_on_disk([*others, TARGET])
    assert folder.diagnostics_epoch == epoch + 1
    assert "does not export `client`" in str(folder.analysis.check_file(FILE)[0].reason)


def test_a_file_becomes_a_candidate_while_typing(folder: WorkspaceFolder) -> None:
    path = "packages/a/src/new.ts"
    folder.put(path, parse(b"", path))
    assert path not in folder.reported_paths()
    folder.put(path, parse(CLIENT.encode(), path))
    assert path in folder.reported_paths()


def test_what_lies_beside_a_file_opened_alone_is_not_looked_for(tmp_path: Path) -> None:
    (tmp_path / "b.ts").write_text(CLIENT)
    folder = WorkspaceFolder(tmp_path, indexed=False)
    folder.put("a.ts", parse(CLIENT.encode(), "a.ts"))
    assert folder.analysis.paths() == ("a.ts",)
    folder.search_files(True)
    assert folder.analysis.paths() == ("a.ts", "b.ts")
    folder.search_files(False)
    assert folder.analysis.paths() == ("a.ts",)
