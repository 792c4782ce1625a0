"""Cutovers of references that reach the legacy tree without naming it."""

# ruff: noqa: E501 - a case stands in one line

from __future__ import annotations

import pytest

from tests.moves.cuts import BASE, CANONICAL, MODULE, SOURCES, TREE, check_again, cut, plan_of

OWN = '{ "name": "@alga-psa/a", "dependencies": { "@alga-psa/workflows": "*" }, "imports": %s }'
SHARED = '{ "name": "@alga-psa/shared", "exports": %s }'
TSCONFIG = '{ "extends": "../../tsconfig.json", "compilerOptions": %s }'
OUTER = '"@alga-psa/workflows": ["ee/packages/workflows/src"], "@alga-psa/workflows/*": ["ee/packages/workflows/src/*"]'


@pytest.mark.parametrize(
    ("path", "text", "specifier"),
    [
        ("packages/a/package.json", OWN % '{ "#flow/*": "@alga-psa/shared/workflow/*" }', "#flow/runtime/a"),
        ("packages/a/package.json", OWN % '{ "#flow": { "types": "@alga-psa/shared/workflow/runtime/a", "default": "@alga-psa/shared/workflow/runtime/a" } }', "#flow"),
        ("packages/a/package.json", OWN % '{ "#s/*": ["@alga-psa/shared/*"] }', "#s/workflow/runtime/a"),
        ("packages/a/package.json", OWN % '{ "#in/*": "@alga-psa/shared/workflow/runtime/*" }', "#in/a"),
        ("shared/package.json", SHARED % '{ "./flow/*": "./workflow/*.ts" }', "@alga-psa/shared/flow/runtime/a"),
        ("shared/package.json", SHARED % '{ "./one": { "types": "./workflow/runtime/a.ts", "default": "./dist/a.js" } }', "@alga-psa/shared/one"),
        ("shared/package.json", SHARED % '{ ".": "./workflow/runtime/a.ts" }', "@alga-psa/shared"),
        ("shared/package.json", SHARED % '"./workflow/runtime/a.ts"', "@alga-psa/shared"),
        ("shared/package.json", '{ "name": "@alga-psa/shared", "main": "workflow/runtime/a.ts" }', "@alga-psa/shared"),
        ("packages/a/tsconfig.json", TSCONFIG % f'{{ "baseUrl": "../..", "paths": {{ {OUTER}, "~/*": ["shared/*"] }} }}', "~/workflow/runtime/a"),
        ("packages/a/tsconfig.json", TSCONFIG % f'{{ "baseUrl": "../..", "paths": {{ {OUTER}, "flow/*": ["shared/workflow/*"] }} }}', "flow/runtime/a"),
        ("packages/a/tsconfig.json", TSCONFIG % f'{{ "baseUrl": "../..", "paths": {{ {OUTER}, "run": ["shared/workflow/runtime/a"] }} }}', "run"),
        ("packages/a/tsconfig.json", TSCONFIG % '{ "baseUrl": "../../shared" }', "workflow/runtime/a"),
        ("packages/a/tsconfig.json", TSCONFIG % '{ "baseUrl": "../../shared/workflow" }', "runtime/a"),
        ("packages/a/tsconfig.json", TSCONFIG % '{ "baseUrl": "../../shared/workflow/runtime" }', "a"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["import {{ a }} from '{}';", "vi.mock('{}');", "type T = import('{}').T;"])
def test_a_specifier_that_leads_into_the_tree(path: str, text: str, specifier: str, form: str) -> None:
    # Of two configurations, only the second decides for the package.
    left = cut(f"{MODULE}\n//- /{path}\n{text}\n//- /packages/a/a.ts\n{form.format(specifier)}")
    assert left["packages/a/a.ts"] == form.format(CANONICAL) + "\n"


@pytest.mark.parametrize(
    ("imports", "specifier"),
    [
        ('{ "#workflow/*": "./workflow/*.ts" }', "#workflow/runtime/a"),
        ('{ "#all/*": "./*.ts" }', "#all/workflow/runtime/a"),
        ('{ "#engine": "./workflow/runtime/a.ts" }', "#engine"),
        ('{ "#engine": { "node": { "import": "./workflow/runtime/a.ts" }, "default": "./workflow/runtime/a.ts" } }', "#engine"),
    ],
)  # fmt: skip
def test_the_core_uses_what_moves(imports: str, specifier: str) -> None:
    text = f"""{MODULE}
//- /shared/package.json
{{ "name": "@alga-psa/shared", "imports": {imports} }}
//- /shared/lib/b.ts
import {{ a }} from '{specifier}';
//- /{TREE}runtime/c.ts
import {{ a }} from '{specifier}';
"""
    plan = plan_of(text)
    assert plan.problems == ()
    assert plan.after["shared/lib/b.ts"].decode() == f"import {{ a }} from '{CANONICAL}';\n"
    assert plan.after[f"{SOURCES}runtime/c.ts"].decode() == "import { a } from './a';\n"
    assert [(b.path, b.specifier) for b in plan.boundaries] == [("shared/lib/b.ts", CANONICAL)]
    assert [c.state for c in plan.criteria if c.code == "FR8"] == ["open"]


@pytest.mark.parametrize(
    ("link", "to", "specifier"),
    [
        ("packages/a/flow", "shared/workflow", "./flow/runtime/a"),
        ("packages/a/run", "shared/workflow/runtime", "./run/a"),
        ("packages/common", "shared", "../common/workflow/runtime/a"),
    ],
)
def test_a_symbolic_link(link: str, to: str, specifier: str) -> None:
    text = f"{MODULE}\n//- /{link} -> /{to}\n//- /packages/a/a.ts\nimport {{ a }} from '{specifier}';"
    plan = plan_of(text)
    assert plan.problems == ()
    assert plan.after["packages/a/a.ts"].decode() == f"import {{ a }} from '{CANONICAL}';\n"
    leads = f"this symbolic link leads to {to}, which moves. Point it to the new path."
    assert [note.message for note in plan.notes] == ([] if to == "shared" else [leads])


def test_what_leads_elsewhere_stays() -> None:
    text = f"""{MODULE}
//- /packages/a/package.json
{{ "name": "@alga-psa/a", "imports": {{ "#flow/*": "./workflow/*.ts", "#none/*": null, "#x": 1 }} }}
//- /packages/a/workflow/runtime/a.ts
export const a = 1;
//- /packages/a/a.ts
import {{ a }} from '#flow/runtime/a';
"""
    left = cut(text)
    assert left["packages/a/a.ts"] == "import { a } from '#flow/runtime/a';\n"
    check_again(left, BASE)
