"""The aliases of the projects of one configuration of a test runner."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from workflow_ls.project.runtime.module_graph import ModuleGraph

FILES = """
//- /packages/shop/package.json
{ "name": "shop" }
//- /packages/shop/src/ui/till.ts
export const till = 1;
//- /packages/shop/src/node/till.ts
export const till = 2;
//- /packages/shop/src/lib/till.ts
export const till = 3;
"""
UI = "{ test: { include: ['src/ui/**/*.test.ts'], alias: { '@till': import.meta.dirname + '/src/ui/till.ts' } } }"
NODE = "{ test: { include: ['src/node/**/*.test.ts'], alias: { '@till': import.meta.dirname + '/src/node/till.ts' } } }"


@pytest.mark.parametrize(
    "config",
    [
        f"vitest.config.ts\nexport default {{ test: {{ projects: [{UI}, {NODE}] }} }};",
        f"vitest.config.ts\nexport default {{ test: {{ projects: [{NODE}, {UI}] }} }};",
        """vitest.config.ts
export default { test: { projects: [
  { root: './src/ui', resolve: { alias: { '@till': './till.ts' } } },
  { root: './src/node', resolve: { alias: { '@till': './till.ts' } } },
] } };""",
        """jest.config.cjs
module.exports = { projects: [
  { testMatch: ['<rootDir>/src/ui/**/*.test.ts'], moduleNameMapper: { '^@till$': '<rootDir>/src/ui/till.ts' } },
  { rootDir: 'src/node', moduleNameMapper: { '^@till$': '<rootDir>/till.ts' } },
] };""",
    ],
)
def test_an_alias_is_for_the_tests_of_its_project(config: str) -> None:
    _, workspace = open_project(f"{FILES}//- /packages/shop/{config}")
    graph = workspace.component(ModuleGraph)
    found = {folder: graph.resolve_id("@till", f"packages/shop/src/{folder}/a.test.ts")[1] for folder in ("ui", "node")}
    assert found == {folder: f"packages/shop/src/{folder}/till.ts" for folder in ("ui", "node")}
    # Code beside may be loaded by the tests of either.
    assert graph.resolve_id("@till", "packages/shop/src/lib/a.ts")[1] is None


def test_a_deeper_project_has_its_folder() -> None:
    whole = "{ test: { alias: { '@till': import.meta.dirname + '/src/lib/till.ts' } } }"
    config = f"vitest.config.ts\nexport default {{ test: {{ projects: [{whole}, {UI}] }} }};"
    _, workspace = open_project(f"{FILES}//- /packages/shop/{config}")
    graph = workspace.component(ModuleGraph)
    assert graph.resolve_id("@till", "packages/shop/src/ui/a.ts")[1] == "packages/shop/src/ui/till.ts"
    assert graph.resolve_id("@till", "packages/shop/src/lib/a.ts")[1] == "packages/shop/src/lib/till.ts"
