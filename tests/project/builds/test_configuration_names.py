"""Which files are configurations of bundlers and test runners, by their names."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import pytest

from tests.checks import open_project
from workflow_ls.project.builds.build_files import BuildFiles
from workflow_ls.project.builds.kinds.configuration_names import tool_of


@pytest.mark.parametrize(
    "path",
    [
        *("src/next-steps.ts", "src/next-steps.config.ts", "src/vue-adapter.ts", "src/jest-helpers.ts", "vitest.setup.ts"),
        *("src/rollup-up.tsx", "src/svelte.store.ts", "src/babel.ts", "src/webpack/loader.ts", "next.ts", "main.ts"),
        *("src/vite/config.ts", "packages/vite/main.ts", "storybook/main.ts", "src/metro.main.ts", "vitest.d.ts"),
        *("src/remix-project.config.ts", "jest.md", "test/jestish.json", "vite.config.html.bak", "my.package.json"),
        *("src/nextconfig.ts", "src/vite.config.helpers.ts", "src/vite.configuration.ts", "src/app.config.ts"),
        *("tools/esbuild-plugin-x.ts", "src/rebuild.ts", "src/swcrc.ts", ".swcrc.bak", "src/vuex.config.ts"),
    ],
)  # fmt: skip
def test_a_part_of_a_name_is_no_sign(path: str) -> None:
    assert tool_of(path) == ""


@pytest.mark.parametrize(
    ("tool", "paths"),
    [
        ("vite", ["vite.config.ts", "a/vite.config.prod.mts", "base.vite.config.js", "vite.main.config.ts", "my-vite.config.ts"]),
        ("vitest", ["vitest.config.ts", "vitest.config.unit.ts", "vitest-e2e.config.ts", "vitest.workspace.ts", "vitest.projects.ts"]),
        ("electron.vite", ["electron.vite.config.ts"]),
        ("webpack", ["webpack.config.js", "webpack.common.js", "webpack.config.dev.cjs", "config/webpack.prod.js"]),
        ("next", ["next.config.js", "next.config.ts", "docs.next.config.mjs"]),
        ("rollup", ["rollup.config.mjs", "rollup.lib.config.js", "rollup.base.js"]),
        ("esbuild", ["esbuild.config.mjs", "esbuild.mjs", "scripts/esbuild.dev.js", "build.mjs", "scripts/bundle-web.ts"]),
        ("tsup", ["tsup.config.ts", "tsup.config.lib.ts"]),
        ("jest", ["jest.config.js", "jest.config.json", "test/jest-e2e.json", "jest.unit.config.ts", "jest.json", "jest.config.ci.js"]),
        ("babel", [".babelrc", ".babelrc.json", ".babelrc.js", "babel.config.cjs", "babel.config.json"]),
        ("swc", [".swcrc", "apps/a/.lib.swcrc"]),
        (".storybook", ["apps/a/.storybook/main.ts", ".storybook/main.cjs"]),
        ("vue", ["vue.config.js"]),
        ("metro", ["metro.config.js"]),
        ("rsbuild", ["rsbuild.config.ts"]),
        ("rslib", ["rslib.config.ts"]),
        ("package.json", ["a/package.json"]),
        ("import map", ["deno.json", "web/index.html", "import_map.json"]),
    ],
)  # fmt: skip
def test_the_tool_of_a_name(tool: str, paths: list[str]) -> None:
    assert {path: tool_of(path) for path in paths} == dict.fromkeys(paths, tool)


ALIAS = (
    "export default { resolve: { alias: { '@a': '/a' } }, alias: { '@a': '/a' }, moduleNameMapper: { '@a': '/a' } };"
)
MAPPER = '{ "rootDir": ".", "moduleNameMapper": { "^@a$": "<rootDir>/a" } }'


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("p/vite.config.prod.ts", ALIAS),
        ("p/vitest.config.e2e.ts", ALIAS),
        ("p/webpack.config.dev.js", ALIAS),
        ("p/jest.config.unit.js", ALIAS),
        ("p/esbuild.mjs", f"import * as esbuild from 'esbuild';\n{ALIAS}"),
        ("p/test/jest-e2e.json", MAPPER),
        ("p/jest.json", MAPPER),
        ("p/.babelrc.json", '{ "plugins": [["module-resolver", { "alias": { "@a": "./a" } }]] }'),
        ("p/.swcrc", '{ "jsc": { "paths": { "@a": ["./a"] } } }'),
        ("p/package.json", '{ "_moduleAliases": { "@a": "./a" } }'),
        ("p/package.json", '{ "alias": { "@a": "./a" } }'),
    ],
)
def test_a_configuration_is_found(path: str, text: str) -> None:
    _, workspace = open_project(
        f'//- /package.json\n{{ "workspaces": ["p"] }}\n//- /p/package.json\n{{}}\n//- /{path}\n{text}', base=""
    )
    builds = workspace.component(BuildFiles)
    assert builds.with_aliases() == (path,)
    assert [alias.key.strip("^$") for alias in builds.aliases(path)][:1] == ["@a"]


def test_a_script_that_runs_no_build_is_none() -> None:
    _, workspace = open_project(f"//- /p/build.mjs\n{ALIAS}", base="")
    assert workspace.component(BuildFiles).with_aliases() == ()
