"""The section of a manifest that a new dependency goes to."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.checks import MONOREPO, fix_project, open_project
from workflow_ls.analysis import Analysis

TABLE = """
//- /workflow-ls.json
{ "replaceModules": true, "canonical": { "name": "@acme/flows", "directory": "libs/flows" },
  "legacy": { "roots": ["@acme/old"], "tree": "libs/old" },
  "modules": [{ "from": "@acme/old/*", "to": ["@acme/flows/*"] }] }
//- /package.json
{ "packageManager": "pnpm@9.12.0" }
//- /pnpm-workspace.yaml
packages: [libs/*, web]
//- /libs/old/package.json
{ "name": "@acme/old", "version": "1.0.0" }
//- /libs/old/clock.ts
export const now = () => 0;
//- /libs/flows/package.json
{ "name": "@acme/flows", "version": "2.0.0", "exports": { "./*": "./src/*.ts" } }
//- /libs/flows/src/clock.ts
export const now = () => 0;
"""


def added(manifest: Mapping[str, object], *importers: str) -> dict[str, str]:
    """Where the fix of legacy imports in the files of `web/` declares the new package, and as what."""
    text = TABLE + f"//- /web/package.json\n{json.dumps(manifest)}\n"
    text += "".join(f"//- /web/{path}\nimport {{ now }} from '@acme/old/clock';\nnow();\n" for path in importers)
    data = json.loads(fix_project(open_project(text, base="")[1], None)["web/package.json"])
    return {key: value["@acme/flows"] for key, value in data.items() if key.endswith("ependencies") and value}


@pytest.mark.parametrize(
    ("manifest", "sections"),
    [
        ({"dependencies": {"@acme/old": "workspace:*"}}, {"dependencies": "workspace:*"}),
        ({"devDependencies": {"@acme/old": "workspace:^"}}, {"devDependencies": "workspace:^"}),
        ({"optionalDependencies": {"@acme/old": "workspace:*"}}, {"optionalDependencies": "workspace:*"}),
        ({"peerDependencies": {"@acme/old": ">=1.0.0"}}, {"peerDependencies": ">=2.0.0"}),
        (
            {"peerDependencies": {"@acme/old": "^1.0.0"}, "devDependencies": {"@acme/old": "workspace:*"}},
            {"peerDependencies": "^2.0.0", "devDependencies": "workspace:*"},
        ),
        ({"peerDependencies": {"@acme/old": "catalog:"}}, {"peerDependencies": "*"}),
    ],
)
@pytest.mark.parametrize("importer", ["src/page.ts", "src/page.test.ts"])
def test_it_takes_the_place_of_the_package_it_replaces(
    manifest: dict[str, object], sections: dict[str, str], importer: str
) -> None:
    assert added(manifest, importer) == sections


@pytest.mark.parametrize(
    ("importers", "section"),
    [
        (["src/page.ts"], "dependencies"),
        (["src/page.ts", "src/page.test.ts"], "dependencies"),
        (["next.config.ts"], "dependencies"),
        (["src/app.config.ts"], "dependencies"),
        (["src/page.test.ts", "src/__tests__/page.ts"], "devDependencies"),
        (["vitest.config.mts"], "devDependencies"),
        (["vite.base.config.ts", ".storybook/main.ts", "src/page.stories.tsx"], "devDependencies"),
        (["jest.setup.js", ".eslintrc.cjs", "e2e/login.ts"], "devDependencies"),
    ],
)
def test_without_one_the_importing_files_decide(importers: list[str], section: str) -> None:
    assert added({"name": "web"}, *importers) == {section: "workspace:*"}


@pytest.mark.parametrize(
    ("section", "expected"), [("dependencies", "devDependencies"), ("devDependencies", "devDependencies")]
)
def test_a_package_that_stays_for_other_modules_is_no_model_in_dependencies(section: str, expected: str) -> None:
    text = f"""
    //- /packages/a/package.json
    {{ "name": "a", "{section}": {{ "@alga-psa/shared": "*" }} }}
    //- /packages/a/src/x.spec.ts
    import {{ start }} from '@alga-psa/shared/workflow/runtime';
    """
    fixed = fix_project(open_project(text)[1], None, base=MONOREPO)["packages/a/package.json"]
    assert "@alga-psa/workflows" in json.loads(fixed)[expected]


def test_a_finding_names_the_section() -> None:
    text = """
    //- /packages/a/package.json
    { "name": "a" }
    //- /packages/a/vitest.setup.ts
    import { start } from '@alga-psa/workflows/runtime';
    """
    workspace = open_project(text)[1]
    (finding,) = Analysis(workspace, {"undeclared-dependency"}).check_file("packages/a/package.json")
    assert finding.fix is not None
    assert finding.fix.title == "Add @alga-psa/workflows to devDependencies"
