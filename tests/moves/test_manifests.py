"""Cutovers and manifests: `exports`, dependencies, aliases, and the shared manifest."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import json

from tests.moves.cuts import BASE, TREE, cut, plan_of


def test_exports_dependencies_aliases_and_the_shared_manifest() -> None:
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


def test_an_asset_is_exported_under_its_own_name() -> None:
    found = cut(
        f"//- /{TREE}runtime/data.json\n{{}}\n//- /packages/a/a.ts\nimport data from '@shared/workflow/runtime/data.json';"
    )
    assert found["packages/a/a.ts"] == "import data from '@alga-psa/workflows/runtime/data.json';\n"
    exports = json.loads(found["ee/packages/workflows/package.json"])["exports"]
    assert exports["./runtime/data.json"] == "./src/runtime/data.json"


def test_declarations_beside_code_are_exported_with_it() -> None:
    found = cut(
        f"""
        //- /{TREE}runtime/a.js
        export const a = 1;
        //- /{TREE}runtime/a.d.ts
        export declare const a: 1;
        //- /{TREE}types/b.d.ts
        export type B = 1;
        //- /packages/a/a.ts
        import {{ a }} from '@shared/workflow/runtime/a';
        import type {{ B }} from '@shared/workflow/types/b';
        """
    )
    assert found["packages/a/a.ts"] == (
        "import { a } from '@alga-psa/workflows/runtime/a';\nimport type { B } from '@alga-psa/workflows/types/b';\n"
    )
    exports = json.loads(found["ee/packages/workflows/package.json"])["exports"]
    assert exports["./runtime/a"] == {"types": "./src/runtime/a.d.ts", "default": "./src/runtime/a.js"}
    assert list(exports["./runtime/a"]) == ["types", "default"], "the first condition that fits decides"
    assert exports["./types/b"] == "./src/types/b.d.ts"
