"""The first workflow-ls.json of a workspace: files in, its text out, and that the loader reads it."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.fixture import project
from workflow_ls.config.settings import load_config
from workflow_ls.config.table import Table
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.config.table_records import TargetPackage
from workflow_ls.initial.config_text import config_text
from workflow_ls.initial.first_config import first_config
from workflow_ls.initial.legacy_sources import UnknownSourceError
from workflow_ls.project.configuration.members import member_lookup
from workflow_ls.rules import CODES
from workflow_ls.vfs.files import MemoryFiles

SHOP = """
//- /package.json
{ "name": "shop", "workspaces": ["apps/*", "libs/*"] }
//- /package-lock.json
{}
//- /turbo.json
{}
//- /apps/web/package.json
{ "name": "@shop/web", "dependencies": { "react": "^19.0.0" } }
//- /apps/web/src/cart.ts
import { total } from '@shop/utils/money';
import React from 'react';
//- /libs/utils/package.json
{ "name": "@shop/utils" }
//- /libs/utils/src/index.ts
export * from './money';
//- /libs/utils/src/money/index.ts
export const total = 1;
//- /libs/money/package.json
{ "name": "@shop/money" }
//- /libs/money/index.ts
export const total = 1;
"""

GONE = (
    SHOP.replace("@shop/utils/money", "@shop/prices/money")
    + "//- /apps/web/src/list.ts\nexport { total } from '@shop/prices';\nconst x = require('@shop/prices/money');\n"
)


def files_of(text: str) -> MemoryFiles:
    return MemoryFiles(project(text).files)


def text_of(text: str, *given: str, to: str | None = None) -> str:
    return config_text(first_config(files_of(text), given, to))


def table_of(text: str, *given: str, to: str | None = None) -> Table:
    """The table that the loader makes of the proposed text."""
    files, base = files_of(text), builtin_table()
    proposed = text_of(text, *given, to=to).encode()
    config = load_config(proposed, base=base, rules=CODES, members=member_lookup(files, base))
    assert config.problems == (), proposed.decode()
    return config.table


def test_the_whole_text() -> None:
    expected = """
        {
          // A workspace of npm, Turborepo with 3 packages: rows may target any of them.
          // `workflow-ls map --infer --write` proposes rows, and `workflow-ls check` shows what is left.
          "replaceModules": true,
          "canonical": { "name": "@shop/money", "directory": "libs/money", "sources": "." },
          // named by --from
          "legacy": {
            "roots": ["@shop/utils/money"],
            "tree": "libs/utils/src/money",
            "package": { "name": "@shop/utils", "directory": "libs/utils" }
          },
          // Each module is looked for at its own path in the target package.
          "modules": [
            { "from": "@shop/utils/money", "to": ["@shop/money"] },
            { "from": "@shop/utils/money/*", "to": ["@shop/money/*"] }
          ]
        }
    """
    assert text_of(SHOP, "@shop/utils/money", to="@shop/money") == dedent(expected).removeprefix("\n")


@pytest.mark.parametrize(
    ("given", "roots", "tree"),
    [
        ("@shop/utils/money", ("@shop/utils/money",), "libs/utils/src/money"),
        ("@shop/utils/money/*", ("@shop/utils/money",), "libs/utils/src/money"),
        ("@shop/utils", ("@shop/utils",), "libs/utils/src"),
        ("./libs/utils", ("@shop/utils",), "libs/utils/src"),
        ("libs/utils/src/money/", ("@shop/utils/money",), "libs/utils/src/money"),
        ("./libs/money", ("@shop/money",), "libs/money"),
        ("@old/lib", ("@old/lib",), "node_modules/@old/lib"),
    ],
)
def test_what_is_named(given: str, roots: tuple[str, ...], tree: str) -> None:
    table = table_of(SHOP, given)
    assert (table.roots, table.tree) == (roots, tree)


ALIASES = (
    SHOP
    + """
