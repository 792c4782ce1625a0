"""Where a workspace starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from workflow_ls.vfs.root import find_root

FILE = "repo/packages/a/src/a.ts"


@pytest.mark.parametrize(
    ("marks", "root"),
    [
        ({}, "repo/packages/a/src"),
        ({"repo/package.json": '{ "name": "repo" }'}, "repo/packages/a/src"),
        ({"repo/package.json": "{"}, "repo/packages/a/src"),
        ({"repo/package.json": '["workspaces"]'}, "repo/packages/a/src"),
        ({"repo/package.json": "[" * 100_000}, "repo/packages/a/src"),
        ({"repo/package.json": '{ "workspaces": [] }'}, "repo"),
        ({"repo/pnpm-workspace.yaml": "packages: []"}, "repo"),
        ({"repo/.git": "gitdir: elsewhere"}, "repo"),
        ({"repo/.git/HEAD": ""}, "repo"),
        ({"repo/workflow-ls.json": "{"}, "repo"),
        # The nearest one counts.
        ({"repo/.git/HEAD": "", "repo/packages/a/workflow-ls.json": "{}"}, "repo/packages/a"),
        ({"repo/pnpm-workspace.yaml/x": ""}, "repo/packages/a/src"),
    ],
)
@pytest.mark.parametrize("start", [FILE, "repo/packages/a/src"])
def test_root(tmp_path: Path, marks: dict[str, str], root: str, start: str) -> None:
    for name, text in {FILE: "", **marks}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert Path(find_root(tmp_path / start)) == tmp_path / root
