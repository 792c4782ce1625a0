"""What files load, and traversals through it."""

from __future__ import annotations

import pytest

from tests.checks import change, open_project
from workflow_ls.project.runtime import traversal
from workflow_ls.project.runtime.module_graph import ModuleGraph
from workflow_ls.project.runtime.traversal import Traversal
from workflow_ls.project.workspace import Workspace
from workflow_ls.syntax.references.flows.mock_names import defines_mock

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
def test_resolve_id(specifier: str, expected: str | None) -> None:
    module_id, path = opened()[1].resolve_id(specifier, START)
    assert path == expected
    _, mark, transformation = specifier.partition("?")
    of_file = None if expected is None else f"{expected}{mark}{transformation}"
    assert module_id == (of_file or {"./gone": "./packages/a/src/gone"}.get(specifier, specifier))


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
def test_traversal(start: str, options: dict[str, object], target: str, expected: bool | None) -> None:
    _, modules = opened(start)
    assert Traversal(modules, START, **options).reaches(target, "no specifier") is expected  # type: ignore[arg-type]


def test_a_bare_specifier_counts_for_itself() -> None:
    _, modules = opened("import '@alga-psa/workflows/gone';")
    assert Traversal(modules, START).reaches("elsewhere.ts", "@alga-psa/workflows/gone")


def test_where_a_traversal_reached_each_module() -> None:
    _, modules = opened()
    traversal = Traversal(modules, START, requires=False)
    assert traversal.reaches("nothing", "nothing") is False
    assert [(reached.path.rpartition("/")[2], reached.edge.specifier) for reached in traversal.reached] == [
        ("start.ts", "./one"),
        ("one.ts", "./two"),
        ("one.ts", "./style.css"),
        ("one.ts", "react"),
        ("one.ts", "node:fs"),
        ("two.ts", "@x/a/three"),
    ]
    required = traversal.required("packages/a/src/four.ts")
    assert required is not None
    assert required.path == "packages/a/src/three.ts"


def test_a_traversal_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traversal, "MAX_FILES", 2)
    _, modules = opened()
    assert Traversal(modules, START).reaches(CLIENT, "") is None
    assert Traversal(modules, START).reaches("packages/a/src/two.ts", "") is True


def test_what_is_known_is_found_anew_when_it_changes() -> None:
    workspace, modules = opened()
    path, other = "packages/a/src/two.ts", "packages/a/src/one.ts"
    before, kept = modules.imports(path), modules.imports(other)
    change(workspace, "packages/a/src/other.ts", "")
    assert modules.imports(path) is before
    change(workspace, path, "import './four';")
    assert [edge.specifier for edge in modules.imports(path).edges] == ["./four"]
    assert modules.imports(other) is kept


@pytest.mark.parametrize(
    "callee", ["vi.mock", "vi.doMock", "jest.setMock", "jest.unstable_mockModule", "t.mock.module"]
)
def test_defines_mock(callee: str) -> None:
    assert defines_mock(callee)


@pytest.mark.parametrize("callee", [None, "mock", "vi.unmock", "vi.importActual", "require"])
def test_defines_no_mock(callee: str | None) -> None:
    assert not defines_mock(callee)


@pytest.mark.parametrize(
    ("options", "loads"),
    [
        ("", False),
        ('"verbatimModuleSyntax": true', True),
        ('"preserveValueImports": true, "isolatedModules": true', True),
        ('"preserveValueImports": true', False),
    ],
)
def test_an_import_that_is_used_as_a_type_loads_as_the_compiler_keeps_it(options: str, loads: bool) -> None:
    text = f"""
//- /packages/b/tsconfig.json
{{ "compilerOptions": {{ {options} }} }}
//- /packages/b/one.ts
export class One {{}}
//- /packages/b/two.ts
import {{ One }} from './one';
export const two = (one: One) => one;
"""
    edges = open_project(text)[1].component(ModuleGraph).imports("packages/b/two.ts").edges
    assert [edge.path for edge in edges] == (["packages/b/one.ts"] if loads else [])
