"""The old dependency goes from a manifest, and its project from a configuration, once nothing names it."""

from __future__ import annotations

import pytest

from tests.checks import check_diagnostics, check_fix, fix_project, open_project
from tests.editor_cases import EditorCase
from workflow_ls.analysis import Analysis
from workflow_ls.proof.joined_fixes import FixOptions

EDITOR_CASES = (
    EditorCase(
        "unused-dependency",
        "packages/archive/package.json",
        '"@alga-psa/shared"',
        "Remove @alga-psa/shared from dependencies",
        ("packages/archive/package.json",),
        text='{\n  "name": "@alga-psa/archive",\n  "dependencies": { "@alga-psa/shared": "*", "@alga-psa/workflows": "*" }\n}\n',
    ),
)

# A shop whose money functions moved from one library to another.
SHOP = """
//- /workflow-ls.json
{
  "replaceModules": true,
  "canonical": { "name": "@shop/money", "directory": "libs/money" },
  "legacy": {
    "roots": ["@shop/utils/money"], "tree": "libs/utils/src/money",
    "package": { "name": "@shop/utils", "directory": "libs/utils" }
  },
  "modules": [{ "from": "@shop/utils/money", "to": ["@shop/money"] }]
}
//- /package.json
{ "workspaces": ["apps/*", "libs/*"] }
//- /libs/utils/package.json
{ "name": "@shop/utils", "bin": { "count-money": "./cli.js" } }
//- /libs/utils/src/money/index.ts
export const total = 1;
//- /libs/utils/src/text.ts
export const trim = 1;
//- /libs/money/package.json
{ "name": "@shop/money", "exports": { ".": "./src/index.ts" } }
//- /libs/money/src/index.ts
export const total = 1;
"""

MANIFEST = """
//- /apps/web/package.json
{
  "name": "@shop/web",
  "dependencies": {
    "@shop/money": "*",
    "@shop/utils": "*",
    "react": "^19.0.0"
  }
}
"""
REMOVED = MANIFEST.replace('    "@shop/utils": "*",\n', "")
OLD = "//- /apps/web/src/a.ts\nimport { total } from '@shop/utils/money';\n"
NEW = "//- /apps/web/src/a.ts\nimport { total } from '@shop/money';\n"


def test_the_last_use_takes_the_dependency_along() -> None:
    check_fix(MANIFEST + OLD, REMOVED + NEW, base=SHOP)


def test_leftovers_are_found_and_removed() -> None:
    marked = MANIFEST.replace(
        '    "@shop/utils": "*",\n',
        '    "@shop/utils": "*",\n    ^^^^^^^^^^^^^ unused-dependency verified\n',
    )
    check_diagnostics(marked + NEW, base=SHOP, rules={"unused-dependency"})
    check_fix(MANIFEST + NEW, REMOVED + NEW, base=SHOP)


def test_a_package_that_imports_nothing_of_the_move_is_left_alone() -> None:
    manifest = MANIFEST.replace('    "@shop/money": "*",\n', "")
    check_diagnostics(manifest + "//- /apps/web/src/a.ts\nexport {};\n", base=SHOP, rules={"unused-dependency"})


