"""A form asks its target for what it can take, and not for what the legacy module lacks as well."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.checks import check_diagnostics, check_fix, open_project
from tests.rewrite.test_resolution import BARREL, NEW, OLD, ONE, goes, ladder
from workflow_ls.analysis import Analysis

# The target has lost the default export, a value and a type.
PARTLY = ladder(
    legacy="export const a = 1, lost = 2; export class C {} export interface Lost {} export default a;",
    one="export const a = 1; export class C {}",
    barrel="export const unrelated = 1;",
)


@pytest.mark.parametrize(
    "code",
    [
        "import 'OLD';",
        "import {} from 'OLD';",
        "here();\nexport {} from 'OLD';",
        "await import('OLD');",
        "require('OLD');",
        "import * as w from 'OLD'; w.a;",
        "import * as w from 'OLD'; let c: w.C;",
        "import type * as w from 'OLD'; let c: w.C;",
        "import w = require('OLD'); w.a;",
        "const w = require('OLD'); w.a;",
        "const w = await import('OLD'); new w.C();",
        "const { a } = await import('OLD');",
        "import('OLD').then(({ a }) => a);",
        "let w: typeof import('OLD'); w.a;",
        "type C = import('OLD').C;",
        "const w = await vi.importActual<typeof import('OLD')>('OLD'); w.a;",
        "vi.mock('OLD', async (f) => ({ ...(await f<typeof import('OLD')>()), a: 2 }));",
        "declare module 'OLD' { interface C {} }",
    ],
)
def test_what_it_does_not_take_may_be_missing(code: str) -> None:
    code = code.replace("OLD", OLD)
    assert goes(code, PARTLY) == [f"{NEW}/streams/x"] * code.count(OLD)


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("import * as w from 'OLD'; w.lost;", "`lost`"),
        ("import * as w from 'OLD'; let l: w.Lost;", "`Lost`"),
        ("import * as w from 'OLD'; w.default;", "`default`"),
        ("import * as w from 'OLD'; f(w);", "`lost`, `Lost`, `default`"),
        ("import type * as w from 'OLD'; export type W = typeof w;", "`lost`, `Lost`, `default`"),
        ("here();\nexport * from 'OLD';", "`lost`, `Lost`"),
        ("here();\nexport * as w from 'OLD';", "`lost`, `Lost`, `default`"),
        ("import own, * as w from 'OLD'; w.a;", "`default`"),
        # The object of a namespace has no types in it.
        ("const w = await import('OLD'); f(w);", "`lost`, `default`"),
        ("export type W = typeof import('OLD');", "`lost`, `default`"),
        ("const w = await import('OLD'); w.lost;", "`lost`"),
        ("let w: typeof import('OLD'); w.lost;", "`lost`"),
        ("declare module 'OLD' { interface Lost {} }", "`Lost`"),
    ],
)
def test_what_it_takes_must_be_there(code: str, missing: str) -> None:
    (reason,) = goes(code.replace("OLD", OLD), PARTLY)
    assert reason.startswith(f"`{NEW}/streams/x` does not export {missing}. Export")


def test_a_side_effect_goes_to_no_barrel() -> None:
    base = ladder(legacy="export const a = 1;", barrel="export const unrelated = 1;")
    for code in ("import 'OLD';", "await import('OLD');"):
        assert "points to a missing file" in goes(code.replace("OLD", OLD), base)[0]


def test_a_type_in_a_namespace_object_is_no_value() -> None:
    base = ladder(legacy="export class C {}", one="class C {} export type { C };")
    assert goes(f"import * as w from '{OLD}'; let c: w.C;", base) == [f"{NEW}/streams/x"]
    for code in (f"import * as w from '{OLD}'; new w.C();", f"export type W = typeof import('{OLD}');"):
        assert goes(code, base)[0].startswith(f"`{NEW}/streams/x` exports `C` only as a type")


class TestNamesThatWereLostBefore:
    BASE = ladder(legacy="export const a = 1;", one="export const a = 1;")

    @pytest.mark.parametrize(
        "code",
        [
            "import { gone } from 'OLD'; gone();",
            "import { a, gone } from 'OLD';",
            "import gone from 'OLD'; gone();",
            "here();\nexport { gone as b } from 'OLD';",
            "here();\nexport type { Gone } from 'OLD';",
            "type G = import('OLD').Gone;",
            "const { gone } = await import('OLD');",
            "require('OLD').gone;",
            "import * as w from 'OLD'; w.gone;",
            "declare module 'OLD' { interface Added {} }",
            "vi.mock('OLD', () => ({ a: 1, gone: 2, default: 3 }));",
            "jest.doMock('OLD', () => ({ gone: 2 }));",
        ],
    )
    def test_hold_nothing_back(self, code: str) -> None:
        assert goes(code.replace("OLD", OLD), self.BASE) == [f"{NEW}/streams/x"]

    @pytest.mark.parametrize(
        "legacy",
        [
            "here();\nexport * from 'a-package-that-is-not-there'; export const a = 1;",
            "export const made = 1; export = make();",
            None,
        ],
    )
    def test_only_if_the_legacy_module_says_all_its_names(self, legacy: str | None) -> None:
        base = ladder(legacy=legacy, one="export const a = 1;")
        (reason,) = goes(f"import {{ gone }} from '{OLD}'; gone();", base)
        assert reason.startswith(f"`{NEW}/streams/x` does not export `gone`")

    def test_a_target_that_has_it_is_better_but_not_for_a_mock(self) -> None:
        base = ladder(legacy="export const a = 1;", one="export const a = 1;", barrel="export const a = 1, more = 1;")
        code = f"import {{ a, more }} from '{OLD}';\nvi.mock('{OLD}', () => ({{ a: 1, more: 1 }}));"
        assert goes(f"import {{ a, more }} from '{OLD}';", base) == [f"{NEW}/streams"]
        assert goes(code.partition("\n")[2], base) == [f"{NEW}/streams/x"]

    def test_they_are_told_before_and_after(self) -> None:
        rules = {"missing-name", "deprecated-import"}
        before = f"""
        //- /packages/a/src/a.ts
        import {{ a, gone }} from '{OLD}';
                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import verified -> {NEW}/streams/x
                    ^^^^ missing-name blocked: no other subpath of the package exports `gone`
        """
        check_diagnostics(before, base=self.BASE, rules=rules)
        check_diagnostics(
            f"""
            //- /packages/a/src/a.ts
            import {{ a, gone }} from '{NEW}/streams/x';
                        ^^^^ missing-name blocked: no other subpath of the package exports `gone`
            """,
            base=self.BASE,
            rules=rules,
        )

    def test_a_module_that_has_it_is_told_and_then_imported_from(self) -> None:
        other = "//- /ee/packages/workflows/src/streams/y.ts\nexport const gone = 1;\n"
        check_diagnostics(
            f"{other}//- /packages/a/src/a.ts\nimport {{ a, gone }} from '{OLD}';\n"
            "            ^^^^ missing-name blocked: "
            f"`{NEW}/streams/y` exports it, but this import still names the legacy module. Rewrite it first.",
            base=self.BASE,
            rules={"missing-name"},
        )
        check_fix(
            f"{other}//- /packages/a/src/a.ts\nimport {{ a, gone }} from '{OLD}';",
            "//- /packages/a/src/a.ts\n"
            f"import {{ a }} from '{NEW}/streams/x';\nimport {{ gone }} from '{NEW}/streams/y';",
            base=self.BASE,
        )

    @pytest.mark.parametrize(
        "line",
        [
            "import { a } from 'OLD';",
            "import type { a } from 'OLD';",
            "vi.mock('OLD', () => ({ gone: 1 }));",
            "import * as w from 'OLD'; w.gone;",
        ],
    )
    def test_else_nothing_is_told(self, line: str) -> None:
        check_diagnostics(
            f"//- /packages/a/src/a.ts\n{line.replace('OLD', OLD)}", base=self.BASE, rules={"missing-name"}
        )

    def test_nothing_is_told_of_an_import_that_stays(self) -> None:
        base = ladder(legacy="export const a = 1, b = 1;", one="export const a = 1;")
        text = f"//- /packages/a/src/a.ts\nimport {{ b, gone }} from '{OLD}';"
        check_diagnostics(text, base=base, rules={"missing-name"})
        text = f"//- /shared/workflow/streams/y.ts\nimport {{ gone }} from '{OLD}';"
        check_diagnostics(text, base=base, rules={"missing-name"})

    def test_a_key_of_a_mock_is_noted(self) -> None:
        text = f"//- /packages/a/a.test.ts\nvi.mock('{OLD}', () => ({{ a: 1, gone: 2 }}));"
        _, workspace = open_project(text, base=self.BASE)
        (finding,) = Analysis(workspace, {"deprecated-import"}).check_file("packages/a/a.test.ts")
        target, note = finding.related
        assert (target.path, note.path) == (ONE, "packages/a/a.test.ts")
        assert note.message == "neither the legacy module nor its target exports `gone`"
        assert note.span is not None
        assert text.partition("\n")[2][note.span.start : note.span.end] == "gone"


class TestBarrels:
    """A barrel without a target of its own: its names go where the modules that declare them go."""

    BASE = dedent(f"""
    //- /package.json
    {{ "workspaces": ["shared", "packages/*", "ee/packages/*"] }}
    //- /packages/a/package.json
    {{ "name": "@alga-psa/a", "dependencies": {{ "@alga-psa/workflows": "*" }} }}
    //- /ee/packages/workflows/package.json
    {{ "name": "{NEW}", "exports": {{ "./streams/*": "./src/streams/*.ts", "./else": "./src/else.ts" }} }}
    //- /shared/workflow/streams/index.ts
    export {{ a, a as alias, B }} from './x';
    export * from './y';
    export const own = 1;
    //- /shared/workflow/streams/x.ts
    export const a = 1;
    export class B {{}}
    //- /shared/workflow/streams/y.ts
    const inner = 1;
    export {{ inner as c }};
    //- /{ONE}
    export const a = 1;
    export class B {{}}
    //- /ee/packages/workflows/src/streams/y.ts
    export const c = 1;
    //- /ee/packages/workflows/src/else.ts
    export const renamed = 1;
    """)
    OLD = "@shared/workflow/streams"

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("import { a, B } from 'OLD';", "import { a, B } from 'NEW/x';"),
            ("import { alias, B } from 'OLD';", "import { a as alias, B } from 'NEW/x';"),
            ("import { a, type B, c } from 'OLD';", "import { a, type B } from 'NEW/x';\nimport { c } from 'NEW/y';"),
            ("here();\nexport { c as d } from 'OLD';", "here();\nexport { c as d } from 'NEW/y';"),
            ("type B = import('OLD').B;", "type B = import('NEW/x').B;"),
            ("const { c } = await import('OLD');", "const { c } = await import('NEW/y');"),
            (
                "const { a, c } = await import('OLD');",
                "const { a } = await import('NEW/x');\nconst { c } = await import('NEW/y');",
            ),
            ("const { alias } = await import('OLD');", "const { a: alias } = await import('NEW/x');"),
            ("import * as w from 'OLD'; w.a; new w.B();", "import * as w from 'NEW/x'; w.a; new w.B();"),
        ],
    )
    def test_names_go_to_their_modules(self, before: str, after: str) -> None:
        before, after = before.replace("OLD", self.OLD), after.replace("NEW", f"{NEW}/streams")
        check_fix(f"//- /packages/a/a.ts\n{before}", f"//- /packages/a/a.ts\n{after}", base=self.BASE)

    @pytest.mark.parametrize(
        "code",
        [
            "import { own } from 'OLD';",
            "import { a, own } from 'OLD';",
            "import * as w from 'OLD'; w.a; w.c;",
            "const { a, c = 1 } = await import('OLD');",
            "here();\nexport * from 'OLD';",
            "import * as w from 'OLD'; f(w);",
        ],
    )
    def test_what_cannot_part_stays(self, code: str) -> None:
        (reason,) = goes(code.replace("OLD", self.OLD), self.BASE)
        assert reason.startswith(f"{NEW} does not export `./streams`")

    def test_a_target_of_the_barrel_itself_comes_first(self) -> None:
        base = self.BASE.replace('"./else"', '"./streams": "./src/streams.ts", "./else"')
        assert goes(f"import {{ a }} from '{self.OLD}';", f"{base}//- /{BARREL}\nexport const a = 1;") == [
            f"{NEW}/streams"
        ]

    def test_a_row_of_the_module_that_declares_the_name_counts(self) -> None:
        row = f'{{ "module": "{self.OLD}/y", "name": "c", "to": "{NEW}/else", "as": "renamed" }}'
        base = f'{self.BASE}//- /workflow-ls.json\n{{ "names": [{row}] }}\n'
        check_fix(
            f"//- /packages/a/a.ts\nimport {{ c }} from '{self.OLD}';",
            f"//- /packages/a/a.ts\nimport {{ renamed as c }} from '{NEW}/else';",
            base=base,
        )


class TestTheSpellingOfExports:
    @pytest.mark.parametrize(
        ("keys", "ending"),
        [
            ('"./streams/*.js": "./src/streams/*.ts"', ".js"),
            ('"./streams/*.ts": "./src/streams/*.ts"', ".ts"),
            ('"./streams/x.js": "./src/streams/x.ts", "./gone/*.mjs": "./src/gone/*.mts"', ".js"),
            ('"./streams/*.js": "./src/streams/*.ts", "./streams/*": "./src/streams/*.ts"', ""),
        ],
    )
    def test_a_target_has_the_ending_that_a_key_asks_for(self, keys: str, ending: str) -> None:
        base = ladder(legacy="export const a = 1;", one="export const a = 1;")
        base += f'//- /{ONE.partition("/src")[0]}/package.json\n{{ "name": "{NEW}", "exports": {{ {keys} }} }}\n'
        assert goes(f"import {{ a }} from '{OLD}';", base) == [f"{NEW}/streams/x{ending}"]
        assert goes(f"vi.mock('{OLD}');", base) == [f"{NEW}/streams/x{ending}"]
