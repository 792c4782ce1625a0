"""Cutovers, string by string: paths to moved files, and paths from moved files."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import pytest

from tests.moves.cuts import MODULE, SOURCES, TREE, cut, plan_of

OUT, NEW = "../../../../../shared", SOURCES[:-1]
FILES = (
    "//- /shared/lib/x.ts\nexport const x = 1;\n//- /shared/lib/index.ts\nexport * from './x';\n"
    f"//- /{TREE}runtime/data.json\n{{}}\n//- /{TREE}runtime/x.sql\nselect 1;\n"
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import {{ x }} from '{}/lib/x';", OUT),
        ("import {{ x }} from '{}/lib/x.js';", OUT),
        ("import {{ x }} from '{}/lib';", OUT),
        ("export type * from '{}/lib/x';", OUT),
        ("import x = require('{}/lib/x');", OUT),
        ("import x from '{}/lib/x.json' with {{ type: 'json' }};", OUT),
        ("import built from '{}/dist/made.js';", OUT),
        ("import raw from '{}/lib/x.ts?raw';", OUT),
        ("vi.mock('{}/lib/x');", OUT),
        ("createRequire(import.meta.url)('{}/lib/x');", OUT),
        ("require.resolve('{}/lib/x');", OUT),
        ("import(`{}/lib/${{name}}.ts`);", OUT),
        ("import.meta.glob('{}/lib/*.ts');", OUT),
        ("require.context('{}/lib', true);", OUT),
        ("new URL('{}/lib/x.ts', import.meta.url);", OUT),
        ("new URL('{}/lib/', import.meta.url);", OUT),
        ("new URL(`{}/lib/${{name}}.ts`, import.meta.url);", OUT),
        ("join(__dirname, '{}/lib/x.ts');", OUT),
        ("join(__dirname, `{}/lib/x.ts`);", OUT),
        ("resolve(__dirname, '{}/lib', name);", OUT),
        ("load(__dirname, '{}/lib/x.ts', 'utf8');", OUT),
        ("f(`${{__dirname}}/{}/lib/x.ts`);", OUT),
        ("f(__dirname + '/{}/lib/' + name);", OUT),
        ("const here = dirname(fileURLToPath(import.meta.url)); join(here, '{}/lib/x.ts');", OUT),
        # What goes along, and what is no path to something.
        ("import data from './data.json' with {{ type: 'json' }};", ""),
        ("import q from './x.sql?raw';", ""),
        ("new URL('./data.json', import.meta.url);", ""),
        ("join(__dirname, '..', 'runtime', 'data.json');", ""),
        ("join(__dirname, 'made', 'later.json');", ""),
        ("// '{}/lib/x' and new URL('{}/lib/x.ts', import.meta.url)", "../.."),
        ("expect(text).toContain(\"from '{}/lib/x'\");", "../.."),
    ],
)  # fmt: skip
def test_what_a_moved_file_refers_to(old: str, new: str) -> None:
    before, after = (old.format(*[place] * 2) for place in ("../..", new))
    assert cut(f"{FILES}//- /{TREE}runtime/a.ts\n{before}")[f"{SOURCES}runtime/a.ts"] == f"{after}\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("join(__dirname, '..', '..', 'lib', 'x.ts');", f"join(__dirname, '{OUT}/lib/x.ts');"),
        ("join(__dirname, '../../../shared/workflow/runtime/data.json');", "join(__dirname, './data.json');"),
        ("join(root, 'shared', 'workflow', 'runtime');", "join(root, 'ee', 'packages', 'workflows', 'src', 'runtime');"),
    ],
)  # fmt: skip
def test_what_a_moved_file_finds_in_another_way(old: str, new: str) -> None:
    assert cut(f"{FILES}//- /{TREE}runtime/a.ts\n{old}")[f"{SOURCES}runtime/a.ts"] == f"{new}\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("readFileSync('shared/workflow/runtime/data.json')", f"readFileSync('{NEW}/runtime/data.json')"),
        ("join(root, 'shared/workflow/runtime/a.ts')", f"join(root, '{NEW}/runtime/a.ts')"),
        ("glob('../../shared/workflow/runtime')", f"glob('../../{NEW}/runtime')"),
        ("import.meta.glob('../../shared/workflow/runtime/*.ts')", f"import.meta.glob('../../{NEW}/runtime/*.ts')"),
        ("new URL('../../shared/workflow/runtime/data.json', import.meta.url)", f"new URL('../../{NEW}/runtime/data.json', import.meta.url)"),
        ("f(`${root}/shared/workflow/runtime/a.ts`)", f"f(`${{root}}/{NEW}/runtime/a.ts`)"),
        ("glob('shared/workflow/**/*.ts')", f"glob('{NEW}/**/*.ts')"),
        ("join(__dirname, '..', '..', 'shared', 'workflow', 'runtime', 'data.json')", f"join(__dirname, '../../{NEW}/runtime/data.json')"),
        ("join(root, 'shared', 'workflow', 'runtime', name)", "join(root, 'ee', 'packages', 'workflows', 'src', 'runtime', name)"),
        ("join(root, 'shared', 'workflow/runtime/data.json')", f"join(root, '{NEW}/runtime/data.json')"),
        ("join('../../shared', 'workflow', 'runtime')", f"join('../../{NEW}/runtime')"),
        ("import q from '../../shared/workflow/runtime/x.sql?raw'", f"import q from '../../{NEW}/runtime/x.sql?raw'"),
        ("import q from '@shared/workflow/runtime/x.sql?raw'", f"import q from '../../{NEW}/runtime/x.sql?raw'"),
        ("f('shared/workflow/none.ts')", "f('shared/workflow/none.ts')"),
        ("join(root, 'shared', 'workflow', 'none.ts')", "join(root, 'shared', 'workflow', 'none.ts')"),
        ("join(__dirname, 'shared', 'workflow', 'runtime')", "join(__dirname, 'shared', 'workflow', 'runtime')"),
        ("const names = ['shared', 'workflow']", "const names = ['shared', 'workflow']"),
        ("// shared/workflow/runtime/a.ts", "// shared/workflow/runtime/a.ts"),
        ("f('@shared/workflows/runtime/a')", "f('@shared/workflows/runtime/a')"),
    ],
)  # fmt: skip
def test_strings_that_name_moved_files(old: str, new: str) -> None:
    text = f"{MODULE}\n{FILES}//- /packages/a/b.ts\n{old};"
    assert cut(text)["packages/a/b.ts"] == f"{new};\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("join(__dirname, '../workflow/runtime/data.json')", f"join(__dirname, '../../{NEW}/runtime/data.json')"),
        ("join(__dirname, '..', 'workflow', 'runtime')", f"join(__dirname, '../../{NEW}/runtime')"),
        ("new URL('../workflow/', import.meta.url)", f"new URL('../../{NEW}/', import.meta.url)"),
        ("f(`${__dirname}/../workflow/${name}`)", f"f(`${{__dirname}}/../../{NEW}/${{name}}`)"),
    ],
)
def test_paths_from_beside_the_tree_do_not_say_its_name(old: str, new: str) -> None:
    assert cut(f"{FILES}//- /shared/lib/b.ts\n{old};")["shared/lib/b.ts"] == f"{new};\n"


def test_a_path_to_a_file_that_a_row_sends_elsewhere() -> None:
    config = (
        '{ "modules": [{ "from": "@shared/workflow/runtime/data.json", "to": ["@alga-psa/workflows/lib/data.json"] }] }'
    )
    text = f"//- /workflow-ls.json\n{config}\n{FILES}//- /{TREE}runtime/a.ts\njoin(__dirname, 'data.json');\nreaddir(join(__dirname, '.'));"
    assert (
        cut(text)[f"{SOURCES}runtime/a.ts"] == "join(__dirname, '../lib/data.json');\nreaddir(join(__dirname, '.'));\n"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("const setup = ['../../lib/x.ts'];", f"../../lib/x.ts: it leads to shared/lib/x.ts if it is relative to this file. In that case change it to `{OUT}/lib/x.ts`."),
        ("join(__dirname, '../../none.json');", "../../none.json: shared/none.json does not exist"),
    ],
)  # fmt: skip
def test_a_string_that_may_be_a_path_from_a_moved_file_is_listed(text: str, said: str) -> None:
    plan = plan_of(f"{FILES}//- /{TREE}runtime/a.ts\n{text}")
    assert plan.problems == ()
    assert [(o.path, o.line, o.kind, o.text) for o in plan.other_mentions] == [
        (f"{SOURCES}runtime/a.ts", 1, "path string", said)
    ]
