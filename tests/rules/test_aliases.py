"""References through `imports` of a manifest, and `paths` and `baseUrl` of a tsconfig: no-op first, then what leads to legacy modules."""

from __future__ import annotations

import pytest

from tests.checks import change, check_diagnostics, check_fix, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.proof.joined_fixes import FixOptions

RULES = {"deprecated-import", "deprecated-relative-import"}


def manifest(imports: str) -> str:
    dependencies = '"dependencies": { "@alga-psa/workflows": "*" }'
    return f'//- /packages/a/package.json\n{{ "name": "@alga-psa/a", {dependencies}, "imports": {imports} }}\n'


@pytest.mark.parametrize(
    ("imports", "specifier"),
    [
        ('{ "#own/*": "./src/*.ts" }', "#own/workflow/runtime/client"),
        ('{ "#shared/*": "@shared/*" }', "#shared/lib/x"),
        ('{ "#shared/*": "@shared/*", "#shared/workflow/*": "./src/*.ts" }', "#shared/workflow/runtime/client"),
        ('{ "#flow": "@shared/workflow/runtime/client" }', "#flowing"),
        ('{ "#flow": null, "#other": 1, "#list": [] }', "#flow"),
        ('{ "#flow/*/*": "@shared/workflow/*" }', "#flow/a/b"),
        ('"./x"', "#flow"),
        ("{", "#flow"),
    ],
)
def test_silent(imports: str, specifier: str) -> None:
    check_diagnostics(f"{manifest(imports)}//- /packages/a/src/a.ts\nimport '{specifier}';", rules=RULES)


def test_another_package_has_names_of_its_own() -> None:
    imports = manifest('{ "#flow": "@shared/workflow/runtime/client" }')
    check_diagnostics(
        f"{imports}//- /packages/b/package.json\n{{}}\n//- /packages/b/b.ts\nimport '#flow';", rules=RULES
    )


