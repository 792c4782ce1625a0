"""Cutovers, string by string: paths to moved files, and paths from moved files."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import pytest

from tests.cutover.cuts import MODULE, SOURCES, TREE, cut


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import { x } from '../../lib/x';", "import { x } from '../../../../../shared/lib/x';"),
        ("import { x } from '../../lib/x.js';", "import { x } from '../../../../../shared/lib/x.js';"),
        ("vi.mock('../../lib/x');", "vi.mock('../../../../../shared/lib/x');"),
        ("import { x } from '../../lib';", "import { x } from '../../../../../shared/lib';"),
        ("import { x } from '@shared/lib/x';", "import { x } from '@shared/lib/x';"),
        ("import built from '../../dist/made.js';", "import built from '../../../../../shared/dist/made.js';"),
        ("import data from './data.json';", "import data from './data.json';"),
        ("const at = new URL('./data.json', import.meta.url);", "const at = new URL('./data.json', import.meta.url);"),
        ("const at = new URL('../../lib/x.ts', import.meta.url);", "const at = new URL('../../../../../shared/lib/x.ts', import.meta.url);"),
        ("readFileSync(join(__dirname, '../../lib/x.ts'));", "readFileSync(join(__dirname, '../../../../../shared/lib/x.ts'));"),
        ("readFileSync(join(__dirname, '..', '..', 'lib', 'x.ts'));", "readFileSync(join(__dirname, '../../../../../shared/lib/x.ts'));"),
        ("readFileSync(join(__dirname, '..', 'runtime', 'data.json'));", "readFileSync(join(__dirname, '..', 'runtime', 'data.json'));"),
        ("readFileSync('shared/workflow/runtime/data.json');", "readFileSync('ee/packages/workflows/src/runtime/data.json');"),
        ("// see '../../lib/x' and new URL('../../lib/x.ts', import.meta.url)", "// see '../../lib/x' and new URL('../../lib/x.ts', import.meta.url)"),
    ],
)  # fmt: skip
def test_what_a_moved_file_refers_to(old: str, new: str) -> None:
    beside = (
        "//- /shared/lib/x.ts\nexport const x = 1;\n//- /shared/lib/index.ts\nexport * from './x';\n"
        f"//- /{TREE}runtime/data.json\n{{}}\n"
    )
    found = cut(f"{beside}//- /{TREE}runtime/a.ts\n{old}")
    assert found[f"{SOURCES}runtime/a.ts"] == f"{new}\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("readFileSync('shared/workflow/runtime/data.json')", "readFileSync('ee/packages/workflows/src/runtime/data.json')"),
        ("join(root, 'shared/workflow/runtime/a.ts')", "join(root, 'ee/packages/workflows/src/runtime/a.ts')"),
        ("glob('../../shared/workflow/runtime')", "glob('../../ee/packages/workflows/src/runtime')"),
        ("new URL('../../shared/workflow/runtime/data.json', import.meta.url)", "new URL('../../ee/packages/workflows/src/runtime/data.json', import.meta.url)"),
        ("f(`${root}/shared/workflow/runtime/a.ts`)", "f(`${root}/ee/packages/workflows/src/runtime/a.ts`)"),
        ("f('shared/workflow/**/*.ts')", "f('ee/packages/workflows/src/**/*.ts')"),
        ("f('shared/workflow/none.ts')", "f('shared/workflow/none.ts')"),
        ("// shared/workflow/runtime/a.ts", "// shared/workflow/runtime/a.ts"),
        ("f('@shared/workflows/runtime/a')", "f('@shared/workflows/runtime/a')"),
    ],
)  # fmt: skip
def test_strings_that_name_moved_files(old: str, new: str) -> None:
    text = f"{MODULE}\n//- /{TREE}runtime/data.json\n{{}}\n//- /packages/a/b.ts\n{old};"
    assert cut(text)["packages/a/b.ts"] == f"{new};\n"
