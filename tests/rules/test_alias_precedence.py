"""The first alias that applies decides, as in the tool: one for a stub before that for the legacy tree."""

from __future__ import annotations

import pytest

from tests.checks import SOUND, check_diagnostics

IMPORT = "import { client } from 'flow/runtime/client'; client;\n"
STUB = "//- /packages/v/y.ts\nexport const client = 4;\n"
MANIFEST = '//- /packages/v/package.json\n{ "name": "v", "dependencies": { "@alga-psa/workflows": "*" } }\n'

STUBBED = [
    ("vite.config.ts", "import path from 'path';\nexport default { resolve: { alias: [{ find: 'flow/runtime/client', replacement: path.resolve(__dirname, 'y.ts') }, { find: 'flow', replacement: path.resolve(__dirname, '../../shared/workflow') }] } };"),
    ("vite.config.ts", "import path from 'path';\nexport default { resolve: { alias: [{ find: /^flow\\/.*client$/, replacement: path.resolve(__dirname, 'y.ts') }, { find: 'flow', replacement: path.resolve(__dirname, '../../shared/workflow') }] } };"),
    ("esbuild.config.mjs", "export default { alias: { flow: '../../shared/workflow', 'flow/runtime/client': './y.ts' } };"),
    ("webpack.config.js", "const path = require('path');\nmodule.exports = { resolve: { alias: { 'flow/runtime/client$': path.join(__dirname, 'y.ts'), flow: path.join(__dirname, '../../shared/workflow') } } };"),
    ("jest.config.json", '{ "moduleNameMapper": { "^flow/runtime/(client|x)$": "<rootDir>/y", "^flow/(.*)$": "<rootDir>/../../shared/workflow/$1" } }'),
    (".swcrc", '{ "jsc": { "baseUrl": ".", "paths": { "flow/*": ["../../shared/workflow/*"], "flow/runtime/client": ["./y.ts"] } } }'),
    ("deno.json", '{ "imports": { "flow/": "../../shared/workflow/", "flow/runtime/client": "./y.ts" } }'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), STUBBED)
def test_what_a_stub_serves_is_no_legacy_module(name: str, text: str) -> None:
    check_diagnostics(
        f"{MANIFEST}//- /packages/v/{name}\n{text}\n{STUB}//- /packages/v/app.ts\n{IMPORT}",
        base=SOUND,
        rules={"deprecated-import"},
    )


def test_a_stub_of_tests_only_leaves_the_import_to_the_build() -> None:
    name, text = STUBBED[0]
    build = "import path from 'path';\nexport default { resolve: { alias: { flow: path.resolve(__dirname, '../../shared/workflow') } } };"
    check_diagnostics(
        f"{MANIFEST}//- /packages/v/vitest.config.ts\n{text}\n//- /packages/v/{name}\n{build}\n{STUB}//- /packages/v/app.ts\n{IMPORT}"
        "                        ^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: an alias in packages/v/vitest.config.ts replaces `flow/runtime/client` by packages/v/y.ts. … ",
        base=SOUND,
        rules={"deprecated-import"},
    )
