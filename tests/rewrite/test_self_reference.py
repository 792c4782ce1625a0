"""Files that import their own package: by name only where Node and the compiler find it."""

from __future__ import annotations

import pytest

from tests.checks import fix_project, open_project
from workflow_ls.analysis import Analysis

SHOP = """
//- /workflow-ls.json
{ "replaceModules": true, "canonical": { "name": "@acme/shop", "directory": "shop", "sources": "." },
  "legacy": { "roots": ["@acme/old"], "tree": "old" },
  "modules": [{ "from": "@acme/old/*", "to": ["@acme/shop/domain/*"] }],
  "names": [{ "module": "@acme/old/prices", "name": "vat", "to": "@acme/shop/domain/taxes" }] }
//- /package.json
{ "workspaces": ["shop", "admin"] }
//- /old/units.ts
export const kg = 1;
//- /old/prices.ts
export const price = 1;
export const vat = 1;
//- /shop/domain/units.ts
export const kg = 1;
//- /shop/domain/prices.ts
export const price = 1;
//- /shop/domain/taxes.ts
export const vat = 1;
"""
PLAIN = '//- /shop/package.json\n{ "name": "@acme/shop", "dependencies": { "@acme/old": "*" } }\n'
EXPORTS = '//- /shop/package.json\n{ "name": "@acme/shop", "exports": { "./domain/*": "./domain/*.ts" } }\n'
IMPORT = "import { kg } from '@acme/old/units';\nkg;\n"


def fixed(path: str, text: str, *, others: str) -> str:
    """The text of a file after a fix."""
    project = f"{SHOP}{others}\n//- /{path}\n{text}"
    return fix_project(open_project(project, base="")[1], None).get(path, text.encode()).decode().rstrip("\n")


@pytest.mark.parametrize(
    ("path", "specifier"),
    [("shop/page.ts", "./domain/units"), ("shop/src/a/b.ts", "../../domain/units"), ("shop/domain/x.ts", "./units")],
)
def test_without_exports_the_import_is_relative(path: str, specifier: str) -> None:
    assert f"from '{specifier}'" in fixed(path, IMPORT, others=PLAIN)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            "export { kg } from '@acme/old/units';\nexport const own = 1;",
            "export { kg } from './domain/units';\nexport const own = 1;",
        ),
        ("export const u = () => import('@acme/old/units');", "export const u = () => import('./domain/units');"),
        ("type U = typeof import('@acme/old/units');", "type U = typeof import('./domain/units');"),
        ("const u = require('@acme/old/units');", "const u = require('./domain/units');"),
        (
            "import { price, vat } from '@acme/old/prices';",
            "import { price } from './domain/prices';\nimport { vat } from './domain/taxes';",
        ),
    ],
)
def test_every_form_is_relative(text: str, after: str) -> None:
    assert fixed("shop/page.ts", text, others=PLAIN) == after


def test_a_target_with_the_folder_of_the_sources_is_written_as_path() -> None:
    moved = SHOP.replace(', "sources": "."', "").replace("/shop/domain", "/shop/src/domain")
    moved = moved.replace("@acme/shop/domain", "@acme/shop/src/domain")
    project = f"{moved}{PLAIN}\n//- /shop/src/page.ts\n{IMPORT}"
    text = fix_project(open_project(project, base="")[1], None)["shop/src/page.ts"].decode()
    assert "from './domain/units'" in text


def test_its_name_is_used_where_exports_admit_it() -> None:
    assert "from '@acme/shop/domain/units'" in fixed("shop/page.ts", IMPORT, others=EXPORTS)


def test_another_package_uses_the_name() -> None:
    admin = PLAIN + '//- /admin/package.json\n{ "name": "admin", "dependencies": { "@acme/shop": "*" } }\n'
    assert "from '@acme/shop/domain/units'" in fixed("admin/page.ts", IMPORT, others=admin)


def config(resolution: str, paths: str) -> str:
    options = f'"module": "esnext", "moduleResolution": "{resolution}", "paths": {paths}'
    return f'//- /shop/tsconfig.json\n{{ "compilerOptions": {{ {options} }} }}\n'


@pytest.mark.parametrize(
    ("manifest", "resolution", "paths", "specifier"),
    [
        (PLAIN, "bundler", '{ "@acme/shop/*": ["./*"] }', "@acme/shop/domain/units"),
        (PLAIN, "bundler", '{ "@acme/shop/*": ["./dist/*"] }', "./domain/units"),
        # Before node16, the compiler reads no `exports`.
        (EXPORTS, "node10", "{}", "./domain/units"),
        (EXPORTS, "node", '{ "@acme/*": ["./wrong/*", "../*"] }', "@acme/shop/domain/units"),
    ],
)
def test_an_alias_that_leads_to_the_file_is_as_good(manifest: str, resolution: str, paths: str, specifier: str) -> None:
    text = fixed("shop/page.ts", IMPORT, others=manifest + config(resolution, paths))
    assert f"from '{specifier}'" in text


def test_a_nameless_manifest_in_between_hides_the_package() -> None:
    nested = EXPORTS + '//- /shop/cjs/package.json\n{ "type": "commonjs" }\n'
    assert "from '../domain/units'" in fixed("shop/cjs/page.ts", IMPORT, others=nested)


def test_an_explanation_says_why_the_name_fails() -> None:
    workspace = open_project(f"{SHOP}{PLAIN}//- /shop/page.ts\n{IMPORT}", base="")[1]
    explanation = Analysis(workspace).explain("@acme/old/units", "shop/page.ts")
    assert explanation is not None
    (use,) = explanation.uses
    assert use.candidates[0].blocked is not None
    assert use.candidates[0].blocked.reason == (
        "shop/package.json has no `exports`, so that the package can't import itself by name"
    )
