"""Aliases that a configuration has from another file: a preset, a base, a package of the workspace, a condition."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.diagnostics import Status

PROJECT = """
//- /apps/desk/package.json
{ "name": "desk", "dependencies": { "@alga-psa/workflows": "*" } }
//- /apps/desk/src/main.ts
import { client } from '@shared/workflow/runtime/client';
client;
//- /tools/presets/package.json
{ "name": "@acme/presets", "exports": { ".": "./index.js", "./vite": "./vite.ts", "./jest-preset": "./jest-preset.js" } }
//- /package.json
{ "workspaces": ["shared", "packages/*", "ee/packages/*", "apps/*", "tools/*"] }
//- /apps/desk/"""
RIGHT = "ee/packages/workflows/src"
WRONG = "apps/desk/stale"

CASES = [
    # What a preset of Jest maps begins at the root of the configuration that names it.
    ("jest.config.js", "module.exports = { preset: '../../jest.shared.js' };\n//- /jest.shared.js\nmodule.exports = { moduleNameMapper: { '^@alga-psa/workflows/(.*)$': '<rootDir>/../../$TO/$1', '^@shared/(.*)$': '<rootDir>/../../shared/$1' } };"),
    ("jest.config.ts", "export default { displayName: 'desk', preset: '../../tools/jest', moduleNameMapper: { '^x$': 'y' } };\n//- /tools/jest/index.js\nmodule.exports = { moduleNameMapper: { '^x$': 'z', '^@alga-psa/workflows/(.*)$': '<rootDir>/../../$TO/$1', '^@shared/(.*)$': '<rootDir>/../../shared/$1' } };"),
    ("jest.config.json", '{ "preset": "@acme/presets" }\n//- /tools/presets/jest-preset.js\nmodule.exports = { moduleNameMapper: { "^@alga-psa/workflows/(.*)$": "<rootDir>/../../$TO/$1", "^@shared/(.*)$": "<rootDir>/../../shared/$1" } };'),
    ("jest.config.js", "module.exports = { ...require('../../jest.base') };\n//- /jest.base.js\nmodule.exports = { moduleNameMapper: { '^@alga-psa/workflows/(.*)$': '<rootDir>/../../$TO/$1', '^@shared/(.*)$': '<rootDir>/../../shared/$1' } };"),
    ("babel.config.js", "module.exports = { extends: '../../babel.base.js' };\n//- /babel.base.js\nmodule.exports = { plugins: [['module-resolver', { extensions: ['.ts'], alias: { '@shared': '../../shared', '@alga-psa/workflows': '../../$TO' } }]] };"),
    (".babelrc", '{ "presets": ["@babel/env", ["../../babel.own.js", {}]] }\n//- /babel.own.js\nmodule.exports = () => ({ plugins: [["module-resolver", { extensions: [".ts"], alias: { "@shared": "../../shared", "@alga-psa/workflows": "../../$TO" } }]] });'),
    ("babel.config.js", "const resolver = require('babel-plugin-module-resolver');\nmodule.exports = { plugins: [[resolver, { extensions: ['.ts'], alias: { '@shared': '../../shared', '@alga-psa/workflows': '../../$TO' } }]] };"),
    ("vitest.config.ts", "import { defineConfig } from 'vitest/config';\nexport default defineConfig({ test: { projects: [{ extends: './vite.base.ts', test: { name: 'unit', include: ['src/**'] } }] } });\n//- /apps/desk/vite.base.ts\nimport path from 'node:path';\nexport default { resolve: { alias: { '@shared': path.resolve(__dirname, '../../shared'), '@alga-psa/workflows': path.resolve(__dirname, '../../$TO') } } };"),
    ("vitest.workspace.ts", "import { defineWorkspace } from 'vitest/config';\nexport default defineWorkspace([{ extends: './vite.base', test: { name: 'unit' } }]);\n//- /apps/desk/vite.base.ts\nimport path from 'node:path';\nexport default { resolve: { alias: { '@shared': path.resolve(__dirname, '../../shared'), '@alga-psa/workflows': path.resolve(__dirname, '../../$TO') } } };"),
    ("vite.config.ts", "import { aliases } from '@acme/presets';\nexport default { resolve: { alias: { ...aliases } } };\n//- /tools/presets/index.js\nimport path from 'node:path';\nconst root = path.resolve(import.meta.dirname, '../..');\nexport const aliases = { '@shared': path.join(root, 'shared'), '@alga-psa/workflows': path.join(root, '$TO') };"),
    ("vitest.config.ts", "import { mergeConfig } from 'vitest/config';\nimport base from '@acme/presets/vite';\nexport default mergeConfig(base, { test: { globals: true } });\n//- /tools/presets/vite.ts\nimport { fileURLToPath } from 'node:url';\nconst at = (to: string) => fileURLToPath(new URL(to, import.meta.url));\nexport default { resolve: { alias: { '@shared': at('../../shared'), '@alga-psa/workflows': at('../../$TO') } } };"),
    ("vite.config.mts", "import { make } from '@acme/presets';\nexport default make({ name: 'desk' });\n//- /tools/presets/index.js\nimport path from 'node:path';\nexport function make({ name }) {\n  const alias = [{ find: /^@shared\\//, replacement: path.resolve(import.meta.dirname, '../../shared') + '/' }];\n  alias.push({ find: '@alga-psa/workflows', replacement: path.resolve(import.meta.dirname, '../../$TO') });\n  return { name, resolve: { alias } };\n}"),
    ("vite.config.ts", "export default async () => {\n  const { aliases } = await import('./aliases');\n  return { resolve: { alias: aliases } };\n};\n//- /apps/desk/aliases.ts\nimport path from 'node:path';\nexport const aliases = { '@shared': path.resolve(__dirname, '../../shared'), '@alga-psa/workflows': path.resolve(__dirname, '../../$TO') };"),
    ("vite.config.ts", "import path from 'node:path';\nlet sources = path.resolve(__dirname, '../../ee/packages/workflows/src');\nif (process.env.STALE) sources = path.resolve(__dirname, '../../$TO');\nexport default { resolve: { alias: { '@shared': path.resolve(__dirname, '../../shared'), '@alga-psa/workflows': sources } } };"),
    ("vite.config.ts", "import path from 'node:path';\nconst at = (to) => path.resolve(__dirname, '../..', to);\nexport default ({ mode }) => ({ resolve: { alias: mode === 'test' ? { '@shared': at('shared'), '@alga-psa/workflows': at('ee/packages/workflows/src') } : { '@shared': at('shared'), '@alga-psa/workflows': at('$TO') } } });"),
    ("next.config.js", "const path = require('path');\nmodule.exports = { webpack(config, { isServer }) {\n  config.resolve.alias['@shared'] = path.resolve(__dirname, '../../shared');\n  config.resolve.alias['@alga-psa/workflows'] = isServer ? path.resolve(__dirname, '../../ee/packages/workflows/src') : path.resolve(__dirname, '../../$TO');\n  return config;\n} };"),
    ("vite.config.ts", "import path from 'node:path';\nexport default { resolve: { alias: [{ find: /^@shared\\//, replacement: `${path.resolve('../../shared')}/` }, { find: /^@alga-psa\\/workflows(\\/.*)?$/, replacement: `${path.resolve('../../$TO')}$1` }] } };"),
    (".swcrc", '{ "jsc": { "baseUrl": ".", "paths": { "@alga-psa/workflows/*": ["../../$TO/*"] } } }\n//- /apps/desk/jest.config.js\nmodule.exports = { transform: { "^.+\\\\.ts$": "@swc/jest" }, moduleNameMapper: { "^@shared/(.*)$": "<rootDir>/../../shared/$1" } };'),
    ("jest.config.js", "module.exports = { transform: { '^.+\\\\.ts$': ['@swc/jest', { jsc: { baseUrl: __dirname, paths: { '@alga-psa/workflows/*': ['../../$TO/*'] } } }] } };"),
    (".storybook/main.ts", "import path from 'node:path';\nexport default { viteFinal: async (config) => {\n  config.resolve.alias.push({ find: '@shared', replacement: path.resolve(__dirname, '../../../shared') }, { find: '@alga-psa/workflows', replacement: path.resolve(__dirname, '../../../$TO') });\n  return config;\n} };"),
]  # fmt: skip


