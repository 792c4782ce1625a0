"""Renames and moves in an editor take along what names the files outside of sources."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import pytest

from tests.checks import open_project
from tests.moves.cuts import BASE, SOURCES
from tests.moves.test_editor_moves import edited
from tests.moves.test_rename import CLIENT, TREE, check, renamed
from workflow_ls.vfs.overlay import Move


@pytest.mark.parametrize(
    ("path", "before", "after", "moves"),
    [
        ("Dockerfile", "COPY shared/workflow/runtime x", "COPY shared/workflow/engine x", {f"{TREE}runtime": f"{TREE}engine"}),
        ("Dockerfile", "COPY shared/workflow/runtime/client.ts ./", "COPY shared/workflow/runtime/caller.ts ./", CLIENT),
        ("CODEOWNERS", "/shared/workflow/runtime/*.ts @a", "/shared/workflow/engine/*.ts @a", {f"{TREE}runtime": f"{TREE}engine"}),
        ("packages/a/project.json", '["../../shared/workflow/runtime/client.ts"]', '["../../shared/workflow/runtime/caller.ts"]', CLIENT),
        ("shared/tsconfig.x.json", '{ "files": ["workflow/runtime/client.ts", "./workflow/runtime/types.ts"] }', '{ "files": ["workflow/runtime/caller.ts", "./workflow/runtime/types.ts"] }', CLIENT),
        ("shared/tsup.config.ts", "export default { entry: { x: 'workflow/runtime/client.ts', y: './lib/y.ts' } };", "export default { entry: { x: 'workflow/runtime/caller.ts', y: './lib/y.ts' } };", CLIENT),
        ("shared/vitest.config.ts", "export default { test: { include: ['workflow/runtime/**/*.test.ts'] } };", "export default { test: { include: ['workflow/engine/**/*.test.ts'] } };", {f"{TREE}runtime": f"{TREE}engine"}),
    ],
)  # fmt: skip
def test_renames(path: str, before: str, after: str, moves: dict[str, str]) -> None:
    changed, left = renamed(f"//- /{path}\n{before}", moves)
    assert (changed[path], left) == (f"{after}\n", [])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", "COPY shared/workflow x\nCOPY shared/workflow/streams y"),
        ("shared/tsup.config.ts", "export default { entry: ['workflow/runtime/types.ts'] };"),
        ("shared/tsconfig.x.json", '{ "include": ["workflow/**"] }'),
    ],
)
def test_what_a_rename_does_not_concern(path: str, text: str) -> None:
    check(f"//- /{path}\n{text}", CLIENT)


def test_moves_out_of_the_tree() -> None:
    text = (
        f"//- /{TREE}runtime/a.ts\nexport const a = 1;\n//- /{TREE}runtime/b.ts\nexport const b = 1;\n"
        "//- /.github/workflows/a.yml\non: {push: {paths: [shared/workflow/runtime/a.ts, shared/workflow/runtime/b.ts]}}\n"
        "//- /shared/tsup.config.ts\nexport default { entry: ['workflow/runtime/a.ts', './workflow/runtime/b.ts'] };\n"
        "//- /ee/packages/workflows/tsup.config.ts\nexport default { entry: ['src/index.ts'] };"
    )
    _, workspace = open_project(text, base=BASE)
    files = edited(workspace, [Move(f"{TREE}runtime/a.ts", f"{SOURCES}runtime/a.ts")])
    assert files[".github/workflows/a.yml"].decode() == (
        f"on: {{push: {{paths: [{SOURCES}runtime/a.ts, shared/workflow/runtime/b.ts]}}}}\n"
    )
    assert files["shared/tsup.config.ts"] == b"export default { entry: ['./workflow/runtime/b.ts'] };\n"
    assert files["ee/packages/workflows/tsup.config.ts"] == (
        b"export default { entry: ['src/index.ts', 'src/runtime/a.ts'] };\n"
    )
