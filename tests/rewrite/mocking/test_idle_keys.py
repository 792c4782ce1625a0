"""Keys of a factory that nothing imports, in the mock of a deleted module."""

from __future__ import annotations

from tests.checks import check_diagnostics, check_fix

CHOIR = """
//- /workflow-ls.json
{ "replaceModules": true, "legacy": { "roots": ["old-tune"] }, "modules": [{ "from": "old-tune", "to": ["@sing/tune"] }] }
//- /package.json
{ "workspaces": ["libs/*"] }
//- /libs/tune/package.json
{ "name": "@sing/tune", "exports": "./src/index.ts" }
//- /libs/tune/src/index.ts
export const key = 'C';
//- /libs/hall/package.json
{ "name": "hall", "dependencies": { "@sing/tune": "*" } }
"""
SONG = "//- /libs/hall/src/song.ts\nimport { key } from 'old-tune';\nexport const song = key;\n"
TEST = """//- /libs/hall/src/song.test.ts
import { vi } from 'vitest';
import { song } from './song';
vi.mock('old-tune', () => ({ key: 'D', tempo: 9 }));
song;
"""


def test_a_key_that_nothing_imports_holds_no_mock_back() -> None:
    check_fix(SONG + TEST, (SONG + TEST).replace("old-tune", "@sing/tune"), base=CHOIR)


def test_a_key_that_is_imported_does() -> None:
    text = f"""{SONG.replace("import { key }", "import { key, tempo }").replace("= key", "= key + tempo")}{TEST}"""
    marked = text.replace(
        "vi.mock('old-tune', () => ({ key: 'D', tempo: 9 }));\n",
        "vi.mock('old-tune', () => ({ key: 'D', tempo: 9 }));\n"
        "         ^^^^^^^^ deprecated-import blocked: … `@sing/tune` does not export `tempo`\n",
    ).replace(
        "from 'old-tune';\n",
        "from 'old-tune';\n                            ^^^^^^^^ deprecated-import blocked: `@sing/tune` does not export `tempo`\n",
    )
    check_diagnostics(marked, base=CHOIR, rules={"deprecated-import"})