def outcome(name: str, text: str, target: str) -> str:
    _, workspace = open_project(f"{PROJECT}{name}\n{text.replace('$TO', target)}", base=SOUND)
    (found,) = (d for d in Analysis(workspace).check().diagnostics if d.path == "apps/desk/src/main.ts")
    return str(found.status) if found.cause is None else found.cause.reason


@pytest.mark.parametrize(("name", "text"), CASES)
def test_an_alias_that_is_right_lets_the_import_go(name: str, text: str) -> None:
    assert outcome(name, text, RIGHT) == str(Status.VERIFIED)


@pytest.mark.parametrize(("name", "text"), CASES)
def test_an_alias_that_is_wrong_holds_it(name: str, text: str) -> None:
    reason = outcome(name, text, WRONG)
    assert reason.startswith("the alias `")
    assert reason.endswith(
        " leads `@alga-psa/workflows/runtime/client` nowhere instead of to ee/packages/workflows/src/runtime/client.ts"
    )


def test_what_a_package_of_the_workspace_has_is_no_secret() -> None:
    from workflow_ls.status import status_of

    for name, text in CASES:
        _, workspace = open_project(f"{PROJECT}{name}\n{text.replace('$TO', RIGHT)}", base=SOUND)
        assert status_of(Analysis(workspace)).computed == (), name


CIRCLES = [
    ("babel.config.js", "module.exports = { extends: './babel.config.js' };"),
    ("babel.config.js", "module.exports = { extends: './b.js' };\n//- /apps/desk/b.js\nmodule.exports = { extends: './babel.config.js', presets: ['./b.js'] };"),
    ("jest.config.js", "module.exports = { preset: './jest.config.js', moduleNameMapper: { a: 'b' } };"),
    ("vite.config.ts", "import { x } from '@acme/presets';\nexport default { resolve: { alias: x } };\n//- /tools/presets/index.js\nexport { y as x } from '@acme/presets/vite';\n//- /tools/presets/vite.ts\nexport { x as y } from '@acme/presets';"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), CIRCLES)
def test_a_circle_ends(name: str, text: str) -> None:
    assert outcome(name, text, RIGHT) == str(Status.VERIFIED)
