"""What a test loads: the aliases of its runner first, and the paths of TypeScript only where the runner reads them."""

from __future__ import annotations

import pytest

from tests.checks import change, check_diagnostics, open_project
from workflow_ls.project.runtime.module_graph import ModuleGraph

FILES = """
//- /tsconfig.json
{ "compilerOptions": { "paths": { "kit": ["./typed/kit.ts"], "only": ["./typed/kit.ts"] } } }
//- /typed/kit.ts
//- /node_modules/kit/package.json
{ "name": "kit", "main": "main.js" }
//- /node_modules/kit/main.js
//- /app/package.json
{ "name": "app" }
//- /app/lib/kit.ts
//- /app/lib/more.ts
//- /app/src/deep/more.ts
"""
PLUGIN = "import paths from 'vite-tsconfig-paths';\nexport default { plugins: [paths()] };"


@pytest.mark.parametrize(
    ("name", "text", "specifier", "found"),
    [
        ("none.ts", "", "kit", "typed/kit.ts"),
        ("vitest.config.ts", "export default {};", "kit", "node_modules/kit/main.js"),
        ("vitest.config.ts", "export default {};", "only", "typed/kit.ts"),
        ("vitest.config.ts", PLUGIN, "kit", "typed/kit.ts"),
        ("vite.config.mts", PLUGIN, "kit", "typed/kit.ts"),
        ("vitest.config.ts", "export default { resolve: { tsconfigPaths: true } };", "kit", "typed/kit.ts"),
        ("vitest.config.ts", "export default { plugins: [...shared] };", "kit", "typed/kit.ts"),
        ("vitest.config.ts", "export default { resolve: { alias: { kit: __dirname + '/lib/kit' } } };", "kit", "app/lib/kit.ts"),  # noqa: E501
        ("vite.config.ts", "export default { test: { alias: { '#': __dirname + '/lib' } } };", "#/more", "app/lib/more.ts"),  # noqa: E501
        ("jest.config.js", "module.exports = { moduleNameMapper: { '^kit$': '<rootDir>/lib/kit.ts' } };", "kit", "app/lib/kit.ts"),  # noqa: E501
        ("jest.config.js", "module.exports = { moduleNameMapper: { '^\\\\./more$': '<rootDir>/lib/more' } };", "./more", "app/lib/more.ts"),  # noqa: E501
        ("package.json", '{ "jest": { "moduleNameMapper": { "^kit$": "<rootDir>/lib/kit" } } }', "kit", "app/lib/kit.ts"),  # noqa: E501
        ("vitest.config.ts", "export default { resolve: { alias: { kit: __dirname + '/gone' } } };", "kit", None),
        ("vitest.config.ts", "export default { resolve: { alias: { kit: process.env.KIT } } };", "kit", "node_modules/kit/main.js"),  # noqa: E501
    ],
)  # fmt: skip
def test_a_runner_finds_modules_by_its_aliases(name: str, text: str, specifier: str, found: str | None) -> None:
    _, workspace = open_project(f"{FILES}//- /app/{name}\n{text}", base="")
    assert workspace.component(ModuleGraph).resolve_id(specifier, "app/src/deep/a.test.ts")[1] == found


def test_the_nearest_runner_counts_with_or_without_aliases() -> None:
    root = "//- /vitest.config.ts\nexport default { resolve: { alias: { kit: __dirname + '/app/lib/kit' } } };\n"
    _, workspace = open_project(f"{FILES}{root}", base="")
    graph = workspace.component(ModuleGraph)
    assert graph.resolve_id("kit", "app/src/a.test.ts")[1] == "app/lib/kit.ts"
    change(workspace, "app/vitest.config.ts", "export default {};")
    assert graph.resolve_id("kit", "app/src/a.test.ts")[1] == "node_modules/kit/main.js"
    assert graph.resolve_id("kit", "other/a.test.ts")[1] == "app/lib/kit.ts"
    change(workspace, "app/vitest.config.ts", None)
    assert graph.resolve_id("kit", "app/src/a.test.ts")[1] == "app/lib/kit.ts"


def test_a_mock_by_an_alias_of_the_runner_moves_with_its_import() -> None:
    check_diagnostics(
        """
        //- /packages/a/package.json
        { "name": "@alga-psa/a", "dependencies": { "@alga-psa/workflows": "*" } }
        //- /packages/a/vitest.config.ts
        import path from 'node:path';
        export default { resolve: { alias: { flow: path.resolve(__dirname, '../../shared/workflow') } } };
        //- /packages/a/src/use.ts
        import { client } from 'flow/runtime/client';
                                ^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @alga-psa/workflows/runtime/client
        export const used = client;
        //- /packages/a/src/use.test.ts
        import { used } from './use';
        vi.mock('@shared/workflow/runtime/client', () => ({ client: 2 }));
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> @alga-psa/workflows/runtime/client
        test('it', () => used);
        """,
        rules={"deprecated-import", "mock-mismatch"},
    )
