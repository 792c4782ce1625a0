"""Targets that are aliases and look like packages: `widgets/card`, by `paths` or by `baseUrl`."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_map import Write

INN = """
//- /workflow-ls.json
{
  "replaceModules": true,
  "legacy": { "roots": ["@inn/parts"] },
  "modules": [{ "from": "@inn/parts/*", "to": ["TARGET/*"] }]
}
//- /package.json
{ "workspaces": ["apps/*"] }
//- /apps/inn/package.json
{ "name": "inn" }
//- /apps/inn/tsconfig.json
{ "compilerOptions": OPTIONS }
//- /apps/inn/src/widgets/bed.ts
export const bed = 1;
//- /apps/inn/pages/a.ts
import { bed } from '@inn/parts/bed';
show(bed);
"""
ALIASES = {
    "paths": ("widgets", '{ "paths": { "widgets/*": ["./src/widgets/*"] } }'),
    "paths of a scope": ("@ui/widgets", '{ "paths": { "@ui/*": ["./src/*"] } }'),
    "paths of a deeper folder": ("ui/widgets", '{ "paths": { "ui/widgets/*": ["./src/widgets/*"] } }'),
    "baseUrl": ("widgets", '{ "baseUrl": "./src" }'),
    "baseUrl at the package": ("src/widgets", '{ "baseUrl": "." }'),
}


def inn(target: str, options: str) -> str:
    return INN.replace("TARGET", target).replace("OPTIONS", options)


@pytest.mark.parametrize(("target", "options"), ALIASES.values(), ids=ALIASES)
def test_an_alias_needs_no_entry_in_packages(cli: Cli, workspace: Write, target: str, options: str) -> None:
    root = workspace(base=inn(target, options))
    assert cli("map", "--check", root).out.startswith("No problem in 1 row;")
    fixed = cli("fix", "--allow-dirty", root)
    assert (fixed.code, fixed.err) == (0, "")
    assert (root / "apps/inn/pages/a.ts").read_text().startswith(f"import {{ bed }} from '{target}/bed';\n")


@pytest.mark.parametrize("target", ["wigdets", "@uj/widgets"])
def test_what_is_neither_a_package_nor_an_alias_is_refused(cli: Cli, workspace: Write, target: str) -> None:
    told = cli("check", workspace(base=inn(target, '{ "paths": { "widgets/*": ["./src/widgets/*"] } }')))
    assert told.code == 2
    assert "is in none of the known packages" in told.err


def test_an_entry_for_an_alias_is_no_fault(cli: Cli, workspace: Write) -> None:
    text = inn(*ALIASES["paths"]).replace(
        '"modules"',
        '"packages": [{ "name": "widgets", "directory": "apps/inn/src/widgets", "sources": "." }], "modules"',
    )
    assert cli("map", "--check", workspace(base=text)).out.startswith("No problem in 1 row;")


def test_an_alias_that_leads_nowhere_is_told(cli: Cli, workspace: Write) -> None:
    text = inn("widgets", '{ "paths": { "widgets/*": ["./src/gone/*"] } }')
    told = cli("map", "--check", workspace(base=text))
    assert told.code == 1
    assert "leads to no file for any file that uses the row" in told.out
