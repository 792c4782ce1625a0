"""Aliases of bundlers and test runners: a configuration in, `key -> targets` out."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, open_project
from workflow_ls.project.builds.build_files import BuildFiles

WEB = "apps/web/src"


def aliases(text: str, path: str = "apps/web/vite.config.ts") -> list[str]:
    _, workspace = open_project(f"//- /apps/web/package.json\n{{}}\n//- /{path}\n{text}", base="")
    builds = workspace.database.component(BuildFiles)
    return [
        f"{alias.key} -> {' '.join((*alias.paths, *alias.specifiers))}"
        for written in builds.aliases_of("apps/web/src")
        for alias in written.aliases
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("export default { resolve: {} };", []),
        ("export default { resolve: { alias: { '@a': false, '@b': process.env.B } } };", []),
        ("export default { resolve: { alias: { '@a': __dirname + '/src' } } };", [f"@a -> {WEB}", f"@a/* -> {WEB}/*"]),
        ("export default { resolve: { alias: { '@a$': __dirname + '/src/a.ts' } } };", [f"@a -> {WEB}/a.ts"]),
        ("export default { resolve: { alias: { '@a/': __dirname + '/src/' } } };", [f"@a/* -> {WEB}/*"]),
        ("export default { resolve: { alias: { '@a': '@b/c' } } };", ["@a -> @b/c", "@a/* -> @b/c/*"]),
        ("export default { resolve: { alias: { '@a': ['./src', './lib'] } } };", [f"@a -> {WEB} apps/web/lib", f"@a/* -> {WEB}/* apps/web/lib/*"]),
        ("export default { resolve: { alias: [{ find: '@a', replacement: __dirname + '/src' }] } };", [f"@a -> {WEB}", f"@a/* -> {WEB}/*"]),
        ("export default { resolve: { alias: [{ find: /^@a\\/(.*)$/, replacement: __dirname + '/src/$1' }] } };", [f"@a/* -> {WEB}/*"]),
        ("export default { resolve: { alias: [{ find: /^@a(\\/.*)?$/, replacement: __dirname + '/src$1' }] } };", [f"@a -> {WEB}", f"@a/* -> {WEB}/*"]),
        ("module.exports = { moduleNameMapper: { '^@a(?:/(.+))?$': '<rootDir>/src/$1' } };", [f"@a -> {WEB}", f"@a/* -> {WEB}/*"]),
        ("export default { resolve: { alias: [{ find: /^@a$/, replacement: __dirname + '/src/a.ts' }] } };", [f"@a -> {WEB}/a.ts"]),
        ("export default { resolve: { alias: [{ find: /^@a/, replacement: __dirname + '/src' }] } };", [f"@a* -> {WEB}*"]),
        ("export default { resolve: { alias: [{ find: /@(a|b)/, replacement: './src' }] } };", []),
        ("export default { resolve: { alias: [{ name: '@a', alias: './src' }] } };", [f"@a -> {WEB}", f"@a/* -> {WEB}/*"]),
        ("export default { test: { alias: { '@a': './src' } } };", [f"@a -> {WEB}", f"@a/* -> {WEB}/*"]),
        ("export default { test: { projects: [{ resolve: { alias: { '@a$': './src/a' } } }] } };", [f"@a -> {WEB}/a"]),
        ("export default ({ mode }) => ({ resolve: { alias: { '@a$': './src/a' } } });", [f"@a -> {WEB}/a"]),
        ("import p from 'p';\nexport default { plugins: [p.alias({ entries: { '@a$': './src/a' } })] };", []),
        ("import alias from '@rollup/plugin-alias';\nexport default { plugins: [alias({ entries: [{ find: '@a', replacement: './src' }] })] };", [f"@a -> {WEB}", f"@a/* -> {WEB}/*"]),
        ("const alias = {};\nalias['@a$'] = './src/a';\nexport default { resolve: { alias } };", [f"@a -> {WEB}/a"]),
    ],
)  # fmt: skip
def test_the_forms_of_vite_and_webpack(text: str, found: list[str]) -> None:
    assert aliases(text) == found


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("next.config.mjs", "export default { turbopack: { resolveAlias: { '@a/*': './src/*', '@b': './src/b.ts' } } };", [f"@a/* -> {WEB}/*", f"@b -> {WEB}/b.ts", f"@b/* -> {WEB}/b.ts/*"]),
        ("next.config.js", "module.exports = { webpack: (config) => { config.resolve.alias['@a$'] = './src/a'; return config; } };", [f"@a -> {WEB}/a"]),
        ("next.config.js", "module.exports = { webpack(config) { config.resolve.alias = { ...config.resolve.alias, '@a$': './src/a' }; return config; } };", [f"@a -> {WEB}/a"]),
        ("jest.config.js", "module.exports = { moduleNameMapper: { '^@a/(.*)$': '<rootDir>/src/$1', '^@b$': '<rootDir>/src/b', '\\\\.css$': 'x' } };", [f"@a/* -> {WEB}/*", f"@b -> {WEB}/b"]),
        ("jest.config.ts", "export default { moduleNameMapper: { '^@a/(.*)$': ['<rootDir>/src/$1', '<rootDir>/lib/$1'] } };", [f"@a/* -> {WEB}/* apps/web/lib/*"]),
        ("jest.config.json", '{ "moduleNameMapper": { "^@a/(.*)$": "<rootDir>/src/$1" } }', [f"@a/* -> {WEB}/*"]),
        (".babelrc", '{ "plugins": [["module-resolver", { "alias": { "@a$": "./src/a" } }]] }', [f"@a -> {WEB}/a"]),
        ("babel.config.json", '{ "plugins": [["module-resolver", { "alias": { "@a$": "./src/a" } }]] }', [f"@a -> {WEB}/a"]),
        (".storybook/main.ts", "export default { viteFinal: (c) => ({ ...c, resolve: { alias: { '@a$': '../src/a' } } }) };", [f"@a -> {WEB}/a"]),
        ("tsup.config.ts", "import { defineConfig } from 'tsup';\nexport default defineConfig({ esbuildOptions(o) { o.alias = { '@a$': './src/a' }; } });", [f"@a -> {WEB}/a"]),
        ("config/webpack.prod.js", "const path = require('path');\nmodule.exports = { resolve: { alias: { '@a$': path.join(__dirname, '../src/a') } } };", [f"@a -> {WEB}/a"]),
        ("build.mjs", "import { build } from 'esbuild';\nawait build({ alias: { '@a$': './src/a' } });", [f"@a -> {WEB}/a"]),
        ("package.json", '{ "jest": { "moduleNameMapper": { "^@a$": "<rootDir>/src/a" } } }', [f"@a -> {WEB}/a"]),
        ("vitest.workspace.ts", "export default [{ resolve: { alias: { '@a$': './src/a' } } }];", [f"@a -> {WEB}/a"]),
        ("main.ts", "export default { resolve: { alias: { '@a$': './src/a' } } };", []),
        ("app.config.ts", "export default { resolve: { alias: { '@a$': './src/a' } } };", []),
    ],
)  # fmt: skip
def test_the_forms_of_other_tools(path: str, text: str, found: list[str]) -> None:
    assert aliases(text, f"apps/web/{path}") == found


def test_the_nearest_configuration_of_each_tool_governs() -> None:
    _, workspace = open_project(
        """
        //- /package.json
        {}
        //- /vitest.config.ts
        export default { resolve: { alias: { root$: './a' } } };
        //- /apps/web/package.json
        {}
        //- /apps/web/vitest.config.ts
        export default { resolve: { alias: { web$: './a' } } };
        //- /apps/web/next.config.js
        module.exports = { turbopack: { resolveAlias: { next: './a' } } };
        //- /apps/api/package.json
        {}
        """,
        base="",
    )
    builds = workspace.database.component(BuildFiles)

    def keys(directory: str) -> list[str]:
        return [alias.key for alias in builds.aliases_of(directory)]

    assert keys("apps/web/src") == ["next", "web$"]
    assert keys("apps/api/src") == ["root$"]


RULES = {"deprecated-import", "deprecated-relative-import"}
LEGACY = "//- /shared/workflow/runtime/client.ts\nexport const client = 1;\n"


@pytest.mark.parametrize(
    ("config", "specifier"),
    [
        ("resolve: { alias: { flow: path.resolve(__dirname, '../../shared/workflow') } }", "flow/runtime/client"),
        ("resolve: { alias: { '~': path.resolve(__dirname, '../../shared') } }", "~/workflow/runtime/client"),
        ("resolve: { alias: { 'run$': path.resolve(__dirname, '../../shared/workflow/runtime/client.ts') } }", "run"),
        ("resolve: { alias: { flow: '@alga-psa/shared/workflow' } }", "flow/runtime/client"),
        ("resolve: { alias: [{ find: /^flow\\/(.*)$/, replacement: path.resolve('../../shared/workflow/$1') }] }", "flow/runtime/client"),
    ],
)  # fmt: skip
def test_a_reference_by_an_alias_of_a_build_is_found(config: str, specifier: str) -> None:
    marks = "^" * len(specifier)
    check_diagnostics(
        f"""{LEGACY}//- /packages/a/package.json
{{ "name": "@alga-psa/a", "dependencies": {{ "@alga-psa/workflows": "*" }} }}
//- /packages/a/vite.config.ts
import path from 'node:path';
export default {{ {config} }};
//- /packages/a/src/a.ts
import {{ client }} from '{specifier}';
                        {marks} deprecated-import verified -> @alga-psa/workflows/runtime/client
//- /packages/b/src/b.ts
import {{ client }} from '{specifier}';
""",
        rules=RULES,
    )


def test_an_alias_for_more_than_the_tree_is_no_reason() -> None:
    check_diagnostics(
        f"""{LEGACY}//- /packages/a/package.json
{{ "name": "@alga-psa/a" }}
//- /packages/a/vite.config.ts
export default {{ resolve: {{ alias: {{ '~': '../../shared', flow: process.env.FLOW }} }} }};
//- /packages/a/src/a.ts
import '~/lib/a';
import 'flow/runtime/client';
""",
        rules=RULES,
    )
