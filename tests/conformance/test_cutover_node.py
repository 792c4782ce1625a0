"""What the programs of a workspace read, as Node runs them before and after a cutover: the same."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.conformance.node import find_program
from tests.fixture import project
from tests.moves.cuts import BASE, SOURCES, TREE
from workflow_ls.cli.main import run

pytestmark = pytest.mark.conformance

# Each is an expression of a path or a content; `{up}` leads to the root, `{near}` to the tree.
ANYWHERE = (
    "readFileSync(new URL('{near}/runtime/data.json', import.meta.url), 'utf8')",
    "readFileSync(join(here, '{near}/runtime/data.json'), 'utf8')",
    "readFileSync(join(here, '{up}', 'shared', 'workflow', 'runtime', 'data.json'), 'utf8')",
    "readFileSync(resolve(process.cwd(), 'shared', 'workflow', 'runtime', 'data.json'), 'utf8')",
    "readFileSync(join(process.cwd(), 'shared/workflow/runtime/data.json'), 'utf8')",
    "readFileSync(`${here}/{near}/runtime/data.json`, 'utf8')",
    "readFileSync(here + '/{near}/runtime/data.json', 'utf8')",
    "readFileSync(createRequire(import.meta.url).resolve('{near}/runtime/code.mjs'), 'utf8')",
    "(await import('{near}/runtime/code.mjs')).code",
    "(await import(`{near}/runtime/${'code'}.mjs`)).code",
    "readdirSync(join(here, '{near}/runtime')).filter((name) => name.startsWith('data'))",
)
FROM_THE_TREE = (
    "readFileSync(new URL('{up}/shared/lib/note.txt', import.meta.url), 'utf8')",
    "readFileSync(join(dirname(fileURLToPath(import.meta.url)), '{up}', 'shared', 'lib', 'note.txt'), 'utf8')",
    "readFileSync(`${here}/{up}/shared/lib/note.txt`, 'utf8')",
    "readFileSync(join(here, 'data.json'), 'utf8')",
    "readFileSync(join(import.meta.dirname, '{up}/shared/lib/note.txt'), 'utf8')",
    "(await import('{up}/shared/lib/code.mjs')).code",
    "(await import('./code.mjs')).code",
    "basename(join(here, '..', '..'))",
)
HEAD = """
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
const here = dirname(fileURLToPath(import.meta.url));
"""
PLACES = {
    "packages/a/run.mjs": ("../..", "../../shared/workflow", ANYWHERE),
    "shared/lib/deep/run.mjs": ("../../..", "../../workflow", ANYWHERE),
    f"{SOURCES}lib/run.mjs": ("../../../../..", "../../../../../shared/workflow", ANYWHERE),
    f"{TREE}runtime/run.mjs": ("../../..", "..", (*ANYWHERE, *FROM_THE_TREE[:-1])),
    f"{TREE}run.mjs": ("../..", ".", ANYWHERE),
}


def program(up: str, near: str, expressions: tuple[str, ...]) -> str:
    lines = (expression.replace("{up}", up).replace("{near}", near) for expression in expressions)
    return HEAD + "".join(f"console.log(JSON.stringify({line}));\n" for line in lines)


def outputs(root: Path, paths: list[str]) -> list[str]:
    node = find_program("node")
    results = []
    for path in paths:
        done = subprocess.run([node, path], cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (path, (root / path).read_text(), done.stderr)
        results.append(done.stdout)
    return results


def test_programs_read_what_they_read(tmp_path: Path) -> None:
    files = {
        **project(BASE).files,
        f"{TREE}runtime/data.json": '{ "of": "the tree" }',
        f"{TREE}runtime/code.mjs": "export const code = 'of the tree';\n",
        "shared/lib/note.txt": "beside the tree",
        "shared/lib/code.mjs": "export const code = 'beside the tree';\n",
        **{path: program(*place) for path, place in PLACES.items()},
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    link = tmp_path / "node_modules/@alga-psa/workflows"  # as an install makes it
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "ee/packages/workflows")
    before = outputs(tmp_path, list(PLACES))
    assert [len(text.splitlines()) for text in before] == [len(expressions) for *_, expressions in PLACES.values()]
    plan = tmp_path.parent / "plan.json"
    assert run(["cutover", str(tmp_path), "--format", "json", "--output", str(plan)]) in (0, 1)
    moves = {move["from"]: move["to"] for move in json.loads(plan.read_text())["moves"]}
    assert not (tmp_path / TREE).exists()
    assert outputs(tmp_path, [moves.get(path, path) for path in PLACES]) == before
