"""Who needs what an edit takes away."""

from __future__ import annotations

import pytest

from tests.checks import change, open_project
from workflow_ls.diagnostics import Applicability, Blocked, FileEdit, Status
from workflow_ls.jsonc.property_edits import remove_properties, replace_value
from workflow_ls.manifests.removal import (
    Dependents,
    Removal,
    find_dependents,
    first_broken_reference,
    plan_removal,
    with_edits,
)
from workflow_ls.project.workspace import Workspace
from workflow_ls.rewrite.resolution import TargetResolver

# `gone` is lost in the move, so that an import of it can't be rewritten.
CLIENT = "//- /shared/workflow/runtime/client.ts\nexport const client = 1, gone = 2;\n"
ALIAS = CLIENT + (
    '//- /app/tsconfig.json\n{ "compilerOptions": { "paths": { "@shared/workflow/*": ["../shared/workflow/*"] } } }\n'
)
EXPORTS = f"""
{CLIENT}//- /shared/package.json
{{ "name": "@alga-psa/shared", "exports": {{
  "./workflow/*": {{
    "types": "./workflow/*.ts", "import": "./workflow/*.ts", "require": "./workflow/streams/builders.ts"
  }}
}} }}
"""


def without_key(workspace: Workspace, path: str, *place: str) -> FileEdit:
    root = workspace.packages.json_root(path)
    owner = root.at(*place[:-1]) if root is not None else None
    assert owner is not None
    text = workspace.files.read(path) or b""
    return FileEdit(path, remove_properties(text, owner, {place[-1]}), text)


def without_alias(workspace: Workspace) -> FileEdit:
    return without_key(workspace, "app/tsconfig.json", "compilerOptions", "paths", "@shared/workflow/*")


@pytest.mark.parametrize(
    ("file", "staying", "leaving"),
    [
        pytest.param("//- /app/a.ts\nexport {};", [], 0, id="nobody"),
        pytest.param("//- /app/a.ts\nimport { client } from '@shared/workflow/runtime/client';", [], 1, id="rewritten"),
        pytest.param(
            "//- /app/deep/down/a.ts\nimport { client } from '@shared/workflow/runtime/client';\n"
            "import type { client as c } from '@shared/workflow/runtime/client.js';",
            [],
            2,
            id="each reference counts",
        ),
        pytest.param(
            "//- /app/a.ts\nimport { gone } from '@shared/workflow/runtime/client';", ["app/a.ts"], 0, id="blocked"
        ),
        pytest.param(
            "//- /app/a.ts\nimport { client } from '@shared/workflow/runtime/client';\n"
            "//- /app/b.ts\nimport { gone } from '@shared/workflow/runtime/client';",
            ["app/b.ts"],
            1,
            id="some of both",
        ),
        pytest.param(
            "//- /app/a.ts\nimport { gone } from '@shared/workflow/runtime/client';\n"
            '//- /app/b/tsconfig.json\n{ "extends": "../tsconfig.json" }\n'
            "//- /app/b/b.ts\nimport { gone } from '@shared/workflow/runtime/client';\n"
            '//- /app/c/tsconfig.json\n{ "extends": "../tsconfig.json", "compilerOptions": { "paths": {} } }\n'
            "//- /app/c/c.ts\nimport { gone } from '@shared/workflow/runtime/client';",
            ["app/a.ts", "app/b/b.ts"],
            0,
            id="through extends",
        ),
        pytest.param(
            "//- /app/a.ts\nimport { gone } from '@shared/workflow/runtime/client';\n"
            "//- /node_modules/@shared/workflow/runtime/client.ts\nexport const x = 1;",
            ["app/a.ts"],
            0,
            id="another file than before is worse, too",
        ),
    ],
)
def test_who_needs_an_alias(file: str, staying: list[str], leaving: int) -> None:
    over, workspace = open_project(ALIAS + file)
    targets = workspace.component(TargetResolver)
    needed = find_dependents(targets, without_alias(workspace))
    assert ([path for path, _ in needed.remaining], needed.rewritten, needed.unverified) == (staying, leaving, False)
    for path in over.files:
        if path.endswith(".ts"):
            change(workspace, path.lstrip("/"), None)
    assert find_dependents(targets, without_alias(workspace)) == Dependents((), 0, False)


