"""Targets that are an alias of the importing application, and patterns over a whole scope."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, check_fix, open_project
from workflow_ls.project.missing_facts import missing_facts

# What was a library of its own is a folder of each application now.
APPS = """
//- /workflow-ls.json
{
  "replaceModules": true,
  "legacy": { "roots": ["@shop/ui"], "tree": "libs/ui/src" },
  "modules": [
    { "from": "@shop/ui", "to": ["@/ui"] },
    { "from": "@shop/ui/*", "to": ["@/ui/*", "~ui/*"] }
  ]
}
//- /package.json
{ "workspaces": ["apps/*", "libs/*"] }
//- /libs/ui/package.json
{ "name": "@shop/ui" }
//- /libs/ui/src/index.ts
export const Box = 1;
//- /libs/ui/src/button.ts
export const Button = 1;
//- /apps/web/package.json
{ "name": "@shop/web" }
//- /apps/web/tsconfig.json
{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["./src/*"] } } }
//- /apps/web/src/ui/index.ts
export const Box = 1;
//- /apps/web/src/ui/button.ts
export const Button = 1;
//- /apps/desk/package.json
{ "name": "@shop/desk" }
//- /apps/desk/tsconfig.json
{ "compilerOptions": { "baseUrl": ".", "paths": { "~ui/*": ["./shared/ui/*"] } } }
//- /apps/desk/shared/ui/button.ts
export const Button = 1;
"""


def test_each_application_has_its_own_alias() -> None:
    check_diagnostics(
        """
//- /apps/web/src/page.ts
import { Button } from '@shop/ui/button';
                        ^^^^^^^^^^^^^^^ deprecated-import verified -> @/ui/button
import { Box } from '@shop/ui';
                     ^^^^^^^^ deprecated-import verified -> @/ui
//- /apps/desk/main.ts
import { Button } from '@shop/ui/button';
                        ^^^^^^^^^^^^^^^ deprecated-import verified -> ~ui/button
import { Box } from '@shop/ui';
                     ^^^^^^^^ deprecated-import blocked: `@/ui` leads to no file for this importer: apps/desk/tsconfig.json has no alias that does. …
//- /scripts/list.ts
import { Button } from '@shop/ui/button';
                        ^^^^^^^^^^^^^^^ deprecated-import blocked: `@/ui/button` leads to no file for this importer: no tsconfig.json governs this file. …
""",
        base=APPS,
        rules={"deprecated-import"},
    )


def test_names_are_proved_behind_an_alias() -> None:
    check_diagnostics(
        """
//- /libs/ui/src/button.ts
export const Button = 1, Link = 2;
//- /apps/web/src/page.ts
import { Link } from '@shop/ui/button';
                      ^^^^^^^^^^^^^^^ deprecated-import blocked: `@/ui/button` does not export `Link`. …
""",
        base=APPS,
        rules={"deprecated-import"},
    )


def test_a_fix_adds_no_dependency_for_an_alias() -> None:
    check_fix(
        "//- /apps/web/src/page.ts\nimport { Button } from '@shop/ui/button';",
        "//- /apps/web/src/page.ts\nimport { Button } from '@/ui/button';",
        base=APPS,
    )


def test_a_table_of_aliases_lacks_no_target() -> None:
    assert missing_facts(open_project("", base=APPS)[1]) is None


# The packages of a scope got another scope.
SCOPES = """
//- /workflow-ls.json
{
  "replaceModules": true,
  "legacy": { "roots": ["@old"] },
  "modules": [{ "from": "@old/*", "to": ["@new/*"] }]
}
//- /package.json
{ "workspaces": ["libs/*", "apps/*"] }
//- /libs/money/package.json
{ "name": "@new/money", "exports": { ".": "./src/index.ts", "./tax": "./src/tax.ts" } }
//- /libs/money/src/index.ts
export const total = 1;
//- /libs/money/src/tax.ts
export const tax = 1;
//- /libs/time/package.json
{ "name": "@new/time", "exports": "./index.ts" }
//- /libs/time/index.ts
export const now = 1;
//- /apps/web/package.json
{ "name": "@new/web", "dependencies": { "@old/money": "workspace:*", "@new/time": "workspace:*" } }
"""


def test_a_scope_is_a_row() -> None:
    check_diagnostics(
        """
//- /apps/web/a.ts
import { total } from '@old/money';
                       ^^^^^^^^^^ deprecated-import verified -> @new/money
import { tax } from '@old/money/tax';
                     ^^^^^^^^^^^^^^ deprecated-import verified -> @new/money/tax
import { now } from '@old/time';
                     ^^^^^^^^^ deprecated-import verified -> @new/time
import { gone } from '@old/gone';
                      ^^^^^^^^^ deprecated-import unverified -> @new/gone
import x from '@older/money';
""",
        base=SCOPES,
        rules={"deprecated-import"},
    )


@pytest.mark.parametrize("target", ["@none/*", "@none/a/*"])
def test_a_scope_of_no_package_is_a_problem(target: str) -> None:
    with pytest.raises(AssertionError, match="is in none of the known packages"):
        open_project("", base=SCOPES.replace("@new/*", target))
