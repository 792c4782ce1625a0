"""The condition of `exports` that a reference reads: by its attributes, or by the module format of its file."""

from __future__ import annotations

import pytest

from tests.checks import fix_project, open_project

TEXT = """
//- /ee/packages/workflows/package.json
{ "name": "@alga-psa/workflows", "exports": { "./runtime/*": { "IS": "./src/runtime/*.ts", "NOT": null } } }
//- /tsconfig.base.json
{ "compilerOptions": { "moduleResolution": "RESOLUTION", "paths": {
  "@alga-psa/workflows": ["./ee/packages/workflows/src"],
  "@alga-psa/workflows/*": ["./ee/packages/workflows/src/*"] } } }
//- /packages/a/tsconfig.json
{ "extends": "../../tsconfig.base.json" }
//- /packages/a/package.json
{ "name": "a", "type": "module", "dependencies": { "@alga-psa/workflows": "*" } }
"""
PLAIN = "import { client } from '@shared/workflow/runtime/client';"
TYPE = "import type { client } from '@shared/workflow/runtime/client'"
REQUIRED = " with { 'resolution-mode': 'require' };"
IMPORTED = " with { 'resolution-mode': 'import' };"
IN_TYPE = 'type C = typeof import("@shared/workflow/runtime/client", { with: { "resolution-mode": "require" } });'


@pytest.mark.parametrize(
    ("path", "line", "resolution", "condition"),
    [
        ("x.ts", PLAIN, "nodenext", "import"),
        ("x.mts", PLAIN, "node16", "import"),
        ("x.cts", PLAIN, "nodenext", "require"),
        ("x.cts", PLAIN, "bundler", "import"),
        ("x.mts", TYPE + REQUIRED, "nodenext", "require"),
        ("x.ts", TYPE + REQUIRED, "bundler", "require"),
        ("x.cts", TYPE + IMPORTED, "nodenext", "import"),
        ("x.mts", IN_TYPE, "nodenext", "require"),
        ("x.cts", "const c = () => import('@shared/workflow/runtime/client');", "nodenext", "import"),
        ("x.cts", "here(); export { client } from '@shared/workflow/runtime/client';", "nodenext", "require"),
    ],
)
def test_the_condition_that_is_read(path: str, line: str, resolution: str, condition: str) -> None:
    other = {"import": "require", "require": "import"}[condition]
    for served, refused in ((condition, other), (other, condition)):
        text = TEXT.replace("IS", served).replace("NOT", refused).replace("RESOLUTION", resolution)
        fixed = fix_project(open_project(f"{text}//- /packages/a/{path}\n{line}\n")[1], None)
        assert (f"packages/a/{path}" in fixed) is (served == condition)
