"""Names that a target has, if at all, from a package that is not installed: nothing is known of them."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, open_project
from workflow_ls.analysis import Analysis

# A library that is gone, and the one that took its place: both pass on what a generated client exports.
LIBRARY = """
//- /workflow-ls.json
{
  "replaceModules": true,
  "legacy": { "roots": ["store"] },
  "modules": [{ "from": "store", "to": ["@acme/storage"] }]
}
//- /package.json
{ "workspaces": ["libs/*"] }
//- /libs/storage/package.json
{ "name": "@acme/storage", "main": "./index.ts" }
//- /libs/storage/index.ts
export * from '@vendor/client';
export const open = 1;
//- /libs/app/package.json
{ "name": "app", "dependencies": { "@acme/storage": "*" } }
"""
INSTALLED = """
//- /node_modules/@vendor/client/package.json
{ "name": "@vendor/client", "types": "./index.d.ts" }
//- /node_modules/@vendor/client/index.d.ts
export interface Row {}
"""


def test_a_name_of_its_own_is_verified() -> None:
    text = """
//- /libs/app/a.ts
import { open } from 'store';
                      ^^^^^ deprecated-import verified -> @acme/storage
"""
    check_diagnostics(text, base=LIBRARY)


@pytest.mark.parametrize(
    "statement",
    [
        "import { Row } from '$'",
        "import type { Row } from '$'",
        "import { open, Row } from '$'",
        "import { type Row as Line, open } from '$'",
        "export { Row } from '$'",
        "import * as all from '$'; all.Row",
    ],
)
def test_a_name_of_the_absent_package_is_unverified(statement: str) -> None:
    base = LIBRARY + f"//- /libs/app/a.ts\n{statement.replace('$', 'store')}\n"
    [finding] = Analysis(open_project("", base=base)[1]).check_file("libs/app/a.ts")
    assert (finding.status and finding.status.value, finding.replacement) == ("unverified", "@acme/storage")
    assert finding.cause is not None
    assert finding.cause.reason == (
        "`@acme/storage` exports `Row` by `export * from '@vendor/client'` only, and that is not installed"
    )
    assert finding.cause.remedy == "install @vendor/client to have it looked up"


def test_an_installed_package_says_what_it_has() -> None:
    text = """
//- /libs/app/a.ts
import { Row } from 'store';
                     ^^^^^ deprecated-import verified -> @acme/storage
//- /libs/app/b.ts
import { Other } from 'store';
                       ^^^^^ deprecated-import blocked: `@acme/storage` does not export `Other`
"""
    check_diagnostics(text, base=LIBRARY + INSTALLED)


def test_a_star_has_no_default() -> None:
    text = """
//- /libs/app/a.ts
import store from 'store';
                   ^^^^^ deprecated-import blocked: `@acme/storage` does not export `default`
"""
    check_diagnostics(text, base=LIBRARY)


def test_a_missing_file_of_the_workspace_hides_nothing() -> None:
    text = """
//- /libs/app/a.ts
import { Row } from 'store';
                     ^^^^^ deprecated-import blocked: `@acme/storage` does not export `Row`
"""
    check_diagnostics(text, base=LIBRARY.replace("'@vendor/client'", "'./client'"))


def test_a_module_that_is_there_says_what_it_declares() -> None:
    base = LIBRARY.replace('"roots": ["store"]', '"roots": ["store"], "tree": "libs/store"')
    base += "//- /libs/store/index.ts\nexport interface Row {}\nexport const open = 1;\n"
    text = """
//- /libs/app/a.ts
import { Row } from 'store';
                     ^^^^^ deprecated-import blocked: `@acme/storage` does not export `Row`
"""
    check_diagnostics(text, base=base)


def test_a_module_with_the_same_star_goes_with_it() -> None:
    base = LIBRARY.replace('"roots": ["store"]', '"roots": ["store"], "tree": "libs/store"')
    base += "//- /libs/store/index.ts\nexport * from '@vendor/client';\nexport const open = 1;\n"
    text = """
//- /libs/app/a.ts
import { Row } from 'store';
                     ^^^^^ deprecated-import unverified -> @acme/storage
"""
    check_diagnostics(text, base=base)