@pytest.mark.parametrize(
    ("imports", "specifier", "left"),
    [
        ('{ "#flow": "@shared/workflow/runtime/client" }', "#flow", "{}"),
        ('{ "#flow/*": "@alga-psa/shared/workflow/*" }', "#flow/runtime/client", "{}"),
        ('{ "#flow/*.js": "@shared/workflow/*" }', "#flow/runtime/client.js", "{}"),
        ('{ "#all/*": "@shared/*" }', "#all/workflow/runtime/client", '{ "#all/*": "@shared/*" }'),
        ('{ "#f": { "node": { "types": "@shared/workflow/runtime/client" }, "default": "@shared/workflow/runtime/client" } }', "#f", "{}"),
        ('{ "#f": ["@shared/workflow/runtime/client"] }', "#f", "{}"),
        ('{ "#all/*": "./src/*.ts", "#all/flow/*": "@shared/workflow/runtime/*" }', "#all/flow/client", '{ "#all/*": "./src/*.ts" }'),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "form",
    [
        "import {{ client }} from '{}';",
        "vi.mock('{}');",
        "const a = await import('{}');",
        "here(); export * from '{}';",
    ],
)
def test_a_private_name_is_rewritten(imports: str, specifier: str, left: str, form: str) -> None:
    path = "//- /packages/a/src/a.ts\n"
    check_fix(
        f"{manifest(imports)}{path}{form.format(specifier)}\n",
        f"{manifest(left)}{path}{form.format('@alga-psa/workflows/runtime/client')}\n",
    )


def test_the_core_has_no_fix_and_the_tree_no_finding() -> None:
    check_diagnostics(
        """
        //- /shared/package.json
        { "name": "@alga-psa/shared", "imports": { "#workflow/*": "./workflow/*.ts", "#lib/*": "./lib/*.ts" } }
        //- /shared/lib/a.ts
        import { client } from '#workflow/runtime/client';
                                ^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import blocked: the core ships without EE
        import './lib/b';
        //- /shared/workflow/runtime/own.ts
        import { client } from '#workflow/runtime/client';
        """,
        rules=RULES,
    )


def test_findings_follow_the_manifest() -> None:
    path = "packages/a/package.json"
    text = manifest('{ "#flow": "@shared/workflow/runtime/client" }')
    _, workspace = open_project(f"{text}//- /packages/a/src/a.ts\nimport {{ client }} from '#flow';")
    analysis = Analysis(workspace, RULES)
    assert [finding.specifier for finding in analysis.check().diagnostics] == ["#flow"]
    change(workspace, path, '{ "imports": { "#flow": "./src/b.ts" } }')
    assert analysis.check().diagnostics == ()
    change(workspace, path, '{ "imports": { "#fl*": "@shared/workflow/runtime/client/*" } }')
    assert [finding.specifier for finding in analysis.check().diagnostics] == ["#flow"]


OWN = '"@alga-psa/workflows/*": ["ee/packages/workflows/src/*"]'


def tsconfig(options: str, path: str = "packages/a/tsconfig.json") -> str:
    return f'//- /{path}\n{{ "compilerOptions": {{ {options} }} }}\n'


@pytest.mark.parametrize(
    ("options", "specifier"),
    [
        ('"baseUrl": "../.."', "workflow/runtime/client"),
        ('"baseUrl": "../../shared"', "workflows/runtime/client"),
        ('"baseUrl": "../../shared"', "workflow"),  # a package of that name, which is not installed
        ('"baseUrl": "../..", "paths": { "~/*": ["lib/*"] }', "~/workflow/runtime/client"),
        ('"baseUrl": "../..", "paths": { "flow/*": ["shared/workflow/*"], "flow/runtime/*": ["lib/*"] }', "flow/runtime/client"),
        ('"baseUrl": "../..", "paths": { "flow/*": ["packages/a/own/*", "shared/workflow/*"] }', "flow/runtime/client"),
        ('"baseUrl": "../..", "paths": { "flow/*/*": ["shared/workflow/*"] }', "flow/runtime/client"),
        ('"baseUrl": "../..", "paths": { "flow": [], "other": "shared/workflow" }', "flow"),
        ('"baseUrl": "../../..", "paths": { "flow/*": ["../*"] }', "flow/runtime/client"),
    ],
)  # fmt: skip
def test_an_alias_that_leads_elsewhere(options: str, specifier: str) -> None:
    own = "//- /packages/a/own/runtime/client.ts\nexport const client = 1;\n"
    legacy = "//- /shared/workflow/runtime/client.ts\nexport const client = 1;\n"
    check_diagnostics(f"{tsconfig(options)}{own}{legacy}//- /packages/a/src/a.ts\nimport '{specifier}';", rules=RULES)


@pytest.mark.parametrize(
    ("options", "specifier"),
    [
        ('"baseUrl": "../..", "paths": { %s, "flow/*": ["shared/workflow/*"] }', "flow/runtime/client"),
        ('"baseUrl": "../..", "paths": { %s, "~/*": ["./*"] }', "~/shared/workflow/runtime/client"),
        ('"baseUrl": "../..", "paths": { %s, "*": ["shared/*"] }', "workflow/runtime/client"),
        ('"baseUrl": "../..", "paths": { %s, "run": ["shared/workflow/runtime/client.ts"] }', "run"),
        ('"baseUrl": "../..", "paths": { %s, "#flow/*": ["shared/workflow/*"] }', "#flow/runtime/client"),
        ('"baseUrl": "../..", "paths": { %s, "flow/*": ["gone/*", "shared/workflow/*"] }', "flow/runtime/client"),
        ('"baseUrl": "../..", "paths": { %s }', "shared/workflow/runtime/client"),
        ('"baseUrl": "../../shared"', "workflow/runtime/client"),
        ('"baseUrl": "../../shared/workflow"', "runtime/client"),
        ('"paths": { "flow/*": ["../../shared/workflow/*"] }', "flow/runtime/client"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["import {{ client }} from '{}';", "vi.mock('{}');", "require('{}');"])
def test_an_alias_of_a_tsconfig_is_rewritten(options: str, specifier: str, form: str) -> None:
    config = tsconfig(options.replace("%s", OWN))
    legacy = "//- /shared/workflow/runtime/client.ts\nexport const client = 1;\n"
    base = f"{manifest('{}')}{config}{legacy}//- /packages/a/src/a.ts\n"
    check_fix(
        f"{base}{form.format(specifier)}\n",
        f"{base}{form.format('@alga-psa/workflows/runtime/client')}\n",
        options=FixOptions(rule="deprecated-import"),
    )


def test_an_alias_that_a_configuration_inherits() -> None:
    base = tsconfig('"baseUrl": "..", "paths": { "~/*": ["shared/*"] }', "tools/base.json")
    own = '//- /packages/a/tsconfig.json\n{ "extends": "../../tools/base.json" }\n'
    # A name that is no `tsconfig*.json` is read for the files that its heirs govern.
    legacy = "//- /shared/workflow/runtime/client.ts\nexport const client = 1;\n"
    check_diagnostics(
        f"""{base}{own}{legacy}//- /packages/a/src/a.ts
import {{ client }} from '~/workflow/runtime/client';
                        ^^^^^^^^^^^^^^^^^^^^^^^^^ deprecated-import
//- /packages/b/src/a.ts
import {{ client }} from '~/workflow/runtime/client';
""",
        rules=RULES,
    )


def test_findings_follow_the_tsconfig() -> None:
    legacy = "//- /shared/workflow/runtime/client.ts\nexport const client = 1;\n"
    _, workspace = open_project(
        f"{tsconfig('')}{legacy}//- /packages/a/src/a.ts\nimport {{ client }} from '~/runtime/client';"
    )
    analysis = Analysis(workspace, RULES)
    assert analysis.check().diagnostics == ()
    change(
        workspace,
        "packages/a/tsconfig.json",
        '{ "compilerOptions": { "paths": { "~/*": ["../../shared/workflow/*"] } } }',
    )
    assert [finding.specifier for finding in analysis.check().diagnostics] == ["~/runtime/client"]
