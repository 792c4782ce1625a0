"""unexported-subpath: a module that a bundler has an alias for is no error."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, open_project
from workflow_ls.analysis import Analysis

PATH = "import path from 'node:path';\n"
PAGE = "export const load = () => import('@alga-psa/workflows/panel');"


def findings(name: str, text: str) -> list[str]:
    manifest = '{ "name": "@alga-psa/a", "dependencies": { "@alga-psa/workflows": "*" } }'
    files = f"//- /packages/a/package.json\n{manifest}\n//- /packages/a/src/panel.tsx\n//- /packages/a/src/page.ts\n{PAGE}\n"
    _, workspace = open_project(f"{files}//- /packages/a/{name}\n{text}", base=SOUND)
    return [found.rule for found in Analysis(workspace).check_file("packages/a/src/page.ts")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("next.config.mjs", "export default { webpack: (c) => (c.resolve.alias['@alga-psa/workflows/panel'] = '/image/panel.tsx', c) };"),
        ("next.config.mjs", PATH + "export default { webpack(c) { c.resolve.alias['@alga-psa/workflows/panel$'] = path.resolve('src/panel.tsx'); return c; } };"),
        ("next.config.mjs", PATH + "const file = process.env.EE ? path.resolve('src/panel') : path.resolve('src/page');\nexport default { webpack(c) { c.resolve.alias = { ...c.resolve.alias, '@alga-psa/workflows/panel': file }; return c; } };"),
        ("next.config.mjs", "export default { turbopack: { resolveAlias: { '@alga-psa/workflows/panel': './src/panel.tsx' } } };"),
        ("webpack.config.cjs", "module.exports = { resolve: { alias: { '@alga-psa/workflows/panel': false } } };"),
        ("vite.config.ts", PATH + "export default { resolve: { alias: [{ find: /^@alga-psa\\/workflows\\/panel$/, replacement: path.resolve('src/panel.tsx') }] } };"),
    ],
)  # fmt: skip
def test_silent(name: str, text: str) -> None:
    assert findings(name, text) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes.ts", ""),
        ("vite.config.ts", PATH + "export default { resolve: { alias: { '@alga-psa/workflows/panel': path.resolve('src/gone.tsx') } } };"),
        ("vitest.config.ts", PATH + "export default { resolve: { alias: { '@alga-psa/workflows/panel': path.resolve('src/panel.tsx') } } };"),
        ("vite.config.ts", PATH + "export default { resolve: { alias: { '@alga-psa/workflows': path.resolve('src') } } };"),
    ],
)  # fmt: skip
def test_an_alias_that_leads_nowhere_or_is_for_more_excuses_nothing(name: str, text: str) -> None:
    assert findings(name, text) == ["unexported-subpath"]
