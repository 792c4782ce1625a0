"""Completion: text with a cursor in, the fitting texts and what they replace out."""

from __future__ import annotations

import pytest

from tests.checks import open_project
from workflow_ls.ide.specifier_completion import Names, complete
from workflow_ls.rewrite.packages.package_lookup import Conditions
from workflow_ls.rewrite.packages.package_subpaths import list_subpaths
from workflow_ls.rewrite.resolution import TargetResolver

APP = "//- /packages/app/a.ts\n"
ALL = [
    "@alga-psa/workflows",
    "@alga-psa/workflows/runtime",
    "@alga-psa/workflows/runtime/client",
    "@alga-psa/workflows/streams",
]
RUNTIME = [f"{ALL[0]}/runtime", f"{ALL[0]}/runtime/client"]


def offered(text: str) -> tuple[str, list[str]] | None:
    """The text that is replaced, and what is offered in its place."""
    over, workspace = open_project(text)
    assert over.cursor is not None
    path, offset = over.cursor
    facts = workspace.sources.facts(path)
    assert facts is not None
    found = complete(workspace.component(TargetResolver), facts, offset)
    if found is None:
        return None
    replaced = facts.text[slice(*found.span)].decode()
    if isinstance(found, Names):
        return replaced, [item.text for item in found.items]
    return replaced, [item.specifier for item in found.items]


@pytest.mark.parametrize(
    "text",
    [
        "$0",
        "const x$0 = 1;",
        "const x = '@alga$0';",
        "const x = read('@alga$0');",
        "// import '@alga$0'",
        "/* import '@alga$0' */",
        "<a href='@alga$0'>",
        "import { start } from $0'@alga-psa/workflows/runtime';",
        "import { start } from '@alga-psa/workflows/runtime'$0;",
        "import { start $0 } from './mine';",
        "import { start } $0 from '@alga-psa/workflows/runtime';",
        "import { start as mine$0 } from '@alga-psa/workflows/runtime';",
        "import { start, /* Ru$0 */ } from '@alga-psa/workflows/runtime';",
        "import {\n  start, // Ru$0\n} from '@alga-psa/workflows/runtime';",
        "import run$0time from '@alga-psa/workflows/runtime';",
        "import { $0 } from '@alga-psa/workflows/secrets';",
        "import `@alga${x}$0`",
    ],
)
def test_nothing_is_offered(text: str) -> None:
    assert offered(APP + text) is None


@pytest.mark.parametrize("path", ["shared/lib/a.ts", "shared/workflow/a.ts"])
def test_the_core_is_offered_nothing(path: str) -> None:
    assert offered(f"//- /{path}\nimport '$0';") is None


@pytest.mark.parametrize(
    ("text", "replaced", "items"),
    [
        ("import '$0';", "", ALL),
        ("import { start } from '@alga$0';", "@alga", ALL),
        ('import { start } from "@alga-psa/workflows/r$0";', "@alga-psa/workflows/r", RUNTIME),
        ("import x from '@alga-psa/workflows/r$0untime';", "@alga-psa/workflows/runtime", RUNTIME),
        ("import x from '@alga-psa/workflows/x$0';", "@alga-psa/workflows/x", []),
        ("export * from '@$0';", "@", ALL),
        ("const m = await import('$0');", "", ALL),
        ("const m = await import(`@$0`);", "@", ALL),
        ("const m = require('@$0');", "@", ALL),
        ("vi.mock('@$0', () => ({ a: 'b' }));", "@", ALL),
        ("jest.requireActual<typeof import('@$0')>('x');", "@", ALL),
        ("type T = import('@$0').T;", "@", ALL),
        ("import { don } from /* don't */ '@$0';", "@", ALL),
        # Nothing closes these yet.
        ("import { start } from '@$0", "@", ALL),
        ("import { start } from '@$0\nconst x = 'y';", "@", ALL),
        ("import { start } from '@alga-psa/workflows/r$0;\nconst x = 'y';", "@alga-psa/workflows/r", RUNTIME),
        ("vi.mock('@$0, () => ({ a: 'b' }));", "@", ALL),
        ("const m = await import('@$0\n", "@", ALL),
        ("const a = 'é€😀'; import '@$0';", "@", ALL),
    ],
)
def test_specifiers(text: str, replaced: str, items: list[str]) -> None:
    assert offered(APP + text) == (replaced, items)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("import { start } from '@shared/workflow/$0';", ALL[1:]),
        ("import { start } from '@shared/workflow/r$0';", RUNTIME),
        ("import { start } from '@shared/workflow/runtime/c$0", RUNTIME[1:]),
        ("import { start } from '@alga-psa/shared/workflow/s$0'", ALL[3:]),
        ("import { start } from '@shared/workflow$0'", ALL),
        # In full, it is where the reference itself goes that comes first.
        ("import { buildA } from '@shared/workflow/streams/builders$0';", ["@alga-psa/workflows/streams"]),
        ("import { start } from '@shared/workflows/$0';", []),
    ],
)
def test_legacy_specifiers_offer_what_replaces_them(text: str, items: list[str]) -> None:
    found = offered(APP + text)
    assert found is not None
    assert found[1] == items


