"""The new place of a file is taken."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import json

import pytest

from tests.fixture import project
from tests.moves.cuts import MODULE, SOURCES, TREE, check_cut, cut, plan_of, problems
from workflow_ls.moves.plan_model import MoveOutcome


def test_a_proxy_gives_way() -> None:
    plan = plan_of(
        f"{MODULE}\n//- /{SOURCES}runtime/a.ts\nexport * from '../../../../../{TREE}runtime/a';\nexport {{ default }} from '../../../../../{TREE}runtime/a';"
    )
    assert [(p.old, p.new, p.outcome) for p in plan.file_moves] == [
        (f"{TREE}runtime/a.ts", f"{SOURCES}runtime/a.ts", MoveOutcome.PROXY_REPLACED)
    ]
    assert plan.after[f"{SOURCES}runtime/a.ts"] == plan.before[f"{TREE}runtime/a.ts"]


def test_a_proxy_of_another_file_name_goes() -> None:
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


STUBS = {
    "an export of nothing": "export {};",
    "nothing": "",
    "a mark and nothing": "\ufeff\n",
    "comments": "// The modules come here.\n/* with the cutover: `export * from './a'` **/\nexport { }\n;",
}


@pytest.mark.parametrize("stub", STUBS.values(), ids=STUBS)
@pytest.mark.parametrize("name", ["a.ts", "a.tsx", "a/index.ts"])
def test_a_stub_gives_way(stub: str, name: str) -> None:
    plan = plan_of(f"{MODULE}\n//- /{SOURCES}runtime/{name}\n{stub}")
    assert [(p.old, p.new, p.outcome, p.replaced) for p in plan.file_moves] == [
        (f"{TREE}runtime/a.ts", f"{SOURCES}runtime/a.ts", MoveOutcome.STUB_REPLACED, f"{SOURCES}runtime/{name}")
    ]
    assert {path for path in plan.after if path.startswith(f"{SOURCES}runtime/a")} == {f"{SOURCES}runtime/a.ts"}


@pytest.mark.parametrize(
    "text",
    [
        "/// <reference types='node' />\nexport {};",
        "'use client';\nexport {};",
        "import './other';\nexport {};",
        "declare global { interface Window { a: 1 } }\nexport {};",
        "/* a */ export const other = 1; /* b */",
        "export {}; /* no end",
    ],
)
def test_what_has_code_is_no_stub(text: str) -> None:
    found = problems(f"{MODULE}\n//- /{SOURCES}runtime/a.ts\n{text}\n//- /{SOURCES}runtime/other.ts\nexport {{}};")
    assert len(found) == 1


def test_a_barrel_of_several_modules_is_kept() -> None:
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


def test_two_barrels_become_one() -> None:
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


def test_a_name_that_a_merged_barrel_gets_from_elsewhere_is_told() -> None:
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
            f"importers of `a` will get that of {SOURCES}runtime/index.ts instead of {TREE}runtime/a.ts",
        )
    ]


def test_a_barrel_joins_a_module_with_code() -> None:
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


def test_the_root_barrel_is_dissolved() -> None:
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
def test_a_dissolved_barrel_that_is_asked_for_as_a_whole(form: str) -> None:
    text = f"//- /{TREE}index.ts\nexport * from './a';\n//- /{TREE}a.ts\nexport const a = 1;\n//- /packages/a/a.ts\n"
    found = problems(text + form.format("@shared/workflow"))
    assert [path for path, _ in found] == ["packages/a/a.ts"]
    assert "is removed, and this reference needs all of it" in found[0][1]


@pytest.mark.parametrize(
    ("occupant", "reason"),
    [
        ("export const mine = 1;", "is another module with the same name and does not export `T`, `a`, `default`"),
        ("export type a = 1; export type T = 1; export default 1;", "is another module with the same name and does not export `a` as a value"),
        (f"import * as old from '../../../../../{TREE}runtime/a';\nexport const a = old;\nexport type T = 1;\nexport default a;", "is another module with the same name and imports shared/workflow/runtime/a.ts"),
        ("import '@alga-psa/shared/workflow/runtime/a';\nexport const a = 1;\nexport type T = 1;\nexport default a;", "is another module with the same name and imports shared/workflow/runtime/a.ts"),
        (f"export * from '../../../../../{TREE}runtime/a';\nexport const mine = 1;", "the module at its new path, imports it and has code of its own"),
        (f"export {{ a as renamed }} from '../../../../../{TREE}runtime/a';", "the module at its new path, re-exports it under other names"),
    ],
)  # fmt: skip
def test_conflicts_are_told(occupant: str, reason: str) -> None:
    found = problems(f"{MODULE}\n//- /{SOURCES}runtime/a.ts\n{occupant}")
    decide = (
        "Map `@shared/workflow/runtime/a` to another path in `modules` of workflow-ls.json, or merge the two by hand."
    )
    comma = "," * reason.startswith("the module")
    assert found[0] == (f"{TREE}runtime/a.ts", f"{SOURCES}runtime/a.ts{comma} {reason}. {decide}")


@pytest.mark.parametrize(
    "mine", ["export const a = 2;", "export const a = 2, more = 3;\nexport type T = 2;\nexport default a;"]
)
def test_the_canonical_module_may_be_preferred(mine: str) -> None:
    text = (
        f"{MODULE}\n//- /{SOURCES}runtime/a.ts\n{mine}\n//- /packages/a/a.ts\nimport a from '@shared/workflow/runtime/a';\n"
        f"//- /{TREE}runtime/b.ts\nexport * from './a';"
    )
    plan = plan_of(text, prefer=True)
    if "more" not in mine:
        assert "Map `@shared/workflow/runtime/a` to another path in" in plan.problems[0].message
        return
    assert plan.problems == ()
    assert "Pass --prefer-canonical" in problems(text)[0][1]
    assert next((p.old, p.new, p.outcome) for p in plan.file_moves) == (
        f"{TREE}runtime/a.ts",
        f"{SOURCES}runtime/a.ts",
        MoveOutcome.DUPLICATE,
    )
    assert f"{SOURCES}runtime/a.ts" not in plan.after
    assert plan.after["packages/a/a.ts"] == b"import a from '@alga-psa/workflows/runtime/a';\n"
    assert plan.after[f"{SOURCES}runtime/b.ts"] == b"export * from './a';\n"


def test_a_barrel_that_another_equals_goes() -> None:
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


def test_a_row_of_the_table_decides() -> None:
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
        (f"//- /{TREE}a.json\n1\n//- /{SOURCES}a.json\n2", "where another file already exists"),
        (f"//- /{TREE}a.json\n1\n//- /{SOURCES}a.json/b.json\n2", "a.json is a folder"),
        (f"//- /{TREE}a/b.json\n1\n//- /{SOURCES}a\n2", "/a is a file"),
        (f"//- /{TREE}a.ts\nexport {{}};\n//- /{TREE}b -> {TREE}a.ts", "symbolic links are not moved"),
    ],
)
def test_assets_in_the_way(files: str, reason: str) -> None:
    assert any(reason in message for _, message in problems(files))


@pytest.mark.parametrize(
    ("files", "alike"),
    [
        (f"//- /{TREE}runtime/Foo.ts\nexport {{}};\n//- /{SOURCES}runtime/foo.ts\nexport {{}};", f"{SOURCES}runtime/foo.ts"),
        (f"//- /{TREE}Runtime/b.ts\nexport {{}};\n//- /{SOURCES}runtime/foo.ts\nexport {{}};", f"{SOURCES}runtime"),
    ],
)  # fmt: skip
def test_paths_that_differ_in_capitals_only(files: str, alike: str) -> None:
    assert [message.partition(", which differs from ")[2] for _, message in problems(files)] == [
        f"{alike} in letter case only. Rename one of them first."
    ]


def test_paths_that_differ_in_capitals_in_the_tree_already() -> None:
    text = "//- /{0}Runtime/B.ts\nexport {{}};\n//- /{0}runtime/b.ts\nexport {{}};"
    check_cut(text.format(TREE), text.format(SOURCES))


@pytest.mark.parametrize("occupant", ["a.ts", "a.tsx", "a.d.ts"])
def test_a_declaration_file_is_hidden_by_a_source_of_its_name(occupant: str) -> None:
    text = f"//- /{TREE}runtime/a.js\nexports.a = 1;\n//- /{TREE}runtime/a.d.ts\nexport const a: 1;\n"
    found = problems(f"{text}//- /{SOURCES}runtime/{occupant}\nexport const b = 1;")
    assert [path for path, _ in found] == [f"{TREE}runtime/a.d.ts", f"{TREE}runtime/a.js"]


def test_the_same_content_is_no_conflict() -> None:
    plan = plan_of(f"//- /{TREE}a.json\n1\n//- /{SOURCES}a.json\n1")
    assert plan.problems == ()
    assert dict(plan.after) == {}
    assert list(plan.before) == [f"{TREE}a.json"]
