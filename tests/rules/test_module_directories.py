"""Bare names that a build or test runner looks up in directories of its own, beside or instead of `node_modules`."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, check_diagnostics, check_fix, check_no_fix, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Status

MANIFEST = '//- /apps/desk/package.json\n{ "name": "desk", "dependencies": { "@alga-psa/workflows": "*" } }\n'
BARE = "//- /apps/desk/src/main.ts\nimport { client } from 'workflow/runtime/client';\nclient;\n"
MOVED = BARE.replace("'workflow/", "'@alga-psa/workflows/")
PATH = "const path = require('path');\n"


def with_config(name: str, text: str, source: str = BARE) -> str:
    return f"{MANIFEST}//- /apps/desk/{name}\n{text}\n{source}"


SILENT = [
    ("webpack.config.js", "module.exports = { resolve: { modules: ['node_modules', 'src'] } };"),
    ("webpack.config.js", PATH + "module.exports = { resolve: { modules: [path.join(__dirname, 'shared'), 'node_modules'] } };"),
    ("jest.config.js", "module.exports = { modulePaths: ['<rootDir>/shared'], roots: ['<rootDir>/../../shared'] };"),
    ("babel.config.js", "module.exports = { plugins: [['module-resolver', { root: ['./shared'] }]] };"),
    ("vite.config.js", PATH + "module.exports = { resolve: { modules: [path.resolve(__dirname, '../../shared')] } };"),
    ("modules.js", PATH + "module.exports = { resolve: { modules: [path.resolve(__dirname, '../../shared')] } };"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), SILENT)
def test_another_package_of_that_name_is_none_of_ours(name: str, text: str) -> None:
    check_diagnostics(with_config(name, text), base=SOUND)
    check_no_fix(with_config(name, text), base=SOUND)


DIRECTORIES = [
    ("webpack.config.js", PATH + "module.exports = { resolve: { modules: [path.resolve(__dirname, '../../shared'), 'node_modules'] } };"),
    ("webpack.config.js", "module.exports = { resolve: { modules: ['node_modules', 'shared'] } };"),
    ("rspack.config.mjs", "import path from 'node:path';\nexport default { resolve: { modules: ['...', path.resolve(import.meta.dirname, '../../shared')] } };"),
    ("next.config.js", PATH + "module.exports = { webpack(config) { config.resolve.modules.push(path.resolve(__dirname, '../../shared')); return config; } };"),
    ("next.config.js", PATH + "module.exports = { webpack: (config) => { config.resolve.modules.unshift(path.resolve('../../shared')); return config; } };"),
    ("next.config.js", PATH + "module.exports = { webpack: (config) => { config.resolve.modules = config.resolve.modules.concat([path.resolve('../../shared')]); return config; } };"),
    ("next.config.js", PATH + "module.exports = { webpack: (config) => ({ ...config, resolve: { ...config.resolve, modules: [...config.resolve.modules, path.resolve('../../shared')] } }) };"),
    ("jest.config.js", "module.exports = { modulePaths: ['<rootDir>/../../shared'] };"),
    ("jest.config.json", '{ "moduleDirectories": ["node_modules", "<rootDir>/../../shared"] }'),
    ("jest.config.ts", "import type { Config } from 'jest';\nconst config: Config = { modulePaths: ['../../shared'] };\nexport default config;"),
    ("babel.config.json", '{ "plugins": [["module-resolver", { "root": "../../shared" }]] }'),
    (".babelrc", '{ "plugins": [["module-resolver", { "root": ["./src", "../../shared"], "alias": { "@": "./src" } }]] }'),
    ("metro.config.js", PATH + "module.exports = { resolver: { nodeModulesPaths: [path.resolve(__dirname, 'node_modules'), path.resolve(__dirname, '../../shared')] } };"),
    ("metro.config.js", PATH + "module.exports = { resolver: { extraNodeModules: { workflow: path.resolve(__dirname, '../../shared/workflow') } } };"),
    ("rollup.config.mjs", "import { nodeResolve } from '@rollup/plugin-node-resolve';\nexport default { plugins: [nodeResolve({ modulePaths: ['../../shared'] })] };"),
    ("esbuild.config.mjs", "import { build } from 'esbuild';\nawait build({ nodePaths: ['../../shared'] });"),
    ("build.mjs", "import { build } from 'esbuild';\nawait build({ nodePaths: ['../../shared'] });"),
    ("webpack.config.js", PATH + "module.exports = { resolve: { fallback: { 'workflow/runtime': path.resolve(__dirname, '../../shared/workflow/runtime') } } };"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), DIRECTORIES)
def test_a_bare_name_may_be_a_legacy_module(name: str, text: str) -> None:
    over, workspace = open_project(with_config(name, text), base=SOUND)
    assert over.files
    (found,) = (d for d in Analysis(workspace).check().diagnostics if d.path == "apps/desk/src/main.ts")
    assert (found.rule, found.status) == ("deprecated-import", Status.VERIFIED)


def test_the_import_is_rewritten_once() -> None:
    name, text = DIRECTORIES[0]
    check_fix(with_config(name, text), with_config(name, text, MOVED), base=SOUND)


def test_a_jest_of_a_manifest() -> None:
    manifest = '//- /apps/desk/package.json\n{ "name": "desk", "dependencies": { "@alga-psa/workflows": "*" }, "jest": { "modulePaths": ["<rootDir>/../../shared"] } }\n'
    check_fix(manifest + BARE, manifest + MOVED, base=SOUND)


LEGACY = "//- /apps/desk/src/main.ts\nimport { client } from '@shared/workflow/runtime/client';\nclient;\n"
SHARED = "'@shared': path.resolve(__dirname, '../../shared')"


def reason(name: str, text: str, more: str = "") -> str:
    _, workspace = open_project(with_config(name, text, LEGACY) + more, base=SOUND)
    (found,) = (d for d in Analysis(workspace).check().diagnostics if d.path == "apps/desk/src/main.ts")
    return "" if found.cause is None else f"{found.cause.reason}: {found.cause.remedy}"


OTHER = "//- /apps/desk/vendor/@alga-psa/workflows/runtime/client.js\nexport const client = 2;\n"


@pytest.mark.parametrize(
    ("name", "text", "more"),
    [
        ("webpack.config.js", f"{PATH}module.exports = {{ resolve: {{ alias: {{ {SHARED} }}, modules: ['node_modules', 'src'] }} }};", ""),
        ("webpack.config.js", f"{PATH}module.exports = {{ resolve: {{ alias: {{ {SHARED} }}, modules: [...process.argv, 'src'] }} }};", ""),
        ("webpack.config.js", f"{PATH}module.exports = {{ resolve: {{ alias: {{ {SHARED} }}, modules: ['src', path.resolve(__dirname, '../../node_modules')] }} }};", ""),
        ("webpack.config.js", f"{PATH}module.exports = {{ resolve: {{ alias: {{ {SHARED} }}, modules: ['node_modules', path.resolve(__dirname, 'vendor')] }} }};", OTHER),
        ("jest.config.js", "module.exports = { moduleNameMapper: { '^@shared/(.*)$': '<rootDir>/../../shared/$1' }, modulePaths: ['<rootDir>/vendor'] };", OTHER),
    ],
)  # fmt: skip
def test_the_package_is_found(name: str, text: str, more: str) -> None:
    assert reason(name, text, more) == ""


@pytest.mark.parametrize(
    ("name", "text", "more", "expected"),
    [
        ("webpack.config.js", f"{PATH}module.exports = {{ resolve: {{ alias: {{ {SHARED} }}, modules: ['src'] }} }};", "",
         "apps/desk/webpack.config.js has no alias for `@alga-psa/workflows/runtime/client`, and does not look in `node_modules`: add `node_modules` to its directories first"),
        ("jest.config.js", "module.exports = { moduleNameMapper: { '^@shared/(.*)$': '<rootDir>/../../shared/$1' }, moduleDirectories: ['<rootDir>/src'] };", "",
         "apps/desk/jest.config.js has no alias for `@alga-psa/workflows/runtime/client`, and does not look in `node_modules`: add `node_modules` to its directories first"),
        ("webpack.config.js", f"{PATH}module.exports = {{ resolve: {{ alias: {{ {SHARED} }}, modules: [path.resolve(__dirname, 'vendor'), 'node_modules'] }} }};", OTHER,
         "apps/desk/webpack.config.js looks in a directory of its own first, and finds apps/desk/vendor/@alga-psa/workflows/runtime/client.js there for `@alga-psa/workflows/runtime/client`: put `node_modules` before that directory first"),
        ("babel.config.json", '{ "plugins": [["module-resolver", { "extensions": [".ts", ".js"], "root": ["./vendor"], "alias": { "@shared": "../../shared" } }]] }', OTHER,
         "apps/desk/babel.config.json looks in a directory of its own first, and finds apps/desk/vendor/@alga-psa/workflows/runtime/client.js there for `@alga-psa/workflows/runtime/client`: put `node_modules` before that directory first"),
    ],
)  # fmt: skip
def test_the_package_is_not_found(name: str, text: str, more: str, expected: str) -> None:
    assert reason(name, text, more).startswith(expected)