def test_a_module_is_not_offered_itself() -> None:
    found = offered("//- /ee/packages/workflows/src/runtime/client.ts\nimport '@alga-psa/workflows/r$0';")
    assert found == ("@alga-psa/workflows/r", RUNTIME[:1])


@pytest.mark.parametrize(
    ("text", "replaced", "items"),
    [
        ("import { $0 } from", "", ["type Run", "Runner", "start"]),
        ("import {$0} from", "", ["type Run", "Runner", "start"]),
        ("import { st$0 } from", "st", ["type Run", "Runner", "start"]),
        ("import { start, $0 } from", "", ["type Run", "Runner"]),
        ("import { $0, start } from", "", ["type Run", "Runner"]),
        ("import {\n  start, // it's here {\n  R$0\n} from", "R", ["type Run", "Runner"]),
        ("import { start, R$0un as Old } from", "Run", ["type Run", "Runner"]),
        ("import { start as begin, type $0 } from", "", ["Run", "Runner"]),
        ("import type { $0 } from", "", ["Run", "Runner", "start"]),
        ("export { $0 } from", "", ["type Run", "Runner", "start"]),
        ("import main, { $0 } from", "", ["type Run", "Runner", "start"]),
        ("import { start, $0 from", "", ["type Run", "Runner"]),
        ("import { start $0", None, None),
    ],
)
def test_names(text: str, replaced: str | None, items: list[str] | None) -> None:
    whole = APP + (f"{text} '@alga-psa/workflows/runtime';" if items is not None else text)
    assert offered(whole) == (None if replaced is None else (replaced, items))


def test_javascript_has_no_types_to_import() -> None:
    found = offered("//- /packages/app/a.js\nimport { $0 } from '@alga-psa/workflows/runtime';")
    assert found == ("", ["Runner", "start"])


def test_the_default_export_is_no_name() -> None:
    barrel = "//- /ee/packages/workflows/src/index.ts\nexport default 1;\nexport { one as 'a b' } from './a';\n"
    assert offered(barrel + APP + "import { $0 } from '@alga-psa/workflows';") == ("", [])


PACKAGE = "//- /ee/packages/workflows/package.json\n"


@pytest.mark.parametrize(
    ("exports", "expected"),
    [
        ('"./src/index.ts"', ["."]),
        ('{ "import": "./src/index.ts", "types": "./src/index.ts" }', ["."]),
        ('{ ".": "./src/gone.ts" }', []),
        ('{ "./*": "./src/*.ts" }',
         ["index", "runtime/client", "runtime/index", "runtime/secret/key", "secrets", "streams/index"]),
        ('{ "./*": "./src/*/index.ts" }', ["runtime", "streams"]),
        ('{ "./*": { "types": "./dist/*.d.ts", "default": "./dist/*.js" }, "./runtime/*": null }',
         ["index", "secrets", "streams/index"]),
        ('{ "./*": "./dist/esm/*.js", "./runtime/secret/*": null, "./streams/*": null }',
         ["index", "runtime/client", "runtime/index", "secrets"]),
        ('{ "./run/c*": "./src/runtime/c*.ts" }', ["run/client"]),
        ('{ "./*.js": "./src/*.ts", "./runtime/*": null, "./streams/*": null }', ["index.js", "secrets.js"]),
        ('{ "./runtime": "./src/runtime/index.ts", "./*": "./src/*.ts", "./runtime/secret/*": null }',
         ["index", "runtime", "runtime/client", "secrets", "streams/index"]),
        ('{ "./x": { "types": "./src/secrets.ts" } }', []),
        ("[1]", []),
    ],
)  # fmt: skip
def test_subpaths(exports: str, expected: list[str]) -> None:
    more = """//- /ee/packages/workflows/src/runtime/secret/key.ts
export {};
//- /ee/packages/workflows/src/runtime/client.test.ts
export {};
//- /ee/packages/workflows/node_modules/a/index.ts
export {};
"""
    package = f'{PACKAGE}{{ "name": "@alga-psa/workflows", "exports": {exports} }}\n'
    _, workspace = open_project(more + package)
    found = [subpath.specifier for subpath in list_subpaths(workspace, (Conditions.TYPES, Conditions.IMPORT))]
    wanted = ["@alga-psa/workflows" if path == "." else f"@alga-psa/workflows/{path}" for path in expected]
    assert found == wanted


def test_a_view_of_types_alone_takes_types_alone() -> None:
    package = (
        f'{PACKAGE}{{ "name": "@alga-psa/workflows", "exports": {{ "./x": {{ "types": "./src/secrets.ts" }} }} }}\n'
    )
    _, workspace = open_project(package)
    assert [subpath.specifier for subpath in list_subpaths(workspace, (Conditions.TYPES,))] == ["@alga-psa/workflows/x"]
    assert offered(package + APP + "import type { x } from '$0';") == ("", ["@alga-psa/workflows/x"])
