"""missing-name: names that a module of the canonical package does not export, and the one that does."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, check_fix, check_no_fix
from tests.editor_cases import EditorCase
from workflow_ls.proof.joined_fixes import FixOptions

EDITOR_CASES = (
    EditorCase(
        "missing-name",
        "packages/billing/src/misplaced-name.ts",
        "createEngine",
        "…",
        ("packages/billing/src/misplaced-name.ts",),
    ),
)


RULE = {"missing-name"}


@pytest.mark.parametrize(
    "line",
    [
        "import { start } from '@alga-psa/workflows/runtime';",
        "import type { Run, start } from '@alga-psa/workflows/runtime';",
        "import { Run } from '@alga-psa/workflows/runtime'; let run: Run;",
        "import { Run as R, start as s } from '@alga-psa/workflows/runtime';",
        "export { Run, start } from '@alga-psa/workflows/runtime';",
        "import * as all from '@alga-psa/workflows/runtime'; all.gone();",
        "export * from '@alga-psa/workflows/runtime';",
        "import '@alga-psa/workflows/runtime';",
        "vi.mock('@alga-psa/workflows/runtime', () => ({ gone: 1 }));",
        "import { gone } from '@alga-psa/workflows/gone';",
        "import { gone } from '@alga-psa/workflows/secrets';",
        "const { start } = await import('@alga-psa/workflows/runtime');",
        "declare module '@alga-psa/workflows/runtime' { const gone: 1 }",
        "type T = import('@alga-psa/workflows/runtime').Run;",
    ],
)
def test_silent(line: str) -> None:
    check_diagnostics(f"//- /packages/a/src/a.ts\n{line}", rules=RULE)


@pytest.mark.parametrize("module", ["export = { a: 1 };", "export * from 'a-package-that-is-not-there';"])
def test_nothing_is_said_of_a_module_that_cannot_be_read_in_full(module: str) -> None:
    check_diagnostics(
        f"""
    //- /ee/packages/workflows/src/streams/index.ts
    {module}
    //- /packages/a/src/a.ts
    import {{ gone }} from '@alga-psa/workflows/streams';
    """,
        rules=RULE,
    )


def test_the_core_is_another_rules_business() -> None:
    check_diagnostics("//- /shared/x.ts\nimport { gone } from '@alga-psa/workflows/runtime';", rules=RULE)


@pytest.mark.parametrize(
    ("line", "marks"),
    [
        ("import { gone } from '@alga-psa/workflows/runtime';", "         ^^^^"),
        ("import { start, type gone as G } from '@alga-psa/workflows/runtime';", "                ^^^^^^^^^^^^^^"),
        ("import type { gone } from '@alga-psa/workflows/runtime';", "              ^^^^"),
        ("export { gone as there } from '@alga-psa/workflows/runtime';", "         ^^^^^^^^^^^^^"),
        ("const { gone } = await import('@alga-psa/workflows/runtime');", "        ^^^^"),
        ("const { gone } = require('@alga-psa/workflows/runtime');", "        ^^^^"),
        ("type T = import('@alga-psa/workflows/runtime').gone;", "                                               ^^^^"),
    ],
)
def test_a_name_that_nothing_exports(line: str, marks: str) -> None:
    reason = "no other subpath of the package exports `gone`. Export it from ee/packages/workflows/src/runtime/index.ts"
    text = f"//- /packages/a/src/a.ts\n{line}\n{marks} missing-name blocked: {reason}"
    check_diagnostics(text, rules=RULE)
    check_no_fix(text)


def test_in_the_package_itself_by_its_name() -> None:
    check_diagnostics(
        """
    //- /ee/packages/workflows/src/streams/other.ts
    import { client } from '@alga-psa/workflows/runtime';
             ^^^^^^ missing-name verified -> @alga-psa/workflows/runtime/client
    """,
        rules=RULE,
    )


def test_a_default_export() -> None:
    check_diagnostics(
        """
    //- /packages/a/src/a.ts
    import runtime, { start } from '@alga-psa/workflows/runtime';
           ^^^^^^^ missing-name blocked: a default export can't be found by its name
    """,
        rules=RULE,
    )


def test_a_type_does_not_stand_for_a_value() -> None:
    base = """
    //- /ee/packages/workflows/src/streams/index.ts
    export type { Motor } from '../runner';
    export interface Run { id: string }
    //- /ee/packages/workflows/src/runner.ts
    export class Motor {}
    //- /ee/packages/workflows/src/index.ts
    export { Motor } from './runner';
    export const Run = 'another';
    //- /packages/a/src/a.ts
    """
    text = (
        base
        + """import { Motor, Run } from '@alga-psa/workflows/streams';
             ^^^^^ missing-name verified -> @alga-psa/workflows
                    ^^^ missing-name blocked: no other subpath of the package exports `Run` as a value
    new Motor(Run);
    """
    )
    check_diagnostics(text, rules=RULE)
    check_fix(
        base + "import { Motor, Run } from '@alga-psa/workflows/streams';\n    new Motor(Run);",
        base
        + "import { Run } from '@alga-psa/workflows/streams';\n    import { Motor } from '@alga-psa/workflows';\n"
        + "    new Motor(Run);",
    )


def test_a_name_that_two_stars_disagree_on() -> None:
    check_diagnostics(
        """
    //- /ee/packages/workflows/src/streams/index.ts
    export * from './a';
    export * from './b';
    //- /ee/packages/workflows/src/streams/a.ts
    export const twice = 1;
    //- /ee/packages/workflows/src/streams/b.ts
    export const twice = 2;
    //- /packages/a/src/a.ts
    import { twice } from '@alga-psa/workflows/streams';
             ^^^^^ missing-name blocked: no other subpath of the package exports `twice`
    """,
        rules=RULE,
    )


# Modules at every distance: the package serves all of them.
PLACES = """
//- /ee/packages/workflows/package.json
{
  "name": "@alga-psa/workflows",
  "exports": { ".": "./src/index.ts", "./a": "./src/a/index.ts", "./*": "./src/*.ts", "./z": "./src/z/index.ts" }
}
"""
AT = {
    "": "index.ts",
    "/a": "a/index.ts",
    "/a/b": "a/b.ts",
    "/a/b/c": "a/b/c.ts",
    "/a/b/c/d": "a/b/c/d.ts",
    "/a/x": "a/x.ts",
    "/z": "z/index.ts",
    "/z/y": "z/y.ts",
}


@pytest.mark.parametrize(
    ("asked", "exporting", "found"),
    [
        ("/a/b/c", ["/a/b", "/a", "", "/a/b/c/d", "/a/x"], "/a/b"),
        ("/a/b/c", ["/a", "", "/a/b/c/d", "/z"], "/a"),
        ("/a/b/c", ["", "/a/b/c/d", "/z"], "/a/b/c/d"),
        ("/a/b/c", ["", "/a/x", "/z"], "/a/x"),
        ("/a/b/c", [""], ""),
        ("/a/b/c", ["/z/y"], "/z/y"),
        ("/a/b/c", ["/z", "/a/x"], "/a/x"),
        ("/a", ["/a/b/c", "/a/b", ""], "/a/b"),
        ("", ["/z/y", "/a/b", "/z"], "/z"),
    ],
)
def test_the_nearest_module_of_one_declaration(asked: str, exporting: list[str], found: str) -> None:
    modules = dict.fromkeys(AT, "export const other = 1;")
    modules |= dict.fromkeys(exporting, "export { it } from '@declared/elsewhere';")
    sources = "\n".join(f"//- /ee/packages/workflows/src/{AT[place]}\n{text}" for place, text in modules.items())
    declared = "//- /node_modules/@declared/elsewhere/index.d.ts\nexport const it: 1;"
    text = f"{PLACES}\n{sources}\n{declared}\n//- /packages/a/src/a.ts\n"
    check_fix(
        f"{text}import {{ it }} from '@alga-psa/workflows{asked}';",
        f"{text}import {{ it }} from '@alga-psa/workflows{found}';",
        options=FixOptions(rule="missing-name"),
    )


def test_elsewhere_the_module_that_declares_it_comes_first() -> None:
    text = f"""{PLACES}
