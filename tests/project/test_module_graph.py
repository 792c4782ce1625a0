"""What files load, and walks through it."""

from __future__ import annotations

import pytest

from tests.checks import change, open_project
from workflow_ls.project.runtime import module_graph as module
from workflow_ls.project.runtime.module_graph import ModuleGraph, Walk, defines_mock
from workflow_ls.project.workspace import Workspace

FILES = """
//- /tsconfig.json
{ "compilerOptions": { "paths": { "@/*": ["./packages/a/src/*"], "#gone": ["./gone"] } } }
//- /packages/a/package.json
{ "name": "@x/a", "exports": { "./*": "./src/*.ts" } }
//- /packages/a/src/one.ts
import { two } from './two';
import './style.css';
import 'react';
import fs from 'node:fs';
two();
//- /packages/a/src/two.ts
export const two = () => import('@x/a/three');
//- /packages/a/src/three.ts
export { one } from '@/one';
const four = require('./four');
//- /packages/a/src/four.ts
import '@alga-psa/workflows/runtime/client';
//- /packages/a/src/style.css
//- /packages/a/src/typed.js
import '@alga-psa/workflows/runtime/client';
//- /packages/a/src/typed.d.ts
export {};
//- /node_modules/react/package.json
{ "name": "react", "main": "index.js" }
//- /node_modules/react/index.js
require('../../packages/a/src/five');
//- /packages/a/src/five.ts
"""
START = "packages/a/src/start.ts"
CLIENT = "ee/packages/workflows/src/runtime/client.ts"


def opened(start: str = "import './one';") -> tuple[Workspace, ModuleGraph]:
    _, workspace = open_project(f"{FILES}//- /{START}\n{start}\n")
    return workspace, workspace.component(ModuleGraph)


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("./one", "packages/a/src/one.ts"),
        ("./one.js", "packages/a/src/one.ts"),
        ("@/one", "packages/a/src/one.ts"),
        ("@x/a/one", "packages/a/src/one.ts"),
        ("./style.css?inline", "packages/a/src/style.css"),
        ("./typed", "packages/a/src/typed.js"),
        ("@alga-psa/workflows/runtime/client", CLIENT),
        ("@alga-psa/shared/workflow/runtime", "shared/workflow/runtime/index.ts"),
        ("@shared/workflow/runtime/index.ts", "shared/workflow/runtime/index.ts"),
        ("@shared/workflow/gone", None),
        ("@alga-psa/workflows/gone", None),
        ("./gone", None),
    ],
)
def test_identity(specifier: str, expected: str | None) -> None:
    identity, path = opened()[1].identity(specifier, START)
    assert path == expected
    assert identity == (expected or {"./gone": "./packages/a/src/gone"}.get(specifier, specifier))


@pytest.mark.parametrize(
    ("start", "options", "target", "expected"),
    [
        ("import './one';", {}, "packages/a/src/one.ts", True),
        ("import './one';", {}, "packages/a/src/three.ts", True),
        ("import './one';", {}, CLIENT, True),
        ("import './one';", {}, "packages/a/src/five.ts", False),
        ("import './one';", {"requires": False}, CLIENT, False),
        ("import './five';", {"late": True}, "packages/a/src/five.ts", False),
        ("import './one';", {"late": True}, "packages/a/src/three.ts", True),
        ("import './one';", {"late": True}, "packages/a/src/one.ts", True),  # in a circle,
        ("import './one';", {"replaced": {"packages/a/src/two.ts"}}, "packages/a/src/two.ts", True),
        ("import './one';", {"replaced": {"packages/a/src/two.ts"}}, "packages/a/src/three.ts", False),
        ("vi.importActual('./five');", {}, "packages/a/src/five.ts", False),
        ("vi.importActual('./two');", {"replaced": {"packages/a/src/two.ts"}}, "packages/a/src/three.ts", True),
        ("import './typed';", {}, CLIENT, True),
        ("import type {} from './one';", {}, CLIENT, False),
        ("import './gone';", {}, CLIENT, None),
        ("import '#gone';", {}, CLIENT, None),
        ("import '@x/a/gone';", {}, CLIENT, None),
        ("import '@alga-psa/elsewhere';", {}, CLIENT, None),
        ("import './one'; import './gone';", {}, "packages/a/src/one.ts", True),
        ("import './gone'; import './one';", {"replaced": {"./packages/a/src/gone"}}, CLIENT, True),
        ("import '@shared/workflow/gone'; import 'left-pad';", {}, CLIENT, False),
    ],
)
def test_walk(start: str, options: dict[str, object], target: str, expected: bool | None) -> None:
    _, modules = opened(start)
    assert Walk(modules, START, **options).finds(target, "no specifier") is expected  # type: ignore[arg-type]


def test_a_bare_specifier_counts_for_itself() -> None:
    _, modules = opened("import '@alga-psa/workflows/gone';")
    assert Walk(modules, START).finds("elsewhere.ts", "@alga-psa/workflows/gone")


def test_a_walk_tells_where_it_met_what() -> None:
    _, modules = opened()
    walk = Walk(modules, START, requires=False)
    assert walk.finds("nothing", "nothing") is False
    assert [(met.path.rpartition("/")[2], met.load.specifier) for met in walk.met] == [
        ("start.ts", "./one"),
        ("one.ts", "./two"),
        ("one.ts", "./style.css"),
        ("one.ts", "react"),
        ("one.ts", "node:fs"),
        ("two.ts", "@x/a/three"),
    ]
    required = walk.required("packages/a/src/four.ts")
    assert required is not None
    assert required.path == "packages/a/src/three.ts"


def test_a_walk_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FILES", 2)
    _, modules = opened()
    assert Walk(modules, START).finds(CLIENT, "") is None
    assert Walk(modules, START).finds("packages/a/src/two.ts", "") is True


def test_what_is_known_is_found_anew_when_it_changes() -> None:
    workspace, modules = opened()
    path, other = "packages/a/src/two.ts", "packages/a/src/one.ts"
    before, kept = modules.loads(path), modules.loads(other)
    change(workspace, "packages/a/src/other.ts", "")
    assert modules.loads(path) is before
    change(workspace, path, "import './four';")
    assert [load.specifier for load in modules.loads(path).loads] == ["./four"]
    assert modules.loads(other) is kept


@pytest.mark.parametrize(
    "callee", ["vi.mock", "vi.doMock", "jest.setMock", "jest.unstable_mockModule", "t.mock.module"]
)
def test_defines_mock(callee: str) -> None:
    assert defines_mock(callee)


@pytest.mark.parametrize("callee", [None, "mock", "vi.unmock", "vi.importActual", "require"])
def test_defines_no_mock(callee: str | None) -> None:
    assert not defines_mock(callee)