@pytest.mark.parametrize(
    ("code", "needs"),
    [
        ("import { gone } from '@alga-psa/shared/workflow/runtime/client';", True),
        ("import type { gone } from '@alga-psa/shared/workflow/runtime/client';", True),
        ("const { gone } = require('@alga-psa/shared/workflow/runtime/client');", True),
        ("import { gone } from '@shared/workflow/runtime/client';", False),
        ("import { gone } from '@alga-psa/shared/workflow/nothing';", False),
        ("import { gone } from '../../shared/workflow/runtime/client';", False),
    ],
)
@pytest.mark.parametrize("alias", ["", ALIAS.replace("@shared/workflow/*", "@alga-psa/shared/workflow/*")])
def test_who_needs_an_export(code: str, needs: bool, alias: str) -> None:
    workspace = open_project(f"{EXPORTS}{alias}//- /app/src/a.ts\n{code}")[1]
    edits = without_key(workspace, "shared/package.json", "exports", "./workflow/*")
    needed = find_dependents(workspace.component(TargetResolver), edits)
    assert bool(needed.remaining or needed.rewritten) == needs


@pytest.mark.parametrize(("view", "needs"), [("import", False), ("require", True), ("types", True)])
def test_each_condition_is_looked_at(view: str, needs: bool) -> None:
    code = "const { gone } = require('@alga-psa/shared/workflow/runtime/client');"
    workspace = open_project(f"{EXPORTS}//- /packages/a/a.ts\n{code}")[1]
    edits = without_key(workspace, "shared/package.json", "exports", "./workflow/*", view)
    needed = find_dependents(workspace.component(TargetResolver), edits)
    assert bool(needed.remaining or needed.rewritten) == needs


@pytest.mark.parametrize(
    ("code", "status", "applicability"),
    [
        ("export {};", Status.VERIFIED, Applicability.ALWAYS),
        ("import { client } from '@shared/workflow/runtime/client';", Status.VERIFIED, Applicability.WORKSPACE_FIX),
        ("import { gone } from '@shared/workflow/runtime/client';", Status.BLOCKED, None),
    ],
)
def test_what_becomes_of_the_fix(code: str, status: Status, applicability: Applicability | None) -> None:
    workspace = open_project(f"{ALIAS}//- /app/a.ts\n{code}")[1]
    removal = plan_removal(workspace.component(TargetResolver), without_alias(workspace), "the aliases")
    assert removal.status is status
    assert (removal.fix.applicability if isinstance(removal, Removal) else None) is applicability


def test_without_edits_there_is_no_fix() -> None:
    removal = plan_removal(
        open_project(ALIAS)[1].component(TargetResolver), FileEdit("app/tsconfig.json", (), b""), "the aliases"
    )
    assert isinstance(removal, Blocked)


def test_the_workspace_itself_stays_as_it_is() -> None:
    workspace = open_project(ALIAS)[1]
    after = with_edits(workspace, without_alias(workspace))
    specifier, importer = "@shared/workflow/runtime/client", "app/a.ts"
    assert after.resolver.resolve(specifier, importer) is None
    assert workspace.resolver.resolve(specifier, importer) == "shared/workflow/runtime/client.ts"


@pytest.mark.parametrize(
    ("specifier", "lost"),
    [
        ("@alga-psa/workflows/runtime", None),
        ("@alga-psa/workflows/only-there", "app/a.ts"),
        ("@alga-psa/workflows/nothing", None),
    ],
)
def test_imports_of_the_target_package_that_are_lost(specifier: str, lost: str | None) -> None:
    workspace = open_project(f"""
//- /app/tsconfig.json
{{ "compilerOptions": {{ "paths": {{ "@alga-psa/workflows/*": ["./other/*"] }} }} }}
//- /app/other/only-there.ts
export const a = 1;
//- /app/a.ts
import {{ a }} from '{specifier}';
""")[1]
    root = workspace.packages.json_root("app/tsconfig.json")
    value = root.at("compilerOptions", "paths", "@alga-psa/workflows/*", 0) if root is not None else None
    assert value is not None
    text = workspace.files.read("app/tsconfig.json") or b""
    edit = FileEdit("app/tsconfig.json", replace_value(text, value, "./elsewhere/*"), text)
    found = first_broken_reference(workspace, edit)
    assert (found[0] if found else None) == lost
