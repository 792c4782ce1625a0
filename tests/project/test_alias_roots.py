"""A legacy root that is an alias: applications have aliases of the same spelling, each for its own files."""

from __future__ import annotations

import json

import pytest

from tests.fixture import project
from workflow_ls.analysis import Analysis
from workflow_ls.config.settings import load_config
from workflow_ls.config.table_loader import builtin_table
from workflow_ls.project.workspace import Workspace
from workflow_ls.vfs.files import MemoryFiles

# Two applications with the same alias.  The widgets of the first one moved; the second one has its own.
TOWN = """
//- /package.json
{ "workspaces": ["apps/*"] }
//- /apps/bakery/package.json
{ "name": "bakery" }
//- /apps/bakery/tsconfig.json
{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }
//- /apps/bakery/src/page.ts
import { Oven } from '@/widgets/oven';
//- /apps/bakery/src/parts/oven.ts
export class Oven {}
//- /apps/florist/package.json
{ "name": "florist" }
//- /apps/florist/tsconfig.json
{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }
//- /apps/florist/src/page.ts
import { Vase } from '@/widgets/vase';
"""
VASE = "//- /apps/florist/src/widgets/vase.ts\nexport class Vase {}\n"
OVEN = "//- /apps/bakery/src/widgets/oven.ts\nexport class Oven {}\n"
BAKERY, FLORIST = "apps/bakery/src/page.ts", "apps/florist/src/page.ts"


def findings(text: str, roots: list[str], tree: str | None = None, to: str = "@/parts/*") -> dict[str, str]:
    """The file of each import that is to be rewritten, with what becomes of it."""
    legacy: dict[str, object] = {"roots": roots, **({} if tree is None else {"tree": tree})}
    rows = [{"from": f"{roots[0]}/*", "to": [to]}]
    config = json.dumps({"replaceModules": True, "legacy": legacy, "modules": rows}).encode()
    loaded = load_config(config, base=builtin_table(), rules=frozenset())
    assert not loaded.problems
    workspace = Workspace(MemoryFiles({**project(text).files}), loaded.table, loaded.settings)
    found = Analysis(workspace).check().diagnostics
    return {each.path: ", ".join(each.replacements) for each in found if each.rule == "deprecated-import"}


def test_what_moved_is_found_in_its_application() -> None:
    assert findings(TOWN + OVEN, ["@/widgets"], "apps/bakery/src/widgets")[BAKERY] == "@/parts/oven"
    assert findings(TOWN, ["@/widgets"])[BAKERY] == "@/parts/oven"


CASES = [
    ("the folder is there", TOWN + OVEN + VASE, ["@/widgets"], "apps/bakery/src/widgets"),
    ("the folder is gone", TOWN + VASE, ["@/widgets"], None),
    ("an index file", TOWN + OVEN + VASE.replace("vase.ts", "vase/index.ts"), ["@/widgets"], "apps/bakery/src/widgets"),
    (
        "the whole alias is a root",
        (TOWN + OVEN + VASE).replace("@/", "~/"),
        ["~/widgets"],
        "apps/bakery/src/widgets",
    ),
    (
        "an alias that looks like a package",
        (TOWN + OVEN + VASE).replace("@/", "@own/"),
        ["@own/widgets"],
        "apps/bakery/src/widgets",
    ),
    (
        "a path from baseUrl",
        (TOWN + OVEN + VASE).replace('"paths": { "@/*": ["./src/*"] }', '"baseUrl": "src"').replace("@/", ""),
        ["widgets"],
        "apps/bakery/src/widgets",
    ),
    (
        "an application without a manifest",
        (TOWN + OVEN + VASE).replace('//- /apps/florist/package.json\n{ "name": "florist" }\n', ""),
        ["@/widgets"],
        "apps/bakery/src/widgets",
    ),
]


@pytest.mark.parametrize(("text", "roots", "tree"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_an_own_file_of_another_application_is_not_legacy(text: str, roots: list[str], tree: str | None) -> None:
    found = findings(text, roots, tree)
    assert BAKERY in found
    assert FLORIST not in found


def test_another_application_that_shares_the_folder_is_found() -> None:
    shared = (TOWN + OVEN).replace(
        '//- /apps/florist/tsconfig.json\n{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
        '//- /apps/florist/tsconfig.json\n{ "compilerOptions": { "paths": { "@/*": ["../bakery/src/*"] } } }',
    )
    assert FLORIST in findings(
        shared.replace("Vase } from '@/widgets/vase", "Oven } from '@/widgets/oven"),
        ["@/widgets"],
        "apps/bakery/src/widgets",
    )


def test_a_file_that_is_nowhere_is_found() -> None:
    assert FLORIST in findings(TOWN, ["@/widgets"])


def test_an_alias_that_leads_to_the_new_place_already_is_found() -> None:
    text = (TOWN + OVEN).replace('"@/*": ["./src/*"]', '"@old/kit/*": ["../../libs/kit/*"]')
    text += "//- /libs/kit/oven.ts\nexport class Oven {}\n"
    text = text.replace("@/widgets/oven", "@old/kit/oven")
    assert BAKERY in findings(text, ["@old/kit"], "libs/old")
