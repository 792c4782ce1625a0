"""Answers of the server about thousands of files"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.checks import MONOREPO
from tests.faults.test_growth import LEGACY, each, file
from tests.fixture import project
from tests.work import assert_in_proportion, count_work
from workflow_ls.server.file_diagnostics import check_file
from workflow_ls.server.protocol.capabilities import Client
from workflow_ls.server.session.options import Options
from workflow_ls.server.session.snapshot import SessionSnapshot, WorkspaceFolders

IMPORTER = file("packages/p#/src/a.ts", "import { start } from '~';\nstart();")
SOUND = file("packages/p#/package.json", '{ "name": "@x/p#", "dependencies": { "@alga-psa/workflows": "*" } }')
BROKEN = file("packages/p#/package.json", '{ "name": "@x/p#", ')
CONFIG = file("packages/p#/tsconfig.json", '{ "extends": "./missing.json" }')

SHAPES: dict[str, Callable[[int], str]] = {
    "packages": lambda size: each(size, SOUND + IMPORTER),
    "broken manifests": lambda size: each(size, BROKEN + IMPORTER),
    "broken configurations": lambda size: each(size, SOUND + CONFIG + IMPORTER),
    "findings of one file": lambda size: file(
        "packages/a/src/a.ts", each(size, "import { start as s# } from '~';\ns#();\n")
    ),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_diagnostics_of_a_workspace(shape: Callable[[int], str], tmp_path: Path) -> None:
    """A client requests the diagnostics of thousands of files -> what is wrong with one is not looked for in all."""

    def look(size: int) -> int:
        root = tmp_path / str(size)
        for name, text in {**project(MONOREPO).files, **project(shape(size).replace("~", LEGACY)).files}.items():
            path = root / name.lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (root / ".git").mkdir()
        snapshot = SessionSnapshot(Client(), "utf-16", Options(), (root,), frozenset(), {}, WorkspaceFolders())
        folder = snapshot.folder(root)
        paths = folder.reported_paths()
        counted = count_work(lambda: [check_file(snapshot, folder, path) for path in paths])
        broken = {notice.path for notice in folder.notices()}
        assert all(folder.notices_of(path) for path in broken)
        return counted

    assert_in_proportion(look, 40, most=2.1)