KEPT = {
    "another import": "//- /apps/web/src/b.ts\nimport { trim } from '@shop/utils/text';\n",
    "a file of a kind that is not read": "//- /apps/web/src/b.vue\n<script>import '@shop/utils/text'</script>\n",
    "a configuration": "//- /apps/web/next.config.mjs\nexport default { transpilePackages: ['@shop/utils'] };\n",
    "types": '//- /apps/web/tsconfig.json\n{ "compilerOptions": { "types": ["@shop/utils/globals"] } }\n',
    "a stylesheet": "//- /apps/web/src/a.css\n@import '@shop/utils/reset.css';\n",
    "a relative path": "//- /apps/web/src/b.ts\nimport { trim } from '../../../libs/utils/src/text';\n",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_whatever_names_it_keeps_it(text: str) -> None:
    check_fix(MANIFEST + OLD + text, NEW, base=SHOP)
    check_diagnostics(MANIFEST + NEW + text, base=SHOP, rules={"unused-dependency"})


MANIFESTS = {
    "a script": '"scripts": { "build": "node node_modules/@shop/utils/build.js" }',
    "a command": '"scripts": { "build": "tsc && count-money --all" }',
    "a peer": '"peerDependencies": { "@shop/utils": "*" }',
    "another key": '"jest": { "preset": "@shop/utils/jest" }',
    "bundled": '"bundleDependencies": ["@shop/utils"]',
    "exports": '"exports": { "./text": "./node_modules/@shop/utils/text.js" }',
}


@pytest.mark.parametrize("member", MANIFESTS.values(), ids=MANIFESTS)
def test_what_the_manifest_says_keeps_it(member: str) -> None:
    manifest = MANIFEST.replace('  "dependencies"', f'  {member},\n  "dependencies"')
    check_fix(manifest + OLD, NEW, base=SHOP)


NOT_KEPT = {
    "documentation": "//- /apps/web/README.md\nIt once used @shop/utils.\n",
    "a lock": '//- /package-lock.json\n{ "packages": { "apps/web": { "dependencies": { "@shop/utils": "*" } } } }\n',
    "another package": (
        '//- /apps/api/package.json\n{ "name": "@shop/api", "dependencies": { "@shop/utils": "*" } }\n'
        "//- /apps/api/a.ts\nimport { trim } from '@shop/utils/text';\n"
    ),
    "a look-alike folder": "//- /apps/web/src/b.ts\nimport { own } from './utils/own';\n",
}


@pytest.mark.parametrize("text", NOT_KEPT.values(), ids=NOT_KEPT)
def test_what_does_not_keep_it(text: str) -> None:
    check_fix(MANIFEST + OLD + text, REMOVED + NEW, base=SHOP)


SECTIONS = [
    (
        '{ "name": "w", "dependencies": { "@shop/money": "*" }, "devDependencies": { "@shop/utils": "workspace:*" } }',
        '{ "name": "w", "dependencies": { "@shop/money": "*" } }',
    ),
    (
        (
            '{\n  "name": "w",\n  "optionalDependencies": { "@shop/utils": "^1.0.0", "x": "1" },\n'
            '  "dependencies": { "@shop/money": "*", "@shop/utils": "link:../../libs/utils" }\n}'
        ),
        '{\n  "name": "w",\n  "optionalDependencies": { "x": "1" },\n  "dependencies": { "@shop/money": "*" }\n}',
    ),
    (
        '{"name":"w","dependencies":{"@shop/utils":"portal:../../libs/utils","@shop/money":"workspace:^"}}',
        '{"name":"w","dependencies":{"@shop/money":"workspace:^"}}',
    ),
    (
        (
            '{\n\t"name": "w",\n\t"dependencies": {\n\t\t"@shop/money": "file:../../libs/money",\n'
            '\t\t"@shop/utils": "file:../../libs/utils"\n\t}\n}\n'
        ),
        '{\n\t"name": "w",\n\t"dependencies": {\n\t\t"@shop/money": "file:../../libs/money"\n\t}\n}\n',
    ),
]


@pytest.mark.parametrize(("before", "after"), SECTIONS, ids=["development", "two sections", "minified", "tabs"])
def test_sections_and_spellings(before: str, after: str) -> None:
    check_fix(f"//- /apps/web/package.json\n{before}\n{OLD}", f"//- /apps/web/package.json\n{after}\n{NEW}", base=SHOP)


def test_a_dependency_that_is_added_takes_its_place() -> None:
    before = '//- /apps/web/package.json\n{ "name": "@shop/web", "dependencies": { "@shop/utils": "*" } }\n'
    after = '//- /apps/web/package.json\n{ "name": "@shop/web", "dependencies": { "@shop/money": "*" } }\n'
    check_fix(before + OLD, after + NEW, base=SHOP)


def test_a_fix_of_one_file_takes_it_along_only_with_the_last_use() -> None:
    second = OLD.replace("a.ts", "b.ts")
    for text, removed in ((MANIFEST + OLD, True), (MANIFEST + OLD + second, False)):
        _, workspace = open_project(text, base=SHOP)
        changes = Analysis(workspace).fix_file("apps/web/src/a.ts", FixOptions())
        assert ("apps/web/package.json" in {change.path for change in changes}) is removed


def test_it_stays_where_the_rule_is_off() -> None:
    _, workspace = open_project(
        MANIFEST + OLD,
        base=SHOP.replace(
            '"replaceModules": true,', '"replaceModules": true, "rules": { "unused-dependency": "off" },'
        ),
    )
    assert set(fix_project(workspace, None)) == {"apps/web/src/a.ts"}


CONFIG = """
//- /libs/utils/tsconfig.json
{ "compilerOptions": { "composite": true } }
//- /libs/money/tsconfig.json
{ "compilerOptions": { "composite": true } }
//- /apps/web/tsconfig.json
{
  "compilerOptions": { "composite": true },
  "references": [
    { "path": "../../libs/money" }, // the new one
    { "path": "../../libs/utils" } // the old one
  ]
}
"""


def test_the_project_reference_goes_too() -> None:
    after = CONFIG.replace(', // the new one\n    { "path": "../../libs/utils" } // the old one', " // the new one")
    check_fix(MANIFEST + OLD + CONFIG, REMOVED + NEW + after, base=SHOP)
    check_fix(MANIFEST + NEW + CONFIG, REMOVED + NEW + after, base=SHOP)


def test_a_project_reference_to_a_file_goes_alone() -> None:
    one = CONFIG.replace('    { "path": "../../libs/money" }, // the new one\n', "").replace(
        "../../libs/utils", "../../libs/utils/tsconfig.json"
    )
    _, workspace = open_project(MANIFEST + NEW + one, base=SHOP)
    fixed = fix_project(workspace, None)
    assert b"references" not in fixed["apps/web/tsconfig.json"]


AFTER = """
//- /workflow-ls.json
{
  "replaceModules": true,
  "legacy": { "roots": ["@ale/malt"] },
  "modules": [{ "from": "@ale/malt", "to": ["TARGET"] }]
}
//- /package.json
{ "workspaces": ["apps/*"] }
//- /apps/brewer/package.json
{ "name": "brewer", "dependencies": { "hops": "^1.0.0", "@ale/malt": "*" } }
//- /apps/brewer/tsconfig.json
{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }
//- /apps/brewer/src/malt.ts
export const roast = 1;
//- /apps/brewer/src/a.ts
import { roast } from 'TARGET';
show(roast);
"""


@pytest.mark.parametrize(("target", "count"), [("@/malt", 1), ("hops", 1), ("yeast", 0)])
def test_what_took_the_place_is_an_alias_or_an_installed_package(target: str, count: int) -> None:
    text = AFTER.replace("TARGET", target)
    text += '//- /apps/other/package.json\n{ "name": "other", "dependencies": { "yeast": "1.0.0" } }\n'
    _, workspace = open_project("", base=text)
    found = Analysis(workspace, frozenset({"unused-dependency"})).check_file("apps/brewer/package.json")
    assert len(found) == count