//- /ee/packages/workflows/src/a/index.ts
export const other = 1;
//- /ee/packages/workflows/src/b.ts
export * from './z/y';
//- /ee/packages/workflows/src/z/y.ts
export const it = 1;
//- /packages/a/src/a.ts
"""
    check_fix(
        f"{text}import {{ it }} from '@alga-psa/workflows/a';",
        f"{text}import {{ it }} from '@alga-psa/workflows/z/y';",
        options=FixOptions(rule="missing-name"),
    )


def test_two_declarations_of_a_name_leave_the_choice() -> None:
    text = """
    //- /ee/packages/workflows/src/index.ts
    export const client = 'another';
    //- /packages/a/src/a.ts
    import { client } from '@alga-psa/workflows/runtime';
             ^^^^^^ missing-name blocked: `@alga-psa/workflows/runtime/client` and `@alga-psa/workflows` each declare a `client`. Choose one
    """
    check_diagnostics(text, rules=RULE)
    check_no_fix(text)


def test_a_module_that_comes_back_to_the_file_is_left_out() -> None:
    text = """
    //- /ee/packages/workflows/src/index.ts
    export * from './own';
    export const name = 1;
    //- /ee/packages/workflows/src/own.ts
    import { name } from '@alga-psa/workflows/runtime';
             ^^^^ missing-name blocked: no other subpath of the package exports `name`
    """
    check_diagnostics(text, rules=RULE)
    check_no_fix(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "import { client } from '@alga-psa/workflows/runtime';",
            "import { client } from '@alga-psa/workflows/runtime/client';",
            id="alone",
        ),
        pytest.param(
            'import { start, client as c, type Run } from "@alga-psa/workflows/runtime"; // why',
            'import { start, type Run } from "@alga-psa/workflows/runtime";\n'
            'import { client as c } from "@alga-psa/workflows/runtime/client"; // why',
            id="beside others",
        ),
        pytest.param(
            "import { version, client, start } from '@alga-psa/workflows/streams';",
            "import { version } from '@alga-psa/workflows';\n"
            "import { client } from '@alga-psa/workflows/runtime/client';\n"
            "import { start } from '@alga-psa/workflows/runtime';",
            id="each to its own",
        ),
        pytest.param(
            "import { gone, client } from '@alga-psa/workflows/runtime';",
            "import { gone } from '@alga-psa/workflows/runtime';\n"
            "import { client } from '@alga-psa/workflows/runtime/client';",
            id="beside one that nothing exports",
        ),
        pytest.param(
            "export { client as there } from '@alga-psa/workflows/runtime';",
            "export { client as there } from '@alga-psa/workflows/runtime/client';",
            id="a re-export",
        ),
        pytest.param(
            "const { client } = await import('@alga-psa/workflows/runtime');",
            "const { client } = await import('@alga-psa/workflows/runtime/client');",
            id="import()",
        ),
        pytest.param(
            "const { client } = require('@alga-psa/workflows/streams');",
            "const { client } = require('@alga-psa/workflows/runtime/client');",
            id="require",
        ),
        pytest.param(
            "type T = typeof import('@alga-psa/workflows/runtime').client;",
            "type T = typeof import('@alga-psa/workflows/runtime/client').client;",
            id="an import type",
        ),
    ],
)
def test_the_fix(before: str, after: str) -> None:
    path = "//- /packages/a/src/a.ts\n"
    check_fix(path + before, path + after, options=FixOptions(rule="missing-name"))


@pytest.mark.parametrize(
    ("line", "marks", "reason"),
    [
        (
            "const { start, client } = await import('@alga-psa/workflows/runtime');",
            "               ^^^^^^",
            "`@alga-psa/workflows/runtime/client` exports it, but this form can't be split",
        ),
        (
            "const { client, ...rest } = require('@alga-psa/workflows/runtime');",
            "        ^^^^^^",
            "`@alga-psa/workflows/runtime/client` exports it, but this form may use other names of the module, too",
        ),
        (
            "import all, * as more from '@alga-psa/workflows/runtime';",
            "       ^^^",
            "a default export can't be found by its name",
        ),
    ],
)
def test_no_fix_for_what_cannot_be_split(line: str, marks: str, reason: str) -> None:
    text = f"//- /packages/a/src/a.ts\n{line}\n{marks} missing-name blocked: {reason}"
    check_diagnostics(text, rules=RULE)
    check_no_fix(text)
