"""Which changes on disk concern a root."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.places import write
from workflow_ls.server.workspace_folder import Root
from workflow_ls.syntax.parser import parse

CLIENT = "import { client } from '@shared/workflow/runtime/client';\n"
FILE = "packages/a/src/a.ts"
TARGET = "ee/packages/workflows/src/runtime/client.ts"


@pytest.fixture
def root(tmp_path: Path) -> Root:
    root = Root(write(tmp_path, f"//- /{FILE}\n{CLIENT}"))
    assert root.analysis.check_file(FILE)
    return root


@pytest.mark.parametrize("name", ["README.md", "a.log", "packages/a/image.png", "packages/a/.cache"])
def test_what_does_not_matter(root: Root, name: str) -> None:
    (root.directory / name).write_text("x")
    root.changed_on_disk([name])
    assert root.generation == 0
    (root.directory / name).unlink()
    root.changed_on_disk([name])
    assert root.generation == 0


def test_a_file_that_is_saved_while_open(root: Root) -> None:
    root.put(FILE, parse(CLIENT.encode(), FILE))
    before = root.generation
    (root.directory / FILE).write_text("")
    root.changed_on_disk([FILE])
    assert root.generation == before
    assert root.analysis.check_file(FILE)
    root.drop(FILE)
    assert not root.analysis.check_file(FILE)


def test_what_is_ignored(root: Root) -> None:
    (root.directory / "workflow-ls.json").write_text('{"ignore": ["generated/"]}')
    root.changed_on_disk(["workflow-ls.json"])
    assert root.generation == 1
    root.changed_on_disk(["generated/a.ts", "generated/b.ts"])
    assert root.generation == 1


@pytest.mark.parametrize("count", [0, 10, 1000])
def test_a_change_among_many_others(root: Root, count: int) -> None:
    (root.directory / TARGET).write_text("export const other = 1;\n")
    others = [f"packages/p{number}/a.ts" for number in range(count)]
    generation = root.generation
    root.changed_on_disk([*others, TARGET])
    assert root.generation == generation + 1
    assert "does not export `client`" in str(root.analysis.check_file(FILE)[0].reason)


def test_a_file_becomes_a_candidate_while_typing(root: Root) -> None:
    path = "packages/a/src/new.ts"
    root.put(path, parse(b"", path))
    assert path not in root.reported_paths()
    root.put(path, parse(CLIENT.encode(), path))
    assert path in root.reported_paths()


def test_what_lies_beside_a_file_opened_alone_is_not_looked_for(tmp_path: Path) -> None:
    (tmp_path / "b.ts").write_text(CLIENT)
    root = Root(tmp_path, searched=False)
    root.put("a.ts", parse(CLIENT.encode(), "a.ts"))
    assert root.analysis.paths() == ("a.ts",)
    root.search_files(True)
    assert root.analysis.paths() == ("a.ts", "b.ts")
    root.search_files(False)
    assert root.analysis.paths() == ("a.ts",)
