"""unexported-subpath for targets that no entry of the package's build makes."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Status

BASE = """
//- /package.json
{ "workspaces": ["ee/packages/*"] }
//- /ee/packages/workflows/src/index.ts
export {};
//- /ee/packages/workflows/src/keys/index.ts
export {};
"""
PACKAGE = "ee/packages/workflows/"


def unbuilt(manifest: str, configuration: str, *, more: str = "", name: str = "tsup.config.ts") -> list[str]:
    text = f'//- /{PACKAGE}package.json\n{{ "name": "@alga-psa/workflows", {manifest} }}\n//- /{PACKAGE}{name}\n{configuration}\n{more}'
    _, workspace = open_project(text, base=BASE)
    found = [f for f in Analysis(workspace).check().diagnostics if f.rule == "unexported-subpath"]
    assert all((f.path, f.fix, f.status) == (f"{PACKAGE}package.json", None, Status.BLOCKED) for f in found)
    return [f"{finding.message}: {finding.reason}" for finding in found]


KEYS = '"exports": { ".": "./dist/index.mjs", "./keys": { "import": "./dist/keys/index.mjs", "require": "./dist/keys/index.cjs" } }'
FOUND = [
    f"`./keys` points to {PACKAGE}dist/keys/index.{ending}, which the build does not make: no entry of {PACKAGE}tsup.config.ts has this output. Add an entry for {PACKAGE}src/keys/index.ts."
    for ending in ("mjs", "cjs")
]


@pytest.mark.parametrize(
    "configuration",
    [
        "export default { entry: { index: 'src/index.ts' } };",
        "export default { entry: ['src/index.ts'], outDir: 'dist' };",
        "import { defineConfig } from 'tsup';\nexport default defineConfig({ entry: { index: 'src/index.ts', 'keys/other': 'src/keys/index.ts' } });",
        "export default [{ entry: ['src/index.ts'] }];",
    ],
)
def test_found(configuration: str) -> None:
    assert unbuilt(KEYS, configuration) == FOUND


@pytest.mark.parametrize(
    "configuration",
    [
        "export default { entry: { index: 'src/index.ts', 'keys/index': 'src/keys/index.ts' } };",
        "export default { entry: ['src/index.ts', 'src/keys/index.ts'] };",
        "export default { entry: ['src/**/*.ts'] };",
        "export default { entry: [...files()] };",
        "export default { entry: { index: 'src/index.ts', ...more() } };",
        "export default { entry: { index: 'src/index.ts' }, outDir: 'lib' };",
        "export default [{ entry: ['src/index.ts'] }, { entry: ['src/keys/index.ts'] }];",
        "export default {};",
    ],
)
def test_silent(configuration: str) -> None:
    assert unbuilt(KEYS, configuration) == []


@pytest.mark.parametrize(
    ("manifest", "more", "name"),
    [
        (f'"scripts": {{ "build": "tsup && tsc -p ." }}, {KEYS}', "", "tsup.config.ts"),
        (KEYS, f"//- /{PACKAGE}dist/keys/index.mjs\n//- /{PACKAGE}dist/keys/index.cjs", "tsup.config.ts"),
        (KEYS, "", "vitest.config.ts"),
        ('"exports": { ".": "./dist/index.mjs", "./k/*": "./dist/k/*.mjs", "./t": { "types": "./dist/keys/index.d.ts" } }', "", "tsup.config.ts"),
    ],
)  # fmt: skip
def test_silent_otherwise(manifest: str, more: str, name: str) -> None:
    assert unbuilt(manifest, "export default { entry: { index: 'src/index.ts' } };", more=more, name=name) == []
