"""Entries of `exports` and `paths` that something needs, though it does not resolve in a checkout, or is no code."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.checks import fix_project, open_project
from workflow_ls.analysis import Analysis
from workflow_ls.proof.joined_fixes import FixOptions

WHOLE = FixOptions(whole=True)
BASE = """
//- /workflow-ls.json
{ "replaceModules": true, "canonical": { "name": "@acme/new", "directory": "libs/new" }, "tsconfigs": [],
  "legacy": { "roots": ["@acme/kit"], "tree": "libs/kit/src",
    "package": { "name": "@acme/kit", "directory": "libs/kit", "sources": "src" } },
  "modules": [{ "from": "@acme/kit/*", "to": ["@acme/new/*"] }] }
//- /package.json
{ "workspaces": ["libs/*", "app"] }
//- /libs/new/package.json
{ "name": "@acme/new", "exports": { "./*": "./src/*.ts" } }
//- /libs/new/src/clock.ts
export const now = 0;
//- /libs/kit/src/clock.ts
export const now = 0;
//- /libs/kit/src/left.ts
export const left = 0;
//- /app/package.json
{ "name": "app", "dependencies": { "@acme/kit": "*", "@acme/new": "*" } }
//- /app/clock.ts
import { now } from '@acme/kit/clock';
now;
"""
TREE = BASE.replace('"roots": ["@acme/kit"]', '"roots": ["@acme/kit/src"]').replace("@acme/kit/*", "@acme/kit/src/*")
TREE = TREE.replace("'@acme/kit/clock'", "'@acme/kit/src/clock'")
MOVED = BASE.replace('"@acme/kit/*", "to": ["@acme/new/*"]', '"@acme/kit/clock", "to": ["@acme/new/clock"]')


def kept_entries(exports: Mapping[str, str], others: str = "", *, base: str = TREE) -> list[str]:
    """The keys of the legacy package's `exports` after a fix of the whole workspace."""
    manifest = {"name": "@acme/kit", "version": "1.0.0", "exports": exports}
    text = f"{base}//- /libs/kit/package.json\n{json.dumps(manifest, indent=2)}\n{others}"
    fixed = fix_project(open_project(text, base="")[1], WHOLE)
    return list(json.loads(fixed.get("libs/kit/package.json", json.dumps(manifest)))["exports"])


def test_an_entry_that_nothing_else_needs_goes() -> None:
    assert kept_entries({"./src/clock": "./dist/clock.js"}) == []


@pytest.mark.parametrize(
    ("key", "target", "others"),
    [
        # No build has made these files yet.
        ("theme.css", "./dist/theme.css", "//- /app/a.ts\nimport '@acme/kit/src/theme.css';\n"),
        ("icon.svg", "./assets/icon.svg", "//- /app/a.ts\nimport icon from '@acme/kit/src/icon.svg';\nicon;\n"),
        ("gone", "./dist/bundle/gone.mjs", "//- /app/a.ts\nconst g = require('@acme/kit/src/gone');\ng;\n"),
        # Files of other kinds.
        ("theme.css", "./dist/theme.css", "//- /app/a.css\n@import '@acme/kit/src/theme.css';\n"),
        ("theme.css", "./dist/theme.css", "//- /app/a.scss\n@use '~@acme/kit/src/theme.css';\n"),
        ("left", "./dist/left.js", '//- /app/A.vue\n<script>import { left } from "@acme/kit/src/left"</script>\n'),
        (
            "left",
            "./dist/left.js",
            '//- /app/b/package.json\n{ "imports": { "#l": { "node": "@acme/kit/src/left", "default": "./l.js" } } }\n',
        ),
        ("base", "./base.json", '//- /app/tsconfig.json\n{ "extends": "@acme/kit/src/base" }\n'),
        (
            "theme.css",
            "./x.css",
            "//- /app/vite.config.ts\nexport default { alias: { t: '@acme/kit/src/theme.css' } };\n",
        ),
    ],
)
def test_an_entry_that_something_needs_after_a_build_stays(key: str, target: str, others: str) -> None:
    entries = {"./src/clock": "./dist/clock.js", f"./src/{key}": target}
    assert kept_entries(entries, others) == list(entries)
    assert kept_entries(entries) == []


@pytest.mark.parametrize(
    "others",
    [
        "//- /README.md\nWe moved `@acme/kit/src/left`.\n",
        '//- /app/.eslintrc.json\n{ "rules": { "no-restricted-imports": [2, "@acme/kit/src/left"] } }\n',
        '//- /app/dump.json\n["@acme/kit/src/left"]\n',
        "//- /app/a.css\n/* see @acme/kit/src/* */\n",
        '//- /app/b/package.json\n{ "dependencies": { "@acme/kit/src/left": "1" } }\n',
        "//- /app/b.css\n@import '@acme/kit/src/leftover';\n",
    ],
)
def test_what_is_no_use_keeps_no_entry(others: str) -> None:
    assert kept_entries({"./src/left": "./dist/left.js"}, others) == []


