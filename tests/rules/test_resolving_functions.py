"""Functions of a configuration that resolve specifiers: what they have to do with is not rewritten as verified."""

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
//- /apps/desk/"""


def found(name: str, text: str) -> str:
    _, workspace = open_project(f"{PROJECT}{name}\n{text}", base=SOUND)
    (finding,) = (d for d in Analysis(workspace).check().diagnostics if d.path == "apps/desk/src/main.ts")
    return str(finding.status) if finding.cause is None else finding.cause.reason


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("vite.config.ts", "export default { plugins: [{ name: 'v', resolveId(id) { return id === 'virtual:routes' ? '\\0routes' : null; } }] };"),
        ("vite.config.ts", "// resolveId('@alga-psa/')\nexport default { plugins: [{ name: '@alga-psa/vite', resolveId(id) { /* '@alga-psa/' */ return null; } }] };"),
        ("metro.config.js", "module.exports = { resolver: { resolveRequest: (context, name, platform) => name.endsWith('.svg') ? { type: 'empty' } : context.resolveRequest(context, name, platform) } };"),
        ("esbuild.config.mjs", "export default { plugins: [{ name: 'css', setup(build) { build.onResolve({ filter: /\\.css$/ }, () => ({ external: true })); } }] };"),
        ("esbuild.config.mjs", "export default { plugins: [{ name: 'css', setup(build) { build.onLoad({ filter: /^@alga-psa/ }, () => ({})); } }] };"),
        ("jest.config.js", "module.exports = { resolver: './resolve.js' };\n//- /apps/desk/resolve.js\nmodule.exports = (name, options) => options.defaultResolver(name, { ...options, packageFilter: (p) => p });"),
        ("jest.config.js", "module.exports = { resolver: 'ts-jest-resolver' };"),
        ("rollup.config.mjs", "export default { plugins: [{ name: 'lodash', resolveId: (id) => (id === 'lodash' ? 'lodash-es' : null) }] };"),
    ],
)  # fmt: skip
def test_one_for_other_names(name: str, text: str) -> None:
    assert found(name, text) == str(Status.VERIFIED)


@pytest.mark.parametrize(
    ("name", "text", "function", "which"),
    [
        ("vite.config.ts", "export default { plugins: [{ name: 'v', resolveId(id) { if (id.startsWith('@alga-psa/')) return id + '.js'; } }] };", "resolveId", "@alga-psa/workflows/runtime/client"),
        ("vite.config.ts", "export default { plugins: [{ name: 'v', async resolveId(id) { if (/^@alga-psa\\/(\\w+)/.test(id)) return null; } }] };", "resolveId", "@alga-psa/workflows/runtime/client"),
        ("vite.config.ts", "export default { plugins: [{ name: 'v', resolveId: { order: 'pre', handler: (id) => id.replace(\"@shared/\", '/x/') } }] };", "resolveId", "@shared/workflow/runtime/client"),
        ("vitest.config.ts", "import { defineConfig } from 'vitest/config';\nimport { local } from './plugins/local';\nexport default defineConfig({ plugins: [local()] });\n//- /apps/desk/plugins/local.ts\nconst SCOPE = '@alga-psa';\nexport function local() { return { name: 'local', resolveId }; }\nfunction resolveId(id: string) { return id.split(SCOPE)[1]; }", "resolveId", "@alga-psa/workflows/runtime/client"),
        ("vite.config.ts", "const own = () => ({ name: 'own', resolveId(id) { return id.includes('/workflows/') ? './x' : null; } });\nexport default ({ mode }) => ({ plugins: [mode === 'test' && own()] });", "resolveId", "@alga-psa/workflows/runtime/client"),
        ("rollup.config.mjs", "export default [{ plugins: [{ name: 'v', resolveId: (id) => id === '@alga-psa/workflows/runtime/client' ? 'x.js' : null }] }];", "resolveId", "@alga-psa/workflows/runtime/client"),
        ("esbuild.config.mjs", "const own = { name: 'own', setup(build) { build.onResolve({ filter: /^@alga-psa\\// }, (args) => ({ path: args.path })); } };\nexport default { plugins: [own] };", "onResolve", "@alga-psa/workflows/runtime/client"),
        ("build.mjs", "import * as esbuild from 'esbuild';\nawait esbuild.build({ plugins: [{ name: 'own', setup(build) { build.onResolve({ filter: /^@shared\\/workflow/ }, () => ({ path: '/x' })); } }] });", "onResolve", "@shared/workflow/runtime/client"),
        ("tsup.config.ts", "export default { esbuildPlugins: [{ name: 'own', setup: (build) => { build.onResolve({ filter: /^@/ }, () => ({ external: true })); } }] };", "onResolve", "@alga-psa/workflows/runtime/client"),
        ("metro.config.js", "const { getDefaultConfig } = require('expo/metro-config');\nconst config = getDefaultConfig(__dirname);\nconfig.resolver.resolveRequest = (context, name, platform) => {\n  if (name.startsWith('@alga-psa/')) return context.resolveRequest(context, `${name}/src`, platform);\n  return context.resolveRequest(context, name, platform);\n};\nmodule.exports = config;", "resolveRequest", "@alga-psa/workflows/runtime/client"),
        ("jest.config.json", '{ "resolver": "<rootDir>/resolve.cjs" }\n//- /apps/desk/resolve.cjs\nmodule.exports = (name, options) => options.defaultResolver(name.replace("@alga-psa/", "../"), options);', "resolver", "@alga-psa/workflows/runtime/client"),
        ("storybook.config.ts", "export default {};\n//- /apps/desk/.storybook/main.ts\nexport default { viteFinal: (config) => ({ ...config, plugins: [...config.plugins, { name: 's', resolveId: (id) => (id.startsWith('@alga-psa') ? id : null) }] }) };", "resolveId", "@alga-psa/workflows/runtime/client"),
    ],
)  # fmt: skip
def test_one_that_may_decide(name: str, text: str, function: str, which: str) -> None:
    reason = found(name, text)
    assert reason.startswith(f"`{function}` in apps/desk/")
    assert reason.endswith(f" is a function that may lead `{which}` elsewhere")
