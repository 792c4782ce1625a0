"""Cutovers, case by case: the project before and after; no-op first."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import json

import pytest

from tests.cutover.cuts import BASE, SOURCES, TREE, check_cut, cut, plan_of, problems
from tests.fixture import project


@pytest.mark.parametrize(
    "text",
    [
        "",
        "//- /packages/a/a.ts\nimport { version } from '@alga-psa/workflows';",
        "//- /packages/a/a.ts\nimport '@shared/workflows'; import '@shared/workflow-x'; import './workflow/x';",
        "//- /shared/workflows/a.ts\nexport const a = 1;\n//- /packages/a/a.ts\nimport { a } from '@shared/workflows/a';",
    ],
)
def test_nothing_to_do(text: str) -> None:
    plan = plan_of(text)
    assert plan.is_empty
    assert (plan.placements, plan.rewrites, plan.entries, plan.outside) == ((), (), (), ())


MODULE = "//- /shared/workflow/runtime/a.ts\nexport const a = 1;\nexport type T = 1;\nexport default a;"
MOVED = f"//- /{SOURCES}runtime/a.ts\nexport const a = 1;\nexport type T = 1;\nexport default a;"
LEGACY, CANONICAL = "@shared/workflow/runtime/a", "@alga-psa/workflows/runtime/a"


@pytest.mark.parametrize(
    "form",
    [
        "import a, {{ type T }} from '{}';",
        "import * as all from '{}';",
        'import type {{ T }} from "{}";',
        "import '{}';",
        "export * from '{}';",
        "export * as ns from '{}';",
        "export {{ a as b, type T }} from '{}';",
        "import a = require('{}');",
        "const a = await import('{}');",
        "const a = await import(`{}`);",
        "type A = import('{}').T;",
        "type A = typeof import('{}');",
        "f<typeof import('{}')>();",
        "const a = require('{}');",
        "const a = require.resolve('{}');",
        "const a = import.meta.resolve('{}');",
        "vi.mock('{}', () => ({{}}));",
        "vi.mock(import('{}'));",
        "const a = await vi.importActual('{}');",
        "jest.requireActual('{}');",
        "mock.module('{}', {{}});",
        "declare module '{}' {{}}",
        "const a = '{}';",
        "expect(source).toContain(\"from '{}'\");",
    ],
)
def test_every_form_of_a_reference_from_elsewhere(form: str) -> None:
    mention = "vi.mock" in form or "vi.importActual" in form
    beside = f"import {{ a as used }} from '{LEGACY}';\n" if mention else ""
    before = f"{MODULE}\n//- /packages/a/a.test.ts\n{beside}{form.format(LEGACY)}"
    after = f"{MOVED}\n//- /packages/a/a.test.ts\n{beside.replace(LEGACY, CANONICAL)}{form.format(CANONICAL)}"
    check_cut(before, after)


@pytest.mark.parametrize(
    "form", ["import {{ a }} from '{}';", "import('{}');", "jest.mock('{}');", "type A = import('{}').T;"]
)
@pytest.mark.parametrize(
    ("place", "old", "new"),
    [
        # In the tree itself a legacy specifier becomes a path, a path stays.
        (f"{TREE}runtime/b.ts", LEGACY, "./a"),
        (f"{TREE}runtime/b.ts", "./a", "./a"),
        (f"{TREE}runtime/b.ts", "./a.js", "./a.js"),
        (f"{TREE}b.ts", "@alga-psa/shared/workflow/runtime/a", "./runtime/a"),
        (f"{TREE}deep/er/b.ts", "../../runtime/a", "../../runtime/a"),
        # In the canonical package: its own name, and paths stay paths.
        (f"{SOURCES}lib/b.ts", LEGACY, CANONICAL),
        (f"{SOURCES}lib/b.ts", "../../../../../shared/workflow/runtime/a", "../runtime/a"),
        # In the core, too, so that it compiles.
        ("shared/lib/b.ts", "../workflow/runtime/a", CANONICAL),
        ("shared/lib/b.ts", LEGACY, CANONICAL),
        # Elsewhere
        ("packages/a/b.ts", "../../shared/workflow/runtime/a", CANONICAL),
        ("packages/a/b.ts", "../../shared/workflow/runtime/a.js", CANONICAL),
        ("packages/a/b.ts", "../../shared/workflow/runtime/a.ts", CANONICAL),
    ],
)  # fmt: skip
def test_every_place_of_a_reference(form: str, place: str, old: str, new: str) -> None:
    found = cut(f"{MODULE}\n//- /{place}\n{form.format(old)}")
    then = SOURCES + place[len(TREE) :] if place.startswith(TREE) else place
    assert found[then] == form.format(new) + "\n"


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


@pytest.mark.parametrize(
    ("place", "old", "new"),
    [
        (f"{TREE}a.ts", 'path="./types/g.d.ts"', 'path="./types/g.d.ts"'),
        (f"{TREE}types/a.ts", 'path="g.d.ts"', 'path="g.d.ts"'),
        (f"{TREE}types/a.ts", 'path="../../lib/h.d.ts"', 'path="../../../../../shared/lib/h.d.ts"'),
        ("packages/a/a.ts", 'path="../../shared/workflow/types/g.d.ts"', f'path="../../{SOURCES}types/g.d.ts"'),
        ("packages/a/a.ts", 'types="@shared/workflow/types/g"', 'types="@alga-psa/workflows/types/g"'),
        (f"{TREE}a.ts", 'types="@alga-psa/shared/workflow/types/g"', 'types="@alga-psa/workflows/types/g"'),
        (f"{SOURCES}lib/a.ts", 'types="@shared/workflow/types/g"', 'types="@alga-psa/workflows/types/g"'),
    ],
)
def test_reference_comments(place: str, old: str, new: str) -> None:
    text = f"//- /{TREE}types/g.d.ts\ndeclare const g: 1;\n//- /shared/lib/h.d.ts\ndeclare const h: 1;\n"
    found = cut(f"{text}//- /{place}\n/// <reference {old} />")
    then = SOURCES + place[len(TREE) :] if place.startswith(TREE) else place
    assert found[then] == f"/// <reference {new} />\n"


class TestNamesThatMeanSomethingElseElsewhere:
    """A moved file is governed by another configuration and another manifest."""

    def test_an_alias_of_its_old_package_only(self) -> None:
        found = cut(
            f"""
            //- /shared/tsconfig.json
            {{ "compilerOptions": {{ "baseUrl": ".", "paths": {{ "~/*": ["./*"] }} }} }}
            //- /shared/lib/x.ts
            export const x = 1;
            //- /{TREE}a.test.ts
            import {{ x }} from '~/lib/x';
            import {{ b }} from '~/workflow/b';
            vi.mock('~/lib/x');
            //- /{TREE}b.ts
            export const b = 1;
            //- /shared/lib/c.ts
            import {{ b }} from '~/workflow/b';
            """
        )
        assert found[f"{SOURCES}a.test.ts"] == (
            "import { x } from '../../../../shared/lib/x';\nimport { b } from './b';\n"
            "vi.mock('../../../../shared/lib/x');\n"
        )
        assert found["shared/lib/c.ts"] == "import { b } from '@alga-psa/workflows/b';\n"

    def test_a_package_that_is_installed_for_its_old_one_only(self) -> None:
        base = BASE.replace('"@alga-psa/shared" }', '"@alga-psa/shared", "dependencies": { "zod": "^3.0.0" } }')
        text = (
            f"//- /shared/node_modules/zod/index.d.ts\nexport const z: 1;\n//- /shared/node_modules/zod/package.json\n{{}}\n"
            f"//- /{TREE}a.ts\nimport {{ z }} from 'zod';\nexport const a = z;"
        )
        plan = plan_of(text, base=base)
        assert plan.problems == ()
        assert [(note.path, note.line) for note in plan.notes] == [(f"{TREE}a.ts", 1)]
        assert "install the packages anew" in plan.notes[0].message
        assert [(e.where, e.key) for e in plan.entries] == [("dependencies", "zod")]
        assert "would lead nowhere" in problems(text)[0][1], "nothing declares it"


def test_everything_moves_and_documentation_is_not_touched() -> None:
    check_cut(
        """
        //- /shared/workflow/README.md
        See @shared/workflow/runtime and ../lib/x.ts.
        //- /shared/workflow/runtime/__tests__/a.test.ts
        import { a } from '@shared/workflow/runtime/a';
        //- /shared/workflow/runtime/a.ts
        export const a = 1;
        //- /shared/workflow/runtime/__snapshots__/a.snap
        exports[`@shared/workflow`] = 1;
        """,
        """
        //- /ee/packages/workflows/src/README.md
        See @shared/workflow/runtime and ../lib/x.ts.
        //- /ee/packages/workflows/src/runtime/__tests__/a.test.ts
        import { a } from '../a';
        //- /ee/packages/workflows/src/runtime/a.ts
        export const a = 1;
        //- /ee/packages/workflows/src/runtime/__snapshots__/a.snap
        exports[`@shared/workflow`] = 1;
        """,
    )


class TestCollisions:
    """The new place of a file is taken."""

    def test_a_proxy_gives_way(self) -> None:
        plan = plan_of(
            f"{MODULE}\n//- /{SOURCES}runtime/a.ts\nexport * from '../../../../../{TREE}runtime/a';\nexport {{ default }} from '../../../../../{TREE}runtime/a';"
        )
        assert [(p.old, p.new, p.how) for p in plan.placements] == [
            (f"{TREE}runtime/a.ts", f"{SOURCES}runtime/a.ts", "proxy replaced")
        ]
        assert plan.after[f"{SOURCES}runtime/a.ts"] == plan.before[f"{TREE}runtime/a.ts"]

    def test_a_proxy_of_another_file_name_goes(self) -> None:
        check_cut(
            f"""
            //- /{TREE}runtime/a/index.ts
            export const a = 1;
            //- /{SOURCES}runtime/a.ts
            export * from '../../../../../shared/workflow/runtime/a';
            //- /{SOURCES}runtime/b.ts
            import {{ a }} from './a';
            import {{ a as b }} from './a.js';
            """,
            f"""
            //- /{SOURCES}runtime/a/index.ts
            export const a = 1;
            //- /{SOURCES}runtime/b.ts
            import {{ a }} from './a';
            import {{ a as b }} from './a/index.js';
            """,
        )

    def test_a_barrel_of_several_modules_is_kept(self) -> None:
        check_cut(
            f"""
            //- /{TREE}runtime/a.ts
            export const a = 1;
            //- /{TREE}runtime/b.ts
            export const b = 1;
            //- /{SOURCES}runtime/index.ts
            // What the runtime offers.
            export * from '../../../../../shared/workflow/runtime/a';
            export {{ b as c }} from "../../../../../shared/workflow/runtime/b.js";
            """,
            f"""
            //- /{SOURCES}runtime/a.ts
            export const a = 1;
            //- /{SOURCES}runtime/b.ts
            export const b = 1;
            //- /{SOURCES}runtime/index.ts
            // What the runtime offers.
            export * from './a';
            export {{ b as c }} from "./b.js";
            """,
        )

    def test_two_barrels_become_one(self) -> None:
        check_cut(
            f"""
            //- /{TREE}runtime/index.ts
            // The legacy barrel.
            export * from './a';
            export {{
              b,
              start,
            }} from './b';
            //- /{TREE}runtime/a.ts
            export const a = 1;
            //- /{TREE}runtime/b.ts
            export const b = 1;
            export const start = 1;
            //- /{SOURCES}runtime/index.ts
            import {{ start as begin, a as one }} from '../../../../../shared/workflow/runtime';
            export * from '../../../../../shared/workflow/runtime';
            export * from '../../../../../shared/workflow/runtime/a';
            export const start = () => begin;
            //- /packages/a/a.ts
            import {{ a, b, start }} from '@shared/workflow/runtime';
            """,
            f"""
            //- /{SOURCES}runtime/index.ts
            import {{ start as begin }} from './b';
            import {{ a as one }} from './a';
            // The legacy barrel.
            export {{
              b,
            }} from './b';
            export * from './a';
            export const start = () => begin;
            //- /{SOURCES}runtime/a.ts
            export const a = 1;
            //- /{SOURCES}runtime/b.ts
            export const b = 1;
            export const start = 1;
            //- /packages/a/a.ts
            import {{ a, b, start }} from '@alga-psa/workflows/runtime';
            """,
        )

    def test_a_name_that_a_merged_barrel_gets_from_elsewhere_is_told(self) -> None:
        plan = plan_of(
            f"""
            //- /{TREE}runtime/index.ts
            export * from './a';
            //- /{TREE}runtime/a.ts
            export const a = 1;
            //- /{SOURCES}runtime/index.ts
            export * from '../../../../../shared/workflow/runtime';
            export const a = 2;
            """
        )
        assert plan.problems == ()
        assert [(note.path, note.message) for note in plan.notes] == [
            (
                f"{TREE}runtime/index.ts",
                f"whoever asks it for `a` gets that of {SOURCES}runtime/index.ts, not that of {TREE}runtime/a.ts",
            )
        ]

    def test_a_barrel_joins_a_module_with_code(self) -> None:
        check_cut(
            f"""
            //- /{TREE}runtime/index.ts
            import {{ b }} from './b';
            export const a = b;
            //- /{TREE}runtime/b.ts
            export const b = 1;
            //- /{SOURCES}runtime/index.ts
            export * from '../../../../../shared/workflow/runtime';
            export * from '../../../../../shared/workflow/runtime/b';
            """,
            f"""
            //- /{SOURCES}runtime/index.ts
            import {{ b }} from './b';
            export const a = b;
            export * from './b';
            //- /{SOURCES}runtime/b.ts
            export const b = 1;
            """,
        )

    def test_the_root_barrel_is_dissolved(self) -> None:
        """The canonical root is another module, and the table has more candidates."""
        check_cut(
            f"""
            //- /{TREE}index.ts
            export * from './runtime/index';
            export {{ logger as log }} from '@alga-psa/a';
            //- /{TREE}runtime/index.ts
            export const a = 1, b = 2;
            //- /packages/a/index.ts
            export const logger = 1;
            //- /packages/a/b.ts
            import {{ a, log, type b as B }} from '@shared/workflow';
            //- /shared/index.ts
            export * from './workflow/index';
            export const b = 3;
            """,
            f"""
            //- /{SOURCES}runtime/index.ts
            export const a = 1, b = 2;
            //- /packages/a/index.ts
            export const logger = 1;
            //- /packages/a/b.ts
            import {{ a, type b as B }} from '@alga-psa/workflows/runtime';
            import {{ logger as log }} from '@alga-psa/a';
            //- /shared/index.ts
            export * from '@alga-psa/workflows/runtime';
            export {{ logger as log }} from '@alga-psa/a';
            export const b = 3;
            """,
        )

    @pytest.mark.parametrize("form", ["import * as all from '{}';", "import('{}');", "vi.mock('{}');", "import '{}';"])
    def test_a_dissolved_barrel_that_is_asked_for_as_a_whole(self, form: str) -> None:
        text = (
            f"//- /{TREE}index.ts\nexport * from './a';\n//- /{TREE}a.ts\nexport const a = 1;\n//- /packages/a/a.ts\n"
        )
        found = problems(text + form.format("@shared/workflow"))
        assert [path for path, _ in found] == ["packages/a/a.ts"]
        assert "is dissolved, and this form asks for it as a whole" in found[0][1]

    @pytest.mark.parametrize(
        ("occupant", "reason"),
        [
            ("export const mine = 1;", "runtime/a.ts is another module of that name"),
            (f"import {{ a }} from '../../../../../{TREE}runtime/a';\nexport const mine = a;", "runtime/a.ts is another module of that name"),
            (f"export * from '../../../../../{TREE}runtime/a';\nexport const mine = 1;", "has code of its own beside what it takes from"),
            (f"export {{ a as renamed }} from '../../../../../{TREE}runtime/a';", "has code of its own beside what it takes from"),
        ],
    )  # fmt: skip
    def test_conflicts_are_told(self, occupant: str, reason: str) -> None:
        found = problems(f"{MODULE}\n//- /{SOURCES}runtime/a.ts\n{occupant}")
        assert found[0][0] == f"{TREE}runtime/a.ts"
        assert reason in found[0][1]
        assert "give the module a row of its own in workflow-ls.json" in found[0][1]

    @pytest.mark.parametrize(
        "mine", ["export const a = 2;", "export const a = 2, more = 3;\nexport type T = 2;\nexport default a;"]
    )
    def test_the_canonical_module_may_be_preferred(self, mine: str) -> None:
        text = (
            f"{MODULE}\n//- /{SOURCES}runtime/a.ts\n{mine}\n//- /packages/a/a.ts\nimport a from '@shared/workflow/runtime/a';\n"
            f"//- /{TREE}runtime/b.ts\nexport * from './a';"
        )
        plan = plan_of(text, prefer=True)
        if "more" not in mine:
            assert "give the module a row of its own" in plan.problems[0].message
            return
        assert plan.problems == ()
        assert "pass --prefer-canonical" in problems(text)[0][1]
        assert next((p.old, p.new, p.how) for p in plan.placements) == (
            f"{TREE}runtime/a.ts",
            f"{SOURCES}runtime/a.ts",
            "superseded",
        )
        assert f"{SOURCES}runtime/a.ts" not in plan.after
        assert plan.after["packages/a/a.ts"] == b"import a from '@alga-psa/workflows/runtime/a';\n"
        assert plan.after[f"{SOURCES}runtime/b.ts"] == b"export * from './a';\n"

    def test_a_barrel_that_another_equals_goes(self) -> None:
        check_cut(
            f"""
            //- /{TREE}runtime/index.ts
            export * from './a';
            //- /{TREE}runtime/a.ts
            export const a = 1;
            //- /{SOURCES}runtime/index.ts
            export * from './a';
            //- /{SOURCES}runtime/a.ts
            export * from '../../../../../shared/workflow/runtime/a';
            //- /packages/a/a.ts
            import * as all from '@shared/workflow/runtime';
            """,
            f"""
            //- /{SOURCES}runtime/index.ts
            export * from './a';
            //- /{SOURCES}runtime/a.ts
            export const a = 1;
            //- /packages/a/a.ts
            import * as all from '@alga-psa/workflows/runtime';
            """,
        )

    def test_a_row_of_the_table_decides(self) -> None:
        config = {"modules": [{"from": "@shared/workflow/runtime/a", "to": ["@alga-psa/workflows/runtime/engine"]}]}
        found = cut(
            f"//- /workflow-ls.json\n{json.dumps(config)}\n{MODULE}\n//- /{SOURCES}runtime/a.ts\nexport const mine = 1;\n"
            "//- /packages/a/a.ts\nimport a from '@shared/workflow/runtime/a';\n"
            f"//- /{TREE}b.ts\nimport a from './runtime/a';"
        )
        assert found["packages/a/a.ts"] == "import a from '@alga-psa/workflows/runtime/engine';\n"
        assert found[f"{SOURCES}b.ts"] == "import a from './runtime/engine';\n"
        assert found[f"{SOURCES}runtime/engine.ts"] == project(MODULE).files[f"{TREE}runtime/a.ts"]

    @pytest.mark.parametrize(
        ("files", "reason"),
        [
            (f"//- /{TREE}a.json\n1\n//- /{SOURCES}a.json\n2", "there is another file of that name"),
            (f"//- /{TREE}a.json\n1\n//- /{SOURCES}a.json/b.json\n2", "stands in the way"),
            (f"//- /{TREE}a/b.json\n1\n//- /{SOURCES}a\n2", "stands in the way"),
            (f"//- /{TREE}a.ts\nexport {{}};\n//- /{TREE}b -> {TREE}a.ts", "it is a symbolic link"),
        ],
    )
    def test_assets_in_the_way(self, files: str, reason: str) -> None:
        assert any(reason in message for _, message in problems(files))

    def test_the_same_content_is_no_conflict(self) -> None:
        plan = plan_of(f"//- /{TREE}a.json\n1\n//- /{SOURCES}a.json\n1")
        assert plan.problems == ()
        assert dict(plan.after) == {}
        assert list(plan.before) == [f"{TREE}a.json"]


class TestManifests:
    def test_exports_dependencies_aliases_and_the_shared_manifest(self) -> None:
        base = (
            BASE.replace('"@shared/*": ["shared/*"]', '"@shared/workflow/*": ["shared/workflow/*"], "@shared/*": ["shared/*"]')
            .replace('"dependencies": { "@alga-psa/workflows": "*" }', '"dependencies": { "@alga-psa/b": "*" }')
            .replace('{ "name": "@alga-psa/shared" }', '{ "name": "@alga-psa/shared", "exports": { "./workflow/runtime/a": "./dist/workflow/runtime/a.js", "./x": "./dist/x.js" }, "dependencies": { "@alga-psa/b": "file:../packages/b", "zod": "^3.0.0" } }')
        )  # fmt: skip
        plan = plan_of(
            f"""
            //- /packages/b/package.json
            {{ "name": "@alga-psa/b" }}
            //- /packages/b/index.ts
            export const b = 1;
            //- /{TREE}streams/a.ts
            import {{ b }} from '@alga-psa/b';
            import {{ z }} from 'zod';
            import fs from 'node:fs';
            import path from 'path';
            export const a = b;
            //- /packages/a/a.ts
            import {{ a }} from '@shared/workflow/streams/a';
            """,
            base=base,
        )
        assert plan.problems == ()
        assert {(e.path, e.where, e.key, e.change) for e in plan.entries} == {
            ("ee/packages/workflows/package.json", "exports", "./streams/*", "added"),
            ("ee/packages/workflows/package.json", "dependencies", "@alga-psa/b", "added"),
            ("ee/packages/workflows/package.json", "dependencies", "zod", "added"),
            ("packages/a/package.json", "dependencies", "@alga-psa/workflows", "added"),
            ("shared/package.json", "exports", "./workflow/runtime/a", "removed"),
            ("tsconfig.json", "compilerOptions.paths", "@shared/workflow/*", "removed"),
        }
        manifest = json.loads(plan.after["ee/packages/workflows/package.json"])
        assert manifest["dependencies"]["zod"] == "^3.0.0"

    def test_an_asset_is_exported_under_its_own_name(self) -> None:
        found = cut(
            f"//- /{TREE}runtime/data.json\n{{}}\n//- /packages/a/a.ts\nimport data from '@shared/workflow/runtime/data.json';"
        )
        assert found["packages/a/a.ts"] == "import data from '@alga-psa/workflows/runtime/data.json';\n"
        exports = json.loads(found["ee/packages/workflows/package.json"])["exports"]
        assert exports["./runtime/data.json"] == "./src/runtime/data.json"


class TestBoundaries:
    TEXT = f"{MODULE}\n//- /shared/lib/a.ts\nimport {{ a }} from '../workflow/runtime/a';"

    def test_listed(self) -> None:
        plan = plan_of(self.TEXT)
        assert plan.problems == ()
        assert [(b.path, b.line, b.specifier, b.target) for b in plan.boundaries] == [
            ("shared/lib/a.ts", 1, CANONICAL, f"{SOURCES}runtime/a.ts")
        ]
        assert [finding.rule for finding, _ in plan.remaining] == ["core-imports-ee"]

    def test_refused(self) -> None:
        found = problems(self.TEXT, strict=True)
        assert [(path, message) for path, message in found] == [
            ("shared/lib/a.ts", f"`{CANONICAL}` would lead from the core to EE code (--strict-boundaries)")
        ]


class TestOutside:
    @pytest.mark.parametrize(
        ("path", "line", "kind"),
        [
            ("Dockerfile", "COPY shared/workflow ./shared/workflow", "Dockerfile"),
            ("server/Dockerfile.dev", "COPY ./shared/workflow/ x/", "Dockerfile"),
            ("docker-compose.yaml", "  - ./shared/workflow:/app/shared/workflow", "compose file"),
            (".eslintrc.json", '{ "paths": ["@shared/workflow/*"] }', "lint configuration"),
            (".github/workflows/ci.yml", "  - 'shared/workflow/**'", "CI workflow"),
            ("nx.json", '{ "inputs": ["{workspaceRoot}/shared/workflow/**"] }', "build configuration"),
            ("shared/tsconfig.build.json", '{ "include": ["workflow/**"] }', "TypeScript configuration"),
            ("shared/jest.yml", "roots: ./workflow/", ".yml file"),
        ],
    )
    def test_listed(self, path: str, line: str, kind: str) -> None:
        plan = plan_of(f"{MODULE}\n//- /{path}\n{line}")
        assert [(o.path, o.line, o.kind, o.text) for o in plan.outside] == [(path, 1, kind, line.strip())]

    @pytest.mark.parametrize(
        ("path", "line"),
        [
            ("README.md", "see shared/workflow"),
            ("Dockerfile", "COPY shared/workflows ./x"),
            ("Dockerfile", "COPY @myshared/workflow"),
            ("packages/a/x.yml", "on: ./workflow/"),
            ("packages/a/a.ts", "// shared/workflow/runtime/a.ts"),
        ],
    )
    def test_not_listed(self, path: str, line: str) -> None:
        assert plan_of(f"{MODULE}\n//- /{path}\n{line}").outside == ()

    def test_sources_that_the_settings_ignore(self) -> None:
        plan = plan_of(
            f'//- /workflow-ls.json\n{{ "ignore": ["packages/old/**"] }}\n{MODULE}\n'
            f"//- /packages/old/a.ts\nimport a from '{LEGACY}';\n//- /packages/a/a.ts\nimport a from '{LEGACY}';"
        )
        assert "packages/old/a.ts" not in plan.after
        assert [(o.path, o.line, o.kind, o.text) for o in plan.outside] == [
            ("packages/old/a.ts", 1, "ignored file", f"import a from '{LEGACY}';")
        ]

    def test_sources_that_are_too_large(self) -> None:
        large = f"import a from '{LEGACY}'; // {'x' * 200}"
        plan = plan_of(f'//- /workflow-ls.json\n{{ "maxFileSize": 200 }}\n{MODULE}\n//- /packages/a/a.ts\n{large}')
        assert [(o.path, o.kind) for o in plan.outside] == [("packages/a/a.ts", "skipped file")]

    def test_strings_that_can_not_be_rewritten(self) -> None:
        plan = plan_of(
            f"{MODULE}\n//- /packages/a/a.ts\nf(`@shared/workflow/runtime/${{name}}`);\nf('@shared/workflow/*');"
        )
        assert [(o.path, o.line, o.kind) for o in plan.outside] == [
            ("packages/a/a.ts", n, "path string") for n in (1, 2)
        ]


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "path", "message"),
        [
            (f"//- /{TREE}package.json\n{{}}", f"{TREE}package.json", "it would mean something else in another place"),
            (f"//- /{TREE}tsconfig.json\n{{}}", f"{TREE}tsconfig.json", "it would mean something else in another place"),
            (f'//- /workflow-ls.json\n{{ "maxFileSize": 10 }}\n{MODULE}', f"{TREE}runtime/a.ts", "it is larger than 1e-05 MB"),
            (f"{MODULE}\n//- /ee/packages/workflows/package.json\n{{", "ee/packages/workflows/package.json", "@alga-psa/workflows, where legacy modules go, has a manifest that can't be read"),
        ],
    )  # fmt: skip
    def test_what_can_not_move(self, text: str, path: str, message: str) -> None:
        found = problems(text)
        assert found[0][0] == path
        assert found[0][1].startswith(message)

    def test_a_package_that_is_not_there(self) -> None:
        base = BASE.replace("//- /ee/packages/workflows/package.json", "//- /ee/packages/workflows/other.json")
        assert problems(f"{MODULE}\n//- /{TREE}b.ts\nexport {{}};", base=base) == [
            (
                "ee/packages/workflows/package.json",
                "@alga-psa/workflows, where legacy modules go, is not there; create it first",
            )
        ]

    def test_a_name_that_would_be_lost(self) -> None:
        """The row sends a name to a module that does not export it."""
        config = {"names": [{"module": "@shared/workflow/runtime/a", "name": "a", "to": "@alga-psa/workflows"}]}
        text = f"//- /workflow-ls.json\n{json.dumps(config)}\n{MODULE}\n//- /packages/a/a.ts\nimport {{ a }} from '@shared/workflow/runtime/a';"
        found = problems(text)
        assert [path for path, _ in found] == ["packages/a/a.ts"] * 2
        assert found[0][1] == "1 of its references would lead nowhere"

    def test_a_module_that_exports_excludes_goes_by_path(self) -> None:
        base = BASE.replace(
            '"./runtime/*": "./src/runtime/*.ts"', '"./runtime/*": "./src/runtime/*.ts", "./runtime/a": null'
        )
        plan = plan_of(f"{MODULE}\n//- /packages/a/a.ts\nimport a from '@shared/workflow/runtime/a';", base=base)
        assert plan.problems == ()
        assert plan.after["packages/a/a.ts"] == f"import a from '../../{SOURCES}runtime/a';\n".encode()
        assert [note.path for note in plan.notes] == ["packages/a/a.ts"]
        assert "goes by path" in plan.notes[0].message

    def test_a_script_that_node_runs_as_it_is(self) -> None:
        base = BASE.replace(
            '{ "name": "@alga-psa/shared" }', '{ "name": "@alga-psa/shared", "exports": { "./*": "./dist/*" } }'
        )
        found = problems(
            f"{MODULE}\n//- /packages/a/run.mjs\nimport a from '@alga-psa/shared/workflow/runtime/a.js';", base=base
        )
        assert [path for path, _ in found] == ["packages/a/run.mjs"]
        assert "Node runs this file as it is" in found[0][1]


def test_line_endings_and_byte_order_marks_stay() -> None:
    plan = plan_of(
        f"//- /{TREE}runtime/index.ts\nexport * from './a';\nexport * from './b';\n"
        f"//- /{TREE}runtime/a.ts\nexport const a = 1;\n//- /{TREE}runtime/b.ts\nexport const b = 1;\n"
        f"//- /{SOURCES}runtime/index.ts\n\ufeffexport * from '../../../../../shared/workflow/runtime';\r\nexport const c = 1;\r\n"
    )
    text = plan.after[f"{SOURCES}runtime/index.ts"].decode()
    assert text == "\ufeffexport * from './a';\r\nexport * from './b';\r\nexport const c = 1;\r\n"