//- /tsconfig.base.json
{ "compilerOptions": { "baseUrl": ".", "paths": {
  "@money/*": ["libs/utils/src/money/*"], "@money": ["libs/utils/src/money/index.ts"],
  "@libs/*": ["libs/*"], "@shop/money": ["libs/money/index.ts"] } } }
//- /apps/web/tsconfig.json
{ "extends": "../../tsconfig.base.json" }
"""
)


@pytest.mark.parametrize(
    ("given", "roots", "tree"),
    [
        ("@money", ("@money", "@libs/utils/src/money"), "libs/utils/src/money"),
        (
            "libs/utils/src/money",
            ("@shop/utils/money", "@money", "@libs/utils/src/money"),
            "libs/utils/src/money",
        ),
        ("@libs/utils/src/money", ("@libs/utils/src/money", "@money"), "libs/utils/src/money"),
    ],
)
def test_aliases_lead_there_too(given: str, roots: tuple[str, ...], tree: str) -> None:
    table = table_of(ALIASES, given, to="@shop/money")
    assert (table.roots, table.tree) == (roots, tree)
    assert table.tsconfigs == (("tsconfig.base.json",),)


BELOW = """
//- /apps/web/tsconfig.json
{ "compilerOptions": { "baseUrl": "./src", "paths": { "@/*": ["./*"] } } }
//- /apps/web/src/mails/hello.ts
export const hello = 1;
//- /apps/web/src/page.ts
"""


@pytest.mark.parametrize(
    ("text", "roots"),
    [
        ("import { hello } from 'mails/hello';", ("@shop/web/mails", "@/mails", "mails")),
        ('export * from "mails";', ("@shop/web/mails", "@/mails", "mails")),
        # Nobody imports it so.
        ("import { hello } from '@/mails/hello'; use('mails', 'mails/hello');", ("@shop/web/mails", "@/mails")),
        ("import { a } from 'mails-and-more';", ("@shop/web/mails", "@/mails")),
        # This file is governed by another configuration.
        ("//- /apps/page.ts\nimport { hello } from 'mails/hello';", ("@shop/web/mails", "@/mails")),
    ],
)
@pytest.mark.parametrize("given", ["apps/web/src/mails", "./apps/web/src/mails/"])
def test_a_path_below_a_base_url_leads_there_where_it_is_imported(
    given: str, text: str, roots: tuple[str, ...]
) -> None:
    assert table_of(f"{SHOP}{BELOW}{text}\n", given).roots == roots


@pytest.mark.parametrize("name", ["events", "fs", "@shop/money", "react"])
def test_a_path_below_a_base_url_that_is_a_package_elsewhere(name: str) -> None:
    text = BELOW.replace("mails", name) + f"import {{ hello }} from '{name}/hello';\n"
    server = '//- /apps/server/package.json\n{ "name": "@shop/server", "dependencies": { "react": "*" } }\n'
    assert table_of(f"{SHOP}{server}{text}", f"apps/web/src/{name}").roots == (f"@shop/web/{name}", f"@/{name}")


IN_DOCS = "//- /{}\nimport {{ total }} from '@shop/utils/money';\n"
PLAIN_DOCS = '"docs": ["**/*.md", "**/*.mdx", "**/*.markdown", "**/*.rst", "**/*.adoc", "**/*.txt"]'
TOP_DOCS = PLAIN_DOCS.replace("[", '["docs/**", ')


@pytest.mark.parametrize(
    ("text", "docs"),
    [
        (IN_DOCS.format("apps/web/src/docs/page.ts"), TOP_DOCS),
        ('//- /apps/docs/package.json\n{ "name": "docs" }\n' + IN_DOCS.format("apps/docs/src/page.ts"), TOP_DOCS),
        (
            SHOP.replace('"apps/*"', '"apps/*", "docs"')
            + '//- /docs/package.json\n{ "name": "docs" }\n'
            + IN_DOCS.format("docs/page.ts"),
            PLAIN_DOCS,
        ),
        # Documentation of the workspace, a text, and code that has no part in this.
        (IN_DOCS.format("docs/examples/page.ts"), ""),
        (IN_DOCS.format("apps/web/docs/page.md"), ""),
        ("//- /apps/web/src/docs/page.ts\nimport { total } from '@shop/utils-of-others';\n", ""),
    ],
)
def test_folders_named_docs_that_hold_code_are_no_documentation(text: str, docs: str) -> None:
    found = text_of(SHOP + text, "@shop/utils")
    lines = [line.strip() for line in found.splitlines() if line.startswith('  "docs"')]
    assert lines == ([f"{docs},"] if docs else [])
    assert ("page.ts is code." in found) == bool(docs)
    assert table_of(SHOP + text, "@shop/utils").is_doc("apps/web/src/docs/page.ts") is not bool(docs)


def test_no_alias_is_asked_for_where_the_target_has_none() -> None:
    assert table_of(ALIASES.replace('"@shop/money":', '"@other":'), "@money", to="@shop/money").tsconfigs == ()


def test_two_specifiers_of_one_folder_are_one_source() -> None:
    table = table_of(ALIASES, "@money", "@shop/utils/money", to="@shop/money")
    assert table.roots == ("@money", "@libs/utils/src/money", "@shop/utils/money")
    assert table.legacy_package == TargetPackage("@shop/utils", "libs/utils", "src")


def test_a_package_that_is_gone_needs_no_name() -> None:
    text = text_of(GONE)
    assert "// imported 3 times in 2 files, and not in the workspace" in text
    table = table_of(GONE)
    assert (table.roots, table.tree, table.modules) == (("@shop/prices",), "node_modules/@shop/prices", ())


@pytest.mark.parametrize(
    "change",
    [
        ("@shop/prices", "prices"),  # of no scope of the workspace
        ('"react": "^19.0.0"', '"@shop/prices": "^1.0.0"'),  # declared: not installed yet
        ("//- /turbo.json", "//- /node_modules/@shop/prices/index.js\n//- /turbo.json"),
        (
            "//- /turbo.json",
            '//- /tsconfig.json\n{"compilerOptions":{"paths":{"@shop/prices*":["x*"]}}}\n//- /turbo.json',
        ),
        ("export { total } from '@shop/prices';\nconst x = require('@shop/prices/money');", ""),  # one file only
    ],
    ids=["scope", "declared", "installed", "alias", "one-file"],
)
def test_what_may_be_there_is_not_taken_for_gone(change: tuple[str, str]) -> None:
    with pytest.raises(UnknownSourceError, match="nothing shows what is legacy"):
        text_of(GONE.replace(*change))


def test_a_dependency_on_the_workspace_that_is_no_member_is_gone() -> None:
    text = GONE.replace("@shop/prices", "prices").replace('"react": "^19.0.0"', '"prices": "workspace:*"')
    assert table_of(text).roots == ("prices",)


@pytest.mark.parametrize(
    ("given", "to", "message"),
    [
        (["./libs/none"], None, "./libs/none: no such file or folder in the workspace"),
        (["../out"], None, "../out: no such file or folder in the workspace"),
        (["@shop/utils"], "@shop/mony", '@shop/mony: no package of the workspace. Did you mean "@shop/money"?'),
        (["@shop/utils"], "libs", "libs: no package of the workspace."),
        ([], None, "--from SPECIFIER or --from FOLDER"),
    ],
)
def test_mistakes(given: list[str], to: str | None, message: str) -> None:
    with pytest.raises(UnknownSourceError) as error:
        text_of(SHOP, *given, to=to)
    assert message in str(error.value)


LISTED = ', "workspaces": ["apps/*", "libs/*"] }'


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (("//- /package-lock.json", "//- /yarn.lock"), "Yarn 1, Turborepo"),
        (("//- /package-lock.json", "//- /bun.lock"), "Bun, Turborepo"),
        (("//- /package-lock.json\n{}\n//- /turbo.json", "//- /pnpm-lock.yaml\n{}\n//- /nx.json"), "pnpm, Nx"),
        (
            (
                '"workspaces": ["apps/*", "libs/*"] }',
                '"private": true }\n//- /pnpm-workspace.yaml\npackages:\n  - apps/*\n  - libs/*',
            ),
            "pnpm, Turborepo",
        ),
        (
            (
                '"workspaces": ["apps/*", "libs/*"] }',
                '"private": true }\n//- /lerna.json\n{ "packages": ["apps/*", "libs/*"] }',
            ),
            "npm, Turborepo, Lerna",
        ),
    ],
    ids=["yarn", "bun", "nx", "pnpm", "lerna"],
)
def test_kinds_of_workspaces(change: tuple[str, str], kind: str) -> None:
    text = SHOP.replace(*change)
    assert f"// A workspace of {kind} with 3 packages" in text_of(text, "@shop/utils")
    assert table_of(text, "@shop/utils", to="libs/money").canonical == TargetPackage("@shop/money", "libs/money", "")


def test_several_sources_are_a_list() -> None:
    table = table_of(SHOP, "@shop/utils/money", "@old/lib", to="@shop/money")
    assert [(part.roots, part.tree) for part in table.parts] == [
        (("@shop/utils/money",), "libs/utils/src/money"),
        (("@old/lib",), "node_modules/@old/lib"),
    ]
    assert table.candidates(table.module_of("@old/lib/x") or "") == ("@shop/money/x", "@shop/money")


FORMER = (
    SHOP.replace("'@shop/utils/money'", "'prices'") + "//- /apps/web/src/more.ts\nimport { total } from 'prices';\n"
)


def roots_by_history(text: str, *former: str) -> list[tuple[str, ...]]:
    """The roots that are found where nothing is named, with what the workspace had once."""
    config = first_config(files_of(text), (), None, lambda names: set(names) & set(former))
    return [source.roots for source in config.sources]


def test_a_package_without_a_scope_that_the_workspace_had() -> None:
    assert roots_by_history(FORMER, "prices", "react") == [("prices",)]
    assert roots_by_history(
        FORMER + "//- /apps/web/src/a.ts\nimport '@shop/gone';\nimport 'old';\n", "prices", "old"
    ) == [("prices",)]


def test_a_package_of_somebody_else_is_not_legacy() -> None:
    with pytest.raises(
        UnknownSourceError, match=r"\(prices is imported, but nothing shows that this workspace had it\)"
    ):
        roots_by_history(FORMER)


@pytest.mark.parametrize(
    ("given", "roots", "tree"),
    [
        ("libs/utils/src/coins", ("@shop/utils/coins",), "libs/utils/src/coins"),
        ("libs/utils/src/coins.ts", ("@shop/utils/coins",), "libs/utils/src/coins.ts"),
        ("./libs/utils/src/coins/", ("@shop/utils/coins",), "libs/utils/src/coins"),
        ("libs/money/old", ("@shop/money/old",), "libs/money/old"),
    ],
)
def test_a_folder_that_is_gone(given: str, roots: tuple[str, ...], tree: str) -> None:
    table = table_of(SHOP, given)
    assert (table.roots, table.tree) == (roots, tree)
    assert ", which is gone" in text_of(SHOP, given)


def test_a_folder_that_is_gone_from_a_package_of_its_name() -> None:
    """The first segment is a package, too; the path decides, and the aliases that lead there are roots."""
    text = SHOP.replace("/apps/web/", "/web/").replace('"apps/*"', '"web"').replace('"@shop/web"', '"web"')
    text += '//- /web/tsconfig.json\n{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }\n'
    table = table_of(text, "web/src/lists")
    assert (table.roots, table.tree) == (("web/lists", "@/src/lists"), "web/src/lists")


def test_a_folder_outside_of_all_packages_has_to_be_there() -> None:
    with pytest.raises(UnknownSourceError, match="no such file or folder"):
        text_of(SHOP, "./tools/gone")
