"""Cutovers, reference by reference: every form, and every place of who asks and what is asked for."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import pytest

from tests.moves.cuts import BASE, CANONICAL, LEGACY, MODULE, MOVED, SOURCES, TREE, check_cut, cut, plan_of, problems

FORMS = (
    "import a, {{ type T }} from '{}';",
    "import * as all from '{}';",
    'import type {{ T }} from "{}";',
    "import '{}';",
    "import defer * as all from '{}';",
    "import a from '{}' with {{ type: 'x' }};",
    "export * from '{}';",
    "export type * from '{}';",
    "export * as ns from '{}';",
    "export {{ a as b, type T }} from '{}';",
    "import a = require('{}');",
    "const a = await import('{}');",
    "const a = await import('{}', {{ with: {{ type: 'x' }} }});",
    "const a = await import(`{}`);",
    "type A = import('{}').T;",
    "type A = typeof import('{}');",
    "f<typeof import('{}')>();",
    "const a = require('{}');",
    "const a = require.resolve('{}');",
    "const a = createRequire(import.meta.url)('{}');",
    "const a = import.meta.resolve('{}');",
    "vi.mock('{}', () => ({{}}));",
    "vi.mock(import('{}'));",
    "vi.doMock('{}');",
    "vi.unmock('{}');",
    "const a = await vi.importActual('{}');",
    "const a = await vi.importMock('{}');",
    "jest.requireActual('{}');",
    "jest.createMockFromModule('{}');",
    "mock.module('{}', {{}});",
    "declare module '{}' {{}}",
)
STRINGS = ("const a = resolve('{}');", "expect(source).toContain(\"from '{}'\");")


@pytest.mark.parametrize("form", [*FORMS, *STRINGS])
def test_every_form_of_a_reference_from_elsewhere(form: str) -> None:
    mention = "vi." in form
    beside = f"import {{ a as used }} from '{LEGACY}';\n" if mention else ""
    before = f"{MODULE}\n//- /packages/a/a.test.ts\n{beside}{form.format(LEGACY)}"
    after = f"{MOVED}\n//- /packages/a/a.test.ts\n{beside.replace(LEGACY, CANONICAL)}{form.format(CANONICAL)}"
    check_cut(before, after)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("place", "old", "new"),
    [
        (f"{TREE}runtime/b.test.ts", "../../lib/x", "../../../../../shared/lib/x"),
        ("packages/a/b.test.ts", "../../shared/workflow/runtime/a", CANONICAL),
        (f"{TREE}deep/er/b.test.ts", "../../runtime/a", "../../runtime/a"),
        (f"{TREE}deep/er/b.test.ts", LEGACY, "../../runtime/a"),
        ("shared/other/b.test.ts", "../lib/x", "../lib/x"),
    ],
    ids=["importer moves", "target moves", "both move", "both move, by specifier", "neither moves"],
)
def test_every_form_wherever_it_stands(form: str, place: str, old: str, new: str) -> None:
    beside = "import {{ a as used }} from '{}';\n" + form
    files = f"{MODULE}\n//- /shared/lib/x.ts\nexport const a = 1;\nexport type T = 1;\nexport default a;"
    found = cut(f"{files}\n//- /{place}\n{beside.format(old, old)}")
    then = SOURCES + place[len(TREE) :] if place.startswith(TREE) else place
    assert found[then] == beside.format(new, new) + "\n"


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
        ("@shared/workflow/runtime", "../../runtime"),
        ("@shared/workflow/runtime/deep", "../deep"),
        ("../../runtime", "../../runtime"),
        ("../../runtime.js", "../../runtime.js"),
        ("../deep", "../deep"),
    ],
)
def test_a_module_beside_a_directory_of_its_name(old: str, new: str) -> None:
    """Dots alone would name the directory."""
    modules = f"//- /{TREE}runtime.ts\nexport const a = 1;\n//- /{TREE}runtime/deep.ts\nexport const a = 2;"
    found = cut(f"{modules}\n//- /{TREE}runtime/deep/b.ts\nimport {{ a }} from '{old}';")
    assert found[f"{SOURCES}runtime/deep/b.ts"] == f"import {{ a }} from '{new}';\n"


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
        assert [(note.path, note.line) for note in plan.notes] == [
            (f"{TREE}a.ts", 1),
            ("ee/packages/workflows/package.json", None),
        ]
        assert "Install the packages again" in plan.notes[0].message
        assert [(e.where, e.key) for e in plan.entries] == [("dependencies", "zod")]
        assert "would lead nowhere" in problems(text)[0][1], "nothing declares it"
