"""unexported-subpath: a module that `declare module` serves is no error."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics

RULES = {"unexported-subpath"}
FINDING = "unexported-subpath blocked: no file of ee/packages/workflows/src fits"


def served(files: str, *, line: str = "import '@alga-psa/workflows/panel';") -> None:
    check_diagnostics(f"//- /packages/a/src/view.ts\n{line}\n{files}", rules=RULES)


def missing(files: str) -> None:
    check_diagnostics(
        "//- /packages/a/src/view.ts\nimport '@alga-psa/workflows/panel';\n"
        f"        ^^^^^^^^^^^^^^^^^^^^^^^^^ {FINDING}\n{files}",
        rules=RULES,
    )


DECLARED = "declare module '@alga-psa/workflows/panel' {\n  export const Panel: unknown;\n}"


@pytest.mark.parametrize(
    "line",
    [
        "import { Panel } from '@alga-psa/workflows/panel';",
        "export const load = () => import('@alga-psa/workflows/panel');",
        "export type P = typeof import('@alga-psa/workflows/panel');",
        "export * from '@alga-psa/workflows/panel';",
        "const panel = require('@alga-psa/workflows/panel');",
    ],
)
def test_in_any_form(line: str) -> None:
    served(f"//- /packages/a/src/made.d.ts\n{DECLARED}", line=line)


@pytest.mark.parametrize(
    "text",
    [
        DECLARED,
        "declare module '@alga-psa/workflows/panel';",
        'declare module "@alga-psa/workflows/panel" {\n  import { a } from "zod";\n  export const Panel: a;\n}',
        "declare module '@alga-psa/workflows/*';",
        "declare module '*/panel' { const url: string; export default url; }",
    ],
)
@pytest.mark.parametrize("path", ["packages/a/src/made.d.ts", "packages/a/types/made.d.mts", "packages/a/made.ts"])
def test_by_any_declaration(text: str, path: str) -> None:
    served(f"//- /{path}\n{text}")


def test_an_asset_by_its_ending() -> None:
    served(
        "//- /packages/a/src/assets.d.ts\ndeclare module '*.svg';",
        line="import '@alga-psa/workflows/runtime/logo.svg';",
    )


@pytest.mark.parametrize(
    "files",
    [
        f"//- /packages/a/src/more.d.ts\nexport {{}};\n{DECLARED}",
        f"//- /packages/a/src/more.d.ts\nimport 'zod';\n{DECLARED}",
        "//- /packages/a/src/made.d.ts\ndeclare module '@alga-psa/workflows/panels';",
        "//- /packages/a/src/made.d.ts\ndeclare module '*.panel';",
        "//- /packages/a/src/made.d.ts\n// declare module '@alga-psa/workflows/panel';",
        f"//- /packages/a/tsconfig.json\n{{}}\n//- /packages/b/made.d.ts\n{DECLARED}",
        f'//- /packages/a/tsconfig.json\n{{ "include": ["src"] }}\n//- /packages/a/types/made.d.ts\n{DECLARED}',
        f'//- /packages/a/tsconfig.json\n{{ "files": ["src/view.ts"] }}\n//- /packages/a/src/made.d.ts\n{DECLARED}',
    ],
    ids=["augmentation", "import", "other", "ending", "comment", "other program", "include", "files"],
)
def test_not_by_what_declares_nothing_here(files: str) -> None:
    missing(files)


@pytest.mark.parametrize(
    "config",
    [
        '{ "include": ["src", "types"] }',
        '{ "include": ["./**/*.d.ts"] }',
        '{ "include": ["src/*"], "files": ["types/made.d.ts"] }',
        '{ "include": ["${configDir}/types/made.?.ts"] }',
        '{ "extends": "../../tsconfig.base.json" }',
    ],
)
def test_what_a_configuration_includes(config: str) -> None:
    base = '//- /tsconfig.base.json\n{ "compilerOptions": { "strict": true } }'
    served(f"//- /packages/a/tsconfig.json\n{config}\n{base}\n//- /packages/a/types/made.d.ts\n{DECLARED}")


def test_include_of_a_base_is_relative_to_the_base() -> None:
    extends = '//- /packages/a/tsconfig.json\n{ "extends": "../tsconfig.json" }'
    base = '//- /packages/tsconfig.json\n{ "include": ["types", "a/src"] }'
    served(f"{extends}\n{base}\n//- /packages/types/made.d.ts\n{DECLARED}")


def test_the_manifest_is_not_asked_for_an_entry() -> None:
    source = "//- /ee/packages/workflows/src/panel.ts\nexport const Panel = 1;"
    use = "//- /packages/a/src/view.ts\nimport '@alga-psa/workflows/panel';"
    check_diagnostics(f"{source}\n{use}\n//- /packages/a/src/made.d.ts\n{DECLARED}", rules=RULES)