@pytest.mark.parametrize("target", ["./src/gone.ts", "./dist/gone"])
def test_a_file_that_no_build_makes_keeps_no_entry(target: str) -> None:
    gone = "//- /app/a.ts\nimport { gone } from '@acme/kit/src/gone';\ngone;\n"
    assert kept_entries({"./src/gone": target}, gone) == []


def test_the_entry_of_a_module_that_does_not_move_is_no_finding() -> None:
    exports = {"./src/clock": "./dist/clock.js", "./src/left": "./dist/left.js"}
    moved = TREE.replace('"@acme/kit/src/*", "to": ["@acme/new/*"]', '"@acme/kit/src/clock", "to": ["@acme/new/clock"]')
    assert kept_entries(exports, base=moved) == ["./src/left"]


def test_the_refusal_names_the_style_sheet() -> None:
    text = (
        f'{TREE}//- /libs/kit/package.json\n{{ "name": "@acme/kit", "exports": {{ "./src/a.css": "./dist/a.css" }} }}\n'
        "//- /app/a.css\n\n@import '@acme/kit/src/a.css';\n"
    )
    (finding,) = Analysis(open_project(text, base="")[1], {"deprecated-export"}).check_file("libs/kit/package.json")
    assert finding.reason == (
        "the reference in app/a.css:2 needs the legacy exports, and can't be rewritten yet. Fix that reference first."
    )


def kept_aliases(paths: Mapping[str, str], importer: str, *, base: str = MOVED, others: str = "") -> list[str]:
    """The aliases after a fix of the whole workspace, in which a file of `app` imports something."""
    config = {"compilerOptions": {"paths": {key: [target] for key, target in paths.items()}}}
    text = f"{base}//- /tsconfig.base.json\n{json.dumps(config, indent=2)}\n"
    text += '//- /app/tsconfig.json\n{ "extends": "../tsconfig.base.json" }\n'
    text += f"//- /app/more.ts\n{importer}\n{others}"
    fixed = fix_project(open_project(text, base="")[1], WHOLE).get("tsconfig.base.json")
    return list(paths) if fixed is None else list(json.loads(fixed)["compilerOptions"]["paths"])


KIT = '//- /libs/kit/package.json\n{ "name": "@acme/kit", "exports": { "./*": "./dist/*.js" } }\n'
ALL = {"@acme/kit/*": "./libs/kit/src/*"}
LEFT = "import { left } from '@acme/kit/left';\nleft;"


@pytest.mark.parametrize("importer", [LEFT, "export * from '@acme/kit/left';", "type L = import('@acme/kit/left').L;"])
def test_an_alias_stays_if_the_package_would_have_to_be_built(importer: str) -> None:
    assert kept_aliases(ALL, importer, others=KIT) == list(ALL)


def test_an_alias_goes_if_the_package_serves_its_sources() -> None:
    assert kept_aliases(ALL, LEFT, others=KIT.replace("./dist/*.js", "./src/*.ts")) == []


def test_an_alias_goes_if_a_wider_one_leads_to_the_same_file() -> None:
    wider = {"@acme/*": "./libs/*", "@acme/kit/src/clock": "./libs/kit/src/clock"}
    moved = MOVED.replace("@acme/kit/clock", "@acme/kit/src/clock")
    importer = "import { now } from '@acme/kit/src/clock';\nimport { gone } from '@acme/kit/src/clock';\nnow; gone;"
    assert kept_aliases(wider, importer, base=moved, others=KIT) == ["@acme/*"]


def test_an_alias_stays_if_a_wider_one_leads_elsewhere() -> None:
    wider = {"@acme/*": "./libs/other/*", "@acme/kit/clock": "./libs/kit/src/clock"}
    others = f"{KIT}//- /libs/kit/src/clock.ts\nexport const now = 0, gone = 1;\n"
    importer = "import { gone } from '@acme/kit/clock';\ngone;"
    assert kept_aliases(wider, importer, others=others) == list(wider)


def test_the_alias_of_a_module_that_does_not_move_is_no_finding() -> None:
    paths = {"@acme/kit/left": "./libs/kit/src/left", "@acme/kit/clock": "./libs/kit/src/clock"}
    assert kept_aliases(paths, LEFT, others=KIT) == ["@acme/kit/left"]


def test_an_alias_that_only_the_configuration_of_tests_has_stays() -> None:
    options = {"compilerOptions": {"paths": {"@acme/kit/*": ["./libs/kit/src/*"]}}}
    text = (
        f"{BASE}{KIT}//- /tsconfig.base.json\n{json.dumps(options)}\n"
        '//- /app/tsconfig.json\n{ "files": [] }\n//- /app/tsconfig.spec.json\n{ "extends": "../tsconfig.base.json" }\n'
        f"//- /app/more.spec.ts\n{LEFT}\n"
    )
    assert "tsconfig.base.json" not in fix_project(open_project(text, base="")[1], WHOLE)


@pytest.mark.parametrize("path", ["A.vue", "a.scss"])
def test_an_alias_stays_that_another_kind_of_file_needs(path: str) -> None:
    other = f"//- /app/{path}\n@import '@acme/kit/left';\n"
    assert kept_aliases(ALL, "export {};", others=KIT + other) == list(ALL)
    assert kept_aliases(ALL, "export {};", others=KIT) == []
